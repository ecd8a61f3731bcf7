"""The first meeting of a repeating rule, when a list tells days and hours but no date. Pure."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache

from service.catalog.recurrence import days, parse

SHORTEST = 5  # minutes


def first_start(
    rule: str | None, begins: time | None, ends: time | None, year: int
) -> tuple[datetime | None, int | None]:
    """Return when a rule of days first falls in a year, and how many minutes it lasts.

    Examples
    --------
    >>> first_start("FREQ=WEEKLY;BYDAY=TU", time(19), time(21), 2026)
    (datetime.datetime(2026, 1, 6, 19, 0), 120)
    """
    if rule is None or begins is None:
        return None, None
    first = _first_day(rule, year)
    return (datetime.combine(first, begins), lasts(begins, ends)) if first else (None, None)


def lasts(begins: time, ends: time | None) -> int | None:
    """Return how many minutes lie between two times of day; None for too few to be meant.

    >>> lasts(time(19), time(21)), lasts(time(22), time(1)), lasts(time(9), None)
    (120, 180, None)
    """
    if ends is None:
        return None
    day = date(2000, 1, 1)
    gap = datetime.combine(day, ends) - datetime.combine(day, begins)
    minutes = int((gap if gap > timedelta(0) else gap + timedelta(days=1)).total_seconds() // 60)
    return minutes if minutes >= SHORTEST else None


@lru_cache(maxsize=4096)
def _first_day(rule: str, year: int) -> date | None:
    begins = date(year, 1, 1)
    return next(iter(days(parse(rule), begins, begins, date(year, 12, 31))), None)
