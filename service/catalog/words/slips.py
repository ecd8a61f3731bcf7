"""Tells which word somebody meant whose finger slipped. Pure."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

LETTERS: Final = 5  # shorter words are too near to one another to be corrected
LONG: Final = 8  # from here on two slips are forgiven
_ASCII: Final = re.compile(r"[a-z]+")


class Slips:
    """Corrects misspelt words to a fixed set of targets; made once, then asked by many threads.

    Parameters
    ----------
    targets : set of str
        Folded words to correct to.
    common : set of str
        Words people write all the time: what is as near to one of them is a slip of that one.
    rare : set of str
        Ordinary words that are seldom written: only what is nearer to one of them is a slip of that one.
    known : set of str
        Other words that are never a slip.
    stem : callable
        A word's stem: an ordinary word of a target's stem is no other word.
    """

    def __init__(
        self, targets: Set[str], common: Set[str], rare: Set[str], *, known: Set[str], stem: Callable[[str], str]
    ) -> None:
        self._targets, self._common, self._rare = map(_by_length, (targets, common, rare - common))
        self._wanted = {stem(target) for target in targets}
        self._known = known | common | rare
        self._stem = stem

    def correct(self, surface: str) -> str | None:
        """Return the target a folded word is a slip of, or None when it is a word of its own.

        One slip (a letter more, less, other or swapped with its neighbour) from 5 letters; two from 8 when the
        first letter is right. Ties: the same first letter, then the alphabet. What is as near to an ordinary word is
        a slip of that one: "somthing" is something, and not soothing.
        """
        if len(surface) < LETTERS or surface in self._known or not _ASCII.fullmatch(surface):
            return None
        near = list(_near(surface, self._targets))
        if not near:
            return None
        slips, other, target = min(near)
        if any(one[:2] <= (slips, other) for one in self._others(surface, self._common)):
            return None
        return None if any(one[0] < slips for one in self._others(surface, self._rare)) else target

    def _others(self, surface: str, words: Mapping[int, Sequence[str]]) -> Iterator[tuple[int, bool, str]]:
        return (one for one in _near(surface, words) if self._stem(one[2]) not in self._wanted)


def _by_length(words: Iterable[str]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for word in sorted(words):
        if len(word) >= LETTERS and _ASCII.fullmatch(word):
            found[len(word)].append(word)
    return dict(found)


def _near(surface: str, words: Mapping[int, Sequence[str]]) -> Iterator[tuple[int, bool, str]]:
    """Yield the words a folded word may be a slip of: how many slips, whether it begins otherwise, the word."""
    size = len(surface)
    slips = 2 if size >= LONG else 1
    for length in range(max(LETTERS, size - slips), size + slips + 1):
        allowed = slips if length >= LONG else 1
        for word, slip, _ in process.extract(
            surface, words.get(length, ()), scorer=OSA.distance, score_cutoff=allowed, limit=None
        ):
            if slip <= 1 or word[0] == surface[0]:
                yield int(slip), word[0] != surface[0], word
