"""A calendar becomes groups: a series is one, dates that come back are one, what happens once is refused and told."""

from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog.importing.files.calendars.following import Target
from service.catalog.importing.files.calendars.patterns import patterns
from service.catalog.importing.files.incoming import Incoming, IncomingGroup, RefusedRow
from service.catalog.importing.files.opening import open_file
from service.catalog.schedule import Meeting, next_dates
from service.interop.ical import Entry
from service.interop.ical import calendar as exported
from tests.catalog.imports.calendars import HALL, WEEKLY, event, written
from tests.catalog.imports.importing import everything, planned, run, undone
from tests.catalog.making import NOW, TODAY
from tests.interop.test_ical import EVERY


def rows(path: Path, **more: object) -> list[Incoming]:
    return list(open_file(path, zone="Europe/London", today=TODAY, **more).groups())  # type: ignore[arg-type]


def taken(path: Path) -> list[IncomingGroup]:
    return [one for one in rows(path) if isinstance(one, IncomingGroup)]


def told(path: Path) -> set[tuple[str, str]]:
    return {(remark.column, remark.code) for one in rows(path) for remark in one.remarks}


def refused(path: Path) -> list[tuple[int, str]]:
    return [(one.row, one.remarks[0].code) for one in rows(path) if isinstance(one, RefusedRow)]


def test_a_series_is_a_group_with_its_rule_its_place_and_what_was_called_off_or_moved(
    engine: Engine, tmp_path: Path
) -> None:
    path = written(
        tmp_path,
        event("a@x", WEEKLY, "DURATION:PT2H", "EXDATE;TZID=Europe/London:20261124T100000", HALL, "GEO:53.41;-2.34",
              r"DESCRIPTION:Tea\, and talk.", "URL:https://example.org/tea", "ORGANIZER;CN=Mary:mailto:m@example.org"),
        event("a@x", "RECURRENCE-ID:20261201T100000Z", at="20261202T143000"),
        event("a@x", "RECURRENCE-ID;TZID=Europe/London:20261208T100000", "STATUS:CANCELLED", at="20261208T100000"),
    )  # fmt: skip
    assert run(engine, path).counts == {"new": 1}
    with Session(engine) as session:
        group = session.scalars(select(m.Group)).one()
        [meets] = group.sessions
        assert (group.name, group.status, group.organisation.name) == ("Tea Table", "draft", "Sale Social")
        assert (group.description, group.url) == ("Tea, and talk.", "https://example.org/tea")
        assert (meets.rule, meets.minutes, meets.exceptions) == (WEEKLY[6:], 120, ["2026-11-24", "2026-12-08"])
        assert meets.moved == [["2026-12-01", "2026-12-02T14:30"]]
        place = group.places[0].location
        assert (place.name, place.address_1, place.city, place.postal_code) == (
            *("Lantern Hall", "1 Lantern Yard", "Sale", "M33 4AB"),
        )
    assert "Mary" not in str(everything(engine)), "no person comes in"


def test_the_same_calendar_again_changes_nothing_and_all_of_it_can_be_taken_back(
    engine: Engine, tmp_path: Path
) -> None:
    path = written(tmp_path, event("a@x", WEEKLY), event("b@x", WEEKLY, summary="Walk"), event("c@x", summary="Party"))
    assert planned(engine, path).counts == {"new": 2, "refused": 1}
    assert run(engine, path).counts == {"new": 2, "refused": 1}
    before = everything(engine)["groups"]
    assert run(engine, path).counts == {"same": 2, "refused": 1}
    assert everything(engine)["groups"] == before
    later = written(tmp_path, event("a@x", WEEKLY, at="20260106T110000"), event("b@x", WEEKLY, summary="Walk"))
    assert run(engine, later).counts == {"changed": 1, "same": 1}
    assert undone(engine, 3).restored == 1
    assert everything(engine)["groups"] == before


def test_series_of_one_name_and_place_are_one_group(tmp_path: Path) -> None:
    thursday = event("b@x", "RRULE:FREQ=WEEKLY", HALL, at="20260108T140000")
    [one] = taken(written(tmp_path, event("a@x", WEEKLY, HALL), thursday))
    assert [each.rule for each in one.sessions or ()] == ["FREQ=WEEKLY;BYDAY=TU", "FREQ=WEEKLY;BYDAY=TH"]


