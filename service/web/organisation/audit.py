"""The record of an organisation, for whoever runs it: who did what, when and what for. Reading it is recorded too."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.accounts.permissions import Permission
from service.accounts.record import activity
from service.accounts.record.activity import Wish
from service.clock import now
from service.db import committing
from service.referrals import queries
from service.web import deeds
from service.web.access import allow, current_actor, origin
from service.web.organisation import rooms
from service.web.rendering import country_pack

ROOM = ".audit"
FIELDS = ("who", "what", "outcome", "since", "until", "about")
LONGEST = 60  # characters of a field


def register(blueprint: Blueprint) -> None:
    """Add the list, and the form that leads to a part of it."""
    blueprint.add_url_rule("/organisation/audit", "audit", show)
    blueprint.add_url_rule("/organisation/audit", "audit_post", look_up, methods=["POST"])


@allow(Permission.READ_AUDIT)
def show() -> Response:
    """Show what was done, newest first."""
    return _list({name: request.args.get(name, "") for name in FIELDS}, {})


@allow(Permission.READ_AUDIT)
def look_up() -> ResponseReturnValue:
    """Lead to the rows that were asked for. Only codes, days and numbers of things ever stand in the address."""
    typed = {name: request.form.get(name, "").strip()[:LONGEST] for name in FIELDS}
    errors = _problems(typed)
    if errors:
        return _list(typed, errors)
    return redirect(_at({name: value for name, value in typed.items() if value}), 303)


def _list(typed: Mapping[str, str], errors: dict[str, str]) -> Response:
    before, actor = request.args.get("before", type=int), current_actor()
    wish = _wish({} if errors else typed, before)
    with committing() as unit:  # reading the record is recorded
        found = activity.read(
            unit, wish=wish, subjects=queries.known_to(actor.organisation_id), actor=actor, now=now(), origin=origin()
        )
        people = activity.colleagues(unit, actor=actor)
    kept = {name: value for name, value in typed.items() if value and not errors}
    more = len(found) > activity.PAGE
    shown = rooms.page(
        "audit.html",
        ROOM,
        deeds=deeds.rows(found[: activity.PAGE]),
        beside=[_at({"about": str(one.subject_id)}) if one.subject_id else "" for one in found],
        form_action=url_for(".audit_post"),
        values=typed,
        errors=errors,
        people=[("", _("Anybody")), *((str(one), name) for one, name in people)],
        kinds=[("", _("Anything")), *((code, str(text)) for code, text in deeds.FAMILIES.items())],
        outcomes=[("", _("Any outcome")), *((code, str(text)) for code, text in deeds.OUTCOMES.items())],
        clear_href=url_for(ROOM) if kept else "",
        older_href=_at({**kept, "before": str(found[activity.PAGE - 1].sequence)}) if more else "",
        newest_href=_at(kept) if before else "",
    )
    shown.status_code = 422 if errors else 200
    return shown


def _at(values: Mapping[str, str]) -> str:
    return f"{url_for(ROOM)}?{urlencode(values)}" if values else url_for(ROOM)


def _wish(typed: Mapping[str, str], before: int | None) -> Wish:
    since, until = _day(typed.get("since", "")), _day(typed.get("until", ""))
    what, outcome = typed.get("what"), typed.get("outcome")
    return Wish(
        who=_number(typed.get("who", "")),
        what=what if what in deeds.FAMILIES else None,
        outcome=outcome if outcome in deeds.OUTCOMES else None,
        since=_begins(since) if since else None,
        until=_begins(until + timedelta(days=1)) if until else None,
        about=_number(typed.get("about", "")),
        before=before if before and 0 < before < 1 << 62 else None,
    )


def _problems(typed: Mapping[str, str]) -> dict[str, str]:
    wrong = {
        name: _("Write a day, like 2026-11-22") for name in ("since", "until") if typed[name] and not _day(typed[name])
    }
    if typed["about"] and _number(typed["about"]) is None:
        wrong["about"] = _("This is not a number of ours")
    choices = {
        "who": _number(typed["who"]),
        "what": deeds.FAMILIES.get(typed["what"]),
        "outcome": deeds.OUTCOMES.get(typed["outcome"]),
    }
    return {
        **wrong,
        **{name: _("Choose one of the list") for name, found in choices.items() if typed[name] and found is None},
    }


def _number(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year < 2200 else None


def _begins(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), ZoneInfo(country_pack().time_zone))
