"""How good an order is, against graded pairs of person and listing. Pure.

Definitions are those of the judged collection: gain 2^grade - 1, log2 discount, an unjudged listing counts as wrong,
shares are divided by the full depth even when fewer were shown. Figures are means over answerable people.

References
----------
Järvelin, K. & Kekäläinen, J. (2002). Cumulated gain-based evaluation of IR techniques. ACM TOIS 20(4).
Efron, B. (1979). Bootstrap methods: another look at the jackknife. Annals of Statistics 7(1).
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

GOOD = 2  # grade from which a listing is a good answer
FIRST = 3  # results whose band is held against their grade
RESAMPLES, SEED = 10_000, 20_261_122
BANDS = ("strong", "fair", "weak")
Grades = Mapping[str, int]
Run = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Quality of one run.

    Attributes
    ----------
    profiles : int
        Answerable people.
    ndcg_at_10, p_at_5, recall_at_20 : float
        In [0, 1], higher is better.
    bad_at_10 : float
        Share of the shown, judged top ten that is graded 0; lower is better.
    judged_at_10 : float
        Share of the shown top ten that has a grade: below about .9 the others are lower bounds.
    blank : int
        Answerable people who were shown nothing.
    """

    profiles: int
    ndcg_at_10: float
    p_at_5: float
    recall_at_20: float
    bad_at_10: float
    judged_at_10: float
    blank: int

    def as_dict(self) -> dict[str, float]:
        """Return the figures by name."""
        return asdict(self)


def dcg(grades: Sequence[int]) -> float:
    """Return the discounted cumulated gain of grades in order; at least 0.

    Examples
    --------
    >>> round(dcg([3, 0, 1]), 3)
    7.5
    """
    return float(sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades)))


def ndcg(grades: Grades, shown: Sequence[str], depth: int = 10) -> float:
    """Return the gain of a list over the best possible gain, in [0, 1]; 0 where nothing was graded above 0."""
    best = dcg(sorted(grades.values(), reverse=True)[:depth])
    return dcg([grades.get(listing, 0) for listing in shown[:depth]]) / best if best else 0.0


def figures(qrels: Mapping[str, Grades], run: Run, unanswerable: frozenset[str] = frozenset()) -> Figures:
    """Score a run.

    Parameters
    ----------
    qrels : mapping of person to (mapping of listing to grade 0–3)
    run : mapping of person to listings, best first
    unanswerable : frozenset of str
        People for whom no listing is right; left out of the means.
    """
    people = answerable(qrels, unanswerable)
    lists = {person: list(run.get(person, ())) for person in people}
    shown = [(person, listing) for person in people for listing in lists[person][:10]]
    graded = [qrels[person][listing] for person, listing in shown if listing in qrels[person]]
    many = max(1, len(people))
    return Figures(
        profiles=len(people),
        ndcg_at_10=sum(ndcg(qrels[person], lists[person]) for person in people) / many,
        p_at_5=sum(_good(qrels[person], lists[person][:5]) / 5 for person in people) / many,
        recall_at_20=sum(_recall(qrels[person], lists[person][:20]) for person in people) / many,
        bad_at_10=sum(grade == 0 for grade in graded) / max(1, len(shown)),
        judged_at_10=len(graded) / max(1, len(shown)),
        blank=sum(not lists[person] for person in people),
    )


