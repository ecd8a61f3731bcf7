"""What is left to do after the first administrator was made: one page that shows each step as done or left."""

from dataclasses import dataclass

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from service.accounts.permissions import Permission
from service.accounts.queries import email_of, owner
from service.catalog import organisations, queries
from service.catalog.where.places import Place
from service.clock import now
from service.db import db
from service.errors import Unavailable
from service.notifications import trial
from service.web.access import allow, whose
from service.web.languages import NAMES
from service.web.rendering import country_pack, here, look_again, services, site_name
from service.web.rooms import Area
from service.web.set_up_parts import TITLES, country_name
from service.web.work import work_page


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to do; `href` leads to where it is done, if that is a page. `free`: nothing is missing without it."""

    title: str
    done: bool
    says: str
    href: str = ""
    free: bool = False


def register(blueprint: Blueprint) -> None:
    """Add the page, and the trial message that is sent from it."""
    blueprint.add_url_rule("/organisation/set-up", "set_up_steps", show)
    blueprint.add_url_rule("/organisation/set-up", "set_up_steps_post", try_mail, methods=["POST"])


@allow(Permission.MANAGE)
def show() -> ResponseReturnValue:
    """Show each step."""
    look_again()
    return _page()


@allow(Permission.MANAGE)
def try_mail() -> ResponseReturnValue:
    """Send one message to whoever asks, at once, and say what the mail server answered."""
    server = services().settings.mail
    if server is None:
        return _page(trouble=_("No mail is sent here, so there is nothing to try."))
    to = email_of(db.session(), user_id=owner(whose().actor))
    name = site_name()
    db.session.remove()  # whoever waits for a mail server holds nothing meanwhile
    try:
        trial.send(server, to, clock=now, service=name)
    except Unavailable as why:
        return _page(trouble=_said(str(why.params["reason"])))
    return _page(sent=True)


def _page(*, sent: bool = False, trouble: str = "") -> ResponseReturnValue:
    steps = [_name(), _operator(), _country(), _help_lines(), _area(), *_free(), _listings(), _people()]
    shown = work_page(
        "set_up_steps.html",
        Area.ORGANISATION,
        ".set_up_steps",
        steps=steps,
        left=sum(not (step.done or step.free) for step in steps),
        sends_mail=services().settings.mail is not None,
        form_action=url_for(".set_up_steps_post"),
        sent=sent,
        trouble=trouble,
        saved=str(TITLES.get(request.args.get("done", ""), "")),
        address=services().settings.public_url,
    )
    shown.status_code = 422 if trouble else 200
    return shown


def _help_lines() -> Step:
    silent = [line.name for line in country_pack().help_lines if not line.confirmed]
    says = _("Every help line of your country was rung, and answered.")
    if silent:
        says = _(
            "Ring each of these. Then whoever runs the server marks it as rung: %(names)s.", names=", ".join(silent)
        )
        if here().country is not None:
            silent, says = [], _("Whoever chose the country rang each of them, and each answered.")
    return Step(title=_("Help lines"), done=not silent, says=says)


def _name() -> Step:
    known = here().own_name
    says = _("Every page and mail says “%(name)s”.", name=here().name)
    return Step(title=str(TITLES["name"]), done=known is not None, says=says, href=url_for(".set_up_name"))


def _operator() -> Step:
    known = here()
    says = _("Nobody can see who answers for what is kept about them. The page “Your privacy” must say it.")
    if known.operator:
        says = _("“Your privacy” says: %(name)s, %(contact)s.", name=known.operator, contact=known.contact)
    return Step(title=str(TITLES["operator"]), done=bool(known.operator), says=says, href=url_for(".set_up_operator"))


def _country() -> Step:
    name = country_name(country_pack().code)
    says = _("It is %(country)s, with the help lines of that country.", country=name)
    if here().country is None:
        says = _("The settings of the server say: %(country)s. Look whether that is right.", country=name)
    done = here().country is not None
    return Step(title=str(TITLES["country"]), done=done, says=says, href=url_for(".set_up_country"))


def _area() -> Step:
    made = services()
    area = made.settings.area
    found = isinstance(made.gazetteer.look_up(area, country=made.settings.country), Place) if area else False
    says = _("Where several towns share a name, it means the one near %(place)s.", place=area or "")
    if not area:
        says = _("Name a town or postcode in the middle of your area.")
    elif not found:
        says = _("We do not know %(place)s in your country, or there are several.", place=area)
    return Step(title=str(TITLES["area"]), done=found, says=says, href=url_for(".set_up_area"))


def _free() -> list[Step]:
    """Return what works as it is, and may be changed."""
    known = here()
    spoken = ", ".join(NAMES[code] for code in known.languages)
    named = [
        ("languages", known.own_languages is not None, _("The pages are in: %(names)s.", names=spoken)),
        ("colour", known.colour is not None, _("Buttons and links have it, light and dark.")),
        ("logo", known.logo is not None, _("It stands at the head of every page.")),
    ]
    return [
        Step(title=str(TITLES[part]), done=done, says=str(says), href=url_for(f".set_up_{part}"), free=True)
        for part, done, says in named
    ]


def _listings() -> Step:
    count = sum(one.joinable for one in queries.count_by_source(db.session()))
    says = ngettext("%(num)s group can be found.", "%(num)s groups can be found.", count)
    if not count:
        says = _("Nobody finds anything yet. Bring in a list of groups: a table, a calendar, or a feed.")
    return Step(title=_("The first listings"), done=count > 0, says=says, href=url_for(".admin_lists"))


def _people() -> Step:
    says = _("Add each surgery, team or club that takes part. Then invite who works there.")
    done = bool(organisations.bodies(db.session(), part="referring"))
    return Step(title=_("Organisations"), done=done, says=says, href=url_for(".organisations"))


def _said(reason: str) -> str:
    """Say what a mail server answered, by its reason."""
    known = {
        "smtp_certificate": _("The mail server's certificate is not trusted."),
        "smtp_silent": _("The mail server does not answer in time."),
        "smtp_away": _("Nothing answers where the mail server should be."),
        "smtp_535": _("The mail server does not know our name or password."),
    }
    other = _("The mail server did not take it (%(reason)s).", reason=reason.removeprefix("smtp_"))
    return str(known.get(reason, other))
