"""The living style page, in the demonstration only: parts of the pages with made-up words. It reads no listing."""

from pathlib import Path

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from service.accounts.permissions import Permission
from service.errors import NotFound
from service.web.access import allow
from service.web.rendering import services

ICONS = Path(__file__).parent / "templates" / "icons"
TOKENS = (
    *("paper", "card", "board", "ink", "soft", "line", "control"),
    *("accent", "accent-strong", "on-accent", "accent-wash", "accent-line", "error", "error-wash"),
)
KEEP = {"action": "#notices", "slug": "", "back": "", "kept": False}
REASONS = [{"value": "far", "text": "Too far"}, {"value": "time", "text": "Wrong time"}]
FULL = {
    "id": "a",
    "name": "Tuesday Table",
    "href": "#notices",
    "summary": "Board games and a brew. Come as you are.",
    "is_example": True,
    "picture": "activity.games",
    "fit": "strong",
    "reasons": ["You like games. This is a table of them.", "It is free."],
    "misfits": ["It gets chatty after 11. The far end is quieter."],
    "meets": "Ama meets you in the hall.",
    "confirmed": "Confirmed on 2 November.",
    "tags": ["Full until January"],
    "next": "Tue 24 Nov, 10 am",
    "away": "0.8 km, 10 min",
    "cost": "Free",
    "place": "North Hall, Sale",
    "ask_first": False,
    "why_not": REASONS,
    "keep": {**KEEP, "group": "a", "name": "Tuesday Table"},
    "supports": [
        {
            "href": "#notices",
            "name": "Hop In Lifts",
            "text": "A lift there and back:",
            "whom": "takes people from your area",
            "how": "Ring two days before.",
            "is_example": True,
        }
    ],
}
SHORT = {
    **FULL,
    "id": "b",
    "name": "Slow Walk",
    "short": "Stop when you like.",
    "picture": "activity.movement.walking",
    "fit": "fair",
    "tags": [],
    "misfits": [],
    "ask_first": True,
    "ask": ["Is there a toilet on the way?"],
    "supports": [],
    "keep": {**KEEP, "group": "b", "name": "Slow Walk"},
}
LINE = {**SHORT, "name": "Night Owls Choir", "fit": "weak", "misfits": ["It meets in the evening."], "keep": None}
FACTS = [
    {"value": "yes", "text": "step-free way in", "note": "Sam at the centre, March"},
    {"value": "no", "text": "car park", "note": "Sam at the centre, March"},
    {"value": "not_confirmed", "text": "hearing loop", "note": ""},
]
DATES = [
    {"date": "Tuesday 24 November", "time": "10 am", "off": "", "note": ""},
    {"date": "Tuesday 1 December", "time": "10 am", "off": "the boiler broke", "note": ""},
    {"date": "Tuesday 8 December", "time": "10 am", "off": "", "note": "with cake"},
]


def register(blueprint: Blueprint) -> None:
    """Add the page."""
    blueprint.add_url_rule("/style", "style", show)


@allow(Permission.PUBLIC)
def show() -> ResponseReturnValue:
    """Show every part in every state."""
    if not services().settings.demo:
        raise NotFound("page")
    return render_template(
        "style.html",
        full=FULL,
        short=SHORT,
        line=LINE,
        facts=FACTS,
        dates=DATES,
        steps=["This week: come and look, for ten minutes", "Next month: stay for a cup", "In spring: join the walk"],
        chips=[{"text": "Near Sale", "href": "#tags"}, {"text": "Free", "href": "#tags"}],
        links=[{"text": "Walk 5 minutes more: 4 more groups", "href": "#facts"}],
        changes=[{"what": "Price of one visit", "before": "£2.00", "after": "Free"}],
        tokens=TOKENS,
        pictures=_drawn("pict"),
        signs=_drawn("ui"),
    )


def _drawn(kind: str) -> list[str]:
    return sorted(path.stem for path in (ICONS / kind).glob("*.svg"))
