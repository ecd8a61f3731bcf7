"""Puts made-up groups into the tables, in bulk."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, Table, insert, select, update

from service.catalog import models as m
from service.catalog.facts import FactValue
from service.catalog.views import ListedGroup, SessionView, TermView
from service.catalog.words.taxonomy import Taxonomy

AT = datetime(2026, 11, 1, tzinfo=UTC)
LOT = 5000
Rows = Iterator[dict[str, Any]]


def store(engine: Engine, groups: Iterable[ListedGroup], taxonomy: Taxonomy) -> None:
    """Insert terms, one organisation and all groups with what belongs to them, read once, in one transaction."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():

        def put(table: Any, rows: Iterable[dict[str, Any]]) -> None:
            named: Table = table.__table__
            if held := list(rows):
                connection.execute(insert(named), held)

        put(m.CatalogState, [{"id": 1, "sequence": 1}])
        terms = sorted(taxonomy.terms, key=lambda term: len(term.code))  # the broader ones first
        put(m.Term, ({"code": t.code, "facet": t.facet, "label": t.label, "broader": t.broader} for t in terms))
        made_up = {"id": UUID(int=1), "name": "Made-up Neighbours (example)", "vetting": "listed", "version": 1}
        put(m.Organisation, [{**made_up, "is_example": True}])
        waiting = iter(groups)
        while lot := list(islice(waiting, LOT)):
            for table, rows in _rows(lot):
                put(table, rows)


def _rows(groups: Sequence[ListedGroup]) -> Iterator[tuple[Any, Rows]]:
    yield m.Group, (_group(g) for g in groups)
    yield m.Location, (_location(p) for g in groups for p in g.places)
    yield m.GroupLocation, ({"group_id": g.id, "location_id": p.location_id} for g in groups for p in g.places)
    yield m.Session, (_session(g, s) for g in groups for s in g.sessions)
    yield m.GroupTerm, (_term(g, t) for g in groups for t in g.terms)
    yield m.GroupLanguage, ({"group_id": g.id, "code": code} for g in groups for code in g.languages)
    yield m.ServiceArea, (_area(g.id, n, a) for g in groups for n, a in enumerate(g.areas))
    yield (
        m.Fact,
        (_fact({"group_id": g.id, "location_id": None}, f, n) for g in groups for n, f in enumerate(_own(g))),
    )


def rename(engine: Engine, group_id: UUID, name: str) -> None:
    """Change one group's name as an edit does: the row, its number and the catalogue's, in one transaction."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(update(m.CatalogState).values(sequence=m.CatalogState.sequence + 1))
        sequence = connection.execute(select(m.CatalogState.sequence)).scalar_one()
        changed = update(m.Group).where(m.Group.id == group_id)
        connection.execute(changed.values(name=name, changed_sequence=sequence))


def _term(group: ListedGroup, term: TermView) -> dict[str, Any]:
    return {"group_id": group.id, "code": term.code, "source": term.source, "weight": term.weight}


def _own(group: ListedGroup) -> Sequence[FactValue]:
    return list(group.facts.values())


def _group(group: ListedGroup) -> dict[str, Any]:
    names = (
        "id slug name also_known_as description what_happens who_for eligibility organisation_id status joinable mode"
        " age_min age_max restriction price_pence currency group_size capacity_state capacity_until is_enabler"
        " nationwide last_confirmed_on confirmed_precision source source_year is_example changed_sequence"
    )
    row = {name: getattr(group, name) for name in names.split()}
    return {**row, "removes": list(group.removes), "door": {}, "created_at": AT, "changed_at": AT, "version": 1}


def _location(place: Any) -> dict[str, Any]:
    return {
        "id": place.location_id,
        "kind": "physical",
        "city": place.label,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "precision": place.precision,
        "country": "GB",
        "confidential": False,
        "is_example": True,
        "version": 1,
    }


def _session(group: ListedGroup, session: SessionView) -> dict[str, Any]:
    meeting = session.meeting
    return {
        "id": session.id,
        "group_id": group.id,
        "location_id": session.location_id,
        "position": 0,
        "rule": meeting.rule,
        "starts_at": meeting.starts_at,
        "minutes": meeting.minutes,
        "time_zone": meeting.time_zone,
        "exceptions": [],
        "level": meeting.level,
    }


def _area(group_id: UUID, number: int, area: Any) -> dict[str, Any]:
    circle = {"latitude": area.latitude, "longitude": area.longitude, "radius_km": area.radius_km}
    return {
        "id": UUID(int=group_id.int * 16 + number + 3_000_000_000),
        "group_id": group_id,
        "name": area.name,
        **circle,
    }


def _fact(subject: Mapping[str, Any], fact: FactValue, number: int) -> dict[str, Any]:
    return {
        **subject,
        "id": UUID(int=subject["group_id"].int * 64 + number + 5_000_000_000),
        "code": fact.code,
        "value": fact.value.value,
        "source": fact.source.value,
        "confirmed_on": fact.confirmed_on,
    }
