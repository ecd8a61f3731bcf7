"""Weighs the words of a catalogue when its index is built: who has which, how often, and what it is worth. Pure."""

from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from service.matching.lexical import (
    IN_NAME,
    LONGEST,
    NAME_TIMES,
    TIMES,
    Document,
    Lexicon,
    Words,
    counted,
    key_of,
    words,
)

F64 = NDArray[np.float64]


class Weighing:
    """Reads documents a lot at a time and weighs their words at the end."""

    def __init__(self) -> None:
        self._surface: dict[str, int] = {}  # a word as it stands in a text -> number of its stem, or -1
        self._stems: dict[str, int] = {}
        self._documents: list[NDArray[np.int32]] = []
        self._words: list[NDArray[np.int32]] = []
        self._counts: list[NDArray[np.uint8]] = []
        self._lengths: list[int] = []

    @classmethod
    def of(cls, documents: Sequence[Document]) -> "Weighing":
        """Read one lot."""
        weighing = cls()
        weighing.add(documents)
        return weighing

    def add(self, documents: Sequence[Document]) -> None:
        """Count the words of more documents."""
        first = len(self._lengths)
        names = [self._numbers(document.name) for document in documents]
        tokens = [
            name * NAME_TIMES + self._numbers(document.body) for name, document in zip(names, documents, strict=True)
        ]
        self._lengths.extend(len(found) for found in tokens)
        keys, times = np.unique(_pairs(first, tokens), return_counts=True)
        named = np.isin(keys, np.unique(_pairs(first, names)), assume_unique=True)
        self._documents.append((keys >> 32).astype(np.int32))
        self._words.append((keys & 0xFFFF_FFFF).astype(np.int32))
        self._counts.append((np.minimum(times, TIMES) + IN_NAME * named).astype(np.uint8))

    def _numbers(self, text: str) -> list[int]:
        surface, found = self._surface, []
        for word in words(text):
            number = surface.get(word)
            if number is None:
                number = surface[word] = self._number(word)
            if number >= 0:
                found.append(number)
        return found

    def _number(self, word: str) -> int:
        stem = counted(word)
        return -1 if stem is None else self._stems.setdefault(stem, len(self._stems))

    def finish(self, order: NDArray[np.int64]) -> Lexicon:
        """Return the lexicon with the documents in this order (place in the order -> number as they were read)."""
        many = len(self._lengths)
        listed = np.array(sorted(map(key_of, self._stems)), dtype=f"S{LONGEST}")
        given = np.array(list(map(key_of, self._stems)), dtype=f"S{LONGEST}")
        entries = self._entries(np.searchsorted(listed, given), order, (many, len(listed)))
        held = np.diff(entries.indptr)
        lengths = np.array(self._lengths, dtype=np.int32)[order]
        own = Words(
            listed, np.log1p((many - held + 0.5) / (held + 0.5)), many, float(lengths.mean()) or 1.0 if many else 1.0
        )
        return _lexicon(own, own.weights, entries, lengths)

    def finish_after(self, before: Words, order: NDArray[np.int64]) -> Lexicon:
        """Return the lexicon of documents that came after a catalogue was weighed: words weigh as they do there."""
        after = before.with_later(self._stems)
        numbers = np.array([after.number(stem) for stem in self._stems], dtype=np.int64)
        width = len(after.weights) + len(after.later)
        weights = np.concatenate([after.weights, np.full(len(after.later), after.rare)])
        many = len(self._lengths)
        entries = self._entries(numbers, order, (many, width))
        return _lexicon(after, weights, entries, np.array(self._lengths, dtype=np.int32)[order])

    def _entries(
        self, numbers: NDArray[np.int64], order: NDArray[np.int64], shape: tuple[int, int]
    ) -> sparse.csc_array:
        place = np.empty(len(order), dtype=np.int32)
        place[order] = np.arange(len(order), dtype=np.int32)
        none: list[NDArray[np.int32]] = [np.zeros(0, dtype=np.int32)]
        rows = place[np.concatenate(self._documents or none)]
        columns = numbers.astype(np.int32)[np.concatenate(self._words or none)]
        counts = np.concatenate(self._counts or [np.zeros(0, dtype=np.uint8)])
        entries = sparse.coo_array((counts, (rows, columns)), shape=shape).tocsc()
        entries.sort_indices()
        return entries


def weighed(documents: Sequence[Document]) -> Lexicon:
    """Weigh a catalogue's words at once."""
    return Weighing.of(documents).finish(np.arange(len(documents)))


def _lexicon(own: Words, weights: F64, entries: sparse.csc_array, lengths: NDArray[np.int32]) -> Lexicon:
    column = np.repeat(np.arange(entries.shape[1]), np.diff(entries.indptr))
    named = entries.data >= IN_NAME
    name_weights = np.bincount(entries.indices[named], weights=weights[column[named]], minlength=entries.shape[0])
    return Lexicon(
        own,
        entries.indptr.astype(np.int64),
        entries.indices.astype(np.int32),
        entries.data,
        lengths,
        name_weights.astype(np.float64),
    )


def _pairs(first: int, found: Sequence[Sequence[int]]) -> NDArray[np.int64]:
    """Return document and word as one number each."""
    flat = np.fromiter(chain.from_iterable(found), dtype=np.int64)
    document = np.repeat(np.arange(first, first + len(found), dtype=np.int64), [len(one) for one in found])
    return (document << 32) | flat
