"""Weighs the words of a catalogue when its index is built: who has which, how often, and what it is worth. Pure."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from service.matching.lexical import (
    COUNT_BITS,
    IN_NAME,
    LONGEST,
    MOST_DOCUMENTS,
    NAME_TIMES,
    TIMES,
    Document,
    Lexicon,
    Words,
    counted,
    key_of,
    words,
)

if TYPE_CHECKING:
    from scipy import sparse

F64 = NDArray[np.float64]
_BETWEEN: Final = "\x01"  # stands between two texts
_END: Final = -2
# What `lexical.words` does with plain texts, in one step: small letters, spaces for all but letters and digits.
_PLAIN: Final = "".join(
    letter.lower() if letter.isalnum() or letter == _BETWEEN else " " for letter in map(chr, range(128))
)


def english_stop_words() -> frozenset[str]:
    """Return the words that do not count in a new catalogue; one that is published brings its own."""
    # Here and not above: the package takes a third of a start, and only whoever builds an index needs it.
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return frozenset(ENGLISH_STOP_WORDS)


class _Numbers(dict[str, int]):
    """A word as it stands in a text to the number of its stem; -1: it does not count."""

    def __init__(self, stop_words: frozenset[str]) -> None:
        super().__init__({_BETWEEN: _END})
        self.stop_words = stop_words
        self.stems: dict[str, int] = {}

    def __missing__(self, word: str) -> int:
        stem = counted(word, self.stop_words)
        number = self[word] = -1 if stem is None else self.stems.setdefault(stem, len(self.stems))
        return number


class Weighing:
    """Reads documents a lot at a time and weighs their words at the end.

    Parameters
    ----------
    stop_words : frozenset of str or None
        Words that do not count; None: those of scikit-learn.
    """

    def __init__(self, stop_words: frozenset[str] | None = None) -> None:
        self._numbers = _Numbers(english_stop_words() if stop_words is None else stop_words)
        self._documents: list[NDArray[np.int32]] = []
        self._words: list[NDArray[np.int32]] = []
        self._counts: list[NDArray[np.uint8]] = []
        self._lengths: list[NDArray[np.uint16]] = []
        self._many = 0

    @classmethod
    def of(cls, documents: Sequence[Document]) -> "Weighing":
        """Read one lot."""
        weighing = cls()
        weighing.add(documents)
        return weighing

    @property
    def _stems(self) -> dict[str, int]:
        return self._numbers.stems

    def add(self, documents: Sequence[Document]) -> None:
        """Count the words of more documents; raises OverflowError beyond `MOST_DOCUMENTS`."""
        if self._many + len(documents) > MOST_DOCUMENTS:
            raise OverflowError("too many groups for one index")
        names = self._read([document.name for document in documents])
        bodies = self._read([document.body for document in documents])
        every = np.concatenate([*[names] * NAME_TIMES, bodies])
        lengths = np.bincount(every >> 32, minlength=len(documents))
        self._lengths.append(np.minimum(lengths, np.iinfo(np.uint16).max).astype(np.uint16))
        keys, times = np.unique(every, return_counts=True)
        named = np.isin(keys, np.unique(names), assume_unique=True)
        self._documents.append((keys >> 32).astype(np.int32) + np.int32(self._many))
        self._words.append((keys & 0xFFFF_FFFF).astype(np.int32))
        self._counts.append((np.minimum(times, TIMES) + IN_NAME * named).astype(np.uint8))
        self._many += len(documents)

    def _read(self, texts: Sequence[str]) -> NDArray[np.int64]:
        """Return each word that counts as one number: that of its text, times 2^32, plus that of its stem.

        Plain texts are cut into words all at once, which takes a third of the time of one after the other.
        """
        plain = [number for number, text in enumerate(texts) if text.isascii()]
        whole = f" {_BETWEEN} ".join(texts[number].replace(_BETWEEN, " ") for number in plain)
        cut = whole.replace("'", "").translate(_PLAIN).split()
        found = np.fromiter(map(self._numbers.__getitem__, cut), dtype=np.int64, count=len(cut))
        owner = np.array(plain, dtype=np.int64)[np.cumsum(found == _END)] if plain else found
        parts = [(owner[found >= 0] << 32) | found[found >= 0]]
        for number, text in enumerate(texts):
            if not text.isascii():
                counts = [stem for word in words(text) if (stem := self._numbers[word]) >= 0]
                parts.append((number << 32) | np.array(counts, dtype=np.int64))
        return np.concatenate(parts)

    def finish(self, order: NDArray[np.int64]) -> Lexicon:
        """Return the lexicon with the documents in this order (place in the order -> number as they were read)."""
        many = self._many
        listed = np.array(sorted(map(key_of, self._stems)), dtype=f"S{LONGEST}")
        given = np.array(list(map(key_of, self._stems)), dtype=f"S{LONGEST}")
        entries = self._entries(np.searchsorted(listed, given), order, (many, len(listed)))
        held = np.diff(entries.indptr)
        lengths = self._ordered_lengths(order)
        own = Words(
            listed,
            np.log1p((many - held + 0.5) / (held + 0.5)),
            many,
            float(lengths.mean()) or 1.0 if many else 1.0,
            self._numbers.stop_words,
        )
        return _lexicon(own, own.weights, entries, lengths)

    def finish_after(self, before: Words, order: NDArray[np.int64]) -> Lexicon:
        """Return the lexicon of documents that came after a catalogue was weighed: words weigh as they do there."""
        after, numbers = before.with_later(self._stems)
        width = len(after.weights) + len(after.later)
        weights = np.concatenate([after.weights, np.full(len(after.later), after.rare)])
        many = self._many
        entries = self._entries(numbers, order, (many, width))
        return _lexicon(after, weights, entries, self._ordered_lengths(order))

    def _ordered_lengths(self, order: NDArray[np.int64]) -> NDArray[np.uint16]:
        return np.concatenate([np.zeros(0, dtype=np.uint16), *self._lengths])[order]

    def _entries(
        self, numbers: NDArray[np.int64], order: NDArray[np.int64], shape: tuple[int, int]
    ) -> "sparse.csc_array":
        from scipy import sparse  # here for the same reason as scikit-learn above: a search needs none of it

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


def _lexicon(own: Words, weights: F64, entries: "sparse.csc_array", lengths: NDArray[np.uint16]) -> Lexicon:
    column = np.repeat(np.arange(entries.shape[1]), np.diff(entries.indptr))
    named = entries.data >= IN_NAME
    name_weights = np.bincount(entries.indices[named], weights=weights[column[named]], minlength=entries.shape[0])
    return Lexicon(
        own,
        entries.indptr.astype(np.int64),
        entries.indices.astype(np.uint32) << COUNT_BITS | entries.data,
        lengths,
        name_weights.astype(np.float64),
    )
