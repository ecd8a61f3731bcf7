"""Learns interests from what editors put, took and refused: a linear model of texts joined with the words. Pure.

Each listing is judged by a model made without it, so that how sure it says to be is what unseen listings bear out. What
is learnt is kept only where it does better on them than the words alone.
"""

import math
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.catalog.reading.interests import FACET, Found, Meaning, Nearness, Told, chance, found
from service.catalog.reading.learnt import LIKELY, SIGNS, Learnt, pieces, signs
from service.catalog.words.taxonomy import Taxonomy

FEWEST = 60  # listings that editors saw to, below which nothing is learnt
RARE = 4  # listings with a term, below which its texts teach nothing
FOLDS = 4
WORDS = 8000
STRENGTH = 10.0  # inverse of the penalty on words
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A listing that an editor saw to.

    Attributes
    ----------
    codes : collection of str
        The terms it has.
    refused : collection of str
        Terms that were proposed and refused.
    waiting : collection of str
        Terms that were proposed and not answered: they teach nothing.
    whole : bool
        An editor chose its terms, so that what it has not it shall not have.
    """

    told: Told
    codes: Collection[str] = ()
    refused: Collection[str] = ()
    waiting: Collection[str] = ()
    whole: bool = True

    def right(self, code: str) -> int:
        """Return 1 for a term it has, 0 for one it has not, -1 where nobody said."""
        if code in self.refused:
            return 0
        if code in self.codes:
            return 1
        is_above = any(other.startswith(f"{code}.") for other in self.codes)
        return -1 if not self.whole or is_above or code in self.waiting else 0


@dataclass(frozen=True, slots=True)
class _Texts:
    """The model of texts of one part of the listings."""

    codes: tuple[str, ...]
    weights: Floats
    bias: Floats


def learn(taxonomy: Taxonomy, answered: Sequence[Answered], meaning: Meaning | None = None) -> Learnt | None:
    """Return what the answers teach; None where they are too few, or teach nothing better than the words alone."""
    if len(answered) < FEWEST:
        return None
    from sklearn.feature_extraction.text import TfidfVectorizer

    counter = TfidfVectorizer(analyzer=pieces, min_df=2, max_features=WORDS, sublinear_tf=True)
    try:
        rows = counter.fit_transform([one.told for one in answered])
    except ValueError:  # no word stands in two of them
        return None
    nearness = Nearness(taxonomy, meaning)
    finds = [found(taxonomy, one.told, nearness) for one in answered]
    fold = np.arange(len(answered)) % FOLDS
    numbers, right, places = _examples(answered, finds, rows, fold)
    joined = _joined(numbers, right, fold[places])
    if joined is None:
        return None
    texts, everything = _texts(answered, rows), np.ones(len(answered), dtype=bool)
    return Learnt(
        codes=texts.codes,
        words=tuple(counter.get_feature_names_out().tolist()),
        rarity=counter.idf_.astype(np.float32),
        weights=texts.weights.astype(np.float32),
        bias=texts.bias.astype(np.float32),
        taken=_taken(answered, finds, everything),
        joined=joined,
    )


def _texts(answered: Sequence[Answered], rows: object) -> _Texts:
    """Learn, term by term, which words stand in the listings that have it."""
    from sklearn.linear_model import LogisticRegression

    counts = Counter(code for one in answered for code in one.codes if code.startswith(FACET))
    codes = tuple(sorted(code for code, many in counts.items() if RARE <= many < len(answered)))
    weights, bias = [], []
    for code in codes:
        has = np.array([code in one.codes for one in answered])
        model = LogisticRegression(C=STRENGTH, solver="liblinear", random_state=0).fit(rows, has)
        weights.append(model.coef_[0])
        bias.append(float(model.intercept_[0]))
    width = rows.shape[1]  # type: ignore[attr-defined]  # a sparse matrix, which scipy gives no types for
    return _Texts(codes, np.array(weights).reshape(len(codes), width), np.array(bias))


def _taken(
    answered: Sequence[Answered], finds: Sequence[Sequence[Found]], known: NDArray[np.bool_]
) -> dict[str, float]:
    """Return the log-odds with which a term was taken where its words stand."""
    seen = [place for place in range(len(answered)) if known[place]]
    told = Counter((find.code, answered[place].right(find.code)) for place in seen for find in finds[place])
    codes = {code for code, right in told if right >= 0}
    return {code: math.log((told[code, 1] + 1) / (told[code, 0] + 1)) for code in sorted(codes)}


def _examples(
    answered: Sequence[Answered], finds: Sequence[Sequence[Found]], rows: object, fold: NDArray[np.int64]
) -> tuple[Floats, NDArray[np.int64], NDArray[np.int64]]:
    """Return signs, what is right and of which listing, each by a model made without it."""
    numbers, right, places = [], [], []
    for number in range(FOLDS):
        known = fold != number
        seen = np.flatnonzero(known).tolist()
        texts = _texts([answered[place] for place in seen], rows[seen])  # type: ignore[index]  # the same
        taken = _taken(answered, finds, known)
        for place in np.flatnonzero(~known).tolist():
            row = rows[place] @ texts.weights.T + texts.bias if texts.codes else np.zeros((1, 0))  # type: ignore[index]
            odds = dict(zip(texts.codes, np.asarray(row).ravel().tolist(), strict=True))
            said = {find.code: find for find in finds[place]}
            for code in sorted({*said, *(code for code, value in odds.items() if value >= LIKELY)}):
                if (is_right := answered[place].right(code)) >= 0:
                    numbers.append(signs(said.get(code), odds.get(code), taken.get(code, 0.0)))
                    right.append(is_right)
                    places.append(place)
    return np.array(numbers).reshape(len(right), SIGNS), np.array(right), np.array(places, dtype=np.int64)


def _joined(numbers: Floats, right: NDArray[np.int64], fold: NDArray[np.int64]) -> Floats | None:
    """Return how the signs are joined; None where that does no better on listings it has not seen than the words."""
    if min(np.count_nonzero(right), np.count_nonzero(right == 0)) < FOLDS * RARE:
        return None
    sure = np.zeros(len(right))
    for number in range(FOLDS):
        apart = fold == number
        if len(set(right[~apart].tolist())) < 2:
            return None
        weights = _fit(numbers[~apart], right[~apart])
        sure[apart] = [chance(float(one @ weights[:-1] + weights[-1])) for one in numbers[apart]]
    said = numbers[:, 0] > 0
    alone = np.array([chance(odds) for odds in numbers[said, 1]])
    return _fit(numbers, right) if _surprise(sure[said], right[said]) < _surprise(alone, right[said]) else None


def _fit(numbers: Floats, right: NDArray[np.int64]) -> Floats:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1.0, max_iter=1000).fit(numbers, right)
    return np.array([*model.coef_[0], float(model.intercept_[0])])


def _surprise(sure: Floats, right: NDArray[np.int64]) -> float:
    """Return the mean loss in nats: lower is better."""
    given = np.clip(np.where(right == 1, sure, 1 - sure), 1e-6, 1.0)
    return float(-np.log(given).mean())
