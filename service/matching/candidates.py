"""Which groups of a catalogue a question looks at: stretches of neighbours. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
I32 = NDArray[np.int32]


def stretched(begins: NDArray[Any], lengths: NDArray[Any]) -> I64:
    """Return ``begins[0] … begins[0] + lengths[0] - 1, begins[1] …`` end to end."""
    ends = lengths.cumsum()
    total = int(ends[-1]) if len(ends) else 0
    found: I64 = (begins - (ends - lengths)).repeat(lengths) + np.arange(total)
    return found


@dataclass(frozen=True)
class Candidates:
    """Groups to look at, each once, ascending; a place among them is their *local* number.

    Attributes
    ----------
    begins, ends : ndarray, shape (n_stretches,)
        Stretches of group numbers, ascending, apart from each other; ends are not part of them.
    """

    begins: I64
    ends: I64

    @classmethod
    def of(cls, stretches: Iterable[tuple[int, int]]) -> "Candidates":
        """Gather stretches, which may touch, overlap or be empty."""
        merged: list[list[int]] = []
        for begin, end in sorted(stretches):
            if begin >= end:
                continue
            if merged and begin <= merged[-1][1]:
                merged[-1][1] = max(merged[-1][1], end)
            else:
                merged.append([begin, end])
        edges = np.array(merged, dtype=np.int64).reshape(-1, 2)
        return cls(edges[:, 0], edges[:, 1])

    @cached_property
    def _lasts(self) -> I64:
        """Local number after the last of each stretch."""
        return (self.ends - self.begins).cumsum()

    @cached_property
    def _edges(self) -> I64:
        """Begins and ends in turn."""
        return np.stack([self.begins, self.ends], axis=1).ravel()

    @cached_property
    def _many(self) -> int:
        return int(self._lasts[-1]) if len(self.begins) else 0

    def __len__(self) -> int:
        return self._many

    def numbers(self, local: I64) -> I64:
        """Return the group numbers of local numbers, which are ascending."""
        edges = local.searchsorted(self._lasts)
        edges[1:] -= edges[:-1].copy()
        return local + (self.ends - self._lasts).repeat(edges)

    def places(self, groups: I64) -> I64:
        """Return the local numbers of groups, each of which is a candidate."""
        at = self.begins.searchsorted(groups, side="right") - 1
        found: I64 = groups - (self.ends - self._lasts)[at]
        return found

    def locate(self, posted: NDArray[Any], parts: Sequence[tuple[int, int]], low_bits: int = 0) -> tuple[I64, I64, I64]:
        """Find candidates in several lists of groups.

        Parameters
        ----------
        posted : ndarray of int32 or uint32
            The lists end to end.
        parts : sequence of (int, int)
            Where each list begins and ends: group numbers, ascending, each once.
        low_bits : int
            How many lower bits of an entry are not of the group's number.

        Returns
        -------
        where : ndarray
            Places in `posted`.
        local : ndarray
            The local numbers of the candidates there.
        which : ndarray
            The number of the list, ascending.
        """
        if not parts:
            none = np.zeros(0, dtype=np.int64)
            return none, none, none
        sought = (self._edges << low_bits).astype(posted.dtype)  # the lists would be copied to be of another type
        edges = np.array([posted[first:last].searchsorted(sought) + first for first, last in parts])
        low, lengths = edges[:, 0::2], edges[:, 1::2] - edges[:, 0::2]
        where = stretched(low.ravel(), lengths.ravel())
        local = (posted[where] >> low_bits) + np.tile(self._lasts - self.ends, len(parts)).repeat(lengths.ravel())
        return where, local.astype(np.int64, copy=False), np.arange(len(parts)).repeat(lengths.sum(axis=1))


@dataclass(frozen=True)
class Hits:
    """Something that is 0 for all candidates but a few.

    Attributes
    ----------
    local : ndarray, shape (n_hits,)
        Local numbers of these, ascending.
    values : ndarray, shape (n_hits,)
    """

    local: I64
    values: F64

    def at(self, places: I32, many: int) -> F64:
        """Return the values of some candidates, shape (many,).

        Parameters
        ----------
        places : ndarray, shape (n_candidates,)
            Where each candidate stands among them; -1: it is not wanted.
        many : int
        """
        found, at = np.zeros(many), places[self.local]
        here = at >= 0
        found[at[here]] = self.values[here]
        return found


def once(lists: Iterable[I64], many: int) -> tuple[I64, I32]:
    """Return all local numbers of some lists, ascending and once, and for each of `many` which of these it is."""
    seen = np.zeros(many, dtype=np.bool_)
    for local in lists:
        seen[local] = True
    found = np.flatnonzero(seen)
    return found, ranks(found, many)


def ranks(local: I64, many: int) -> I32:
    """Return for each of `many` candidates which of these it is; -1: none."""
    rank = np.full(many, -1, dtype=np.int32)
    rank[local] = np.arange(len(local), dtype=np.int32)
    return rank


def everyone(n_groups: int) -> Candidates:
    """Return all groups of a catalogue."""
    return Candidates.of([(0, n_groups)])
