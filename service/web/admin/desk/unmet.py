"""What people asked for and did not find, by district: counts of ten searches and more, and nothing below."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from flask import Response

from service.accounts.permissions import Permission
from service.clock import now
from service.matching.counting import LEAST, LEAST_DAYS
from service.web.access import allow
from service.web.admin import rooms
from service.web.rendering import country_pack, services

DAYS = 91  # a season: long enough to reach ten, short enough to act on


@allow(Permission.EDIT_CATALOG)
def show() -> Response:
    """Show the table."""
    made = services()
    today = now().astimezone(ZoneInfo(country_pack().time_zone)).date()
    found = made.counts.unmet(since=today - timedelta(days=DAYS))
    taxonomy = made.matching.taxonomy
    rows = [
        {"area": one.area, "term": term.label if (term := taxonomy.get(one.term)) else one.term, "asked": one.asked}
        for one in found
    ]
    return rooms.page("unmet.html", ".admin_unmet", rows=rows, days=DAYS, least=LEAST, least_days=LEAST_DAYS)
