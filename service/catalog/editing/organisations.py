"""Bodies that run groups, as an editor keeps them: found by name, added, put right. All their groups hear of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog.checks import text_problem, tidy_value
from service.catalog.editing.keeping import Save, Shared, keep, same_version, theirs
from service.catalog.snapshots import difference
from service.errors import Invalid, NotFound, Problem

ENTITY = "organisation"
LINES = {"name": 200, "website": 500, "email": 254, "legal_form": 100}
LIMITS = {**LINES, "summary": 2000}
SHAPES = {"website": "url", "email": "email"}
FIELDS = tuple(LIMITS)
Fields = Mapping[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationLine:
    """One line of an editor's list."""

    id: UUID
    name: str
    is_example: bool
    groups: int


def search_organisations(
    session: Session, text: str, *, limit: int = 50, offset: int = 0
) -> tuple[OrganisationLine, ...]:
    """Return organisations whose name contains this text, by name."""
    query = select(m.Organisation.id, m.Organisation.name, m.Organisation.is_example).where(_named(text))
    rows = session.execute(query.order_by(m.Organisation.name, m.Organisation.id).limit(limit).offset(offset)).all()
    known = _counts(session, [row[0] for row in rows])
    return tuple(
        OrganisationLine(id=row[0], name=row[1], is_example=row[2], groups=known.get(row[0], 0)) for row in rows
    )


def organisation_by_id(session: Session, organisation_id: UUID) -> Shared:
    """Return one organisation; NotFound `organisation` if there is none."""
    row = session.get(m.Organisation, organisation_id, populate_existing=True)
    if row is None:
        raise NotFound("organisation")
    return _seen(session, row)


def create_organisation(session: Session, *, fields: Fields, save: Save, organisation_id: UUID | None = None) -> Shared:
    """Add a body that runs groups. Raises Forbidden, or Invalid with a problem for each field, as `name_taken`."""
    save.permitted()
    wanted = _clean(session, fields, {})
    row = m.Organisation(id=organisation_id or uuid4(), acts_as=["providing"], **wanted)
    keep(session, ENTITY, row, difference({}, _snapshot(row)), (), save)
    return _seen(session, row)


def edit_organisation(
    session: Session, *, organisation_id: UUID, fields: Fields, expected_version: int, save: Save
) -> Shared:
    """Save what an editor changed; no difference saves nothing.

    Raises
    ------
    Forbidden
        `edit_catalog`, `out_of_scope`.
    NotFound
        `organisation`.
    Conflict
        `stale_version` with `current_version`.
    Invalid
        With a problem for each field: `needed`, `too_long`, `unreadable`, `not_url`, `not_email`, `name_taken`,
        `unknown_field`.
    """
    save.permitted()
    row = session.get(m.Organisation, organisation_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("organisation")
    theirs(session, row, save)
    same_version(row, expected_version)
    before, groups = _snapshot(row), _groups(session, organisation_id)
    for name, value in _clean(session, fields, before).items():
        setattr(row, name, value)
    changed = difference(before, _snapshot(row))
    if changed:
        keep(session, ENTITY, row, changed, groups, save)
    return _seen(session, row)


def _named(text: str) -> ColumnElement[bool]:
    words = text.strip()[:100]
    return m.Organisation.name.icontains(words, autoescape=True) if words else true()


def _counts(session: Session, ids: list[UUID]) -> dict[UUID, int]:
    query = select(m.Group.organisation_id, func.count()).where(m.Group.organisation_id.in_(ids))
    return {row[0]: row[1] for row in session.execute(query.group_by(m.Group.organisation_id))}


def _groups(session: Session, organisation_id: UUID) -> list[UUID]:
    return list(session.scalars(select(m.Group.id).where(m.Group.organisation_id == organisation_id)))


def _snapshot(row: m.Organisation) -> dict[str, object]:
    plain = {name: getattr(row, name) for name in FIELDS}
    return {name: value for name, value in plain.items() if value is not None}


def _seen(session: Session, row: m.Organisation) -> Shared:
    return Shared(
        id=row.id,
        values=_snapshot(row),
        groups=_counts(session, [row.id]).get(row.id, 0),
        version=row.version,
        is_example=row.is_example,
    )


def _clean(session: Session, fields: Fields, before: Mapping[str, object]) -> dict[str, str | None]:
    """Return what differs, tidied; only that is checked."""
    tidy = {name: tidy_value(value) for name, value in fields.items()}
    tidy = {name: value for name, value in tidy.items() if name not in FIELDS or value != before.get(name)}
    found = {name: _problem(name, value) for name, value in tidy.items()}
    problems = {name: problem for name, problem in found.items() if problem is not None}
    name = tidy.get("name") or before.get("name")
    if not name:
        problems["name"] = Problem("needed")
    elif "name" in tidy and "name" not in problems and _taken(session, str(name)):
        problems["name"] = Problem("name_taken")
    if problems:
        raise Invalid("invalid", fields=problems)
    return tidy


def _taken(session: Session, name: str) -> bool:
    query = select(m.Organisation.id).where(m.Organisation.name == name).limit(1)
    with session.no_autoflush:
        return session.scalar(query) is not None


def _problem(name: str, value: str | None) -> Problem | None:
    if name not in FIELDS:
        return Problem("unknown_field")
    if value is None:
        return Problem("needed") if name == "name" else None
    return text_problem(value, LIMITS[name], line=name in LINES, shape=SHAPES.get(name, ""))
