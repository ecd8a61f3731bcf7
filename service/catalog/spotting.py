"""Finds known words and phrases in free text of any language; keeps nothing and never guesses who somebody is. Pure."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple

import snowballstemmer
from rapidfuzz import process
from rapidfuzz.distance import OSA

from service.catalog.lookalikes import ORDINARY, word_set
from service.catalog.negation import LIVED, TROUBLE, WISH, denied

Side = Literal["person", "listing"]

STRONG: Final = 1.0  # saying it means this term
SITUATION: Final = 0.7  # a person who says it is likely to be helped by this term
HINT: Final = 0.5  # saying it suggests this term
TYPO: Final = 0.8  # a strong word with a slip of the finger
BLOCK: Final = 0.0  # saying it means something else
TYPO_LETTERS: Final = 5  # shorter words are too near to one another to be corrected
TYPO_LONG: Final = 8  # from here on two slips are forgiven
SKIPPED: Final = word_set("a an the my his her our their your this that some really very quite")

_MARKS = "\u0300-\u036f\u064b-\u065f\u0670\u200c\u200d"
_WORD = re.compile(rf"\d+\+|(?:[^\W_]|[{_MARKS}])+(?:['’ʼ](?:[^\W_]|[{_MARKS}])+)*|&")
_ELISION = re.compile(r"^(?:qu|dell|all|nell|sull|dall|un|[ldjnsmtc])['’ʼ](?=\w{2})")
_ALIKE = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ي": "ی", "ى": "ی", "ك": "ک", "&": "and"})
_DROP = re.compile(rf"[{_MARKS}'’ʼ]")
_TROUBLES = ("activity.support.", "activity.helping.neighbourhood")  # who is sick of them wants help, or to help
_ASCII = re.compile(r"[a-z]+")
# What may stand between the words of one phrase; the apostrophe ends "residents' association".
_GAP = re.compile(r"['’ʼ]?(?:\s*[-‐‑.]?|\s+[-‐‑–]?\s*)")
_snowball: Any = snowballstemmer.stemmer("english")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spotted:
    """A term a text speaks of.

    Attributes
    ----------
    code : str
    weight : float
        In (0, 1], higher is surer: 1 strong word, .8 misspelt strong word, .7 situation, .5 hint.
    words : str
        The text's own words, ``text[start:end]``.
    start, end : int
        Characters, end not included.
    negated : bool
        The person says they do not want it.
    """

    code: str
    weight: float
    words: str
    start: int
    end: int
    negated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """One entry to look for: the words, what they mean, and how surely (STRONG, SITUATION, HINT or BLOCK).

    `english` words are stemmed unless they begin with ``=``; all others are met as they are written. What is
    `person_only` is not looked for in a listing.
    """

    code: str
    words: str
    weight: float
    english: bool = True
    person_only: bool = False


class Token(NamedTuple):
    """A word of a text: where it stands, as it is met in any language, and its English stem."""

    start: int
    end: int
    surface: str
    stem: str


class _Met(NamedTuple):
    """A phrase met in a text, as a run of its counted words."""

    first: int
    length: int
    meanings: tuple[tuple[str, float], ...]


def fold(word: str) -> str:
    """Return a word without case, accents and apostrophes, as it is compared.

    >>> fold("Chœur"), fold("Côr"), fold("l’église"), fold("can't")
    ('choeur', 'cor', 'eglise', 'cant')
    """
    plain = word.casefold()
    if plain.isascii() and plain.isalpha():
        return plain
    plain = unicodedata.normalize("NFKD", _ELISION.sub("", plain)).translate(_ALIKE)
    return _DROP.sub("", plain)


@lru_cache(maxsize=32_768)
def stem(surface: str) -> str:
    """Return the English stem of a folded word; words of other alphabets come back as they are."""
    return str(_snowball.stemWord(surface)) if _ASCII.fullmatch(surface) else surface


def tokens(text: str) -> list[Token]:
    """Cut a text into words.

    >>> [token.stem for token in tokens("Men's sheds & walks")]
    ['men', 'shed', 'and', 'walk']
    """
    found = []
    for match in _WORD.finditer(text):
        surface = fold(match.group())
        if surface:
            found.append(Token(match.start(), match.end(), surface, stem(surface)))
    return found


def counted(words: Sequence[Token]) -> list[int]:
    """Return the places of the words that count in a phrase: "my", "the" and their like do not."""
    return [place for place, token in enumerate(words) if token.surface not in SKIPPED]


def _clauses(text: str, words: Sequence[Token]) -> list[int]:
    """Number the words by the stretch of text they stand in; punctuation ends a stretch, a hyphen does not."""
    numbers, number = [], 0
    for place, word in enumerate(words):
        if place:
            between = text[words[place - 1].end : word.start]
            number += between != " " and _GAP.fullmatch(between) is None
        numbers.append(number)
    return numbers


class _Entries:
    """The phrases looked for on one side, by their counted words: stemmed, or as they are written."""

    def __init__(self) -> None:
        self.stems: dict[tuple[str, ...], tuple[tuple[str, float], ...]] = {}
        self.surfaces: dict[tuple[str, ...], tuple[tuple[str, float], ...]] = {}
        self._reach: dict[str, int] = {}

    def add(self, key: tuple[str, ...], code: str, weight: float, *, stemmed: bool) -> None:
        """Add what a run of words means; for one term the strongest meaning counts."""
        into = self.stems if stemmed else self.surfaces
        into[key] = _joined(into.get(key, ()), ((code, weight),))
        if self._reach.get(key[0], 0) < len(key):
            self._reach[key[0]] = len(key)

    def reach(self, stem: str, surface: str) -> int:
        """Return how many counted words the longest phrase has that begins with a word."""
        return max(self._reach.get(stem, 0), self._reach.get(surface, 0))

    def means(self, stems: tuple[str, ...], surfaces: tuple[str, ...]) -> tuple[tuple[str, float], ...]:
        """Return what a run of words means, blocks included."""
        return _joined(self.stems.get(stems, ()), self.surfaces.get(surfaces, ()))


class Spotter:
    """Looks for a fixed set of phrases; made once, then asked by many threads.

    Parameters
    ----------
    phrases : iterable of Phrase
    known_words : frozenset of str
        Words that are never taken for a misspelling, such as names of places.
    """

    def __init__(self, phrases: Iterable[Phrase], known_words: frozenset[str] = frozenset()) -> None:
        self._entries: dict[Side, _Entries] = {"person": _Entries(), "listing": _Entries()}
        vocabulary: set[str] = set()
        targets: set[str] = set()
        for phrase in phrases:
            words = tokens(phrase.words.removeprefix("="))
            words = [words[place] for place in counted(words)]
            if not words:
                continue
            stemmed = phrase.english and not phrase.words.startswith("=")
            key = tuple(word.stem if stemmed else word.surface for word in words)
            for side, entries in self._entries.items():
                if side == "person" or not phrase.person_only:
                    entries.add(key, phrase.code, phrase.weight, stemmed=stemmed)
            vocabulary.update(word.surface for word in words)
            if len(key) == 1 and phrase.english and phrase.weight == STRONG and not phrase.person_only:
                targets.add(words[0].surface)
        self._known = frozenset(fold(word) for word in known_words) | vocabulary | ORDINARY
        self._targets: dict[int, list[str]] = defaultdict(list)
        for target in sorted(targets):
            if len(target) >= TYPO_LETTERS and _ASCII.fullmatch(target):
                self._targets[len(target)].append(target)

    def meanings(self, words: str) -> dict[str, float]:
        """Return what exactly these words mean: code to weight; empty when they are not an entry."""
        found = tokens(words)
        found = [found[place] for place in counted(found)]
        means = self._entries["person"].means(tuple(word.stem for word in found), tuple(word.surface for word in found))
        return {code: weight for code, weight in means if weight > BLOCK}

    def spot(self, text: str, side: Side = "person") -> tuple[Spotted, ...]:
        """Return what a text speaks of, in its order.

        The longest phrase wins inside a facet; "not for me" and its like mark a find as negated. Misspelt words
        are understood on the person's side only. Time is linear in the length of the text.
        """
        words = tokens(text)
        places = counted(words)
        met = list(_met(self._entries[side], words, places, _clauses(text, words)))
        chosen = _longest_first(met, side)
        if side == "person":
            chosen += self._misspelt(words, places, chosen)
        spans = [(places[one.first], places[one.first + one.length - 1]) for one in chosen]
        by = [_taken_back_by(one) for one in chosen]
        refused = denied(text, words, spans, person=side == "person", taken_back_by=by)
        found = [
            Spotted(
                code=code,
                weight=weight,
                words=text[words[first].start : words[last].end],
                start=words[first].start,
                end=words[last].end,
                negated=no and code.startswith(("activity.", "format.")),
            )
            for one, (first, last), no in zip(chosen, spans, refused, strict=True)
            for code, weight in one.meanings
        ]
        return tuple(sorted(found, key=lambda one: (one.start, one.end, one.code)))

    def _misspelt(self, words: Sequence[Token], places: Sequence[int], chosen: Sequence[_Met]) -> list[_Met]:
        taken = {place for one in chosen for place in range(one.first, one.first + one.length)}
        found = []
        for first, place in enumerate(places):
            if first in taken:
                continue
            target = self.correct(words[place].surface)
            if target is not None:
                means = self.meanings(target).items()
                found.append(_Met(first, 1, tuple((code, TYPO) for code, weight in means if weight == STRONG)))
        return found

    def correct(self, surface: str) -> str | None:
        """Return the strong word a folded word is a slip of, or None when it is a word of its own.

        One slip (a letter more, less, other or swapped with its neighbour) from 5 letters; two from 8 when the
        first letter is right. Ties: the same first letter, then the alphabet.
        """
        size = len(surface)
        if size < TYPO_LETTERS or surface in self._known or not _ASCII.fullmatch(surface):
            return None
        slips = 2 if size >= TYPO_LONG else 1
        near: list[tuple[int, bool, str]] = []
        for length in range(max(TYPO_LETTERS, size - slips), size + slips + 1):
            allowed = slips if length >= TYPO_LONG else 1
            for target, slip, _ in process.extract(
                surface, self._targets.get(length, ()), scorer=OSA.distance, score_cutoff=allowed, limit=None
            ):
                if slip <= 1 or target[0] == surface[0]:
                    near.append((int(slip), target[0] != surface[0], target))
        return min(near)[2] if near else None


def _met(entries: _Entries, words: Sequence[Token], places: Sequence[int], clauses: Sequence[int]) -> Iterator[_Met]:
    """Yield every run of counted words inside one stretch of text that is an entry."""
    stems = tuple(words[place].stem for place in places)
    surfaces = tuple(words[place].surface for place in places)
    for first in range(len(places)):
        reach = entries.reach(stems[first], surfaces[first])
        for length in range(1, min(reach, len(places) - first) + 1):
            means = entries.means(stems[first : first + length], surfaces[first : first + length])
            if means and clauses[places[first]] == clauses[places[first + length - 1]]:
                yield _Met(first, length, means)


def _taken_back_by(one: _Met) -> frozenset[int]:
    """Tell which refusals take a find back."""
    if all(weight == SITUATION for _, weight in one.meanings):
        return LIVED
    return TROUBLE if all(code.startswith(_TROUBLES) for code, _ in one.meanings) else WISH


def _joined(one: tuple[tuple[str, float], ...], two: tuple[tuple[str, float], ...]) -> tuple[tuple[str, float], ...]:
    """Join what a run of words means by its stems and as it is written; for one term the strongest counts once."""
    if not (one and two):
        return one or two
    means = dict(one)
    for code, weight in two:
        means[code] = max(weight, means.get(code, BLOCK))
    return tuple(sorted(means.items()))


def _longest_first(met: Sequence[_Met], side: Side) -> list[_Met]:
    """Choose, facet by facet, the longest phrases; at equal length what blocks goes first.

    A phrase inside a longer one says nothing of its own. Two that share a word both count in a person's text
    ("single dad" and "dad of two"), and only the longer in a listing's.
    """
    taken: dict[tuple[str, int], set[int]] = defaultdict(set)
    blocked: set[tuple[str, int]] = set()
    chosen: list[_Met] = []
    for one in sorted(met, key=lambda one: (-one.length, one.first)):
        run = range(one.first, one.first + one.length)
        blocked.update((code, place) for code, weight in one.meanings if weight == BLOCK for place in run)
        seen = (run[0], run[-1]) if side == "person" else run
        free = tuple(
            (code, weight)
            for code, weight in one.meanings
            if weight > BLOCK
            and not any((code, place) in blocked for place in run)
            and not _inside(code.partition(".")[0], seen, taken, whole=side == "person")
        )
        if free:
            for facet in {code.partition(".")[0] for code, _ in free}:
                for place in run:
                    taken[facet, place].add(len(chosen))
            chosen.append(_Met(one.first, one.length, free))
    return chosen


def _inside(facet: str, places: Sequence[int], taken: Mapping[tuple[str, int], set[int]], *, whole: bool) -> bool:
    """Tell whether one chosen phrase holds all the places (whole), or some chosen phrase any of them."""
    held = [taken.get((facet, place), set()) for place in places]
    return bool(set.intersection(*held)) if whole else any(held)
