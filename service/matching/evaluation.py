"""How good an order is, against graded pairs of person and listing. Pure.

Definitions are those of the judged collection: gain 2^grade - 1, log2 discount, an unjudged listing counts as wrong,
shares are divided by the full depth even when fewer were shown. Figures are means over answerable people.

References
----------
Järvelin, K. & Kekäläinen, J. (2002). Cumulated gain-based evaluation of IR techniques. ACM TOIS 20(4).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

GOOD = 2  # grade from which a listing is a good answer
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
    people = [
        person
        for person, grades in qrels.items()
        if person not in unanswerable and any(grade >= GOOD for grade in grades.values())
    ]
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
