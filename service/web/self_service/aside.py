"""Groups that somebody put aside: why, what that changes of the search, and how it comes back. It keeps nothing.

Each entry of the search says which group, why, and how the answers were before and after, so that it can be undone.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from service.catalog.views import GroupView
from service.matching import Profile
from service.matching.answer import Match
from service.web.figures import PENCE, Figures
from service.web.self_service.reading import ASIDE, AVOID, MOST_DECLINED, SIZE, Typed

FAR, TIME, COST, KIND, MANY, BEEN, OTHER = REASONS = ("far", "time", "cost", "kind", "many", "been", "other")
ALL: Final = "all"
MOST = MOST_DECLINED  # so that an address holds them
STEP = 0.1  # of a mile or km: so much nearer than what was too far
LONG = 10  # from so many miles or km on they are shown whole
Entry = dict[str, Any]


def entries(typed: Mapping[str, object]) -> list[Entry]:
    """Return what was put aside, the latest last."""
    found = typed.get(ASIDE)
    return [dict(one) for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def why_not(match: Match, group: GroupView) -> Iterator[str]:
    """Yield the reasons that may hold of one group: what comes to one is not too far, what is free not too dear."""
    if match.km is not None:
        yield FAR
    yield TIME
    if group.price_pence:
        yield COST
    yield from (MANY, KIND, BEEN, OTHER)


def put(typed: Typed, group_id: str, why: str, changes: Typed) -> Typed:
    """Return the answers with one group put aside, and what the reason changes of them."""
    left = [one for one in entries(typed) if one["id"] != group_id]
    was = {name: typed.get(name) for name in changes}
    entry = {"id": group_id, "why": why, "was": was, "now": changes}
    answers = {name: value for name, value in (typed | changes).items() if value is not None}
    return {**answers, ASIDE: [*left, entry][-MOST:]}


def brought_back(typed: Typed, group_id: str) -> Typed:
    """Return the answers with one group (or `ALL`) back in the list, and what its reason had changed as it was."""
    left = dict(typed)
    for one in reversed(entries(typed)):
        if group_id in (ALL, one["id"]):
            for name, now in one["now"].items():
                _restore(left, name, one["was"].get(name), now)
            left[ASIDE] = [other for other in entries(left) if other["id"] != one["id"]]
    return {name: value for name, value in left.items() if value not in (None, [])}


def _restore(left: Typed, name: str, before: object, now: object) -> None:
    """Set an answer back, unless the person has changed it since; of a list, take back only what was added."""
    held = left.get(name)
    if isinstance(held, list) and isinstance(now, list):
        added = [item for item in now if item not in (before if isinstance(before, list) else [])]
        left[name] = [item for item in held if item not in added]
    elif held == now:
        left[name] = before


def changes(why: str, match: Match, group: GroupView, asked: Profile, disliked: str, figures: Figures) -> Typed:
    """Return what a reason changes of the search; nothing where it would be a guess.

    Parameters
    ----------
    asked : Profile
        The search as it is: a limit that is narrower already stays.
    disliked : str
        The term that is refused with *not my kind of thing*; '' for none.
    """
    if why == FAR and match.km is not None:
        nearer = just_below(figures.from_km(match.km))
        narrower = asked.max_km is not None and asked.max_km <= figures.to_km(nearer)
        return {} if narrower else {"max_distance": f"{nearer:g}", "max_km": None}
    if why == COST and group.price_pence:
        less = math.ceil(group.price_pence / PENCE) - 1
        narrower = asked.price_limit is not None and asked.price_limit <= less * PENCE
        return {} if narrower else {"cost_max": str(less)}
    if why == KIND and disliked:
        return {AVOID: [*(code for code in asked.avoid if code != disliked), disliked]}
    if why == MANY and asked.size != "small":
        return {SIZE: "small"}
    return {}


def just_below(far: float) -> float:
    """Return the next smaller figure that is shown of a distance, in miles or km.

    Examples
    --------
    >>> just_below(2.34), just_below(0.1), just_below(12.2)
    (2.2, 0.1, 11)
    """
    return round(far) - 1 if far >= LONG else max(STEP, round(round(far, 1) - STEP, 1))


def disliked(group: GroupView, most: str, wanted: frozenset[str]) -> str:
    """Return the term to refuse with a group: what it is `most`, where it does nothing that was asked for; else ''.

    What somebody asked for is not refused, however little they like this one group.
    """
    own = [term.code for term in group.terms if term.code.startswith("activity.")]
    return "" if any(_meets(code, wish) for code in own for wish in wanted) else most


def _meets(offered: str, wished: str) -> bool:
    """Whether a term is a wish, or so near above it that refusing the one would refuse the other."""
    return offered == wished or wished.startswith(f"{offered}.")
