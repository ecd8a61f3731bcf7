"""What a visitor is promised about times: the right days, at the time the clock on the wall shows, all year."""

from datetime import UTC, date, datetime, timedelta
from time import thread_time
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from service.catalog import recurrence
from service.catalog.schedule import (
    Meeting,
    describe,
    ended,
    next_dates,
    regularity,
    rule_from_form,
    slots,
    validate_rule,
    validate_zone,
)
from service.errors import Invalid

LONDON = "Europe/London"
ZONES = ("Europe/London", "America/New_York", "Asia/Karachi")


def meeting(rule: str | None, starts: str = "2026-01-06T19:00", minutes: int | None = 90, **more: object) -> Meeting:
    zone = str(more.get("time_zone", LONDON))
    exceptions = tuple(date.fromisoformat(str(day)) for day in more.get("exceptions", ()))  # type: ignore[attr-defined]
    first = datetime.fromisoformat(starts)
    return Meeting(rule=rule, starts_at=first, minutes=minutes, time_zone=zone, exceptions=exceptions)


def local(found: Meeting, after: str, limit: int = 5, horizon_days: int = 400) -> list[str]:
    instant = datetime.fromisoformat(after).replace(tzinfo=ZoneInfo(found.time_zone))
    coming = next_dates(found, after=instant, limit=limit, horizon_days=horizon_days)
    return [occurrence.starts.isoformat() for occurrence in coming]


def test_a_weekly_group_keeps_its_wall_time_over_both_changes_of_the_clock() -> None:
    tuesdays = meeting("FREQ=WEEKLY;BYDAY=TU")
    assert local(tuesdays, "2026-03-24T00:00", 2) == ["2026-03-24T19:00:00+00:00", "2026-03-31T19:00:00+01:00"]
    assert local(tuesdays, "2026-10-20T00:00", 2) == ["2026-10-20T19:00:00+01:00", "2026-10-27T19:00:00+00:00"]


def test_a_time_that_the_clocks_skip_moves_to_the_hour_after() -> None:
    nights = meeting("FREQ=DAILY", "2026-03-28T01:30", minutes=60)
    assert local(nights, "2026-03-28T00:00", 3) == [
        "2026-03-28T01:30:00+00:00",
        "2026-03-29T02:30:00+01:00",
        "2026-03-30T01:30:00+01:00",
    ]


def test_a_time_that_the_clocks_show_twice_is_the_first_of_the_two_and_lasts_its_minutes() -> None:
    night = meeting(None, "2026-10-25T01:30", minutes=60)
    (only,) = next_dates(night, after=datetime(2026, 10, 24, tzinfo=UTC), limit=5)
    assert only.starts.isoformat() == "2026-10-25T01:30:00+01:00"
    assert only.ends is not None
    assert only.ends.isoformat() == "2026-10-25T01:30:00+00:00"
    assert only.ends.astimezone(UTC) - only.starts.astimezone(UTC) == timedelta(minutes=60)


def test_wall_times_are_right_every_day_for_400_days_in_three_zones() -> None:
    wrong = 0
    for zone in ZONES:
        daily = meeting("FREQ=DAILY", "2020-01-01T10:30", time_zone=zone)
        after = datetime(2026, 3, 1, tzinfo=ZoneInfo(zone))
        coming = next_dates(daily, after=after, limit=400)
        wanted = [after.date() + timedelta(days=n) for n in range(400)]
        assert [occurrence.starts.date() for occurrence in coming] == wanted
        wrong += sum((occurrence.starts.hour, occurrence.starts.minute) != (10, 30) for occurrence in coming)
    assert wrong == 0


def test_days_without_a_meeting_are_left_out() -> None:
    tuesdays = meeting("FREQ=WEEKLY;BYDAY=TU", exceptions=["2026-12-22", "2026-12-29"])
    assert local(tuesdays, "2026-12-16T00:00", 1) == ["2027-01-05T19:00:00+00:00"]


