"""The schedules of HSDS 3 and the weekday rows of HSDS 1 and 2 to sessions. Pure: what is unclear stays words."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time

from service.catalog.changes import LONGEST_WORDS, MOST_EXCEPTIONS
from service.catalog.importing.files import values
from service.catalog.importing.files.hsds_facts import Stated, number, stated
from service.catalog.importing.files.hsds_places import homes
from service.catalog.importing.files.hsds_reading import Json, Seen
from service.catalog.importing.files.incoming import IncomingSession
from service.catalog.importing.files.starting import first_start, lasts
from service.catalog.recurrence import parse
from service.errors import Invalid

_SKIPPED = re.compile(r"Does not meet on [-\d, ]+\.$")


def sessions_of(seen: Seen, *, zone: str, year: int) -> Iterator[IncomingSession]:
    """Give the meetings at each place, and those of the service that are not said again there."""
    record, here = seen.record, homes(seen)
    only = here[0][2] or None if len(here) == 1 else None
    left = list(_each(seen, record, only, zone, year))
    told: set[object] = set()
    for at, _, place in here:
        for one in _each(seen, at, place or None, zone, year):
            match = next((each for each in left if _content(each) == _content(one)), None)
            if match is not None:
                left.remove(match)
            elif (place, _content(one)) in told:
                continue
            told.add((place, _content(one)))
            yield replace(one, own=match.own if match else one.own)
        yield from weekday_sessions(seen, at, place=place or None, zone=zone, year=year)
    yield from (one for one in left if (only or "", _content(one)) not in told)
    yield from weekday_sessions(seen, record, place=only, zone=zone, year=year)


def _content(one: IncomingSession) -> object:
    return one.words, one.rule, one.starts_at, one.minutes, one.note, one.level


def _each(seen: Seen, record: Json, place: str | None, zone: str, year: int) -> Iterator[IncomingSession]:
    for position, one in enumerate(seen.parts(record, "schedules")):
        made = session_of(one, seen, place=place, key=f"{place or ''}/{position}", zone=zone, year=year)
        if made is not None:
            yield made


def session_of(one: Json, seen: Seen, *, place: str | None, key: str, zone: str, year: int) -> IncomingSession | None:
    """Return the session of one schedule; a rule that cannot be kept leaves its words."""
    known = stated(seen, one)
    begins = seen.read("schedules.opens_at", one.get("opens_at"), values.clock, None)
    ends = seen.read("schedules.closes_at", one.get("closes_at"), values.clock, None)
    since = seen.read("schedules.dtstart", one.get("dtstart") or one.get("valid_from"), values.day, None)
    rule = known.one("rule") or _rule(one, seen)
    starts, minutes = _start(rule, since, begins, ends, year, once=_is_once(one))
    words = values.line(one.get("description")) or ("" if starts else _words(one))
    if not words and starts is None:
        return None
    note = values.prose(
        _SKIPPED.sub("", str(one.get("notes") or "")).rstrip() if known.one("not_on") else one.get("notes")
    )
    return IncomingSession(
        key=key, own=values.line(one.get("id")), place=place, words=words[:LONGEST_WORDS] or None,
        rule=rule if starts else None, starts_at=starts, minutes=minutes, time_zone=known.one("timezone") or zone,
        exceptions=_skipped(known), level=number(known.one("level"), 0, 6), note=note[:LONGEST_WORDS] if note else None,
    )  # fmt: skip


def _skipped(known: Stated) -> tuple[date, ...]:
    found = []
    for part in (known.one("not_on") or "").split(","):
        try:
            day = values.day(part)
        except values.UnreadableError:
            continue
        found += [day] if day else []
    return tuple(sorted(set(found)))[:MOST_EXCEPTIONS]


def _words(one: Json) -> str:
    said = (values.line(one.get(name)) for name in ("freq", "byday", "opens_at", "closes_at"))
    return " ".join(each for each in said if each)


def _is_once(one: Json) -> bool:
    """Tell whether it is one day, and no beginning of many."""
    first = values.line(one.get("valid_from"))
    return not one.get("freq") and first is not None and first == values.line(one.get("valid_to"))


def _start(
    rule: str | None, since: date | None, begins: time | None, ends: time | None, year: int, *, once: bool
) -> tuple[datetime | None, int | None]:
    if since is None or begins is None:
        return first_start(rule, begins, ends, year)
    if rule is None and not once:
        return None, None
    return datetime.combine(since, begins), lasts(begins, ends)


def _rule(one: Json, seen: Seen) -> str | None:
    freq = (values.line(one.get("freq")) or "").upper()
    if not freq:
        return None
    parts = [f"FREQ={freq}"]
    for name in ("interval", "count"):
        if (said := (values.line(one.get(name)) or "").removesuffix(".0")) and said != "1":
            parts.append(f"{name.upper()}={said}")
    parts += _days(one, seen)
    until = seen.read("schedules.until", one.get("until") or one.get("valid_to"), values.day, None)
    if until is not None and not one.get("count"):
        parts.append(f"UNTIL={until:%Y%m%d}")
    if (week := (values.line(one.get("wkst")) or "").upper()) in values.DAYS.values() and week != "MO":
        parts.append(f"WKST={week}")
    rule = ";".join(parts)
    try:
        parse(rule)
    except Invalid as refused:
        problem = next(iter(refused.fields.values()))
        seen.remark("schedules.freq", problem.code)
        return None
    return rule


def _days(one: Json, seen: Seen) -> list[str]:
    by_day = (values.line(one.get("byday")) or "").upper()
    month_days = values.line(one.get("bymonthday"))
    if not by_day:
        return [f"BYMONTHDAY={month_days.replace(' ', '')}"] if month_days else []
    also = [f"BYMONTHDAY={month_days.replace(' ', '')}"] if month_days else []
    bare = by_day.replace(" ", "")
    if all(part[-2:] in values.DAYS.values() for part in bare.split(",")):
        return [f"BYDAY={bare}", *also]
    days = seen.read("schedules.byday", by_day, values.weekdays, values.NO_DAYS)
    return [f"BYDAY={','.join(days)}", *also] if days else []


def weekday_sessions(seen: Seen, record: Json, *, place: str | None, zone: str, year: int) -> Iterator[IncomingSession]:
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
