"""The telephone round: whom to ring about which listing, the worst first, and what was answered. Never commits."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Select, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session, joinedload

from service.accounts.permissions import Actor, Permission
from service.accounts.record import audit
from service.catalog import models as m
from service.catalog import reports
from service.catalog.fresh import chase, deeds, schedule
from service.catalog.fresh.harm import harm, months_since
from service.catalog.models_fresh import ToConfirm
from service.db import Base
from service.db.sealing import Sealer
from service.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from service.notifications.models import OutboxMessage

OUTCOMES = ("right", "changed", "closed", "no_answer", "wrong_number")
ENDS = frozenset({"right", "closed"})  # after which nobody rings again
PAGE = 25  # listings on one page
NO_NUMBER = 0.001  # of its harm: whom nobody can ring comes behind whom one can, in the same order
MANY_TRIES = 3  # calls that nobody took, after which a listing is marked
NEXT_TRY = timedelta(days=1)
LATER = timedelta(days=28)  # after many tries, and while an editor looks for the number (proposed)
CHUNK = 500


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


# ---- who is in the queue ---------------------------------------------------------------------------------------------


def refresh(session: Session, *, referrals: Mapping[UUID, int], now: datetime) -> int:
    """Write the queue anew from what is known today; tries and days of another call stay. Returns how many wait.

    `referrals` are how many people were sent to each group lately: whoever knows it says so.
    """
    wanted = dict(_places(session, referrals, now))
    there = {row[0]: row[1] for row in session.execute(select(ToConfirm.group_id, ToConfirm.place))}
    gone = sorted(set(there) - set(wanted))
    for start in range(0, len(gone), CHUNK):
        session.execute(delete(ToConfirm).where(ToConfirm.group_id.in_(gone[start : start + CHUNK])))
    fresh = {"tries": 0, "again_on": now.date(), "version": 1}
    new = [{"group_id": key, "place": wanted[key], **fresh} for key in sorted(set(wanted) - set(there))]
    if new:
        session.execute(insert(ToConfirm), new)
    moved = [{"key": key, "now": place} for key, place in wanted.items() if there.get(key, place) != place]
    if moved:  # past the version: who answers for a call minds nothing of its place
        table = Base.metadata.tables[ToConfirm.__tablename__]
        change = update(table).where(table.c.group_id == bindparam("key")).values(place=bindparam("now"))
        session.connection().execute(change, moved)
    return len(wanted)


def _places(session: Session, referrals: Mapping[UUID, int], now: datetime) -> Iterator[tuple[UUID, float]]:
    reported = _reports(session)
    bounced = _bounces(session)
    after: UUID | None = None
    while rows := _old(session, after, now):
        history = chase.sent_about(session, [row.id for row in rows])
        for row in rows:
            since, back = row.last_confirmed_on or row.created_at.date(), bounced.get(row.id, 0)
            asked = history.get(row.id, ())
            has_address = bool(row.email or row.organisation_email)
            if schedule.to_ring(since, asked, now.date(), has_address=has_address, bounced=back > 0):
                does = harm(
                    views=0,  # nobody counts who reads which listing
                    referrals=referrals.get(row.id, 0),
                    months=months_since(row.last_confirmed_on, now.date()),
                    reports=reported.get(row.id, 0),
                    bounces=back,
                    mode=row.mode,
                )
                yield row.id, -does * (1.0 if row.phone else NO_NUMBER)
        after = rows[-1].id


@dataclass(frozen=True, slots=True)
class _Row:
    id: UUID
    last_confirmed_on: date | None
    created_at: datetime
    mode: str
    email: str | None
    phone: str | None
    organisation_email: str | None


def _old(session: Session, after: UUID | None, now: datetime) -> list[_Row]:
    own = (m.Group.id, m.Group.last_confirmed_on, m.Group.created_at, m.Group.mode, m.Group.email, m.Group.phone)
    found = (
        select(*own, m.Organisation.email)
        .join(m.Group.organisation)
        .where(chase.asked_about(), chase.grown_old(now))
        .order_by(m.Group.id)
        .limit(CHUNK)
    )
    rows = session.execute(found if after is None else found.where(m.Group.id > after))
    return [_Row(*row) for row in rows]


def _reports(session: Session) -> dict[UUID, int]:
    found = select(m.Report.group_id, func.count()).where(m.Report.state == "open").group_by(m.Report.group_id)
    return {row[0]: row[1] for row in session.execute(found)}


def _bounces(session: Session) -> dict[UUID, int]:
    """Count the mails about each listing that did not go, as long as the outbox remembers."""
    failed = select(OutboxMessage.key).where(OutboxMessage.template == chase.TEMPLATE, OutboxMessage.state == "failed")
    counted: dict[UUID, int] = {}
    for key in session.scalars(failed):
        group_id = UUID(key.split(":")[1])
        counted[group_id] = counted.get(group_id, 0) + 1
    return counted


# ---- reading the queue -----------------------------------------------------------------------------------------------


def queue(session: Session, *, actor: Actor, today: date, page: int = 1) -> tuple[CallLine, ...]:
    """Return whom to ring, one more than a page holds: least often tried first, then by harm."""
    _permitted(actor)
    keys = _waiting(today).limit(PAGE + 1).offset((page - 1) * PAGE)
    tries = {row[0]: row[1] for row in session.execute(keys)}
    groups = session.scalars(
        select(m.Group).options(joinedload(m.Group.organisation)).where(m.Group.id.in_(list(tries)))
    )
    known = {group.id: group for group in groups}
    return tuple(_line(known[key], many) for key, many in tries.items())


def following(session: Session, *, today: date) -> UUID | None:
    """Return the listing to ring about next; None: nobody waits."""
    found: UUID | None = session.scalar(_waiting(today).limit(1))
    return found


def count(session: Session, *, today: date) -> int:
    """Return how many wait."""
    return session.scalar(select(func.count()).select_from(ToConfirm).where(ToConfirm.again_on <= today)) or 0


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
        `edit_catalog`, `call`.
    Conflict
        `stale_version`: somebody else rang, or changed the listing.
    Invalid
        Field `outcome`: `not_a_choice`.
    """
    _permitted(actor)
    if said.outcome not in OUTCOMES:
        raise Invalid("invalid", fields={"outcome": Problem("not_a_choice")})
    row = _row(session, group_id)
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


def _waiting(today: date) -> Select[UUID, int]:
    ordered = (ToConfirm.tries, ToConfirm.place, ToConfirm.group_id)
    return select(ToConfirm.group_id, ToConfirm.tries).where(ToConfirm.again_on <= today).order_by(*ordered)


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
