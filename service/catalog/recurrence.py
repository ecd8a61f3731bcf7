"""Repeating rules (RFC 5545 RRULE): read, checked, written, and laid out as days. Pure.

The days are laid out period by period from the period one asks for, so a rule that has run for years, or one that never
matches a day, costs no more than the days looked at. The tests compare every answer with python-dateutil, which counts
from the first day.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from service.errors import Invalid, Problem

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
LONGEST = 200  # characters of a rule
MOST = 1000  # meetings counted by COUNT; more is meant to be without end
WIDEST = 366  # INTERVAL
_WEEKDAY = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")
_UNTIL = re.compile(r"\d{8}(T\d{6}Z?)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A checked rule. `weekdays` holds (which of the month or None for each, weekday 0 = Monday)."""

    frequency: str
    interval: int = 1
    count: int | None = None
    until: str | None = None
    weekdays: tuple[tuple[int | None, int], ...] = ()
    month_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    week_start: int = 0


def _refuse(code: str, **params: object) -> Invalid:
    return Invalid("invalid", fields={"rule": Problem(code, params)})


def _number(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"[+-]?\d{1,4}", text) or int(text) == 0 or not low <= int(text) <= high:
            raise ValueError(text)
        return int(text)

    return read


def _numbers(low: int, high: int) -> Callable[[str], tuple[int, ...]]:
    one = _number(low, high)
    return lambda text: tuple(one(part) for part in text.split(","))


def _weekdays(text: str) -> tuple[tuple[int | None, int], ...]:
    found = [_WEEKDAY.fullmatch(part) for part in text.split(",")]
    if not all(found):
        raise ValueError(text)
    return tuple((int(match[1]) if match[1] else None, DAYS.index(match[2])) for match in found if match)


def _until(text: str) -> str:
    if not _UNTIL.fullmatch(text):
        raise ValueError(text)
    datetime.strptime(text.rstrip("Z"), "%Y%m%dT%H%M%S" if "T" in text else "%Y%m%d").replace(tzinfo=UTC)
    return text


def _frequency(text: str) -> str:
    if text not in FREQUENCIES:
        raise ValueError(text)
    return text


PARTS: dict[str, tuple[str, Callable[[str], object]]] = {
    "FREQ": ("frequency", _frequency),
    "INTERVAL": ("interval", _number(1, WIDEST)),
    "COUNT": ("count", _number(1, MOST)),
    "UNTIL": ("until", _until),
    "BYDAY": ("weekdays", _weekdays),
    "BYMONTHDAY": ("month_days", _numbers(-31, 31)),
    "BYMONTH": ("months", _numbers(1, 12)),
    "BYSETPOS": ("positions", _numbers(-366, 366)),
    "WKST": ("week_start", DAYS.index),
}
_CODES = {"FREQ": "rule_frequency", "UNTIL": "rule_until", "COUNT": "rule_count", "INTERVAL": "rule_interval"}


def parse(text: str) -> Rule:
    """Read a rule; letters may be small, an `RRULE:` in front is dropped.

    Raises
    ------
    Invalid
        With a problem for the field `rule`: `rule_too_long`, `rule_unreadable`, `rule_frequency` (seconds, minutes and
        hours are refused), `rule_part` (a part we cannot keep), `rule_interval`, `rule_count`, `rule_until`,
        `rule_combination`.
    """
    if len(text) > LONGEST:
        raise _refuse("rule_too_long", limit=LONGEST)
    values: dict[str, object] = {}
    for part in text.upper().removeprefix("RRULE:").strip(" ;").split(";"):
        name, _, value = part.partition("=")
        if not value:
            raise _refuse("rule_unreadable")
        if name not in PARTS or PARTS[name][0] in values:
            raise _refuse("rule_part", part=name[:20])
        key, read = PARTS[name]
        try:
            values[key] = read(value)
        except ValueError:
            raise _refuse(_CODES.get(name, "rule_part"), part=name) from None
    if "frequency" not in values:
        raise _refuse("rule_frequency", part="FREQ")
    rule = Rule(**values)  # type: ignore[arg-type]  # each reader above gives its field's type
    _check(rule)
    return rule


def _check(rule: Rule) -> None:
    """Refuse combinations that RFC 5545 forbids or leaves without a meaning."""
    ordinals = any(nth for nth, _ in rule.weekdays)
    if (
        (rule.count and rule.until)
        or (ordinals and rule.frequency in ("DAILY", "WEEKLY"))
        or (ordinals and rule.frequency == "YEARLY" and not rule.months)
        or (rule.month_days and rule.frequency == "WEEKLY")
        or (rule.positions and not (rule.weekdays or rule.month_days or rule.months))
    ):
        raise _refuse("rule_combination")


