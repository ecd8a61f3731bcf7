"""BM25 over the words of the listings. Pure.

Words are counted once, when the index is built; a search adds up the entries of a few words, and only where it looks.

References
----------
Robertson, S. & Zaragoza, H. (2009). The Probabilistic Relevance Framework: BM25 and Beyond. FTIR 3(4).
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import snowballstemmer
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from service.matching.candidates import Candidates, Hits, everyone, once

K1 = 1.2  # saturation of repeated words (Robertson & Zaragoza, section 3.2)
B = 0.75  # how much length counts (the same)
TEXT_HALF = 9.0  # BM25 at which a listing's words count half (fitted once on judged pairs, never stretched)
COVER_HALF = 3.0  # weight of matched words at which having all that was asked counts half (proposed)
TEXT_SHARE = 0.55  # what words alone can add, next to terms
NAME_SHARE = 0.95  # what it adds when the words asked are the group's name
NAME_TIMES = 3  # a word in the name counts as often as three in the description (proposed)
TYPO_WEIGHT = 0.8
TYPO_LETTERS = 6  # shorter words are never corrected: too many ordinary words are one slip away from them
LONGEST = 48  # bytes of a stem that count
COUNT_BITS = 8  # of an entry
MOST_DOCUMENTS = (1 << 24) - 1  # that an entry can tell apart
_COUNT = (1 << COUNT_BITS) - 1
IN_NAME = 128  # mark on a count: the name has the word
TIMES = 127  # the most that is counted
_WORD = re.compile(r"[^\W_]+", re.UNICODE)

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

# Words of asking, not of the thing asked for: they would match any listing that greets its reader.
ASKING = frozenset(
    word
    for line in (
        "like love want need would help find look looking something anything someone somebody anyone people group",
        "groups club clubs near around local place thing things bit lot really just get got go going come make feel",
        "feeling time times day days week weeks nice friendly new old years year im ive id dont cant wont isnt hes",
        "shes whats theres lets please thanks hello hi ok enjoy enjoyed fancy used try trying know live lives",
    )
    for word in line.split()
)


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    stemmer = snowballstemmer.stemmer("english")  # a new one: it holds the word while it works, and threads do too
    return stemmer.stemWord(word)  # type: ignore[no-any-return]  # the package has no types


def words(text: str) -> list[str]:
    """Return the folded words of a text: lower case, Latin accents off, apostrophes closed up."""
    if text.isascii():
        return _WORD.findall(text.replace("'", "").lower())
    folded = unicodedata.normalize("NFKD", text.replace("’", "'").replace("'", "").casefold())
    return _WORD.findall("".join(letter for letter in folded if not unicodedata.combining(letter)))


def counted(word: str, stop_words: Collection[str]) -> str | None:
    """Return the stem of a folded word; None when it does not count: stop words, words of asking, single letters."""
    if len(word) < 2 or word in stop_words or word in ASKING:
        return None
    return _stem(word)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The words of one group, by how much they say about it."""

    name: str
    body: str