def test_single_dates_that_come_back_are_one_group_and_the_rule_is_told(tmp_path: Path) -> None:
    dates = ("20261124", "20261201", "20261215", "20261222")
    path = written(tmp_path, *(event(f"{day}@x", at=f"{day}T190000") for day in dates))
    [one] = taken(path)
    [meets] = one.sessions or ()
    assert (meets.rule, meets.exceptions) == ("FREQ=WEEKLY;BYDAY=TU;UNTIL=20261222", (date(2026, 12, 8),))
    [said] = one.remarks
    assert (said.code, said.said) == ("dates_alike", "Every Tuesday, at 19:00, until 22 December 2026")


def test_what_happens_once_or_is_over_is_refused_with_its_row(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        event("a@x", summary="Party", at="20261224T190000"),
        event("b@x", summary="Old party", at="20251224T190000"),
        event("c@x", "RRULE:FREQ=WEEKLY;UNTIL=20260301", summary="Old table"),
        event("d@x", WEEKLY, "STATUS:CANCELLED", summary="Called off"),
    )
    assert refused(path) == [(4, "happens_once"), (9, "passed"), (14, "passed"), (20, "event_off")]


def test_two_coming_dates_of_one_name_are_dates_of_a_group(tmp_path: Path) -> None:
    [one] = taken(written(tmp_path, event("a@x", at="20261201T190000"), event("b@x", at="20270114T150000")))
    assert [(each.rule, each.starts_at) for each in one.sessions or ()] == [
        (None, datetime(2026, 12, 1, 19)),  # noqa: DTZ001  # local wall time
        (None, datetime(2027, 1, 14, 15)),  # noqa: DTZ001
    ]


@pytest.mark.parametrize(
    ("start", "wall", "zone"),
    [
        ("DTSTART;TZID=GMT Standard Time:20260106T100000", "10:00", "Europe/London"),
        ('DTSTART;TZID="W. Europe Standard Time":20260106T100000', "10:00", "Europe/Berlin"),
        ("DTSTART;TZID=/example.org/2020_1/America/New_York:20260106T100000", "10:00", "America/New_York"),
        ("DTSTART:20260106T100000", "10:00", "Europe/London"),
        ("DTSTART:20260707T090000Z", "09:00", "UTC"),
    ],
)
def test_times_are_by_the_clocks_that_the_calendar_means(tmp_path: Path, start: str, wall: str, zone: str) -> None:
    [one] = taken(written(tmp_path, event("a@x", start, "RRULE:FREQ=WEEKLY")))
    [meets] = one.sessions or ()
    assert meets.starts_at is not None
    assert (f"{meets.starts_at:%H:%M}", meets.time_zone, one.remarks) == (wall, zone, ())


def test_a_single_time_in_utc_is_told_by_our_clocks(tmp_path: Path) -> None:
    days = ("20270706", "20270713", "20270720")
    [one] = taken(written(tmp_path, *(event(day, f"DTSTART:{day}T090000Z") for day in days)))
    [meets] = one.sessions or ()
    assert (f"{meets.starts_at:%H:%M}", meets.time_zone) == ("10:00", "Europe/London")


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        ("FREQ=WEEKLY;WKST=SU;INTERVAL=1;BYDAY=TU", "FREQ=WEEKLY;BYDAY=TU"),
        ("FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=TU"),
        ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=1", "FREQ=MONTHLY;BYDAY=1TU"),
        ("FREQ=WEEKLY;BYDAY=TU;COUNT=60", "FREQ=WEEKLY;BYDAY=TU;UNTIL=20270223"),
        ("FREQ=WEEKLY;BYDAY=TU;UNTIL=20270223T100000Z", "FREQ=WEEKLY;BYDAY=TU;UNTIL=20270223"),
        ("FREQ=WEEKLY;BYDAY=TU;UNTIL=20270223T095959Z", "FREQ=WEEKLY;BYDAY=TU;UNTIL=20270222"),
        ("FREQ=WEEKLY;BYDAY=TU;UNTIL=99991231T235959Z", "FREQ=WEEKLY;BYDAY=TU"),
        ("FREQ=WEEKLY;BYDAY=TU;BYHOUR=10;BYMINUTE=0", "FREQ=WEEKLY;BYDAY=TU"),
    ],
)
def test_a_rule_is_kept_as_our_forms_say_it(tmp_path: Path, rule: str, kept: str) -> None:
    [one] = taken(written(tmp_path, event("a@x", f"RRULE:{rule}")))
    assert [each.rule for each in one.sessions or ()] == [kept]


