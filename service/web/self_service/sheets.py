"""The monthly sheet of what is on near a place: a form, a page to print, the same as PDF. Nothing typed is stored."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.accounts.permissions import Permission
from service.catalog.around import groups_around
from service.catalog.queries import load_groups
from service.catalog.where.places import LONGEST_PLACE, Place
from service.clock import now
from service.db import db
from service.errors import Gone, Invalid, Problem
from service.web import sealed as addresses
from service.web.access import allow
from service.web.forgery import without_token
from service.web.rendering import country_pack, private, services
from service.web.self_service import problems, search, sheet
from service.web.self_service.leaflets import paper, send_pdf
from service.web.self_service.sheet import Wish

PURPOSE = PLACE = "sheet"
VALID = timedelta(days=62)  # a sheet of next month works until that month is over
REACHES_KM = (2.0, 5.0, 10.0, 20.0)  # how far, to choose from (proposed)
REACH_KM = 5.0
MOST_INTERESTS = 30
Typed = dict[str, Any]


@allow(Permission.PUBLIC)
def start() -> ResponseReturnValue:
    """Show the form."""
    return render_template("self_service/sheet_form.html", **_form({}))


@allow(Permission.PUBLIC)
@without_token
def make() -> ResponseReturnValue:
    """Turn what was typed into an address, or show the form again with every word kept."""
    typed = _typed()
    try:
        _found(typed)
    except Invalid as refusal:
        return private(render_template("self_service/sheet_form.html", **_form(typed, refusal)), status=422)
    return redirect(url_for("web.sheet", sealed=_seal(typed)), 303)


@allow(Permission.PUBLIC)
def show(sealed: str) -> ResponseReturnValue:
    """Show the sheet, to print."""
    typed = _opened(sealed)
    why = request.args.get("without", "")
    links = {
        "back_href": url_for("web.change_sheet", sealed=sealed),
        "pdf_href": url_for("web.sheet_pdf", sealed=sealed),
        "no_pdf": why if why in ("no_library", "no_font") else "",
    }
    return private(render_template("self_service/sheet.html", **_values(typed), **links))


@allow(Permission.PUBLIC)
def change(sealed: str) -> ResponseReturnValue:
    """Show the form with the answers so far."""
    return private(render_template("self_service/sheet_form.html", **_form(_opened(sealed))))


@allow(Permission.PUBLIC)
def as_pdf(sealed: str) -> ResponseReturnValue:
    """Send the sheet as PDF."""
    values = _values(_opened(sealed))
    return send_pdf(
        lambda: render_template("print/sheet.html", **values),
        lambda why: url_for("web.sheet", sealed=sealed, without=why),
    )


def _typed() -> Typed:
    """Return the answers of the form; what is no answer of it counts as the quiet one."""
    sent = request.form
    place = (sent.get("place_choice", "") or sent.get("place", "")).strip()
    text = "".join(letter if letter.isprintable() else " " for letter in place)[: LONGEST_PLACE + 1]
    families = {family.code for family in services().matching.taxonomy.families()}
    first = _today().replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return {
        "place": text,
        "month": (following if sent.get("month") == "next" else first).isoformat(),
        "reach": sent.get("reach", "") if sent.get("reach", "") in map(_key, REACHES_KM) else _key(REACH_KM),
        "interests": [code for code in sent.getlist("interests") if code in families][:MOST_INTERESTS],
        "free": sent.get("free") == "yes",
    }


def _found(typed: Typed) -> Place:
    made = services()
    try:
        return made.gazetteer.resolve(typed["place"], country=made.settings.country)
    except Invalid as error:
        raise Invalid("sheet", fields={"place": Problem(error.code, error.params)}) from error


def _values(typed: Typed) -> dict[str, Any]:
    """Return what both templates need; a place that is known no more leads to an ended page."""
    moment, voice, pack = now(), search.voice(), country_pack()
    try:
        place = _found(typed)
    except Invalid as error:
        raise Gone("unsealable") from error
    near = groups_around(db.session(), latitude=place.latitude, longitude=place.longitude, km=float(typed["reach"]))
    groups = load_groups(db.session(), [one.group_id for one in near], today=moment.date())
    month = date.fromisoformat(typed["month"])
    wish = Wish(month=month, interests=tuple(typed["interests"]), free=typed["free"])
    found = sheet.month_of(wish, near, groups, now=moment, zone=pack.time_zone)
    return {
        **sheet.page(found, voice),
        "place": place.label,
        "month": voice.figures.month(month),
        "reach": voice.figures.distance(float(typed["reach"])),
        "interests": [voice.label(code) for code in wish.interests],
        "free": wish.free,
        "made_on": voice.figures.long_day(_today()),
        "paper": paper(),
    }


def _form(typed: Typed, refusal: Invalid | None = None) -> dict[str, Any]:
    figures = search.figures_of_reader()
    wrong = refusal.fields if refusal else {}
    first = _today().replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    chosen = "next" if typed.get("month") == following.isoformat() else "this"
    families = services().matching.taxonomy.families()
    return {
        "form_action": url_for("web.make_sheet"),
        "values": {"month": chosen, "reach": _key(REACH_KM), **{k: v for k, v in typed.items() if k != "month"}},
        "months": [("this", figures.month(first)), ("next", figures.month(following))],
        "reaches": [(_key(km), figures.distance(km)) for km in REACHES_KM],
        "families": [(family.code, search.voice().label(family.code)) for family in families],
        "errors": problems.sentences(wrong, typed, figures),
        "place_choices": [(name, name) for name in problems.suggestions(wrong.get("place"))],
    }


def _key(km: float) -> str:
    return f"{km:g}"


def _today() -> date:
    return now().astimezone(ZoneInfo(country_pack().time_zone)).date()


def _seal(typed: Typed) -> str:
    sealed = addresses.seal(services().sealer(PURPOSE), PLACE, "sheet", typed, at=now(), longest=addresses.LONGEST)
    if sealed is None:
        raise Invalid("too_long")
    return sealed


def _opened(sealed: str) -> Typed:
    return addresses.unseal(services().sealer(PURPOSE), PLACE, "sheet", sealed, now=now(), valid=VALID).held
