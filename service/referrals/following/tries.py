"""On how many days somebody tried to reach a person, as the link worker's desk writes it down. Reads only."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.db import Base

ENOUGH = 3  # different days


def days(session: Session, referral_id: UUID) -> int:
    """Count the days on which somebody tried; a desk that writes none down has none."""
    attempt = Base.metadata.tables.get("contact_attempt")
    if attempt is None:
        return 0
    of_this = select(func.count(func.distinct(attempt.c.on_day))).where(attempt.c.referral_id == referral_id)
    return session.scalar(of_this) or 0
