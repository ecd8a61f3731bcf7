"""What a calendar file promises: read back by somebody else's program, it shows the very meetings the pages show."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrule, rruleset, rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from service.catalog.schedule import Meeting, next_dates
from service.interop.ical import Entry, calendar

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
YEARS = 731  # days: two years, with four changes of the clocks


def written(meeting: Meeting, *, now: datetime = NOW, **more: Any) -> Any:
    """Return the events of a calendar with one entry, as another program reads it."""
    return Calendar.from_ical(calendar([Entry(uid="a@b", title="T", meeting=meeting, **more)], language="en", now=now))


def shown(meeting: Meeting, now: datetime = NOW) -> list[tuple[datetime, datetime | None]]:
    """Lay the file out with dateutil, by the wall clock in its zone, and turn each meeting into an instant."""
    events = written(meeting, now=now).walk("VEVENT")
    last = now + timedelta(days=YEARS)
    found = [one for event in events for one in laid_out(event, meeting.time_zone, last)]
    replaced = {event["RECURRENCE-ID"].dt.astimezone(UTC) for event in events if "RECURRENCE-ID" in event}
    assert {starts for starts, _ in found} >= replaced, "a moved meeting takes the place of one that the rule has"
    return sorted((one for one in found if one[0] not in replaced), key=lambda one: one[0])


def laid_out(event: Any, zone: str, last: datetime) -> list[tuple[datetime, datetime | None]]:
    first = event["DTSTART"].dt
    assert event["DTSTART"].params["TZID"] == zone
    length = event["DTEND"].dt.astimezone(UTC) - first.astimezone(UTC) if "DTEND" in event else None
    walls = rruleset()
    if "RRULE" in event:
        rule = event["RRULE"].to_ical().decode()
        if "UNTIL" in event["RRULE"]:
            until = event["RRULE"]["UNTIL"][0]
            assert until.tzinfo is not None, "an end beside a zone stands in UTC (RFC 5545, 3.3.10)"
            rule = rule.replace(f"{until:%Y%m%dT%H%M%SZ}", f"{until.astimezone(ZoneInfo(zone)):%Y%m%dT%H%M%S}")
        read = rrulestr(rule, dtstart=first.replace(tzinfo=None))
        assert isinstance(read, rrule)
        walls.rrule(read)
    else:
        walls.rdate(first.replace(tzinfo=None))
    skipped = event.get("EXDATE", [])
    for several in skipped if isinstance(skipped, list) else [skipped]:
        for one in several.dts:
            walls.exdate(one.dt.replace(tzinfo=None))
    found = []
    for wall in walls:
        starts = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        if starts > last:
            break
        found.append((starts, None if length is None else starts + length))
    return found


def promised(meeting: Meeting, now: datetime = NOW) -> list[tuple[datetime, datetime | None]]:
    """Return the same from our own schedule."""
    coming = next_dates(meeting, after=now, limit=2000, horizon_days=YEARS + 2)
    until = now + timedelta(days=YEARS)
    pairs = [(one.starts.astimezone(UTC), one.ends.astimezone(UTC) if one.ends else None) for one in coming]
    return [pair for pair in pairs if pair[0] <= until]


def meeting(rule: str | None, starts: str, **more: Any) -> Meeting:
    """Make a meeting that begins at a local wall time."""
    known = {"minutes": 90, "time_zone": "Europe/London", **more}
    return Meeting(rule=rule, starts_at=datetime.fromisoformat(starts), **known)


def moved(day: str, at: str) -> tuple[tuple[date, datetime], ...]:
    """Say that a meeting of one day takes place at another time."""
    return ((date.fromisoformat(day), datetime.fromisoformat(at)),)


EVERY = [
    meeting("FREQ=WEEKLY;BYDAY=TU", "2024-01-02 19:00"),
    meeting("FREQ=WEEKLY", "2026-01-07 10:30"),
    meeting("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH", "2025-01-08 14:00"),
    meeting("FREQ=WEEKLY;INTERVAL=3;BYDAY=MO;WKST=SU", "2025-06-01 09:00"),
    meeting("FREQ=MONTHLY;BYDAY=1SA,3SA", "2025-01-01 11:00"),
    meeting("FREQ=MONTHLY;BYDAY=-1FR", "2025-01-31 20:00"),
    meeting("FREQ=MONTHLY;BYMONTHDAY=31", "2025-01-31 20:00"),
    meeting("FREQ=MONTHLY", "2025-01-30 20:00"),
    meeting("FREQ=YEARLY;BYMONTH=12;BYDAY=2SU", "2020-12-01 15:00"),
    meeting("FREQ=DAILY;INTERVAL=10", "2026-01-01 08:00"),
    meeting("FREQ=WEEKLY;BYDAY=WE;UNTIL=20270630", "2026-01-01 18:00"),
    meeting("FREQ=WEEKLY;BYDAY=WE;UNTIL=20270630T170000Z", "2026-01-01 18:00"),
    meeting("FREQ=WEEKLY;BYDAY=WE;COUNT=60", "2026-10-01 18:00"),
    meeting("FREQ=WEEKLY;BYDAY=SU", "2026-01-04 01:30"),  # a time that the clocks skip and show twice
    meeting("FREQ=WEEKLY;BYDAY=SA", "2026-01-03 23:30", minutes=180),  # over midnight, into a change
    meeting("FREQ=WEEKLY;BYDAY=MO", "2026-01-05 18:00", time_zone="America/New_York"),
    meeting("FREQ=WEEKLY;BYDAY=FR", "2026-01-02 09:00", minutes=None),
    meeting(None, "2026-12-24 12:00"),
    meeting("FREQ=WEEKLY;BYDAY=TU", "2026-01-06 10:00", exceptions=(date(2026, 11, 24), date(2026, 12, 29))),
    meeting("FREQ=WEEKLY;BYDAY=TU", "2026-01-06 10:00", exceptions=(date(2028, 4, 4), date(2026, 11, 25))),
    meeting("FREQ=WEEKLY;BYDAY=MO", "2026-01-05 19:00", rests=("public_holidays",), part="GB-ENG"),
    meeting("FREQ=WEEKLY;BYDAY=TU;BYMONTH=1,2,3,4,5,6,7,9,10,11,12", "2026-01-06 10:00"),
    meeting("FREQ=WEEKLY;BYDAY=TU", "2026-01-06 10:00", moved=moved("2026-11-24", "2026-11-26 18:30")),
    meeting("FREQ=WEEKLY;BYDAY=TU", "2026-01-06 10:00", moved=moved("2026-11-17", "2026-11-26 18:30")),
    meeting("FREQ=WEEKLY;BYDAY=TU", "2026-01-06 10:00", moved=moved("2026-12-29", "2026-12-28 10:00")),
    meeting(None, "2026-12-24 12:00", moved=moved("2026-12-24", "2026-12-23 12:00")),
]


@pytest.mark.parametrize("one", EVERY, ids=lambda one: f"{one.rule}")
def test_a_calendar_shows_the_same_meetings_as_the_pages_for_two_years(one: Meeting) -> None:
    assert shown(one) == promised(one)
    assert len(promised(one)) > 0


@settings(deadline=None, max_examples=60)
@given(
    days=st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, max_size=3, unique=True),
    every=st.integers(1, 5),
    begun=st.dates(date(2024, 1, 1), date(2027, 2, 1)),
    hour=st.integers(0, 23),
    minute=st.sampled_from([0, 15, 30]),
    off=st.lists(st.integers(0, 400), max_size=4),
    later=st.integers(0, 500),
)
def test_any_weekly_meeting_asked_for_on_any_day(
    days: list[str], every: int, begun: date, hour: int, minute: int, off: list[int], later: int
) -> None:
    starts = f"{begun} {hour:02}:{minute:02}"
    now = NOW + timedelta(days=later)
    skipped = tuple(now.date() + timedelta(days=number) for number in off)
    one = meeting(f"FREQ=WEEKLY;INTERVAL={every};BYDAY={','.join(days)}", starts, exceptions=skipped)
    assert shown(one, now) == promised(one, now)


def test_the_hour_stays_when_the_clocks_change() -> None:
    found = shown(meeting("FREQ=WEEKLY;BYDAY=TU", "2026-01-06 19:00"))
    hours = {(starts.astimezone(ZoneInfo("Europe/London")).hour, starts.hour) for starts, _ in found}
    assert hours == {(19, 19), (19, 18)}


@pytest.mark.parametrize("name", ["Europe/London", "America/New_York", "Europe/Dublin", "Australia/Lord_Howe"])
def test_a_program_that_knows_no_zones_reads_the_right_hour_from_the_file(name: str) -> None:
    """The zone is laid out as RFC 5545 says: each change by the clock before it; and every half hour is compared."""
    one = meeting("FREQ=WEEKLY;BYDAY=SU", "2026-01-04 01:30", time_zone=name)
    (zone,) = written(one).walk("VTIMEZONE")
    changes = []
    for part in zone.subcomponents:
        walls = [part.DTSTART, *(wall for wall, _end in part.rdates)]
        changes += [((wall - part.TZOFFSETFROM).replace(tzinfo=UTC), part.TZOFFSETTO) for wall in walls]
    changes.sort()
    for half_hours in range(2 * 24 * YEARS):
        moment = NOW + timedelta(minutes=30 * half_hours)
        offset = next(after for at, after in reversed(changes) if at <= moment)
        assert offset == moment.astimezone(ZoneInfo(name)).utcoffset(), moment


def test_a_meeting_keeps_its_id_and_its_title_tells_what_it_was_given() -> None:
    one = meeting("FREQ=WEEKLY;BYDAY=TU", "2026-01-06 19:00")
    events = [written(one, now=NOW + timedelta(days=n)).walk("VEVENT")[0] for n in (0, 40)]
    assert [str(event["UID"]) for event in events] == ["a@b", "a@b"]
    assert str(events[0]["SUMMARY"]) == "T"
    assert events[0]["DTSTAMP"].dt == NOW
    assert "DESCRIPTION" not in events[0]
    assert "URL" not in events[0]


def test_the_file_is_as_the_standard_wants_it() -> None:
    one = meeting("FREQ=WEEKLY;BYDAY=TU", "2026-01-06 19:00")
    entry = Entry(
        uid="a@b",
        title="Ümlaut; and, more",
        meeting=one,
        place="Hall, Mill Street",
        note="x" * 300,
        position=(53.4, -2.3),
    )
    text = calendar([entry], language="en", now=NOW)
    lines = text.split(b"\r\n")
    assert b"\n" not in text.replace(b"\r\n", b"")
    assert max(map(len, lines)) <= 75
    read: Any = Calendar.from_ical(text)
    assert read.walk("VTIMEZONE")[0]["TZID"] == "Europe/London"
    event = read.walk("VEVENT")[0]
    assert str(event["SUMMARY"]) == "Ümlaut; and, more"
    assert str(event["LOCATION"]) == "Hall, Mill Street"


def test_what_will_not_meet_again_is_left_out() -> None:
    over = meeting("FREQ=WEEKLY;BYDAY=TU;UNTIL=20260101", "2025-01-07 19:00")
    words_only = Meeting(rule=None, starts_at=None, minutes=None, time_zone="Europe/London")
    assert written(over).walk("VEVENT") == []
    assert written(words_only).walk("VEVENT") == []
