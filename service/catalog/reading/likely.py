"""Pairs of listings that are probably one: found on a clock, shown to editors, decided once. Never commits."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Select, delete, func, or_, select
from sqlalchemy.orm import Session, aliased

from service.accounts.permissions import Actor, Permission
from service.catalog import models as m
from service.catalog.keepers import check
from service.catalog.models_import import ImportRun
from service.catalog.models_reading import GroupMerge, LikelyPair
from service.catalog.reading.likeness import Listing
from service.catalog.reading.pairs import probable
from service.db.units import Tools
from service.errors import Forbidden, NotFound

PAGE = 30
LATELY = timedelta(minutes=2)  # twice as long as between two looks at whether a list came
SHOWN = ("draft", "submitted", "published", "paused")


@dataclass(frozen=True, slots=True, kw_only=True)
class PairView:
    """Two listings that look the same; `merge_id` where they were made one and that was not taken back."""

    id: UUID
    first_id: UUID
    second_id: UUID
    names: tuple[str, str]
    score: float
    why: tuple[str, ...]
    state: str
    merge_id: UUID | None = None


def look(tools: Tools) -> int:
    """Look which listings are probably one, in a unit of work of its own; return how many pairs wait."""
    with tools.writing() as session:
        return refresh(session, now=tools.clock())


def refresh(session: Session, *, now: datetime) -> int:
    """Look at all listings anew; what was decided stays decided. Return how many pairs wait."""
    listings = _listings(session)
    found = {}
    for pair in probable(listings):
        first, second = sorted((listings[pair.first].id, listings[pair.second].id), key=str)
        found[UUID(str(first)), UUID(str(second))] = pair
    known = {(row.first_id, row.second_id): row for row in session.scalars(select(LikelyPair))}
    for key, row in known.items():
        if row.state == "open" and key not in found:
            session.execute(delete(LikelyPair).where(LikelyPair.id == row.id))
    for (first_id, second_id), pair in found.items():
        before = known.get((first_id, second_id))
        if before is not None:
            before.score, before.why = pair.score, list(pair.why)
            continue
        made = {"id": uuid4(), "first_id": first_id, "second_id": second_id}
        session.add(LikelyPair(**made, score=pair.score, why=list(pair.why), state="open", found_at=now))
    session.flush()
    return count_open(session)


def _listings(session: Session) -> list[Listing]:
    places = select(m.GroupLocation.location_id).where(m.GroupLocation.group_id == m.Group.id).correlate(m.Group)
    place = places.order_by(m.GroupLocation.location_id).limit(1).scalar_subquery()
    where = (m.Location.address_1, m.Location.city, m.Location.postal_code)
    query = (
        select(m.Group.id, m.Group.name, m.Group.description, *where, m.Group.phone, m.Group.url, m.Organisation.name)
        .select_from(m.Group)
        .join(m.Organisation)
        .outerjoin(m.Location, m.Location.id == place)
        .where(m.Group.status.in_(SHOWN))
        .order_by(m.Group.id)
    )
    return [
        Listing(
            id=row[0],
            name=row[1],
            description=row[2],
            address=row[3],
            town=row[4],
            postcode=row[5],
            phone=row[6],
            url=row[7],
            organisation=row[8],
        )
        for row in session.execute(query)
    ]


def count_open(session: Session) -> int:
    """Return how many pairs wait for an editor."""
    return session.scalar(select(func.count()).select_from(LikelyPair).where(LikelyPair.state == "open")) or 0


def lists_came(session: Session, now: datetime) -> bool:
    """Tell whether a list was taken in, or back, just now: what it brought is not left until the night."""
    lately = select(ImportRun.id).where(ImportRun.finished_at > now - LATELY).limit(1)
    return session.scalar(lately) is not None


def pairs_of(session: Session, ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Return the pair that waits of each of these listings that is in one."""
    wanted = or_(LikelyPair.first_id.in_(ids), LikelyPair.second_id.in_(ids))
    query = select(LikelyPair).where(LikelyPair.state == "open", wanted).order_by(LikelyPair.score, LikelyPair.id)
    found: dict[UUID, UUID] = {}
    for row in session.scalars(query):
        found |= {row.first_id: row.id, row.second_id: row.id}
    return found


def open_pairs(session: Session, *, page: int = 1) -> tuple[PairView, ...]:
    """Return pairs that wait, the likeliest first; one more than a page has, if there is more."""
    query = _pairs().where(LikelyPair.state == "open").order_by(LikelyPair.score.desc(), LikelyPair.id)
    rows = session.execute(query.limit(PAGE + 1).offset(PAGE * (page - 1)))
    return tuple(_view(row[0], row[1], row[2]) for row in rows)


def pair_by_id(session: Session, pair_id: UUID) -> PairView:
    """Return one pair; NotFound `group` if there is none."""
    row = session.execute(_pairs().where(LikelyPair.id == pair_id)).first()
    if row is None:
        raise NotFound("group")
    both = (row[0].first_id, row[0].second_id)
    merged = select(GroupMerge.id).where(
        GroupMerge.kept_id.in_(both), GroupMerge.other_id.in_(both), GroupMerge.undone_at.is_(None)
    )
    return _view(row[0], row[1], row[2], session.scalar(merged))


def not_same(session: Session, pair_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Remember that these are two groups: they are not shown again."""
    if not actor.may(Permission.EDIT_CATALOG):
        raise Forbidden(Permission.EDIT_CATALOG.value)
    row = session.get(LikelyPair, pair_id)
    if row is None:
        raise NotFound("group")
    for one in (row.first_id, row.second_id):
        check.listing(session, one, actor)
    row.state, row.decided_at = "not_same", now
    session.flush()


def merge_of(session: Session, merge_id: UUID) -> tuple[UUID, UUID]:
    """Return which group was kept, and which was taken into it."""
    row = session.get(GroupMerge, merge_id)
    if row is None:
        raise NotFound("group")
    return row.kept_id, row.other_id


def _pairs() -> Select[LikelyPair, str, str]:
    first, second = aliased(m.Group), aliased(m.Group)
    return (
        select(LikelyPair, first.name, second.name)
        .join(first, first.id == LikelyPair.first_id)
        .join(second, second.id == LikelyPair.second_id)
    )


def _view(row: LikelyPair, one: str, other: str, merge_id: UUID | None = None) -> PairView:
    return PairView(
        id=row.id,
        first_id=row.first_id,
        second_id=row.second_id,
        names=(one, other),
        score=row.score,
        why=tuple(row.why),
        state=row.state,
        merge_id=merge_id,
    )
