"""What one cell says: text, a date, a time, an age, a price, yes or no. Pure: None or Unreadable, never a guess."""

import html
import math
import re
from collections.abc import Collection
from datetime import date, time
from typing import Final

from service.catalog.facts import Value

YEARS = range(1970, 2200)
MONTHS: Final = {
    name: number
    for number, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
         "september sept sep", "october oct", "november nov", "december dec"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
DAYS: Final = {"mo": "MO", "tu": "TU", "we": "WE", "th": "TH", "fr": "FR", "sa": "SA", "su": "SU"}
DAY_WORD = re.compile(r"(?:mon|tues?|wed|wednes|weds|thu|thur|thurs|fri|sat|satur|sun)(?:day)?s?|mo|tu|we|th|fr|sa|su")
YES = frozenset(["yes", "y", "true", "1", "x", "✓", "✔", "ja", "oui", "si", "sí", "sì", "sim", "tak", "ہاں"])
NO = frozenset(["no", "n", "false", "0", "✗", "nein", "non", "não", "nie", "نہیں"])
UNKNOWN = frozenset(("", "?", "-", "–", "n/a", "na", "none", "null", "nil", "tbc", "tba", "unknown", "not known"))
UNKNOWN_TOO = UNKNOWN | frozenset(("not confirmed", "not_confirmed", "not stated", "not sure", "undefined", "nan"))
_TAG = re.compile(r"<[^<>]{0,500}>")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[t ].{0,40})?", re.ASCII)
_SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
_WORDED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)? ([a-z]{3,9}),? (\d{4})", re.ASCII)
_TIME = re.compile(
    r"(\d{1,2})(?:[:.](\d{2}))?(?::\d{2}(?:\.\d{1,6})?)?(?:z|[+-]\d{2}:?\d{2})? ?(am|pm|noon)?", re.ASCII
)
_MONEY = re.compile(r"(?:£|\$|€|gbp|eur|usd)? ?(\d{1,5}(?:\.\d{1,2})?) ?(?:£|\$|€|gbp|eur|usd)?", re.ASCII)
_AGES = re.compile(r"(?:aged? |ages )?(\d{1,3}) ?(?:-|–|to) ?(\d{1,3})(?: (?:years|yrs))?", re.ASCII)
_FROM_AGE = re.compile(r"(?:aged? |over |from )?(\d{1,3}) ?(?:\+|plus|and over|or over|years and over)?", re.ASCII)
_TO_AGE = re.compile(r"(?:under|up to|below) (\d{1,3})s?", re.ASCII)
FREE = frozenset(("free", "free of charge", "no charge", "no cost", "nothing", "gratis"))


NO_DAYS: tuple[str, ...] = ()
NO_AGES: tuple[int | None, int | None] = (None, None)


