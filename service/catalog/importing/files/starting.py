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
    starts = datetime.combine(_first_day(rule, year), begins)
    if ends is None:
        return starts, None
    gap = datetime.combine(starts.date(), ends) - starts
    minutes = int((gap if gap > timedelta(0) else gap + timedelta(days=1)).total_seconds() // 60)
    return starts, (minutes if minutes >= SHORTEST else None)


@lru_cache(maxsize=4096)
def _first_day(rule: str, year: int) -> date:
    begins = date(year, 1, 1)
    return next(iter(days(parse(rule), begins, begins, date(year, 12, 31))))
