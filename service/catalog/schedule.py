"""When a group meets, in its own time zone: coming dates, parts of the week, and what the edit form needs. Pure.

A meeting keeps its wall time all year. Where a summer-time change skips that time, the meeting starts as much later as
the clocks jump; where the clocks show it twice, it is the first of the two (RFC 5545, section 3.3.5).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from heapq import merge
from itertools import islice
from typing import Literal
from zoneinfo import ZoneInfo

from service.catalog.recurrence import DAYS, Rule, days, last_instant, parse
from service.catalog.when.plan import PUBLIC_HOLIDAYS
from service.catalog.when.rests import is_public_holiday
from service.errors import Invalid, Problem

NOON, EVENING = 12, 17  # hours at which the afternoon and the evening begin
Part = Literal["morning", "afternoon", "evening"]
Regularity = Literal["weekly", "fortnightly", "monthly", "ad_hoc"]
HORIZON_DAYS = 400
_MANY = 5000  # more meetings than any horizon has
_FAR_DAYS = 3660  # how far `ended` looks: a leap day meets at least every eight years


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A repeating meeting.

    Attributes
    ----------
    rule : str or None
        RRULE value (RFC 5545) without the name. None with a start: it meets once. None without: only words are known.
    starts_at : datetime or None
        Local wall time of the first meeting, without zone.
    minutes : int or None
        How long it lasts; None is not confirmed.
    time_zone : str
        IANA name.
    exceptions : tuple of date
        Local days on which it does not meet.
    level : int or None
        0 to 6: what it asks of a newcomer.
    rests : tuple of str
        Of `when.plan.RESTS`: kinds of days on which it does not meet. School terms are not known: it is only said.
    moved : tuple of (date, datetime)
        For a local day of its rule, the local wall time at which it meets instead.
    part : str
        Where its public holidays hold (see `when.rests`); empty: no holiday is known.
    """

    rule: str | None
    starts_at: datetime | None
    minutes: int | None
    time_zone: str
    exceptions: tuple[date, ...] = ()
    level: int | None = None
    rests: tuple[str, ...] = ()
    moved: tuple[tuple[date, datetime], ...] = ()
    part: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One dated meeting, with its zone; `ends` is None where its length is not confirmed."""

    starts: datetime
    ends: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A day of the rule, or one that a meeting was moved to.

    Attributes
    ----------
    planned : Occurrence
    off : bool
        It does not meet then.
    instead : Occurrence or None
        The time it was moved to.
    was : date or None
        The day of the rule it was moved from.
    """

    planned: Occurrence
    off: bool = False
    instead: Occurrence | None = None
    was: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleParts:
    """A rule as the edit form shows it.

    Attributes
    ----------
    repeat : {'once', 'weekly', 'monthly', 'other'}
        `other`: a good rule that the form's fields cannot say; its text is kept.
    weekdays : tuple of int
        0 = Monday.
    every : int
        Weeks between meetings, for `weekly`; months, for `monthly`.
    nth : int or None
        Which such weekday of the month, 1 to 5 or -1 for the last, for `monthly`.
    until : date or None
    """

    repeat: Literal["once", "weekly", "monthly", "other"]
    weekdays: tuple[int, ...] = ()
    every: int = 1
    nth: int | None = None
    until: date | None = None


_ONCE = Rule(frequency="DAILY", count=1)


@lru_cache(maxsize=4096)
def _rule(text: str | None) -> Rule | None:
    """Read a stored rule once; None where it cannot be used: then only the words of the session count."""
    try:
        return parse(text) if text else _ONCE
    except Invalid:
        return None


def validate_rule(text: str) -> None:
    """Check a rule before it is stored; raises Invalid with a problem of the field `rule` (see `recurrence.parse`)."""
    parse(text)


