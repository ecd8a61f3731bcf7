"""Coming meetings as an iCalendar file (RFC 5545): rules, exceptions, and the time zone they hold in. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vRecur

from service.catalog.recurrence import last_instant, parse
from service.catalog.schedule import HORIZON_DAYS, Dated, Meeting, Occurrence, dated, next_dates, unbroken

PRODUCT = "-//Kith//Groups//EN"
FAR_DAYS = 3660  # how far the end of a counted rule is looked for
RESTS_DAYS = 1100  # how far ahead public holidays are told
YEAR = timedelta(days=366)
SECOND = timedelta(seconds=1)
MANY = 5000  # more meetings than any counted rule has


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One repeating meeting for somebody's calendar.

    Attributes
    ----------
    uid : str
        Stays the same for this meeting, so that a newer file takes an older one's place.
    title : str
    place : str
        Where to go; empty where that is not known.
    note, address : str
        What it is, and its page; empty in a calendar that must not tell.
    revision : int
        Goes up when the listing changes.
    position : tuple of float or None
        Latitude and longitude, only where the venue itself is known.
    """

    uid: str
    title: str
    meeting: Meeting
    place: str = ""
    note: str = ""
    address: str = ""
    revision: int = 0
    position: tuple[float, float] | None = None


def calendar(entries: Iterable[Entry], *, language: str, now: datetime) -> bytes:
    """Write a calendar of all coming meetings; what will not meet again is left out.

    A meeting that was cancelled is an exception (EXDATE), so it disappears from a calendar that had it.
    """
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    for entry in entries:
        for event in _events(entry, language, now):
            made.add_component(event)
    made.add_missing_timezones(first_date=now.date() - YEAR)
    for zone in made.timezones:
        _mend_changes(zone)
    written: bytes = made.to_ical()
    return written


def meets_again(meeting: Meeting, now: datetime) -> bool:
    """Tell whether a calendar would show anything of it."""
    return bool(next_dates(meeting, after=now, limit=1))


def _mend_changes(zone: Timezone) -> None:
    """Write each change of the clocks by the clock before it, as must be (RFC 5545, 3.6.5).

    The library writes a change forward by the clock after it: an hour late. What is right already stays as it is.
    """
    known = ZoneInfo(zone.tz_name)
    parts: list[TimezoneStandard | TimezoneDaylight] = [*zone.standard, *zone.daylight]
    for part in parts:
        before, after = part.TZOFFSETFROM, part.TZOFFSETTO
        part.DTSTART = _by_the_clock_before(part.DTSTART, before, after, known)
        if later := part.rdates:
            del part["RDATE"]
            part.add("RDATE", [_by_the_clock_before(wall, before, after, known) for wall, _end in later])


def _by_the_clock_before(wall: datetime, before: timedelta, after: timedelta, zone: ZoneInfo) -> datetime:
    early = wall - (after - before)
    at = (early - before).replace(tzinfo=UTC)
    offsets = [moment.astimezone(zone).utcoffset() for moment in (at - SECOND, at)]
    return early if offsets == [before, after] else wall


def _events(entry: Entry, language: str, now: datetime) -> Iterator[Event]:
    """Give the rule's event, then one for each meeting that was moved."""
    meeting = entry.meeting
    whole = next_dates(unbroken(meeting), after=now, limit=1)
    moved = [one for one in dated(meeting, after=now, limit=MANY) if one.was] if meeting.moved else []
    if not whole or meeting.rule is None:
        for one in next_dates(meeting, after=now, limit=1):
            yield _plain(entry, language, now, one)
        return
    if meets_again(meeting, now):
        yield _repeating(entry, language, now, whole[0])
    for day in moved:
        yield _moved(entry, language, now, day, whole[0])


def _repeating(entry: Entry, language: str, now: datetime, first: Occurrence) -> Event:
    assert entry.meeting.rule is not None  # noqa: S101  # asked for repeating meetings only
    event = _plain(entry, language, now, first, wall=_wall(entry.meeting, first))
    event.add("rrule", vRecur.from_ical(_rule(entry.meeting, first)))
    if skipped := _exceptions(entry.meeting, first):
        event.add("exdate", skipped)
    return event


def _moved(entry: Entry, language: str, now: datetime, one: Dated, first: Occurrence) -> Event:
    """Write a meeting at its new time: in the place of its day, or by itself where that day is over."""
    assert one.was is not None  # noqa: S101  # asked for moved meetings only
    planned = [each for each in dated(entry.meeting, after=first.starts, limit=MANY) if each.instead == one.planned]
    name = entry.uid if planned else f"{one.was:%Y%m%d}-{entry.uid}"
    event = _plain(replace(entry, uid=name), language, now, one.planned)
    if planned:
        event.add("recurrence-id", planned[0].planned.starts)
    return event


def _plain(entry: Entry, language: str, now: datetime, first: Occurrence, wall: datetime | None = None) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    event.add("sequence", entry.revision)
    event.add("summary", entry.title, parameters={"LANGUAGE": language})
    event.add("status", "CONFIRMED")
    event.add("transp", "OPAQUE")
    event.add("class", "PRIVATE")
    event.add("dtstart", wall or first.starts)
    if first.ends is not None:
        event.add("dtend", first.ends)
    for name, text in (("location", entry.place), ("description", entry.note), ("url", entry.address)):
        if text:
            event.add(name, text)
    if entry.position is not None:
        event.add("geo", entry.position)
    return event


def _wall(meeting: Meeting, first: Occurrence) -> datetime:
    """Return when it first meets by the meeting's own clock time, also where the clocks skip that time on that day."""
    assert meeting.starts_at is not None  # noqa: S101  # it has a coming date
    zone = ZoneInfo(meeting.time_zone)
    for back in (0, 1):  # a skipped time may have moved to the next day
        wall = datetime.combine(first.starts.date() - timedelta(days=back), meeting.starts_at.time(), zone)
        if wall.astimezone(UTC) == first.starts.astimezone(UTC):
            return wall
    return first.starts


def _rule(meeting: Meeting, first: Occurrence) -> str:
    """Return the rule from the first coming meeting on: a count becomes an end, an end is written in UTC as it must be.

    The first coming meeting stands in the same week, month or year of the rule's own rhythm as any other, so every
    second week stays the same second week.
    """
    assert meeting.rule is not None  # noqa: S101  # asked for repeating meetings only
    rule = parse(meeting.rule)
    parts = [
        part
        for part in meeting.rule.upper().removeprefix("RRULE:").strip(" ;").split(";")
        if part.partition("=")[0] not in ("UNTIL", "COUNT")
    ]
    end = last_instant(rule, ZoneInfo(meeting.time_zone))
    if rule.count:
        left = next_dates(unbroken(meeting), after=first.starts, limit=MANY, horizon_days=FAR_DAYS)
        end = left[-1].starts
    if end is not None:
        parts.append(f"UNTIL={end.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    return ";".join(parts)


def _exceptions(meeting: Meeting, first: Occurrence) -> Sequence[datetime]:
    """Return the coming meetings that do not take place, at the time at which they would have begun.

    Public holidays are told for three years ahead. What was moved is no exception: it has an event of its own.
    """
    if not meeting.exceptions and not meeting.rests:
        return ()
    last = max(meeting.exceptions, default=first.starts.date())
    ahead = max(RESTS_DAYS if meeting.rests else HORIZON_DAYS, (last - first.starts.date() + timedelta(days=2)).days)
    whole = dated(meeting, after=first.starts, limit=MANY, horizon_days=ahead)
    return [one.planned.starts for one in whole if one.off and one.instead is None]
