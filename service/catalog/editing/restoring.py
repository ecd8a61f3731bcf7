"""A listing as it was at any of its versions: what would change, and putting it back whole. Never commits.

State, address, organisation and the day of confirmation stay as they are now: those are not undone by old words.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from service.accounts.permissions import Actor
from service.accounts.record import audit
from service.catalog.changes import Difference, GroupChanges, clean, difference, preview, snapshot, undo
from service.catalog.history import as_of, later, revision
from service.catalog.operations import ENTITY, edit_group
from service.catalog.queries import group_by_id
from service.catalog.views import GroupView


def would_change(session: Session, group: GroupView, version: int, *, today: date) -> Difference:
    """Return what putting it back would change. Raises NotFound `revision`, or Invalid as `edit_group`."""
    before = snapshot(group)
    wanted = clean(_changes(session, group, version), before=before, today=today)
    return difference(before, preview(before, wanted, today=today))


def restore_version(
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
    """Make a listing's words, meetings, places, facts and terms as they were at a version. Raises as `edit_group`."""
    group = group_by_id(session, group_id, today=now.date(), public=False)
    return edit_group(
        session,
        group_id=group_id,
        changes=_changes(session, group, version),
        expected_version=expected_version,
        actor=actor,
        reason=reason,
        now=now,
        origin=origin,
    )


def _changes(session: Session, group: GroupView, version: int) -> GroupChanges:
    revision(session, ENTITY, group.id, version)
    now = snapshot(group)
    then = as_of(now, later(session, ENTITY, group.id, version))
    return undo(difference(then, now))
