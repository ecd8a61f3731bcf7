"""From the offer of help to settled, counted: how many came how far, where they stopped, how long it took. Pure.

Whoever left stays in the denominator. What ended because somebody died, or was entered twice or by mistake, is in no
figure. A later step counts as having passed the earlier ones: a professional who names the group skips the call.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from math import sqrt
from statistics import NormalDist, quantiles

STEPS = ("offered", "referred", "contacted", "accepted", "first_visit", "third_visit", "settled")
STOPS = ("choice", "lost", "unmet", "other", "on_the_way")
ENOUGH = 50  # people; below, a share says little (field rule)
THIRD = 3  # visits
_Z = NormalDist().inv_cdf(0.975)  # of a 95 % interval

_OF_REFERRAL: Mapping[str, str] = {
    "sent": "referred",
    "on_hold": "referred",
    "accepted": "referred",  # a link worker holds it; `contacted` is when they reached the person
    "in_contact": "contacted",
    "planned": "contacted",
    "introduced": "contacted",
    "attending": "first_visit",
    "settled": "settled",
}
_OF_INTRODUCTION: Mapping[str, str] = {
    "accepted": "accepted",
    "booked": "accepted",
    "no_show": "accepted",
    "session_cancelled": "accepted",
    "attended": "first_visit",
    "settled": "settled",
}
_STOPPED_BY: Mapping[str, str] = {
    "declined": "choice",
    "uncontactable": "lost",
    "lapsed": "lost",
    "no_suitable_group": "unmet",
    "group_full_or_closed": "unmet",
}
_ENDED: Mapping[str, str] = {"declined_offer": "choice", "cancelled": "choice", "rejected": "unmet"}
LEFT_OUT = frozenset({"died", "duplicate"})
REACHED = frozenset({"goals_met", "settled_in_group"})


class By(StrEnum):
    """What figures are told apart by; one at a time, so that no two tables meet in one person."""

    TIME = "time"
    AREA = "area"
    GROUP = "group"
    REFERRER = "referrer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """One referral as figures see it: nobody's name, nobody's need.

    Attributes
    ----------
    states, asked : frozenset of str
        Every state that the referral, or any of its introductions, ever came to.
    attended : int
        Visits to the group where there were most.
    labels : mapping of By to str
        Where it belongs in each table; one place in each.
    """

    state: str
    close_reason: str | None
    states: frozenset[str]
    asked: frozenset[str]
    attended: int
    labels: Mapping[By, str]

    @property
    def counts(self) -> bool:
        """Whether it is in the figures at all."""
        return self.state != "entered_in_error" and self.close_reason not in LEFT_OUT

    @property
    def furthest(self) -> int:
        """How far it came: the place in `STEPS` of the last step it reached."""
        reached = {_OF_REFERRAL[state] for state in self.states if state in _OF_REFERRAL}
        reached |= {_OF_INTRODUCTION[state] for state in self.asked if state in _OF_INTRODUCTION}
        if self.attended >= THIRD:
            reached.add("third_visit")
        return max((STEPS.index(step) for step in reached), default=0)

    @property
    def stopped(self) -> str | None:
        """Where it ended short of settling; None when it did settle."""
        if self.furthest == len(STEPS) - 1:
            return None
        if self.state in _ENDED:
            return _ENDED[self.state]
        if self.state != "closed":
            return "on_the_way"
        return _STOPPED_BY.get(self.close_reason or "", "other")


def funnel(furthest: Iterable[int]) -> tuple[int, ...]:
    """Count who reached each step; each figure is at most the one before it.

    Examples
    --------
    >>> funnel([0, 6, 2, 2])
    (4, 3, 3, 1, 1, 1, 1)
    """
    found = Counter(furthest)
    return tuple(sum(found[step] for step in range(first, len(STEPS))) for first in range(len(STEPS)))


def table(journeys: Iterable[Journey], by: By) -> dict[str, tuple[int, ...]]:
    """Count each part of the whole by itself, in the order of its name; every referral lies in exactly one."""
    parts: dict[str, list[int]] = {}
    for one in journeys:
        if one.counts:
            parts.setdefault(one.labels[by], []).append(one.furthest)
    return {label: funnel(parts[label]) for label in sorted(parts)}


def stops(journeys: Iterable[Journey]) -> dict[str, int]:
    """Count where people stopped, in the order of `STOPS`; together with who settled they are all."""
    found = Counter(one.stopped for one in journeys if one.counts)
    return {stop: found[stop] for stop in STOPS}


def wilson(count: int, of: int) -> tuple[float, float]:
    """Return the 95 % interval of a share, from 0 to 1, by Wilson's score method.

    References
    ----------
    E. B. Wilson 1927, Journal of the American Statistical Association 22:209-212; recommended for small numbers by
    Brown, Cai and DasGupta 2001, Statistical Science 16:101-133.

    Examples
    --------
    >>> [round(end, 2) for end in wilson(148, 412)]
    [0.31, 0.41]
    """
    if not 0 <= count <= of or of == 0:
        raise ValueError("a share needs a whole it is part of")
    share, extra = count / of, _Z * _Z / of
    middle = share + extra / 2
    half = _Z * sqrt(share * (1 - share) / of + extra / (4 * of))
    low, high = (middle - half) / (1 + extra), (middle + half) / (1 + extra)
    return (0.0 if count == 0 else low), (1.0 if count == of else high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """How long one step took those who made it, in days."""

    count: int
    lower: float  # a quarter took no longer
    median: float
    upper: float  # three quarters took no longer


def waits(days: Sequence[float]) -> Waits | None:
    """Return the middle and the quartiles of how long something took; None of fewer than two.

    Examples
    --------
    >>> waits([1, 2, 3, 4, 5])
    Waits(count=5, lower=2.0, median=3.0, upper=4.0)
    """
    if len(days) < 2:
        return None
    lower, median, upper = quantiles(days, n=4, method="inclusive")
    return Waits(count=len(days), lower=lower, median=median, upper=upper)


def stays(moves: Iterable[tuple[str, datetime]]) -> dict[str, float]:
    """Return how many days something stayed in each state it left, from its moves (state come to, when) in order.

    A state that was left twice counts both stays together; the one it is in now is not over and does not count.
    """
    found: dict[str, float] = {}
    in_order = list(moves)
    for (state, came), (_to, left) in zip(in_order, in_order[1:], strict=False):
        found[state] = found.get(state, 0.0) + (left - came).total_seconds() / 86_400
    return found


def quarter(day: date) -> str:
    """Return the quarter of a year a day lies in, as it sorts.

    Examples
    --------
    >>> quarter(date(2026, 11, 23))
    '2026-4'
    """
    return f"{day.year}-{(day.month + 2) // 3}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A measure asked twice, of those who answered twice; it shows no cause.

    Attributes
    ----------
    less, same, more : int
        For how many the second figure was lower, equal, higher.
    before, after : mapping of int to int
        How many had each figure.
    """

    less: int
    same: int
    more: int
    before: Mapping[int, int]
    after: Mapping[int, int]

    @property
    def both(self) -> int:
        """How many answered twice."""
        return self.less + self.same + self.more


def change(pairs: Iterable[tuple[int, int]], lowest: int, highest: int) -> Change:
    """Count the first and the second figure of each who answered twice.

    Examples
    --------
    >>> found = change([(7, 5), (4, 4)], 3, 9)
    >>> (found.less, found.same, found.more, found.both)
    (1, 1, 0, 2)
    """
    known = list(pairs)
    first, second = Counter(one for one, _ in known), Counter(one for _, one in known)
    return Change(
        less=sum(after < before for before, after in known),
        same=sum(after == before for before, after in known),
        more=sum(after > before for before, after in known),
        before={value: first[value] for value in range(lowest, highest + 1)},
        after={value: second[value] for value in range(lowest, highest + 1)},
    )
