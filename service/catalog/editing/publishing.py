"""Showing a listing for the first time: not before it says what every visitor needs."""

from uuid import UUID

from sqlalchemy.orm import Session

from service.catalog.editing.keeping import Save
from service.catalog.editing.missing import missing
from service.catalog.operations import set_status
from service.catalog.queries import group_by_id
from service.catalog.views import GroupView
from service.errors import Invalid, Problem

UNSHOWN = ("draft", "submitted")


def publish(session: Session, *, group_id: UUID, expected_version: int | None, save: Save) -> GroupView:
    """Show a listing; one that was never shown must say all of `missing.ALL`.

    Raises
    ------
    Invalid
        With the problem `needed` for each part that is missing.
    Forbidden, NotFound, Conflict
        As `operations.set_status`.
    """
    save.permitted()
    view = group_by_id(session, group_id, today=save.now.date(), public=False)
    gaps = missing(view) if view.status in UNSHOWN else ()
    if gaps:
        raise Invalid("incomplete", fields={gap: Problem("needed") for gap in gaps})
    return set_status(
        session,
        group_id=group_id,
        status="published",
        expected_version=expected_version,
        actor=save.actor,
        reason=save.reason,
        now=save.now,
        origin=save.origin,
    )