def days(rule: Rule, start: date, since: date, horizon: date) -> Iterator[date]:
    """Give the rule's days from `since` to `horizon`, in order, when `start` is the first day; UNTIL is not looked at.

    With COUNT the days are counted from `start`, at most `MOST` of them.
    """
    left = rule.count
    period = 0 if left is not None else _period_before(rule, start, since)
    for number in count(period):
        first, found = _period(rule, start, number)
        if first > horizon or left == 0:
            return
        for day in _picked(rule, found):
            if day < start or left == 0:
                continue
            left = None if left is None else left - 1
            if since <= day <= horizon:
                yield day


def _period_before(rule: Rule, start: date, since: date) -> int:
    """Return the number of a period that ends no later than the one of `since`; never below 0."""
    if rule.frequency in ("DAILY", "WEEKLY"):
        passed = (since - start).days // (7 if rule.frequency == "WEEKLY" else 1)
    else:
        passed = (since.year - start.year) * 12 + since.month - start.month
        passed = passed if rule.frequency == "MONTHLY" else passed // 12
    return max(0, passed // rule.interval - 1)


def _period(rule: Rule, start: date, number: int) -> tuple[date, list[date]]:
    """Return the first day of a period and the days in it that the rule's filters leave."""
    step = number * rule.interval
    if rule.frequency == "DAILY":
        day = start + timedelta(days=step)
        return day, [day] if _fits(rule, day, ()) else []
    if rule.frequency == "WEEKLY":
        monday = start - timedelta(days=(start.weekday() - rule.week_start) % 7) + timedelta(weeks=step)
        wanted = rule.weekdays or ((None, start.weekday()),)
        return monday, [day for n in range(7) if _fits(rule, day := monday + timedelta(days=n), wanted)]
    if rule.frequency == "MONTHLY":
        month = start.year * 12 + start.month - 1 + step
        return date(month // 12, month % 12 + 1, 1), _month(rule, start, month // 12, month % 12 + 1)
    year = start.year + step
    months = _months_of_year(rule, start)
    return date(year, 1, 1), [day for month in months for day in _month(rule, start, year, month)]


def _months_of_year(rule: Rule, start: date) -> tuple[int, ...]:
    if rule.months:
        return tuple(sorted(set(rule.months)))
    return tuple(range(1, 13)) if rule.weekdays or rule.month_days else (start.month,)


def _month(rule: Rule, start: date, year: int, month: int) -> list[date]:
    if rule.months and month not in rule.months:
        return []
    length = monthrange(year, month)[1]
    numbers = rule.month_days if rule.month_days or rule.weekdays else (start.day,)
    chosen = {n if n > 0 else length + 1 + n for n in numbers} if numbers else set(range(1, length + 1))
    wanted = rule.weekdays
    return [date(year, month, n) for n in sorted(chosen) if 1 <= n <= length and _in_month(wanted, year, month, n)]


def _in_month(wanted: tuple[tuple[int | None, int], ...], year: int, month: int, day: int) -> bool:
    """Tell whether a day of a month is one of the weekdays wanted, counted from the front or (below 0) the back."""
    if not wanted:
        return True
    length = monthrange(year, month)[1]
    weekday, front, back = date(year, month, day).weekday(), (day - 1) // 7 + 1, -((length - day) // 7 + 1)
    return any(want == weekday and nth in (None, front, back) for nth, want in wanted)


def _fits(rule: Rule, day: date, weekdays: tuple[tuple[int | None, int], ...]) -> bool:
    """Tell whether a day passes the filters of a daily or weekly rule."""
    wanted = weekdays or rule.weekdays
    if wanted and all(want != day.weekday() for _, want in wanted):
        return False
    if rule.months and day.month not in rule.months:
        return False
    if not rule.month_days:
        return True
    length = monthrange(day.year, day.month)[1]
    return day.day in rule.month_days or day.day - length - 1 in rule.month_days


def _picked(rule: Rule, found: list[date]) -> list[date]:
    """Keep the days at BYSETPOS of one period."""
    if not rule.positions:
        return found
    places = {n - 1 if n > 0 else len(found) + n for n in rule.positions}
    return [day for place, day in enumerate(found) if place in places]


def last_instant(rule: Rule, zone: ZoneInfo) -> datetime | None:
    """Return the instant after which UNTIL allows no start; a plain date counts to the end of that local day."""
    if rule.until is None:
        return None
    text = rule.until.rstrip("Z")
    if "T" not in text:
        return datetime.combine(date.fromisoformat(text), time.max, zone)
    return datetime.fromisoformat(text).replace(tzinfo=UTC if rule.until.endswith("Z") else zone)
