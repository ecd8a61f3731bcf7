"""What belongs to a case beside its own row, and goes with it. Never commits."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from service.db import Base

OF_A_CASE = (
    "case_note",
    "case_plan",
    "case_reading",
    "case_task",
    "contact_attempt",
    "hand_over",
    "incident",
    "plan_goal",
    "plan_group",
)


def forget_cases(session: Session, referral_ids: Collection[UUID]) -> None:
    """Remove all that was written down of these cases."""
    for name in OF_A_CASE:
        table = Base.metadata.tables[name]
        session.execute(delete(table).where(table.c.referral_id.in_(referral_ids)))
