"""Bodies that refer people, run groups or keep the catalogue: found by name, made, and what each of them does."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor
from service.accounts.record import audit
from service.accounts.record.audit import NOWHERE, Origin
from service.catalog.models import Organisation
from service.errors import Conflict, Invalid, NotFound, Problem

PARTS = ("referring", "providing", "catalogue", "link_work")  # what an organisation may do here
PAGE = 50
LONGEST_NAME = 200  # characters
SUBJECT = "organisation"  # of audit rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """An organisation, as whoever gives out roles sees it."""

    id: UUID
    name: str
    acts_as: tuple[str, ...]
    is_example: bool
    version: int


def organisation_named(session: Session, name: str, acts_as: Collection[str] = ("referring",)) -> UUID:
    """Return the organisation of this name, which is made if there is none: it refers people, and is not vetted."""
    known = _named(session, name)
    if known is not None:
        return known
    made = Organisation(id=uuid4(), name=name, acts_as=_in_order(acts_as))
    session.add(made)
    session.flush()
    return made.id


def names(session: Session, ids: Iterable[UUID | None]) -> Mapping[UUID, str]:
    """Return the names of organisations."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    rows = select(Organisation.id, Organisation.name).where(Organisation.id.in_(wanted))
    return {one: name for one, name in session.execute(rows)}  # noqa: C416  # rows are no pairs to mypy


def body(session: Session, organisation_id: UUID) -> Body:
    """Return one organisation.

    Raises
    ------
    NotFound
        `organisation`.
    """
    return _seen(_row(session, organisation_id))


def bodies(session: Session, *, part: str = "", search: str = "", page: int = 1) -> tuple[Body, ...]:
    """Return one page of the organisations by name: all, those that do one of PARTS, or those with letters in the name.

    One more than a page says that there is a next.
    """
    wanted = select(Organisation)
    if part in PARTS:
        wanted = wanted.where(cast(Organisation.acts_as, String).contains(f'"{part}"'))
    if search.strip():
        wanted = wanted.where(Organisation.name.icontains(search.strip()[:LONGEST_NAME], autoescape=True))
    ordered = wanted.order_by(Organisation.name, Organisation.id).offset((page - 1) * PAGE).limit(PAGE + 1)
    return tuple(_seen(row) for row in session.scalars(ordered))


def make_organisation(
    session: Session, *, name: str, acts_as: Collection[str], actor: Actor, now: datetime, origin: Origin = NOWHERE
) -> UUID:
    """Make an organisation: listed, not vetted.

    Raises
    ------
    Invalid
        `organisation`, with problems for `name` or `acts_as`.
    """
    plain = " ".join(name.split())
    problems = _part_problems(acts_as)
    if not plain or not plain.isprintable():
        problems["name"] = Problem("needed")
    elif len(plain) > LONGEST_NAME:
        problems["name"] = Problem("too_long", {"limit": LONGEST_NAME})
    elif _named(session, plain) is not None:
        problems["name"] = Problem("name_taken")
    if problems:
        raise Invalid("organisation", fields=problems)
    made = Organisation(id=uuid4(), name=plain, acts_as=_in_order(acts_as))
    session.add(made)
    session.flush()
    _note(session, "make_organisation", made.id, actor, now, origin)
    return made.id


def change_parts(
    session: Session,
    *,
    organisation_id: UUID,
    acts_as: Collection[str],
    version: int | None,
    actor: Actor,
    now: datetime,
    origin: Origin = NOWHERE,
) -> None:
    """Say anew what an organisation does.

    Raises
    ------
    NotFound
        `organisation`.
    Invalid
        `organisation`, with a problem for `acts_as`.
    Conflict
        `changed_meanwhile`: somebody else changed it first.
    """
    row = _row(session, organisation_id)
    problems = _part_problems(acts_as)
    if problems:
        raise Invalid("organisation", fields=problems)
    if version != row.version:
        raise Conflict("changed_meanwhile")
    row.acts_as = _in_order(acts_as)
    session.flush()
    _note(session, "change_organisation", row.id, actor, now, origin)


def _part_problems(acts_as: Collection[str]) -> dict[str, Problem]:
    return {} if acts_as and set(acts_as) <= set(PARTS) else {"acts_as": Problem("not_a_choice")}


def _in_order(acts_as: Collection[str]) -> list[str]:
    return [part for part in PARTS if part in acts_as]


def _named(session: Session, name: str) -> UUID | None:
    return session.scalar(select(Organisation.id).where(Organisation.name == name).order_by(Organisation.id))


def _row(session: Session, organisation_id: UUID) -> Organisation:
    row = session.get(Organisation, organisation_id)
    if row is None:
        raise NotFound("organisation")
    return row


def _seen(row: Organisation) -> Body:
    acts_as = tuple(part for part in PARTS if part in row.acts_as)
    return Body(id=row.id, name=row.name, acts_as=acts_as, is_example=row.is_example, version=row.version)


def _note(session: Session, action: str, row_id: UUID, actor: Actor, now: datetime, origin: Origin) -> None:
    columns = ("name", "acts_as") if action == "make_organisation" else ("acts_as",)
    audit.record(
        session,
        actor=actor,
        action=action,
        subject=SUBJECT,
        subject_id=row_id,
        columns=columns,
        now=now,
        origin=origin,
    )
