"""The outbox: put a message with its cause, take what is due, mark what went. Never commits, never sends by itself."""

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from service.db.sealing import Sealer
from service.errors import Invalid, ServiceError
from service.notifications.channels import Channel, Message, check
from service.notifications.models import OutboxMessage

CLAIM_FOR = timedelta(minutes=5)  # after that whoever claimed it is taken to have died (TRUST rule 7)
MOST_ATTEMPTS = 8
FIRST_WAIT = timedelta(minutes=1)  # doubled at each failure: about two hours in all
PURPOSE = "outbox"  # of the sealing key


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What one round of sending did."""

    sent: int
    failed: int


def put(
    session: Session,
    *,
    channel: str,
    to: str,
    template: str,
    params: Mapping[str, object],
    now: datetime,
    key: str,
    sealer: Sealer,
    due_at: datetime | None = None,
    language: str = "en",
) -> UUID:
    """Write one message in the transaction of its cause; the same `key` again gives the same message.

    Call it inside a writing unit of work. `params` must be plain JSON values.

    Raises
    ------
    Invalid
        `message_template` or `message_params`: the message could not be worded.
    """
    check(template, params)
    known = session.scalar(select(OutboxMessage.id).where(OutboxMessage.key == key))
    if known is not None:
        return known
    row = OutboxMessage(id=uuid4(), key=key, channel=channel, template=template, language=language, state="queued")
    row.message_id = f"<{row.id}@kith>"
    row.to_sealed = sealer.seal(_place(row.id, "to"), to.encode())
    row.params_sealed = sealer.seal(_place(row.id, "params"), json.dumps(dict(params)).encode())
    row.created_at, row.due_at, row.attempts = now, due_at or now, 0
    session.add(row)
    session.flush()
    return row.id


def take_due(session: Session, *, now: datetime, sealer: Sealer, limit: int = 20) -> list[Message]:
    """Claim messages that are due, also those claimed so long ago that their sender must have died."""
    due = or_(
        and_(OutboxMessage.state == "queued", OutboxMessage.due_at <= now),
        and_(OutboxMessage.state == "claimed", OutboxMessage.claimed_at < now - CLAIM_FOR),
    )
    found = select(OutboxMessage).where(due).order_by(OutboxMessage.due_at, OutboxMessage.id).limit(limit)
    messages = []
    for row in session.scalars(found.with_for_update(skip_locked=True)):
        try:
            row.state, row.claimed_at, row.attempts = "claimed", now, row.attempts + 1
            messages.append(_open(row, sealer))
        except Invalid:  # sealed under a key we no longer have: one such row must not hold up the others
            row.state, row.claimed_at = "failed", None
    session.flush()
    return messages


def mark_sent(session: Session, message: Message, *, now: datetime) -> bool:
    """Note that a message went, and remove its address and words. False: another sender took it over meanwhile."""
    return _settle(session, message, state="sent", sent_at=now, to_sealed=None, params_sealed=None)


def mark_failed(session: Session, message: Message, *, now: datetime) -> bool:
    """Note that a message did not go: try again later, each time after twice as long, and in the end give up."""
    if message.attempts >= MOST_ATTEMPTS:
        return _settle(session, message, state="failed", to_sealed=None, params_sealed=None)
    return _settle(session, message, state="queued", due_at=now + FIRST_WAIT * 2 ** (message.attempts - 1))


def send_due(
    unit: Callable[[], AbstractContextManager[Session]],
    channels: Mapping[str, Channel],
    *,
    sealer: Sealer,
    clock: Callable[[], datetime],
    limit: int = 20,
) -> Sent:
    """Send what is due, once round. `unit` opens a writing unit of work; no message is sent inside one."""
    sent = failed = 0
    with unit() as session:
        messages = take_due(session, now=clock(), sealer=sealer, limit=limit)
    for message in messages:
        try:
            channels[message.channel].send(message)
        except (OSError, KeyError, ServiceError):  # not reachable, no such channel, not wordable: it stays queued
            failed += 1
            with unit() as session:
                mark_failed(session, message, now=clock())
        else:
            sent += 1
            with unit() as session:
                mark_sent(session, message, now=clock())
    return Sent(sent=sent, failed=failed)


def _settle(session: Session, message: Message, **values: object) -> bool:
    # The number of attempts names the claim: had anybody claimed it after us, it would be higher.
    ours = and_(
        OutboxMessage.id == message.id,
        OutboxMessage.state == "claimed",
        OutboxMessage.attempts == message.attempts,
    )
    changed = update(OutboxMessage).where(ours).values(claimed_at=None, **values).returning(OutboxMessage.id)
    return session.execute(changed).first() is not None


def _open(row: OutboxMessage, sealer: Sealer) -> Message:
    return Message(
        id=row.id,
        message_id=row.message_id,
        channel=row.channel,
        template=row.template,
        language=row.language,
        to=sealer.open(_place(row.id, "to"), row.to_sealed or b"").decode(),
        params=json.loads(sealer.open(_place(row.id, "params"), row.params_sealed or b"")),
        attempts=row.attempts,
    )


def _place(row_id: UUID, column: str) -> str:
    return f"outbox_message:{row_id}:{column}"
