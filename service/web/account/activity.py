"""What one's own account did, and who changed it."""

from flask import Blueprint, Response, request, url_for

from service.accounts.permissions import Permission
from service.accounts.record import activity
from service.db import db
from service.errors import Unauthenticated
from service.web import deeds
from service.web.access import allow, whose
from service.web.account import rooms

ROOM = ".activity"


def register(blueprint: Blueprint) -> None:
    """Add the list."""
    blueprint.add_url_rule("/account/activity", "activity", show)


@allow(Permission.ACCOUNT)
def show() -> Response:
    """Show it, newest first."""
    user, before = whose().actor.user_id, request.args.get("before", type=int)
    if user is None:
        raise Unauthenticated("session_ended")
    found = activity.own(db.session(), user_id=user, before=before if before and 0 < before < 1 << 62 else None)
    more = len(found) > activity.PAGE
    return rooms.page(
        "activity.html",
        ROOM,
        deeds=deeds.rows(found[: activity.PAGE]),
        older_href=url_for(ROOM, before=found[activity.PAGE - 1].sequence) if more else "",
        newest_href=url_for(ROOM) if before else "",
    )
