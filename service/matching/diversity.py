"""Spreads a list over kinds of activity, so that good places are different ones where that costs little. Pure.

From the best groups of a list, one after another: the next is the best of its tier, less a little for every one already
shown that is of the same family. It never moves a group across a tier, and the first place is always the best score.
"""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from service.matching.asked import WORTH_SAYING, Asked
from service.matching.columns import TERM_WEIGHTS

I64 = NDArray[np.int64]
SAME_FAMILY = 0.03  # of the score, where all that is shown already is of the same family (proposed)
NO_FAMILY = -1
_DECIMALS = 9
_TINY = 1e-8  # more than what rounding adds
_ACTIVITY = "activity"


def spread(
    scores: Sequence[float], tiers: Sequence[int], families: Sequence[int], ids: Sequence[object], many: int
) -> list[int]:
    """Return the places of so many groups in the order in which they are shown.

    Parameters
    ----------
    scores, tiers, families, ids : sequence, of one length
        In order: tier after tier, in each the best score first. `NO_FAMILY` is like no other. Ids settle what is equal.

    Examples
    --------
    >>> spread([0.50, 0.49, 0.48], [0, 0, 0], [1, 1, 2], "abc", 3)
    [0, 2, 1]
    """
    shown: list[int] = []
    seen: Counter[int] = Counter()
    left = list(range(len(scores)))
    while left and len(shown) < many:
        best, best_worth = left[0], (np.inf, ids[left[0]])
        for place in left:
            # What follows is of a later tier, or cannot be worth more even if nothing is taken off.
            if tiers[place] != tiers[left[0]] or -scores[place] > best_worth[0] + _TINY:
                break
            same = seen[families[place]] / max(1, len(shown))
            worth = -round(scores[place] - SAME_FAMILY * same, _DECIMALS), ids[place]
            if worth < best_worth:
                best, best_worth = place, worth
        shown.append(best)
        left.remove(best)
        if families[best] != NO_FAMILY:
            seen[families[best]] += 1
    return shown


def families(asked: Asked, groups: I64) -> list[int]:
    """Return a number for the family of each group (activity.music, activity.food …), `NO_FAMILY` where it has none.

    That of the activity by which it meets a wish best; else that of its weightiest activity.
    """
    columns = asked.columns
    starts, ends = columns.term_starts[groups], columns.term_starts[groups + 1]
    lengths = ends - starts
    where = np.repeat(starts - np.cumsum(lengths) + lengths, lengths) + np.arange(lengths.sum())
    owner = np.repeat(np.arange(len(groups)), lengths)
    numbers, weights = columns.term[where], columns.term_weight[where] / TERM_WEIGHTS
    met = np.zeros(len(where))
    for wish in asked.wishes:
        np.maximum(met, asked.closeness[wish.code][numbers] * weights * wish.weight, out=met)
    worth = np.where(met > WORTH_SAYING, 1.0 + met, weights)
    family = _families(asked.term_codes)[numbers]
    known = family != NO_FAMILY
    order = np.lexsort((numbers[known], -worth[known], owner[known]))
    owners, first = np.unique(owner[known][order], return_index=True)
    found = np.full(len(groups), NO_FAMILY)
    found[owners] = family[known][order][first]
    return [int(one) for one in found]


@lru_cache(maxsize=8)
def _families(term_codes: tuple[str, ...]) -> I64:
    """By term, the number of its family."""
    heads = [code.split(".")[:2] for code in term_codes]
    names = sorted({head[1] for head in heads if head[0] == _ACTIVITY and len(head) == 2})
    numbers = {name: number for number, name in enumerate(names)}
    of_term = [numbers[head[1]] if head[0] == _ACTIVITY and len(head) == 2 else NO_FAMILY for head in heads]
    return np.array(of_term, dtype=np.int64)
