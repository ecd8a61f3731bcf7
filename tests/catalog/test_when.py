"""What an editor is promised who says in words when a group meets: it is read as meant, asked about, or not read."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.catalog.recurrence import parse
from service.catalog.schedule import Meeting, next_dates, rule_from_form
from service.catalog.when.plan import RESTS, NotRead, Plan, Rhythm, take_apart, write
from service.catalog.when.reading import MOST_READINGS, read
from service.catalog.when.saying import say

TODAY = date(2026, 1, 1)  # a Thursday
NOT_AUGUST = "BYMONTH=1,2,3,4,5,6,7,9,10,11,12"
LONG_AUTUMN = "BYMONTH=4,5,6,7,8,9"


def said(words: str) -> list[str]:
    """Every meaning, with its rule or day, its hours and its rests."""
    return [told(plan) for plan in read(words, today=TODAY)]


def told(plan: Plan) -> str:
    length = "?" if plan.minutes is None else plan.minutes
    off = [day.isoformat() for day in plan.exceptions] + list(plan.rests)
    return " ".join([plan.rule or str(plan.starts_at.date()), f"{plan.starts_at:%H:%M}+{length}", *off])


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("Tuesdays 7-9pm", "FREQ=WEEKLY;BYDAY=TU 19:00+120"),
        ("first Monday of the month at 2pm", "FREQ=MONTHLY;BYDAY=1MO 14:00+?"),
        ("Mon, Wed & Fri 9.30am–11am", "FREQ=WEEKLY;BYDAY=MO,WE,FR 09:30+90"),
        ("last Friday monthly 19:00", "FREQ=MONTHLY;BYDAY=-1FR 19:00+?"),
        ("weekdays 10 to 4", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR 10:00+360"),
        ("Mon-Fri 10 to 4", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR 10:00+360"),
        ("Saturday 4 July 2pm", "2026-07-04 14:00+?"),
        ("Saturday 4th of July 2026, 2 to 4", "2026-07-04 14:00+120"),
        ("July 4 at 2pm for an hour and a half", "2026-07-04 14:00+90"),
        ("Mondays 2-4 term time only", "FREQ=WEEKLY;BYDAY=MO 14:00+120 outside_terms"),
        ("Mondays 2 to 4, not in the school holidays", "FREQ=WEEKLY;BYDAY=MO 14:00+120 outside_terms"),
        ("Mondays 2 to 4, not bank holidays", "FREQ=WEEKLY;BYDAY=MO 14:00+120 public_holidays"),
        ("fortnightly on Wednesdays from 7 January, 7pm", "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE 19:00+?"),
        ("every three weeks on Friday from 9 Jan at noon", "FREQ=WEEKLY;INTERVAL=3;BYDAY=FR 12:00+?"),
        ("2nd and 4th Tuesday 7pm", "FREQ=MONTHLY;BYDAY=2TU,4TU 19:00+?"),
        ("2nd Tuesday of the month 10am", "FREQ=MONTHLY;BYDAY=2TU 10:00+?"),
        ("Tuesdays except August, 10-12", f"FREQ=WEEKLY;BYDAY=TU;{NOT_AUGUST} 10:00+120"),
        ("Tuesdays 10–12 not in July or August", "FREQ=WEEKLY;BYDAY=TU;BYMONTH=1,2,3,4,5,6,9,10,11,12 10:00+120"),
        ("Thursdays 7.30pm - 9.30pm April to September", f"FREQ=WEEKLY;BYDAY=TH;{LONG_AUTUMN} 19:30+120"),
        ("Tuesday, 10-12, closed 24 December to 3 January", "FREQ=WEEKLY;BYDAY=TU 10:00+120 2026-12-29"),
        ("every day except Friday 10am", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,SA,SU 10:00+?"),
        ("Tues/Thurs 6-8", "FREQ=WEEKLY;BYDAY=TU,TH 18:00+120"),
        ("Mondays from 5 January to 2 March 2pm", "FREQ=WEEKLY;BYDAY=MO;UNTIL=20260302 14:00+?"),
        ("Sundays between 11 and 1", "FREQ=WEEKLY;BYDAY=SU 11:00+120"),
    ],
)
def test_words_with_one_meaning_are_read_so(words: str, meant: str) -> None:
    assert said(words) == [meant]


def test_a_first_and_a_last_day_are_read() -> None:
    (plan,) = read("Wednesdays from 7 January 2026 7pm until 25 March", today=TODAY)
    assert (plan.rule, plan.starts_at) == ("FREQ=WEEKLY;BYDAY=WE;UNTIL=20260325", datetime(2026, 1, 7, 19))  # noqa: DTZ001


def test_every_2nd_tuesday_may_be_of_the_month_or_every_two_weeks_from_either_of_two() -> None:
    found = read("every 2nd Tuesday 10–12 except August", today=TODAY)
    fortnightly = f"FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;{NOT_AUGUST}"
    assert [(plan.rule, plan.starts_at.date()) for plan in found] == [
        (f"FREQ=MONTHLY;BYDAY=2TU;{NOT_AUGUST}", TODAY),
        (fortnightly, date(2026, 1, 6)),
        (fortnightly, date(2026, 1, 13)),
    ]


def test_every_other_thursday_may_begin_in_either_week_unless_a_first_day_is_known() -> None:
    words = "every other Thursday 18:30 to 20:00 until 20 July"
    assert [plan.starts_at.date() for plan in read(words, today=TODAY)] == [TODAY, date(2026, 1, 8)]
    assert [plan.starts_at.date() for plan in read(words, today=TODAY, anchor=date(2025, 5, 1))] == [date(2025, 5, 1)]


def test_seven_to_nine_may_be_in_the_morning_or_in_the_evening() -> None:
    assert said("Tuesday 7-9") == ["FREQ=WEEKLY;BYDAY=TU 07:00+120", "FREQ=WEEKLY;BYDAY=TU 19:00+120"]


@pytest.mark.parametrize(
    ("words", "code", "named"),
    [
        ("Tuesdays 2pm when it rains", "not_understood", "when"),
        ("not every Tuesday 2pm", "not_understood", "every"),
        ("Tuesday or Wednesday 2pm", "not_understood", "or"),
        ("Tuesdays 2pm except", "not_understood", "except"),
        ("Tuesdays 2pm except August bank holiday", "not_understood", "August bank holiday"),
        ("Mondays 2pm, not the first Monday", "not_understood", "first"),
        ("bank holidays 2pm", "not_understood", "bank holidays"),
        ("Tuesday 10-12 and Thursday 2-4", "second_time", "2-4"),
        ("Tuesdays and Thursdays 2pm, not Thursdays in August", "no_day", ""),
        ("Tuesdays", "no_time", ""),
        ("at 2pm", "no_day", ""),
        ("", "no_day", ""),
        ("monthly on Tuesday at 2pm", "which_week", ""),
        ("first Monday of every 2 months 2pm", "which_first", ""),
        ("Sunday 4 July 2pm", "weekday_differs", "Sunday 4 July"),
        ("Tuesdays 10-12 August", "not_understood", "-"),
        ("31 February 2pm", "no_such_day", "31 February"),
        ("Mondays 27:00", "no_such_time", "27:00"),
        ("4 July and 5 July 2pm", "days_and_weekdays", ""),
        ("Mondays 2pm from 9 May 2026 until 1 May 2026", "ends_before", ""),
        ("x" * 1001, "too_long", ""),
    ],
)
def test_words_that_are_not_understood_are_named_and_never_guessed(words: str, code: str, named: str) -> None:
    with pytest.raises(NotRead) as refused:
        read(words, today=TODAY)
    assert (refused.value.code, refused.value.words) == (code, named)
    assert words[refused.value.start : refused.value.end] == named


WORDS = ["every", "2nd", "Tuesday", "10-12", "except", "August", "4 July", "to", "noon", "not", "1st", "weeks", "month"]


@given(st.text(max_size=80) | st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_refused_and_what_is_read_is_a_good_rule(text: str) -> None:
    try:
        found = read(text, today=TODAY)
    except NotRead:
        return
    assert 1 <= len(found) <= MOST_READINGS
    for plan in found:
        assert plan.rule is None or parse(plan.rule).weekdays


DAYS = st.dates(date(2026, 1, 1), date(2035, 12, 31))
TIMES = st.times(time(0), time(23, 59)).map(lambda at: at.replace(second=0, microsecond=0))


@st.composite
def rhythms(draw: st.DrawFn) -> Rhythm:
    nths = draw(st.lists(st.sampled_from([1, 2, 3, 4, 5, -1]), max_size=3, unique=True))
    return Rhythm(
        weekdays=tuple(sorted(draw(st.sets(st.integers(0, 6), min_size=1)))),
        every=draw(st.integers(1, 52)),
        nths=tuple(sorted(nths, key=lambda nth: nth if nth > 0 else 9 - nth)),
        months_off=tuple(sorted(draw(st.sets(st.integers(1, 12), max_size=11)))),
    )


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    rhythm = draw(st.none() | rhythms())
    first = draw(DAYS)
    if rhythm is not None and draw(st.booleans()):
        later = first + timedelta(days=draw(st.integers(0, 900)))
        rhythm = Rhythm(
            **{name: getattr(rhythm, name) for name in ("weekdays", "every", "nths", "months_off")}, until=later
        )
    days = draw(st.sets(DAYS, max_size=3))
    return Plan(
        rule=write(rhythm) if rhythm else None,
        starts_at=datetime.combine(first, draw(TIMES)),
        minutes=draw(st.none() | st.integers(5, 1440)),
        exceptions=tuple(sorted(day for day in days if rhythm is None or day.weekday() in rhythm.weekdays)),
        rests=tuple(rest for rest in RESTS if draw(st.booleans())),
    )


@given(plans(), DAYS)
@settings(max_examples=600, deadline=None)
def test_what_is_said_of_a_meeting_is_read_back_as_that_meeting_and_no_other(plan: Plan, today: date) -> None:
    assert read(say(plan), today=today) == (plan,)


@given(plans())
@settings(max_examples=300, deadline=None)
def test_without_its_first_day_a_meeting_is_read_back_by_the_first_day_that_is_known(plan: Plan) -> None:
    assert read(say(plan, first_day=False), today=TODAY, anchor=plan.starts_at.date()) == (plan,)


@given(
    st.sampled_from(["weekly", "monthly"]),
    st.sets(st.integers(0, 6), min_size=1),
    st.integers(1, 52),
    st.sampled_from([1, 2, 3, 4, 5, -1]),
    st.none() | DAYS,
)
@settings(max_examples=300, deadline=None)
def test_every_rule_that_the_form_can_hold_is_said_and_read_back(
    repeat: str, weekdays: set[int], every: int, nth: int, until: date | None
) -> None:
    rule = rule_from_form(repeat=repeat, weekdays=sorted(weekdays), every=every, nth=nth, until=until)  # type: ignore[arg-type]
    starts = datetime(2026, 1, 1, 19, 30)  # noqa: DTZ001
    plan = Plan(rule=rule, starts_at=starts, minutes=90)
    assert rule is not None
    assert take_apart(rule) is not None
    assert read(say(plan), today=TODAY) == (plan,)


@pytest.mark.parametrize(
    "rule", ["FREQ=DAILY", "FREQ=WEEKLY;COUNT=3;BYDAY=MO", "FREQ=MONTHLY;BYMONTHDAY=15", "nonsense"]
)
def test_a_rule_that_no_words_can_say_is_not_said(rule: str) -> None:
    assert say(Plan(rule=rule, starts_at=datetime(2026, 1, 1, 19))) == ""  # noqa: DTZ001


def test_a_month_off_is_kept_in_the_rule_so_that_every_reader_of_rules_knows_it() -> None:
    (plan,) = read("Tuesdays 10-12 except August", today=TODAY)
    meeting = Meeting(rule=plan.rule, starts_at=plan.starts_at, minutes=plan.minutes, time_zone="Europe/London")
    coming = next_dates(meeting, after=datetime(2026, 7, 20, tzinfo=UTC), limit=3)
    assert [one.starts.date() for one in coming] == [date(2026, 7, 21), date(2026, 7, 28), date(2026, 9, 1)]
