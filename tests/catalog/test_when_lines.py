"""Meetings as lines of a cell: whatever a meeting is, its line gives it back."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.catalog.when.lines import read_lines, write_lines
from service.catalog.when.plan import RESTS, Plan
from service.catalog.when.saying import say

TODAY = date(2026, 3, 2)
RULES = (
    *("FREQ=WEEKLY;BYDAY=TU", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", "FREQ=MONTHLY;BYDAY=1TU,3TU"),
    *("FREQ=MONTHLY;BYMONTHDAY=5", "FREQ=DAILY;COUNT=10", "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1", "FREQ=YEARLY"),
    *("FREQ=WEEKLY;BYDAY=SU;BYMONTH=1,2,3,4,5,6,7,9,10,11,12;UNTIL=20271231", "FREQ=WEEKLY;COUNT=6;BYDAY=WE"),
)
STARTS = st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1))  # noqa: DTZ001  # local wall time
DAYS = st.lists(st.dates(date(2020, 1, 1), date(2030, 1, 1)), max_size=3, unique=True)
PLANS = st.builds(
    Plan,
    rule=st.sampled_from([None, *RULES]),
    starts_at=STARTS.map(lambda at: at.replace(second=0, microsecond=0)),
    minutes=st.none() | st.integers(5, 2000),
    exceptions=DAYS.map(lambda days: tuple(sorted(days))),
    rests=st.sampled_from([(), RESTS[:1], RESTS]),
)  # fmt: skip
WORDS = st.none() | st.text(st.characters(exclude_categories=["C", "Z"]) | st.just(" "), min_size=1).map(
    lambda text: " ".join(text.split()) or None
)


@given(st.lists(st.tuples(PLANS, WORDS), max_size=4))
def test_a_meeting_is_read_back_as_it_was(told: list[tuple[Plan, str | None]]) -> None:
    back = list(read_lines(write_lines(told), today=TODAY))
    assert [plan for plan, _ in back] == [plan for plan, _ in told]
    for (plan, before), (_, after) in zip(told, back, strict=True):
        assert after == before or (after is None and say(plan, first_day=False) in (before, ""))


@given(WORDS.filter(bool))
def test_words_alone_stay_words(words: str | None) -> None:
    assert list(read_lines(write_lines([(None, words)]), today=TODAY)) == [(None, words)]


@pytest.mark.parametrize("text", ["Every 2nd Tuesday 10-12", "Ask us", "FREQ=HOURLY | 2026-01-01 10:00", "7 | 8", "|"])
def test_what_is_not_plain_is_never_guessed(text: str) -> None:
    assert list(read_lines(text, today=TODAY)) == [(None, text)]
