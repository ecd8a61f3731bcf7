"""The whole catalogue as search needs it, read in eight statements however large it is. Never writes.

Rows are read as columns, not as objects: that is much faster for 20,000 groups, and nothing of them stays in the
session.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, select, true
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog.facts import CONFIDENTIAL, FactValue, Source, Value
from service.catalog.schedule import Meeting
from service.catalog.views import AreaView, ListedGroup, ListedPlace, SessionView, TermView, merged

ROUGH = 2  # decimals of a degree kept of a confidential place: about 1 km
_COLUMNS = [name for name in (field.name for field in fields(ListedGroup)) if name in m.Group.__table__.columns]
_COLUMNS.remove("removes")  # stored as a list
_Row = Row[*tuple[Any, ...]]
_Query = Select[*tuple[Any, ...]]
_Rows = Mapping[UUID, Sequence[_Row]]
_NOTHING: Sequence[_Row] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """The parts of the groups asked for, by the id of their group; facts of places by the id of their place."""

    terms: _Rows
    languages: _Rows
    areas: _Rows
    sessions: _Rows
    facts: _Rows
    places: _Rows
    place_facts: _Rows


def listed(session: Session, *, today: date, ids: Sequence[UUID] | None, batch: int) -> Iterator[ListedGroup]:
    """Give the published groups, by id; `ids` narrows them."""
    parts = _parts(session, ids)
    query = (
        select(
            *(getattr(m.Group, name) for name in _COLUMNS),
            m.Group.removes,
            m.Organisation.name.label("organisation_name"),
            m.Organisation.vetting,
            m.Organisation.vetting_until,
        )
        .join(m.Organisation)
        .where(m.Group.status == "published", _among(m.Group.id, ids))
        .order_by(m.Group.id)
        .execution_options(yield_per=batch)
    )
    for row in session.execute(query):
        yield _group(row, parts, today)


def _among(column: Any, ids: Sequence[UUID] | None) -> ColumnElement[bool]:  # a column of ids, nullable or not
    return true() if ids is None else column.in_(ids)


def _parts(session: Session, ids: Sequence[UUID] | None) -> _Parts:
    term, language, area, meeting, at = m.GroupTerm, m.GroupLanguage, m.ServiceArea, m.Session, m.GroupLocation

    def rows(query: _Query, key: Any) -> _Rows:
        return _by_first(session, query.where(key.is_not(None), _among(key, ids)))

    terms = select(term.group_id, term.code, term.weight, term.source).order_by(term.code)
    languages = select(language.group_id, language.code).order_by(language.code)
    areas = select(area.group_id, area.name, area.latitude, area.longitude, area.radius_km).order_by(area.name, area.id)
    facts = select(m.Fact.group_id, *_FACT).order_by(m.Fact.code)
    places = select(at.group_id, *_PLACE).join(m.Location).order_by(m.Location.name, m.Location.id)
    place_facts = select(m.Fact.location_id, *_FACT).where(m.Fact.location_id.is_not(None)).order_by(m.Fact.code)
    if ids is not None:
        here = select(at.location_id).where(at.group_id.in_(ids))
        place_facts = place_facts.where(m.Fact.location_id.in_(here))
    return _Parts(
        terms=rows(terms, term.group_id),
        languages=rows(languages, language.group_id),
        areas=rows(areas, area.group_id),
        sessions=rows(select(meeting.group_id, *_SESSION).order_by(meeting.position, meeting.id), meeting.group_id),
        facts=rows(facts, m.Fact.group_id),
        places=rows(places, at.group_id),
        place_facts=_by_first(session, place_facts),
    )


_FACT = (m.Fact.code, m.Fact.value, m.Fact.source, m.Fact.confirmed_on, m.Fact.amount)
_PLACE = (
    m.Location.id,
    m.Location.name,
    m.Location.city,
    m.Location.latitude,
    m.Location.longitude,
    m.Location.precision,
    m.Location.confidential,
)
_SESSION = (
    m.Session.id,
    m.Session.location_id,
    m.Session.words,
    m.Session.note,
    m.Session.rule,
    m.Session.starts_at,
    m.Session.minutes,
    m.Session.time_zone,
    m.Session.exceptions,
    m.Session.rests,
    m.Session.moved,
    m.Session.level,
)


def _by_first(session: Session, query: _Query) -> _Rows:
    found: defaultdict[UUID, list[_Row]] = defaultdict(list)
    for row in session.execute(query):
        found[row[0]].append(row)
    return found


def _group(row: _Row, parts: _Parts, today: date) -> ListedGroup:
    facts = _values(parts.facts.get(row.id, _NOTHING))
    return ListedGroup(
        **{name: getattr(row, name) for name in _COLUMNS},
        organisation_name=row.organisation_name,
        vetting=row.vetting,
        vetting_until=row.vetting_until,
        removes=tuple(row.removes),
        terms=tuple(term_view(term) for term in parts.terms.get(row.id, _NOTHING)),
        languages=tuple(language.code for language in parts.languages.get(row.id, _NOTHING)),
        facts=facts,
        places=tuple(
            _place(place, facts, _values(parts.place_facts.get(place.id, _NOTHING)), today)
            for place in parts.places.get(row.id, _NOTHING)
        ),
        sessions=tuple(session_view(found) for found in parts.sessions.get(row.id, _NOTHING)),
        areas=tuple(area_view(area) for area in parts.areas.get(row.id, _NOTHING)),
    )


def _values(rows: Sequence[_Row]) -> dict[str, FactValue]:
    return {row.code: fact_value(row) for row in rows}


def _place(row: _Row, of_group: Mapping[str, FactValue], own: Mapping[str, FactValue], today: date) -> ListedPlace:
    hidden = row.confidential or _keeps_secret(of_group) or _keeps_secret(own)
    return ListedPlace(
        location_id=row.id,
        latitude=rough(row.latitude) if hidden else row.latitude,
        longitude=rough(row.longitude) if hidden else row.longitude,
        precision="district" if hidden else row.precision,
        label=(None if hidden else row.name) or row.city or "",
        facts=merged(of_group, own, today),
    )


def _keeps_secret(facts: Mapping[str, FactValue]) -> bool:
    return CONFIDENTIAL in facts and facts[CONFIDENTIAL].value is Value.YES


def rough(degrees: float | None) -> float | None:
    """Cut a position to about 1 km."""
    return None if degrees is None else round(degrees, ROUGH)


def fact_value(row: _Row | m.Fact) -> FactValue:
    """Return a stored fact as stated."""
    return FactValue(
        code=row.code,
        value=Value(row.value),
        source=Source(row.source),
        confirmed_on=row.confirmed_on,
        amount=row.amount,
    )


def term_view(row: _Row | m.GroupTerm) -> TermView:
    """Return a stored term of a group."""
    return TermView(code=row.code, weight=row.weight, source=row.source)


def area_view(row: _Row | m.ServiceArea) -> AreaView:
    """Return a stored area."""
    return AreaView(name=row.name, latitude=row.latitude, longitude=row.longitude, radius_km=row.radius_km)


def session_view(row: _Row | m.Session, part: str = "") -> SessionView:
    """Return a stored session; `part` says whose public holidays hold there, where dates are asked for."""
    meeting = Meeting(
        rule=row.rule,
        starts_at=row.starts_at,
        minutes=row.minutes,
        time_zone=row.time_zone,
        exceptions=tuple(date.fromisoformat(day) for day in row.exceptions),
        level=row.level,
        rests=tuple(row.rests),
        moved=tuple((date.fromisoformat(day), datetime.fromisoformat(at)) for day, at in row.moved),
        part=part,
    )
    return SessionView(id=row.id, location_id=row.location_id, words=row.words, note=row.note, meeting=meeting)