@dataclass(frozen=True)
class Words:
    """The words of a catalogue and what each is worth.

    Attributes
    ----------
    stems : ndarray of bytes, shape (n_words,)
        In ascending order, UTF-8, cut at `LONGEST` bytes.
    weights : ndarray, shape (n_words,)
        Inverse document frequency, at least 0.
    n_documents : int
    mean_length : float
        Words a document.
    stop_words : frozenset of str
        Words that were not counted, and so are not looked for.
    later : mapping of str to int
        Words that came after the catalogue was weighed; their numbers follow. Each weighs as much as a rare word.
    """

    stems: NDArray[np.bytes_]
    weights: F64
    n_documents: int
    mean_length: float
    stop_words: frozenset[str]
    later: Mapping[str, int] = field(default_factory=dict)

    def number(self, stem: str) -> int | None:
        """Return a word's number; None: no listing has it."""
        key = key_of(stem)
        at = int(np.searchsorted(self.stems, key))
        if at < len(self.stems) and self.stems[at] == key:
            return at
        return self.later.get(stem)

    def worth(self, number: int | None) -> float:
        """Return the weight of a word by its number."""
        return self.rare if number is None or number >= len(self.weights) else float(self.weights[number])

    @cached_property
    def rare(self) -> float:
        """Weight of a word that no document has."""
        return float(np.log1p((self.n_documents + 0.5) / 1.5))

    def with_later(self, stems: Collection[str]) -> tuple["Words", I64]:
        """Return the same with words that came later, and the numbers of all these stems."""
        keys = np.array([key_of(stem) for stem in stems], dtype=f"S{LONGEST}")
        numbers = np.searchsorted(self.stems, keys)
        known = np.zeros(len(keys), dtype=np.bool_)
        if len(self.stems):
            known = self.stems[np.minimum(numbers, len(self.stems) - 1)] == keys
        later, given = dict(self.later), list(stems)
        for place in np.flatnonzero(~known).tolist():
            numbers[place] = later.setdefault(given[place], len(self.weights) + len(later))
        return replace(self, later=later), numbers.astype(np.int64)

    def nearest(self, stem: str) -> str | None:
        """Return the stem one slip of the fingers away, when the given one is in no listing; ties by alphabet."""
        if len(stem) < TYPO_LETTERS or not stem.isalpha() or self.number(stem) is not None:
            return None
        close = extract(stem, self._like(stem[0]), scorer=OSA.distance, score_cutoff=1, limit=20)
        return min((word for word, _, _ in close), default=None)

    def _like(self, letter: str) -> list[str]:
        """Stems long enough to be meant by a slip, by their first letter: slips are rarely there."""
        held = self._by_letter.get(letter)
        if held is None:
            first, last = np.searchsorted(self.stems, [letter.encode(), letter.encode() + b"\xff"])
            found = [word.decode(errors="ignore") for word in self.stems[first:last].tolist()]
            later = [word for word in self.later if word.startswith(letter)]
            held = [word for word in (*found, *later) if len(word) >= TYPO_LETTERS - 1]
            self._by_letter[letter] = held
        return held

    @cached_property
    def _by_letter(self) -> dict[str, list[str]]:
        return {}


def key_of(stem: str) -> bytes:
    return stem.encode()[:LONGEST]


