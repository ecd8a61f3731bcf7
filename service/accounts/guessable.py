"""Which passwords somebody would guess: known from breaches, or made of words that everybody here would try. Pure."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from functools import lru_cache

from zxcvbn.frequency_lists import FREQUENCY_LISTS

from service.accounts.permissions import Role

PRODUCT_WORDS = ("kith", "community", "group", "groups", "referral", "surgery", "password", "welcome", "changeme")
ROLE_WORDS = tuple(part for role in Role for part in role.value.split("_") if len(part) > 3)
LEAST_LEFT = 6  # letters and digits that must be left when known words are taken away
LEAST_LETTERS = 5  # different ones
EDGES = re.compile(r"^[\W\d_]+|[\W\d_]+$")
SAYS_NOTHING = re.compile(r"[\W_]+")


@lru_cache(maxsize=1)
def known() -> frozenset[str]:
    """Give the passwords that stand highest in lists of breached ones: 30,000, from the package zxcvbn."""
    return frozenset(map(_plain, FREQUENCY_LISTS["passwords"]))


def guessable(password: str, context: Iterable[str]) -> bool:
    """Say whether somebody would guess this password who knows `context`: names, addresses, the organisation.

    >>> guessable("password-2026", []), guessable("WillowSurgery1", ["Willow Surgery"]), guessable("abcabcabcabc", [])
    (True, True, True)
    >>> guessable("seven quiet otters", ["Willow Surgery"])
    False
    """
    plain = _plain(password)
    return _known(plain) or _of_context(plain, _words(context))


def _known(plain: str) -> bool:
    core = EDGES.sub("", plain)
    tried = {plain, core, _unit(plain), _unit(core)}
    return len(set(plain)) < LEAST_LETTERS or not tried.isdisjoint(known())


def _of_context(plain: str, words: Collection[str]) -> bool:
    bare = left = SAYS_NOTHING.sub("", plain)
    for word in sorted(words, key=lambda word: (-len(word), word)):
        left = left.replace(word, "")
    return left != bare and (len(left) < LEAST_LEFT or EDGES.sub("", left) in known())


def _words(context: Iterable[str]) -> set[str]:
    texts = [*PRODUCT_WORDS, *ROLE_WORDS, *map(_plain, context)]
    parts = [part for text in texts for part in (text, *SAYS_NOTHING.split(text))]
    return {word for word in (SAYS_NOTHING.sub("", part) for part in parts) if len(word) > 2}


def _unit(text: str) -> str:
    """Give what a text repeats: `abc` of `abcabc`; the text itself when it repeats nothing."""
    at = (text + text).find(text, 1)
    return text[:at] if 0 < at < len(text) else text


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
