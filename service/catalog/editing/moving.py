"""A listing goes to another organisation, or is copied in part into a new draft. Never commits."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from service.accounts.permissions import Actor
from service.accounts.record import audit
from service.catalog import models as m
from service.catalog.changes import GroupChanges, as_change, snapshot, undo
from service.catalog.operations import create_group, keep, locked
from service.catalog.queries import group_by_id
from service.catalog.views import GroupView
from service.errors import Invalid, Problem


def move_group(
    session: Session,
    *,
    group_id: UUID,
    organisation_id: UUID,
    expected_version: int | None,
    actor: Actor,
    reason: str | None,
    now: datetime,
    origin: audit.Origin = audit.NOWHERE,
) -> GroupView:
    """Give a listing to another organisation. Raises as `edit_group`; Invalid, field `organisation`."""
    group = locked(session, group_id, actor, expected_version)
    there = session.get(m.Organisation, organisation_id)
    if there is None:
        raise Invalid("invalid", fields={"organisation": Problem("unknown_organisation")})
    if group.organisation_id == organisation_id:
        return group_by_id(session, group_id, today=now.date(), public=False)
    here = group.organisation.name
    group.organisation_id = organisation_id
    return keep(session, group, {"organisation": [here, there.name]}, actor, reason, now, origin)


def split_group(
    session: Session,
    *,
    group_id: UUID,
    name: str,
    session_ids: Collection[UUID],
    place_ids: Collection[UUID],
    expected_version: int,
    actor: Actor,
    reason: str | None,
    now: datetime,
    new_id: UUID | None = None,
    origin: audit.Origin = audit.NOWHERE,
) -> GroupView:
    """Copy a listing into a new draft with some of its meetings and places; the histories of both say so.

    The first stays as it is: what is shown to visitors changes only when somebody takes meetings out of it. Raises as
    `edit_group`.
    """
    group = locked(session, group_id, actor, expected_version)
    view = group_by_id(session, group_id, today=now.date(), public=False)
    places = [place.id for place in view.places if place.id in set(place_ids)]
    changes = _copied(view, name, set(session_ids), set(places))
    made = create_group(
        session,
        organisation_id=view.organisation.id,
        changes=changes,
        place_ids=places,
        actor=actor,
        reason=reason,
        now=now,
        group_id=new_id,
        origin=origin,
    )
    copy = locked(session, made.id, actor, made.version)
    _take_over(group, copy)
    keep(session, copy, {"split_from": [None, view.name]}, actor, reason, now, origin)
    keep(session, group, {"split_into": [None, name.strip()]}, actor, reason, now, origin)
    return group_by_id(session, made.id, today=now.date(), public=False)


def _copied(view: GroupView, name: str, sessions: set[UUID], places: set[UUID]) -> GroupChanges:
    """Return all that can be said in a form of the listing, but for its name and what was left out."""
    plain = {key: [value, None] for key, value in snapshot(view).items() if not key.startswith("sessions.")}
    known = undo({key: pair for key, pair in plain.items() if key not in ("places", "status", "last_confirmed_on")})
    meets = {
        uuid4(): replace(as_change(one), location_id=one.location_id if one.location_id in places else None)
        for one in view.sessions
        if one.id in sessions
    }
    return replace(known, fields={**known.fields, "name": name}, sessions=meets)


def _take_over(group: m.Group, copy: m.Group) -> None:
    """Who said what, and when, is as true of the copy as of the first."""
    said = {fact.code: fact for fact in group.facts}
    for fact in copy.facts:
        was = said[fact.code]
        fact.source, fact.confirmed_on, fact.confirmed_by_role = was.source, was.confirmed_on, was.confirmed_by_role
        fact.amount, fact.note = was.amount, was.note
    copy.source, copy.source_year, copy.is_example = group.source, group.source_year, group.is_example
    copy.last_confirmed_on, copy.confirmed_precision = group.last_confirmed_on, group.confirmed_precision
    copy.confirmed_by, copy.language_of_text = group.confirmed_by, group.language_of_text