def validate_zone(name: str) -> None:
    """Check the name of a time zone; raises Invalid with `time_zone_unknown` for the field `time_zone`."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise Invalid("invalid", fields={"time_zone": Problem("time_zone_unknown")}) from None


def next_dates(
    meeting: Meeting, *, after: datetime, limit: int, horizon_days: int = HORIZON_DAYS
) -> tuple[Occurrence, ...]:
    """Return the next meetings that start at or after an instant, in order.

    Parameters
    ----------
    meeting : Meeting
        What repeats.
    after : datetime
        With its zone.
    limit : int
        At most so many.
    horizon_days : int
        Looks so many days ahead, and no further.

    Returns
    -------
    tuple of Occurrence
        In the meeting's zone. Empty where only words are known or a stored rule cannot be read.

    Examples
    --------
    >>> first = datetime(2026, 3, 24, 19)
    >>> tuesdays = Meeting(rule="FREQ=WEEKLY", starts_at=first, minutes=90, time_zone="Europe/London")
    >>> [str(coming.starts) for coming in next_dates(tuesdays, after=datetime(2026, 3, 23, tzinfo=UTC), limit=2)]
    ['2026-03-24 19:00:00+00:00', '2026-03-31 19:00:00+01:00']
    """
    return tuple(islice(_coming(meeting, after, horizon_days), limit))


def dated(meeting: Meeting, *, after: datetime, limit: int, horizon_days: int = HORIZON_DAYS) -> tuple[Dated, ...]:
    """Return the next days of the rule, those on which it does not meet among them, and those moved to; in order."""
    zone, moved = ZoneInfo(meeting.time_zone), dict(meeting.moved)
    found = [Dated(planned=one, was=day) for day, one in _moved(meeting, after, horizon_days)]
    for planned in islice(_planned(meeting, after, horizon_days), limit):
        day = planned.starts.date()
        instead = _occurrence(moved[day], meeting, zone) if day in moved else None
        found.append(Dated(planned=planned, off=day in moved or _rests(meeting, day), instead=instead))
    return tuple(sorted(found, key=lambda one: (one.planned.starts, one.off))[:limit])


def unbroken(meeting: Meeting) -> Meeting:
    """Return a meeting as its rule alone has it."""
    return replace(meeting, exceptions=(), rests=(), moved=())


def days_off(meeting: Meeting, *, after: datetime, horizon_days: int = HORIZON_DAYS) -> tuple[date, ...]:
    """Return the coming days of its rule on which it does not meet, or meets at another time."""
    coming = dated(meeting, after=after, limit=_MANY, horizon_days=horizon_days)
    return tuple(one.planned.starts.date() for one in coming if one.off)


def _coming(meeting: Meeting, after: datetime, horizon_days: int) -> Iterator[Occurrence]:
    """Give what takes place, in order: what the rule plans, and what was moved."""
    moved = dict(meeting.moved)
    kept = (
        planned
        for planned in _planned(meeting, after, horizon_days)
        if planned.starts.date() not in moved and not _rests(meeting, planned.starts.date())
    )
    others = [one for _, one in _moved(meeting, after, horizon_days)]
    return merge(kept, others, key=lambda one: one.starts) if others else kept


def _moved(meeting: Meeting, after: datetime, horizon_days: int) -> list[tuple[date, Occurrence]]:
    """Return what was moved to a time ahead with the day it was moved from, if the rule still has that day."""
    rule, start, zone = _rule(meeting.rule), meeting.starts_at, ZoneInfo(meeting.time_zone)
    if rule is None or start is None:
        return []
    held = [(day, wall) for day, wall in meeting.moved if next(days(rule, start.date(), day, day), None)]
    whole = [(day, _occurrence(wall, meeting, zone)) for day, wall in held]
    horizon = after + timedelta(days=horizon_days)
    ahead = [one for one in whole if after <= one[1].starts <= horizon]
    return sorted(ahead, key=lambda one: (one[1].starts, one[0]))


def _rests(meeting: Meeting, day: date) -> bool:
    holiday = PUBLIC_HOLIDAYS in meeting.rests and is_public_holiday(meeting.part, day)
    return holiday or day in meeting.exceptions


def _planned(meeting: Meeting, after: datetime, horizon_days: int) -> Iterator[Occurrence]:
    rule, start = _rule(meeting.rule), meeting.starts_at
    if rule is None or start is None:
        return
    zone = ZoneInfo(meeting.time_zone)
    since = after.astimezone(zone).date() - timedelta(days=1)  # a skipped time may move to the next day
    horizon, last = since + timedelta(days=horizon_days + 1), last_instant(rule, zone)
    for day in days(rule, start.date(), since, horizon):
        found = _occurrence(datetime.combine(day, start.time()), meeting, zone)
        if last is not None and found.starts > last:
            return
        if found.starts >= after:
            yield found


def _occurrence(wall: datetime, meeting: Meeting, zone: ZoneInfo) -> Occurrence:
    starts = _at(wall, zone)
    return Occurrence(starts=starts, ends=_end(starts, meeting.minutes, zone))


def _at(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant at which the clocks of a zone show that time, as they then really show it."""
    return wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)


