"""What is known of a group and its place, fact by fact: yes, no, and what nobody has confirmed. It hides no unknown."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from service.catalog.barriers import BARRIERS
from service.catalog.facts import ALIASES, FAMILIES, Source, Value
from service.catalog.views import FactView, GroupView, PlaceView
from service.matching import Profile
from service.web import fact_words
from service.web.figures import Figures
from service.web.own_words import joined, theirs

# Asked of every place that people go to: shown even where nobody has told us.
_USUAL = ("step_free", "accessible_toilet", "seated_option", "hearing_loop", "quiet_space", "near_stop")
ACCESS = tuple(
    code
    for family in ("building", "seeing_and_hearing", "getting_there")
    for code in FAMILIES[family]
    if code not in ALIASES and code not in ("discreet_venue", "confidential_location", "camera_optional")
)
# The families that a page shows in the open; what is known of the others lies behind one press.
AT_THE_PLACE = ("building", "seeing_and_hearing", "getting_there")
_TITLES = {
    "asked": lazy_gettext("What you asked about"),
    "building": lazy_gettext("The building"),
    "seeing_and_hearing": lazy_gettext("Seeing and hearing"),
    "getting_there": lazy_gettext("Getting there"),
    "first_visit": lazy_gettext("The first visit"),
    "joining": lazy_gettext("Joining"),
    "pace": lazy_gettext("Pace"),
    "people": lazy_gettext("Who comes"),
    "money": lazy_gettext("Money"),
    "support": lazy_gettext("Support on the spot"),
}
_ORDER = {value.value: place for place, value in enumerate((Value.YES, Value.NO, Value.NOT_CONFIRMED))}
Line = dict[str, str]
_SAID = {
    Source.EDITOR_VISIT: lazy_gettext("Our editor saw it, %(when)s"),
    Source.LEADER: lazy_gettext("The group told us, %(when)s"),
    Source.EDITOR_CALL: lazy_gettext("The group told us by phone, %(when)s"),
    Source.PERSON_REPORT: lazy_gettext("A visitor told us, %(when)s"),
    Source.IMPORT: lazy_gettext("From an open list, %(when)s"),
    Source.EXTRACTED: lazy_gettext("Read from their own words, %(when)s"),
}


def fact_lines(group: GroupView, place: PlaceView | None, profile: Profile, figures: Figures) -> list[Line]:
    """Return yes and no, then everything about access that is not confirmed; what was asked for first in both."""
    known: dict[str, FactView] = {}
    for code in (code for family in FAMILIES.values() for code in family):
        found = group.fact(code, place)
        if found is not None:
            known[code] = found
    wanted = _asked_first(profile, group)
    told = [_line(code, known[code], group, figures) for code in dict.fromkeys((*wanted, *known)) if code in known]
    return told + [_untold(code, group, place, figures) for code in wanted if code not in known]


def fact_groups(group: GroupView, place: PlaceView | None, profile: Profile, figures: Figures) -> dict[str, Any]:
    """Return the same lines by what they are about.

    `shown`: what was asked about, then of the place what is usually asked, and every no; `more`: what else is known;
    `untold`: the rest that nobody has confirmed.
    """
    lines = {line["code"]: line for line in fact_lines(group, place, profile, figures)}
    shown = [_part("asked", [lines.pop(code) for code in _asked(profile) if code in lines])]
    for family in AT_THE_PLACE:
        here = [lines.pop(code) for code in FAMILIES[family] if code in lines and _is_open(lines[code])]
        shown.append(_part(family, sorted(here, key=lambda line: _ORDER[line["value"]])))
    told = [code for code, line in lines.items() if _is_told(line)]
    more = [
        _part(family, [lines[code] for code in FAMILIES[family] if code in told])
        for family in _TITLES
        if family != "asked"
    ]
    return {
        "told": bool(told) or any(_is_told(line) for part in shown for line in part["lines"]),
        "shown": [part for part in shown if part["lines"]],
        "untold": [line for code, line in lines.items() if code not in told],
        "more": [part for part in more if part["lines"]],
    }


def _is_open(line: Line) -> bool:
    """Tell whether a fact about the place stands in the open: what is usually asked, and every no."""
    return line["code"] in _USUAL or line["value"] == Value.NO.value


def _part(family: str, lines: list[Line]) -> dict[str, Any]:
    return {"title": str(_TITLES[family]), "lines": lines, "count": len(lines)}


def _is_told(line: Line) -> bool:
    return line["value"] != Value.NOT_CONFIRMED.value


def _asked(profile: Profile) -> Iterable[str]:
    """Return the facts somebody asked for, by name or by what makes it hard to go."""
    asked = [*profile.needs]
    for code in profile.barriers:
        barrier = BARRIERS[code]
        asked += (*barrier.gate, *barrier.gate_too) or (barrier.facts if code != "culture" else ())
    return dict.fromkeys(asked)


def _asked_first(profile: Profile, group: GroupView) -> Iterable[str]:
    """Order the facts that are worth telling although nobody knows them."""
    usual = () if group.mode in ("online", "phone") else (*_USUAL, *ACCESS)
    return dict.fromkeys((*_asked(profile), *usual))


def _line(code: str, fact: FactView, group: GroupView, figures: Figures) -> Line:
    figure = fact_words.amount(code, fact.amount) if fact.value is Value.YES else ""
    text = fact_words.thing(code)
    return {
        "code": code,
        "value": fact.value.value,
        "text": str(_("%(thing)s: %(figure)s", thing=text, figure=figure)) if figure else text,
        "note": joined(". ", (theirs(fact.note, group), _said(fact, group, figures))),
    }


def _untold(code: str, group: GroupView, place: PlaceView | None, figures: Figures) -> Line:
    stated = [fact for fact in (*group.facts, *(place.facts if place else ())) if fact.code == code]
    note = ""
    if old := next((fact for fact in stated if fact.stated is not Value.NOT_CONFIRMED), None):
        was = _("yes") if old.stated is Value.YES else _("no")
        when = _month(old, group, figures)
        note = str(_("It was %(answer)s in %(when)s. That is long ago: ask.", answer=was, when=when))
    return {"code": code, "value": Value.NOT_CONFIRMED.value, "text": fact_words.thing(code), "note": note}


def _said(fact: FactView, group: GroupView, figures: Figures) -> str:
    return str(_SAID[Source(fact.source)]) % {"when": _month(fact, group, figures)}


def _month(fact: FactView, group: GroupView, figures: Figures) -> str:
    """Say when a fact was confirmed: the month, or the year where the list it comes from gives no more."""
    return str(fact.confirmed_on.year) if group.dates_by_year(fact) else figures.month(fact.confirmed_on)
