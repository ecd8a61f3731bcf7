"""How far, which days, how much: three answers changed on the list itself, all others kept. It changes answers only."""

import math
from collections.abc import Sequence
from typing import Any, Final

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from service.matching import Profile
from service.matching.profile import DAYS, PARTS
from service.web.figures import PENCE, Figures
from service.web.self_service import reading, words
from service.web.self_service.reading import Typed
from service.web.self_service.search import Search

QUESTION: Final = "question"  # which answers the form that was sent holds: what it does not hold stays
QUESTIONS: dict[str, tuple[str, ...]] = {
    "max_distance": ("max_distance", "max_km"),
    "cost_max": ("cost_max",),
    "days": ("days",),
    "parts": ("parts",),
}
DISTANCES = (0.5, 1, 2, 3, 5, 10, 20)  # in the country's unit
COSTS = (0, 2, 5, 10)  # in the country's currency


def box(search: Search, figures: Figures) -> dict[str, Any]:
    """Return what _small_form.html needs: each answer as it is, among a few others."""
    profile = search.profile
    days, parts = search.typed.get("days"), search.typed.get("parts")
    return {
        "action": search.address("adjust"),
        "distances": _distances(profile, figures),
        "distance": _plain(figures.from_km(profile.max_km)) if profile.max_km is not None else "",
        "costs": _costs(profile, figures),
        "cost": _plain(profile.price_limit / PENCE) if profile.price_limit is not None else "",
        "days": [(code, figures.weekday(number)) for number, code in enumerate(DAYS)],
        "chosen_days": days if isinstance(days, list) else [],
        "parts": [(code, _upper(str(words.PARTS[number]))) for number, code in enumerate(PARTS)],
        "chosen_parts": parts if isinstance(parts, list) else [],
    }


def adjusted(typed: Typed, form: MultiDict[str, str]) -> Typed:
    """Return the answers with those of the small form; only the questions that it says it holds are changed."""
    sent, left = reading.typed(form), dict(typed)
    for question in form.getlist(QUESTION):
        for name in QUESTIONS.get(question, ()):
            left.pop(name, None)
            if name in sent:
                left[name] = sent[name]
    return left


def all_but(days: Sequence[str], day: str) -> list[str]:
    """Return the days that are left of those that suit (none: all) without one."""
    return [code for code in (days or DAYS) if code != day]


def _distances(profile: Profile, figures: Figures) -> list[tuple[str, str]]:
    own = [] if profile.max_km is None else [round(figures.from_km(profile.max_km), 2)]
    steps = sorted({*(float(step) for step in DISTANCES), *own})
    said = [(_plain(step), str(_("Up to %(far)s", far=figures.distance(figures.to_km(step))))) for step in steps]
    return [("", str(_("Any distance"))), *said]


def _costs(profile: Profile, figures: Figures) -> list[tuple[str, str]]:
    own = [] if profile.price_limit is None else [profile.price_limit / PENCE]
    steps = sorted({*(float(step) for step in COSTS), *own})
    said = [
        (_plain(step), str(_("Up to %(price)s a time", price=figures.money(round(step * PENCE)))))
        if step
        else ("0", str(_("Free only")))
        for step in steps
    ]
    return [("", str(_("Any cost"))), *said]


def _plain(number: float) -> str:
    """Write a number as a form sends it."""
    rounded = round(number, 2)
    return str(math.floor(rounded)) if rounded == math.floor(rounded) else f"{rounded:g}"


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
