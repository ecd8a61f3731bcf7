"""Makes the weights of interests anew from the labelled dev set: python -m tests.catalog.reading.fitting_interests."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from service.catalog.reading.interests import FEATURES, NEAR, Found, Interest, Nearness, chance, found
from tests.catalog.reading.judging import rows
from tests.catalog.reading.judging_interests import MEANING, TAXONOMY, families, told

STRENGTH = 1.0  # inverse of the penalty
STRETCHED = 2.0  # a cosine keeps to the lower half
FOLDS, ROUNDS = 10, 8
Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Labelled:
    """Finds in the labelled listings: their numbers, and what is right (1, 0; -1 counts neither way)."""

    numbers: Numbers
    right: NDArray[np.int64]
    places: NDArray[np.int64]  # of the listing in its file
    codes: list[str]

    def known(self, apart: NDArray[np.bool_]) -> LogisticRegression:
        """Return a model of the labelled finds that are not apart."""
        some = ~apart & (self.right >= 0)
        return LogisticRegression(C=STRENGTH, max_iter=5000).fit(self.numbers[some], self.right[some])


@cache
def labelled(*, near: bool) -> Labelled:
    """Return the finds of the dev set, with or without how near in meaning they are."""
    nearness = Nearness(TAXONOMY, MEANING)
    numbers, right, places, names = [], [], [], []
    for place, row in enumerate(rows("tags/dev.jsonl")):
        codes = set(row["codes"])
        open_either_way = {*row["may"], *families(codes)} - codes
        for one in found(TAXONOMY, told(row), nearness, hope=0):
            numbers.append(_numbers(one, near=near))
            right.append(1 if one.code in codes else -1 if one.code in open_either_way else 0)
            places.append(place)
            names.append(one.code)
    return Labelled(np.array(numbers), np.array(right), np.array(places), names)


def _numbers(one: Found, *, near: bool) -> tuple[float, ...]:
    return (*one.numbers, (one.near or 0.0) * STRETCHED) if near else one.numbers


@cache
def unseen(*, near: bool) -> Numbers:
    """Return log-odds of every find by weights that were made without its listing; the mean of several cuts."""
    all_ = labelled(near=near)
    odds = np.zeros(len(all_.right))
    for seed in range(ROUNDS):
        fold = np.random.default_rng(seed).permutation(all_.places.max() + 1) % FOLDS
        for number in range(FOLDS):
            apart = fold[all_.places] == number
            odds[apart] += all_.known(apart).decision_function(all_.numbers[apart])
    return odds / ROUNDS


def _stretch(*, near: bool) -> tuple[float, float]:
    """Return by what log-odds are stretched and shifted to be what unseen listings bear out."""
    odds, right = unseen(near=near), labelled(near=near).right
    sure = right >= 0
    line = LogisticRegression(C=1e6).fit(odds[sure][:, None], right[sure])
    return float(line.coef_[0, 0]), float(line.intercept_[0])


def on_unseen(*, near: bool) -> dict[int, list[Interest]]:
    """Return what is found in each labelled listing by weights that were made without it."""
    all_, (slope, shift) = labelled(near=near), _stretch(near=near)
    said: dict[int, list[Interest]] = {}
    for place, code, odds in zip(all_.places.tolist(), all_.codes, unseen(near=near).tolist(), strict=True):
        said.setdefault(place, []).append(Interest(code=code, sure=chance(slope * odds + shift)))
    return said


def fitted(*, near: bool) -> tuple[float, dict[str, float]]:
    """Return bias and weights, to three places: stretched so that a chance is what unseen listings bear out."""
    all_ = labelled(near=near)
    model = all_.known(np.zeros(len(all_.right), dtype=bool))
    slope, shift = _stretch(near=near)
    names = (*FEATURES, NEAR) if near else FEATURES
    scaled = model.coef_[0] * slope * np.array([*(1.0 for _ in FEATURES), STRETCHED])[: len(names)]
    weights = dict(zip(names, (round(float(value), 3) for value in scaled), strict=True))
    return round(float(model.intercept_[0] * slope + shift), 3), weights


if __name__ == "__main__":
    for near, bias_name, name in ((True, "BIAS", "WEIGHTS"), (False, "BIAS_ALONE", "ALONE")):
        bias, weights = fitted(near=near)
        print(f"{bias_name} = {bias}\n{name}: dict[str, float] = {{")
        print("".join(f'    "{name}": {value},\n' for name, value in weights.items()) + "}")
