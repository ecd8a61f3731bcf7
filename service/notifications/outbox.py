"""The outbox: put a message with its cause, take what is due, mark what went. Never commits, never sends by itself."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Select, and_, or_, select, update
from sqlalchemy.orm import Session

from service.db.sealing import Sealer
from service.errors import Invalid, ServiceError
from service.notifications import quiet
from service.notifications.channels import Away, Channel, Later, Message, Never, NotSent, check, words
from service.notifications.models import OutboxMessage

CLAIM_FOR = timedelta(minutes=5)  # after that whoever claimed it is taken to have died (TRUST rule 7)
FIRST_WAIT = timedelta(minutes=1)  # doubled at each failure
LONGEST_WAIT = timedelta(hours=1)  # of one message that is not taken
LONGEST_AWAY = timedelta(minutes=4)  # of a channel that fails: what waited goes within five minutes of its return
LATE = timedelta(minutes=15)  # a message that still waits: mail goes within five minutes where all is well
PURPOSE = "outbox"  # of the sealing key
Before = Callable[[Session, Message, datetime], str | datetime | None]
"""Asked once more just before a message goes: None lets it go, a code gives it up, a moment keeps it back till then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What one round of sending did."""

    sent: int
    reasons: tuple[str, ...] = ()  # one code for each message that did not go

    @property
    def failed(self) -> int:
        """How many did not go."""
        return len(self.reasons)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUp:
    """A message that will not go, and why: a code."""

    template: str
    created_at: datetime
    attempts: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What became of one message. Neither its address nor its words are told."""

    key: str = field(repr=False)
    template: str
    channel: str
    state: str
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None
    attempts: int
    reason: str | None  # why it was given up: a code


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

    Call it inside a writing unit of work. `params` must be plain JSON values. To an address that wants no messages
    a row is written that is given up already: its cause stands, and nothing goes.

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
    if quiet.wants_none(session, to, sealer=sealer):
        _give_up(row, quiet.REASON, sealer)
    session.add(row)
    session.flush()
    return row.id


def is_put(session: Session, key: str) -> bool:
    """Whether a message of this cause was written before."""
    return session.scalar(select(OutboxMessage.id).where(OutboxMessage.key == key)) is not None


def take_due(
    session: Session, *, now: datetime, sealer: Sealer, limit: int = 20, before: Before | None = None
) -> list[Message]:
    """Claim messages that are due, also those claimed so long ago that their sender must have died.

    What is due and must not go is given up here: it came too late, or its address wants no messages since, or `before`
    says so; or it is kept back until `before` says.
    """
    found = select(OutboxMessage).where(_is_due(now)).order_by(OutboxMessage.due_at, OutboxMessage.id)
    messages = []
    for row in session.scalars(found.limit(limit).with_for_update(skip_locked=True)):
        try:
            row.state, row.claimed_at, row.attempts = "claimed", now, row.attempts + 1
            message = _open(row, sealer)
            stopped: str | datetime | None = _stopped(session, row, message, now, sealer)
            stopped = stopped or (before(session, message, now) if before is not None else None)
        except Invalid as error:  # sealed under a key we no longer have: one such row must not hold up the others
            stopped = error.code
        if isinstance(stopped, datetime):
            row.state, row.claimed_at, row.due_at, row.attempts = "queued", None, stopped, row.attempts - 1
        elif stopped is not None:
            _give_up(row, stopped, sealer)
        else:
            messages.append(message)
    session.flush()
    return messages


def is_waiting(session: Session, *, now: datetime) -> bool:
    """Whether any message is due."""
    return session.scalar(select(OutboxMessage.id).where(_is_due(now)).limit(1)) is not None


def is_late(session: Session, *, now: datetime) -> bool:
    """Whether a message waits that nobody took when it was due, or that was tried and did not go for long."""
    untaken = _is_due(now - LATE)
    kept_back = and_(
        OutboxMessage.state == "queued", OutboxMessage.attempts > 0, OutboxMessage.created_at <= now - LATE
    )
    return session.scalar(select(OutboxMessage.id).where(or_(untaken, kept_back)).limit(1)) is not None


def mark_sent(session: Session, message: Message, *, now: datetime) -> bool:
    """Note that a message went, and remove its address and words. False: another sender took it over meanwhile."""
    return _settle(session, message, state="sent", sent_at=now, to_sealed=None, params_sealed=None, failure=None)


def mark_failed(session: Session, message: Message, why: NotSent, *, now: datetime, sealer: Sealer) -> bool:
    """Note that a message did not go: try again, each time after twice as long, or give up and keep the reason."""
    code = why.code[:60]
    if isinstance(why, Never):
        reason = _reason_sealed(message.id, why.code, sealer)
        return _settle(session, message, state="failed", to_sealed=None, params_sealed=reason, failure=code)
    longest = LONGEST_AWAY if isinstance(why, Away) else LONGEST_WAIT
    wait = min(FIRST_WAIT * 2 ** min(message.attempts - 1, 10), longest)
    return _settle(session, message, state="queued", due_at=now + wait, failure=code)


def given_up(session: Session, *, sealer: Sealer, limit: int = 100) -> list[GivenUp]:
    """Tell of the newest messages that will not go, and why. Neither address nor words are kept of them."""
    failed = select(OutboxMessage).where(OutboxMessage.state == "failed")
    newest = failed.order_by(OutboxMessage.created_at.desc(), OutboxMessage.id).limit(limit)
    return [
        GivenUp(
            template=row.template,
            created_at=row.created_at,
            attempts=row.attempts,
            reason=_reason_of(row, sealer),
        )
        for row in session.scalars(newest)
    ]


