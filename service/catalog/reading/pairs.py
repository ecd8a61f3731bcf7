"""Which pairs of many listings are worth comparing, and which of them are probably one. Pure; minutes for 100,000.

Two are compared that share a key: a telephone number, a page, two words, or one rare word with its place. A key that
many share says nothing and is left out.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from service.catalog.reading.likeness import SHOWN, Listing, Rarity, Read, likeness, read, reasons

MOST_IN_BLOCK = 40  # listings under one key; of more, nothing is concluded
MOST_OF_ONE_NAME = (
    3  # listings; more are the branches of one body, and only the same door or number makes two of them one
)
TELLING_WORDS = 3  # of a name that are made into keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two listings that are probably one, by place in the list given; `why` as `likeness.reasons`."""

    first: int
    second: int
    score: float
    why: tuple[str, ...]


def probable(listings: Sequence[Listing], least: float = SHOWN) -> list[Pair]:
    """Return the pairs that are probably one, the likeliest first."""
    rarity = Rarity(one.name for one in listings)
    found = [read(one) for one in listings]
    named = Counter(one.words for one in found)
    pairs = []
    for first, second in candidates(found, rarity):
        if named[found[first].words] > MOST_OF_ONE_NAME and not _one_door(found[first], found[second]):
            continue
        score = likeness(found[first], found[second], rarity)
        if score >= least:
            why = tuple(reasons(found[first], found[second], rarity))
            pairs.append(Pair(first=first, second=second, score=round(score, 3), why=why))
    return sorted(pairs, key=lambda pair: (-pair.score, pair.first, pair.second))


def _one_door(one: Read, other: Read) -> bool:
    same_place = len(one.postcode) > len("AA99A") and one.postcode == other.postcode
    return same_place or bool(one.phone and one.phone == other.phone)


def candidates(found: Sequence[Read], rarity: Rarity) -> Iterator[tuple[int, int]]:
    """Yield each pair worth comparing once."""
    blocks: defaultdict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(found):
        for key in set(keys(one, rarity)):
            blocks[key].append(place)
    seen: set[int] = set()
    for members in blocks.values():
        if 1 < len(members) <= MOST_IN_BLOCK:
            for first, second in combinations(members, 2):
                pair = first * len(found) + second
                if pair not in seen:
                    seen.add(pair)
                    yield first, second


def keys(one: Read, rarity: Rarity) -> Iterator[str]:
    """Yield what a listing may share with another of the same group."""
    if one.phone:
        yield f"phone {one.phone}"
    if one.page:
        yield f"page {one.page}"
    telling = sorted(one.words, key=lambda word: (-rarity.of(word), word))[:TELLING_WORDS]
    yield f"all {' '.join(sorted(one.words))}"
    yield from (f"two {' '.join(sorted(pair))}" for pair in combinations(telling, 2))
    yield from (f"word {word}" for word in telling)
    if one.postcode:
        district = one.postcode[:-3] if len(one.postcode) > 4 else one.postcode
        yield from (f"near {district} {word}" for word in telling)
        yield from (f"begins {district} {word[:4]}" for word in telling)
        if len(one.postcode) > 4:
            yield f"door {one.postcode}"
