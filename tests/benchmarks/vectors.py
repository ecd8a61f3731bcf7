"""Made-up meaning: unit vectors around one middle for each main term, as int8, without an encoder. For speed only.

An entry is round(400 x), as the encoder's own are kept: a unit vector of 384 entries has entries of about 0.05, so none
is cut off.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from service.catalog.views import ListedGroup
from service.catalog.words.taxonomy import Taxonomy

WIDTH = 384
SCALE = 400
NOISE_ROWS = 4_096
SPREAD = 2_654_435_761  # Knuth's multiplier of hashing (The Art of Computer Programming, 6.4)
NEARNESS = 0.75  # cosine of a group's vector and its term's middle: as near as listings of one kind are (proposed)

I8 = NDArray[np.int8]
F32 = NDArray[np.float32]


class Meanings:
    """Vectors of groups and of questions; the same for the same group or text."""

    def __init__(self, taxonomy: Taxonomy, *, seed: int = 7) -> None:
        dice = np.random.default_rng([seed, WIDTH])
        self._taxonomy = taxonomy
        self._number = {term.code: number for number, term in enumerate(taxonomy.terms)}
        self._middles = _unit(dice.standard_normal((len(self._number) + 1, WIDTH)).astype(np.float32))
        self._noise = _unit(dice.standard_normal((NOISE_ROWS, WIDTH)).astype(np.float32))

    def of_groups(self, groups: Sequence[ListedGroup]) -> I8:
        """Return vectors of a lot of groups, shape (n_groups, 384), each near the middle of its first term."""
        topics = [self._number[group.terms[0].code] if group.terms else len(self._number) for group in groups]
        return self._near(np.array(topics), np.array([group.id.int for group in groups]))

    def of_texts(self, texts: Sequence[str]) -> I8:
        """Return vectors of questions, shape (n_texts, 384), each near the middle of the term it speaks of most."""
        topics = []
        for text in texts:
            found = [spot for spot in self._taxonomy.spot(text) if not spot.negated]
            best = max(found, key=lambda spot: spot.weight, default=None)
            topics.append(len(self._number) if best is None else self._number[best.code])
        return self._near(np.array(topics), np.arange(len(texts)) * 7)

    def _near(self, topics: NDArray[np.int64], numbers: NDArray[np.int64]) -> I8:
        mixed = (numbers * SPREAD >> 16) % NOISE_ROWS  # neighbours in number must not share a row of noise
        first, second = self._noise[numbers % NOISE_ROWS], self._noise[mixed]
        away = np.float32(np.sqrt((1 - NEARNESS**2) / 2))
        near = _unit(np.float32(NEARNESS) * self._middles[topics] + away * (first + second))
        return np.clip(np.rint(near * SCALE), -127, 127).astype(np.int8)


def _unit(rows: F32) -> F32:
    found: F32 = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return found
