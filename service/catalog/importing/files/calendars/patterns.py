"""Single dates that come back: the rule they follow, if they do. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import gcd

from service.catalog.recurrence import DAYS

LEAST = 3  # dates from which a habit is read
MOST_WEEKS = 8  # between two meetings
MOST_MONTHS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A rule that ends with its last known date; `off` are the days between on which it is not said to meet."""

    rule: str
    first: datetime
    off: tuple[date, ...]
    dates: tuple[datetime, ...]


def patterns(dates: Iterable[datetime]) -> tuple[list[Pattern], list[datetime]]:
    """Return the habits among dates, and the dates that follow none.

    Examples
    --------
    >>> found, rest = patterns([datetime(2026, 1, 6, 10), datetime(2026, 1, 13, 10), datetime(2026, 1, 27, 10)])
    >>> found[0].rule, found[0].off, rest
    ('FREQ=WEEKLY;BYDAY=TU;UNTIL=20260127', (datetime.date(2026, 1, 20),), [])
    """
    alike: defaultdict[tuple[object, ...], list[datetime]] = defaultdict(list)
    for one in sorted(set(dates)):
        alike[one.weekday(), one.time()].append(one)
    found, rest = [], []
    for same in alike.values():
        habit = _monthly(same) or _weekly(same) if len(same) >= LEAST else None
        if habit is None:
            rest += same
        else:
            found.append(habit)
    return found, sorted(rest)


def _weekly(dates: Sequence[datetime]) -> Pattern | None:
    weeks = [(one - dates[0]).days // 7 for one in dates]
    step = gcd(*weeks)
    whole = range(0, weeks[-1] + 1, step)
    if step > MOST_WEEKS or len(dates) * 3 < len(whole) * 2:
        return None
    missing = sorted(set(whole) - set(weeks))
    off = tuple((dates[0] + timedelta(weeks=week)).date() for week in missing)
    every = f"INTERVAL={step};" if step > 1 else ""
    return _pattern(f"FREQ=WEEKLY;{every}BYDAY={DAYS[dates[0].weekday()]}", dates, off)


def _monthly(dates: Sequence[datetime]) -> Pattern | None:
    months = [one.year * 12 + one.month for one in dates]
    nths = {(one.day - 1) // 7 + 1 for one in dates}
    last = all((one + timedelta(weeks=1)).month != one.month for one in dates)
    if len(set(months)) < len(dates) or not (last or len(nths) == 1):
        return None
    nth = nths.pop() if len(nths) == 1 else -1
    step = gcd(*(month - months[0] for month in months))
    whole = range(months[0], months[-1] + 1, step)
    if step > MOST_MONTHS or len(dates) * 3 < len(whole) * 2:
        return None
    off = tuple(_nth(month, dates[0].weekday(), nth) for month in sorted(set(whole) - set(months)))
    every = f"INTERVAL={step};" if step > 1 else ""
    return _pattern(f"FREQ=MONTHLY;{every}BYDAY={nth}{DAYS[dates[0].weekday()]}", dates, off)


def _nth(month: int, weekday: int, nth: int) -> date:
    """Return such a weekday of a month; of a fifth that is not there, the day after, on which nothing meets."""
    first = date((month - 1) // 12, (month - 1) % 12 + 1, 1)
    found = first + timedelta(days=(weekday - first.weekday()) % 7)
    if nth > 0:
        return found + timedelta(weeks=nth - 1)
    while (found + timedelta(weeks=1)).month == first.month:
        found += timedelta(weeks=1)
    return found


def _pattern(rule: str, dates: Sequence[datetime], off: tuple[date, ...]) -> Pattern:
    return Pattern(rule=f"{rule};UNTIL={dates[-1]:%Y%m%d}", first=dates[0], off=off, dates=tuple(dates))
