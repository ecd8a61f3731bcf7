"""Changing the catalogue: each save keeps a revision, an audit row and the number all workers watch. Never commits.

A save names the version it was made from: if somebody else saved meanwhile, it is refused and nothing is overwritten.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified
from sqlalchemy.orm.exc import StaleDataError

from service.accounts.permissions import Actor, Permission
from service.accounts.record import audit
from service.catalog import addresses, approving
from service.catalog import models as m
from service.catalog.applying import apply
from service.catalog.changes import (
    Difference,
    GroupChanges,
    clean,
    difference,
    preview,
    snapshot,
    undo,
)
from service.catalog.history import last_change, revision
from service.catalog.keepers import check
from service.catalog.queries import CHUNK, group_by_id
from service.catalog.views import GroupView
from service.errors import Conflict, Forbidden, Invalid, NotFound, Problem

ENTITY = "group"
# From each status, where one save may take a group.
MOVES: dict[str, tuple[str, ...]] = {
    "draft": ("submitted", "published", "held", "archived"),
    "submitted": ("draft", "published", "held", "archived"),
    "published": ("paused", "held", "archived"),
    "paused": ("published", "held", "archived"),
    "held": ("draft", "published", "paused", "archived"),
    "archived": ("draft", "published"),
}


def touch(session: Session, group_ids: Collection[UUID], *, now: datetime) -> int:
    """Tell every worker that these groups changed; call it in the same unit of work. Return the change's number.

    Without ids it only says that something changed, as after a removal.
    """
    number = _next_number(session)
    ordered = sorted(group_ids)
    for start in range(0, len(ordered), CHUNK):
        among = m.Group.id.in_(ordered[start : start + CHUNK])
        session.execute(update(m.Group).where(among).values(changed_sequence=number, changed_at=now))
    return number


def _next_number(session: Session) -> int:
    raised = update(m.CatalogState).values(sequence=m.CatalogState.sequence + 1).returning(m.CatalogState.sequence)
    number = session.scalar(raised)
    if number is None:
        session.execute(insert(m.CatalogState).values(id=1, sequence=1))
        return 1
    return number


def edit_group(
    session: Session,
    *,
    group_id: UUID,
    changes: GroupChanges,
    expected_version: int,
    actor: Actor,
    reason: str | None,
    now: datetime,
    origin: audit.Origin = audit.NOWHERE,
) -> GroupView:
    """Save what an editor changed and return the group as it now is; no difference saves nothing.

    Raises
    ------
    Forbidden
        `edit_catalog`; `out_of_scope`: another team keeps it.
    NotFound
        `group`.
    Conflict
        `stale_version` with `current_version`: somebody saved since this version was read.
    Invalid
        With a problem for each field; see `changes.clean`.
    """
    group = locked(session, group_id, actor, expected_version)
    view = group_by_id(session, group_id, today=now.date(), public=False)
    before = snapshot(view)
    wanted = clean(changes, before=before, today=now.date())
    changed = difference(before, preview(before, wanted, today=now.date()))
    if not changed and not wanted.confirm:
        return view
    with session.no_autoflush:
        apply(session, group, wanted, actor, now.date())
    return keep(session, group, changed, actor, reason, now, origin)


def restore(
    session: Session,
    *,
    group_id: UUID,
    version: int,
    expected_version: int,
    actor: Actor,
    reason: str | None,
    now: datetime,
    origin: audit.Origin = audit.NOWHERE,
) -> GroupView:
    """Take one earlier save back, as a new save; other fields stay as they are. Raises as `edit_group`."""
    taken_back = undo(dict(revision(session, ENTITY, group_id, version).difference))
    return edit_group(
        session,
        group_id=group_id,
        changes=taken_back,
        expected_version=expected_version,
        actor=actor,
        reason=reason,
        now=now,
        origin=origin,
    )


def create_group(
    session: Session,
    *,
    organisation_id: UUID,
    changes: GroupChanges,
    place_ids: Sequence[UUID] = (),
    actor: Actor,
    reason: str | None,
    now: datetime,
    group_id: UUID | None = None,
    origin: audit.Origin = audit.NOWHERE,
) -> GroupView:
    """Add a draft. Raises Forbidden, or Invalid as `edit_group`, also for `organisation_id` and `place_ids`."""
    _permitted(actor)
    before = {"mode": "in_person", "joinable": True, "nationwide": False, "status": "draft"}
    wanted = clean(changes, before=before, today=now.date())
    _known_owners(session, organisation_id, place_ids)
    check.new_listing(session, organisation_id, place_ids, actor)
    new_id = group_id or uuid4()
    group = m.Group(
        id=new_id,
        organisation_id=organisation_id,
        slug=addresses.free_slug(session, str(wanted.fields["name"]), new_id),
        short_code=addresses.free_code(session, new_id),
        places=[m.GroupLocation(location_id=place) for place in dict.fromkeys(place_ids)],
        created_at=now,
        changed_at=now,
        door={},
    )
    with session.no_autoflush:
        apply(session, group, wanted, actor, now.date())
        session.add(group)
    changed = difference({}, preview(before, wanted, today=now.date()))
    return keep(session, group, changed, actor, reason, now, origin)


def set_status(
    session: Session,
    *,
    group_id: UUID,
    status: str,
    expected_version: int | None,
    actor: Actor,
    reason: str | None,
    now: datetime,
    origin: audit.Origin = audit.NOWHERE,
) -> GroupView:
    """Publish, pause, hold or archive a group. A hold needs a reason, no version, and a second person to lift it.

    Every editor may hold every listing: what may harm somebody waits for no team.

    Raises
    ------
    Forbidden
        `edit_catalog`; `second_person`: whoever held it may not lift it; `second_pair`: see `approving`.
    Conflict
        `stale_version`, or `status_move` with `before` and `after`.
    Invalid
        Field `reason`: `needed`.
    """
    group = locked(session, group_id, actor, expected_version, of_any_team=status == "held")
    if group.status == status:
        return group_by_id(session, group_id, today=now.date(), public=False)
    if status not in MOVES[group.status]:
        raise Conflict("status_move", before=group.status, after=status)
    if status == "held" and not (reason and reason.strip()):
        raise Invalid("invalid", fields={"reason": Problem("needed")})
    if group.status == "held":
        held = last_change(session, ENTITY, group_id, "status")
        if held is not None and held.actor_id == actor.user_id:
            raise Forbidden("second_person")
    if status == "published" and group.status in approving.UNPUBLISHED:
        approving.check(session, group_id, actor)
    changed: Difference = {"status": [group.status, status]}
    group.status = status
    return keep(session, group, changed, actor, reason, now, origin)


def readdress(
    session: Session,
    *,
    group_id: UUID,
    words: str,
    expected_version: int,
    actor: Actor,
    reason: str | None,
    now: datetime,
    origin: audit.Origin = audit.NOWHERE,
) -> GroupView:
    """Give a group's page another address; the old one goes on leading to it. Raises as `edit_group`.

    Also Invalid, field `slug`: `needed`, or `slug_taken`, also by an address that another group once had.
    """
    group = locked(session, group_id, actor, expected_version)
    slug = addresses.as_slug(words)
    if not slug:
        raise Invalid("invalid", fields={"slug": Problem("needed")})
    if slug == group.slug:
        return group_by_id(session, group_id, today=now.date(), public=False)
    if addresses.holder(session, slug) not in (None, group_id):
        raise Invalid("invalid", fields={"slug": Problem("slug_taken")})
    session.execute(delete(m.FormerSlug).where(m.FormerSlug.slug == slug))
    session.add(m.FormerSlug(slug=group.slug, group_id=group_id, until=now))
    changed: Difference = {"slug": [group.slug, slug]}
    group.slug = slug
    return keep(session, group, changed, actor, reason, now, origin)


def _permitted(actor: Actor) -> None:
    if not actor.may(Permission.EDIT_CATALOG):
        raise Forbidden(Permission.EDIT_CATALOG.value)


def locked(
    session: Session, group_id: UUID, actor: Actor, expected_version: int | None, *, of_any_team: bool = False
) -> m.Group:
    """Return the newest row, held until this unit of work ends, if it is theirs and the version that was read."""
    _permitted(actor)
    group = session.get(m.Group, group_id, with_for_update=True, populate_existing=True)
    if group is None:
        raise NotFound("group")
    if not of_any_team:
        check.listing(session, group_id, actor)
    if expected_version is not None and group.version != expected_version:
        raise Conflict("stale_version", current_version=group.version)
    return group


def keep(
    session: Session,
    group: m.Group,
    changed: Difference,
    actor: Actor,
    reason: str | None,
    now: datetime,
    origin: audit.Origin,
) -> GroupView:
    """Write the change with its revision, its audit row and its number, in this order."""
    flag_modified(group, "changed_at")  # a new version also where only facts or sessions differ
    group.changed_at = now
    try:
        session.flush()
    except StaleDataError as error:  # cannot happen while the row is held; never overwrite if it does
        raise Conflict("stale_version", current_version=group.version) from error
    session.add(
        m.Revision(
            entity=ENTITY,
            entity_id=group.id,
            version=group.version,
            difference=changed,
            reason=reason,
            actor_id=actor.user_id,
            actor_role=actor.role.value,
            at=now,
        )
    )
    touch(session, [group.id], now=now)
    audit.record(
        session,
        actor=actor,
        action=Permission.EDIT_CATALOG.value,
        subject=ENTITY,
        subject_id=group.id,
        columns=sorted(changed),
        now=now,
        origin=origin,
    )
    session.expire(group)
    return group_by_id(session, group.id, today=now.date(), public=False)


def _known_owners(session: Session, organisation_id: UUID, place_ids: Sequence[UUID]) -> None:
    if session.get(m.Organisation, organisation_id) is None:
        raise Invalid("invalid", fields={"organisation_id": Problem("unknown_organisation")})
    known = set(session.scalars(select(m.Location.id).where(m.Location.id.in_(place_ids))))
    if set(place_ids) - known:
        raise Invalid("invalid", fields={"place_ids": Problem("unknown_place")})
