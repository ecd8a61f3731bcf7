"""Days and times of day as people here write them, by the clocks of this country."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from flask_babel import gettext as _

from service.web.figures import locale_of
from service.web.languages import current_language
from service.web.rendering import country_pack


def day(at: datetime) -> str:
    """Say a day."""
    return str(format_date(here(at).date(), "long", locale=_locale()))


def clock(at: datetime) -> str:
    """Say a time of day."""
    return str(format_time(here(at).replace(tzinfo=None), "short", locale=_locale()))


def moment(at: datetime) -> str:
    """Say a day and a time of day."""
    return str(_("%(day)s, %(time)s", day=day(at), time=clock(at)))


def here(at: datetime) -> datetime:
    """Return a moment by the clocks of this country."""
    return at.astimezone(ZoneInfo(country_pack().time_zone))


def _locale() -> Locale:
    return locale_of(current_language(), country_pack().code)
