"""Asking for help oneself, on the public pages or at home with a slip's number: one short form, no account."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from service.accounts.limits import limit_address
from service.accounts.once import Replay
from service.accounts.permissions import Permission
from service.catalog import organisations
from service.catalog.queries import group_by_slug
from service.clock import now
from service.crisis import may_be_at_risk
from service.db import committing, db
from service.errors import Gone, Invalid, NotFound, Problem, TooMany
from service.referrals import kept
from service.referrals.clocks import NEEDS, working_day
from service.referrals.links import Held
from service.referrals.people.given import PersonGiven
from service.referrals.referring import arriving, queries
from service.referrals.referring.asking import Asking
from service.web import refusals
from service.web.access import allow, origin
from service.web.figures import locale_of
from service.web.forgery import without_token
from service.web.languages import current_language
from service.web.rendering import country_pack, limits, private, services
from service.web.self_service.mistakes import TRAP
from service.web.sent_once import claim

PLACE = "ask_help_sent"  # what the thank-you page says travels sealed in its address
LONGEST_TYPED = 3000  # characters that a page repeats
FIELDS = ("name", "rule", "contact", "notes", "words", "service", "yes", "tell")
RULES = {
    "phone": _l("By phone"),
    "text": _l("By text message"),
    "email": _l("By e-mail"),
    "letter": _l("By letter"),
}
FORM_NAMES = {"preferred_name": "name", "contact_rule": "rule", "contact_notes": "notes", "idempotency_key": "main"}
SENTENCES = {
    "missing": _l("Tell us what to call you. Any name is fine."),
    "contact_needed": _l("Tell us how to reach you."),
    "no_email": _l("Write a whole e-mail address, with an @"),
    "no_text": _l("Write the number, with figures only"),
    "no_phone": _l("Write the number, with figures only"),
    "consent_needed": _l("Tick this, and we may pass it on. Without it nobody can get in touch."),
    "too_long": _l("Say it in fewer words"),
    "wrong_form": _l("Use plain letters only"),
    "unknown_choice": _l("Pick one of the answers that are here."),
    "idempotency_key": _l("This form cannot be sent as it is. Load the page again"),
    "idempotency_reused": _l("This form was sent before with other words. Please look it over and send it again"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Where the form goes, whose link workers may get in touch, and who may hear how it goes."""

    action: str
    services: tuple[queries.Service, ...]
    teller: str = ""
    number: str = ""


def register(blueprint: Blueprint) -> None:
    """Add the two ways in, and the page of thanks."""
    blueprint.add_url_rule("/ask-for-help", "ask_for_help", show)
    blueprint.add_url_rule("/ask-for-help", "ask_for_help_post", take, methods=["POST"])
    blueprint.add_url_rule("/ask-for-help/sent/<sealed>", "ask_for_help_sent", sent)
    blueprint.add_url_rule("/slip", "slip", show_slip)
    blueprint.add_url_rule("/slip", "slip_post", find_slip, methods=["POST"])
    blueprint.add_url_rule("/slip/<token>", "slip_form", show_slip_form)
    blueprint.add_url_rule("/slip/<token>", "slip_form_post", take_slip, methods=["POST"])


@allow(Permission.PUBLIC)
def show() -> ResponseReturnValue:
    """Show the empty form; from a group's page its name stands in it."""
    words = ""
    if request.args.get("group"):
        try:
            name = group_by_slug(db.session(), request.args["group"], today=now().date()).name
            words = str(_("I would like to try %(name)s.", name=name))
        except NotFound:
            words = ""
    return _page(_public(), {"rule": "phone", "words": words})


@allow(Permission.PUBLIC)
@without_token
def take() -> ResponseReturnValue:
    """Keep that somebody asks for help, once; or show the form again with every word."""
    return _take(_public())


@allow(Permission.PUBLIC)
def sent(sealed: str) -> ResponseReturnValue:
    """Say thank you, and by when somebody gets in touch. It reads what it says from its own address."""
    try:
        by, at_risk = services().sealer(kept.PURPOSE).open_text(PLACE, sealed).split("|")
        day = date.fromisoformat(by)
    except (Invalid, ValueError) as error:
        raise Gone("unsealable") from error
    return private(render_template("self_service/ask_help_sent.html", by=_day(day), help_first=at_risk == "1"))


@allow(Permission.PUBLIC)
def show_slip() -> ResponseReturnValue:
    """Ask for the number of a slip."""
    return _ask_number("", {})


@allow(Permission.PUBLIC)
@without_token
def find_slip() -> ResponseReturnValue:
    """Lead to the form of a slip whose number works."""
    typed = request.form.get("number", "").strip()[:40]
    try:
        _held(typed)
    except Gone:
        return _ask_number(typed, {"number": str(_("This number has been used, or its time is over."))})
    except NotFound:
        return _ask_number(typed, {"number": str(_("We do not know this number. Please type it once more."))})
    return redirect(url_for(".slip_form", token=typed), 303)


@allow(Permission.LINK)
def show_slip_form(token: str) -> ResponseReturnValue:
    """Show the form of a slip. Opening it uses nothing up."""
    return _page(_of_slip(token, _held(token)), {"rule": "phone"})


