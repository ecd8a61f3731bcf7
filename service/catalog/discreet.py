"""Telephone numbers and e-mail addresses inside a group's own words, kept off pages that programs collect. Pure.

They are shown on the page behind the press that shows how to reach a group, which is counted and kept by nobody.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from service.catalog.views import GroupView

T = TypeVar("T")
FEWEST, MOST = 9, 15  # figures of a telephone number (E.164 has at most 15)
_EMAIL = re.compile(r"(?<![\w.+'-])[\w.+'-]+\s*(?:@|\(at\)|\[at\])\s*[\w-]+(?:\s*\.\s*[\w-]+)+", re.IGNORECASE)
# From a plus, a nought or a bracket on; or three, three and four figures, as in North America.
_PHONE = re.compile(
    r"(?<![\w/.-])(?:\+|\(0|\(\+|0|(?=\(?[2-9]\d{2}\)?[ .-]\d{3}[ .-]\d{4}\b))[\d(][\d ().\u00a0/-]{5,22}\d(?![\w/-])"
)
TEXTS = (
    *("name", "also_known_as", "description", "what_happens", "who_for", "eligibility", "restriction_reason"),
    *("how_to_join", "price_note", "alert", "required_documents", "host"),
)


def hides(text: str) -> bool:
    """Tell whether a text holds a number or an address.

    Examples
    --------
    >>> hides("Ring 01632 960 114"), hides("Since 2018-2019, 10.30-12.00, 2 to 4 pm")
    (True, False)
    """
    return without(text, "") != text


def without(text: str, instead: str) -> str:
    """Return a text with other words where a number or an address was.

    Examples
    --------
    >>> without("Write to tea@example.org or ring (01632) 960114.", "…")
    'Write to … or ring ….'
    """
    return _PHONE.sub(lambda found: instead if _is_number(found[0]) else found[0], _EMAIL.sub(instead, text))


def _is_number(text: str) -> bool:
    return FEWEST <= sum(letter.isdigit() for letter in text) <= MOST


def discreet(group: GroupView, instead: str) -> GroupView:
    """Return a group whose own words hold no number and no address; the fields that are made for them stay."""
    return _reworded(group, lambda text: without(text, instead))


def spoken_of(group: GroupView) -> tuple[list[str], list[str]]:
    """Return the numbers and the addresses inside a group's own words, each once."""
    numbers: dict[str, None] = {}
    addresses: dict[str, None] = {}

    def note(text: str) -> str:
        numbers.update((found[0].strip(), None) for found in _PHONE.finditer(text) if _is_number(found[0]))
        addresses.update((found[0], None) for found in _EMAIL.finditer(text))
        return text

    _reworded(group, note)
    return list(numbers), list(addresses)


def _reworded(group: GroupView, change: Callable[[str], str]) -> GroupView:
    """Return a group with each text of its own changed."""

    def clean(value: T) -> T:
        return change(value) if isinstance(value, str) else value  # type: ignore[return-value]

    def cleaned(texts: Mapping[str, str]) -> dict[str, str]:
        return {name: clean(text) for name, text in texts.items()}

    def each(rows: Sequence[T], *names: str) -> tuple[T, ...]:
        return tuple(replace(row, **{name: clean(getattr(row, name)) for name in names}) for row in rows)  # type: ignore[type-var]

    places = tuple(replace(place, facts=each(place.facts, "note")) for place in group.places)
    return replace(
        group,
        **{name: clean(getattr(group, name)) for name in TEXTS},
        door=cleaned(group.door),
        organisation=each([group.organisation], "name", "summary")[0],
        prices=each(group.prices, "option", "note"),
        sessions=each(group.sessions, "words", "note"),
        facts=each(group.facts, "note"),
        places=each(places, "name", "description", "transportation"),
    )
