"""When a meeting is, in an editor's own words: what was understood, with its next dates. Nothing is saved."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from service.accounts.limits import Limit
from service.accounts.permissions import Permission
from service.catalog import queries
from service.catalog.changes import SessionChange
from service.catalog.schedule import Meeting, next_dates
from service.catalog.views import GroupView
from service.catalog.when.plan import NotRead, Plan
from service.catalog.when.reading import read
from service.catalog.when.rests import BY_ZONE, part_of
from service.clock import now
from service.db import db
from service.web.access import allow, current_actor
from service.web.admin import words
from service.web.admin.listing import forms, looked_up, pages
from service.web.admin.listing.forms import Typed
from service.web.rendering import limits, private

DATES = 10  # coming dates of what was understood
WHEN_EDITOR = Limit(scope="catalog.when", most=600, seconds=300)
SENTENCES = {
    "too_long": _l("Say it in fewer words"),
    "not_understood": _l("We do not understand “%(words)s”. Say it in other words, or fill in the fields below"),
    "no_day": _l("Say on which day, like “Tuesdays”"),
    "no_time": _l("Say at what time, like “7pm”"),
    "no_such_day": _l("There is no such day or time: “%(words)s”"),
    "no_such_time": _l("There is no such day or time: “%(words)s”"),
    "second_time": _l("One meeting has one time. Add another meeting for “%(words)s”"),
    "weekday_differs": _l("This is another day of the week: “%(words)s”"),
    "which_week": _l("Say which week of the month, like “first Tuesday”"),
    "which_first": _l("Say from which day on, like “from 7 January”"),
    "days_and_weekdays": _l("Say one day, or on which days of the week"),
    "ends_before": _l("The last day is before the first"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What words came to: all their meanings, or why they were not understood."""

    plans: tuple[Plan, ...] = ()
    problem: str = ""


@allow(Permission.EDIT_CATALOG)
def preview(group_id: UUID) -> Response:
    """Tell a script what words mean, as they are typed."""
    limits().take(WHEN_EDITOR, str(current_actor().user_id), now=now())
    group = queries.group_by_id(db.session(), group_id, today=pages.around().today, public=False)
    heard = understood(request.form.get("words", ""), request.form.get("from", ""))
    told = {"problem": heard.problem, "title": title(heard), "meanings": meanings(group, "", heard)}
    return private(json.dumps(told), mimetype="application/json")


def understood(text: str, first: str) -> Heard:
    """Read words; a first day that stands in its field counts where the words name none."""
    try:
        return Heard(plans=read(text, today=pages.around().today, anchor=_day(first)))
    except NotRead as error:
        return Heard(problem=str(SENTENCES[error.code]) % {"words": error.words})


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def title(heard: Heard) -> str:
    """Say whether one thing was understood, or may be meant."""
    if not heard.plans:
        return ""
    return str(_("We understood:") if len(heard.plans) == 1 else _("It can mean more than one thing. Which is right?"))


def meanings(group: GroupView, key: str, heard: Heard) -> list[dict[str, Any]]:
    """Say each meaning in words, with its next dates."""
    return [
        {"said": words.session_sentence(_change(plan), pages.figures()), "dates": _dates(group, key, plan)}
        for plan in heard.plans
    ]


def _dates(group: GroupView, key: str, plan: Plan) -> list[str]:
    zone = pages.around().time_zone
    meeting = Meeting(
        rule=plan.rule,
        starts_at=plan.starts_at,
        minutes=plan.minutes,
        time_zone=zone,
        exceptions=plan.exceptions,
        rests=plan.rests,
        part=_part(group, key, zone),
    )
    return [pages.figures().day(one.starts.date()) for one in next_dates(meeting, after=now(), limit=DATES)]


def _part(group: GroupView, key: str, zone: str) -> str:
    at = next((one.location_id for one in group.sessions if str(one.id) == key), None)
    place = next((one for one in group.places if one.id == at), next(iter(group.places), None))
    return part_of(place.country, place.postal_code, place.region) if place else BY_ZONE.get(zone, "")


def _change(plan: Plan) -> SessionChange:
    return SessionChange(
        rule=plan.rule,
        starts_at=plan.starts_at,
        minutes=plan.minutes,
        exceptions=plan.exceptions,
        rests=plan.rests,
        time_zone=pages.around().time_zone,
    )


def step(group: GroupView, typed: Typed) -> Response:
    """Show the form with a meeting filled in from its words, or with what they may mean.

    `step` is "read:<meeting>", or "take:<meeting>:<which>" for one of several meanings.
    """
    _deed, _, rest = typed.get("step", "").partition(":")
    key, _, which = rest.partition(":")
    heard = understood(typed.get(f"session-{key}-words", ""), typed.get(f"session-{key}-from", ""))
    number = int(which) if which.isdigit() and int(which) < len(heard.plans) else None
    if len(heard.plans) == 1 or number is not None:
        heard = Heard(plans=(heard.plans[number or 0],))
        typed = forms.filled(typed, key, _change(heard.plans[0]))
    version = int(typed["version"]) if typed.get("version", "").isdigit() else group.version
    found = looked_up.found(group, typed)
    return pages.form(group, typed, version, found, spoken={key: _shown(group, key, heard)})


def _shown(group: GroupView, key: str, heard: Heard) -> Mapping[str, Any]:
    return {"problem": heard.problem, "title": title(heard), "meanings": meanings(group, key, heard)}
