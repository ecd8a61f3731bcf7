"""Likeness of meaning: a text and a group as vectors, and how their cosine is read. Pure.

Vectors are whole numbers (an entry of the unit vector times `STEPS`, in 8 bits), so that a dot product is exact however
it is added up, and the same in every process.
"""

from collections.abc import Callable, Sequence
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from service.matching.encoder import STEPS

I8 = NDArray[np.int8]
F64 = NDArray[np.float64]
Encode = Callable[[Sequence[str]], I8]  # texts to vectors, shape (n_texts, n_dimensions)

# Cosine to likeness, linear between; below the first it says nothing. Fitted once on judged pairs, never stretched.
COSINES: Final = (0.25, 0.45, 0.70)
LIKENESS: Final = (0.0, 0.45, 0.85)


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


def likeness(products: NDArray[np.int32]) -> F64:
    """Read sums of products as likeness in [0, 1], by a fixed rising curve of the cosine: a weak best looks weak."""
    return np.interp(products / float(STEPS * STEPS), COSINES, LIKENESS)


def least_product(wanted: float) -> float:
    """Return a sum of products below which the likeness is less than `wanted`, whatever its last bit."""
    return float(np.interp(wanted, LIKENESS, COSINES)) * STEPS * STEPS - 1.0