def test_a_meeting_without_a_time_keeps_its_days_in_words(tmp_path: Path) -> None:
    path = written(tmp_path, event("a@x", "DTSTART;VALUE=DATE:20260106", WEEKLY))
    [one] = taken(path)
    [meets] = one.sessions or ()
    assert (meets.words, meets.starts_at) == ("Every Tuesday", None)
    assert told(path) == {("DTSTART", "all_day")}


def test_the_door_of_a_video_meeting_is_not_told(tmp_path: Path) -> None:
    secret = r"DESCRIPTION:Join us.\nhttps://us02web.zoom.us/j/123?pwd=abc\n-::~:~::~:~\nPIN 99"
    [one] = taken(written(tmp_path, event("a@x", WEEKLY, secret, "LOCATION:https://us02web.zoom.us/j/123?pwd=abc")))
    assert (one.fields["description"], one.fields["mode"], one.places) == ("Join us.", "online", ())


# ---- our own calendars come back ------------------------------------------------------------------------------------


def back(meeting: Meeting, folder: Path) -> list[Meeting]:
    """Write a meeting as we send it, and read it as the calendar of a group."""
    path = folder / "own.ics"
    entry = Entry(uid="a@b", title="T", meeting=meeting)
    path.write_bytes(exported([entry], language="en", now=NOW))
    target = Target(group_id=uuid4(), name="T")
    [one] = [each for each in rows(path, into=target) if isinstance(each, IncomingGroup)]
    return [
        Meeting(rule=each.rule, starts_at=each.starts_at, minutes=each.minutes, time_zone=each.time_zone or "",
                exceptions=each.exceptions, moved=each.moved)
        for each in one.sessions or ()
    ]  # fmt: skip


def coming(*meetings: Meeting) -> list[tuple[datetime, datetime | None]]:
    found = [each for one in meetings for each in next_dates(one, after=NOW, limit=2000)]
    return sorted((one.starts, one.ends) for one in found)


@pytest.mark.parametrize("one", EVERY, ids=lambda one: f"{one.rule}")
def test_our_own_calendar_comes_back_as_the_same_meetings(one: Meeting, tmp_path: Path) -> None:
    assert coming(*back(one, tmp_path)) == coming(one)


@settings(deadline=None, max_examples=60)
@given(
    days=st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, max_size=3, unique=True),
    every=st.integers(1, 5),
    monthly=st.sampled_from(["", "1", "3", "-1"]),
    begun=st.dates(date(2024, 1, 1), date(2026, 11, 1)),
    hour=st.integers(0, 23),
    off=st.lists(st.integers(0, 300), max_size=4),
    ends=st.one_of(st.none(), st.integers(60, 600)),
)
def test_any_of_our_calendars_comes_back(
    tmp_path_factory: pytest.TempPathFactory,
    days: list[str],
    every: int,
    monthly: str,
    begun: date,
    hour: int,
    off: list[int],
    ends: int | None,
) -> None:
    rule = f"FREQ={'MONTHLY' if monthly else 'WEEKLY'};INTERVAL={every};BYDAY={','.join(monthly + d for d in days)}"
    rule += f";UNTIL={TODAY + timedelta(days=ends):%Y%m%d}" if ends else ""
    starts = datetime.fromisoformat(f"{begun} {hour:02}:30")
    skipped = tuple(sorted({TODAY + timedelta(days=number) for number in off}))
    one = Meeting(rule=rule, starts_at=starts, minutes=90, time_zone="Europe/London", exceptions=skipped)
    if coming(one):
        assert coming(*back(one, tmp_path_factory.mktemp("own"))) == coming(one)


@given(
    first=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    every=st.integers(1, 8),
    number=st.integers(3, 30),
)
def test_dates_every_so_many_weeks_are_read_as_a_rule_that_has_just_these(first: date, every: int, number: int) -> None:
    dates = [datetime.combine(first, datetime.min.time()) + timedelta(weeks=every * n, hours=10) for n in range(number)]
    found, rest = patterns(dates)
    assert rest == []
    [habit] = found
    meeting = Meeting(rule=habit.rule, starts_at=habit.first, minutes=None, time_zone="UTC", exceptions=habit.off)
    laid = next_dates(meeting, after=NOW.replace(year=2025), limit=100, horizon_days=3000)
    assert [one.starts.replace(tzinfo=None) for one in laid] == dates
