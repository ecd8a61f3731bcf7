"""How well a group suits: nine scorers, each in [0, 1], higher is better. Pure.

A scorer answers by row; NaN means not confirmed (or not asked) and contributes exactly nothing. The contribution of a
scorer is ``weight * (x - reference)``; contributions are what orders the list and what the reasons are made of.

Weights are the starting weights of the field guide (interest .30, belonging .20, first visit .15, travel .15, schedule
.08, cost .05, size .04, trust .03) with one scorer added, `access`, for stated access and practical needs; all nine are
scaled to sum to 1 and keep their ratios. No trial shows that a ranking raises attendance; they are to be calibrated on
attendance, never on clicks.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.catalog.barriers import BARRIERS, CULTURE_FACTS, FIRST_VISIT_FACTS, Strength
from service.matching.asked import Asked
from service.matching.columns import UNKNOWN
from service.matching.profile import Size
from service.matching.travel import minutes_by

F64 = NDArray[np.float64]
I8 = NDArray[np.int8]
COMFORTABLE_MINUTES = 20.0  # half the score at this travel time (proposed)
COMFORTABLE_SHARE = 0.5  # of the stated reach, when that takes longer
USUAL_PENCE = 1000.0  # £10: no limit stated, a price this high scores 0 (proposed)
SMALL, MEDIUM = 8, 20  # people
AIMS: dict[Size, float] = {"small": 0.0, "medium": 1.0, "large": 2.0}
AVOID_SHARE = 0.1  # what is left of the likeness when the group is what the person said they do not want
EXPOSED_BY, EXPOSED_SHARE = (
    4.0,
    0.25,
)  # introductions in four weeks, or of the group: then it gives way fully (proposed)
FIRST_VISIT_BARRIERS = tuple(code for code, barrier in BARRIERS.items() if barrier.first_visit)


@dataclass(frozen=True, slots=True)
class Scorer:
    """One way in which a group suits.

    Attributes
    ----------
    code : str
    weight : float
        Share of the whole, in (0, 1]; the weights of `SCORERS` sum to 1.
    reference : float
        The value that neither adds nor takes away, in (0, 1).
    score : callable
        `Asked` to an array by row in [0, 1], NaN where not confirmed.
    """

    code: str
    weight: float
    reference: float
    score: Callable[[Asked], F64]


def _nothing(asked: Asked) -> F64:
    return np.full(asked.columns.n_rows, np.nan)


def _share(signs: Sequence[I8]) -> F64:
    """Mean of yes 1, no 0, not confirmed .5; NaN where none is known."""
    total, known = np.zeros(signs[0].shape, dtype=np.int16), np.zeros(signs[0].shape, dtype=np.int16)
    for sign in signs:
        total += sign
        known |= sign
    return np.where(known == 0, np.nan, 0.5 + total / (2 * len(signs)))


def _or_half(values: F64) -> F64:
    return np.where(np.isnan(values), 0.5, values)


def interest(asked: Asked) -> F64:
    """Likeness of wishes and group, by terms, words and meaning (`looking.Likeness`). Not asked: NaN.

    Where nothing is wished for but something is to be avoided, only what is like that has a value, and a low one.
    """
    if asked.asks:
        return asked.on.by_group(asked.likeness)
    if not asked.avoided:
        return _nothing(asked)
    left = np.where(asked.avoided_score > 0, 1 - (1 - AVOID_SHARE) * asked.avoided_score, np.nan)
    return asked.on.by_group(left)


def belonging(asked: Asked) -> F64:
    """Share of stated wishes of identity, life stage and culture that the group meets. Opt-in, never inferred."""
    signs = [_life(asked, code) for code in asked.profile.life]
    signs += [asked.on.fact(code) for code in sorted(set(asked.profile.needs) & set(CULTURE_FACTS))]
    return _share(signs) if signs else _nothing(asked)


def _life(asked: Asked, code: str) -> I8:
    """1 where the listing is for this stage of life, 0 where it does not say."""
    return asked.carries(code).astype(np.int8)


def first_visit(asked: Asked) -> F64:
    """Support on a first visit, as far as it is needed: ``0.5 + need * (support - 0.5)``.

    `need` is 0, .5 or 1 (none, helps, must) by the barriers that ask for it; `support` the mean of someone meets you,
    a buddy, a taster, coming alone is usual, and the step fitting the person's limit. Source: Husk 2020.
    """
    need = max((_need(asked, code) for code in FIRST_VISIT_BARRIERS), default=0.0)
    if need == 0.0:
        return _nothing(asked)
    facts = _share([asked.on.fact(code) for code in FIRST_VISIT_FACTS])
    level, many = _level_fit(asked), len(FIRST_VISIT_FACTS)
    support = (_or_half(facts) * many + _or_half(level)) / (many + 1)
    return np.where(np.isnan(facts) & np.isnan(level), np.nan, 0.5 + need * (support - 0.5))


def _need(asked: Asked, barrier: str) -> float:
    strength = asked.profile.strength(barrier)
    return 0.0 if strength is None else 1.0 if strength is Strength.MUST else 0.5


def _level_fit(asked: Asked) -> F64:
    """1 at or below the biggest step the person would take, then falling to 0 at six steps more; no limit: gentler."""
    limit = asked.profile.level_limit or 0
    return 1.0 - np.clip(asked.on.level - limit, 0.0, 6.0) / 6.0


def travel(asked: Asked) -> F64:
    """``1 / (1 + (t / T)²)``; t minutes door to door, T comfortable minutes. Place unknown: NaN.

    From home, where that is not less: .8 when the person asked for it, else .5.
    """
    profile = asked.profile
    comfortable = COMFORTABLE_MINUTES
    if profile.max_km is not None:
        reach = float(minutes_by(asked.travel, np.array([profile.max_km]))[0])
        comfortable = max(comfortable, reach * COMFORTABLE_SHARE)
    remote = _REMOTE if profile.mode in ("online", "phone") else _REMOTE_UNASKED
    there = 1.0 / (1.0 + (asked.minutes / comfortable) ** 2)
    return np.where(asked.remote & ~(there >= _HALF_WAY), remote, there)


def schedule(asked: Asked) -> F64:
    """Mean of: some session lies in the wanted times (when times were asked), how regularly it meets, and how soon.

    Soon is the next meeting by the rule, at a wanted time where there is one: 1 within 7 days, .7 within 14, .4 within
    31, .2 later, .5 where the rule is not so simple.
    """
    if asked.has_times:
        return (asked.timely + asked.on.regular + asked.soon) / 3
    return (asked.on.regular + asked.soon) / 2


def cost(asked: Asked) -> F64:
    """``1 - price / limit``; free is 1; no limit stated: against the usual top price. Not confirmed: NaN."""
    limit = asked.profile.price_limit
    top = USUAL_PENCE if limit is None else max(float(limit), 1.0)
    return np.where(asked.on.price == UNKNOWN, np.nan, np.clip(1.0 - asked.on.price / top, 0.0, 1.0))


def size(asked: Asked) -> F64:
    """Closeness of group size to what the person prefers: small for those whom company costs most. Not asked: NaN."""
    wanted = {wish.code for wish in asked.wishes}
    quiet = any(asked.profile.strength(code) for code in ("social_anxiety", "sensory", "low_mood"))
    people = asked.on.by_group(asked.columns.size).astype(np.float64)
    band = np.where(people <= SMALL, 0.0, np.where(people <= MEDIUM, 1.0, 2.0))
    if asked.profile.size:
        aim = AIMS[asked.profile.size]
    elif "format.large" in wanted:
        aim = 2.0
    elif "format.medium" in wanted:
        aim = 1.0
    elif "format.small" in wanted or quiet:
        aim = 0.0
    else:
        return _nothing(asked)
    return np.where(people == UNKNOWN, np.nan, 1.0 - np.abs(band - aim) / 2.0)


def trust(asked: Asked) -> F64:
    """Mean of what is known of: freshness of the listing, room, and whether it answers; nothing about popularity.

    Answers: ``(answered + 2.1) / (asked + 3)``, a beta prior of three introductions of which .7 were answered.
    """
    total, many = np.zeros(asked.columns.n_rows), np.zeros(asked.columns.n_rows)
    for values in (asked.on.fresh, asked.on.room, asked.on.answers):
        known = values == values  # not NaN
        total[known] += values[known]
        many += known
    return np.where(many > 0, total / np.maximum(many, 1), np.nan)


def exposure(asked: Asked) -> F64:
    """Whether a group was asked little of late: 1 with no introduction, 0 with a quarter of its size (at least 4)."""
    columns = asked.columns
    full = np.maximum(EXPOSED_BY, columns.size * EXPOSED_SHARE)
    return asked.on.by_group(1.0 - np.minimum(1.0, columns.asked_lately / full))


def access(asked: Asked) -> F64:
    """Share of the stated practical needs a group is known to meet; a must counts twice a help.

    Each barrier is the mean of its facts (yes 1, no 0, not confirmed .5), languages and hours included.
    """
    total, weight = np.zeros(asked.columns.n_rows), 0.0
    known = np.zeros(asked.columns.n_rows, dtype=np.bool_)
    for share, signs in _practical_needs(asked):
        mean = _share(signs)
        known |= ~np.isnan(mean)
        total += share * _or_half(mean)
        weight += share
    return np.where(known, total / weight, np.nan) if weight else _nothing(asked)


def _practical_needs(asked: Asked) -> Iterator[tuple[float, list[I8]]]:
    """Yield how much each need counts, and the facts that meet it."""
    for code, strength in sorted(asked.profile.barriers.items()):
        signs = _signs(asked, code)
        if signs:
            yield (2.0 if strength is Strength.MUST else 1.0), signs
    for code in sorted(set(asked.profile.needs) - set(CULTURE_FACTS)):
        yield 1.0, [asked.on.fact(code)]


def _signs(asked: Asked, barrier: str) -> list[I8]:
    if barrier == "culture":  # only named wishes count; they are in `belonging`
        return []
    signs = [asked.on.fact(code) for code in asked.facts_of(barrier)]
    if barrier == "language":
        signs.append(asked.speaks)
    if barrier == "work_hours":
        signs.append(np.where(asked.on.timed, np.where(asked.timely, 1, -1), 0).astype(np.int8))
    return signs


_HALF_WAY = 0.5  # a place that is easier to reach than this is reached rather than joined from home
_REMOTE = 0.8  # taking part from home is easy to reach, yet not the same as being there (proposed)
_REMOTE_UNASKED = 0.5  # nobody said that it is welcome: it neither adds nor takes away
_ACCESS_WEIGHT = 0.10
_SUM = 1.0 + _ACCESS_WEIGHT

SCORERS: tuple[Scorer, ...] = (
    Scorer("interest", 0.30 / _SUM, 0.3, interest),
    Scorer("belonging", 0.20 / _SUM, 0.5, belonging),
    Scorer("first_visit", 0.15 / _SUM, 0.5, first_visit),
    Scorer("travel", 0.15 / _SUM, 0.5, travel),
    Scorer("access", _ACCESS_WEIGHT / _SUM, 0.5, access),
    Scorer("schedule", 0.08 / _SUM, 0.5, schedule),
    Scorer("cost", 0.05 / _SUM, 0.5, cost),
    Scorer("size", 0.04 / _SUM, 0.5, size),
    Scorer("trust", 0.03 / _SUM, 0.5, trust),
)
# After the score, and only ever taking away: among groups that suit as well, newcomers go where there were few lately.
EXPOSURE = Scorer("exposure", 0.02, 1.0, exposure)
PARTS: tuple[Scorer, ...] = (*SCORERS, EXPOSURE)
