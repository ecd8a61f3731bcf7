"""Finds known words and phrases in free text of any language; keeps nothing and never guesses who somebody is. Pure."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple

import snowballstemmer

from service.catalog.words.entries import BLOCK as BLOCK
from service.catalog.words.entries import Entries, Meanings, blocks, joined
from service.catalog.words.lookalikes import COMMON, IDIOMS, ORDINARY, word_set
from service.catalog.words.negation import LIVED, TROUBLE, WISH, denied
from service.catalog.words.passing import Find, weighed
from service.catalog.words.slips import Slips

Side = Literal["person", "listing"]

STRONG: Final = 1.0  # saying it means this term
SITUATION: Final = 0.7  # a person who says it is likely to be helped by this term
HINT: Final = 0.5  # saying it suggests this term
TYPO: Final = 0.8  # a strong word with a slip of the finger
SKIPPED: Final = word_set("a an the my his her our their your this that some really very quite")
_THEIRS: Final = word_set("his her their")
_MINE: Final = word_set("my our")
# After "I lost her" these go on with another thought; any other word says what of hers was lost.
_GOES_ON: Final = word_set("""
a after again all already an and as at because before but by during every for from full if in it its last myself now on
or over so suddenly that this through to today together too two very when where which while with years yesterday
""")
IDIOM: Final = ""  # the code of a turn of speech: no single word in it means what it says

_MARKS = "\u0300-\u036f\u064b-\u065f\u0670\u200c\u200d"
_WORD = re.compile(rf"\d+\+|(?:[^\W_]|[{_MARKS}])+(?:['’ʼ](?:[^\W_]|[{_MARKS}])+)*|&")
_ELISION = re.compile(r"^(?:qu|dell|all|nell|sull|dall|un|[ldjnsmtc])['’ʼ](?=\w{2})")
_ALIKE = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ي": "ی", "ى": "ی", "ك": "ک", "&": "and"})
_DROP = re.compile(rf"[{_MARKS}'’ʼ]")
_TROUBLES = ("activity.support.", "activity.helping.neighbourhood")  # who is sick of them wants help, or to help
_ASCII = re.compile(r"[a-z]+")
# What may stand between the words of one phrase; the apostrophe ends "residents' association".
_GAP = re.compile(r"['’ʼ]?(?:[-‐‑.]|\s+(?:\.|[-‐‑–]\s*)?)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spotted:
    """A term a text speaks of.

    Attributes
    ----------
    code : str
    weight : float
        In (0, 1], higher is surer: 1 strong word, .8 misspelt strong word, .7 situation, .5 hint; at most .6 for a
        condition told beside a wish, and .4 for what is only mentioned.
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


class Phrase(NamedTuple):
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
    """A phrase met in a text, as a run of its counted words; `tail` is 1 where a small word belongs to its end."""

    first: int
    length: int
    meanings: tuple[tuple[str, float], ...]
    tail: int = 0


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
    if not _ASCII.fullmatch(surface):
        return surface
    stemmer: Any = snowballstemmer.stemmer("english")  # a new one: it holds the word while it works, and threads do too
    return str(stemmer.stemWord(surface))


@lru_cache(maxsize=32_768)
def _read(word: str) -> tuple[str, str]:
    surface = fold(word)
    return surface, stem(surface)


def tokens(text: str) -> list[Token]:
    """Cut a text into words.

    >>> [token.stem for token in tokens("Men's sheds & walks")]
    ['men', 'shed', 'and', 'walk']
    """
    found = []
    for match in _WORD.finditer(text):
        surface, stemmed = _read(match.group())
        if surface:
            found.append(Token(match.start(), match.end(), surface, stemmed))
    return found


def counted(words: Sequence[Token]) -> list[int]:
    """Return the places of the words that count in a phrase: "my", "the" and their like do not."""
    return [place for place, token in enumerate(words) if token.surface not in SKIPPED]


def stemmer(stems: Mapping[str, str]) -> Callable[[str], str]:
    """Return what gives a folded word's English stem; those of `stems` need not be worked out."""
    return lambda word: stems.get(word) or stem(word)


def surfaces(text: str) -> list[str]:
    """Return a text's words as they are compared in any language; quick where there is nothing to fold."""
    plain = text.casefold()
    if plain.isascii() and plain.replace(" ", "").isalpha():
        return plain.split()
    return [word for match in _WORD.finditer(text) if (word := fold(match.group()))]


