"""What is said where a group can welcome no more new people this week: how many it can, and when it is asked."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import ngettext

from service.catalog.views import GroupView
from service.clock import now
from service.db import db
from service.referrals import weekly
from service.web.figures import Figures, locale_of
from service.web.languages import current_language
from service.web.rendering import country_pack


def sentence(most: int | None, asks_on: date | None) -> str:
    """Say how many new people a group can welcome, and on which day it is asked; empty where it is asked at once."""
    if asks_on is None:
        return ""
    asked = _("This one is asked on %(day)s.", day=_day(asks_on))
    return " ".join((many(most), asked)) if most else str(asked)


def before(most: int | None, asks_on: date | None) -> str:
    """Say the same to whoever has not asked yet."""
    if asks_on is None:
        return ""
    asked = _("If you ask them now, they hear of it on %(day)s.", day=_day(asks_on))
    return " ".join((many(most), asked)) if most else str(asked)


def of(group: GroupView) -> str:
    """Say it of a group that may be chosen; empty where it has room now, or did not say how many it can welcome."""
    if group.new_people_a_week is None:
        return ""
    day = weekly.day_of(db.session(), group.id, now=now(), zone=ZoneInfo(country_pack().time_zone))
    return before(group.new_people_a_week, day)


def of_each(groups: Iterable[GroupView]) -> dict[UUID, str]:
    """Say the same of several groups, by their ids; of those that have room now nothing."""
    few = {one.id: one.new_people_a_week for one in groups if one.new_people_a_week is not None}
    if not few:
        return {}
    days = weekly.days_of(db.session(), few, now=now(), zone=ZoneInfo(country_pack().time_zone))
    return {group_id: before(few[group_id], day) for group_id, day in days.items()}


def many(most: int | None) -> str:
    """Say how many new people a week a group can welcome; empty where it did not say."""
    if not most:
        return ""
    said = ngettext("They can welcome %(num)s new person a week.", "They can welcome %(num)s new people a week.", most)
    return str(said)


def _day(day: date) -> str:
    pack = country_pack()
    locale = locale_of(current_language(), pack.code)
    figures = Figures(locale=locale, miles=pack.distance_unit == "mile", currency=pack.currency)
    return figures.whole_day(day)
