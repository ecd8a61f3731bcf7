"""Finds known words and phrases in free text of any language; keeps nothing and never guesses who somebody is. Pure."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any, Final, Literal, NamedTuple

import snowballstemmer

from service.catalog.lookalikes import COMMON, IDIOMS, ORDINARY, word_set
from service.catalog.negation import LIVED, TROUBLE, WISH, denied
from service.catalog.passing import Find, weighed
from service.catalog.slips import Slips

Side = Literal["person", "listing"]

STRONG: Final = 1.0  # saying it means this term
SITUATION: Final = 0.7  # a person who says it is likely to be helped by this term
HINT: Final = 0.5  # saying it suggests this term
TYPO: Final = 0.8  # a strong word with a slip of the finger
BLOCK: Final = 0.0  # saying it means something else
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
_GAP = re.compile(r"['’ʼ]?(?:\s*[-‐‑.]?|\s+[-‐‑–]?\s*)")
_snowball: Any = snowballstemmer.stemmer("english")


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


def key(words: Sequence[Token], *, stemmed: bool = True) -> tuple[str, ...]:
    """Return what a phrase is looked up by: its counted words, and its last word whichever that is.

    "I lost her" is not "I lost": a small word at the end is what the phrase is about.

    >>> key(tokens("looking after the garden")), key(tokens("looking after her"))
    (('look', 'after', 'garden'), ('look', 'after', 'her'))
    """
    run = tuple(words[place].stem if stemmed else words[place].surface for place in counted(words))
    tail = words[-1].surface if words and words[-1].surface in SKIPPED else None
    return (*run, tail) if run and tail is not None else run


def _clauses(text: str, words: Sequence[Token]) -> list[int]:
    """Number the words by the stretch of text they stand in; punctuation ends a stretch, a hyphen does not."""
    numbers, number = [], 0
    for place, word in enumerate(words):
        if place:
            between = text[words[place - 1].end : word.start]
            number += between != " " and _GAP.fullmatch(between) is None
        numbers.append(number)
    return numbers


Meanings = tuple[tuple[str, float], ...]


class _Entries:
    """The phrases looked for on one side, by their keys: stemmed, or as they are written.

    `theirs` are the stemmed ones with "her" or its like: "stuck in her room" is not "stuck in my room".
    """

    def __init__(self) -> None:
        self.stems: dict[tuple[str, ...], Meanings] = {}
        self.surfaces: dict[tuple[str, ...], Meanings] = {}
        self.theirs: dict[tuple[str, ...], Meanings] = {}
        self._reach: dict[tuple[str, ...], int] = {}

    def add(self, into: dict[tuple[str, ...], Meanings], key: tuple[str, ...], code: str, weight: float) -> None:
        """Add what a run of words means to one of the tables; for one term the strongest meaning counts."""
        into[key] = _joined(into.get(key, ()), ((code, weight),))
        if len(key) > 1 and self._reach.get(key[:2], 0) < len(key):
            self._reach[key[:2]] = len(key)

    def reach(self, stems: tuple[str, ...], surfaces: tuple[str, ...]) -> int:
        """Return how many words the longest key has that begins with two words."""
        return max(self._reach.get(stems, 1), self._reach.get(surfaces, 1))

    def means(self, stems: tuple[str, ...], surfaces: tuple[str, ...]) -> Meanings:
        """Return what a run of words means, blocks included; `theirs` apart.

        What is blocked as it is written is blocked: "climbing the walls" is not "climb a wall".
        """
        written = self.surfaces.get(surfaces, ())
        means = _joined(self.stems.get(stems, ()), written)
        if written and written != means and (blocked := _blocks(written)):
            means = (*(one for one in means if (one[0], BLOCK) not in blocked), *blocked)
        return means


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
        english: set[str] = set()
        targets: set[str] = set()
        idioms = (Phrase(code=IDIOM, words=words, weight=BLOCK, person_only=True) for words in IDIOMS)
        for phrase in chain(phrases, idioms):
            words = tokens(phrase.words.removeprefix("="))
            stemmed = phrase.english and not phrase.words.startswith("=")
            run = key(words, stemmed=stemmed)
            if not run:
                continue
            theirs = stemmed and any(word.surface in _THEIRS for word in words[:-1])
            for side, entries in self._entries.items():
                if side == "person" or not phrase.person_only:
                    table = entries.theirs if theirs else entries.stems if stemmed else entries.surfaces
                    entries.add(table, run, phrase.code, phrase.weight)
            (english if phrase.english else vocabulary).update(word.surface for word in words)
            if len(run) == 1 and phrase.english and phrase.weight == STRONG and not phrase.person_only:
                targets.add(words[counted(words)[0]].surface)
        known = frozenset(fold(word) for word in known_words)
        wanted = {stem(target) for target in targets}
        common, rare = ({word for word in words if stem(word) not in wanted} for words in (english | COMMON, ORDINARY))
        self._slips = Slips(targets, common, rare, known=vocabulary | english | COMMON | ORDINARY | known)

    def meanings(self, words: str) -> dict[str, float]:
        """Return what exactly these words mean: code to weight; empty when they are not an entry."""
        found = tokens(words)
        entries, stems = self._entries["person"], key(found)
        means = _joined(entries.means(stems, key(found, stemmed=False)), entries.theirs.get(stems, ()))
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


def _met(entries: _Entries, words: Sequence[Token], places: Sequence[int], clauses: Sequence[int]) -> Iterator[_Met]:
    """Yield every run of counted words inside one stretch of text that is an entry."""
    stems = tuple(words[place].stem for place in places)
    surfaces = tuple(words[place].surface for place in places)
    tails = [_tail(words, clauses, place) for place in places]
    for first, tail in enumerate(tails):
        reach = entries.reach(stems[first : first + 2], surfaces[first : first + 2])
        length = 1
        while True:
            run = slice(first, first + length)
            means = entries.means(stems[run], surfaces[run])
            if (theirs := entries.theirs.get(stems[run])) and not _of_mine(words, places[run]):
                means = _joined(means, theirs)
            if means:
                yield _Met(first, length, means)
            if tail is not None and (means := entries.means((*stems[run], tail), (*surfaces[run], tail))):
                hers = tail != "her" or _ends(words, clauses, places[first + length - 1] + 1)
                yield _Met(first, length, means if hers else _blocks(means), 1)
            length += 1
            if length > reach or first + length > len(places):
                break
            if clauses[places[first]] != clauses[places[first + length - 1]]:
                break
            tail = tails[first + length - 1]


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


def _blocks(means: Meanings) -> Meanings:
    return tuple((code, weight) for code, weight in means if weight == BLOCK)


def _spotted(text: str, words: Sequence[Token], one: Find, weight: float) -> Spotted:
    start, end = words[one.first].start, words[one.last].end
    return Spotted(code=one.code, weight=weight, words=text[start:end], start=start, end=end, negated=one.negated)


def _taken_back_by(one: _Met) -> frozenset[int]:
    """Tell which refusals take a find back."""
    if all(weight == SITUATION for _, weight in one.meanings):
        return LIVED
    return TROUBLE if all(code.startswith(_TROUBLES) for code, _ in one.meanings) else WISH


def _joined(one: Meanings, two: Meanings) -> Meanings:
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
    idioms = [range(one.first, one.first + one.length) for one in met if one.meanings[:1] == ((IDIOM, BLOCK),)]
    for one in sorted(met, key=lambda one: (-one.length - one.tail, one.first)):
        if any(
            one.first in idiom and one.first + one.length <= idiom.stop and one.length < len(idiom) for idiom in idioms
        ):
            continue
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
            chosen.append(_Met(one.first, one.length, free, one.tail))
    return chosen


def _inside(facet: str, places: Sequence[int], taken: Mapping[tuple[str, int], set[int]], *, whole: bool) -> bool:
    """Tell whether one chosen phrase holds all the places (whole), or some chosen phrase any of them."""
    held = [taken.get((facet, place), set()) for place in places]
    return bool(set.intersection(*held)) if whole else any(held)
