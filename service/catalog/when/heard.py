"""What has been heard so far of a meeting, and the marks by which its days are told. Pure."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from service.catalog.when.clock_words import Hours
from service.catalog.when.plan import NotRead

MONTHS = ("january", "february", "march", "april", "may", "june", "july") + (
    "august",
    "september",
    "october",
    "november",
    "december",
)
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
DAY = r"(?:mon|tues?|weds?|wednes|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?|s)?\b"
DATE = (
    rf"(?:\d{{4}}-\d\d-\d\d|\d{{1,2}}(?:st|nd|rd|th)?(?:\sof)?\s{MONTH}(?:,?\s20\d\d)?(?![\d:])"
    rf"|{MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?(?!\s?[-:.]?\s?(?:\d|am|pm|to))(?:,\s20\d\d)?)"
)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST_REST = 120  # days between the ends of "20 December to 3 January"


@dataclass(slots=True, kw_only=True)
class Heard:
    """What was said, word by word; `off` while the words tell of days without a meeting."""

    today: date
    off: bool = False
    dangling: bool = False  # "except" was said, and not yet what
    every: int | None = None
    monthly: bool = False
    said_every: bool = False
    nths: list[int] = field(default_factory=list)
    weekdays: list[int] = field(default_factory=list)
    weekdays_off: list[int] = field(default_factory=list)
    days: list[date] = field(default_factory=list)
    days_off: list[date] = field(default_factory=list)
    months_on: list[int] = field(default_factory=list)
    months_off: list[int] = field(default_factory=list)
    rests: list[str] = field(default_factory=list)
    first: date | None = None
    until: date | None = None
    hours: tuple[Hours, ...] = ()
    minutes: int | None = None


def month(words: str) -> int:
    """Return the number of a month."""
    return next(number for number, name in enumerate(MONTHS, 1) if name.startswith(words.strip(" .")[:3]))


def weekday(words: str) -> int:
    """Return the number of a weekday, 0 = Monday."""
    return DAYS.index(words.strip()[:3])


def day(words: str, since: date) -> date:
    """Return a date; without its year, the next one on or after a day. Raises NotRead."""
    if re.match(r"\d{4}-", words):
        found = _date(*(int(part) for part in words.strip().split("-")))
    else:
        year = re.search(r"20\d\d", words)
        number = int(re.findall(r"\d{1,2}", words)[0])
        years = [int(year[0])] if year else range(since.year, since.year + 9)
        made = (_date(one, month(re.findall(r"[a-z]{3,}", words)[0]), number) for one in years)
        found = next((one for one in made if one and (year or one >= since)), None)
    if found is None:
        raise NotRead("no_such_day")
    return found


def _date(year: int, month_number: int, number: int) -> date | None:
    try:
        return date(year, month_number, number)
    except ValueError:
        return None


def between(first: int, last: int, size: int) -> list[int]:
    """Return the numbers from one to another, round the end if need be; of `size` from 0."""
    return [(first + step) % size for step in range((last - first) % size + 1)]


def days_between(first: date, last: date) -> list[date]:
    """Return all days of a rest. Raises NotRead."""
    if not 0 <= (last - first).days <= LONGEST_REST:
        raise NotRead("no_such_day")
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]
