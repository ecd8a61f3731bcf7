"""What a referral counts as, that nobody is dropped from a denominator, and the arithmetic beside a known source."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from service.referrals.figures import counting
from service.referrals.figures.counting import STEPS, STOPS, By, Journey, change, funnel, stays, waits, wilson
from service.referrals.lifecycle import CLOSE_REASONS, STATES, TERMINAL, Machine

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def journey(state: str, *asked: str, was: str = "", reason: str | None = None, attended: int = 0) -> Journey:
    return Journey(
        state=state,
        close_reason=reason,
        states=frozenset({state, *was.split()}),
        asked=frozenset(asked),
        attended=attended,
        labels=dict.fromkeys(By, "x"),
    )


REFERRALS, INTRODUCTIONS = STATES[Machine.REFERRAL], STATES[Machine.INTRODUCTION]
journeys = st.builds(
    Journey,
    state=st.sampled_from(REFERRALS),
    close_reason=st.sampled_from([None, *CLOSE_REASONS]),
    states=st.frozensets(st.sampled_from(REFERRALS)),
    asked=st.frozensets(st.sampled_from(INTRODUCTIONS)),
    attended=st.integers(0, 5),
    labels=st.fixed_dictionaries({by: st.sampled_from("abc") for by in By}),
)


@pytest.mark.parametrize(
    ("one", "step", "stopped"),
    [
        (journey("offered"), "offered", "on_the_way"),
        (journey("declined_offer", was="offered"), "offered", "choice"),
        (journey("draft"), "offered", "on_the_way"),
        (journey("sent"), "referred", "on_the_way"),
        (journey("rejected", was="sent"), "referred", "unmet"),
        (journey("cancelled", was="sent"), "referred", "choice"),
        (journey("closed", was="sent accepted", reason="uncontactable"), "referred", "lost"),
        (journey("closed", was="sent accepted in_contact", reason="no_suitable_group"), "contacted", "unmet"),
        (journey("introduced", "sent", was="sent in_contact"), "contacted", "on_the_way"),
        (journey("introduced", "sent", "accepted", "booked", "no_show"), "accepted", "on_the_way"),
        (journey("attending", "attended", attended=2), "first_visit", "on_the_way"),
        (journey("closed", "attended", was="attending", attended=3, reason="moved_away"), "third_visit", "other"),
        (journey("closed", "settled", was="settled", attended=9, reason="settled_in_group"), "settled", None),
        (journey("closed", "declined", was="in_contact", reason="group_full_or_closed"), "contacted", "unmet"),
        (journey("closed", was="in_contact", reason="lapsed"), "contacted", "lost"),
        (journey("closed", was="in_contact", reason="declined"), "contacted", "choice"),
    ],
)
def test_a_referral_counts_for_the_furthest_step_and_one_ending(one: Journey, step: str, stopped: str | None) -> None:
    assert (STEPS[one.furthest], one.stopped) == (step, stopped)


@pytest.mark.parametrize(
    "one", [journey("entered_in_error"), journey("closed", reason="died"), journey("closed", reason="duplicate")]
)
def test_the_dead_and_the_mistaken_are_in_no_figure(one: Journey) -> None:
    assert not one.counts
    assert counting.table([one], By.AREA) == {}
    assert sum(counting.stops([one]).values()) == 0


@given(st.lists(journeys, max_size=30), st.sampled_from(By))
def test_nobody_is_lost_from_a_denominator(everybody: list[Journey], by: By) -> None:
    counted = [one for one in everybody if one.counts]
    rows = counting.table(everybody, by)
    steps = funnel(one.furthest for one in counted)
    assert [sum(column) for column in zip(*rows.values(), strict=True)] == (list(steps) if rows else [])
    assert steps[0] == len(counted)
    assert all(before >= after for before, after in pairwise(steps))
    assert list(counting.stops(everybody)) == list(STOPS)
    assert sum(counting.stops(everybody).values()) + steps[-1] == len(counted)


@given(st.integers(1, 5000), st.data())
def test_the_interval_is_the_one_of_the_statistics_library(of: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, of))
    expected = binomtest(count, of).proportion_ci(0.95, method="wilson")
    assert wilson(count, of) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_a_share_of_nothing_is_refused() -> None:
    for count, of in ((0, 0), (3, 2), (-1, 4)):
        with pytest.raises(ValueError, match="whole"):
            wilson(count, of)


@given(st.lists(st.floats(0, 400), min_size=2, max_size=60))
def test_quartiles_lie_in_order_around_the_median(days: list[float]) -> None:
    found = waits(days)
    assert found is not None
    assert min(days) <= found.lower <= found.median <= found.upper <= max(days)
    assert found.median == pytest.approx(median(days))
    assert waits(days[:1]) is None


def test_a_state_that_was_left_twice_counts_both_stays() -> None:
    moves = [("sent", 0), ("on_hold", 2), ("accepted", 12), ("in_contact", 15), ("planned", 16), ("introduced", 16)]
    moves += [("planned", 20), ("introduced", 26)]
    found = stays((state, AT + timedelta(days=day)) for state, day in moves)
    assert found == {"sent": 2, "on_hold": 10, "accepted": 3, "in_contact": 1, "planned": 6, "introduced": 4}


@given(st.lists(st.tuples(st.integers(3, 9), st.integers(3, 9)), max_size=40))
def test_before_and_after_tell_of_the_same_people(pairs: list[tuple[int, int]]) -> None:
    found = change(pairs, 3, 9)
    assert sum(found.before.values()) == sum(found.after.values()) == found.both == len(pairs)
    assert list(found.before) == list(found.after) == list(range(3, 10))


def test_a_quarter_begins_in_january_april_july_and_october() -> None:
    starts = [date(2026, month, 1) for month in range(1, 13)]
    assert [counting.quarter(day)[-1] for day in starts] == list("111222333444")


def test_every_state_that_ends_a_referral_is_told_as_some_ending() -> None:
    for state in TERMINAL[Machine.REFERRAL] - {"entered_in_error"}:
        assert journey(state, was="sent").stopped in STOPS[:-1]
