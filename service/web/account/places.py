"""Where somebody is signed in: a list with an end for each, and staying signed in for longer."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from service.accounts.permissions import Permission
from service.accounts.signing_in import sessions
from service.accounts.signing_in.sessions import Place
from service.clock import now
from service.db import committing, db, writes
from service.web.access import allow, forget, origin, whose
from service.web.account.rooms import page
from service.web.moments import clock, day
from service.web.signing_in.entering import onward
from service.web.work import seconds_left

ROOM = ".account"
WAYS: Mapping[str, LazyString] = {
    "password": _l("with a password"),
    "link": _l("with a mailed link"),
    "passkey": _l("with a passkey"),
    "organisation": _l("through your organisation"),
}


def register(blueprint: Blueprint) -> None:
    """Add the list, the ends, and the button that keeps one signed in."""
    blueprint.add_url_rule("/account", "account", show)
    blueprint.add_url_rule("/account/end/<uuid:session_id>", "account_end", end_one, methods=["POST"])
    blueprint.add_url_rule("/account/others/end", "account_end_others", end_others, methods=["POST"])
    blueprint.add_url_rule("/account/stay", "account_stay", stay, methods=["POST"])


@allow(Permission.ACCOUNT)
def show() -> ResponseReturnValue:
    """Show where somebody is signed in, this browser first."""
    known = whose()
    places = sessions.places(db.session(), actor=known.actor, now=now())
    ordered = sorted(places, key=lambda place: place.id != known.session_id)
    return page("places.html", ROOM, places=[_said(place, here=place.id == known.session_id) for place in ordered])


@allow(Permission.ACCOUNT)
@writes
def end_one(session_id: UUID) -> ResponseReturnValue:
    """End one session of one's own; for this very browser that is signing out."""
    known = whose()
    sessions.end_place(db.session(), session_id=session_id, actor=known.actor, now=now(), origin=origin())
    return redirect(url_for(ROOM), 303)


@allow(Permission.ACCOUNT)
@writes
def end_others() -> ResponseReturnValue:
    """End every session of one's own but this."""
    known = whose()
    sessions.end_other_sessions(db.session(), keep=known.session_id, actor=known.actor, now=now(), origin=origin())
    return redirect(url_for(ROOM), 303)


@allow(Permission.ACCOUNT)
def stay() -> ResponseReturnValue:
    """Begin the idle time again. A script asks for JSON, and the page that was being written stays as it is."""
    with committing() as unit:
        sessions.touch_session(unit, session_id=whose().session_id, now=now())
    forget()
    if request.accept_mimetypes.best == "application/json":
        return jsonify(seconds=seconds_left(whose(), now()), until=clock(whose().ends_at))
    return onward()


def _said(place: Place, *, here: bool) -> dict[str, object]:
    way = _("%(way)s and a second step", way=WAYS[place.way]) if place.strength > 1 else str(WAYS[place.way])
    return {
        "id": place.id,
        "here": here,
        "device": place.device or _("A browser we do not know"),
        "way": way,
        "since": _("%(day)s, %(time)s", day=day(place.since), time=clock(place.since)),
        "seen": _("%(day)s, %(time)s", day=day(place.last_seen), time=clock(place.last_seen)),
        "network": place.network or "",
    }
