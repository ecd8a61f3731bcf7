"""Who is asked when, who is rung first, and how sure a share is: arithmetic, held by properties."""

from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from service.catalog.fresh.harm import WASTED, harm, months_since
from service.catalog.fresh.interval import wilson
from service.catalog.fresh.schedule import AFTER_ANSWER, BETWEEN, Asked, next_step, to_ring
from service.catalog.freshness import CHASE_MONTHS

START = date(2024, 1, 31)
FIGURES = {
    "views": st.integers(0, 10_000),
    "referrals": st.integers(0, 500),
    "months": st.floats(0, 240),
    "reports": st.integers(0, 20),
    "bounces": st.integers(0, 20),
    "mode": st.sampled_from(sorted(WASTED)),
}

# ---- harm ------------------------------------------------------------------------------------------------------------


@given(st.fixed_dictionaries(FIGURES), st.sampled_from(sorted(set(FIGURES) - {"mode"})), st.integers(1, 100))
def test_more_of_anything_never_makes_a_wrong_listing_less_harmful(
    known: dict[str, object], name: str, more: int
) -> None:
    worse = {**known, name: known[name] + more}  # type: ignore[operator]
    assert harm(**worse) >= harm(**known) >= 0  # type: ignore[arg-type]


@given(st.fixed_dictionaries(FIGURES))
def test_a_journey_for_nothing_is_worse_than_a_call_for_nothing(known: dict[str, object]) -> None:
    by_mode = {mode: harm(**{**known, "mode": mode}) for mode in WASTED}  # type: ignore[arg-type]
    assert by_mode["in_person"] >= by_mode["hybrid"] >= by_mode["phone"] >= by_mode["online"]


def test_what_was_confirmed_today_and_nobody_doubts_does_no_harm() -> None:
    known = {"views": 900, "referrals": 9, "reports": 0, "bounces": 0, "mode": "in_person"}
    assert harm(**known, months=0.0) == 0  # type: ignore[arg-type]
    assert harm(**known, months=None) > harm(**known, months=24.0) > harm(**known, months=1.0)  # type: ignore[arg-type]
    assert months_since(None, START) is None
    assert months_since(START, START - timedelta(days=3)) == 0


# ---- the interval ----------------------------------------------------------------------------------------------------


@given(st.integers(1, 500).flatmap(lambda asked: st.tuples(st.integers(0, asked), st.just(asked))))
def test_the_interval_is_that_of_scipy(counted: tuple[int, int]) -> None:
    found, asked = counted
    known = binomtest(found, asked).proportion_ci(0.95, method="wilson")
    assert wilson(found, asked) == pytest.approx((known.low, known.high), abs=1e-9)


@pytest.mark.parametrize(
    ("found", "asked", "low", "high"),
    [(8, 10, 0.490162, 0.943318), (0, 20, 0.0, 0.161125), (30, 30, 0.886487, 1.0), (27, 30, 0.743790, 0.965400)],
)
def test_the_interval_of_known_shares(found: int, asked: int, low: float, high: float) -> None:
    assert wilson(found, asked) == pytest.approx((low, high), abs=1e-5)


@pytest.mark.parametrize(("found", "asked"), [(0, 0), (3, 2), (-1, 2)])
def test_no_interval_of_nobody(found: int, asked: int) -> None:
    with pytest.raises(ValueError, match=str(found)):
        wilson(found, asked)


# ---- the schedule ----------------------------------------------------------------------------------------------------

# A life of a listing: on which days the job runs, and what happens after some of them.
HAPPENS = st.sampled_from(["nothing", "nothing", "nothing", "nothing", "nothing", "confirmed", "something changed"])
LIFE = st.lists(st.tuples(st.integers(1, 70), HAPPENS), max_size=80)


@given(LIFE)
def test_no_step_is_asked_twice_and_nobody_is_asked_soon_after_an_answer(life: list[tuple[int, str]]) -> None:
    since = today = START
    asked: list[Asked] = []
    answers: list[date] = []
    for days, happens in life:
        today += timedelta(days=days)
        step = next_step(since, asked, today)
        if step is not None:
            assert all(today >= answer + AFTER_ANSWER for answer in answers)
            assert all(today >= one.on + BETWEEN for one in asked)
            assert today >= since + relativedelta(months=step)
            asked.append(Asked(since=since, step=step, on=today))
        if happens == "confirmed" or (happens == "something changed" and asked):  # that is said by a mail's link
            answers.append(today)
            asked = [_answered(one, today) for one in asked]
        if happens == "confirmed":
            since = today
    sent = [(one.since, one.step) for one in asked]
    assert len(sent) == len(set(sent))
    assert {step for _, step in sent} <= set(CHASE_MONTHS)


def _answered(one: Asked, on: date) -> Asked:
    return Asked(since=one.since, step=one.step, on=one.on, answered_on=one.answered_on or on)


def test_what_nobody_answers_is_asked_three_times_in_order_and_then_rung_about() -> None:
    asked: list[Asked] = []
    rung = None
    for day in range(800):
        today = START + timedelta(days=day)
        step = next_step(START, asked, today)
        if step is not None:
            asked.append(Asked(since=START, step=step, on=today))
        if rung is None and to_ring(START, asked, today, has_address=True, bounced=False):
            rung = today
    assert tuple(one.step for one in asked) == CHASE_MONTHS
    assert rung is not None
    assert rung - asked[-1].on == timedelta(days=14)


def test_what_is_long_overdue_is_asked_one_step_at_a_time() -> None:
    late = START + relativedelta(years=6)
    first = Asked(since=START, step=10, on=late)
    assert next_step(START, [], late) == 10
    assert next_step(START, [first], late + BETWEEN - timedelta(days=1)) is None
    assert next_step(START, [first], late + BETWEEN) == 11


def test_whoever_said_that_something_changed_is_not_asked_again_before_somebody_confirmed() -> None:
    told = Asked(since=START, step=10, on=START + timedelta(days=310), answered_on=START + timedelta(days=311))
    for days in range(311, 2000, 7):
        assert next_step(START, [told], START + timedelta(days=days)) is None
        assert not to_ring(START, [told], START + timedelta(days=days), has_address=True, bounced=False)


def test_where_no_mail_arrives_somebody_rings_from_the_first_step_on() -> None:
    first = START + relativedelta(months=CHASE_MONTHS[0])
    for has_address, bounced in ((False, False), (True, True)):
        assert to_ring(START, [], first, has_address=has_address, bounced=bounced)
        assert not to_ring(START, [], first - timedelta(days=1), has_address=has_address, bounced=bounced)
    assert not to_ring(START, [], first, has_address=True, bounced=False)
