"""What the pages of one's own account share: their links."""

from flask import Response, url_for
from flask_babel import lazy_gettext as _l

from service.web.access import whose
from service.web.work import work_page

ROOMS = (
    (".account", _l("Where you are signed in")),
    (".account_password", _l("Password")),
    (".second_factor", _l("Second step")),
    (".passkeys", _l("Passkeys")),
    (".acting", _l("Your role")),
    (".own_data", _l("What is kept")),
    (".activity", _l("What you did")),
)


def page(template: str, room: str, **values: object) -> Response:
    """Show a page of one's account; `room` is the endpoint of the room it belongs to."""
    waiting = whose().waits_for is not None
    links: list[dict[str, object]] = [
        {"text": str(text), "href": url_for(endpoint), "current": endpoint == room} for endpoint, text in ROOMS
    ]
    return work_page(f"account/{template}", links=[] if waiting else links, **values)
