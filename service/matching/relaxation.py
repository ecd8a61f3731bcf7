"""What to give up, least first, when too little is left; and what a little more give would bring. Pure.

A wish that is given up is named in the answer with what it would have allowed; a must is never given up, and neither
are age, lawful restrictions, areas, vetting or facts a person cannot do without.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.matching.asked import Asked, horizon
from service.matching.filters import GATES, I8, MUST_MINUTES, OUT, REACH_SLACK, WIDE, may_relax
from service.matching.profile import Profile
from service.matching.ranker import Scored, fitting, relevant, verdict

ENOUGH = 3  # different groups to choose from (field guide: always at least three)
ORDER = ("reach", "mode", "price", "reach_wide")  # least important first
FURTHER_KM = 2.0  # how much further the question "if you could travel a little more" goes
FASTEST_KMH = 30.0  # nobody is estimated to go faster


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxed:
    """One wish that was given up: `code` of its gate, and how many groups that brought."""

    code: str
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IfOnly:
    """What one wish less would bring.

    Attributes
    ----------
    code : {'further', 'mode', 'price', 'times'}
        Travel `FURTHER_KM` more; take part in any way; pay anything; come at any time.
    more : int
        Groups that fit then and do not now, at least 1.
    amount : float or None
        For `further`, the km.
    """

    code: str
    more: int
    amount: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was given up.

    Attributes
    ----------
    gates : frozenset of str
        Codes of the gates that no longer hold.
    named : tuple of Relaxed
        Only wishes whose loss brought something.
    tried : frozenset of str
        Gates whose loss was weighed, whether or not it brought something.
    """

    gates: frozenset[str]
    named: tuple[Relaxed, ...]
    tried: frozenset[str]


def relax(asked: Asked, scored: Scored, judged: Mapping[str, I8]) -> Given:
    """Give up wishes, one more at a time, until enough is left or nothing may be given up.

    Enough are `ENOUGH` relevant groups, at least one of them better than a weak match.
    """
    able = {gate.code for gate in GATES if gate.code in judged and may_relax(gate, asked)}
    given_up: frozenset[str] = frozenset()
    named: list[Relaxed] = []
    tried: set[str] = set()
    left, good = _counts(asked, scored, judged, given_up)
    for code in (code for code in ORDER if code in able):
        if left >= ENOUGH and good:
            break
        tried.add(code)
        now, better = _counts(asked, scored, judged, given_up | {code})
        if (now > left and left < ENOUGH) or better > good:
            given_up |= {code}
            named.append(Relaxed(code=code, more=now - left))
            left, good = now, better
    return Given(gates=given_up, named=tuple(named), tried=frozenset(tried))


def _counts(asked: Asked, scored: Scored, judged: Mapping[str, I8], given_up: frozenset[str]) -> tuple[int, int]:
    """How many groups are relevant, and how many of them no weak match, with these wishes given up."""
    allowed = verdict(judged, asked.columns.n_rows, given_up) != OUT
    answers = allowed & relevant(asked, scored)
    return asked.count_groups(answers), asked.count_groups(answers & fitting(asked, scored))


def if_only(asked: Asked, scored: Scored, judged: Mapping[str, I8], given: Given) -> tuple[IfOnly, ...]:
    """Count what one wish less would bring, most first; only wishes that still hold and may be given up."""
    fits = relevant(asked, scored)
    now = _groups(asked, fits & (verdict(judged, asked.columns.n_rows, given.gates) != OUT))
    found: list[IfOnly] = []
    for gate in GATES:
        if gate.code not in ("reach", "mode", "price") or gate.code not in judged or gate.code in given.gates:
            continue
        if not may_relax(gate, asked):
            continue
        loose = verdict(judged, asked.columns.n_rows, given.gates | {gate.code, "reach_wide"}) != OUT
        if gate.code == "reach":
            loose &= _a_little_further(asked)
        elif "reach_wide" not in given.gates and "reach_wide" in judged:
            loose &= judged["reach_wide"] != OUT
        more = len(np.setdiff1d(_groups(asked, fits & loose), now, assume_unique=True))
        if more and (gate.code != "reach" or asked.profile.max_km is not None):
            further = gate.code == "reach"
            found.append(
                IfOnly(code="further" if further else gate.code, more=more, amount=FURTHER_KM if further else None)
            )
    return tuple(sorted(found, key=lambda one: (-one.more, one.code)))


def _a_little_further(asked: Asked) -> NDArray[np.bool_]:
    limit = asked.profile.max_km
    if limit is None:
        return np.ones(asked.columns.n_rows, dtype=np.bool_)
    from_home = asked.remote | np.isnan(asked.minutes)
    near: NDArray[np.bool_] = from_home | (asked.km <= (limit + FURTHER_KM) * REACH_SLACK)
    return near


def _groups(asked: Asked, rows: NDArray[np.bool_]) -> NDArray[np.int64]:
    return np.unique(asked.columns.group[rows])


def rings(profile: Profile) -> tuple[float, float, float, float]:
    """Return how many km around the person to look: at first, twice as far, to the horizon, everywhere.

    Never less than the gates of the reach let through at that step, and what `if_only` counts.
    """
    last = horizon(profile)
    if profile.max_km is not None:
        near = (profile.max_km + FURTHER_KM) * REACH_SLACK
    elif profile.must("transport"):
        near = MUST_MINUTES / 60 * FASTEST_KMH
    else:
        return last, last, last, float("inf")
    near *= WIDE if profile.strength("transport") else 1.0
    return near, max(near, near * WIDE), max(last, near * WIDE), float("inf")


def ring_for(given: Given) -> int:
    """Return which of `rings` what was weighed needs."""
    return 2 if "reach_wide" in given.tried else 1 if "reach" in given.tried else 0
