"""Spreads a list over kinds of activity, so that good places are different ones where that costs little. Pure.

From the best groups of a list, one after another: the next is the best of its tier, less a little for every one already
shown that is of the same family. It never moves a group across a tier, and the first place is always the best score.
"""

from collections import Counter, deque
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from service.matching.asked import WORTH_SAYING, Asked
from service.matching.columns import TERM_WEIGHTS

I64 = NDArray[np.int64]
SAME_FAMILY = 0.03  # of the score, where all that is shown already is of the same family (proposed)
NO_FAMILY = -1
_DECIMALS = 9
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
    for _, tier in groupby(range(len(scores)), key=lambda place: tiers[place]):
        left: dict[int, deque[int]] = {}  # by family, the best first: only these can be next
        for place in tier:
            left.setdefault(families[place], deque()).append(place)
        while left and len(shown) < many:
            shares = {family: SAME_FAMILY * seen[family] / max(1, len(shown)) for family in left}
            family = min(
                left, key=lambda one: (-round(scores[left[one][0]] - shares[one], _DECIMALS), ids[left[one][0]])
            )
            shown.append(left[family].popleft())
            if family != NO_FAMILY:
                seen[family] += 1
            if not left[family]:
                del left[family]
    return shown


def families(asked: Asked, groups: I64) -> list[int]:
    """Return a number for the family of each group (activity.music, activity.food …), `NO_FAMILY` where it has none.

    That of the activity by which it meets a wish best; else that of its weightiest activity.
    """
    columns, family = asked.columns, _families(asked.term_codes)
    wishes = [(asked.closeness[wish.code], wish.weight) for wish in asked.wishes]
    found = []
    edges = zip(columns.term_starts[groups].tolist(), columns.term_starts[groups + 1].tolist(), strict=True)
    for first, last in edges:
        best, of_best = (-np.inf, 0), NO_FAMILY
        numbers, weights = columns.term[first:last].tolist(), columns.term_weight[first:last].tolist()
        for number, weight in zip(numbers, weights, strict=True):
            if family[number] == NO_FAMILY:
                continue
            share = weight / TERM_WEIGHTS
            met = max((float(close[number]) * share * wanted for close, wanted in wishes), default=0.0)
            worth = 1.0 + met if met > WORTH_SAYING else share, -number
            if worth > best:
                best, of_best = worth, family[number]
        found.append(of_best)
    return found


@lru_cache(maxsize=8)
def _families(term_codes: tuple[str, ...]) -> list[int]:
    """By term, the number of its family."""
    heads = [code.split(".")[:2] for code in term_codes]
    names = sorted({head[1] for head in heads if head[0] == _ACTIVITY and len(head) == 2})
    numbers = {name: number for number, name in enumerate(names)}
    return [numbers[head[1]] if head[0] == _ACTIVITY and len(head) == 2 else NO_FAMILY for head in heads]