def answerable(qrels: Mapping[str, Grades], unanswerable: frozenset[str] = frozenset()) -> list[str]:
    """Return the people for whom some listing is a good answer, in the order of the judgements."""
    return [
        person
        for person, grades in qrels.items()
        if person not in unanswerable and any(grade >= GOOD for grade in grades.values())
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """By how much one run is better than another, over the same people.

    Attributes
    ----------
    people : int
    difference : float
        Mean of nDCG@10 of the first less that of the second.
    low, high : float
        Ends of the 95 % interval of that mean, by drawing people again (`RESAMPLES` times, always the same draws).
    """

    people: int
    difference: float
    low: float
    high: float

    @property
    def wholly_above(self) -> bool:
        """Whether the whole interval says that the first is better."""
        return self.low > 0

    def as_dict(self) -> dict[str, Any]:
        """Return the figures by name, and whether they are wholly above 0."""
        return {**asdict(self), "wholly_above": self.wholly_above}


def paired(qrels: Mapping[str, Grades], run: Run, other: Run, people: Sequence[str]) -> Difference:
    """Compare two runs person by person; nobody to compare gives zeros."""
    each = np.array([ndcg(qrels[one], run.get(one, ())) - ndcg(qrels[one], other.get(one, ())) for one in people])
    if not len(each):
        return Difference(people=0, difference=0.0, low=0.0, high=0.0)
    drawn = np.random.default_rng(SEED).integers(len(each), size=(RESAMPLES, len(each)))
    low, high = np.quantile(each[drawn].mean(axis=1), [0.025, 0.975])
    return Difference(people=len(each), difference=float(each.mean()), low=float(low), high=float(high))


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """What became of the results that were called strong, or fair, or weak.

    Attributes
    ----------
    bests : int
        People whose best result was called so; with nothing shown it counts as weak.
    bests_good, bests_wrong : int
        Of these bests, how many were graded `GOOD` or better, and how many 0.
    first : int
        Results among the first `FIRST` of everybody that were called so.
    first_good, first_wrong : int
        As above. What nobody graded is neither.
    """

    bests: int
    bests_good: int
    bests_wrong: int
    first: int
    first_good: int
    first_wrong: int


def bands(qrels: Mapping[str, Grades], run: Run, called: Mapping[str, Sequence[str]]) -> dict[str, Band]:
    """Hold what the first results were called against their grades; everybody counts, answerable or not.

    Parameters
    ----------
    called : mapping of person to (sequence of str)
        Band of each of the first results; never empty, one more than was shown where nothing was.
    """
    found: dict[str, list[tuple[bool, int | None]]] = defaultdict(list)
    for person, names in called.items():
        shown = [*run.get(person, ())]
        for place, name in enumerate(names[:FIRST]):
            grade = qrels.get(person, {}).get(shown[place]) if place < len(shown) else None
            found[name].append((place == 0, grade))
    return {name: _band(found[name]) for name in BANDS}


def _band(found: Sequence[tuple[bool, int | None]]) -> Band:
    grades = [grade for _, grade in found]
    bests = [grade for is_best, grade in found if is_best]
    return Band(
        bests=len(bests),
        bests_good=sum(grade is not None and grade >= GOOD for grade in bests),
        bests_wrong=bests.count(0),
        first=len(grades),
        first_good=sum(grade is not None and grade >= GOOD for grade in grades),
        first_wrong=grades.count(0),
    )


def by_theme(
    qrels: Mapping[str, Grades], run: Run, themes: Mapping[str, str], people: Sequence[str]
) -> dict[str, tuple[float, int]]:
    """Return the mean nDCG@10 of each theme and of how many people it is, by name."""
    found: dict[str, list[float]] = defaultdict(list)
    for person in people:
        found[themes.get(person, "other")].append(ndcg(qrels[person], run.get(person, ())))
    return {theme: (sum(values) / len(values), len(values)) for theme, values in sorted(found.items())}


def _good(grades: Grades, shown: Sequence[str]) -> int:
    return sum(grades.get(listing, 0) >= GOOD for listing in shown)


def _recall(grades: Grades, shown: Sequence[str]) -> float:
    good = {listing for listing, grade in grades.items() if grade >= GOOD}
    return len(good & set(shown)) / len(good)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share of the values lies (nearest rank); 0 without values.

    Examples
    --------
    >>> percentile([5.0, 1.0, 3.0], 0.5)
    3.0
    """
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0
