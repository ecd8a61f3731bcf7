"""How groups answered when people were introduced to them, laid beside the columns of a question. Pure.

Two things follow from it, both small: a group that answers is trusted a little more, and a group that was asked a lot
lately gives way a little to others like it. How many people went to a group, or liked it, is no part of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from service.matching.columns import Columns

U64 = NDArray[np.uint64]
I32 = NDArray[np.int32]
Figures = Mapping[UUID, tuple[int, int, int]]  # introductions asked, of them answered, asked lately
_MIX = np.uint64(0x9E37_79B9_7F4A_7C15)  # odd: two ids that share one half still get keys of their own


def _none() -> U64:
    return np.zeros(0, dtype=np.uint64)


@dataclass(frozen=True, kw_only=True)
class Answering:
    """Figures of the groups that anybody was introduced to; of all others nothing is known.

    Attributes
    ----------
    key, id_high, id_low : ndarray of uint64, shape (n,)
        The groups' ids, by ascending key.
    figures : ndarray of int, shape (n, 3)
        Introductions that were asked and had the time to be answered, of them answered, and asked lately.
    """

    key: U64 = field(default_factory=_none)
    id_high: U64 = field(default_factory=_none)
    id_low: U64 = field(default_factory=_none)
    figures: I32 = field(default_factory=lambda: np.zeros((0, 3), dtype=np.int32))

    @classmethod
    def of(cls, found: Figures) -> "Answering":
        """Lay out what was counted."""
        ids = np.frombuffer(b"".join(group.bytes for group in found), dtype=">u8").astype(np.uint64).reshape(-1, 2)
        high, low = ids[:, 0], ids[:, 1]
        key = _key(high, low)
        order = np.argsort(key, kind="stable")
        figures = np.fromiter(chain.from_iterable(found.values()), dtype=np.int32).reshape(-1, 3)
        return cls(key=key[order], id_high=high[order], id_low=low[order], figures=figures[order])

    def laid(self, columns: Columns) -> Columns:
        """Return the same groups with what is known of how they answer."""
        if not len(self.key):
            return columns
        at = np.minimum(np.searchsorted(self.key, _key(columns.id_high, columns.id_low)), len(self.key) - 1)
        same = (self.id_high[at] == columns.id_high) & (self.id_low[at] == columns.id_low)
        asked, answered, lately = np.where(same[:, None], self.figures[at], 0).astype(np.int32).T
        return replace(columns, asked_for=asked, answered=answered, asked_lately=lately)


def _key(high: U64, low: U64) -> U64:
    """One number for each id; numbers of 64 bits go round."""
    mixed: U64 = (high * _MIX) ^ low
    return mixed


NOT_KNOWN = Answering()
