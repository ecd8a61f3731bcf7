"""What is left to do after the first administrator was made: one page that shows each step as done or left."""

from dataclasses import dataclass

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from service.accounts.permissions import Permission
from service.accounts.queries import email_of, owner
from service.catalog import organisations, queries
from service.clock import now
from service.db import db
from service.errors import Unavailable
from service.notifications import trial
from service.web.access import allow, whose
from service.web.rendering import country_pack, services
from service.web.rooms import Area
from service.web.work import work_page


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to do; `href` leads to where it is done, if that is a page."""

    title: str
    done: bool
    says: str
    href: str = ""


def register(blueprint: Blueprint) -> None:
    """Add the page, and the trial message that is sent from it."""
    blueprint.add_url_rule("/organisation/set-up", "set_up_steps", show)
    blueprint.add_url_rule("/organisation/set-up", "set_up_steps_post", try_mail, methods=["POST"])


@allow(Permission.MANAGE)
def show() -> ResponseReturnValue:
    """Show each step."""
    return _page()


@allow(Permission.MANAGE)
def try_mail() -> ResponseReturnValue:
    """Send one message to whoever asks, at once, and say what the mail server answered."""
    server = services().settings.mail
    if server is None:
        return _page(trouble=_("No mail is sent here, so there is nothing to try."))
    to = email_of(db.session(), user_id=owner(whose().actor))
    db.session.remove()  # whoever waits for a mail server holds nothing meanwhile
    try:
        trial.send(server, to, clock=now)
    except Unavailable as why:
        return _page(trouble=_said(str(why.params["reason"])))
    return _page(sent=True)


def _page(*, sent: bool = False, trouble: str = "") -> ResponseReturnValue:
    steps = [_help_lines(), _area(), _listings(), _people()]
    shown = work_page(
        "set_up_steps.html",
        Area.ORGANISATION,
        ".set_up_steps",
        steps=steps,
        left=sum(not step.done for step in steps),
        sends_mail=services().settings.mail is not None,
        form_action=url_for(".set_up_steps_post"),
        sent=sent,
        trouble=trouble,
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
    return Step(title=_("Help lines"), done=not silent, says=says)


def _area() -> Step:
    area = services().settings.area
    says = _("Where several towns share a name, it means the one near %(place)s.", place=area or "")
    if not area:
        says = _("Tell whoever runs the server a town or postcode of your area: it goes into KITH_AREA.")
    return Step(title=_("Your area"), done=bool(area), says=says)


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
