"""How likely two listings are one group, from name, place, number, page and text. Pure; the weights are in"
" `weights`.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from service.catalog.reading.names import ACTIVITY, GENERIC, SECTION, TEAM, name_words, shared
from service.catalog.reading.weights import BIAS, WEIGHTS

SHOWN = 0.5  # from here a pair is shown: chosen on pairs that may be looked at, each judged by the others
_NOT_DIGITS = re.compile(r"\D")
_OTHERS_PAGES = re.compile(r"facebook\.com/?$|gov\.uk/?$|traffordleisure\.co\.uk/?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What is compared of a listing; None is not given."""

    id: UUID | str
    name: str
    description: str | None = None
    address: str | None = None
    town: str | None = None
    postcode: str | None = None
    phone: str | None = None
    url: str | None = None
    organisation: str | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """A listing in the form in which it is compared."""

    listing: Listing
    words: tuple[str, ...]
    postcode: str
    phone: str
    page: str
    street: frozenset[str]
    text: frozenset[str]
    town: frozenset[str]


def read(listing: Listing) -> Read:
    """Read a listing once, however many others it is compared with."""
    return Read(
        listing,
        name_words(listing.name),
        re.sub(r"\W", "", listing.postcode or "").upper(),
        phone_digits(listing.phone),
        page(listing.url),
        frozenset(re.findall(r"[a-z0-9]+", (listing.address or "").lower())),
        frozenset(re.findall(r"[a-z]{4,}", (listing.description or "").lower())),
        frozenset(name_words(listing.town)) if listing.town else frozenset(),
    )


def phone_digits(text: str | None) -> str:
    """Return the last nine digits of a number: what is dialled in front differs."""
    digits = _NOT_DIGITS.sub("", text or "")
    return digits[-9:] if len(digits) >= 9 else ""


def page(text: str | None) -> str:
    """Return a page's address as it is compared; nothing for the page of a whole council."""
    if not text or not text.strip():
        return ""
    try:
        parts = urlsplit(text if "//" in text else f"//{text.strip()}")
        found = (parts.hostname or "").removeprefix("www.") + parts.path.rstrip("/").lower()
    except ValueError:
        return ""
    return "" if _OTHERS_PAGES.search(found) else found + (f"?{parts.query}" if parts.query else "")


class Rarity:
    """How telling a word of a name is among all names: 1 for one that nobody else has, near 0 for a common one."""

    def __init__(self, names: Iterable[str]) -> None:
        self.counts: Counter[str] = Counter()
        self.total = 0
        for name in names:
            self.counts.update(name_words(name))
            self.total += 1

    def of(self, word: str) -> float:
        """Return it for one word, in (0, 1]."""
        if word in GENERIC:
            return GENERIC_RARITY
        whole = math.log(self.total + 2)
        return max(math.log((self.total + 2) / (self.counts[word] + 1)) / whole, 0.02)


FEATURES = (
    *("name", "held", "rest", "telling", "section", "one_activity", "activity", "same_words", "held_here"),
    *("postcode", "sector", "district", "area", "far"),
    *("phone", "other_phone", "page", "other_page", "town", "text", "street"),
)
GENERIC_RARITY, HELD = 0.15, 0.95
MOST_TELLING, FEWEST = 2.5, 2


def features(one: Read, other: Read, rarity: Rarity) -> list[float]:
    """Return the numbers that the weights are for, in the order of `FEATURES`."""
    a, b = _without_town(one, other), _without_town(other, one)
    pairs = shared(a, b)
    common = sum(max(rarity.of(x), rarity.of(y)) for x, y in pairs)
    mine = [word for word in a if word not in {x for x, _ in pairs}]
    theirs = [word for word in b if word not in {y for _, y in pairs}]
    alone, alone_too = sum(map(rarity.of, mine)), sum(map(rarity.of, theirs))
    odd = {*mine, *theirs}
    section = bool(odd & SECTION) or any(word[:1].isdigit() for word in odd)
    one_activity, activity = _activities({*a, *(y for _, y in pairs)}, {*b, *(x for x, _ in pairs)})
    held = common / max(common + min(alone, alone_too), 0.01)
    here = held > HELD and bool(_places(one, other)[0] or (one.phone and one.phone == other.phone))
    return [
        common / max(common + alone + alone_too, 0.01),
        held,
        max((min(rarity.of(word), 0.9) for word in odd), default=0.0),
        min(common, MOST_TELLING),
        float(section),
        one_activity,
        activity,
        float(not odd - GENERIC),
        float(here and not section and not one_activity),
        *_places(one, other),
        *_told(one.phone, other.phone),
        *_told(one.page, other.page),
        float(bool(one.town & other.town)),
        _overlap(one.text, other.text),
        _overlap(one.street, other.street),
    ]


def _activities(one: set[str], other: set[str]) -> tuple[float, float]:
    """Return whether only one name says what is done there, and whether they say different things."""
    a, b = ACTIVITY & one, ACTIVITY & other
    wide, wide_too = (
        {*acts, *(game for word in words for game in TEAM.get(word, ()))} for acts, words in ((a, one), (b, other))
    )
    return float(bool(a) != bool(b)), float(bool(wide and wide_too) and not wide & wide_too)


def _without_town(one: Read, other: Read) -> tuple[str, ...]:
    """Return the words of a name without a town in it that the other name leaves out; two towns in two names stay."""
    towns = one.town | other.town
    extra, extra_too = (towns & set(a.words) - set(b.words) for a, b in ((one, other), (other, one)))
    if any(_places(one, other)[-2:]) or (extra and extra_too):
        return one.words
    return tuple(word for word in one.words if word not in extra) or one.words


def _places(one: Read, other: Read) -> tuple[float, float, float, float, float]:
    """Return: the same postcode, sector, district, area; or far from each other."""
    a, b = one.postcode, other.postcode
    if not a or not b:
        return 0.0, 0.0, 0.0, 0.0, 0.0
    if a == b and len(a) > 4:
        return 1.0, 0.0, 0.0, 0.0, 0.0
    if len(a) > 4 and len(b) > 4 and a[:-2] == b[:-2]:
        return 0.0, 1.0, 0.0, 0.0, 0.0
    near, area = _district(a) == _district(b), a[:2] == b[:2]
    return 0.0, 0.0, float(near), float(area and not near), float(not area)


def _district(postcode: str) -> str:
    return postcode[:-3] if len(postcode) > 4 else postcode


def _told(one: str, other: str) -> tuple[float, float]:
    return float(bool(one) and one == other), float(bool(one and other) and one != other)


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    fewer = min(len(one), len(other))
    return len(one & other) / fewer if fewer >= FEWEST else 0.0


def likeness(one: Read, other: Read, rarity: Rarity) -> float:
    """Return how likely two listings are one group, in [0, 1]; the same whichever comes first."""
    numbers = features(one, other, rarity)
    z = BIAS + sum(WEIGHTS[name] * value for name, value in zip(FEATURES, numbers, strict=True))
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, z))))


def reasons(one: Read, other: Read, rarity: Rarity) -> list[str]:
    """Return why two look the same, as codes, best first: name, phone, page, place, text."""
    found = dict(zip(FEATURES, features(one, other, rarity), strict=True))
    told = [("name", found["held"] > 0.8), ("phone", found["phone"] > 0), ("page", found["page"] > 0)]
    told += [("place", found["postcode"] + found["sector"] > 0), ("text", found["text"] > 0.6)]
    return [name for name, holds in told if holds]