def test_a_meeting_counts_until_it_starts_and_not_after() -> None:
    tuesdays = meeting("FREQ=WEEKLY")
    assert local(tuesdays, "2026-01-13T19:00", 1) == ["2026-01-13T19:00:00+00:00"]
    assert local(tuesdays, "2026-01-13T19:01", 1) == ["2026-01-20T19:00:00+00:00"]


def test_the_last_day_of_a_course_is_still_a_day_of_it() -> None:
    course = meeting("FREQ=WEEKLY;UNTIL=20260120")
    assert local(course, "2026-01-01T00:00") == [
        "2026-01-06T19:00:00+00:00",
        "2026-01-13T19:00:00+00:00",
        "2026-01-20T19:00:00+00:00",
    ]
    assert ended(course, datetime(2026, 1, 21, tzinfo=UTC))
    assert not ended(course, datetime(2026, 1, 20, tzinfo=UTC))


def test_only_words_have_no_dates_and_have_not_ended() -> None:
    words = Meeting(rule=None, starts_at=None, minutes=None, time_zone=LONDON)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert (next_dates(words, after=now, limit=3), slots(words), regularity(words)) == ((), frozenset(), "ad_hoc")
    assert not ended(words, now)


def test_a_stored_rule_that_cannot_be_read_counts_as_words() -> None:
    odd = meeting("FREQ=SECONDLY")
    assert local(odd, "2026-01-01T00:00") == []
    assert slots(odd) == frozenset()


@pytest.mark.parametrize(
    ("rule", "often"),
    [
        ("FREQ=WEEKLY;BYDAY=MO,WE,FR", "weekly"),
        ("FREQ=DAILY", "weekly"),
        ("FREQ=WEEKLY;INTERVAL=2", "fortnightly"),
        ("FREQ=MONTHLY;BYDAY=1TU,3TU", "fortnightly"),
        ("FREQ=MONTHLY;BYDAY=2TU", "monthly"),
        ("FREQ=MONTHLY;BYDAY=TU", "weekly"),
        ("FREQ=WEEKLY;INTERVAL=4", "monthly"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "monthly"),
        ("FREQ=MONTHLY;INTERVAL=2;BYDAY=2TU", "ad_hoc"),
        ("FREQ=YEARLY", "ad_hoc"),
        (None, "ad_hoc"),
    ],
)
def test_how_often_a_group_meets_is_told_in_four_words(rule: str | None, often: str) -> None:
    assert regularity(meeting(rule)) == often


