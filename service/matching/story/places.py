"""Where somebody says they are: postcodes, and names after "near", "in" or "live in". Pure.

Whoever asks looks the names up; what was not found is no place.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from service.catalog.words.lookalikes import word_set
from service.matching.story.amounts import Figure, flattened
from service.matching.story.words import Reading

Find = Callable[[str], str | None]

MOST_TRIED = 16  # names that are looked up for one story
LONGEST_NAME = 4  # words

_POSTCODE = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{1,2}\d[A-Za-z\d]?\s?\d[A-Za-z]{2}(?![A-Za-z0-9])")
_CODE = re.compile(
    r"\b(?:near|in|around|live in|living in|post ?code(?: is)?|zip(?: code)?(?: is)?|plz|cp|cap|area)[:\s]+"
    r"(?P<name>[A-Z]{1,2}\d{1,2}[A-Z]?(?: ?\d)?|\d{5}|\d{2}-\d{3}|\d{4}-\d{3})(?![\w-])"
)
_WORD = r"[A-ZÀ-ÖØ-ÞŁŚŻŹĆ][\w'’-]*"
_LINK = r"(?:upon|under|le|la|on|cum|in|by|the|de|del|do|da|di|sur|sous|am|an der|nad|y|and|super)"
_NAME = rf"(?:[Tt]he )?(?P<name>{_WORD}(?:[ -](?:{_LINK}[ -])?{_WORD}){{0,{LONGEST_NAME - 1}}})"
_HOME = re.compile(
    r"\b(?:[Ll]ive|[Ll]iving|[Bb]ased|[Ss]taying|[Mm]oved|[Rr]elocated|[Ss]ettled|[Hh]ome is|[Hh]ere|[Ww]ohne|[Vv]ivo"
    r"|[Hh]abite|[Aa]bito|[Mm]oro|[Mm]ieszkam|[Bb]yw)"
    r" (?:back |here |just |right |out |now |close |up |down |over )?"
    r"(?:in|near|at|around|outside|to|by|en|à|em|w|we|a|yn|ym) " + _NAME
)
_NEAR = re.compile(
    r"\b(?:[Nn]ear(?: to)?|[Ii]n|[Aa]t|[Aa]round|[Oo]utside|[Cc]lose to|[Cc]erca de|[Pp]rès de"
    r"|[Ii]n der Nähe von|[Vv]icino a|[Pp]erto de|[Bb]lisko|[Kk]oło|[Ee]n|[Ee]m|[Ww]|[Yy]n|[Ii]'m from|[Aa]us) " + _NAME
)
_SMALL = re.compile(
    r"\b(?:i live|i'm living|living|based|just moved|i moved) (?:in|near|to) "
    r"(?P<name>[a-z][a-z'-]+(?: [a-z][a-z'-]+)?)(?=\s*(?:$|[.,;!?\n]|and\b|but\b))"
)
_PAST = re.compile(
    r"(?:\b(?:born|grew up|worked|used to (?:live|work|be|go)|brought up|raised|lived|studied|went"
    r"|holiday|holidays|trip|until|school|university|hospital|back home)(?: \w+){0,2}|moved from) ?$",
    re.IGNORECASE,
)
_AFTER_ORDINARY = re.compile(r"[\w'’-]+ (?:in|by|on) (?=\w)")  # "at Christmas in Leeds"
# Words that begin with a capital, or are also the name of a village, and are no place where they stand in a story.
_NO_PLACE: Final = word_set("""
monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
october november december christmas easter eid diwali ramadan advent lent spring summer autumn winter english polish
spanish french german italian portuguese urdu welsh arabic punjabi gujarati bengali hindi somali turkish ukrainian
church hope love fear pain care bed work home school church hospital college university tears debt need mind mum dad
nan gran god sheltered supported temporary street hall park town city village library centre center group club age
zoom facebook internet tv radio covid lockdown general particular person time day night morning i my the a an this that
recovery prison hell peace silence retirement private council social rented shared hostel flat house
""")


def places(reading: Reading, find: Find) -> Iterator[Figure]:
    """Yield the one place that is likeliest somebody's own: a postcode, where they live, what they are near."""
    tried = 0
    for start, name in _candidates(reading):
        for shorter in _shortened(name):
            tried += 1
            if tried > MOST_TRIED:
                return
            label = find(shorter)
            if label:
                yield Figure("place", label, start, start + len(shorter))
                return


def _candidates(reading: Reading) -> Iterator[tuple[int, str]]:
    text = reading.text
    for found in _POSTCODE.finditer(text):
        yield found.start(), found[0]
    for pattern in (_CODE, _HOME, _NEAR):
        for found in pattern.finditer(text):
            start = found.start("name")
            if _own(reading, found):
                cut = _AFTER_ORDINARY.match(found["name"]) if _is_ordinary(found["name"]) else None
                yield start + (cut.end() if cut else 0), found["name"][cut.end() if cut else 0 :]
    if text.islower():  # somebody who writes no capitals at all
        for found in _SMALL.finditer(flattened(text)):
            if _own(reading, found) and not _is_ordinary(found["name"]):
                yield found.start("name"), text[found.start("name") : found.end("name")]


def _own(reading: Reading, found: re.Match[str]) -> bool:
    front = found.string[max(0, found.start() - 40) : found.start()]
    return not _PAST.search(front) and not reading.of_others(reading.span(found.start("name"), found.end("name"))[0])


def _is_ordinary(name: str) -> bool:
    return name.split()[0].split("-")[0].casefold() in _NO_PLACE


def _shortened(name: str) -> Iterator[str]:
    """Yield a name, then the same without its last words: "Sale Water Park" is in Sale."""
    while name:
        last = name.rpartition(" ")[2]
        ends_as_a_name = last[:1].isupper() or last[:1].isdigit() or not name[:1].isupper()
        if ends_as_a_name and (" " in name or not _is_ordinary(name)):
            yield name
        name = name.rpartition(" ")[0] if name[:1].isupper() else ""
