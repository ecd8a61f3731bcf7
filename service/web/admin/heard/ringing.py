"""Whom to ring. Reading the list is recorded; whoever was reached is forgotten at once."""

from datetime import datetime
from typing import cast
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from service.accounts.permissions import Permission
from service.catalog.telephone import international
from service.clock import now
from service.db import committing, db, writes
from service.errors import Invalid
from service.referrals import ringing
from service.referrals.ringing import Outcome, RingView
from service.web.access import allow, current_actor, origin
from service.web.admin import rooms
from service.web.figures import locale_of
from service.web.languages import NAMES, current_language
from service.web.rendering import country_pack, services

SEALER = "referrals"
OUTCOMES = ("done", "no_answer")
SUITS = {
    "any": _l("Any time suits"),
    "morning": _l("Mornings suit"),
    "afternoon": _l("Afternoons suit"),
    "evening": _l("Early evenings suit"),
}


@allow(Permission.RING_BACK)
def show() -> Response:
    """Show who waits, words of danger first."""
    with committing() as unit:  # reading of people is recorded
        found = ringing.read_waiting(
            unit, sealer=services().sealer(SEALER), actor=current_actor(), now=now(), origin=origin()
        )
    return rooms.page("ring_back.html", ".admin_ring_back", people=[_row(one) for one in found])


@allow(Permission.RING_BACK)
@writes
def rang(ring_id: UUID) -> ResponseReturnValue:
    """Note that somebody rang, and lead back to the list."""
    outcome = request.form.get("outcome", "")
    if outcome not in OUTCOMES:
        outcome = "no_answer"  # nothing is forgotten by mistake
    ringing.rang(
        db.session(),
        request_id=ring_id,
        outcome=cast("Outcome", outcome),
        actor=current_actor(),
        now=now(),
        origin=origin(),
    )
    return redirect(url_for(".admin_ring_back"), 303)


def _row(one: RingView) -> dict[str, object]:
    return {
        "action": url_for(".admin_rang", ring_id=one.id),
        "name": one.name,
        "number": one.number,
        "href": _href(one.number),
        "suits": str(SUITS[one.suits]),
        "language": "" if one.language == country_pack().languages[0] else NAMES.get(one.language, one.language),
        "message": one.may_leave_message,
        "about": one.about,
        "at_risk": one.at_risk,
        "asked": _moment(one.asked_at),
        "tried": _tried(one),
        "until": _("We forget this number on %(when)s", when=_moment(one.forgotten_at)),
    }


def _href(number: str) -> str:
    """Return what a telephone dials; empty for a number that was taken under other rules than today's."""
    try:
        return f"tel:{international(number, country_pack().telephone)}"
    except Invalid:
        return ""


def _tried(one: RingView) -> str:
    if one.tried_at is None:
        return ""
    when = _moment(one.tried_at)
    return str(
        ngettext("Tried %(num)s time, last on %(when)s", "Tried %(num)s times, last on %(when)s", one.tries, when=when)
    )


def _moment(at: datetime) -> str:
    here = at.astimezone(ZoneInfo(country_pack().time_zone)).replace(tzinfo=None)
    locale = locale_of(current_language(), country_pack().code)
    day, clock = format_date(here, "EEE d MMM", locale=locale), format_time(here, "short", locale=locale)
    return str(_("%(day)s, %(time)s", day=day, time=clock))