class UnreadableError(Exception):
    """A cell says something, and not what its column is for."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code, self.params = code, params


def prose(value: object) -> str | None:
    """Return a cell as plain text: no tags, no control characters, no blank ends; what says nothing is None.

    Examples
    --------
    >>> prose(" <p>Tea &amp; talk</p> "), prose("N/A"), prose(None)
    ('Tea & talk', None, None)
    """
    if value is None or isinstance(value, dict | list):
        return None
    said = str(value)
    if "<" in said or "&" in said:
        said = html.unescape(_TAG.sub(" ", re.sub(r"<(?:br|/p|/li)\b[^<>]{0,50}>", "\n", said)))
    if not said.isprintable():
        said = _CONTROL.sub("", said.replace("\r\n", "\n").replace("\r", "\n"))
    said = said.strip()
    return None if said.casefold() in UNKNOWN_TOO else said


def line(value: object) -> str | None:
    """Return a cell as one line of text."""
    said = prose(value)
    return " ".join(said.split()) if said else None


def day(value: object) -> date | None:
    """Return a date; a day before its month, as most of the world writes.

    Examples
    --------
    >>> day("2026-03-01T10:00:00Z"), day("1/3/2026"), day("1st March 2026")
    (datetime.date(2026, 3, 1), datetime.date(2026, 3, 1), datetime.date(2026, 3, 1))
    """
    said = (line(value) or "").casefold()
    if not said:
        return None
    if found := _ISO.fullmatch(said):
        parts = (int(found[1]), int(found[2]), int(found[3]))
    elif found := _SLASHED.fullmatch(said):
        parts = (int(found[3]), int(found[2]), int(found[1]))
    elif (found := _WORDED.fullmatch(said)) and found[2] in MONTHS:
        parts = (int(found[3]), MONTHS[found[2]], int(found[1]))
    else:
        raise UnreadableError("not_a_date")
    try:
        made = date(*parts)
    except ValueError:
        raise UnreadableError("not_a_date") from None
    if made.year not in YEARS:
        raise UnreadableError("out_of_range", low=YEARS.start, high=YEARS.stop - 1)
    return made


def clock(value: object) -> time | None:
    """Return a time of day.

    Examples
    --------
    >>> clock("7pm"), clock("19:30:00"), clock("12 noon")
    (datetime.time(19, 0), datetime.time(19, 30), datetime.time(12, 0))
    """
    said = (line(value) or "").casefold().replace(".m.", "m").replace("p.m", "pm").replace("a.m", "am")
    if not said:
        return None
    found = _TIME.fullmatch(said)
    if found is None or (found[2] is None and found[3] is None):  # a bare "7" is no time
        raise UnreadableError("not_a_time")
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3] == "pm" and hour < 12:
        hour += 12
    if found[3] == "am" and hour == 12:
        hour = 0
    if hour > 23 or minute > 59:
        raise UnreadableError("not_a_time")
    return time(hour, minute)


def ages(value: object) -> tuple[int | None, int | None]:
    """Return the lowest and the highest age that a cell states.

    Examples
    --------
    >>> ages("13-25"), ages("18+"), ages("under 12"), ages("all ages")
    ((13, 25), (18, None), (None, 11), (None, None))
    """
    said = (line(value) or "").casefold()
    if said in ("", "all", "any", "all ages", "any age", "everyone"):
        return None, None
    if found := _AGES.fullmatch(said):
        low, high = int(found[1]), int(found[2])
        return (low or None), (high if high < 99 else None)
    if found := _TO_AGE.fullmatch(said):
        return None, int(found[1]) - (0 if said.startswith("up") else 1)
    if found := _FROM_AGE.fullmatch(said):
        return int(found[1]), None
    raise UnreadableError("not_an_age")


def age(value: object) -> int | None:
    """Return one age; a fraction is cut."""
    said = line(value)
    if said is None:
        return None
    if not re.fullmatch(r"\d{1,3}(\.\d{1,2})?", said, re.ASCII):
        raise UnreadableError("not_an_age")
    return int(float(said))


def pence(value: object) -> int | None:
    """Return a price in pence; a range, or a price of something else than one visit, is no price.

    Examples
    --------
    >>> pence("£3.50"), pence("free"), pence("0")
    (350, 0, 0)
    """
    said = (line(value) or "").casefold().replace(",", "")
    if not said:
        return None
    if said in FREE:
        return 0
    found = _MONEY.fullmatch(said)
    if found is None:
        raise UnreadableError("not_a_price")
    return round(float(found[1]) * 100)


def yes_or_no(value: object) -> Value:
    """Return yes or no where a cell plainly says it; empty and unknown are not confirmed.

    Examples
    --------
    >>> yes_or_no("Y").value, yes_or_no("").value, yes_or_no(False).value
    ('yes', 'not_confirmed', 'no')
    """
    said = (line(value) or "").casefold()
    if not said:
        return Value.NOT_CONFIRMED
    if said in YES:
        return Value.YES
    if said in NO:
        return Value.NO
    raise UnreadableError("not_yes_or_no")


def choice(value: object, of: Collection[str]) -> str | None:
    """Return one of a few words; small and large letters, blanks and hyphens are alike.

    Examples
    --------
    >>> choice("In person", ("in_person", "online"))
    'in_person'
    """
    said = (line(value) or "").casefold().replace(" ", "_").replace("-", "_")
    if said and said not in of:
        raise UnreadableError("not_a_choice")
    return said or None


def weekdays(value: object) -> tuple[str, ...]:
    """Return days of the week as a rule names them; a list alone, in any common writing.

    Examples
    --------
    >>> weekdays("Tuesday, Thursdays"), weekdays("MO")
    (('TU', 'TH'), ('MO',))
    """
    said = (line(value) or "").casefold()
    words = [word for word in re.split(r"[\s,;/&+]+|\band\b", said[:200]) if word]
    if not all(DAY_WORD.fullmatch(word) for word in words):
        raise UnreadableError("not_a_weekday")
    return tuple(dict.fromkeys(DAYS[word[:2]] for word in words))


def degrees(value: object, most: int) -> float | None:
    """Return a latitude (most 90) or a longitude (most 180)."""
    said = line(value)
    if said is None:
        return None
    try:
        number = float(said)
    except ValueError:
        raise UnreadableError("not_a_position") from None
    if not math.isfinite(number) or abs(number) > most:
        raise UnreadableError("out_of_range", low=-most, high=most)
    return round(number, 6)
