"""Whoever asked to be rung: sealed until they were reached, and for fourteen days at most. Flushes, never commits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.accounts.limits import Limit
from service.accounts.permissions import Actor, Permission
from service.accounts.record import audit
from service.accounts.record.audit import NOWHERE, Origin, Purpose
from service.crisis import may_be_at_risk
from service.db.sealing import Sealer
from service.errors import Conflict, NotFound
from service.referrals.models import RingRequest
from service.referrals.queries import place
from service.referrals.rings import RingIn

KEPT = timedelta(days=14)  # whom nobody reached by then is forgotten
SHOWN = 100  # on one page, the longest waiting first
SEALED = ("name", "number", "about")
# Exact across workers. Several people may share an address or a telephone; a flood may not drown those who wait.
BY_ADDRESS = Limit(scope="ring_back.address", most=5, seconds=3600)
BY_NUMBER = Limit(scope="ring_back.number", most=3, seconds=86_400)
BY_ALL = Limit(scope="ring_back.all", most=200, seconds=86_400)
Outcome = Literal["done", "no_answer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RingView:
    """One person who waits to be rung."""

    id: UUID
    name: str
    number: str
    about: str
    suits: str
    language: str
    may_leave_message: bool
    asked_at: datetime
    tries: int
    tried_at: datetime | None

    @property
    def at_risk(self) -> bool:
        """Whether what they wrote may mean danger."""
        return may_be_at_risk(self.about)

    @property
    def forgotten_at(self) -> datetime:
        """When name and number are removed, whether anybody was reached or not."""
        return self.asked_at + KEPT


def ask(session: Session, *, sealer: Sealer, request_id: UUID, wish: RingIn, now: datetime) -> None:
    """Keep one wish. Sent again with the same id it stays one, with what was said last, unless it was answered."""
    row = session.get(RingRequest, request_id)
    if row is None:
        row = RingRequest(id=request_id, asked_at=now, state="waiting", tries=0)
        session.add(row)
    elif row.state != "waiting":
        return
    row.suits, row.language, row.may_leave_message = wish.suits, wish.language, wish.may_leave_message
    for column in SEALED:
        text = getattr(wish, column)
        where = place("ring_request", request_id, column)
        setattr(row, column, sealer.seal(where, text.encode()) if text else None)
    session.flush()


def read_waiting(
    session: Session, *, sealer: Sealer, actor: Actor, now: datetime, origin: Origin = NOWHERE
) -> tuple[RingView, ...]:
    """Return who waits, words of danger first and then the longest wait, and record who read it."""
    wanted = (
        select(RingRequest)
        .where(RingRequest.state == "waiting", RingRequest.asked_at > now - KEPT)
        .order_by(RingRequest.asked_at, RingRequest.id)
        .limit(SHOWN)
    )
    found = tuple(sorted((_view(sealer, row) for row in session.scalars(wanted)), key=lambda one: not one.at_risk))
    audit.record(
        session,
        actor=actor,
        action=Permission.RING_BACK.value,
        subject="ring_request",
        subject_id=None,
        columns=(*SEALED, *(f"id:{one.id}" for one in found)),
        purpose=Purpose.RING_BACK,
        now=now,
        origin=origin,
    )
    return found


def count_waiting(session: Session) -> int:
    """Return how many wait, whoever they are."""
    return session.scalar(select(func.count()).where(RingRequest.state == "waiting")) or 0


def rang(
    session: Session, *, request_id: UUID, outcome: Outcome, actor: Actor, now: datetime, origin: Origin = NOWHERE
) -> None:
    """Note that somebody rang; whoever was reached is forgotten at once.

    Raises
    ------
    NotFound
        `ring_request`
    Conflict
        `rung_already`: somebody else reached them, or the time has run out.
    """
    row = session.get(RingRequest, request_id)
    if row is None:
        raise NotFound("ring_request")
    if row.state != "waiting":
        raise Conflict("rung_already")
    row.tries, row.tried_at = row.tries + 1, now
    if outcome == "done":
        _forget(row, "reached", now)
    audit.record(
        session,
        actor=actor,
        action=f"rang.{outcome}",
        subject="ring_request",
        subject_id=request_id,
        purpose=Purpose.RING_BACK,
        now=now,
        origin=origin,
    )


def forget_old(session: Session, *, now: datetime) -> int:
    """Remove what people said whom nobody reached in time; returns how many they were."""
    old = select(RingRequest).where(RingRequest.state == "waiting", RingRequest.asked_at <= now - KEPT)
    rows = session.scalars(old).all()
    for row in rows:
        _forget(row, "ran_out", now)
    session.flush()
    return len(rows)


def _forget(row: RingRequest, state: str, now: datetime) -> None:
    row.state, row.closed_at, row.may_leave_message = state, now, False
    row.name = row.number = row.about = None


def _view(sealer: Sealer, row: RingRequest) -> RingView:
    said: Mapping[str, bytes | None] = {column: getattr(row, column) for column in SEALED}
    text = {
        column: sealer.open(place("ring_request", row.id, column), sealed).decode() if sealed else ""
        for column, sealed in said.items()
    }
    return RingView(
        id=row.id,
        **text,
        suits=row.suits,
        language=row.language,
        may_leave_message=row.may_leave_message,
        asked_at=row.asked_at,
        tries=row.tries,
        tried_at=row.tried_at,
    )
