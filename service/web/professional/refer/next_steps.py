"""What happens after a referral and by which day, in words; days are the operator's working days."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask_babel import gettext as _

from service.referrals.clocks import NEEDS, working_day
from service.web.figures import locale_of
from service.web.languages import current_language
from service.web.rendering import country_pack

Line = dict[str, str]


def lines(
    at: datetime, *, to_group: bool, told: bool = True, asks_on: date | None = None, by_phone: bool = False
) -> list[Line]:
    """Return what happens, one line after another: `when`, `text` and the look, `key` or `next`."""
    pack = country_pack()
    today = at.astimezone(ZoneInfo(pack.time_zone)).date()
    off = frozenset(pack.holidays)
    taken, rung = (working_day(today, NEEDS[need].days, off) for need in ("take_on", "first_call"))
    steps = [_line(_("Today"), _("You hear that it arrived."), "key")]
    if asks_on is not None:
        steps.append(_line(long_day(asks_on), _("The group is asked. It has ten days to answer.")))
    elif by_phone:
        steps.append(_line(_("Today"), _("Ring the group")))
    elif to_group:
        steps.append(_line(_("Today"), _("The group is asked. It has ten days to answer.")))
    else:
        steps.append(_line(_("By %(day)s", day=long_day(taken)), _("A link worker takes it on.")))
        steps.append(_line(_("By %(day)s", day=long_day(rung)), _("They get in touch, in the way that is safe.")))
    if told:
        text = _("If they say yes, you get a few lines to paste into the record.")
        steps.append(_line(_("First visit, and week 12"), text, "next"))
    return steps


def _line(when: str, text: str, look: str = "") -> Line:
    return {"when": str(when), "text": str(text), "look": look}


def long_day(day: date) -> str:
    """Write a day with its year."""
    return str(format_date(day, "long", locale=locale_of(current_language(), country_pack().code)))
