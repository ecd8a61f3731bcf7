"""What to give up, least first, when too little is left. Pure.

A wish that is given up is named in the answer with what it would have allowed; a must is never given up, and neither
are age, lawful restrictions, areas, vetting or facts a person cannot do without.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.matching.asked import Asked
from service.matching.filters import GATES, OUT, may_relax
from service.matching.ranker import Scored, verdict

ENOUGH = 3  # different groups to choose from (field guide: always at least three)
RELEVANT = 0.3  # likeness of interest from which a group counts as an answer at all
ORDER = ("reach", "mode", "price", "reach_wide")  # least important first


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxed:
    """One wish that was given up: `code` of its gate, and how many groups that brought."""

    code: str
    more: int


def relax(
    asked: Asked, scored: Scored, judged: Mapping[str, NDArray[np.int8]]
) -> tuple[frozenset[str], tuple[Relaxed, ...]]:
    """Give up wishes, one more at a time, until enough relevant groups are left or nothing may be given up.

    Returns
    -------
    given_up : frozenset of gate codes
    named : tuple of Relaxed
        Only wishes whose loss brought something.
    """
    able = {gate.code for gate in GATES if gate.code in judged and may_relax(gate, asked)}
    given_up: frozenset[str] = frozenset()
    named: list[Relaxed] = []
    left = _count(asked, scored, judged, given_up)
    for code in (code for code in ORDER if code in able):
        if left >= ENOUGH:
            break
        now = _count(asked, scored, judged, given_up | {code})
        if now > left:
            given_up |= {code}
            named.append(Relaxed(code=code, more=now - left))
            left = now
    return given_up, tuple(named)


def _count(asked: Asked, scored: Scored, judged: Mapping[str, NDArray[np.int8]], given_up: frozenset[str]) -> int:
    """How many groups answer the question, with these wishes given up."""
    allowed = verdict(judged, asked.columns.n_rows, given_up) != OUT
    likeness = scored.parts["interest"]
    relevant = allowed & (np.isnan(likeness) | (likeness >= RELEVANT))
    return asked.count_groups(relevant)
