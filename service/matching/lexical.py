"""BM25 over the words of the listings. Pure.

The vocabulary and the counts come from scikit-learn's vectoriser; impacts are weighed once, when the index is built, so
that a search only adds up a few columns.

References
----------
Robertson, S. & Zaragoza, H. (2009). The Probabilistic Relevance Framework: BM25 and Beyond. FTIR 3(4).
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import snowballstemmer
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import extract
from scipy import sparse
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, CountVectorizer

K1 = 1.2  # saturation of repeated words (Robertson & Zaragoza, section 3.2)
B = 0.75  # how much length counts (the same)
TEXT_HALF = 9.0  # BM25 at which a listing's words count half (fitted once on judged pairs, never stretched)
COVER_HALF = 3.0  # weight of matched words at which having all that was asked counts half (proposed)
TEXT_SHARE = 0.55  # what words alone can add, next to terms
NAME_SHARE = 0.95  # what it adds when the words asked are the group's name
NAME_TIMES = 3  # a word in the name counts as often as three in the description (proposed)
TYPO_WEIGHT = 0.8
TYPO_LETTERS = 6  # shorter words are never corrected: too many ordinary words are one slip away from them
_WORD = re.compile(r"[^\W_]+", re.UNICODE)

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
    return _stemmer().stemWord(word)  # type: ignore[no-any-return]  # the package has no types


@lru_cache(maxsize=1)
def _stemmer() -> "snowballstemmer.stemmer":
    return snowballstemmer.stemmer("english")


def words(text: str) -> list[str]:
    """Return the folded words of a text: lower case, Latin accents off, apostrophes closed up."""
    folded = unicodedata.normalize("NFKD", text.replace("’", "'").replace("'", "").casefold())
    return _WORD.findall("".join(letter for letter in folded if not unicodedata.combining(letter)))


def stems(text: str) -> list[str]:
    """Return the stems that count: no stop words, no words of asking, no single letters."""
    return [
        _stem(word) for word in words(text) if len(word) > 1 and word not in ENGLISH_STOP_WORDS and word not in ASKING
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The words of one group, by how much they say about it."""

    name: str
    body: str

    def tokens(self) -> list[str]:
        """Return the stems of name (several times) and body."""
        return stems(self.name) * NAME_TIMES + stems(self.body)