def about(session: Session, ids: Iterable[UUID], *, sealer: Sealer) -> list[Posted]:
    """Tell what became of the messages whose cause is one of these things, oldest first."""
    named = [OutboxMessage.key.contains(str(one)) for one in ids]
    if not named:
        return []
    found = select(OutboxMessage).where(or_(*named)).order_by(OutboxMessage.created_at, OutboxMessage.id)
    return [
        Posted(
            key=row.key,
            template=row.template,
            channel=row.channel,
            state=row.state,
            created_at=row.created_at,
            due_at=row.due_at,
            sent_at=row.sent_at,
            attempts=row.attempts,
            reason=_reason_of(row, sealer) if row.state == "failed" else None,
        )
        for row in session.scalars(found)
    ]


def given_up_keys(
    session: Session, *, prefix: str, since: datetime, why: Callable[[str], bool], sealer: Sealer
) -> list[str]:
    """Return the causes, by how they begin, of messages that were given up for a reason of this kind; oldest first."""
    failed = (OutboxMessage.state == "failed", OutboxMessage.created_at >= since)
    found = select(OutboxMessage).where(*failed, OutboxMessage.key.startswith(prefix, autoescape=True))
    in_order = found.order_by(OutboxMessage.created_at, OutboxMessage.id)
    return [row.key for row in session.scalars(in_order) if why(_reason_of(row, sealer))]


def stop_about(session: Session, ids: Iterable[UUID], *, reason: str, sealer: Sealer, but: Collection[str] = ()) -> int:
    """Give up every message about one of these things that has not gone; returns how many. `but` names templates."""
    named = [OutboxMessage.key.contains(str(one)) for one in ids]
    if not named:
        return 0
    waiting = select(OutboxMessage).where(OutboxMessage.state.in_(("queued", "claimed")), or_(*named))
    found = session.scalars(waiting.where(OutboxMessage.template.not_in(but)).order_by(OutboxMessage.id)).all()
    for row in found:
        _give_up(row, reason, sealer)
    session.flush()
    return len(found)


def try_again(session: Session, *, template: str, now: datetime) -> int:
    """Have every message of this kind that was tried and did not go be due at once; returns how many."""
    found = session.scalars(_stuck(template)).all()
    for row in found:
        row.due_at = min(row.due_at, now)
    session.flush()
    return len(found)


def stop_trying(session: Session, *, template: str, sealer: Sealer) -> int:
    """Give up every message of this kind that was tried and did not go; returns how many."""
    found = session.scalars(_stuck(template)).all()
    for row in found:
        _give_up(row, "given_up", sealer)
    session.flush()
    return len(found)


def _stuck(template: str) -> Select[OutboxMessage]:
    tried = and_(OutboxMessage.state == "queued", OutboxMessage.attempts > 0, OutboxMessage.template == template)
    return select(OutboxMessage).where(tried).order_by(OutboxMessage.id).with_for_update()


def send_due(
    unit: Callable[[], AbstractContextManager[Session]],
    channels: Mapping[str, Channel],
    *,
    sealer: Sealer,
    clock: Callable[[], datetime],
    limit: int = 20,
    before: Before | None = None,
) -> Sent:
    """Send what is due, once round. `unit` opens a writing unit of work; no message is sent inside one."""
    sent, reasons = 0, []
    with unit() as session:
        messages = take_due(session, now=clock(), sealer=sealer, limit=limit, before=before)
    for message in messages:
        why = _carried(channels, message)
        with unit() as session:
            if why is None:
                sent += mark_sent(session, message, now=clock())
            else:
                reasons.append(why.code)
                mark_failed(session, message, why, now=clock(), sealer=sealer)
    return Sent(sent=sent, reasons=tuple(reasons))


def _carried(channels: Mapping[str, Channel], message: Message) -> NotSent | None:
    try:
        channels[message.channel].send(message)
    except NotSent as why:
        return why
    except (OSError, KeyError, ServiceError):  # not reachable, no such channel, not wordable by this version
        return Later("channel")
    return None


def _is_due(now: datetime) -> ColumnElement[bool]:
    return or_(
        and_(OutboxMessage.state == "queued", OutboxMessage.due_at <= now),
        and_(OutboxMessage.state == "claimed", OutboxMessage.claimed_at < now - CLAIM_FOR),
    )


def _stopped(session: Session, row: OutboxMessage, message: Message, now: datetime, sealer: Sealer) -> str | None:
    if now - row.created_at >= words(message.template, message.language).lives:
        return "too_late"
    return quiet.REASON if quiet.wants_none(session, message.to, sealer=sealer) else None


def _give_up(row: OutboxMessage, reason: str, sealer: Sealer) -> None:
    row.state, row.claimed_at, row.to_sealed = "failed", None, None
    row.params_sealed = _reason_sealed(row.id, reason, sealer)


def _reason_sealed(row_id: UUID, reason: str, sealer: Sealer) -> bytes:
    return sealer.seal(_place(row_id, "params"), json.dumps({"reason": reason}).encode())


def _reason_of(row: OutboxMessage, sealer: Sealer) -> str:
    try:
        kept = json.loads(sealer.open(_place(row.id, "params"), row.params_sealed or b""))
    except Invalid:
        return "unknown"
    return str(kept.get("reason", "unknown"))


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
        key=row.key,
    )


def _place(row_id: UUID, column: str) -> str:
    return f"outbox_message:{row_id}:{column}"
