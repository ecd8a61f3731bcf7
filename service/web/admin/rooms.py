"""The rooms of whoever keeps this installation: one list of links for all their pages, by what each person may open."""

from flask import Response, url_for
from flask_babel import lazy_gettext as _l

from service.accounts.permissions import Permission
from service.web.access import current_actor
from service.web.rendering import services
from service.web.work import work_page

ROOMS = (
    (".admin", _l("Listings"), Permission.EDIT_CATALOG),
    (".admin_reports", _l("Something is wrong"), Permission.EDIT_CATALOG),
    (".admin_ring_back", _l("To ring"), Permission.RING_BACK),
    (".admin_unmet", _l("Asked for, not found"), Permission.EDIT_CATALOG),
    (".admin_embed", _l("On other sites"), Permission.EDIT_CATALOG),
)


def page(template: str, room: str, **values: object) -> Response:
    """Show a page; `room` is the endpoint of the room it is the first page of, or empty inside a room."""
    return work_page(f"admin/{template}", links=links(room), **values)


def links(room: str = "") -> list[dict[str, object]]:
    """Return the rooms this person may open; where nobody rings, nobody is shown whom to ring."""
    actor, rings = current_actor(), services().settings.ring_back
    return [
        {"text": str(text), "href": url_for(endpoint), "current": endpoint == room}
        for endpoint, text, permission in ROOMS
        if actor.may(permission) and (rings or permission is not Permission.RING_BACK)
    ]
