"""Asking to be rung: a short form without account or cookie, and the page that says by when."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from service.accounts.limits import limit_address
from service.accounts.permissions import Permission
from service.catalog.telephone import international
from service.clock import now
from service.config import LANGUAGES
from service.crisis import may_be_at_risk
from service.db import committing
from service.errors import Gone, Invalid, NotFound, Problem, TooMany
from service.referrals import ringing, rings
from service.web import refusals
from service.web.access import allow
from service.web.figures import locale_of
from service.web.forgery import without_token
from service.web.languages import NAMES, current_language
from service.web.rendering import country_pack, limits, private, services
from service.web.self_service.mistakes import TRAP

SEALER, PLACE = "referrals", "ring_asked"  # what the thank-you page says travels sealed in its address
LONGEST_TYPED = 2000  # characters that a page repeats
SUITS = {
    "any": _l("Any time"),
    "morning": _l("In the morning"),
    "afternoon": _l("In the afternoon"),
    "evening": _l("In the early evening"),
}
SENTENCES = {
    "name.needed": _l("Tell us what to call you. Any name is fine."),
    "number.needed": _l("Tell us your number, and we can ring."),
    "name.too_long": _l("That name is too long for us. A short one is fine."),
    "about.too_long": _l("Please say it in fewer words: up to %(longest)s letters."),
    "phone_unreadable": _l("We could not read this number. Write it like %(example)s."),
    "phone_not_here": _l("We can only ring a plain number in this country. It looks like %(example)s."),
    "unknown_choice": _l("Pick one of the answers that are here."),
}


@allow(Permission.PUBLIC)
def show() -> ResponseReturnValue:
    """Show the empty form."""
    _offered()
    return _page({"suits": "any", "language": current_language(), "message": "no"}, {}, uuid4())


@allow(Permission.PUBLIC)
@without_token
def take() -> ResponseReturnValue:
    """Keep the wish to be rung, or show the form again with every word kept."""
    _offered()
    typed = {name: request.form.get(name, "")[:LONGEST_TYPED] for name in _fields()}
    request_id = _id(request.form.get("once", ""))
    try:
        wish = rings.read(typed, country_pack().telephone, LANGUAGES)
        if not request.form.get(TRAP):
            _keep(wish, request_id)
    except Invalid as refusal:
        return _page(typed, _sentences(refusal.fields), request_id, 422)
    except TooMany as refusal:
        refusals.record(refusal)
        shown = _page(
            typed, {"main": _("We got many wishes from here. Please ring us, or try again later.")}, request_id
        )
        shown.status_code = refusal.status
        shown.headers["Retry-After"] = str(refusal.retry_after)
        return shown
    said = "|".join((_by().isoformat(), wish.suits, "1" if may_be_at_risk(f"{wish.about} {wish.name}") else "0"))
    return redirect(url_for(".ring_me_asked", sealed=services().sealer(SEALER).seal_text(PLACE, said)), 303)


@allow(Permission.PUBLIC)
def asked(sealed: str) -> ResponseReturnValue:
    """Say by when somebody rings. It reads what it says from its own address, and nothing else."""
    _offered()
    try:
        by, suits, at_risk = services().sealer(SEALER).open_text(PLACE, sealed).split("|")
    except (Invalid, ValueError) as error:
        raise Gone("unsealable") from error
    locale = locale_of(current_language(), country_pack().code)
    shown = {
        "by": format_date(date.fromisoformat(by), "EEEE d MMMM", locale=locale),
        "suits": "" if suits == "any" else str(SUITS[suits]),
        "help_first": at_risk == "1",
    }
    return private(render_template("self_service/ring_me_asked.html", **shown))


def _offered() -> None:
    if not services().settings.ring_back:
        raise NotFound("page")


def _fields() -> tuple[str, ...]:
    return ("name", "number", "suits", "language", "message", "about")


def _id(once: str) -> UUID:
    """Return the form's own id, which makes a second sending the same wish."""
    try:
        return UUID(once, version=4)
    except ValueError:
        return uuid4()


def _keep(wish: rings.RingIn, request_id: UUID) -> None:
    moment, made = now(), services()
    keys = (
        (ringing.BY_ADDRESS, limit_address(request.remote_addr)),
        (ringing.BY_NUMBER, international(wish.number, country_pack().telephone)),
        (ringing.BY_ALL, "all"),
    )
    for limit, key in keys:
        limits().take(limit, key, now=moment)
    with committing() as unit:
        ringing.forget_old(unit, now=moment)
        ringing.ask(unit, sealer=made.sealer(SEALER), request_id=request_id, wish=wish, now=moment)


def _by() -> date:
    pack = country_pack()
    today = now().astimezone(ZoneInfo(pack.time_zone)).date()
    return rings.rung_by(today, services().settings.ring_back_days, pack.holidays)


def _sentences(problems: Mapping[str, Problem]) -> dict[str, str]:
    found = {}
    for field, problem in problems.items():
        words = SENTENCES.get(f"{field}.{problem.code}") or SENTENCES[problem.code]
        found[field] = str(words) % {
            "longest": problem.params.get("longest", ""),
            "example": country_pack().telephone.example,
        }
    return found


def _page(typed: Mapping[str, str], errors: Mapping[str, str], request_id: UUID, status: int = 200) -> Response:
    page = render_template(
        "self_service/ring_me.html",
        form_action=url_for(".ring_me_post"),
        values=typed,
        errors=errors,
        once=str(request_id),
        trap=TRAP,
        suits_choices=list(SUITS.items()),
        language_choices=list(NAMES.items()),
        example=country_pack().telephone.example,
        within=services().settings.ring_back_days,
        help_first=may_be_at_risk(typed.get("about", "")),
    )
    return private(page, status)
