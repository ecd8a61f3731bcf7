"""A group's waiting list: who joins it stands last, and who leaves it lets the others move up. Never commits."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from service.referrals.answering.means import Means, send_link
from service.referrals.models import Introduction

LIVES_DAYS = 90  # of the link by which the group says that a place is free (proposed)


def join(session: Session, means: Means, row: Introduction, now: datetime) -> None:
    """Give the last place, and send the link for when one is free."""
    in_front = select(func.count()).where(_on_list(row), Introduction.id != row.id)
    row.position = (session.scalar(in_front) or 0) + 1
    send_link(session, means.mail, row, now, days=LIVES_DAYS)
    session.flush()


def leave(session: Session, row: Introduction) -> None:
    """Take somebody off the list, if they are on it: call it before the step that ends the wait."""
    if row.position is None:
        return
    row.position = None
    rest = select(Introduction).where(_on_list(row), Introduction.id != row.id)
    ordered = rest.order_by(Introduction.position, Introduction.answered_at, Introduction.id)
    for number, one in enumerate(session.scalars(ordered), start=1):
        one.position = number
    session.flush()


def _on_list(row: Introduction) -> ColumnElement[bool]:
    return and_(Introduction.group_id == row.group_id, Introduction.state == "waitlisted")
