"""How full the outbox is and what hangs in it, by kinds of messages: no address, no word, no cause."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from service.notifications.models import STATES, OutboxMessage

LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """Messages of one kind that do not go, for one reason."""

    template: str
    reason: str  # a code of the channel
    count: int
    oldest: datetime


def by_state(session: Session) -> dict[str, int]:
    """Return how many messages there are in each state; those of every state that there can be."""
    rows = session.execute(select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state)).all()
    found = {str(state): int(count) for state, count in rows}
    return {state: found.get(state, 0) for state in STATES}


def oldest_due(session: Session, *, now: datetime) -> datetime | None:
    """Return since when the message waits that has waited longest; None where nothing is due."""
    due = select(func.min(OutboxMessage.due_at)).where(OutboxMessage.state == "queued", OutboxMessage.due_at <= now)
    return session.scalar(due)


def waiting_again(session: Session) -> list[Stuck]:
    """Return messages that were tried and did not go, and will be tried again."""
    return _grouped(session, state="queued")


def given_up_lately(session: Session, *, now: datetime) -> list[Stuck]:
    """Return messages that a channel refused for good in the last thirty days."""
    return _grouped(session, state="failed", since=now - LATELY)


def last_sent(session: Session) -> datetime | None:
    """Return when a message last went."""
    return session.scalar(select(func.max(OutboxMessage.sent_at)))


def _grouped(session: Session, *, state: str, since: datetime | None = None) -> list[Stuck]:
    kind = (OutboxMessage.template, OutboxMessage.failure)
    found = select(*kind, func.count(), func.min(OutboxMessage.created_at)).where(OutboxMessage.state == state)
    if state == "queued":
        found = found.where(OutboxMessage.attempts > 0)
    else:
        found = found.where(OutboxMessage.failure.is_not(None))
    if since is not None:
        found = found.where(OutboxMessage.created_at >= since)
    return _told(session.execute(found.group_by(*kind).order_by(*kind)).all())


def _told(rows: Sequence[Row[str, str | None, int, datetime]]) -> list[Stuck]:
    return [
        Stuck(template=template, reason=reason or "unknown", count=count, oldest=oldest)
        for template, reason, count, oldest in rows
    ]
