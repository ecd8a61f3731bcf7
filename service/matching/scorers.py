"""How well a group suits: nine scorers, each in [0, 1], higher is better. Pure.

A scorer answers by row; NaN means not confirmed (or not asked) and contributes exactly nothing. The contribution of a
scorer is ``weight * (x - reference)``; contributions are what orders the list and what the reasons are made of.

Weights are the starting weights of the field guide (interest .30, belonging .20, first visit .15, travel .15, schedule
.08, cost .05, size .04, trust .03) with one scorer added, `access`, for stated access and practical needs; all nine are
scaled to sum to 1 and keep their ratios. No trial shows that a ranking raises attendance; they are to be calibrated on
attendance, never on clicks.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.catalog.barriers import BARRIERS, CULTURE_FACTS, FIRST_VISIT_FACTS, Strength
from service.matching.asked import Asked, minutes_by
from service.matching.columns import ANYWHERE, AREA, UNKNOWN

F64 = NDArray[np.float64]
TEXT_HALF = 9.0  # BM25 at which words alone count half (fitted once on judged pairs; DECISION: never stretched)
TEXT_SHARE = 0.55  # what words alone can add, next to terms
AVOID_SHARE = 0.1  # what is left of the likeness when the group is what the person said they do not want
COMFORTABLE_MINUTES = 20.0  # half the score at this travel time (proposed)
COMFORTABLE_SHARE = 0.5  # of the stated reach, when that takes longer
USUAL_PENCE = 1000.0  # £10: no limit stated, a price this high scores 0 (proposed)
SMALL, MEDIUM = 8, 20  # people
YES_NO = {1: 1.0, -1: 0.0}
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


def _known(values: NDArray[np.int8]) -> F64:
    """Yes 1, no 0, not confirmed NaN."""
    return np.where(values == 1, 1.0, np.where(values == -1, 0.0, np.nan))


def _mean_known(parts: list[F64], missing: float) -> F64:
    """Mean of parts in which not confirmed counts as `missing`; NaN where no part is known."""
    stacked = np.stack(parts)
    mean = np.where(np.isnan(stacked), missing, stacked).sum(axis=0) / len(parts)
    return np.where(np.isnan(stacked).all(axis=0), np.nan, mean)


def interest(asked: Asked) -> F64:
    """Likeness of wishes and group, by terms and by words: ``1 - (1 - terms)(1 - share * words)``.

    Words are mapped by the fixed curve ``bm25 / (bm25 + half)``, never stretched to the best of the list: a weak best
    looks weak. Not asked: NaN.
    """
    if not asked.wishes and not asked.has_words:
        return _nothing(asked)
    by_words = TEXT_SHARE * asked.text_score / (asked.text_score + TEXT_HALF)
    likeness = 1 - (1 - asked.term_score) * (1 - by_words)
    likeness = likeness * (1 - (1 - AVOID_SHARE) * asked.avoided_score)
    return asked.by_group(likeness).astype(np.float64)


def belonging(asked: Asked) -> F64:
    """Share of stated wishes of identity, life stage and culture that the group meets. Opt-in, never inferred."""
    parts = [_life(asked, code) for code in asked.profile.life]
    parts += [_known(asked.fact(code)) for code in sorted(set(asked.profile.needs) & set(CULTURE_FACTS))]
    return _mean_known(parts, _BELONGING_REFERENCE) if parts else _nothing(asked)


def _life(asked: Asked, code: str) -> F64:
    columns = asked.columns
    found = np.full(columns.n_groups, np.nan)
    numbers = np.flatnonzero(columns.term_codes == code)
    if len(numbers):
        found[columns.term_group[columns.term == numbers[0]]] = 1.0
    return asked.by_group(found).astype(np.float64)


def first_visit(asked: Asked) -> F64:
    """Support on a first visit, as far as it is needed: ``0.5 + need * (support - 0.5)``.

    `need` is 0, .5 or 1 (none, helps, must) by the barriers that ask for it; `support` the mean of someone meets you,
    a buddy, a taster, coming alone is usual, and the step fitting the person's limit. Source: Husk 2020.
    """
    need = max((_need(asked, code) for code in FIRST_VISIT_BARRIERS), default=0.0)
    if need == 0.0:
        return _nothing(asked)
    parts = [_known(asked.fact(code)) for code in FIRST_VISIT_FACTS] + [_level_fit(asked)]
    return 0.5 + need * (_mean_known(parts, 0.5) - 0.5)


def _need(asked: Asked, barrier: str) -> float:
    strength = asked.profile.strength(barrier)
    return 0.0 if strength is None else 1.0 if strength is Strength.MUST else 0.5


def _level_fit(asked: Asked) -> F64:
    """1 at or below the biggest step the person would take, then falling to 0 at six steps more; no limit: gentler."""
    limit = asked.profile.level_limit or 0
    return 1.0 - np.clip(asked.level - limit, 0.0, 6.0) / 6.0


def travel(asked: Asked) -> F64:
    """``1 / (1 + (t / T)²)``; t minutes door to door, T comfortable minutes. From home: 1. Place unknown: NaN."""
    profile = asked.profile
    comfortable = COMFORTABLE_MINUTES
    if profile.max_km is not None:
        reach = float(minutes_by(asked.travel, np.array([profile.max_km]))[0])
        comfortable = max(comfortable, reach * COMFORTABLE_SHARE)
    there = 1.0 / (1.0 + (asked.minutes / comfortable) ** 2)
    elsewhere = np.isin(asked.columns.kind, (AREA, ANYWHERE))
    return np.where(asked.remote & (elsewhere | np.isnan(there) | (there < 0.5)), _REMOTE, there)


def schedule(asked: Asked) -> F64:
    """Mean of: some session lies in the wanted times (when times were asked), and how regularly it meets."""
    columns = asked.columns
    regular = np.full(columns.n_rows, -1.0)
    known = asked.known_times
    np.maximum.at(regular, columns.session_row[known], columns.session_regularity[known])
    if asked.has_times:
        fits = asked.any_session(asked.time_fits).astype(np.float64)
        return np.where(asked.timed, (fits + np.maximum(regular, 0.0)) / 2, np.nan)
    return np.where(asked.timed, np.maximum(regular, 0.0), np.nan)


def cost(asked: Asked) -> F64:
    """``1 - price / limit``; free is 1; no limit stated: against the usual top price. Not confirmed: NaN."""
    limit = asked.profile.price_limit
    top = USUAL_PENCE if limit is None else max(float(limit), 1.0)
    return np.where(asked.price == UNKNOWN, np.nan, np.clip(1.0 - asked.price / top, 0.0, 1.0))


def size(asked: Asked) -> F64:
    """Closeness of group size to what the person prefers: small for those whom company costs most. Not asked: NaN."""
    wanted = {wish.code for wish in asked.wishes}
    quiet = any(asked.profile.strength(code) for code in ("social_anxiety", "sensory", "low_mood"))
    people = asked.by_group(asked.columns.size).astype(np.float64)
    band = np.where(people <= SMALL, 0.0, np.where(people <= MEDIUM, 1.0, 2.0))
    if "format.large" in wanted:
        aim = 2.0
    elif "format.medium" in wanted:
        aim = 1.0
    elif "format.small" in wanted or quiet:
        aim = 0.0
    else:
        return _nothing(asked)
    return np.where(people == UNKNOWN, np.nan, 1.0 - np.abs(band - aim) / 2.0)


def trust(asked: Asked) -> F64:
    """Freshness of the listing and confidence that there is room; nothing about popularity."""
    days = asked.day - asked.by_group(asked.columns.confirmed).astype(np.float64)
    fresh = np.where(days <= 183, 1.0, np.where(days <= 365, 0.75, np.where(days <= 730, 0.5, 0.25)))
    fresh = np.where(asked.by_group(asked.columns.confirmed) == UNKNOWN, np.nan, fresh)
    room = np.array([np.nan, 1.0, 0.3, 0.0])[asked.capacity]
    return _mean_known([fresh, room], _TRUST_REFERENCE)


def access(asked: Asked) -> F64:
    """Share of the stated practical needs a group is known to meet; a must counts twice a help.

    Each barrier is the mean of its facts (yes 1, no 0, not confirmed .5), languages and hours included.
    """
    total, weight = np.zeros(asked.columns.n_rows), 0.0
    known = np.zeros(asked.columns.n_rows, dtype=np.bool_)
    for code, strength in sorted(asked.profile.barriers.items()):
        parts = _access_parts(asked, code)
        if parts:
            share = 2.0 if strength is Strength.MUST else 1.0
            mean = _mean_known(parts, 0.5)
            known |= ~np.isnan(mean)
            total += share * np.where(np.isnan(mean), 0.5, mean)
            weight += share
    for code in sorted(set(asked.profile.needs) - set(CULTURE_FACTS)):
        found = _known(asked.fact(code))
        known |= ~np.isnan(found)
        total += np.where(np.isnan(found), 0.5, found)
        weight += 1.0
    return np.where(known, total / weight, np.nan) if weight else _nothing(asked)


def _access_parts(asked: Asked, barrier: str) -> list[F64]:
    if barrier == "culture":  # only named wishes count; they are in `belonging`
        return []
    parts = [_known(asked.fact(code)) for code in BARRIERS[barrier].facts]
    if barrier == "language":
        parts.append(_known(asked.speaks))
    if barrier == "work_hours":
        fits = asked.any_session(asked.time_fits).astype(np.float64)
        parts.append(np.where(asked.timed, fits, np.nan))
    return parts


_REMOTE = 0.8  # taking part from home is easy to reach, yet not the same as being there (proposed)
_BELONGING_REFERENCE = 0.5
_TRUST_REFERENCE = 0.5
_ACCESS_WEIGHT = 0.10
_SUM = 1.0 + _ACCESS_WEIGHT

SCORERS: tuple[Scorer, ...] = (
    Scorer("interest", 0.30 / _SUM, 0.3, interest),
    Scorer("belonging", 0.20 / _SUM, _BELONGING_REFERENCE, belonging),
    Scorer("first_visit", 0.15 / _SUM, 0.5, first_visit),
    Scorer("travel", 0.15 / _SUM, 0.5, travel),
    Scorer("access", _ACCESS_WEIGHT / _SUM, 0.5, access),
    Scorer("schedule", 0.08 / _SUM, 0.5, schedule),
    Scorer("cost", 0.05 / _SUM, 0.5, cost),
    Scorer("size", 0.04 / _SUM, 0.5, size),
    Scorer("trust", 0.03 / _SUM, _TRUST_REFERENCE, trust),
)
