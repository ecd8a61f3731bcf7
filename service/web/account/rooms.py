"""What the pages of one's own account share: their links, and who it is about."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from flask import Response, url_for
from flask_babel import lazy_gettext as _l

from service.web.access import whose
from service.web.figures import locale_of
from service.web.languages import current_language
from service.web.rendering import country_pack, services
from service.web.work import work_page

ROOMS = (
    (".second_factor", _l("Second step")),
    (".passkeys", _l("Passkeys")),
    (".acting", _l("Your role")),
    (".own_data", _l("What is kept")),
)


def page(template: str, room: str, **values: object) -> Response:
    """Show a page of one's account; `room` is the endpoint of the room it belongs to."""
    waiting = whose().waits_for is not None
    links: list[dict[str, object]] = [
        {"text": str(text), "href": url_for(endpoint), "current": endpoint == room} for endpoint, text in ROOMS
    ]
    return work_page(f"account/{template}", links=[] if waiting else links, **values)


def day(at: datetime) -> str:
    """Say a day as people here write it."""
    return str(format_date(here(at).date(), "long", locale=_locale()))


def clock(at: datetime) -> str:
    """Say a time of day as people here write it."""
    return str(format_time(here(at).replace(tzinfo=None), "short", locale=_locale()))


def here(at: datetime) -> datetime:
    """Return a moment by the clocks of this country."""
    return at.astimezone(ZoneInfo(country_pack().time_zone))


def _locale() -> Locale:
    return locale_of(current_language(), services().settings.country)
