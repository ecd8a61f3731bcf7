"""Nobody is forgotten: every open referral has one next need and a day, in the order that a caseload promises."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.referrals import clocks
from service.referrals.clocks import NEEDS, RAISED, Asked, next_step, working_day
from service.referrals.lifecycle import STATES, TERMINAL, Machine

DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
OPEN = [state for state in STATES[Machine.REFERRAL] if state not in TERMINAL[Machine.REFERRAL] and state != "offered"]
ASKED = st.builds(
    Asked,
    state=st.sampled_from(STATES[Machine.INTRODUCTION]),
    since=DAYS,
    first_date=st.none() | DAYS,
    attended=st.integers(0, 4),
    first_attended_on=st.none() | DAYS,
)


@given(
    st.sampled_from(OPEN), DAYS, st.lists(ASKED, max_size=3), st.none() | st.tuples(st.sampled_from(RAISED), DAYS), DAYS
)
def test_whoever_is_helped_has_one_next_need_on_a_working_day(
    state: str, since: date, asked: list[Asked], raised: tuple[str, date] | None, today: date
) -> None:
    found = next_step(state, since, asked, raised=raised, today=today)
    assert found is not None
    assert found.need in NEEDS
    assert found.rank == NEEDS[found.need].rank
    assert found.due_on.weekday() < clocks.SATURDAY
    assert found == next_step(state, since, list(reversed(asked)), raised=raised, today=today)


@given(st.sampled_from(sorted(TERMINAL[Machine.REFERRAL])), st.lists(ASKED, max_size=2), DAYS)
def test_what_has_ended_needs_nothing(state: str, asked: list[Asked], today: date) -> None:
    assert next_step(state, today, asked, today=today) is None


@given(st.sampled_from(OPEN), DAYS, st.lists(ASKED, max_size=3), DAYS)
def test_danger_stands_before_everything(state: str, since: date, asked: list[Asked], today: date) -> None:
    found = next_step(state, since, asked, raised=("safety", today), today=today)
    assert found is not None
    assert (found.need, found.rank) == ("safety", clocks.SAFETY)


def test_a_missed_visit_stands_before_a_promise_and_a_promise_before_silence() -> None:
    today = date(2026, 11, 23)
    missed, silent = Asked(state="no_show", since=today), Asked(state="sent", since=today - timedelta(days=30))
    both = next_step("introduced", today, [silent, missed], today=today)
    assert both is not None
    assert both.need == "kind_call"
    cancelled = Asked(state="session_cancelled", since=today)
    promised = next_step("introduced", today, [silent, cancelled], today=today)
    assert promised is not None
    assert promised.need == "offer_date"


def test_what_is_due_is_not_hidden_by_a_promise_that_has_time() -> None:
    today = date(2026, 11, 23)
    silent, promised = Asked(state="sent", since=today - timedelta(days=30)), Asked(state="accepted", since=today)
    found = [next_step("introduced", today, [silent, promised], today=day) for day in (today, today + timedelta(9))]
    assert [one.need for one in found if one is not None] == ["await_answer", "agree_date"]
    waits = Asked(state="waitlisted", since=today)
    attends = next_step("attending", today, [Asked(state="attended", since=today, attended=1), waits], today=today)
    assert attends is not None
    assert (attends.need, attends.due_on) == ("check_in", date(2026, 11, 30)), "a week comes before twenty working days"


def test_after_a_no_another_group_is_looked_for() -> None:
    day = date(2026, 11, 23)
    found = next_step("planned", day, [Asked(state="declined", since=day)], today=day)
    assert found is not None
    assert (found.need, found.due_on) == ("next_group", date(2026, 11, 24))


@pytest.mark.parametrize(("first", "need"), [(23, "first_visit"), (24, "first_visit"), (20, "ask_outcome")])
def test_an_agreed_date_is_asked_about_once_it_is_over(first: int, need: str) -> None:
    one = Asked(state="booked", since=date(2026, 11, 9), first_date=date(2026, 11, first))
    found = next_step("introduced", date(2026, 11, 9), [one], today=date(2026, 11, 23))
    assert found is not None
    assert found.need == need


@pytest.mark.parametrize(("on", "due"), [((2026, 11, 3), (2026, 11, 9)), ((2026, 11, 20), (2026, 11, 30))])
def test_check_ins_come_one_four_and_twelve_weeks_after_the_first_visit(
    on: tuple[int, int, int], due: tuple[int, int, int]
) -> None:
    one = Asked(state="attended", since=date(2026, 11, 2), attended=1, first_attended_on=date(2026, 11, 2))
    found = next_step("attending", date(2026, 11, 2), [one], today=date(*on))
    assert found is not None
    assert (found.need, found.due_on) == ("check_in", date(*due))


@given(DAYS, st.integers(0, 20), st.sets(DAYS, max_size=5))
def test_working_days_are_counted_one_by_one(start: date, days: int, off: set[date]) -> None:
    end = working_day(start, days, off)
    assert end.weekday() < clocks.SATURDAY
    assert end not in off
    between = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    works = [day for day in between if day.weekday() < clocks.SATURDAY and day not in off]
    assert len(works) == days or (days == 0 and works in ([], [end]))
