"""What to give up, least first, when too little is left. Pure.

A wish that is given up is named in the answer with what it would have allowed; a must is never given up, and neither
are age, lawful restrictions, areas, vetting or facts a person cannot do without.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from service.matching.asked import Asked
from service.matching.filters import GATES, I8, OUT, may_relax
from service.matching.ranker import Scored, relevant, verdict

ENOUGH = 3  # different groups to choose from (field guide: always at least three)
ORDER = ("reach", "mode", "price", "reach_wide")  # least important first


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxed:
    """One wish that was given up: `code` of its gate, and how many groups that brought."""

    code: str
    more: int


def relax(asked: Asked, scored: Scored, judged: Mapping[str, I8]) -> tuple[frozenset[str], tuple[Relaxed, ...]]:
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


def _count(asked: Asked, scored: Scored, judged: Mapping[str, I8], given_up: frozenset[str]) -> int:
    """How many groups answer the question, with these wishes given up."""
    allowed = verdict(judged, asked.columns.n_rows, given_up) != OUT
    return asked.count_groups(allowed & relevant(scored))
