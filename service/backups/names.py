"""What backups are called, and which of them are kept. Pure.

A file bears its name only once it was restored and checked: until then it ends in `.part` and counts as nothing.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

ENDING = ".backup"
PART = ".part"
FORM = "%Y%m%dT%H%M%S.%fZ"
NAME = re.compile(r"kith-(\d{8}T\d{6}\.\d{6}Z)\.backup", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """How many backups are kept: the last one of so many days, weeks and months, today's among them."""

    days: int = 7
    weeks: int = 5
    months: int = 12


def named(at: datetime) -> str:
    """Return the name of the backup of a moment."""
    return f"kith-{at.astimezone(UTC).strftime(FORM)}{ENDING}"


def moment(name: str) -> datetime | None:
    """Return of which moment a backup is; None: the name is none of ours."""
    found = NAME.fullmatch(name)
    try:
        return datetime.strptime(found[1], FORM).replace(tzinfo=UTC) if found else None
    except ValueError:
        return None


def kept(moments: Iterable[datetime], keep: Keep, *, now: datetime) -> set[datetime]:
    """Choose those to keep: the newest of each young enough day, week and month, and the newest of all."""
    newest_first = sorted(moments, reverse=True)
    today = now.astimezone(UTC).date()
    found = set(newest_first[:1])
    seen: set[tuple[str, object]] = set()
    for one in newest_first:
        day = one.astimezone(UTC).date()
        periods = {
            ("day", day): (today - day).days < keep.days,
            ("week", _monday(day)): (_monday(today) - _monday(day)).days < 7 * keep.weeks,
            ("month", (day.year, day.month)): _months(today) - _months(day) < keep.months,
        }
        for period, is_young in periods.items():
            if is_young and period not in seen:
                found.add(one)
            seen.add(period)
    return found


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _months(day: date) -> int:
    return 12 * day.year + day.month
