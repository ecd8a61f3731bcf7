"""Facts a free text states, each with the words that say so: suggestions for a person to agree to. Pure."""

from itertools import chain

from service.catalog.reading.ages import ages
from service.catalog.reading.codes import codes
from service.catalog.reading.contacts import contacts, sizes
from service.catalog.reading.hours import hours
from service.catalog.reading.modes import modes
from service.catalog.reading.money import prices
from service.catalog.reading.suggestion import LONGEST, Suggestion, flattened, once, suggestion


def read_facts(text: str) -> list[Suggestion]:
    """Return what a text states, in the order of its words.

    Examples
    --------
    >>> [(one.kind, one.words) for one in read_facts("Meets Tuesdays 7-9pm, £3. No parking.")]
    [('time', 'Tuesdays 7-9pm'), ('price', '£3'), ('parking', 'No parking')]
    """
    flat = flattened(text[:LONGEST])
    found = once(chain(hours(flat), prices(flat), ages(flat), modes(flat), contacts(flat), sizes(flat), codes(flat)))
    return [_quoted(one, text) for one in found]


def _quoted(one: Suggestion, text: str) -> Suggestion:
    """Return a suggestion in the letters of the text as it was written."""
    return suggestion(one.kind, one.value, text, (one.start, one.end), one.confidence)
