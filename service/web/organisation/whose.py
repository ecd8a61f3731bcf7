"""Which organisation a page is about: one's own, or for an administrator the one that its address names."""

from uuid import UUID

from service.accounts.permissions import Permission
from service.catalog import organisations
from service.db import db
from service.errors import NotFound
from service.web.access import current_actor
from service.web.organisation import rooms


def run_by_actor(named: UUID | None, permission: Permission) -> UUID | None:
    """Return which organisation is meant; None is all of them, for an administrator who named none.

    Raises
    ------
    NotFound
        `organisation`: another than one's own, or none of ours.
    """
    actor = current_actor()
    runs_all = actor.may(Permission.MANAGE)
    meant = named if runs_all else named or actor.organisation_id
    if meant is None and runs_all:
        return None
    with rooms.out_of_sight(permission, organisations.SUBJECT, meant):
        if meant is None or (meant != actor.organisation_id and not runs_all):
            raise NotFound("organisation")
        organisations.body(db.session(), meant)
    return meant
