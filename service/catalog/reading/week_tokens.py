"""Cuts a text into the words that say when something is: days, hours, "every other", "of the month". Pure."""

import re
from dataclasses import dataclass

from service.catalog.reading.clock import Clock, read_clock

MONTHS = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
TOKEN = re.compile(
    rf"""
    (?P<date>(?<![\w:.])\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?(?:{MONTHS})\b(?:,?\s\d{{4}})?
        |\b(?:{MONTHS})\.?\s\d{{1,2}}(?:st|nd|rd|th)?(?!\w|[:.]\d)(?:,?\s\d{{4}})?
        |(?<![\w/])\d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?(?![\w/])|(?<![\w])\d{{1,2}}(?:st|nd|rd|th)\s+(?={MONTHS}\b))
    |(?P<always>24/7|24\shours\s(?:a|per)\sday,?\s(?:7|seven)\sdays\s(?:a|per)\sweek)
    |(?P<fortnight>every\s(?:other|second|2nd|fortnight)\b(?!\s(?:week\s)?of)|alternate\b|fortnightly\b
        |every\s(?:two|2)\sweeks?\b|bi-?weekly\b)
    |(?P<nth>\b(?:first|second|third|fourth|last|1st|2nd|3rd|4th)\b)
    |(?P<month>(?:\b(?:of|in)\s)?\b(?:the\s|each\s|every\s|a\s)?\bmonth(?:ly)?\b)
    |(?P<holiday>\b(?:bank|public)\sholidays?\b|\bholidays?\b)
    |(?P<closed>\bclosed\b)
    |(?P<except>\b(?:except|excluding|apart\sfrom|but\snot|excl?\b\.?)(?:\son)?\b)
    |(?P<days>\b(?:mon|tues?|weds?|wednes|thur?s?|fri|sat(?:ur)?|sun)(?:day)?(?:'?s)?\b\.?
        |\bM-F\b|\bweekdays?\b|\bweekends?\b|\bdaily\b|\bevery\s?day\b|\b(?:7|seven)\sdays\s(?:a|per)\sweek\b)
    |(?P<part>\b(?:morning|afternoon|evening|night|lunchtime|eve)s?\b)
    |(?P<clock>(?<![\w£$€\#])(?<!\d[.:,])
        (?:(?P<hour>\d{{1,2}})(?:[:.](?P<minute>\d{{2}}))?(?:\s?(?P<half>[ap]\.?m\b\.?|noon|midday|midnight))?
            (?:\s?(?:o'?clock|hrs?\b|h\b))?
            (?![\w%£$])(?![.:,/]\d)
            (?!\s?(?:miles?|mph|km|kms|people|places|years?|yrs?|weeks?|months?|days|minutes?|mins?|hours?|children|metres)\b)
        |(?P<word>\b(?:noon|midday|midnight)\b)))
    |(?P<dash>\s?[-–—=]\s?|\b(?:to|until|till|til|thru|through)\b)
    |(?P<join>[,&/+]|\b(?:and|or)\b)
    |(?P<fill>[:;.()•|]|\b(?:at|from|between|on|every|each|open|opens|opening|the|weekly|hours|is|are|regular|of|in|around
        |approx|starting|starts?|services?|worship)\b)
    |(?P<other>[^\W_]+|[^\s\w]|_)
    """,
    re.I | re.X,
)
NUMBERS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": -1}
WEEK = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A word with what it is; `days` and `clock` where it is one."""

    kind: str
    text: str
    start: int
    end: int
    days: tuple[str, ...] = ()
    clock: Clock | None = None


def tokens(text: str) -> list[Token]:
    """Return the words of a text in order."""
    return [_token(found) for found in TOKEN.finditer(text)]


def _token(found: re.Match[str]) -> Token:
    kind = next(name for name in KINDS if found[name] is not None)
    words = found[0].strip()
    start = found.start() + found[0].index(words) if words else found.start()
    days: tuple[str, ...] = ()
    clock = None
    if kind == "days":
        days = _days(words.lower())
        kind = "other" if words in ("sat", "sun", "wed") else kind  # a verb, and what shines
    elif kind == "clock":
        clock = read_clock(found["hour"], found["minute"], found["half"] or found["word"])
        kind = kind if clock else "other"
    return Token(kind=kind, text=words.lower(), start=start, end=start + len(words), days=days, clock=clock)


KINDS = (
    *("date", "always", "fortnight", "nth", "month", "holiday", "closed", "except", "days", "part", "clock", "dash"),
    *("join", "fill", "other"),
)


def _days(words: str) -> tuple[str, ...]:
    if words.startswith("weekday") or words == "m-f":
        return WEEK[:5]
    if words.startswith("weekend"):
        return WEEK[5:]
    if words.startswith(("daily", "every", "7", "seven")):
        return WEEK
    return (words[:2].upper(),)
