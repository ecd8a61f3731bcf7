"""Which column means what: guessed from headings and sample values, then as an editor corrects it. Reads one file."""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from service.catalog.facts import CODES
from service.catalog.importing.files import values
from service.catalog.snapshots import CHOICES
from service.errors import Invalid, Problem

HEADINGS = Path(__file__).with_name("headings.toml")
LONGEST_NAME, SHORTEST_NAME = 6, 4  # words, and letters, of a name that a longer heading may begin with
Mapping_ = dict[str, str]  # heading -> field; "" leaves a column out
# A guess from a heading falls where fewer than half of the sample could be read.
READERS: Mapping[str, Callable[[object], object]] = {
    "latitude": lambda cell: values.degrees(cell, 90),
    "longitude": lambda cell: values.degrees(cell, 180),
    "confirmed_on": values.day,
    "start": values.clock,
    "end": values.clock,
    "age_min": values.age,
    "age_max": values.age,
    "ages": values.ages,
    "day": values.weekdays,
    "mode": lambda cell: values.choice(cell, CHOICES["mode"]),
    "restriction": lambda cell: values.choice(cell, CHOICES["restriction"]),
    "nationwide": values.yes_or_no,
}
SAMPLES: Mapping[str, re.Pattern[str]] = {
    "email": re.compile(r"[^\s@]{1,64}@[^\s@]{1,200}\.[a-z]{2,20}", re.I),
    "url": re.compile(r"https?://\S{3,500}", re.I),
    "postal_code": re.compile(r"[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}", re.I),
}

BY_CELLS = frozenset(("contact",))  # headings that say less than the cells below them


@lru_cache(maxsize=1)
def synonyms() -> Mapping[str, str]:
    """Return each known heading, made plain, with the field it means."""
    known = tomllib.loads(HEADINGS.read_text(encoding="utf-8"))
    facts = {plain(code): f"facts.{code}" for code in CODES}
    return facts | {plain(theirs): ours for ours, names in known.items() for theirs in (ours, *names)}


@lru_cache(maxsize=1)
def fields() -> frozenset[str]:
    """Return every field that a column can mean."""
    return frozenset(synonyms().values()) | {f"facts.{code}" for code in CODES}


def plain(heading: str) -> str:
    """Return a heading without case, accents and signs.

    Examples
    --------
    >>> plain(" E-Mail  address* "), plain("Is this service open?")
    ('e mail address', 'is this service open')
    """
    bare = unicodedata.normalize("NFKD", heading[:200]).encode("ascii", "ignore").decode().casefold()
    words = re.sub(r"[^a-z0-9.]+", " ", bare).replace("facts.", "").split()
    return " ".join(word for word in (each.strip(".") for each in words) if word)


def guess(headings: Sequence[str], sample: Sequence[Sequence[str]]) -> Mapping_:
    """Return what each column seems to mean; a field is given once, to the first column that fits.

    Examples
    --------
    >>> guess(["Title", "Post code", "Contact"], [["Tea", "M33 4AB", "tea@example.org"]])
    {'Title': 'name', 'Post code': 'postal_code', 'Contact': 'email'}
    """
    cells = [[row[number] for row in sample if number < len(row)] for number in range(len(headings))]
    found = dict.fromkeys(headings, "")
    for look in (_called, _by_sample_of_contact, _begins, _by_sample):
        for heading, under in zip(headings, cells, strict=True):
            field = found[heading] or look(heading, under)
            if field and field not in found.values() and _fits(field, under):
                found[heading] = field
    return found


def known_headings(headings: Sequence[str]) -> int:
    """Return how many cells of a row are called as columns are.

    >>> known_headings(["Groups of Sale, 2026", ""]), known_headings(["Group", "Who's it for?", "Our no."])
    (0, 3)
    """
    return sum(1 for heading in headings if _called(heading, ()) or _begins(heading, ()))


def _called(heading: str, _: Sequence[str]) -> str:
    bare = plain(heading)
    field = "" if bare in BY_CELLS else synonyms().get(bare) or (bare if bare in CODES else "")
    return f"facts.{field}" if field in CODES else field


def _by_sample_of_contact(heading: str, cells: Sequence[str]) -> str:
    """Say whether whom to ask is always an address, or a website, or all kinds of things."""
    bare = plain(heading)
    return (_by_sample(heading, cells) or synonyms()[bare]) if bare in BY_CELLS else ""


def _begins(heading: str, _: Sequence[str]) -> str:
    """Return the field whose name a longer heading begins with, as in "Contact (name, tel)" or "When? (term time)"."""
    words = plain(heading.partition("(")[0]).split() or plain(heading).split()
    starts = (" ".join(words[:length]) for length in range(min(len(words), LONGEST_NAME), 0, -1))
    return next((synonyms()[one] for one in starts if one in synonyms() and len(one) >= SHORTEST_NAME), "")


def _fits(field: str, cells: Sequence[str]) -> bool:
    read = READERS.get(field)
    filled = [cell for cell in cells if cell.strip()]
    if read is None or not filled:
        return True
    good = 0
    for cell in filled:
        try:
            read(cell)
        except values.UnreadableError:
            continue
        good += 1
    return good * 2 >= len(filled)


def _by_sample(_: str, cells: Sequence[str]) -> str:
    filled = [cell.strip() for cell in cells if cell.strip()]
    for field, pattern in SAMPLES.items():
        if filled and all(pattern.fullmatch(cell[:600]) for cell in filled):
            return field
    return ""


def check(mapping: Mapping[str, str], headings: Sequence[str]) -> Mapping_:
    """Return a mapping for these headings.

    Raises
    ------
    Invalid
        `mapping`: `unknown_field`, `field_twice`, or `name` `needed`.
    """
    kept = {heading: str(mapping.get(heading, "") or "") for heading in headings}
    named = [field for field in kept.values() if field]
    problems = {h: Problem("unknown_field", {"field": f}) for h, f in kept.items() if f and f not in fields()}
    problems |= {h: Problem("field_twice", {"field": f}) for h, f in kept.items() if f and named.count(f) > 1}
    if "name" not in named:
        problems["name"] = Problem("column_needed", {"field": "name"})
    if problems:
        raise Invalid("mapping", fields=problems)
    return kept