@dataclass(frozen=True)
class Lexicon:
    """Where every word is: for each word the documents that have it, ascending.

    Attributes
    ----------
    words : Words
    starts : ndarray of int, shape (n_words + 1,)
        Where the entries of a word begin.
    entries : ndarray of uint32, shape (n_entries,)
        The document in the upper 24 bits; in the lower `COUNT_BITS` how often it has the word, up to 127, plus
        `IN_NAME` where its name has it.
    lengths : ndarray of uint16, shape (n_documents,)
        Words of a document, up to 65,535.
    name_weights : ndarray, shape (n_documents,)
        Sum of the weights of the words in the name.
    """

    words: Words
    starts: NDArray[np.int64]
    entries: NDArray[np.uint32]
    lengths: NDArray[np.uint16]
    name_weights: F64

    def bm25(self, query: Mapping[str, float]) -> F64:
        """Return the bare BM25 score of every document: the baseline that the order is compared with."""
        found = np.zeros(len(self.lengths))
        hit, bm25, _, _ = self._scores(self.sought(query), everyone(len(self.lengths)))
        found[hit] = bm25
        return found

    def sought(self, query: Mapping[str, float]) -> tuple["Sought", ...]:
        """Look a question's weighted stems up, by alphabet; those that no listing has too: they were asked."""
        found = []
        for stem, weight in sorted(query.items()):
            number = self.words.number(stem)
            first = last = 0
            if number is not None and number + 1 < len(self.starts):
                first, last = int(self.starts[number]), int(self.starts[number + 1])
            found.append(Sought(stem, weight, self.words.worth(number), first, last))
        return tuple(found)

    def likeness(self, sought: Sequence["Sought"], candidates: Candidates) -> Hits:
        """Return how like documents are to the stems sought by their words alone, in [0, `NAME_SHARE`].

        The greatest of three: BM25 on the fixed curve ``bm25 / (bm25 + half)``, so that a weak best looks weak; having
        all that was asked, when that is more than a common word; and being called what was asked. 0: no word is shared.
        """
        asked, asked_name = sum(one.weight * one.worth for one in sought), sum(one.worth for one in sought)
        hit, bm25, matched, named = self._scores(sought, candidates)
        if asked == 0.0:
            return Hits(hit, np.zeros(len(hit)))
        found = np.maximum(bm25 / (bm25 + TEXT_HALF), (matched / asked) ** 2 * matched / (matched + COVER_HALF))
        found *= TEXT_SHARE
        called = np.flatnonzero(named)
        if len(called):
            own = np.maximum(self.name_weights[candidates.numbers(hit[called])], _TINY)
            by_name = NAME_SHARE * (named[called] / asked_name) * named[called] / own
            found[called] = np.maximum(found[called], by_name)
        return Hits(hit, found)

    def _scores(self, sought: Sequence["Sought"], candidates: Candidates) -> tuple[I64, F64, F64, F64]:
        """Return candidates that have a word, their BM25, weight of matched words, and of words matched in the name."""
        held = [one for one in sought if one.first < one.last]
        where, local, which = candidates.locate(self.entries, [(one.first, one.last) for one in held], COUNT_BITS)
        hit, ranks = once([local], len(candidates))
        rank, entries = ranks[local], self.entries[where]
        counts, length = entries & _COUNT, self.lengths[entries >> COUNT_BITS]
        times = (counts & TIMES).astype(np.float64)
        bottom = times + K1 * (1 - B + B * length / self.words.mean_length)
        worth = np.array([one.worth for one in held], dtype=np.float64)[which]
        matched = np.array([one.weight * one.worth for one in held], dtype=np.float64)[which]
        each = matched * times * (K1 + 1) / bottom, matched, worth * (counts >= IN_NAME)
        added: list[Any] = [np.bincount(rank, weights=one, minlength=len(hit)) for one in each]
        return hit, added[0], added[1], added[2]

    def found(self, documents: Sequence[int], sought: Iterable["Sought"]) -> list[tuple[str, ...]]:
        """Return the stems of a question that are in each of some documents, heaviest first, then by alphabet."""
        sorted_once = sorted(sought, key=lambda one: (-one.weight * one.worth, one.stem))
        wanted = np.array(documents, dtype=np.uint32)  # of the type of what is searched, which would else be copied
        hits: list[list[str]] = [[] for _ in documents]
        for one in sorted_once:
            held = self.entries[one.first : one.last]
            if not len(held):
                continue
            at = np.minimum(held.searchsorted(wanted << COUNT_BITS), len(held) - 1)
            for place in np.flatnonzero(held[at] >> COUNT_BITS == wanted).tolist():
                hits[place].append(one.stem)
        return [tuple(stems) for stems in hits]


@dataclass(frozen=True, slots=True)
class Sought:
    """A stem of a question: its weight there, what it is worth, and where its entries begin and end."""

    stem: str
    weight: float
    worth: float
    first: int
    last: int


def query_stems(
    own: Words, texts: Iterable[tuple[str, float]], *, correct: bool = True
) -> tuple[dict[str, float], dict[str, str]]:
    """Weigh the words of a question.

    Parameters
    ----------
    own : Words
    texts : iterable of (str, float)
        A text and what each of its words weighs; a repeated word keeps its greatest weight.
    correct : bool
        Whether a word that no listing has is read as the nearest one.

    Returns
    -------
    weights : dict of stem to float
    corrected : dict of str to stem
        Words as they were typed that were read as another, because no listing has them.
    """
    weights: dict[str, float] = {}
    corrected: dict[str, str] = {}
    for text, weight in texts:
        for word in words(text):
            stem = counted(word, own.stop_words)
            if stem is None:
                continue
            meant = own.nearest(stem) if correct else None
            if meant is not None:
                corrected[word] = meant
            key, value = (stem, weight) if meant is None else (meant, weight * TYPO_WEIGHT)
            weights[key] = max(weights.get(key, 0.0), value)
    return weights, corrected


_TINY = 1e-9  # a name without a word that counts is nobody's
