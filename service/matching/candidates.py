"""Which groups of a catalogue a question looks at: stretches of neighbours, and some more one by one. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

I64 = NDArray[np.int64]
T = TypeVar("T", bound=np.generic)


def stretched(begins: NDArray[Any], lengths: NDArray[Any]) -> I64:
    """Return ``begins[0] … begins[0] + lengths[0] - 1, begins[1] …`` end to end."""
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(begins - (ends - lengths), lengths) + np.arange(total)


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
        begins = np.array([begin for begin, _ in merged], dtype=np.int64)
        ends = np.array([end for _, end in merged], dtype=np.int64)
        single = np.unique(others)
        if len(begins) and len(single):
            at = np.searchsorted(begins, single, side="right") - 1
            single = single[(at < 0) | (single >= ends[at])]
        return cls(begins, ends, single)

    @cached_property
    def _lengths(self) -> I64:
        return self.ends - self.begins

    @cached_property
    def _firsts(self) -> I64:
        """Local number of the first group of each stretch."""
        return np.cumsum(self._lengths) - self._lengths

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

    def gather(self, values: NDArray[T]) -> NDArray[T]:
        """Return the entries of an array by group, by local number."""
        parts = [values[begin:end] for begin, end in zip(self.begins, self.ends, strict=True)]
        if len(self.others):
            parts.append(values[self.others])
        return np.concatenate(parts) if parts else values[:0]

    def locate(self, posted: NDArray[Any]) -> tuple[I64, I64]:
        """Find candidates in a list of groups.

        Parameters
        ----------
        posted : ndarray
            Group numbers, ascending, each once.

        Returns
        -------
        where : ndarray
            Places in `posted`.
        local : ndarray
            The local numbers of the candidates there.
        """
        low, high = np.searchsorted(posted, self.begins), np.searchsorted(posted, self.ends)
        where = stretched(low, high - low)
        local = posted[where] + np.repeat(self._firsts - self.begins, high - low)
        if len(self.others) and len(posted):
            at = np.minimum(np.searchsorted(posted, self.others), len(posted) - 1)
            here = np.flatnonzero(posted[at] == self.others)
            where, local = np.concatenate([where, at[here]]), np.concatenate([local, here + self.in_stretches])
        return where, local


def everyone(n_groups: int) -> Candidates:
    """Return all groups of a catalogue."""
    return Candidates.of([(0, n_groups)], np.zeros(0, dtype=np.int64))
