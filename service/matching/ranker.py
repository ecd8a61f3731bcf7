"""Combine, order, break ties. Pure.

The order is total and does not depend on the order of input: a group asked for by name; then what suits strongly, what
suits fairly and what suits weakly, as the person reads it; then what is only near, then what is too far away. In each,
confirmed before "ask first"; in each of these, what has room (or may have) before what is full or has a waiting list;
then the score, then the id.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.matching.asked import Asked
from service.matching.columns import CAPACITY
from service.matching.filters import ASK, OUT
from service.matching.looking import FAIR, RELEVANT, STRONG
from service.matching.scorers import PARTS

F64 = NDArray[np.float64]
HARD_TO_REACH = 0.12  # travel from which even what is just what was asked for does not come before the rest
_WAITING = CAPACITY.index("waiting_list")  # and what comes after it: full
DECIMALS = 9  # scores that differ by less are a tie, so that the order does not hang on the last bit of a sum


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """Every row with its parts.

    Attributes
    ----------
    parts : mapping of scorer code to ndarray, shape (n_rows,)
        Values in [0, 1]; NaN: not confirmed or not asked.
    total : ndarray, shape (n_rows,)
        Sum of ``weight * (x - reference)``, in (-1, 1), rounded to `DECIMALS`.
    """

    parts: Mapping[str, F64]
    total: F64


def score(asked: Asked) -> Scored:
    """Run every scorer, add up the contributions, and take off what a group that was asked a lot lately gives way."""
    parts = {scorer.code: scorer.score(asked) for scorer in PARTS}
    total = np.zeros(asked.columns.n_rows)
    for scorer in PARTS:
        part = parts[scorer.code]
        total += np.where(np.isnan(part), 0.0, scorer.weight * (part - scorer.reference))
    return Scored(parts=parts, total=np.round(total, DECIMALS))


def relevant(asked: Asked, scored: Scored) -> NDArray[np.bool_]:
    """Rows that are like what was asked for and not too far away; where nothing was asked, all that are not."""
    likeness = scored.parts["interest"]
    answers: NDArray[np.bool_] = (np.isnan(likeness) | (likeness >= RELEVANT)) & ~asked.far
    return answers


def fitting(asked: Asked, scored: Scored) -> NDArray[np.bool_]:
    """Rows that are fairly or strongly like what was asked for and not too far away; a weak one is no answer."""
    likeness = scored.parts["interest"]
    answers: NDArray[np.bool_] = (np.isnan(likeness) | (likeness >= FAIR)) & ~asked.far
    return answers


def verdict(judged: Mapping[str, NDArray[np.int8]], n_rows: int, given_up: frozenset[str]) -> NDArray[np.int8]:
    """Return the lowest verdict of all gates but those given up: OUT, ASK or IN by row."""
    lowest = np.ones(n_rows, dtype=np.int8)
    for code, found in judged.items():
        if code not in given_up:
            lowest = np.minimum(lowest, found)
    return lowest


def order(asked: Asked, scored: Scored, allowed: NDArray[np.int8], limit: int) -> NDArray[np.int64]:
    """Return the best rows, one a group, best first.

    Parameters
    ----------
    allowed : ndarray, shape (n_rows,)
        Of `verdict`.
    limit : int
        How many groups at the most.
    """
    rows = np.flatnonzero(allowed != OUT)
    if not len(rows):
        return rows
    group = asked.columns.group[rows]
    tiers = tiers_of(asked, scored, allowed)
    tier, total, group = tiers[rows], scored.total[rows], asked.columns.group[rows]
    kept = rows[_worth_sorting(tier, total, group, limit)]
    tier, total, group = tiers[kept], scored.total[kept], asked.columns.group[kept]
    columns = asked.columns
    places, ids = (columns.place_low[kept], columns.place_high[kept]), (columns.id_low[group], columns.id_high[group])
    sequence = np.lexsort((*places, *ids, -total, tier))
    _, first = np.unique(group[sequence], return_index=True)
    return kept[sequence[np.sort(first)]][:limit]


def tiers_of(asked: Asked, scored: Scored, allowed: NDArray[np.int8]) -> NDArray[np.int8]:
    """Return what comes before the score, lower first: see the head of this module."""
    like = scored.parts["interest"]
    hard = scored.parts["travel"] < HARD_TO_REACH
    unlike = ((like < STRONG) | hard).astype(np.int8) + ((like < FAIR) | hard) + ~relevant(asked, scored)
    tiers: NDArray[np.int8] = (allowed == ASK) + 2 * unlike + 8 * asked.far.astype(np.int8)
    tiers -= 16 * asked.named.astype(np.int8)
    return 2 * tiers + (asked.on.capacity >= _WAITING)


def _worth_sorting(tier: NDArray[np.int8], total: F64, group: NDArray[np.int64], limit: int) -> NDArray[np.int64]:
    """Positions that can be among the first groups: everything at least as good as the k-th row, ties kept."""
    width = limit * (1 + int(np.bincount(group).max()))
    key = total - 4.0 * tier  # totals lie in (-1, 1): a tier is always worth more
    if len(key) <= width:
        return np.arange(len(key))
    threshold = np.partition(key, len(key) - width)[len(key) - width]
    return np.flatnonzero(key >= threshold)
