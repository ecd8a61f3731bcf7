"""Likeness of meaning: a text and a group as vectors, and how their cosine is read. Pure.

Vectors are whole numbers (an entry of the unit vector times `STEPS`, in 8 bits), so that a dot product is exact however
it is added up, and the same in every process.
"""

from collections.abc import Callable, Sequence
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from service.matching.candidates import Candidates
from service.matching.meaning.encoder import STEPS
from service.matching.meaning.products import Vectors

I8 = NDArray[np.int8]
F64 = NDArray[np.float64]
Encode = Callable[[Sequence[str]], I8]  # texts to vectors, shape (n_texts, n_dimensions)
EncodeOne = Callable[[str], I8 | None]  # a text to its vector; None: nothing encodes it

NEAREST: Final = 2  # parts of a question that are compared with a group
# Nearness by the multilingual model, and that by the English one of the same rank: as many of the starter texts are as
# near to the fifty texts of `model/reference.txt` (less a twentieth, which translation takes). Linear between.
MULTILINGUAL_RANKS: Final = (0.0, 0.13, 0.22, 0.30, 0.42, 0.51)
ENGLISH_RANKS: Final = (0.0, 0.25, 0.35, 0.45, 0.55, 0.70)


class Understands(Protocol):
    """What turns texts into vectors; it never raises."""

    @property
    def id(self) -> str:
        """Names the model; '' where there is none: nothing is then asked by meaning."""

    def one(self, text: str) -> I8 | None:
        """Return the vector of a question."""

    def many(self, texts: Sequence[str]) -> I8:
        """Return the vectors of listings, shape (n_texts, n_dimensions)."""

    def known(self, texts: Sequence[str]) -> I8:
        """Return those that need not be encoded, same shape; zeros for the others."""

    def keep(self) -> None:
        """Remember what was encoded, for the next process."""


class Polyglot(Understands, Protocol):
    """What reads more than English."""

    @property
    def speaks(self) -> frozenset[str]:
        """Languages whose texts it reads, by ISO 639-1."""


def nearness(vectors: Vectors, questions: I8, candidates: Candidates) -> NDArray[np.int32]:
    """Return how near each candidate is to what was asked, shape (n_candidates,), in `steps_of`.

    The mean cosine of the two nearest parts of the question, so that a story of many matters is not blurred into one,
    and no single phrase decides; 0 where a group has no vector yet.

    Parameters
    ----------
    vectors : Vectors
    questions : ndarray of int8, shape (n_parts, n_dimensions)
        At least one part.
    candidates : Candidates
    """
    products = [vectors.products(part, candidates) for part in questions]
    if len(products) > NEAREST:
        products = list(np.partition(np.stack(products), len(products) - NEAREST, axis=0)[-NEAREST:])
    return products[0] if len(products) == 1 else products[0] + products[1]


def steps_of(questions: I8) -> int:
    """Return what `nearness` counts for a cosine of 1."""
    return min(len(questions), NEAREST) * STEPS * STEPS


def as_english(cosine: F64) -> F64:
    """Read cosines by the multilingual model as those of the same rank by the English one; same shape."""
    return np.interp(cosine, MULTILINGUAL_RANKS, ENGLISH_RANKS)


def least(cosine: float, *, multilingual: bool) -> float:
    """Return the cosine by a model that is read as this one by the English model, or a trifle less."""
    return float(np.interp(cosine, ENGLISH_RANKS, MULTILINGUAL_RANKS)) - 1e-9 if multilingual else cosine