def key(words: Sequence[str], of: Callable[[str], str] | None = stem) -> tuple[str, ...]:
    """Return what a phrase is looked up by: its counted words, and its last word whichever that is.

    "I lost her" is not "I lost": a small word at the end is what the phrase is about. `of` gives a word's stem; None:
    the words stay as they are written.

    >>> key(["looking", "after", "the", "garden"]), key(["looking", "after", "her"])
    (('look', 'after', 'garden'), ('look', 'after', 'her'))
    """
    run = [word for word in words if word not in SKIPPED]
    tail = words[-1:] if run and words[-1] in SKIPPED else []
    return (*run, *tail) if of is None else (*map(of, run), *tail)


def _clauses(text: str, words: Sequence[Token]) -> list[int]:
    """Number the words by the stretch of text they stand in; punctuation ends a stretch, a hyphen does not."""
    numbers, number = [], 0
    for place, word in enumerate(words):
        if place:
            between = text[words[place - 1].end : word.start]
            number += between != " " and _GAP.fullmatch(between) is None
        numbers.append(number)
    return numbers


class Spotter:
    """Looks for a fixed set of phrases; made once, then asked by many threads.

    Parameters
    ----------
    phrases : iterable of Phrase
    known_words : frozenset of str
        Words that are never taken for a misspelling, such as names of places.
    stems : mapping of str to str
        Stems known beforehand, so that they need not be worked out: a third of the time it takes to make this.
    """

    def __init__(
        self,
        phrases: Iterable[Phrase],
        known_words: frozenset[str] = frozenset(),
        stems: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        of = stemmer(stems)
        person, listing = Entries(), Entries()
        self._entries: dict[Side, Entries] = {"person": person, "listing": listing}
        vocabulary: set[str] = set()
        english: set[str] = set()
        targets: set[str] = set()
        idioms = (Phrase(code=IDIOM, words=words, weight=BLOCK, person_only=True) for words in IDIOMS)
        for phrase in chain(phrases, idioms):
            words = surfaces(phrase.words)
            stemmed = phrase.english and not phrase.words.startswith("=")
            run = key(words, of if stemmed else None)
            if not run:
                continue
            table = "surfaces" if not stemmed else "stems" if _THEIRS.isdisjoint(words[:-1]) else "theirs"
            person.add(table, run, phrase.code, phrase.weight)
            if not phrase.person_only:
                listing.add(table, run, phrase.code, phrase.weight)
            (english if phrase.english else vocabulary).update(words)
            if len(run) == 1 and phrase.english and phrase.weight == STRONG and not phrase.person_only:
                targets.update(word for word in words if word not in SKIPPED)
        known = vocabulary | {fold(word) for word in known_words}
        self._slips = Slips(targets, english | COMMON, ORDINARY, known=known, stem=of)

    def meanings(self, words: str) -> dict[str, float]:
        """Return what exactly these words mean: code to weight; empty when they are not an entry."""
        found = surfaces(words)
        entries, stems = self._entries["person"], key(found)
        means = joined(entries.means(stems, key(found, None)), entries.theirs.get(stems, ()))
        return {code: weight for code, weight in means if weight > BLOCK}

    def spot(self, text: str, side: Side = "person") -> tuple[Spotted, ...]:
        """Return what a text speaks of, in its order.

        The longest phrase wins inside a facet; "not for me" and its like mark a find as negated. On the person's
        side only, misspelt words are understood, and what is told in passing weighs less than what is wished for.
        Time is linear in the length of the text.
        """
        words = tokens(text)
        places = counted(words)
        met = list(_met(self._entries[side], words, places, _clauses(text, words)))
        chosen = _longest_first(met, side)
        if side == "person":
            chosen += self._misspelt(words, places, chosen)
        spans = [(places[one.first], places[one.first + one.length - 1] + one.tail) for one in chosen]
        by = [_taken_back_by(one) for one in chosen]
        refused = denied(text, words, spans, person=side == "person", taken_back_by=by)
        finds = [
            Find(code, weight, no and code.startswith(("activity.", "format.")), first, last)
            for one, (first, last), no in zip(chosen, spans, refused, strict=True)
            for code, weight in one.meanings
        ]
        weights = weighed(text, words, finds) if side == "person" else [one.weight for one in finds]
        found = (_spotted(text, words, one, weight) for one, weight in zip(finds, weights, strict=True))
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
        """Return the strong word a folded word is a slip of, or None when it is a word of its own."""
        return self._slips.correct(surface)


def _met(entries: Entries, words: Sequence[Token], places: Sequence[int], clauses: Sequence[int]) -> Iterator[_Met]:
    """Yield every run of counted words inside one stretch of text that is an entry."""
    stems = tuple(words[place].stem for place in places)
    surfaces = tuple(words[place].surface for place in places)
    tails = [_tail(words, clauses, place) for place in places]
    for first in range(len(places)):
        reach = min(entries.reach(stems[first : first + 2], surfaces[first : first + 2]), len(places) - first)
        for after in range(first + 1, first + reach + 1):
            if clauses[places[first]] != clauses[places[after - 1]]:
                break
            run, written, tail = stems[first:after], surfaces[first:after], tails[after - 1]
            means = entries.means(run, written)
            if run in entries.theirs and not _of_mine(words, places[first:after]):
                means = joined(means, entries.theirs[run])
            if means:
                yield _Met(first, after - first, means)
            if tail is None:
                continue
            if means := _with_tail(
                entries.means((*run, tail), (*written, tail)), words, clauses, places[after - 1] + 1
            ):
                yield _Met(first, after - first, means, 1)


def _with_tail(means: Meanings, words: Sequence[Token], clauses: Sequence[int], tail: int) -> Meanings:
    """Return what a run means with the small word after it; "her" only where nothing of hers follows."""
    if means and words[tail].surface == "her" and not _ends(words, clauses, tail):
        return blocks(means)
    return means


def _tail(words: Sequence[Token], clauses: Sequence[int], last: int) -> str | None:
    """Return the small word that follows a word in the same stretch of text."""
    if last + 1 == len(words) or words[last + 1].surface not in SKIPPED or clauses[last + 1] != clauses[last]:
        return None
    return words[last + 1].surface


def _ends(words: Sequence[Token], clauses: Sequence[int], place: int) -> bool:
    """Tell "I lost her last year" from "I lost her number"."""
    after = place + 1
    return after == len(words) or clauses[after] != clauses[place] or words[after].surface in _GOES_ON


def _of_mine(words: Sequence[Token], places: Sequence[int]) -> bool:
    """Tell whether a run speaks of something of one's own; the word before it counts."""
    return any(word.surface in _MINE for word in words[max(0, places[0] - 1) : places[-1]])


def _spotted(text: str, words: Sequence[Token], one: Find, weight: float) -> Spotted:
    start, end = words[one.first].start, words[one.last].end
    return Spotted(code=one.code, weight=weight, words=text[start:end], start=start, end=end, negated=one.negated)


def _taken_back_by(one: _Met) -> frozenset[int]:
    """Tell which refusals take a find back."""
    if all(weight == SITUATION for _, weight in one.meanings):
        return LIVED
    return TROUBLE if all(code.startswith(_TROUBLES) for code, _ in one.meanings) else WISH


def _longest_first(met: Sequence[_Met], side: Side) -> list[_Met]:
    """Choose, facet by facet, the longest phrases; at equal length what blocks goes first.

    A phrase inside a longer one says nothing of its own. Two that share a word both count in a person's text
    ("single dad" and "dad of two"), and only the longer in a listing's.
    """
    taken: dict[tuple[str, int], set[int]] = defaultdict(set)
    blocked: set[tuple[str, int]] = set()
    chosen: list[_Met] = []
    idioms = [range(one.first, one.first + one.length) for one in met if one.meanings[0][0] == IDIOM]
    for one in sorted(met, key=lambda one: (-one.length - one.tail, one.first)):
        run = range(one.first, one.first + one.length)
        if any(run[0] in idiom and run[-1] in idiom and len(run) < len(idiom) for idiom in idioms):
            continue
        blocked.update((code, place) for code, weight in one.meanings if weight == BLOCK for place in run)
        seen = (run[0], run[-1]) if side == "person" else run
        free = tuple(
            (code, weight)
            for code, weight in one.meanings
            if weight > BLOCK
            and not (blocked and any((code, place) in blocked for place in run))
            and not _inside(code.partition(".")[0], seen, taken, whole=side == "person")
        )
        if free:
            for facet in {code.partition(".")[0] for code, _ in free}:
                for place in run:
                    taken[facet, place].add(len(chosen))
            chosen.append(_Met(one.first, one.length, free, one.tail))
    return chosen


def _inside(facet: str, places: Sequence[int], taken: Mapping[tuple[str, int], set[int]], *, whole: bool) -> bool:
    """Tell whether one chosen phrase holds all the places (whole), or some chosen phrase any of them."""
    held = [taken[facet, place] for place in places if (facet, place) in taken]
    if not whole or not held:
        return bool(held)
    return len(held) == len(places) and not set.isdisjoint(held[0], held[-1])
