"""Likeness of meaning: a text and a group as vectors, and how their cosine is read. Pure.

Vectors are whole numbers (an entry of the unit vector times `STEPS`, in 8 bits), so that a dot product is exact however
it is added up, and the same in every process.
"""

from collections.abc import Callable, Sequence
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from service.matching.candidates import Candidates
from service.matching.encoder import STEPS

I8 = NDArray[np.int8]
F64 = NDArray[np.float64]
Encode = Callable[[Sequence[str]], I8]  # texts to vectors, shape (n_texts, n_dimensions)

_BLOCK = 2048  # rows multiplied at a time: they fit the cache; sums of whole numbers below 2^24 are exact in float32
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

    def keep(self) -> None:
        """Remember what was encoded, for the next process."""


def cosines(vectors: I8, query: I8, candidates: Candidates) -> F64:
    """Return the cosine of a query to each candidate, shape (n_candidates,); 0 where a group has no vector yet."""
    found = np.zeros(len(candidates), dtype=np.float32)
    asked = query.astype(np.float32)
    first = 0
    for begin, end in zip(candidates.begins, candidates.ends, strict=True):
        for at in range(int(begin), int(end), _BLOCK):
            part = vectors[at : min(at + _BLOCK, int(end))].astype(np.float32)
            np.matmul(part, asked, out=found[first : first + len(part)])
            first += len(part)
    if len(candidates.others):
        found[first:] = vectors[candidates.others].astype(np.float32) @ asked
    return found.astype(np.float64) / (float(STEPS * STEPS))


def likeness(cosine: F64) -> F64:
    """Read cosines as likeness in [0, 1], by a fixed rising curve: a weak best looks weak."""
    return np.interp(cosine, COSINES, LIKENESS)