@pytest.mark.parametrize(
    ("rule", "starts", "wanted"),
    [
        ("FREQ=WEEKLY", "2026-01-06T11:59", {(1, "morning")}),
        ("FREQ=WEEKLY;BYDAY=TU,SA", "2026-01-06T12:00", {(1, "afternoon"), (5, "afternoon")}),
        ("FREQ=MONTHLY;BYDAY=-1FR", "2026-01-30T17:00", {(4, "evening")}),
        ("FREQ=MONTHLY;BYMONTHDAY=15", "2026-01-15T17:00", set()),
        (None, "2026-01-06T16:59", {(1, "afternoon")}),
    ],
)
def test_the_part_of_the_week_is_told_by_the_local_start(
    rule: str | None, starts: str, wanted: set[tuple[int, str]]
) -> None:
    assert slots(meeting(rule, starts)) == wanted


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("FREQ=SECONDLY", "rule_frequency"),
        ("FREQ=MINUTELY;INTERVAL=5", "rule_frequency"),
        ("FREQ=HOURLY", "rule_frequency"),
        ("INTERVAL=2", "rule_frequency"),
        ("every Tuesday", "rule_unreadable"),
        ("", "rule_unreadable"),
        ("FREQ=WEEKLY;BYHOUR=9", "rule_part"),
        ("FREQ=WEEKLY;FREQ=DAILY", "rule_part"),
        ("FREQ=WEEKLY;BYDAY=XX", "rule_part"),
        ("FREQ=WEEKLY;INTERVAL=0", "rule_interval"),
        ("FREQ=WEEKLY;COUNT=99999999999", "rule_count"),
        ("FREQ=WEEKLY;UNTIL=20269999", "rule_until"),
        ("FREQ=WEEKLY;COUNT=3;UNTIL=20260101", "rule_combination"),
        ("FREQ=WEEKLY;BYDAY=2TU", "rule_combination"),
        ("FREQ=WEEKLY;BYDAY=" + ",".join(["MO"] * 100), "rule_too_long"),
    ],
)
def test_a_rule_we_cannot_keep_is_refused_by_name(text: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        validate_rule(text)
    assert refused.value.fields["rule"].code == code


@given(st.text(max_size=250))
@settings(max_examples=200, deadline=None)
def test_any_text_is_either_a_rule_or_refused(text: str) -> None:
    try:
        validate_rule(text)
    except Invalid as refused:
        assert set(refused.fields) == {"rule"}  # noqa: PT017


def test_an_unknown_time_zone_is_refused() -> None:
    validate_zone(LONDON)
    for name in ("Europe/Lodnon", "../etc/passwd", "", "x" * 300):
        with pytest.raises(Invalid):
            validate_zone(name)


@pytest.mark.parametrize(
    "rule",
    ["FREQ=WEEKLY", "FREQ=DAILY;INTERVAL=7;BYDAY=MO", "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=31", "FREQ=DAILY;COUNT=1000"],
)
def test_old_endless_and_never_matching_rules_cost_next_to_nothing(rule: str) -> None:
    old = meeting(rule, "1990-01-02T10:00")
    next_dates(old, after=datetime(2026, 1, 1, tzinfo=UTC), limit=1)  # a rule without days is found out once
    before = thread_time()  # of this thread alone
    for _ in range(10):
        next_dates(old, after=datetime(2026, 1, 1, tzinfo=UTC), limit=3)
    assert (thread_time() - before) / 10 < 0.05


DAYS = st.lists(st.sampled_from(recurrence.DAYS), min_size=1, max_size=3, unique=True)


@st.composite
def rules(draw: st.DrawFn) -> str:
    frequency = draw(st.sampled_from(recurrence.FREQUENCIES))
    parts = [f"FREQ={frequency}", f"INTERVAL={draw(st.integers(1, 5))}"]
    ordinal = ""
    if frequency == "MONTHLY":
        ordinal = draw(st.sampled_from(["", "1", "2", "5", "-1"]))
    if draw(st.booleans()):
        parts.append("BYDAY=" + ",".join(ordinal + day for day in draw(DAYS)))
    elif frequency in ("MONTHLY", "YEARLY") and draw(st.booleans()):
        parts.append(f"BYMONTHDAY={draw(st.sampled_from([1, 15, 29, 31, -1]))}")
    # Not for weeks: python-dateutil cuts the first week at the first day, RFC 5545 takes the whole week's set.
    if frequency in ("MONTHLY", "YEARLY") and len(parts) == 3 and draw(st.booleans()):
        parts.append(f"BYSETPOS={draw(st.sampled_from([1, 2, -1]))}")
    if draw(st.booleans()):
        parts.append("BYMONTH=" + ",".join(map(str, draw(st.lists(st.integers(1, 12), min_size=8, unique=True)))))
    if draw(st.booleans()):
        parts.append(f"COUNT={draw(st.integers(1, 40))}")
    if draw(st.booleans()):
        parts.append(f"WKST={draw(st.sampled_from(['MO', 'SU']))}")
    return ";".join(parts)


def never(rule: str) -> bool:
    """Rules that may match no day: python-dateutil would count to the year 9999."""
    return "BYSETPOS=2" in rule


@given(rules(), st.datetimes(datetime(2024, 1, 1), datetime(2024, 12, 31)), st.integers(-30, 900))  # noqa: DTZ001
@settings(max_examples=400, deadline=None)
def test_every_rule_gives_the_days_that_python_dateutil_gives(rule: str, first: datetime, later: int) -> None:
    starts = first.replace(hour=10, minute=0, second=0, microsecond=0)
    since = starts.date() + timedelta(days=later)
    horizon = since + timedelta(days=200)
    guard = f"{rule};UNTIL=20300101T000000" if "COUNT" not in rule else rule
    if not never(rule):
        low, high = (datetime.combine(day, starts.time()) for day in (since, horizon))
        theirs = [day.date() for day in rrulestr(guard, dtstart=starts).between(low, high, inc=True)]
        assert list(recurrence.days(recurrence.parse(rule), starts.date(), since, horizon)) == theirs


@given(
    st.sampled_from(["weekly", "monthly"]),
    st.lists(st.integers(0, 6), min_size=1, max_size=3, unique=True),
    st.integers(1, 4),
    st.sampled_from([1, 2, 3, 4, 5, -1]),
    st.integers(0, 800),
)
@settings(max_examples=150, deadline=None)
def test_the_form_s_rule_gives_the_days_a_patient_reader_of_a_calendar_finds(
    repeat: str, weekdays: list[int], every: int, nth: int, later: int
) -> None:
    rule = rule_from_form(repeat=repeat, weekdays=weekdays, every=every, nth=nth)  # type: ignore[arg-type]
    first = date(2026, 1, 1)
    after = first + timedelta(days=later)
    wanted = []
    for day in (after + timedelta(days=n) for n in range(300)):
        week = ((day - timedelta(days=day.weekday())) - (first - timedelta(days=first.weekday()))).days // 7
        month = (day.year - first.year) * 12 + day.month - first.month
        front = (day.day - 1) // 7 + 1
        last = (day + timedelta(days=7)).month != day.month
        on = week % every == 0 if repeat == "weekly" else month % every == 0 and (last if nth == -1 else front == nth)
        if day >= first and day.weekday() in weekdays and on:
            wanted.append(day)
    coming = next_dates(
        meeting(rule, "2026-01-01T10:00"),
        after=datetime.combine(after, datetime.min.time(), ZoneInfo(LONDON)),
        limit=1000,
        horizon_days=299,
    )
    assert [occurrence.starts.date() for occurrence in coming] == wanted


@pytest.mark.parametrize(
    ("repeat", "weekdays", "every", "nth", "until"),
    [
        ("weekly", (1,), 1, None, None),
        ("weekly", (0, 4), 2, None, date(2027, 1, 1)),
        ("monthly", (1,), 1, 2, None),
        ("monthly", (6,), 3, -1, date(2027, 1, 1)),
    ],
)
def test_what_the_form_writes_the_form_reads_back(
    repeat: str, weekdays: tuple[int, ...], every: int, nth: int | None, until: date | None
) -> None:
    rule = rule_from_form(repeat=repeat, weekdays=weekdays, every=every, nth=nth, until=until)  # type: ignore[arg-type]
    parts = describe(rule)
    assert (parts.repeat, parts.weekdays, parts.every, parts.nth, parts.until) == (repeat, weekdays, every, nth, until)


def test_the_form_says_which_part_of_a_rule_is_missing() -> None:
    with pytest.raises(Invalid) as refused:
        rule_from_form(repeat="monthly", weekdays=[], every=0, nth=9)
    codes = {name: problem.code for name, problem in refused.value.fields.items()}
    assert codes == {"weekdays": "choose_weekday", "every": "out_of_range", "nth": "choose_nth"}


@pytest.mark.parametrize("rule", ["FREQ=MONTHLY;BYDAY=1TU,3TU", "FREQ=DAILY", "FREQ=WEEKLY;BYDAY=TU;BYMONTH=1,2"])
def test_a_rule_the_form_cannot_say_is_kept_as_it_is(rule: str) -> None:
    assert describe(rule).repeat == "other"


def test_a_weekly_rule_without_a_day_takes_the_day_of_the_first_meeting() -> None:
    assert describe("FREQ=WEEKLY", datetime(2026, 1, 6, 19)).weekdays == (1,)  # noqa: DTZ001
    assert describe(None).repeat == "once"
