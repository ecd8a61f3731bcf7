"""Refusing what another team keeps: asked before each change of a listing, and for lists of what is theirs."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, func, not_, or_, select
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor, Role
from service.catalog import models as m
from service.catalog.keepers.rule import UNIT_SIGNS, Listing, Scope, keeps, keeps_shared, lies_in
from service.catalog.models_desk import EditorScope
from service.errors import Forbidden

ENTITIES: dict[type, str] = {m.Organisation: "organisation", m.Location: "place"}  # as their revisions name them


def scope_of(session: Session, actor: Actor) -> Scope | None:
    """Return what somebody keeps; None: the whole catalogue, as administrators, jobs and leaders' links do."""
    if actor.role is not Role.EDITOR or actor.user_id is None:
        return None
    row = session.get(EditorScope, actor.user_id)
    if row is None:
        return None
    named = frozenset(UUID(one) for one in row.organisation_ids)
    return Scope(user_id=row.user_id, districts=frozenset(row.districts), organisation_ids=named)


def listings(scope: Scope) -> ColumnElement[bool]:
    """Return what must hold of a group that is theirs: `rule.keeps`, as the database asks it."""
    at = m.GroupLocation.group_id
    made = select(m.Revision.entity_id).where(
        m.Revision.actor_id == scope.user_id, m.Revision.version == 1, m.Revision.entity == "group"
    )
    tests = [and_(m.Group.id.in_(made), ~exists().where(at == m.Group.id))]
    if scope.organisation_ids:
        tests.append(m.Group.organisation_id.in_(sorted(scope.organisation_ids)))
    if scope.districts:
        near = select(at).join(m.Location, m.Location.id == m.GroupLocation.location_id).where(_lies_in(scope))
        tests.append(m.Group.id.in_(near))
    return or_(*tests)


def _lies_in(scope: Scope) -> ColumnElement[bool]:
    code = func.upper(m.Location.postal_code)
    tests: list[ColumnElement[bool]] = []
    for one in sorted(scope.districts):
        tests += [code == one, code.startswith(f"{one} ", autoescape=True), code.startswith(f"{one}-", autoescape=True)]
        joined = and_(func.length(code) == len(one) + UNIT_SIGNS, not_(code.contains(" ")))
        tests.append(and_(code.startswith(one, autoescape=True), joined))
    return or_(*tests)


def among(session: Session, group_ids: Collection[UUID], actor: Actor) -> set[UUID]:
    """Return which of these listings are theirs."""
    scope = scope_of(session, actor)
    if scope is None:
        return set(group_ids)
    return set(session.scalars(select(m.Group.id).where(m.Group.id.in_(group_ids), listings(scope))))


def keeps_listing(session: Session, group_id: UUID, actor: Actor) -> bool:
    """Tell whether a listing is theirs."""
    return scope_of(session, actor) is None or bool(among(session, [group_id], actor))


def listing(session: Session, group_id: UUID, actor: Actor) -> None:
    """Refuse a change of a listing that another team keeps. Raises Forbidden: `out_of_scope`."""
    if not keeps_listing(session, group_id, actor):
        raise Forbidden("out_of_scope")


def new_listing(session: Session, organisation_id: UUID, place_ids: Sequence[UUID], actor: Actor) -> None:
    """Refuse to make a listing that would be another team's from the start. Raises Forbidden: `out_of_scope`."""
    scope = scope_of(session, actor)
    if scope is None:
        return
    postcodes = session.scalars(select(m.Location.postal_code).where(m.Location.id.in_(place_ids))).all()
    if not keeps(scope, Listing(organisation_id=organisation_id, postcodes=postcodes, made_by=actor.user_id)):
        raise Forbidden("out_of_scope")


def shared(session: Session, row: m.Organisation | m.Location, actor: Actor) -> None:
    """Refuse a change of an organisation or a place that another team keeps. Ask before anything of it is changed."""
    if not keeps_row(session, row, actor):
        raise Forbidden("out_of_scope")


def keeps_row(session: Session, row: m.Organisation | m.Location, actor: Actor) -> bool:
    """Tell whether an organisation or a place is theirs: `rule.keeps_shared`."""
    scope = scope_of(session, actor)
    if scope is None:
        return True
    if isinstance(row, m.Organisation):
        named, share = row.id in scope.organisation_ids, m.Group.organisation_id == row.id
    else:
        named = lies_in(row.postal_code, scope.districts)
        share = m.Group.id.in_(select(m.GroupLocation.group_id).where(m.GroupLocation.location_id == row.id))
    both = select(func.count(), func.coalesce(func.sum(case((listings(scope), 1), else_=0)), 0)).where(share)
    total, theirs = session.execute(both).one()
    made = select(m.Revision.actor_id).where(
        m.Revision.entity == ENTITIES[type(row)], m.Revision.entity_id == row.id, m.Revision.version == 1
    )
    return keeps_shared(scope, named=named, theirs=theirs, others=total - theirs, made_by=session.scalar(made))


def whole(session: Session, actor: Actor) -> None:
    """Refuse whoever keeps a part of the catalogue what changes all of it. Raises Forbidden: `out_of_scope`."""
    if scope_of(session, actor) is not None:
        raise Forbidden("out_of_scope")
