"""The schedules of HSDS 3 and the weekday rows of HSDS 1 and 2 to sessions. Pure: what is unclear stays words."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time
from typing import Any, Protocol, TypeVar

from service.catalog.importing.files import values
from service.catalog.importing.files.incoming import IncomingSession
from service.catalog.importing.files.starting import first_start
from service.catalog.recurrence import parse
from service.errors import Invalid

T = TypeVar("T")
Json = Mapping[str, Any]
LONGEST_WORDS = 500


class Reading(Protocol):
    """What reads one record and remembers what it left out."""

    def remark(self, column: str, code: str, **params: object) -> None:
        """Note what was left out."""

    def read(self, column: str, cell: object, reader: Callable[[object], T], unsaid: T) -> T:
        """Return what a value says."""
        ...

    def parts(self, record: Json, name: str) -> Iterator[Json]:
        """Give the records of a list."""
        ...


def session_of(
    one: Json, seen: Reading, *, place: str | None, key: str, zone: str, year: int
) -> IncomingSession | None:
    """Return the session of one schedule; a rule that cannot be kept leaves its words."""
    begins = seen.read("schedules.opens_at", one.get("opens_at"), values.clock, None)
    ends = seen.read("schedules.closes_at", one.get("closes_at"), values.clock, None)
    rule = _rule(one, seen)
    since = seen.read("schedules.dtstart", one.get("dtstart") or one.get("valid_from"), values.day, None)
    starts, minutes = _start(rule, since, begins, ends, year)
    words = (values.line(one.get("description")) or _words(one))[:LONGEST_WORDS] or None
    note = values.prose(one.get("notes"))
    if words is None and starts is None:
        return None
    return IncomingSession(
        key=key, place=place, words=words, rule=rule if starts else None, starts_at=starts, minutes=minutes,
        time_zone=zone, note=note[:LONGEST_WORDS] if note else None,
    )  # fmt: skip


def _words(one: Json) -> str:
    said = (values.line(one.get(name)) for name in ("freq", "byday", "opens_at", "closes_at"))
    return " ".join(each for each in said if each)


def _start(
    rule: str | None, since: date | None, begins: time | None, ends: time | None, year: int
) -> tuple[datetime | None, int | None]:
    first, minutes = first_start(rule, begins, ends, year)
    if since is None or begins is None:
        return first, minutes
    if rule is None:
        return None, None
    return datetime.combine(since, begins), minutes


def _rule(one: Json, seen: Reading) -> str | None:
    freq = (values.line(one.get("freq")) or "").upper()
    if not freq:
        return None
    parts = [f"FREQ={freq}"]
    for name in ("interval", "count"):
        if (said := values.line(one.get(name))) and said != "1":
            parts.append(f"{name.upper()}={said}")
    parts += _days(one, seen)
    until = seen.read("schedules.until", one.get("until") or one.get("valid_to"), values.day, None)
    if until is not None and not one.get("count"):
        parts.append(f"UNTIL={until:%Y%m%d}")
    rule = ";".join(parts)
    try:
        parse(rule)
    except Invalid as refused:
        problem = next(iter(refused.fields.values()))
        seen.remark("schedules.freq", problem.code)
        return None
    return rule


def _days(one: Json, seen: Reading) -> list[str]:
    by_day = (values.line(one.get("byday")) or "").upper()
    month_days = values.line(one.get("bymonthday"))
    if not by_day:
        return [f"BYMONTHDAY={month_days.replace(' ', '')}"] if month_days else []
    bare = by_day.replace(" ", "")
    if all(part[-2:] in values.DAYS.values() for part in bare.split(",")):
        return [f"BYDAY={bare}"]
    days = seen.read("schedules.byday", by_day, values.weekdays, values.NO_DAYS)
    return [f"BYDAY={','.join(days)}"] if days else []


def weekday_sessions(
    seen: Reading, record: Json, *, place: str | None, zone: str, year: int
) -> Iterator[IncomingSession]:
    """Give the sessions of weekday rows (HSDS 1 and 2): days with the same hours are one."""
    hours: defaultdict[tuple[time, time | None], list[str]] = defaultdict(list)
    for one in seen.parts(record, "regular_schedules"):
        days = seen.read("regular_schedules.weekday", one.get("weekday"), values.weekdays, values.NO_DAYS)
        begins = seen.read("regular_schedules.opens_at", one.get("opens_at"), values.clock, None)
        ends = seen.read("regular_schedules.closes_at", one.get("closes_at"), values.clock, None)
        if days and begins is not None:
            hours[begins, ends] += days
    order = list(values.DAYS.values())
    for begins, ends in sorted(hours, key=lambda pair: (pair[0], pair[1] or time.max)):
        days = tuple(sorted(set(hours[begins, ends]), key=order.index))
        rule = f"FREQ=WEEKLY;BYDAY={','.join(days)}"
        starts, minutes = first_start(rule, begins, ends, year)
        yield IncomingSession(
            key=f"{place or ''}/{begins:%H%M}-{f'{ends:%H%M}' if ends else ''}", place=place, rule=rule,
            starts_at=starts, minutes=minutes, time_zone=zone,
        )  # fmt: skip
