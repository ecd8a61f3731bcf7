"""Which groups of a catalogue a question looks at: stretches of neighbours, and some more one by one. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

I64 = NDArray[np.int64]
I32 = NDArray[np.int32]
T = TypeVar("T", bound=np.generic)


def stretched(begins: NDArray[Any], lengths: NDArray[Any]) -> I64:
    """Return ``begins[0] … begins[0] + lengths[0] - 1, begins[1] …`` end to end."""
    ends = lengths.cumsum()
    total = int(ends[-1]) if len(ends) else 0
    found: I64 = (begins - (ends - lengths)).repeat(lengths) + np.arange(total)
    return found


@dataclass(frozen=True)
class Candidates:
    """Groups to look at, each once; a place among them is their *local* number.

    Attributes
    ----------
    begins, ends : ndarray, shape (n_stretches,)
        Stretches of group numbers, ascending, apart from each other; ends are not part of them.
    others : ndarray, shape (n_others,)
        Single groups outside the stretches, ascending. Local numbers of these come last.
    """

    begins: I64
    ends: I64
    others: I64

    @classmethod
    def of(cls, stretches: Iterable[tuple[int, int]], others: I64) -> "Candidates":
        """Gather stretches, which may touch or overlap, and single groups, which may lie in them or be twice."""
        merged: list[list[int]] = []
        for begin, end in sorted((begin, end) for begin, end in stretches if begin < end):
            if merged and begin <= merged[-1][1]:
                merged[-1][1] = max(merged[-1][1], end)
            else:
                merged.append([begin, end])
        edges = np.array(merged, dtype=np.int64).reshape(-1, 2)
        begins, ends = edges[:, 0], edges[:, 1]
        single = np.unique(others) if len(others) else others
        if len(begins) and len(single):
            at = begins.searchsorted(single, side="right") - 1
            single = single[(at < 0) | (single >= ends[at])]
        return cls(begins, ends, single)

    @cached_property
    def _lengths(self) -> I64:
        return self.ends - self.begins

    @cached_property
    def _shift(self) -> I64:
        """What makes a group number of a stretch a local number."""
        return self._lengths.cumsum() - self.ends

    @cached_property
    def _edges(self) -> I32:
        """Begins and ends in turn: of the type of the lists they are sought in, which would else be copied."""
        return np.stack([self.begins, self.ends], axis=1).ravel().astype(np.int32)

    @cached_property
    def in_stretches(self) -> int:
        """How many groups lie in stretches."""
        return int(self._lengths.sum())

    def __len__(self) -> int:
        return self.in_stretches + len(self.others)

    @cached_property
    def groups(self) -> I64:
        """Group numbers by local number."""
        return np.concatenate([stretched(self.begins, self._lengths), self.others])

    def numbers(self, local: I64) -> I64:
        """Return the group numbers of some local numbers."""
        first = self._lengths.cumsum()
        at = first.searchsorted(local, side="right")
        shift = np.append(self._shift, 0)[at]
        found: I64 = local - shift
        if len(self.others):
            single = at == len(first)
            found[single] = self.others[local[single] - self.in_stretches]
        return found

    def gather(self, values: NDArray[T]) -> NDArray[T]:
        """Return the entries of an array by group, by local number."""
        parts = [values[begin:end] for begin, end in zip(self.begins, self.ends, strict=True)]
        if len(self.others):
            parts.append(values[self.others])
        return np.concatenate(parts) if parts else values[:0]

    def locate(self, posted: I32, parts: Sequence[tuple[int, int]]) -> tuple[I64, I64, I64]:
        """Find candidates in several lists of groups.

        Parameters
        ----------
        posted : ndarray of int32
            The lists end to end.
        parts : sequence of (int, int)
            Where each list begins and ends: group numbers, ascending, each once.

        Returns
        -------
        where : ndarray
            Places in `posted`.
        local : ndarray
            The local numbers of the candidates there.
        which : ndarray
            The number of the list; a candidate's entries come in the order of the lists.
        """
        if not parts:
            none = np.zeros(0, dtype=np.int64)
            return none, none, none
        edges = np.array([posted[first:last].searchsorted(self._edges) + first for first, last in parts])
        low, lengths = edges[:, 0::2], edges[:, 1::2] - edges[:, 0::2]
        where = stretched(low.ravel(), lengths.ravel())
        local = posted[where] + np.tile(self._shift, len(parts)).repeat(lengths.ravel())
        which = np.arange(len(parts)).repeat(lengths.sum(axis=1))
        if not len(self.others):
            return where, local, which
        single = [self._located(posted[first:last]) for first, last in parts]
        return (
            np.concatenate([where, *(at + first for (at, _), (first, _) in zip(single, parts, strict=True))]),
            np.concatenate([local, *(here for _, here in single)]),
            np.concatenate([which, np.arange(len(parts)).repeat([len(at) for at, _ in single])]),
        )

    def _located(self, posted: I32) -> tuple[I64, I64]:
        """Places of the single groups in one list, and their local numbers."""
        at = posted.searchsorted(self.others.astype(np.int32))
        at[at == len(posted)] = 0
        here = np.flatnonzero(posted[at] == self.others) if len(posted) else np.zeros(0, dtype=np.int64)
        return at[here], here + self.in_stretches


def everyone(n_groups: int) -> Candidates:
    """Return all groups of a catalogue."""
    return Candidates.of([(0, n_groups)], np.zeros(0, dtype=np.int64))