@dataclass(frozen=True)
class Lexicon:
    """Impacts of every word in every document.

    Attributes
    ----------
    vocabulary : mapping of str to int
        Stem to column.
    impacts : scipy.sparse.csc_array, shape (n_documents, n_words)
        BM25 weight of the word in the document, at least 0.
    weights : ndarray, shape (n_words,)
        Inverse document frequency, at least 0.
    mean_length : float
        Words a document, for documents that come later.
    names : scipy.sparse.csc_array, shape (n_documents, n_words)
        1 where the word is in the document's name.
    name_weights : ndarray, shape (n_documents,)
        Sum of the weights of the words in the name.
    """

    vocabulary: Mapping[str, int]
    impacts: sparse.csc_array
    weights: NDArray[np.float64]
    mean_length: float
    names: sparse.csc_array
    name_weights: NDArray[np.float64]

    @classmethod
    def build(cls, documents: Sequence[Document]) -> "Lexicon":
        """Weigh a catalogue's words."""
        vectoriser = CountVectorizer(analyzer=Document.tokens, dtype=np.float64)
        try:
            counts = sparse.csr_array(vectoriser.fit_transform(documents))
        except ValueError:  # no document has a word that counts
            empty = sparse.csc_array((len(documents), 0), dtype=np.float64)
            return cls({}, empty, np.zeros(0), 1.0, empty, np.zeros(len(documents)))
        vocabulary = {word: int(column) for word, column in vectoriser.vocabulary_.items()}
        found = np.bincount(counts.indices, minlength=counts.shape[1])
        weights = np.log1p((counts.shape[0] - found + 0.5) / (found + 0.5))
        mean_length = float(counts.sum() / counts.shape[0]) or 1.0
        names = _names(documents, vocabulary)
        impacts = _weigh(counts, weights, mean_length)
        return cls(vocabulary, impacts, weights, mean_length, names.tocsc(), names @ weights)

    def words(self) -> list[str]:
        """Return the stems in the order of their columns."""
        return sorted(self.vocabulary, key=self.vocabulary.__getitem__)

    def extend(self, documents: Sequence[Document], keep: NDArray[np.int64]) -> "Lexicon":
        """Return a lexicon of the kept documents followed by new ones; new words get the weight of a rare word."""
        vocabulary = dict(self.vocabulary)
        tokens = [document.tokens() for document in documents]
        for token in (token for found in tokens for token in found):
            vocabulary.setdefault(token, len(vocabulary))
        rare = float(np.log1p((self.impacts.shape[0] + 0.5) / 1.5))
        weights = np.concatenate([self.weights, np.full(len(vocabulary) - len(self.weights), rare)])
        counted = CountVectorizer(analyzer=_as_they_are, vocabulary=vocabulary, dtype=np.float64)
        none = sparse.csr_array((len(tokens), 0), dtype=np.float64)
        fresh = sparse.csr_array(counted.transform(tokens)) if vocabulary else none
        impacts = sparse.vstack(
            [self._widened(self.impacts, keep, len(vocabulary)), _weigh(fresh, weights, self.mean_length)]
        )
        names = sparse.vstack([self._widened(self.names, keep, len(vocabulary)), _names(documents, vocabulary)])
        together = sparse.csc_array(names)
        return Lexicon(vocabulary, sparse.csc_array(impacts), weights, self.mean_length, together, together @ weights)

    @staticmethod
    def _widened(held: sparse.csc_array, keep: NDArray[np.int64], width: int) -> sparse.csr_array:
        old = held.tocsr()[keep]
        return sparse.csr_array((old.data, old.indices, old.indptr), shape=(old.shape[0], width))

    def bm25(self, query: Mapping[str, float]) -> NDArray[np.float64]:
        """Return the bare BM25 score of every document: the baseline that the order is compared with."""
        total = np.zeros(self.impacts.shape[0])
        for stem, weight in sorted(query.items()):
            if stem in self.vocabulary:
                rows, data = self._column(self.impacts, self.vocabulary[stem])
                total[rows] += weight * data
        return total

    def likeness(self, query: Mapping[str, float]) -> NDArray[np.float64]:
        """Return how like every document is to weighted stems by its words alone, in [0, `NAME_SHARE`].

        The greatest of three: BM25 on the fixed curve ``bm25 / (bm25 + half)``, so that a weak best looks weak; having
        all that was asked, when that is more than a common word; and being called what was asked. 0: no word is shared.
        """
        bm25, matched, named = (np.zeros(self.impacts.shape[0]) for _ in range(3))
        rare = float(np.log1p((self.impacts.shape[0] + 0.5) / 1.5))  # of a word that no document has
        asked = asked_name = 0.0
        for stem, weight in sorted(query.items()):
            column = self.vocabulary.get(stem)
            worth = rare if column is None else float(self.weights[column])
            asked, asked_name = asked + weight * worth, asked_name + worth
            if column is not None:
                rows, data = self._column(self.impacts, column)
                bm25[rows] += weight * data
                matched[rows] += weight * worth
                named[self._column(self.names, column)[0]] += worth
        if asked == 0.0:
            return bm25
        by_words = np.maximum(bm25 / (bm25 + TEXT_HALF), (matched / asked) ** 2 * matched / (matched + COVER_HALF))
        by_name = (named / asked_name) * named / np.maximum(self.name_weights, _TINY)
        return np.maximum(TEXT_SHARE * by_words, NAME_SHARE * by_name)

    @staticmethod
    def _column(matrix: sparse.csc_array, column: int) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        part = slice(matrix.indptr[column], matrix.indptr[column + 1])
        return matrix.indices[part], matrix.data[part]

    def found(self, document: int, query: Mapping[str, float]) -> tuple[str, ...]:
        """Return the stems of a question that are in one document, heaviest first, then by alphabet."""
        hits = []
        starts, rows = self.impacts.indptr, self.impacts.indices
        for stem, weight in query.items():
            column = self.vocabulary.get(stem)
            if column is not None:
                part = rows[starts[column] : starts[column + 1]]
                at = int(np.searchsorted(part, document))
                if at < len(part) and part[at] == document:
                    hits.append((-weight * self.weights[column], stem))
        return tuple(stem for _, stem in sorted(hits))

    def nearest(self, stem: str) -> str | None:
        """Return the stem one slip of the fingers away, when the given one is in no listing; ties by alphabet."""
        if len(stem) < TYPO_LETTERS or stem in self.vocabulary or not stem.isalpha():
            return None
        like = self._by_start.get(stem[0], ())
        close = extract(stem, like, scorer=OSA.distance, score_cutoff=1, limit=20)
        return min((word for word, _, _ in close), default=None)

    @cached_property
    def _by_start(self) -> dict[str, list[str]]:
        """Stems long enough to be meant by a slip, by their first letter: slips are rarely there."""
        found: dict[str, list[str]] = {}
        for word in self.vocabulary:
            if len(word) >= TYPO_LETTERS - 1:
                found.setdefault(word[0], []).append(word)
        return found


def query_stems(lexicon: Lexicon, texts: Iterable[tuple[str, float]]) -> tuple[dict[str, float], dict[str, str]]:
    """Weigh the words of a question.

    Parameters
    ----------
    lexicon : Lexicon
    texts : iterable of (str, float)
        A text and what each of its words weighs; a repeated word keeps its greatest weight.

    Returns
    -------
    weights : dict of stem to float
    corrected : dict of stem to stem
        Words that were read as another, because no listing has them as typed.
    """
    weights: dict[str, float] = {}
    corrected: dict[str, str] = {}
    for text, weight in texts:
        for stem in stems(text):
            meant = lexicon.nearest(stem)
            if meant is not None:
                corrected[stem] = meant
            key, value = (stem, weight) if meant is None else (meant, weight * TYPO_WEIGHT)
            weights[key] = max(weights.get(key, 0.0), value)
    return weights, corrected


_TINY = 1e-9  # a name without a word that counts is nobody's


def _names(documents: Sequence[Document], vocabulary: Mapping[str, int]) -> sparse.csr_array:
    counted = CountVectorizer(analyzer=_as_they_are, vocabulary=vocabulary, binary=True, dtype=np.float64)
    if not vocabulary:
        return sparse.csr_array((len(documents), 0), dtype=np.float64)
    return sparse.csr_array(counted.transform([stems(document.name) for document in documents]))


def _as_they_are(tokens: list[str]) -> list[str]:
    return tokens


def _weigh(counts: sparse.csr_array, weights: NDArray[np.float64], mean_length: float) -> sparse.csc_array:
    lengths = np.asarray(counts.sum(axis=1)).ravel()
    row = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    bottom = counts.data + K1 * (1 - B + B * lengths[row] / mean_length)
    data = weights[counts.indices] * counts.data * (K1 + 1) / bottom
    return sparse.csr_array((data, counts.indices, counts.indptr), shape=counts.shape).tocsc()
