"""Repeating rules (RFC 5545 RRULE): read, checked, written, and laid out as days. Pure.

python-dateutil lays the days out, from a period close to the days one asks for: so a rule that has run for years costs
no more than the days looked at. The tests compare with a count from the first day.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, YEARLY, rrule
from dateutil.rrule import weekday as Weekday  # noqa: N812

from service.errors import Invalid, Problem

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES_OF_DATEUTIL: dict[str, Literal[0, 1, 2, 3]] = {
    "DAILY": DAILY,
    "WEEKLY": WEEKLY,
    "MONTHLY": MONTHLY,
    "YEARLY": YEARLY,
}
FREQUENCIES = tuple(FREQUENCIES_OF_DATEUTIL)
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
    if not _ever(rule, start):
        return
    first = start if rule.count else _nearer_start(rule, start, since)
    for found in _laid_out(rule, start, first, horizon):
        day = found.date()
        if day > horizon:
            return
        if day >= max(start, since):
            yield day


@lru_cache(maxsize=4096)
def _ever(rule: Rule, start: date) -> bool:
    """Tell whether a rule has any day at all: looking for one that never comes takes long, so it is looked for once."""
    return next(iter(_laid_out(rule, start, start, date.max)), None) is not None


def _laid_out(rule: Rule, start: date, first: date, horizon: date) -> rrule:
    """Have python-dateutil lay the rule out; what RFC 5545 takes from the first day is said outright."""
    weekdays = [Weekday(weekday, nth) for nth, weekday in rule.weekdays]
    month_days, months = rule.month_days, rule.months
    if not weekdays and rule.frequency == "WEEKLY":
        weekdays = [Weekday(start.weekday())]
    if not weekdays and not month_days and rule.frequency in ("MONTHLY", "YEARLY"):
        month_days = (start.day,)
        months = months or ((start.month,) if rule.frequency == "YEARLY" else ())
    return rrule(
        FREQUENCIES_OF_DATEUTIL[rule.frequency],
        dtstart=datetime.combine(first, time.min),
        interval=rule.interval,
        wkst=rule.week_start,
        count=rule.count,
        until=None if rule.count else datetime.combine(horizon, time.max),
        byweekday=weekdays or None,
        bymonthday=month_days or None,
        bymonth=months or None,
        bysetpos=rule.positions or None,
    )


def _nearer_start(rule: Rule, start: date, since: date) -> date:
    """Return the first day of a period of the rule that ends before the one of `since`; never before `start`."""
    if rule.frequency in ("DAILY", "WEEKLY"):
        length = 7 if rule.frequency == "WEEKLY" else 1
        periods = ((since - start).days // length) // rule.interval - 1
        return start + timedelta(days=max(0, periods) * rule.interval * length)
    passed = (since.year - start.year) * 12 + since.month - start.month
    length = 12 if rule.frequency == "YEARLY" else 1
    periods = (passed // length) // rule.interval - 1
    if periods <= 0:
        return start
    month = start.year * 12 + start.month - 1 + periods * rule.interval * length
    return date(month // 12, 1 if rule.frequency == "YEARLY" else month % 12 + 1, 1)


def last_instant(rule: Rule, zone: ZoneInfo) -> datetime | None:
    """Return the instant after which UNTIL allows no start; a plain date counts to the end of that local day."""
    if rule.until is None:
        return None
    text = rule.until.rstrip("Z")
    if "T" not in text:
        return datetime.combine(date.fromisoformat(text), time.max, zone)
    return datetime.fromisoformat(text).replace(tzinfo=UTC if rule.until.endswith("Z") else zone)
