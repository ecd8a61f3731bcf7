"""A way from a gentle first step to what somebody wished for, for whom one big leap would be too much. Pure.

Levels are what a leader says that a group asks of a newcomer, 0 to 6 (field guide). Small steps, each a little harder,
are how people get used to what they dread; going back is normal. Only groups that are confirmed to suit are on the way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from service.matching.asked import Asked
from service.matching.columns import CAPACITY
from service.matching.filters import I8, IN, OUT
from service.matching.profile import Profile
from service.matching.ranker import Scored, order, relevant

Why = Literal["gentle", "next", "wished"]
FIRST_LEVEL = 3  # the biggest first step where the person set none: a few people, side by side (proposed)
NEAR = 0.3  # of the scorer travel: half an hour, unless a further reach was stated (proposed)
BARRIERS = ("social_anxiety", "alone", "low_mood")
_NO_ROOM = CAPACITY.index("waiting_list")  # and what comes after it: full


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One group on the way.

    Attributes
    ----------
    level : int
        0 to 6.
    location_id : str
        '' where it has no place.
    why : {'gentle', 'next', 'wished'}
        A gentle beginning; the next one up; what the person wished for.
    """

    level: int
    group_id: str
    location_id: str
    why: Why


def path(asked: Asked, scored: Scored, allowed: I8) -> tuple[Step, ...]:
    """Return two or three groups, each of a higher level than the one before; none where there is no such way.

    The last is the best group above the biggest first step, else the best that has a gentler one below it; the first
    the best below that which is no bigger than the first step may be; between them, where there is one, the best of
    the level that follows the first.
    """
    if not wanted(asked.profile):
        return ()
    rows = order(asked, scored, _may_be_a_step(asked, scored, allowed), max(1, asked.columns.n_groups))
    levels = asked.on.level[rows].astype(int).tolist()
    found = chosen(levels, FIRST_LEVEL if asked.profile.level_limit is None else asked.profile.level_limit)
    whys: tuple[Why, ...] = ("gentle", "next", "wished") if len(found) == 3 else ("gentle", "wished")
    return tuple(
        Step(
            level=levels[at],
            group_id=asked.columns.id_of(int(asked.columns.group[rows[at]])),
            location_id=asked.columns.place_of(int(rows[at])),
            why=why,
        )
        for at, why in zip(found, whys, strict=False)
    )


def wanted(profile: Profile) -> bool:
    """Whether small steps would help this person."""
    return profile.level_limit is not None or any(profile.strength(code) for code in BARRIERS)


def _may_be_a_step(asked: Asked, scored: Scored, allowed: I8) -> I8:
    """IN where a group suits, nothing is open, it is near, it may have room, and its level is known; else OUT."""
    travel = scored.parts["travel"]
    near = np.isnan(travel) | (travel >= NEAR)
    suits = (allowed == IN) & relevant(asked, scored) & near & (asked.on.capacity < _NO_ROOM)
    return np.where(suits & ~np.isnan(asked.on.level), IN, OUT).astype(np.int8)


def chosen(levels: Sequence[int], limit: int) -> tuple[int, ...]:
    """Return the places of the steps among groups that are given by their levels, the best group first.

    Examples
    --------
    >>> chosen([5, 3, 4, 2], 3), chosen([2, 5], 3), chosen([3, 1], 3), chosen([5, 4], 3), chosen([2, 2], 3)
    ((1, 2, 0), (0, 1), (1, 0), (), ())
    """
    lowest = min(levels, default=0)
    if lowest > limit:
        return ()
    above = [at for at, level in enumerate(levels) if level > limit]
    goals = above or [at for at, level in enumerate(levels) if level > lowest]
    if not goals:
        return ()
    goal = goals[0]
    first = next(at for at, level in enumerate(levels) if level <= limit and level < levels[goal])
    between = [level for level in levels if levels[first] < level < levels[goal]]
    return (first, levels.index(min(between)), goal) if between else (first, goal)
