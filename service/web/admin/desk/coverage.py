"""How fresh and how whole the listings are, by town and by kind of group: bars, and the same figures as a table."""

from collections.abc import Sequence

from flask import Response, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from service.accounts.permissions import Permission
from service.catalog.desk import counted
from service.catalog.desk.coverage import LEAST, Shares
from service.db import db
from service.web import moments
from service.web.access import allow
from service.web.admin import rooms
from service.web.admin.desk.finding import MISSING
from service.web.admin.listing import pages
from service.web.rendering import services

GAP = 0.4  # of a hundred, between two parts of a bar
KNOWN = {
    "fresh": _l("In the last 6 months"),
    "ageing": _l("6 to 12 months ago"),
    "times": MISSING["times"],
    "position": MISSING["position"],
    "cost": MISSING["cost"],
    "contact": MISSING["contact"],
    "facts": _l("Access and welcome"),
}


@allow(Permission.EDIT_CATALOG)
def show() -> Response:
    """Show both plots and both tables."""
    families = {term.code: term.label for term in services().matching.taxonomy.families()}
    known = counted.read(db.session(), families=families, today=pages.around().today)
    found = known.figures
    return rooms.page(
        "coverage.html",
        ".admin_coverage",
        total=found.whole.listings,
        counted=moments.moment(known.at) if known.at else "",
        whole=[(str(text), found.whole.share(name)) for name, text in KNOWN.items()],
        heads=[str(text) for text in KNOWN.values()],
        parts=[
            {"title": _("By town"), "rows": _rows(found.areas, "area")},
            {"title": _("By interest"), "rows": _rows(found.terms, "term")},
        ],
        least=LEAST,
    )


def _rows(found: Sequence[tuple[str, Shares]], field: str) -> list[dict[str, object]]:
    return [
        {
            "name": name,
            "href": url_for(".admin", status="published", confirmed="stale", **{field: name}),  # type: ignore[arg-type]  # an address
            "bar": _bar(shares),
            "fresh": shares.share("fresh"),
            "listings": shares.listings,
            "cells": [shares.share(one) for one in KNOWN],
        }
        for name, shares in found
    ]


def _bar(shares: Shares) -> list[tuple[str, float, float]]:
    """Return the parts of one bar: its class, where it begins and how wide it is, of a hundred."""
    at, drawn = 0.0, []
    for kind, many in (("p1", shares.fresh), ("p2", shares.ageing), ("p3", shares.stale)):
        width = 100 * many / shares.listings
        if width > GAP:
            drawn.append((kind, round(at, 2), round(width - (GAP if at + width < 100 else 0), 2)))
        at += width
    return drawn
