"""Places where groups meet, as an editor keeps them: found, added, put right. Every group that meets there hears of it.

Whoever calls says where a place is; this file asks no map.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog.applying import state
from service.catalog.checks import text_problem, tidy_value
from service.catalog.editing.keeping import Save, Shared, keep, same_version, theirs
from service.catalog.facts import CODES, Value
from service.catalog.snapshots import Snapshot, difference
from service.errors import Invalid, NotFound, Problem

ENTITY = "place"
LINES = {
    "name": 200,
    "address_1": 300,
    "address_2": 300,
    "city": 120,
    "region": 120,
    "postal_code": 20,
    "country": 2,
}
TEXTS = {"description": 1000, "transportation": 1000}
RANGES = {"latitude": 90.0, "longitude": 180.0}  # degrees to either side of nought
FIELDS = (*LINES, *TEXTS, *RANGES, "precision", "confidential")
PlaceValue = str | float | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceChanges:
    """What shall be different of a place; whatever is not named stays as it is."""

    fields: Mapping[str, PlaceValue] = field(default_factory=dict)
    facts: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceLine:
    """A place in one line, for editors only: a confidential one is named here too."""

    id: UUID
    name: str | None
    address: str | None
    city: str | None
    postal_code: str | None
    confidential: bool
    groups: int


def search_places(session: Session, text: str, *, limit: int = 10) -> tuple[PlaceLine, ...]:
    """Return places whose name, street, town or postcode contains this text, by name; none for an empty text."""
    words = text.strip()[:100]
    if not words:
        return ()
    columns = (m.Location.name, m.Location.address_1, m.Location.city, m.Location.postal_code)
    found = or_(*(column.icontains(words, autoescape=True) for column in columns))
    return _lines(session, list(session.scalars(select(m.Location).where(found).order_by(*_ORDER).limit(limit))))


def place_lines(session: Session, ids: Sequence[UUID]) -> tuple[PlaceLine, ...]:
    """Return these places, by name."""
    if not ids:
        return ()
    return _lines(session, list(session.scalars(select(m.Location).where(m.Location.id.in_(ids)).order_by(*_ORDER))))


def place_by_id(session: Session, place_id: UUID) -> Shared:
    """Return one place; NotFound `place` if there is none."""
    row = session.get(m.Location, place_id, populate_existing=True)
    if row is None:
        raise NotFound("place")
    return _seen(session, row)


def create_place(session: Session, *, changes: PlaceChanges, save: Save, place_id: UUID | None = None) -> Shared:
    """Add a place. Raises Forbidden, or Invalid as `edit_place`."""
    save.permitted()
    if place_id is not None and session.get(m.Location, place_id) is not None:  # an id of another place
        raise Invalid("invalid", fields={"name": Problem("unknown_place")})
    row = m.Location(id=place_id or uuid4(), kind="physical", country="GB", precision="exact", confidential=False)
    before: dict[str, object] = {}
    _apply(row, changes, before, save)
    keep(session, ENTITY, row, difference(before, _snapshot(row)), (), save)
    return _seen(session, row)


def edit_place(session: Session, *, place_id: UUID, changes: PlaceChanges, expected_version: int, save: Save) -> Shared:
    """Save what an editor changed; no difference saves nothing.

    Raises
    ------
    Forbidden
        `edit_catalog`, `out_of_scope`.
    NotFound
        `place`.
    Conflict
        `stale_version` with `current_version`.
    Invalid
        With a problem for each field: `needed` (a place has a name, a street, a town or a postcode; latitude and
        longitude go together), `too_long`, `unreadable`, `out_of_range`, `not_a_choice`, `unknown_field`,
        `unknown_fact`.
    """
    save.permitted()
    row = session.get(m.Location, place_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("place")
    theirs(session, row, save)
    same_version(row, expected_version)
    before = _snapshot(row)
    with session.no_autoflush:
        _apply(row, changes, before, save)
        changed, groups = difference(before, _snapshot(row)), _groups(session, place_id)
    if changed:
        keep(session, ENTITY, row, changed, groups, save)
    return _seen(session, row)


_ORDER = (m.Location.name, m.Location.city, m.Location.id)


def _lines(session: Session, rows: list[m.Location]) -> tuple[PlaceLine, ...]:
    known = _counts(session, [row.id for row in rows])
    return tuple(
        PlaceLine(
            id=row.id,
            name=row.name,
            address=row.address_1,
            city=row.city,
            postal_code=row.postal_code,
            confidential=row.confidential,
            groups=known.get(row.id, 0),
        )
        for row in rows
    )


def _counts(session: Session, ids: list[UUID]) -> dict[UUID, int]:
    at = m.GroupLocation.location_id
    query = select(at, func.count()).where(at.in_(ids)).group_by(at)
    return {row[0]: row[1] for row in session.execute(query)}


def _groups(session: Session, place_id: UUID) -> list[UUID]:
    return list(session.scalars(select(m.GroupLocation.group_id).where(m.GroupLocation.location_id == place_id)))


def _snapshot(row: m.Location) -> dict[str, object]:
    plain: dict[str, object] = {name: getattr(row, name) for name in FIELDS}
    plain |= {f"facts.{fact.code}": fact.value for fact in row.facts if fact.value != Value.NOT_CONFIRMED.value}
    return {name: value for name, value in plain.items() if value is not None}


def _seen(session: Session, row: m.Location) -> Shared:
    return Shared(
        id=row.id,
        values=_snapshot(row),
        groups=_counts(session, [row.id]).get(row.id, 0),
        version=row.version,
        is_example=row.is_example,
    )


def _apply(row: m.Location, changes: PlaceChanges, before: Snapshot, save: Save) -> None:
    tidy = {name: tidy_value(value) for name, value in changes.fields.items()}
    wanted = {name: value for name, value in tidy.items() if name not in FIELDS or value != before.get(name)}
    problems = _problems(wanted, changes.facts) or _whole_problems({**before, **wanted})
    if problems:
        raise Invalid("invalid", fields=problems)
    for name, value in wanted.items():
        setattr(row, name, value)
    for code, said in changes.facts.items():
        state(row, code, said, save.actor, save.now.date())


def _problems(wanted: Mapping[str, PlaceValue], facts: Mapping[str, Value]) -> dict[str, Problem]:
    found = {name: _problem(name, value) for name, value in wanted.items()}
    found |= {f"facts.{code}": Problem("unknown_fact") for code in facts if code not in CODES}
    return {name: problem for name, problem in found.items() if problem is not None}


def _problem(name: str, value: PlaceValue) -> Problem | None:
    if name not in FIELDS:
        return Problem("unknown_field")
    if name in RANGES:
        return _degrees_problem(RANGES[name], value)
    if name == "confidential":
        return None if isinstance(value, bool) else Problem("unreadable")
    if name == "precision":
        return None if value in m.PRECISIONS else Problem("not_a_choice")
    if name == "country":
        known = isinstance(value, str) and len(value) == 2 and value.isascii() and value.isalpha() and value.isupper()
        return None if known else Problem("not_a_choice")
    if value is None:
        return None
    limit = LINES.get(name) or TEXTS[name]
    return text_problem(value, limit, line=name in LINES) if isinstance(value, str) else Problem("unreadable")


def _degrees_problem(most: float, value: PlaceValue) -> Problem | None:
    if value is None:
        return None
    known = isinstance(value, float) and -most <= value <= most
    return None if known else Problem("out_of_range", {"low": -int(most), "high": int(most)})


def _whole_problems(after: Mapping[str, object]) -> dict[str, Problem]:
    if not any(after.get(name) for name in ("name", "address_1", "city", "postal_code")):
        return {"name": Problem("needed")}
    if (after.get("latitude") is None) is (after.get("longitude") is None):
        return {}
    return {"latitude" if after.get("latitude") is None else "longitude": Problem("needed")}
