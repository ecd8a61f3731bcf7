"""Times of day in words: "10-12", "7 to 9pm", "18:30". Where half a day is not said, all that can be meant. Pure."""

import re
from dataclasses import dataclass
from datetime import time

TIME = r"(?:\d{1,2}(?:[:.]\d{2})?(?:\s?(?:am|pm|a\.m\.|p\.m\.))?|(?:12\s)?noon|midday|midnight)(?![\d:])"
EARLIEST, LATEST = 7 * 60, 20 * 60  # a bare hour is a start between these (proposed)
LONG = 8 * 60  # minutes; of two readings the one that lasts no longer is meant
DAY = 24 * 60
_PARTS = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s?([ap])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When a meeting starts, and how long it lasts if an end was said."""

    starts: time
    minutes: int | None


def hours(begins: str, ends: str | None) -> tuple[Hours, ...]:
    """Return all that may be meant, earliest first; nothing where no such time is on a clock.

    Examples
    --------
    >>> [(str(one.starts), one.minutes) for one in hours("10", "12")]
    [('10:00:00', 120)]
    >>> [str(one.starts) for one in hours("7", "9")]
    ['07:00:00', '19:00:00']
    """
    any_half, sure = _minutes(begins)
    usual = any_half if sure else tuple(one for one in any_half if EARLIEST <= one <= LATEST)
    if ends is None:
        return tuple(_made(one, None) for one in usual if one < DAY)
    last, _ = _minutes(ends)
    found = _pairs(usual, last) or _pairs(any_half, last)
    short = [one for one in found if one[1] <= LONG] or sorted(found, key=lambda one: (one[1], one[0]))[:1]
    return tuple(_made(start, length) for start, length in short)


def _pairs(first: tuple[int, ...], last: tuple[int, ...]) -> list[tuple[int, int]]:
    return [(start, end - start) for start in first for end in last if start < end]


def _made(start: int, length: int | None) -> Hours:
    return Hours(starts=time(start // 60, start % 60), minutes=length)


def _minutes(words: str) -> tuple[tuple[int, ...], bool]:
    """Return the minutes of the day that may be meant, and whether it is said which."""
    text = words.strip()
    if text in ("noon", "midday", "12 noon"):
        return (DAY // 2,), True
    if text == "midnight":
        return (DAY,), True
    match = _PARTS.match(text)
    hour, minute = (int(match[1]), int(match[2] or 0)) if match else (24, 0)
    half = match[3] if match else None
    if minute > 59 or hour > 23 or (half and not 1 <= hour <= 12):
        return (), True
    if half:
        return ((hour % 12 + (12 if half == "p" else 0)) * 60 + minute,), True
    if hour == 0 or hour > 12 or (match and match[2] and len(match[1]) == 2):
        return (hour * 60 + minute,), True
    return tuple(sorted({(hour % 12) * 60 + minute, (hour % 12 + 12) * 60 + minute})), False
