"""The telephone round: whom to ring about which listing, the worst first, and what was answered. Never commits."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from service.accounts.permissions import VISITOR, Actor, Permission
from service.accounts.record import audit
from service.catalog import models as m
from service.catalog import reports
from service.catalog.fresh import deeds
from service.catalog.keepers import check
from service.catalog.models_fresh import ToConfirm
from service.db.sealing import Sealer
from service.errors import Conflict, Forbidden, Invalid, NotFound, Problem

OUTCOMES = ("right", "changed", "closed", "no_answer", "wrong_number")
ENDS = frozenset({"right", "closed"})  # after which nobody rings again
PAGE = 25  # listings on one page
MANY_TRIES = 3  # calls that nobody took, after which a listing is marked
NEXT_TRY = timedelta(days=1)
LATER = timedelta(days=28)  # after many tries, and while an editor looks for the number (proposed)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLine:
    """One listing in the queue."""

    group_id: UUID
    name: str
    is_example: bool
    organisation_name: str
    phone: str | None
    last_confirmed_on: date | None
    confirmed_precision: str
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a call came to. `words` stand in the history of the listing, and in a report where one is made."""

    outcome: str
    call_version: int
    group_version: int
    words: str


# ---- reading the queue -----------------------------------------------------------------------------------------------


def queue(session: Session, *, actor: Actor, today: date, page: int = 1) -> tuple[CallLine, ...]:
    """Return whom to ring, one more than a page holds: least often tried first, then by harm."""
    _permitted(actor)
    keys = _waiting(session, today, actor).limit(PAGE + 1).offset((page - 1) * PAGE)
    tries = {row[0]: row[1] for row in session.execute(keys)}
    groups = session.scalars(
        select(m.Group).options(joinedload(m.Group.organisation)).where(m.Group.id.in_(list(tries)))
    )
    known = {group.id: group for group in groups}
    return tuple(_line(known[key], many) for key, many in tries.items())


def following(session: Session, *, today: date, actor: Actor = VISITOR) -> UUID | None:
    """Return the listing to ring about next, of those that whoever asks keeps; None: nobody waits."""
    found: UUID | None = session.scalar(_waiting(session, today, actor).limit(1))
    return found


def count(session: Session, *, today: date, actor: Actor = VISITOR) -> int:
    """Return how many wait, of those that whoever asks keeps."""
    waiting = _waiting(session, today, actor).order_by(None).subquery()
    return session.scalar(select(func.count()).select_from(waiting)) or 0


def call(session: Session, *, group_id: UUID, actor: Actor) -> tuple[int, int]:
    """Return the version of a call and how often nobody took it; NotFound `call`: nobody need ring about it."""
    _permitted(actor)
    row = _row(session, group_id)
    return row.version, row.tries


# ---- what was answered -----------------------------------------------------------------------------------------------


def answer(
    session: Session,
    *,
    group_id: UUID,
    said: Answer,
    sealer: Sealer,
    actor: Actor,
    now: datetime,
    origin: audit.Origin,
) -> None:
    """Take what a call came to.

    Raises
    ------
    Forbidden, NotFound
        `edit_catalog`, `out_of_scope`, `call`.
    Conflict
        `stale_version`: somebody else rang, or changed the listing.
    Invalid
        Field `outcome`: `not_a_choice`.
    """
    _permitted(actor)
    if said.outcome not in OUTCOMES:
        raise Invalid("invalid", fields={"outcome": Problem("not_a_choice")})
    row = _row(session, group_id)
    check.listing(session, group_id, actor)
    if row.version != said.call_version:
        raise Conflict("stale_version", current_version=row.version)
    if said.outcome in ENDS:
        deeds.follow(
            session,
            group_id=group_id,
            outcome=said.outcome,
            version=said.group_version,
            words=said.words,
            actor=actor,
            now=now,
            origin=origin,
        )
    else:
        _try_again(session, row, said, sealer, actor, now, origin)


def _try_again(
    session: Session,
    row: ToConfirm,
    said: Answer,
    sealer: Sealer,
    actor: Actor,
    now: datetime,
    origin: audit.Origin,
) -> None:
    wait = NEXT_TRY
    if said.outcome == "no_answer":
        row.tries += 1
        wait = LATER if row.tries % MANY_TRIES == 0 else NEXT_TRY
    elif said.outcome == "wrong_number":
        wait = LATER
        number = reports.Said(wrong="contact", words=said.words)
        reports.take(session, sealer=sealer, report_id=uuid4(), group_id=row.group_id, said=number, now=now)
    row.again_on = now.date() + wait
    session.flush()
    audit.record(
        session,
        actor=actor,
        action=Permission.EDIT_CATALOG.value,
        subject=ToConfirm.__tablename__,
        subject_id=row.group_id,
        columns=["tries", "again_on"],
        now=now,
        origin=origin,
    )


def _waiting(session: Session, today: date, actor: Actor) -> Select[UUID, int]:
    ordered = (ToConfirm.tries, ToConfirm.place, ToConfirm.group_id)
    waiting = select(ToConfirm.group_id, ToConfirm.tries).where(ToConfirm.again_on <= today).order_by(*ordered)
    scope = check.scope_of(session, actor)
    if scope is None:
        return waiting
    return waiting.join(m.Group, m.Group.id == ToConfirm.group_id).where(check.listings(scope))


def _row(session: Session, group_id: UUID) -> ToConfirm:
    row = session.get(ToConfirm, group_id, populate_existing=True)
    if row is None:
        raise NotFound("call")
    return row


def _line(group: m.Group, tries: int) -> CallLine:
    return CallLine(
        group_id=group.id,
        name=group.name,
        is_example=group.is_example,
        organisation_name=group.organisation.name,
        phone=group.phone,
        last_confirmed_on=group.last_confirmed_on,
        confirmed_precision=group.confirmed_precision,
        tries=tries,
    )


def _permitted(actor: Actor) -> None:
    if not actor.may(Permission.EDIT_CATALOG):
        raise Forbidden(Permission.EDIT_CATALOG.value)
