"""Addresses of an organisation's own systems that are told of each event: added by its managers, shown, stopped."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, delete, false, func, select, true, update
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor, Permission
from service.accounts.record import audit
from service.accounts.record.audit import NOWHERE, Origin
from service.db.sealing import Sealer
from service.errors import Conflict, Invalid, NotFound, Problem
from service.outgoing import OutsideError, host_of
from service.referrals.events.signing import SECRET_BYTES, written
from service.referrals.models_events import PURPOSE as SEALED_FOR
from service.referrals.models_events import Delivery, Webhook

PURPOSE = SEALED_FOR  # of the sealing key
MOST = 5  # addresses of one organisation
LONGEST_ADDRESS = 500  # characters
MOST_SHOWN = 200  # addresses in one list
LAST = 50  # deliveries that are shown
SUBJECT = "webhook"  # of audit rows


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWebhook:
    """An address that was added, with its secret: the one time that this can be read."""

    id: UUID
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookLine:
    """An address in a list: by its host alone, as the rest of it may open something."""

    id: UUID
    organisation_id: UUID
    host: str
    created_at: datetime
    stopped_at: datetime | None
    gone: bool  # it said itself that nobody is there any more
    quiet: bool  # nobody answered the last time


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryLine:
    """What became of one message: `said` is a status of HTTP, or a code of `outgoing`."""

    id: UUID
    created_at: datetime
    state: str
    attempts: int
    said: str | None
    settled_at: datetime | None


def place(webhook_id: UUID, column: str) -> str:
    """Name where a sealed value lives."""
    return f"webhook:{webhook_id}:{column}"


def add(
    session: Session,
    *,
    sealer: Sealer,
    organisation_id: UUID,
    address: str,
    webhook_id: UUID,
    actor: Actor,
    now: datetime,
    origin: Origin = NOWHERE,
) -> NewWebhook:
    """Tell an address of each event from now on; a first greeting shows at once whether anybody is there.

    Raises
    ------
    NotFound
        `organisation`: none that this actor runs.
    Invalid
        `webhook`: `address` is not one of the public network by https, or there are enough already.
    """
    if not (actor.may(Permission.MANAGE_KEYS) and (_runs_all(actor) or organisation_id == actor.organisation_id)):
        raise NotFound("organisation")
    address = address.strip()
    host = _host(address)
    working = select(func.count()).where(Webhook.organisation_id == organisation_id, Webhook.stopped_at.is_(None))
    if (session.scalar(working) or 0) >= MOST:
        raise Invalid("webhook", fields={"address": Problem("webhooks_enough", {"most": MOST})})
    secret = secrets.token_bytes(SECRET_BYTES)
    row = Webhook(id=webhook_id, organisation_id=organisation_id, host=host, created_at=now)
    row.address = sealer.seal(place(row.id, "address"), address.encode())
    row.secret = sealer.seal(place(row.id, "secret"), secret)
    session.add(row)
    session.flush()
    session.add(Delivery(id=uuid4(), webhook_id=row.id, state="waiting", due_at=now, created_at=now))
    session.flush()
    _record(session, "add_webhook", row.id, actor, now, origin)
    return NewWebhook(id=row.id, secret=written(secret))


def _host(address: str) -> str:
    try:
        if len(address) <= LONGEST_ADDRESS:
            return host_of(address)
    except OutsideError:
        pass
    raise Invalid("webhook", fields={"address": Problem("webhook_address")})


def stop(session: Session, *, webhook_id: UUID, actor: Actor, now: datetime, origin: Origin = NOWHERE) -> None:
    """Tell an address nothing more; what waits for it is given up.

    Raises
    ------
    NotFound
        `webhook`: none of this actor's.
    Conflict
        `webhook_stopped`.
    """
    row = _one(session, webhook_id, actor)
    if row.stopped_at is not None:
        raise Conflict("webhook_stopped")
    end(session, row, "by_hand", now)
    _record(session, "stop_webhook", row.id, actor, now, origin)


def end(session: Session, row: Webhook, why: str, now: datetime) -> None:
    """Stop an address, and give up what waits for it."""
    row.stopped_at, row.stopped_why = now, why
    waiting = update(Delivery).where(Delivery.webhook_id == row.id, Delivery.state.in_(("waiting", "claimed")))
    session.execute(waiting.values(state="given_up", settled_at=now, claimed_at=None))
    session.flush()


def webhooks_of(
    session: Session, *, actor: Actor, now: datetime, organisation_id: UUID | None = None
) -> list[WebhookLine]:
    """List the newest addresses this actor may manage, of one organisation or of all."""
    found = select(Webhook).where(_within(actor)).order_by(Webhook.created_at.desc(), Webhook.id)
    if organisation_id is not None:
        found = found.where(Webhook.organisation_id == organisation_id)
    return [_line(row, now) for row in session.scalars(found.limit(MOST_SHOWN))]


def read(session: Session, *, webhook_id: UUID, actor: Actor, now: datetime) -> tuple[WebhookLine, list[DeliveryLine]]:
    """Give one address with its last messages, newest first.

    Raises
    ------
    NotFound
        `webhook`.
    """
    row = _one(session, webhook_id, actor)
    newest = select(Delivery).where(Delivery.webhook_id == row.id).order_by(Delivery.created_at.desc(), Delivery.id)
    return _line(row, now), [_delivery(one) for one in session.scalars(newest.limit(LAST))]


def forget_old(session: Session, *, now: datetime, kept: timedelta, stopped: timedelta) -> int:
    """Remove messages older than `kept` that are settled, and addresses that were stopped longer ago; say how many."""
    old = delete(Delivery).where(Delivery.settled_at < now - kept)
    gone = len(session.scalars(old.returning(Delivery.id)).all())
    ended = select(Webhook.id).where(Webhook.stopped_at < now - stopped)
    session.execute(delete(Delivery).where(Delivery.webhook_id.in_(ended)))
    rows = delete(Webhook).where(Webhook.stopped_at < now - stopped)
    return gone + len(session.scalars(rows.returning(Webhook.id)).all())


def _runs_all(actor: Actor) -> bool:
    return actor.may(Permission.MANAGE)


def _within(actor: Actor) -> ColumnElement[bool]:
    if not actor.may(Permission.MANAGE_KEYS):
        return false()
    if _runs_all(actor):
        return true()
    return Webhook.organisation_id == actor.organisation_id if actor.organisation_id is not None else false()


def _one(session: Session, webhook_id: UUID, actor: Actor) -> Webhook:
    row = session.scalar(select(Webhook).where(Webhook.id == webhook_id, _within(actor)))
    if row is None:
        raise NotFound("webhook")
    return row


def _record(session: Session, action: str, webhook_id: UUID, actor: Actor, now: datetime, origin: Origin) -> None:
    audit.record(
        session,
        actor=actor,
        action=action,
        subject=SUBJECT,
        subject_id=webhook_id,
        purpose=audit.Purpose.SECURITY,
        now=now,
        origin=origin,
    )


def _line(row: Webhook, now: datetime) -> WebhookLine:
    return WebhookLine(
        id=row.id,
        organisation_id=row.organisation_id,
        host=row.host,
        created_at=row.created_at,
        stopped_at=row.stopped_at,
        gone=row.stopped_why == "gone",
        quiet=row.stopped_at is None and row.quiet_until is not None and row.quiet_until > now,
    )


def _delivery(row: Delivery) -> DeliveryLine:
    return DeliveryLine(
        id=row.id,
        created_at=row.created_at,
        state=row.state,
        attempts=row.attempts,
        said=row.said,
        settled_at=row.settled_at,
    )
