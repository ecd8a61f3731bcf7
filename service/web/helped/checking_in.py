"""The page of the link in our messages to somebody: how it goes, a date, a waiting list. Opening it does nothing.

It shows no name and no group: others may read the message. One press answers.
"""

from dataclasses import dataclass

from flask import Response, request, url_for
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from service.accounts.permissions import Permission
from service.clock import now
from service.db import committing, db
from service.errors import Invalid, NotFound
from service.referrals.following import checking_in
from service.referrals.following.checking_in import LOW
from service.referrals.kept import PURPOSE
from service.web import moments
from service.web.access import allow, origin
from service.web.helped.pages import gone, page
from service.web.pressed_words import SAID
from service.web.rendering import services


@dataclass(frozen=True, slots=True)
class Choice:
    """One button: what stands on it, below it, and on the page after it was pressed."""

    text: LazyString
    small: LazyString
    icon: str
    after: LazyString


TOLD = _l("Whoever helps you is told.")
CALL = Choice(SAID["call_me"], TOLD, "phone", TOLD)
TITLES = {
    "check_in": _l("How is it going?"),
    "remind": _l("Are you coming?"),
    "waiting": _l("Do you still want to wait?"),
}
CHOICES: dict[str, dict[str, Choice]] = {
    "check_in": {
        "going_well": Choice(
            SAID["going_well"], _l("I still go there"), "check", _l("That is good to hear. Keep going.")
        ),
        "not_for_me": Choice(SAID["not_for_me"], _l("We look for something else with you"), "cross", TOLD),
        "call_me": CALL,
        LOW: Choice(SAID[LOW], _l("You see at once who is there for you now"), "heart", TOLD),
    },
    "remind": {
        "coming": Choice(SAID["coming"], _l("Nothing else to do"), "check", _l("Good. It is fine to be nervous.")),
        "cannot_come": Choice(SAID["cannot_come"], _l("You need not say why"), "cross", TOLD),
        "call_me": CALL,
    },
    "waiting": {
        "still": Choice(SAID["still"], _l("You keep your place"), "check", _l("You keep your place.")),
        "no_more": Choice(SAID["no_more"], _l("We look for something else with you"), "cross", TOLD),
        "call_me": CALL,
    },
}


@allow(Permission.LINK)
def show(token: str) -> Response:
    """Show the buttons. Programs that follow links in mail get no further than this."""
    try:
        return _ask(token)
    except NotFound as error:
        return gone(error)


@allow(Permission.LINK)
def act(token: str) -> Response:
    """Take one press."""
    answer = request.form.get("answer", "")
    try:
        with committing() as unit:
            sealer = services().sealer(PURPOSE)
            kind = checking_in.say(unit, sealer=sealer, token=token, answer=answer, now=now(), origin=origin())
    except Invalid:
        shown = _ask(token)
        shown.status_code = 422
        return shown
    except NotFound as error:
        return gone(error)
    return page("checked_in.html", text=str(CHOICES[kind][answer].after), low=answer == LOW)


def _ask(token: str) -> Response:
    asked = checking_in.opened(db.session(), token=token, now=now())
    return page(
        "check_in.html",
        form_action=url_for(".check_in_post", token=token),
        title=str(TITLES[asked.kind]),
        when=moments.moment(asked.at) if asked.at else "",
        choices=[(code, CHOICES[asked.kind][code]) for code in asked.answers],
        until=moments.day(asked.until),
    )
