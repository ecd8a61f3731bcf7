"""Which groups, places and organisations somebody asks for who takes the catalogue over: ids, in order. Never writes.

Every condition narrows (they are joined by "and"). What is told of each id is in `sharing`.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby
from uuid import UUID

import numpy as np
from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog.facts import ACCESS_DAYS, CODES, CONFIDENTIAL, OTHER_DAYS, days_valid
from service.catalog.schedule import Meeting, slots
from service.catalog.sharing import may_be_taken
from service.catalog.where.distance import km_between

FACT = "fact."  # how the code of a fact begins, to tell it from a term
MODE = "format."
METRES_PER_KM = 1000
ONLINE = ("online", "hybrid")
MOST_WORDS = 10
Codes = frozenset[str]
Either = Callable[[UUID], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked for.

    Attributes
    ----------
    search : str
        Words that must all be there, each in a name, a description or the organisation's name.
    codes : tuple of frozenset of str
        Of each set one code must be on the group: terms, and facts and the like with `FACT` in front.
    changed_since : datetime or None
        Inclusive.
    age_from, age_to : int or None
        The group's youngest age is at least, its oldest at most, this.
    weekday, starts_from, ends_by
        One and the same meeting is on that weekday, begins at or after, is over at or before.
    """

    search: str = ""
    codes: tuple[Codes, ...] = ()
    organisation_id: UUID | None = None
    changed_since: datetime | None = None
    age_from: int | None = None
    age_to: int | None = None
    weekday: int | None = None
    starts_from: time | None = None
    ends_by: time | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """A point; with `metres` only places that near, without whoever serves an area with the point in it."""

    latitude: float
    longitude: float
    metres: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A group at a place; without a place it is online."""

    group_id: UUID
    location_id: UUID | None


@dataclass(slots=True)
class _Spots:
    """Pairs, and what is known of where each is."""

    pairs: list[Pair] = field(default_factory=list)
    positions: list[tuple[float | None, float | None]] = field(default_factory=list)
    nationwide: list[bool] = field(default_factory=list)


def group_ids(session: Session, wanted: Wanted, *, now: datetime) -> list[UUID]:
    """Return the groups asked for, by id."""
    query = select(m.Group.id).join(m.Organisation).where(_all(session, wanted, now)).order_by(m.Group.id)
    return list(session.scalars(query))


def is_taken(session: Session, group_id: UUID, *, now: datetime) -> bool:
    """Tell whether there is a group of this id that may be told of."""
    query = select(m.Group.id).where(m.Group.id == group_id, may_be_taken(session, now=now))
    return session.scalar(query) is not None


def changed_at(session: Session, ids: Collection[UUID]) -> dict[UUID, tuple[str, str, datetime]]:
    """Return name, status and last change of groups: all that a short answer needs."""
    query = select(m.Group.id, m.Group.name, m.Group.status, m.Group.changed_at).where(m.Group.id.in_(ids))
    return {row[0]: (row[1], row[2], row[3]) for row in session.execute(query)}


def organisation_ids(session: Session, wanted: Wanted, *, now: datetime) -> list[UUID]:
    """Return the organisations that run a group asked for, by id; `search` looks at their own name and words."""
    of_groups = Wanted(codes=wanted.codes, organisation_id=wanted.organisation_id)
    named = [_said((m.Organisation.name, m.Organisation.summary), word) for word in _words(wanted.search)]
    query = select(m.Organisation.id).join(m.Group).where(_all(session, of_groups, now), *named).distinct()
    return list(session.scalars(query.order_by(m.Organisation.id)))


def groups_of(session: Session, organisations: Collection[UUID], *, now: datetime) -> dict[UUID, list[UUID]]:
    """Return the groups of organisations that may be told of, by id."""
    query = select(m.Group.organisation_id, m.Group.id).where(m.Group.organisation_id.in_(organisations))
    rows = session.execute(query.where(may_be_taken(session, now=now)).order_by(m.Group.organisation_id, m.Group.id))
    return {key: [row[1] for row in found] for key, found in groupby(rows, key=lambda row: row[0])}


def pairs(session: Session, wanted: Wanted, *, around: Around | None, now: datetime) -> list[Pair]:
    """Return the groups asked for at each of their places that is no secret, and online; by group and place."""
    may = and_(_all(session, wanted, now), m.Group.status != "archived")
    secret = select(m.Fact.location_id).where(
        m.Fact.code == CONFIDENTIAL, m.Fact.value == "yes", m.Fact.location_id.is_not(None)
    )
    at = (
        select(m.Group.id, m.Location.id, m.Location.latitude, m.Location.longitude, m.Group.nationwide)
        .join(m.Organisation)
        .join(m.GroupLocation, m.GroupLocation.group_id == m.Group.id)
        .join(m.Location, m.Location.id == m.GroupLocation.location_id)
        .where(may, ~m.Location.confidential, m.Location.id.not_in(secret))
        .order_by(m.Group.id, m.Location.id)
    )
    online = select(m.Group.id, m.Group.nationwide).join(m.Organisation).where(may, m.Group.mode.in_(ONLINE))
    spots = _Spots()
    for group_id, location_id, latitude, longitude, nationwide in session.execute(at):
        spots.pairs.append(Pair(group_id=group_id, location_id=location_id))
        spots.positions.append((latitude, longitude))
        spots.nationwide.append(nationwide)
    virtual = [Pair(group_id=row[0], location_id=None) for row in session.execute(online.order_by(m.Group.id))]
    return [*spots.pairs, *virtual] if around is None else _around(session, spots, virtual, around)


def _around(session: Session, spots: _Spots, virtual: list[Pair], around: Around) -> list[Pair]:
    if around.metres is not None:
        at = np.array(spots.positions, np.float64).reshape(-1, 2)  # what is not known becomes not a number
        km = km_between(around.latitude, around.longitude, at[:, 0], at[:, 1])
        return [pair for pair, away in zip(spots.pairs, km, strict=True) if away * METRES_PER_KM <= around.metres]
    serves = _serving(session, around)
    here = [
        pair
        for pair, nationwide in zip(spots.pairs, spots.nationwide, strict=True)
        if nationwide or serves.get(pair.group_id, False)
    ]
    return [*here, *(pair for pair in virtual if serves.get(pair.group_id, True))]


def _serving(session: Session, around: Around) -> Mapping[UUID, bool]:
    """Return for each group with areas whether one holds the point; an area of which only the name is known may."""
    found: dict[UUID, bool] = {}
    for area in session.scalars(select(m.ServiceArea).order_by(m.ServiceArea.group_id, m.ServiceArea.id)):
        inside = True
        if area.latitude is not None and area.longitude is not None and area.radius_km is not None:
            km = km_between(around.latitude, around.longitude, [area.latitude], [area.longitude])
            inside = bool(km[0] <= area.radius_km)
        found[area.group_id] = found.get(area.group_id, False) or inside
    return found


# ---- conditions ------------------------------------------------------------------------------------------------------


def _all(session: Session, wanted: Wanted, now: datetime) -> ColumnElement[bool]:
    group, found = m.Group, [may_be_taken(session, now=now)]
    columns = (group.name, group.also_known_as, group.description, m.Organisation.name)
    found += [_said(columns, word) for word in _words(wanted.search)]
    found += [_carries(codes, now.date()) for codes in wanted.codes]
    if wanted.organisation_id is not None:
        found.append(group.organisation_id == wanted.organisation_id)
    if wanted.changed_since is not None:
        found.append(group.changed_at >= wanted.changed_since)
    if wanted.age_from is not None:
        found.append(group.age_min >= wanted.age_from)
    if wanted.age_to is not None:
        found.append(group.age_max <= wanted.age_to)
    if (wanted.weekday, wanted.starts_from, wanted.ends_by) != (None, None, None):
        found.append(group.id.in_(_meeting(session, wanted)))
    return and_(*found)


def _words(search: str) -> list[str]:
    return search.split()[:MOST_WORDS]


def _said(columns: Collection[object], word: str) -> ColumnElement[bool]:
    return or_(*(func.coalesce(column, "").icontains(word, autoescape=True) for column in columns))


def _carries(codes: Codes, today: date) -> ColumnElement[bool]:
    """Return the condition that a group has one of these codes, as it would be told today."""
    facts = {code.removeprefix(FACT) for code in codes if code.startswith(FACT)}
    terms = {code for code in codes if not code.startswith(FACT)}
    modes = {code.removeprefix(MODE) for code in terms if code.startswith(MODE)} & set(m.MODES)
    found: list[ColumnElement[bool]] = [false()]
    if terms:
        found.append(m.Group.id.in_(select(m.GroupTerm.group_id).where(m.GroupTerm.code.in_(terms))))
    if modes:
        found.append(m.Group.mode.in_(modes))
    found += [OTHERS[code](today) for code in sorted(facts & set(OTHERS))]
    return or_(*found, _stated(facts, today))


def _stated(codes: Collection[str], today: date) -> ColumnElement[bool]:
    """Return the condition that one of these facts is known today, of the group or of a place of it that is told."""
    known = [
        and_(
            m.Fact.code.in_([code for code in codes if days_valid(code) == days]),
            m.Fact.confirmed_on >= today - timedelta(days=days),
        )
        for days in (ACCESS_DAYS, OTHER_DAYS)
    ]
    told = and_(or_(*known), m.Fact.value.in_(("yes", "no")))
    here = (
        select(m.GroupLocation.group_id)
        .join(m.Fact, m.Fact.location_id == m.GroupLocation.location_id)
        .join(m.Location, m.Location.id == m.GroupLocation.location_id)
        .where(told, ~m.Location.confidential)
    )
    return or_(m.Group.id.in_(select(m.Fact.group_id).where(told, m.Fact.group_id.is_not(None))), m.Group.id.in_(here))


# What is told like a fact and stored otherwise.
OTHERS: Mapping[str, Callable[[date], ColumnElement[bool]]] = {
    "level": lambda _today: m.Group.id.in_(select(m.Session.group_id).where(m.Session.level.is_not(None))),
    "timezone": lambda _today: m.Group.id.in_(select(m.Session.group_id).where(m.Session.starts_at.is_not(None))),
    "group_size": lambda _today: m.Group.group_size.is_not(None),
    "removes": lambda _today: m.Group.is_enabler.is_(True),
    "vetting_level": lambda _today: true(),
    "confirmed_on": lambda today: _stated(CODES, today),
    "waiting_list": lambda today: and_(m.Group.capacity_state == "waiting_list", m.Group.capacity_until >= today),
    "women_only": lambda _today: m.Group.restriction == "women_only",
    "men_only": lambda _today: m.Group.restriction == "men_only",
}


def _meeting(session: Session, wanted: Wanted) -> set[UUID]:
    """Return the groups with one meeting that fits."""
    rows = session.execute(
        select(m.Session.group_id, m.Session.rule, m.Session.starts_at, m.Session.minutes, m.Session.time_zone).where(
            m.Session.starts_at.is_not(None)
        )
    )
    return {
        row[0]
        for row in rows
        if _fits(Meeting(rule=row[1], starts_at=row[2], minutes=row[3], time_zone=row[4]), wanted)
    }


def _fits(meeting: Meeting, wanted: Wanted) -> bool:
    start = meeting.starts_at
    if start is None or (wanted.starts_from is not None and start.time() < wanted.starts_from):
        return False
    if wanted.ends_by is not None:
        if meeting.minutes is None:
            return False
        end = start + timedelta(minutes=meeting.minutes)
        if end.date() != start.date() or end.time() > wanted.ends_by:
            return False
    return wanted.weekday is None or wanted.weekday in {day for day, _ in slots(meeting)}
