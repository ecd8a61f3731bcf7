"""The one place that changes a state: as the table of moves allows, and with the step added to the history."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor
from service.referrals import lifecycle
from service.referrals.lifecycle import Machine, Part
from service.referrals.models import Introduction, Move, Referral


def step(session: Session, row: Referral | Introduction, to: str, part: Part, actor: Actor, now: datetime) -> None:
    """Move a referral or an introduction to a state, and record the part taken and the role the actor really has.

    Raises
    ------
    Conflict
        `not_allowed_from_here`.
    """
    machine = Machine.REFERRAL if isinstance(row, Referral) else Machine.INTRODUCTION
    before = row.state
    row.state = lifecycle.move(machine, before, to, part)
    if isinstance(row, Referral):
        row.changed_at = now
    steps = select(func.count()).where(Move.entity == machine.value, Move.entity_id == row.id)
    session.add(
        Move(
            entity=machine.value,
            entity_id=row.id,
            number=(session.scalar(steps) or 0) + 1,
            from_state=before,
            to_state=to,
            part=part.value,
            by_role=actor.role.value,
            at=now,
        )
    )
    session.flush()
