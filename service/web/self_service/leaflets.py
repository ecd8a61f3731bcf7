"""The leaflet of a list: a page to print, in normal or large letters, and the same as PDF. Nothing of it is stored."""

from collections.abc import Callable

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.accounts.permissions import Permission
from service.catalog.queries import load_groups
from service.clock import now
from service.db import db
from service.errors import NotFound
from service.matching import Profile
from service.web import keeping, pdf
from service.web.access import allow
from service.web.forgery import without_token
from service.web.rendering import country_pack, private
from service.web.self_service import leaflet, list_page, search
from service.web.self_service.shortlist import opened, seal

PAPER = {"US": "letter"}  # by country; elsewhere A4
PAGES = {False: ("web.leaflet", "web.leaflet_pdf"), True: ("web.leaflet_large", "web.leaflet_large_pdf")}


@allow(Permission.LINK)
@without_token
def prepare(sealed: str) -> ResponseReturnValue:
    """Put a line on the leaflet that says who prepared it; the line stays in the address."""
    kept = keeping.prepared(opened(sealed, now()), request.form.get("by", ""))
    page = PAGES[request.form.get("letters") == "large"][0]
    return redirect(url_for(page, sealed=seal(kept)), 303)


@allow(Permission.LINK)
def show(sealed: str, *, large: bool) -> Response:
    """Show the leaflet: two groups on a sheet, with strips to tear off; in large letters each on a sheet of its own."""
    why = request.args.get("without", "")
    links = {
        "back_href": url_for("web.shortlist", sealed=sealed),
        "pdf_href": url_for(PAGES[large][1], sealed=sealed),
        "other_href": url_for(PAGES[not large][0], sealed=sealed),
        "form_action": url_for("web.prepare_leaflet", sealed=sealed),
        "no_pdf": why if why in ("no_library", "no_font") else "",
    }
    return private(render_template("self_service/leaflet.html", **_values(sealed, large=large), **links))


@allow(Permission.LINK)
def as_pdf(sealed: str, *, large: bool) -> ResponseReturnValue:
    """Send the same as PDF."""
    values = _values(sealed, large=large)
    return send_pdf(
        lambda: render_template("print/leaflet.html", **values),
        lambda why: url_for(PAGES[large][0], sealed=sealed, without=why),
    )


def send_pdf(page: Callable[[], str], instead: Callable[[str], str]) -> ResponseReturnValue:
    """Send a page as PDF; where that cannot be done here, lead to the page to print, with a word why."""
    try:
        made = pdf.make(page())
    except pdf.NotHere as error:
        return redirect(instead(error.code), 303)
    answer = private(made, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = 'inline; filename="leaflet.pdf"'
    return answer


def paper() -> str:
    """Return the paper of this country, as style sheets name it."""
    return PAPER.get(country_pack().code.upper(), "a4")


def _values(sealed: str, *, large: bool) -> dict[str, object]:
    """Return what both templates need; raises NotFound `nothing_kept` for a list without a group to print."""
    moment = now()
    kept, voice = opened(sealed, moment), search.voice()
    groups = load_groups(db.session(), kept.groups, today=moment.date())
    found = list_page.scenes(kept, groups, Profile(), {}, now=moment)
    if not found:
        raise NotFound("nothing_kept")
    items = [leaflet.item(one, voice, now=moment, large=large) for one in found]
    return {
        "large": large,
        "sheets": leaflet.sheets(items, large=large),
        "made_on": voice.figures.long_day(moment.date()),
        "by": kept.by,
        "gone": len(kept.groups) - len(found),
        "paper": paper(),
    }
