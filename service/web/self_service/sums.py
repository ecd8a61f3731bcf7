"""How a place on the list was worked out: the ranking's own sum in words, part by part. It works nothing out itself."""

import math
from collections.abc import Callable, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from service.catalog.barriers import CULTURE_FACTS
from service.matching import Profile
from service.matching.answer import Match
from service.matching.explanation import Part
from service.matching.scorers import EXPOSURE, FIRST_VISIT_BARRIERS

HUNDRED = 100  # points are hundredths of the score
PARTS: dict[str, LazyString] = {
    "interest": lazy_gettext("What you like"),
    "belonging": lazy_gettext("People in a life like yours"),
    "first_visit": lazy_gettext("An easy first visit"),
    "travel": lazy_gettext("The way there"),
    "access": lazy_gettext("What makes it easier to go"),
    "schedule": lazy_gettext("When it meets"),
    "cost": lazy_gettext("What it costs"),
    "size": lazy_gettext("How many people"),
    "trust": lazy_gettext("How sure we can be of it"),
    "exposure": lazy_gettext("Many were sent there lately"),
}
_FITS: tuple[tuple[float, LazyString], ...] = (
    (0.8, lazy_gettext("very well")),
    (0.6, lazy_gettext("well")),
    (0.4, lazy_gettext("so-so")),
    (0.2, lazy_gettext("a little")),
    (0.0, lazy_gettext("not really")),
)
_ASKED: dict[str, Callable[[Profile], bool]] = {
    "interest": lambda _profile: False,  # it has a value wherever it was asked
    "belonging": lambda profile: bool(profile.life) or bool(set(profile.needs) & set(CULTURE_FACTS)),
    "first_visit": lambda profile: any(code in profile.barriers for code in FIRST_VISIT_BARRIERS),
    "travel": lambda profile: profile.place is not None,
    "access": lambda profile: bool(profile.barriers or profile.needs),
    "size": lambda profile: (
        profile.size is not None
        or any(code.startswith("format.") for code in profile.interests)
        or any(code in profile.barriers for code in ("social_anxiety", "sensory", "low_mood"))
    ),
}


def whole(match: Match, profile: Profile) -> dict[str, Any]:
    """Return the sum of one group.

    Returns
    -------
    dict
        rows : list of {what, fits, points}
        unasked : list of str
            Parts the person said nothing about; they count nothing.
        total : str
            Of the points of all rows.
    """
    rows, unasked = [], []
    shown = whole_points([part.contribution for part in match.parts])
    for part, points in zip(match.parts, shown, strict=True):
        what = str(PARTS[part.scorer])
        asked = _ASKED.get(part.scorer)
        if part.value is None and asked is not None and not asked(profile):
            unasked.append(what)
        elif part.scorer != EXPOSURE.code or points:
            rows.append({"what": what, "fits": _fits(part), "points": signed(points)})
    return {"rows": rows, "unasked": unasked, "total": signed(sum(shown))}


def _fits(part: Part) -> str:
    if part.value is None:
        return str(_("not confirmed"))
    if part.scorer == EXPOSURE.code:
        return ""
    value = part.value
    return str(next(words for least, words in _FITS if value >= least))


def whole_points(contributions: Sequence[float]) -> list[int]:
    """Round to whole points so that they add up to the rounded sum: each is less than one point off.

    Examples
    --------
    >>> whole_points([0.014, 0.014, -0.014])
    [1, 1, -1]
    """
    exact = [HUNDRED * one for one in contributions]
    points = [math.floor(one) for one in exact]
    missing = round(sum(exact)) - sum(points)
    by_rest = sorted(range(len(exact)), key=lambda place: (points[place] - exact[place], place))
    for place in by_rest[:missing]:
        points[place] += 1
    return points


def signed(points: int) -> str:
    """Write points with their sign; the sign of less is a real minus."""
    return f"+{points}" if points > 0 else f"\u2212{-points}" if points else "0"
