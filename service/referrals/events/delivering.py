"""Tells addresses of events: takes what is due, asks the way out, keeps what came of it. A body never holds a word.

A message goes until somebody answers with 2xx, or a day is over. An answer that is a refusal puts off this message
alone; where nobody answers, the address is left alone for a while and its messages wait. It opens units that are handed
in, and none is open while somebody is asked.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, update
from sqlalchemy.orm import Session

from service.db.sealing import Sealer
from service.db.units import Tools as OfAJob
from service.outgoing import OutsideError, Ways, ask
from service.referrals.events import feed, signing, webhooks
from service.referrals.events.feed import EventView
from service.referrals.models_events import Delivery, Event, Webhook

WAIT_SECONDS = 5.0  # for an answer
TURN_SECONDS = 20.0  # of one run: mail waits so long at most
FIRST_WAIT = timedelta(seconds=30)  # doubled at each failure
LONGEST_WAIT = timedelta(hours=1)
GIVEN_UP_AFTER = timedelta(days=1)
CLAIM_FOR = timedelta(minutes=5)  # after that whoever claimed it is taken to have died
STEP, GREETING = "referral.step", "webhook.added"
GONE = 410


class Tools(OfAJob, Protocol):
    """What this job works with."""

    @property
    def sealer(self) -> Callable[[str], Sealer]:
        """Give what seals for one purpose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One message, claimed."""

    id: UUID
    webhook_id: UUID
    attempts: int
    address: str = field(repr=False)
    secret: bytes = field(repr=False)
    body: bytes = field(repr=False)


def is_waiting(session: Session, now: datetime) -> bool:
    """Whether any event waits for its number, any message is due, or any has waited too long."""
    return (
        feed.has_unnumbered(session)
        or session.execute(_due(now).limit(1)).first() is not None
        or session.scalar(select(Delivery.id).where(_too_old(now)).limit(1)) is not None
    )


def run(tools: Tools, *, ways: Callable[[str], Ways] = Ways.to, seconds: float = TURN_SECONDS) -> int:
    """Number what is new, and tell what is due as long as there is time; returns how many messages arrived."""
    sealer, until, arrived = tools.sealer(webhooks.PURPOSE), time.monotonic() + seconds, 0
    with tools.writing() as session:
        feed.give_numbers(session)
        give_up_old(session, tools.clock())
    while time.monotonic() < until:
        with tools.writing() as session:
            message = take(session, sealer=sealer, now=tools.clock())
        if message is None:
            break
        said = tell(message, ways=ways(message.address), now=tools.clock())
        with tools.writing() as session:
            arrived += settle(session, message, said, now=tools.clock())
    return arrived


def take(session: Session, *, sealer: Sealer, now: datetime) -> Telling | None:
    """Claim the message that is due first, also one claimed so long ago that its sender must have died."""
    found = session.execute(_due(now).limit(1).with_for_update(of=Delivery, skip_locked=True)).first()
    if found is None:
        return None
    row, hook = found
    row.state, row.claimed_at, row.attempts = "claimed", now, row.attempts + 1
    session.flush()
    event = feed.by_id(session, [row.event_id])[row.event_id] if row.event_id is not None else None
    return Telling(
        id=row.id,
        webhook_id=hook.id,
        attempts=row.attempts,
        address=sealer.open(webhooks.place(hook.id, "address"), hook.address).decode(),
        secret=sealer.open(webhooks.place(hook.id, "secret"), hook.secret),
        body=body(event, row.created_at),
    )


def body(event: EventView | None, at: datetime) -> bytes:
    """Return what is sent: the same bytes at each try. Numbers, states, a role and a time."""
    if event is None:
        told: dict[str, object] = {"type": GREETING, "timestamp": at.isoformat(), "data": {}}
    else:
        ids = {"id": event.id, "referral_id": event.referral_id}
        if event.introduction_id is not None and event.group_id is not None:
            ids |= {"introduction_id": event.introduction_id, "group_id": event.group_id}
        codes = {"from_state": event.from_state, "to_state": event.to_state, "by_role": event.by_role}
        data = {"number": event.number, **{name: str(one) for name, one in ids.items()}, **codes}
        told = {"type": STEP, "timestamp": event.at.isoformat(), "data": data}
    return json.dumps(told, separators=(",", ":")).encode()


def tell(message: Telling, *, ways: Ways, now: datetime) -> str:
    """Send one message; return the status somebody answered with, or a code of why nobody did."""
    signed = signing.headers(
        message.secret, message_id=str(message.id), timestamp=int(now.timestamp()), body=message.body
    )
    headers = {"Content-Type": "application/json", **signed}
    try:
        answer = ask(
            message.address, ways=ways, method="POST", headers=headers, body=message.body, wait_seconds=WAIT_SECONDS
        )
    except OutsideError as error:
        return str(error.params["why"])[:60]
    return str(answer.status)


def settle(session: Session, message: Telling, said: str, *, now: datetime) -> bool:
    """Keep what came of a message; says whether it arrived. If another has taken it over meanwhile, that one counts."""
    row = session.get(Delivery, message.id, with_for_update=True, populate_existing=True)
    if row is None or row.state != "claimed" or row.attempts != message.attempts:
        return False
    hook = session.get_one(Webhook, message.webhook_id, with_for_update=True, populate_existing=True)
    row.said, row.claimed_at, arrived = said, None, said.startswith("2") and said.isdigit()
    if arrived:
        row.state, row.settled_at = "done", now
    elif said == str(GONE):
        webhooks.end(session, hook, "gone", now)
    else:
        row.state, row.due_at = "waiting", now + _wait(row.attempts) if said.isdigit() else row.due_at
    away = not said.isdigit()
    hook.failures = hook.failures + 1 if away else 0
    hook.quiet_until = now + _wait(hook.failures) if away else None
    session.flush()
    return arrived


def give_up_old(session: Session, now: datetime) -> int:
    """Give up what has waited for a day; what was said last stays with it."""
    old = update(Delivery).where(_too_old(now))
    gone = session.execute(old.values(state="given_up", settled_at=now, claimed_at=None).returning(Delivery.id)).all()
    return len(gone)


def _wait(failures: int) -> timedelta:
    times: int = 2 ** min(failures - 1, 10)
    return min(FIRST_WAIT * times, LONGEST_WAIT)


def _died(now: datetime) -> ColumnElement[bool]:
    return and_(Delivery.state == "claimed", Delivery.claimed_at < now - CLAIM_FOR)


def _too_old(now: datetime) -> ColumnElement[bool]:
    open_ones = or_(Delivery.state == "waiting", _died(now))
    return and_(open_ones, Delivery.created_at <= now - GIVEN_UP_AFTER)


def _due(now: datetime) -> Select[Delivery, Webhook]:
    """Select what is due, in the order of events: of addresses that work and are not left alone just now."""
    found = select(Delivery, Webhook).join(Webhook, Webhook.id == Delivery.webhook_id)
    found = found.outerjoin(Event, Event.id == Delivery.event_id)
    open_ones = and_(Webhook.stopped_at.is_(None), or_(Webhook.quiet_until.is_(None), Webhook.quiet_until <= now))
    numbered: ColumnElement[bool] = or_(Delivery.event_id.is_(None), Event.number.is_not(None))
    waits = or_(and_(Delivery.state == "waiting", Delivery.due_at <= now), _died(now))
    order = (Delivery.due_at, func.coalesce(Event.number, 0), Delivery.id)
    return found.where(open_ones, numbered, waits, Delivery.created_at > now - GIVEN_UP_AFTER).order_by(*order)