def _end(starts: datetime, minutes: int | None, zone: ZoneInfo) -> datetime | None:
    """Count the minutes that pass, not those the clocks show."""
    if minutes is None:
        return None
    return (starts.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(zone)


def slots(meeting: Meeting) -> frozenset[tuple[int, Part]]:
    """Return the parts of the week in which it meets: (weekday 0 = Monday, morning, afternoon or evening).

    By the local time at which it starts. Empty is not confirmed: no start is known, or the rule names days of the month
    or the year, which fall on any weekday.
    """
    rule, start = _rule(meeting.rule), meeting.starts_at
    if rule is None or start is None:
        return frozenset()
    part: Part = "morning" if start.hour < NOON else "afternoon" if start.hour < EVENING else "evening"
    return frozenset((weekday, part) for weekday in _weekdays(rule, start))


def _weekdays(rule: Rule, start: datetime) -> tuple[int, ...]:
    if rule.weekdays:
        return tuple(weekday for _, weekday in rule.weekdays)
    if rule.frequency == "WEEKLY" or rule.count == 1 or (rule.frequency == "DAILY" and rule.interval % 7 == 0):
        return (start.weekday(),)
    return tuple(range(7)) if rule.frequency == "DAILY" else ()


def regularity(meeting: Meeting) -> Regularity:
    """Say how often it meets: weekly (or more), fortnightly, monthly, or ad hoc (seldom, once, or not known)."""
    rule = _rule(meeting.rule)
    if rule is None or meeting.rule is None or rule.count == 1 or rule.frequency == "YEARLY":
        return "ad_hoc"
    gap = _gap_days(rule)
    return "weekly" if gap <= 10 else "fortnightly" if gap <= 17 else "monthly" if gap <= 31 else "ad_hoc"


def _gap_days(rule: Rule) -> float:
    """Return the days between two meetings, on average over one period of the rule."""
    if rule.frequency == "DAILY":
        return rule.interval
    if rule.frequency == "WEEKLY":
        return 7 * rule.interval  # two days in one week are still every so many weeks
    each = sum(1 if nth else 4 for nth, _ in rule.weekdays) or len(rule.month_days) or 1
    return 30 * rule.interval / (len(rule.positions) or each)


def ended(meeting: Meeting, now: datetime) -> bool:
    """Tell whether it will not meet again; what is only known in words has not ended."""
    if meeting.starts_at is None or _rule(meeting.rule) is None:
        return False
    return not next_dates(meeting, after=now, limit=1, horizon_days=_FAR_DAYS)


def rule_from_form(
    *,
    repeat: Literal["once", "weekly", "monthly"],
    weekdays: Sequence[int] = (),
    every: int = 1,
    nth: int | None = None,
    until: date | None = None,
) -> str | None:
    """Write a rule from what the edit form asks; None for a meeting that happens once.

    Raises
    ------
    Invalid
        Fields `weekdays` (`choose_weekday`), `every` (`out_of_range`), `nth` (`choose_nth`).

    Examples
    --------
    >>> rule_from_form(repeat="monthly", weekdays=[1], nth=2)
    'FREQ=MONTHLY;BYDAY=2TU'
    """
    if repeat == "once":
        return None
    problems: dict[str, Problem] = {}
    if not weekdays or not set(weekdays) <= set(range(7)):
        problems["weekdays"] = Problem("choose_weekday")
    if not 1 <= every <= 52:
        problems["every"] = Problem("out_of_range", {"low": 1, "high": 52})
    if repeat == "monthly" and nth not in (1, 2, 3, 4, 5, -1):
        problems["nth"] = Problem("choose_nth")
    if problems:
        raise Invalid("invalid", fields=problems)
    ordinal = str(nth) if repeat == "monthly" else ""
    by_day = ",".join(f"{ordinal}{DAYS[weekday]}" for weekday in sorted(set(weekdays)))
    interval = f"INTERVAL={every};" if every > 1 else ""
    ending = f";UNTIL={until:%Y%m%d}" if until else ""
    return f"FREQ={repeat.upper()};{interval}BYDAY={by_day}{ending}"


def describe(rule: str | None, starts_at: datetime | None = None) -> RuleParts:
    """Take a rule apart for the form and for words; the first day gives the weekday that a weekly rule leaves out."""
    read = _rule(rule)
    if rule is None:
        return RuleParts(repeat="once")
    if read is None or read.count or read.months or read.month_days or read.positions or read.week_start:
        return RuleParts(repeat="other")
    if read.until and len(read.until) > 8:
        return RuleParts(repeat="other")
    until = date.fromisoformat(read.until) if read.until else None
    weekdays = tuple(sorted({weekday for _, weekday in read.weekdays}))
    nths = {nth for nth, _ in read.weekdays}
    if read.frequency == "WEEKLY" and (weekdays or starts_at):
        known = weekdays or ((starts_at.weekday(),) if starts_at else ())
        return RuleParts(repeat="weekly", weekdays=known, every=read.interval, until=until)
    if read.frequency == "MONTHLY" and len(nths) == 1 and None not in nths:
        return RuleParts(repeat="monthly", weekdays=weekdays, every=read.interval, nth=nths.pop(), until=until)
    return RuleParts(repeat="other")
