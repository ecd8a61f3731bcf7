"""What stands in the catalogue about the groups of a batch, as plain values that can be weighed. Never writes."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog.changes import FIELDS, as_change, as_json, session_json
from service.catalog.facts import Value
from service.catalog.importing.runs.saying import MORE, PLACE_FIELDS, ordered
from service.catalog.listing import session_view

T = TypeVar("T")
CHUNK = 400
BODY = ("name", "summary", "website", "email", "logo_url", "legal_form")
AREA = ("name", "code", "latitude", "longitude", "radius_km")
PLAIN = tuple(name for name in FIELDS if "." not in name)
Known = dict[UUID, dict[str, object]]


def chunks(values: Iterable[T]) -> Iterator[list[T]]:
    """Cut values into pieces that one statement takes."""
    listed = list(values)
    for start in range(0, len(listed), CHUNK):
        yield listed[start : start + CHUNK]


def standing(session: Session, ids: Collection[UUID], *, hold: bool) -> Known:
    """Return what stands of each group that is there; `hold` keeps others from changing them meanwhile."""
    known: Known = {}
    for part in chunks(sorted(ids)):
        known |= _groups(session, part, hold=hold)
        _add_parts(session, part, known)
    for values in known.values():
        for name in ("terms", "languages", "prices", "places", "areas"):
            listed = values.get(name)
            if isinstance(listed, list):
                listed.sort(key=ordered if name in ("prices", "areas") else place_or_code)
    return {key: {n: v for n, v in values.items() if v not in (None, [])} for key, values in known.items()}


def _groups(session: Session, ids: Sequence[UUID], *, hold: bool) -> Known:
    columns = [getattr(m.Group, name) for name in (*PLAIN, *MORE, "status", "last_confirmed_on")]
    of_body = [getattr(m.Organisation, name).label(f"organisation.{name}") for name in BODY]
    query = select(m.Group.id, *columns, *of_body).join(m.Organisation).where(m.Group.id.in_(ids)).order_by(m.Group.id)
    if hold:
        query = query.with_for_update(of=m.Group)
    found: Known = {}
    for row in session.execute(query).mappings():
        found[row["id"]] = {name: as_json(value) for name, value in row.items() if name != "id"}
    return found


def _each(session: Session, query: Any, column: Any, ids: Sequence[UUID]) -> Iterator[Any]:  # any columns of any table
    yield from session.execute(query.where(column.in_(ids)))


def _add_parts(session: Session, ids: Sequence[UUID], known: Known) -> None:
    fact, meeting, price = m.Fact, m.Session, m.Price
    stated = select(fact.group_id, fact.code, fact.value, fact.confirmed_on)
    for row in _each(session, stated, fact.group_id, ids):
        if row.value != Value.NOT_CONFIRMED.value:
            known[row.group_id][f"facts.{row.code}"] = row.value
            known[row.group_id][f"facts_on.{row.code}"] = row.confirmed_on.isoformat()
    for row in _each(session, select(meeting), meeting.group_id, ids):
        view = session_view(row[0])
        known[row[0].group_id][f"sessions.{view.id}"] = session_json(as_change(view))
        session.expunge(row[0])
    for name, table in (("terms", m.GroupTerm), ("languages", m.GroupLanguage)):
        for row in _each(session, select(table.group_id, table.code).order_by(table.code), table.group_id, ids):
            _append(known, row.group_id, name, row.code)
    columns = (price.group_id, price.option, price.amount_pence, price.currency, price.note)
    ordered = select(*columns).order_by(price.option, price.amount_pence, price.note)
    for row in _each(session, ordered, price.group_id, ids):
        said = {"option": row.option, "amount_pence": row.amount_pence, "currency": row.currency}
        _append(known, row.group_id, "prices", said | ({"note": row.note} if row.note else {}))
    _add_places(session, ids, known)


def _add_places(session: Session, ids: Sequence[UUID], known: Known) -> None:
    at, place = m.GroupLocation, m.Location
    of_place = select(at.group_id, place.id, *(getattr(place, name) for name in PLACE_FIELDS)).join(place)
    for row in _each(session, of_place.order_by(place.id), at.group_id, ids):
        said = {name: getattr(row, name) for name in PLACE_FIELDS if getattr(row, name) is not None}
        _append(known, row.group_id, "places", {"id": str(row.id), **said})
    _add_places_facts(session, ids, known)
    area = m.ServiceArea
    for row in _each(
        session, select(area.group_id, area.id, *(getattr(area, name) for name in AREA)), area.group_id, ids
    ):
        said = {name: getattr(row, name) for name in AREA if getattr(row, name) is not None}
        _append(known, row.group_id, "areas", {"id": str(row.id), **said})


def _add_places_facts(session: Session, ids: Sequence[UUID], known: Known) -> None:
    at, fact = m.GroupLocation, m.Fact
    query = select(at.group_id, fact.location_id, fact.code, fact.value, fact.confirmed_on)
    query = query.join(fact, fact.location_id == at.location_id).where(fact.value != Value.NOT_CONFIRMED.value)
    for row in _each(session, query.order_by(fact.code), at.group_id, ids):
        of_places = known[row.group_id].setdefault("place_facts", {})
        if isinstance(of_places, dict):
            of_places.setdefault(str(row.location_id), {})[row.code] = [row.value, row.confirmed_on.isoformat()]


def _append(known: Known, key: UUID, name: str, value: object) -> None:
    listed = known[key].setdefault(name, [])
    if isinstance(listed, list):
        listed.append(value)


def place_or_code(one: Any) -> str:
    """Return by what places and codes are ordered."""
    return str(one["id"]) if isinstance(one, dict) else str(one)


def taken_ids(session: Session, model: Any, ids: Iterable[UUID]) -> set[UUID]:
    """Return which of these ids a table has."""
    found: set[UUID] = set()
    for part in chunks(ids):
        found.update(session.scalars(select(model.id).where(model.id.in_(part))))
    return found


def day_of(value: object) -> date | None:
    """Return a kept date."""
    return date.fromisoformat(value) if isinstance(value, str) else None
