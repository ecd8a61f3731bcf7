"""Makes the weights of likeness anew from labelled pairs: python -m tests.catalog.reading.fitting."""

from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from service.catalog.reading.likeness import FEATURES, Listing, Rarity, Read, features, read
from tests.catalog.reading.judging import rows

KEYS = ("id", "name", "description", "address", "town", "postcode", "phone", "url")
STRENGTH = 3.0  # inverse of the penalty


def pairs(part: str) -> tuple[list[tuple[Read, Read]], list[bool], Rarity, list[dict[str, Any]]]:
    """Return the pairs of a part as they are compared, what is right, and how rare words are among its names."""
    found = rows(f"duplicates/{part}.jsonl")
    names = {row[side]["id"]: row[side]["name"] for row in found for side in "ab"}
    compared = [(_read(row["a"]), _read(row["b"])) for row in found]
    return compared, [row["same"] for row in found], Rarity(names[key] for key in sorted(names)), found


def _read(row: dict[str, Any]) -> Read:
    return read(Listing(**{key: row[key] for key in KEYS}))


def fitted() -> tuple[float, dict[str, float]]:
    """Return bias and weights, to three places."""
    compared, same, rarity, _ = pairs("dev")
    numbers = np.array([features(a, b, rarity) for a, b in compared])
    model = LogisticRegression(C=STRENGTH, max_iter=5000).fit(numbers, np.array(same))
    weights = {name: round(float(value), 3) for name, value in zip(FEATURES, model.coef_[0], strict=True)}
    return round(float(model.intercept_[0]), 3), weights


if __name__ == "__main__":
    bias, weights = fitted()
    print(f"BIAS = {bias}\nWEIGHTS = {{")
    print("".join(f'    "{name}": {value},\n' for name, value in weights.items()) + "}")
