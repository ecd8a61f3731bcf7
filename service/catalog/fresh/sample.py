"""How true the catalogue is: each month some listings are drawn by chance, editors ring, and what they find is counted.

Never commits; `draw` opens units that are handed in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from heapq import nsmallest
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor, Permission
from service.accounts.record import audit
from service.catalog import models as m
from service.catalog.fresh import chase, deeds
from service.catalog.fresh.interval import wilson
from service.catalog.keepers import check
from service.catalog.models_fresh import FOUND, TruthSample
from service.db.units import Unit
from service.errors import Conflict, Forbidden, Invalid, NotFound, Problem

LEAST = 20  # answers below which no share is told
COUNTED = timedelta(days=365)  # answers of the last year
TOLD = ("right", "partly", "closed")
SPARE = 2  # times as many are chosen as are kept: one may be taken off the list meanwhile


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One listing of a month's sample."""

    id: UUID
    group_id: UUID
    name: str
    phone: str | None
    found: str | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What a year of calls found: `right` of `asked` were right in all; `low` and `high` are its 95 % interval."""

    asked: int
    right: int
    not_reached: int
    low: float
    high: float


def month_of(day: date) -> date:
    """Return the first day of its month."""
    return day.replace(day=1)


def lot(month: date, group_id: UUID) -> bytes:
    """Return what a listing draws in a month: the lowest are in the sample. The same each time, and fair to all."""
    return sha256(f"{month:%Y-%m}:{group_id}".encode()).digest()


def choose(session: Session, *, size: int, now: datetime) -> list[UUID]:
    """Return which listings the sample of this month shall have, and some to step in; none where it is drawn."""
    month = month_of(now.date())
    if not size or _drawn_of(session, month):
        return []
    shown = session.scalars(select(m.Group.id).where(chase.asked_about()))
    return nsmallest(size * SPARE, shown, key=lambda one: lot(month, one))


def keep(session: Session, chosen: Sequence[UUID], *, size: int, now: datetime) -> int:
    """Keep the sample of this month, once, without what is not shown any more; returns how many listings are in it."""
    month = month_of(now.date())
    if drawn := _drawn_of(session, month):
        return drawn
    shown = set(session.scalars(select(m.Group.id).where(chase.asked_about(), m.Group.id.in_(chosen))))
    first = [one for one in chosen if one in shown][:size]
    session.add_all([TruthSample(month=month, group_id=one) for one in first])
    session.flush()
    return len(first)


def draw(reading: Unit, writing: Unit, *, size: int, now: datetime) -> int:
    """Draw the sample of this month, once; returns how many listings are in it. Only keeping it holds others up."""
    with reading() as session:
        chosen = choose(session, size=size, now=now)
    with writing() as session:
        return keep(session, chosen, size=size, now=now)


def _drawn_of(session: Session, month: date) -> int:
    return session.scalar(select(func.count()).select_from(TruthSample).where(TruthSample.month == month)) or 0


def of_month(session: Session, *, actor: Actor, month: date) -> tuple[Drawn, ...]:
    """Return the sample of a month: what is still to be found out first, then by name."""
    _permitted(actor)
    found = (
        select(TruthSample, m.Group.name, m.Group.phone)
        .join(m.Group, m.Group.id == TruthSample.group_id)
        .where(TruthSample.month == month)
        .order_by(case((TruthSample.found.in_(TOLD), 1), else_=0), m.Group.name, TruthSample.id)
    )
    return tuple(_drawn(*row) for row in session.execute(found))


def one(session: Session, *, sample_id: UUID, actor: Actor) -> Drawn:
    """Return one of a sample; NotFound `sample`."""
    _permitted(actor)
    found = select(TruthSample, m.Group.name, m.Group.phone).join(m.Group, m.Group.id == TruthSample.group_id)
    row = session.execute(found.where(TruthSample.id == sample_id)).first()
    if row is None:
        raise NotFound("sample")
    return _drawn(*row)


def answer(
    session: Session,
    *,
    sample_id: UUID,
    found: str,
    version: int,
    group_version: int,
    words: str,
    actor: Actor,
    now: datetime,
    origin: audit.Origin,
) -> None:
    """Keep what a call found, and what follows for the listing.

    Raises
    ------
    Forbidden, NotFound
        `edit_catalog`, `sample`.
    Conflict
        `stale_version`: somebody else rang, or changed the listing.
    Invalid
        Field `found`: `not_a_choice`.
    """
    _permitted(actor)
    if found not in FOUND:
        raise Invalid("invalid", fields={"found": Problem("not_a_choice")})
    row = _open(session, sample_id, version)
    check.listing(session, row.group_id, actor)
    row.found, row.found_at = found, now
    session.flush()
    audit.record(
        session,
        actor=actor,
        action=Permission.EDIT_CATALOG.value,
        subject=TruthSample.__tablename__,
        subject_id=row.id,
        columns=["found"],
        now=now,
        origin=origin,
    )
    deeds.follow(
        session,
        group_id=row.group_id,
        outcome=found,
        version=group_version,
        words=words,
        actor=actor,
        now=now,
        origin=origin,
    )


def truth(session: Session, *, now: datetime) -> Truth | None:
    """Return the share found true in the last year; None: too few have answered to tell."""
    counted = (
        select(TruthSample.found, func.count())
        .where(TruthSample.found_at >= now - COUNTED, TruthSample.found_at <= now)
        .group_by(TruthSample.found)
    )
    many: dict[str | None, int] = {row[0]: row[1] for row in session.execute(counted)}
    asked = sum(many.get(found, 0) for found in TOLD)
    if asked < LEAST:
        return None
    right = many.get("right", 0)
    low, high = wilson(right, asked)
    return Truth(asked=asked, right=right, not_reached=many.get("not_reached", 0), low=low, high=high)


def _open(session: Session, sample_id: UUID, version: int) -> TruthSample:
    row = session.get(TruthSample, sample_id, populate_existing=True)
    if row is None:
        raise NotFound("sample")
    if row.version != version or row.found in TOLD:
        raise Conflict("stale_version", current_version=row.version)
    return row


def _drawn(row: TruthSample, name: str, phone: str | None) -> Drawn:
    return Drawn(id=row.id, group_id=row.group_id, name=name, phone=phone, found=row.found, version=row.version)


def _permitted(actor: Actor) -> None:
    if not actor.may(Permission.EDIT_CATALOG):
        raise Forbidden(Permission.EDIT_CATALOG.value)
