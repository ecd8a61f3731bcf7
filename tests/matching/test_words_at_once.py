"""Several people search at the same time, and each word is read as if its person were alone."""

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from service.catalog.words import spotting
from service.matching import lexical

THREADS = 8
ENDINGS = ("", "s", "ing", "ingly", "ness", "fulness", "ization", "ational", "ibilities", "ement")
WORDS = [f"{a}{b}{ending}" for a in ("gard", "sing", "walk", "quil", "hop") for b in "aeiourt" for ending in ENDINGS]


@pytest.fixture(autouse=True)
def _hurry() -> Iterator[None]:
    """Have threads take turns as often as they can, and remember no word."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    for cached in (spotting.stem, lexical._stem):
        cached.cache_clear()
    yield
    sys.setswitchinterval(before)


@pytest.mark.parametrize("stem", [spotting.stem, lexical._stem], ids=["terms", "words"])
def test_words_are_read_the_same_by_many_at_once(stem: Callable[[str], str]) -> None:
    with ThreadPoolExecutor(THREADS) as pool:
        together = list(pool.map(stem, WORDS))
    stem.cache_clear()  # type: ignore[attr-defined]
    assert together == [stem(word) for word in WORDS]