@allow(Permission.LINK)
@without_token
def take_slip(token: str) -> ResponseReturnValue:
    """Take what somebody filled in at home; the slip works no more then."""
    return _take(Form(action=request.path, services=(), number=token))


def _public() -> Form:
    found = queries.services(db.session(), organisation_id=None, now=now())
    return Form(action=url_for(".ask_for_help_post"), services=found)


def _held(number: str) -> Held:
    limits().take(arriving.SLIP_ADDRESS, limit_address(request.remote_addr), now=now())
    return arriving.slip(db.session(), number=number, now=now())


def _of_slip(number: str, held: Held) -> Form:
    found = queries.services(db.session(), organisation_id=held.organisation_id, now=now())[:1]
    teller = organisations.names(db.session(), [held.organisation_id]).get(held.organisation_id, "")
    return Form(action=request.path, services=found, teller=teller, number=number)


def _take(form: Form) -> ResponseReturnValue:
    moment = now()
    typed = {name: request.form.get(name, "").strip()[:LONGEST_TYPED] for name in FIELDS}
    try:
        if not request.form.get(TRAP):
            _keep(form, typed, moment)
    except Invalid as refused:
        errors = {FORM_NAMES.get(name, name): str(SENTENCES[one.code]) for name, one in refused.fields.items()}
        nonce = "" if "idempotency_key" in refused.fields else request.form.get("nonce", "")
        return _page(_again(form), {**typed, "nonce": nonce}, errors, 422)
    except TooMany as refused:
        refusals.record(refused)
        errors = {"main": str(_("We got many wishes from here. Please ring us, or try again later."))}
        shown = _page(_again(form), {**typed, "nonce": request.form.get("nonce", "")}, errors, refused.status)
        shown.headers["Retry-After"] = str(refused.retry_after)
        return shown
    risk = "1" if may_be_at_risk(f"{typed['words']} {typed['notes']}") else "0"
    sealed = services().sealer(kept.PURPOSE).seal_text(PLACE, f"{_by(moment).isoformat()}|{risk}")
    return redirect(url_for(".ask_for_help_sent", sealed=sealed), 303)


def _again(form: Form) -> Form:
    return _of_slip(form.number, _held(form.number)) if form.number else form


def _keep(form: Form, typed: Mapping[str, str], moment: datetime) -> None:
    for limit, key in ((arriving.HELP_ADDRESS, limit_address(request.remote_addr)), (arriving.HELP_ALL, "all")):
        limits().take(limit, key, now=moment)
    wish, sealer = _wish(typed), services().sealer(kept.PURPOSE)
    with committing() as unit:
        claimed = claim(f"ask_help{form.number}", {**typed})
        if isinstance(claimed, Replay):
            return
        if form.number:
            arriving.take_slip(unit, sealer=sealer, number=form.number, request=wish, now=moment, origin=origin())
            return
        service = _service(form, typed)
        way = arriving.Way(organisation_id=service.id, service=service, source="self")
        arriving.ask(
            unit,
            sealer=sealer,
            referral_id=claimed.resource_id,
            way=way,
            request=wish,
            now=moment,
            origin=origin(),
        )


def _service(form: Form, typed: Mapping[str, str]) -> queries.Service:
    """Return whom somebody asks: the only ones there are, or those that were chosen."""
    only = form.services[0] if len(form.services) == 1 else None
    chosen = only or next((one for one in form.services if str(one.id) == typed["service"]), None)
    if chosen is None:
        raise Invalid("referral", fields={"service": Problem("unknown_choice")})
    return chosen


def _wish(typed: Mapping[str, str]) -> Asking:
    return Asking(
        given=PersonGiven(
            preferred_name=typed["name"],
            contact=typed["contact"],
            contact_rule=typed["rule"],
            contact_notes=typed["notes"],
            language=current_language(),
        ),
        words=typed["words"],
        yes=typed["yes"] == "yes",
        tell=typed["tell"] == "yes",
        method="online",
        source="self",
    )


def _page(form: Form, typed: Mapping[str, str], errors: Mapping[str, str] | None = None, status: int = 200) -> Response:
    page = render_template(
        "self_service/ask_help.html",
        form_action=form.action,
        services=[(str(one.id), one.name) for one in form.services],
        teller=form.teller,
        of_slip=bool(form.number),
        values=typed,
        rules=list(RULES.items()),
        nonce=typed.get("nonce") or str(uuid4()),
        trap=TRAP,
        by=_day(_by(now())),
        errors=errors or {},
        help_first=may_be_at_risk(typed.get("words", "")),
    )
    return private(page, status)


def _ask_number(typed: str, errors: Mapping[str, str]) -> Response:
    page = render_template("self_service/slip.html", form_action=url_for(".slip_post"), number=typed, errors=errors)
    return private(page, 422 if errors else 200)


def _by(moment: datetime) -> date:
    """Return the day by which a link worker gets in touch."""
    pack = country_pack()
    today = moment.astimezone(ZoneInfo(pack.time_zone)).date()
    return working_day(today, NEEDS["first_call"].days, frozenset(pack.holidays))


def _day(day: date) -> str:
    return str(format_date(day, "EEEE d MMMM", locale=locale_of(current_language(), country_pack().code)))
