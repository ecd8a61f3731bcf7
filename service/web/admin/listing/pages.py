"""The editor's pages: what each template is given. Reads nothing and saves nothing."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from flask import Response, url_for
from flask_babel import format_datetime
from flask_babel import gettext as _

from service.catalog.changes import Difference, read_session
from service.catalog.desk import filters
from service.catalog.desk.filters import Filter
from service.catalog.desk.looking_over import GoOn
from service.catalog.editing.missing import missing
from service.catalog.editing.publishing import UNSHOWN
from service.catalog.facts import CODES, FAMILIES, Value
from service.catalog.history import RevisionView
from service.catalog.schedule import Meeting, next_dates
from service.catalog.views import FactView, GroupView, NameView
from service.clock import now
from service.errors import Problem
from service.web import fact_words
from service.web.admin import rooms, words
from service.web.admin.listing import edit_parts, forms
from service.web.admin.listing.edit_parts import Found
from service.web.admin.listing.forms import Around, Problems, Typed
from service.web.figures import Figures, locale_of
from service.web.languages import current_language, current_segment
from service.web.rendering import country_pack

Names = Mapping[str, str]  # of interests by code, of places by id
GAP_AT = {"name": "#name", "what": "#description", "when": "#when", "where": "#where", "contact": "#join"}
UPCOMING = 6  # dates shown beside a meeting
EXAMPLE = re.compile(r"(?<!\s)\s*\(example\)$", re.IGNORECASE)
NOT_SENT_ON = frozenset({"csrf_token", "step"})


def around() -> Around:
    """Return today here, and the zone of a new meeting."""
    zone = country_pack().time_zone
    names = {**locale_of("en", country_pack().code).languages, **figures().locale.languages}
    return Around(today=now().astimezone(ZoneInfo(zone)).date(), time_zone=zone, languages=names)


def figures() -> Figures:
    """Return how this reader writes numbers and days."""
    pack = country_pack()
    return Figures(
        locale=locale_of(current_language(), pack.code), miles=pack.distance_unit == "mile", currency=pack.currency
    )


def line(group: NameView) -> dict[str, object]:
    """Return one line of a list of listings."""
    return {
        "name": group.name,
        "is_example": group.is_example,
        "href": url_for(".admin_group", group_id=group.id),
        "picture": group.term or "",
        "state": "" if group.status == "published" else str(words.STATUSES[group.status]),
        "note": _note(group),
    }


def _note(group: NameView) -> str:
    """Say who runs a listing, where its name does not, and when it was confirmed, no more exactly than is known."""
    runs = EXAMPLE.sub("", group.organisation_name)
    own = runs.casefold() == EXAMPLE.sub("", group.name).casefold()
    when = confirmed(group.last_confirmed_on, group.confirmed_precision)
    return when if own else f"{runs}. {when}"


def confirmed(day: date | None, precision: str) -> str:
    """Say when a listing was confirmed, no more exactly than is known."""
    if day is None:
        return str(_("Never confirmed"))
    if precision == "day":
        return str(_("Confirmed %(day)s", day=figures().long_day(day)))
    when = figures().month(day) if precision == "month" else str(day.year)
    return str(_("Confirmed in %(when)s", when=when))


def form(
    group: GroupView,
    typed: Typed,
    version: int,
    found: Found,
    problems: Problems | None = None,
    *,
    spoken: Mapping[str, Mapping[str, Any]] | None = None,
    draft: Mapping[str, str] | None = None,
) -> Response:
    """Show the form as it is typed, with what is wrong beside each field and what was looked up for it.

    `spoken` holds, by meeting, what its words were read as; `draft` what is said of one that waits.
    """
    said = {name: words.problem(problem) for name, problem in _placed(problems or {}, typed).items()}
    said |= {f"session-{key}-words": one["problem"] for key, one in (spoken or {}).items() if one["problem"]}
    gaps = missing(group) if group.status in UNSHOWN else ()
    shown = _page(
        "edit_group.html",
        group=group,
        **_ways(group),
        runs=edit_parts.inherited(group),
        new_place_id=typed.get("new_place_id") or str(uuid4()),
        gaps=[{"text": words.MISSING[gap], "href": GAP_AT[gap]} for gap in gaps],
        **edit_parts.parts(group, typed, found, figures()),
        version=version,
        nonce=secrets.token_urlsafe(16),
        fields=_fields(typed, said),
        fact_groups=_fact_groups(group, typed),
        sessions=_sessions(group, typed, spoken or {}),
        draft=draft,
        choices=_choices(),
        reason=typed.get("reason", ""),
        confirm=typed.get("confirm") == "yes",
        errors=said,
        error_lines={name: f"{words.form_label(name)}: {sentence}" for name, sentence in said.items()},
    )
    shown.status_code = 422 if said else 200
    return shown


def _ways(group: GroupView) -> dict[str, str]:
    """Return where the form leads, and what it is sent to."""
    at = {
        "form_action": ".admin_check",
        "history_href": ".admin_history",
        "found_href": ".admin_found",
        "page_href": ".admin_page",
        "keep_href": ".admin_draft",
        "when_href": ".admin_when",
        "suggested_href": ".admin_suggested",
    }
    hold = url_for(".admin_hold", group_id=group.id) if group.status == "published" else ""
    ways = {name: url_for(endpoint, group_id=group.id) for name, endpoint in at.items()}
    return ways | {"back_href": url_for(".admin"), "view_href": as_visitor(group), "hold_action": hold}


def _placed(problems: Problems, typed: Typed) -> dict[str, Problem]:
    """Put each problem to a field that the form has; what has none goes to the name."""
    named = {forms.field_name(name): problem for name, problem in problems.items()}
    return {name if name in typed or name == "reason" else "name": problem for name, problem in named.items()}


def _fields(typed: Typed, said: Mapping[str, str]) -> dict[str, list[dict[str, object]]]:
    """Return the plain fields of each part of the form."""
    found: dict[str, list[dict[str, object]]] = {}
    for part, names in words.PARTS.items():
        found[part] = []
        for name in names:
            label, hint, rows, kind = words.FIELDS[name]
            own = forms.field_name(name)
            text = {"name": own, "label": label, "hint": hint, "value": typed.get(own, ""), "error": said.get(own, "")}
            found[part].append({**text, "rows": rows, "kind": kind})
    return found


def _fact_groups(group: GroupView, typed: Typed) -> list[dict[str, object]]:
    own = {fact.code: fact for fact in group.facts}
    return [
        {
            "title": words.FAMILIES[family],
            "facts": [
                {
                    "code": code,
                    "label": fact_words.holds(code),
                    "note": _fact_note(own.get(code), code, group),
                    "value": typed.get(f"fact_{code}", Value.NOT_CONFIRMED.value),
                }
                for code in codes
                if code in CODES
            ],
        }
        for family, codes in FAMILIES.items()
    ]


def _fact_note(own: FactView | None, code: str, group: GroupView) -> str:
    if own is not None:
        day = str(own.confirmed_on.year) if group.dates_by_year(own) else figures().long_day(own.confirmed_on)
        told = _("%(day)s, %(source)s", day=day, source=words.SOURCES[own.source])
        too_old = own.value is not own.stated
        return str(_("%(told)s. Too old to count: ask again", told=told) if too_old else told)
    for place in group.places:
        for fact in place.facts:
            if fact.code == code and fact.value is not Value.NOT_CONFIRMED:
                value = words.VALUES[fact.value.value]
                return str(_("Of the place %(place)s we know: %(value)s", place=place.name or "", value=value))
    return ""


def _sessions(group: GroupView, typed: Typed, spoken: Mapping[str, Mapping[str, Any]]) -> list[dict[str, object]]:
    saved = {str(session.id): session for session in group.sessions}
    found: list[dict[str, object]] = []
    for number, key in enumerate(forms.session_keys(typed), start=1):
        session = saved.get(key)
        fields = {name: typed.get(f"session-{key}-{name}", "") for name in forms.SESSION}
        upcoming = _upcoming(session.meeting) if session else []
        known = {"index": key, "id": key, "number": number, "is_new": session is None}
        found.append({**known, "upcoming": upcoming, "heard": spoken.get(key), **fields})
    return found


def _upcoming(meeting: Meeting) -> list[str]:
    shown = figures()
    return [shown.day(each.starts.date()) for each in next_dates(meeting, after=now(), limit=UPCOMING)]


def _choices() -> dict[str, list[tuple[str, object]]]:
    shown = figures()
    return {
        "freq": list(words.REPEATS.items()),
        "week": [("", "–"), *words.WEEKS.items()],
        "day": [("", "–"), *((str(day), shown.weekday(day)) for day in range(7))],
        "rests": list(words.RESTS.items()),
        "level": [("", _("Not known")), *((str(n), text) for n, text in enumerate(words.LEVELS))],
    }


def check(group: GroupView, typed: Typed, changed: Difference, names: Names) -> Response:
    """Show what is about to change; nothing is saved. `names` are those of interests and places."""
    stale = _stale_words(changed)
    fields = {found["name"] for found in stale}
    hidden = [sent for sent in sent_on(typed) if sent[0] not in fields]
    return _changes("check", group, told(changed, names), hidden, stale)


def saved(group: GroupView, changed: Difference, names: Names, left: GoOn | None = None) -> Response:
    """Show what was saved, and where looking over goes on if a list brought it."""
    return _changes("saved", group, told(changed, names), [], [], go_on=_go_on(left) if left else None)


def _go_on(left: GoOn) -> dict[str, Any]:
    wish = (("kind", "status"), ("what", "published"), ("reason", ""))
    return {
        "name": left.name,
        "href": url_for(".admin_group", group_id=left.group_id) if left.group_id else "",
        "action": url_for(".admin_together_check"),
        "sent": [*filters.written(Filter(source=left.source, status="draft")), *wish],
    }


def _stale_words(changed: Difference) -> list[dict[str, str]]:
    """Return the words of each meeting that now meets otherwise while its words stayed."""
    found = []
    for name, (before, after) in changed.items():
        old, new = (read_session(side) if name.startswith("sessions.") else None for side in (before, after))
        if old is None or new is None or not new.words or new.words != old.words:
            continue
        if (old.rule, old.starts_at, old.minutes) != (new.rule, new.starts_at, new.minutes):
            when = words.session_sentence(replace(new, words=None, exceptions=(), level=None, moved=()), figures())
            found.append({"name": f"session-{name[9:]}-words", "words": new.words, "when": when})
    return found


def _changes(
    state: str,
    group: GroupView,
    changed: list[dict[str, str]],
    hidden: list[tuple[str, str]],
    stale: list[dict[str, str]],
    go_on: dict[str, Any] | None = None,
) -> Response:
    return _page(
        "changes.html",
        go_on=go_on,
        state=state,
        group=group,
        changes=changed,
        form_action=url_for(".admin_save", group_id=group.id),
        again_action=url_for(".admin_check", group_id=group.id),
        hidden=hidden,
        stale_words=stale,
        edit_href=url_for(".admin_group", group_id=group.id),
        view_href=as_visitor(group),
        found_href=url_for(".admin_found", group_id=group.id),
        is_shown=group.status == "published",
        home_href=url_for(".admin"),
    )


def told(changed: Mapping[str, list[Any]], names: Names | None = None) -> list[dict[str, str]]:
    """Say what differs: each field with what it was and what it is. `names` are those of interests and places."""
    shown = figures()
    found = []
    for name, (before, after) in changed.items():
        sides = (words.said(name, side, shown, names) for side in (before, after))
        found.append({"what": words.label(name), **dict(zip(("before", "after"), sides, strict=True))})
    return found


def sent_on(typed: Typed) -> list[tuple[str, str]]:
    """Return what a page sends on of what was typed."""
    return [(name, text) for name, text in typed.items() if name not in NOT_SENT_ON]


def history(group: GroupView, saves: tuple[RevisionView, ...], names: Names) -> Response:
    """Show who changed what, newest first."""
    return _page(
        "history.html",
        group=group,
        back_href=url_for(".admin_group", group_id=group.id),
        revisions=[
            {
                "when": moment(each.at),
                "who": str(words.ROLES.get(each.actor_role, each.actor_role)),
                "note": each.reason or "",
                "changes": told(each.difference, names),
                "then_href": url_for(".admin_then", group_id=group.id, version=each.version) if number else "",
            }
            for number, each in enumerate(saves)
        ],
    )


def _page(template: str, **values: object) -> Response:
    return rooms.page(template, "", **values)


def public(group: GroupView) -> str:
    """Return the address of a listing's page."""
    return f"/{current_segment()}/groups/{group.slug}"


def as_visitor(group: GroupView) -> str:
    """Return the address of a listing's page; where it is not shown, of the page as it would be."""
    return public(group) if group.status == "published" else url_for(".group_preview", group_id=group.id)


def moment(at: datetime) -> str:
    """Return a day and hour in words."""
    return str(format_datetime(at.astimezone(ZoneInfo(country_pack().time_zone)), "d MMMM y, HH:mm", rebase=False))


def saved_href(group_id: UUID, version: int) -> str:
    """Return the address of the page that tells what was saved."""
    return url_for(".admin_saved", group_id=group_id, version=version)


def percent(sure: float) -> int:
    """Return how sure something is, in a hundred; never all of it, for no text is a person's word."""
    return min(round(sure * 100), 99)
