"""When it is time to ask again, what may be set side by side, and where figures stand in the drawing."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from service.referrals.measures.course import HEIGHT, WIDTH, before_and_after, due_on, points

FIRST = date(2026, 11, 16)
days = st.lists(st.dates(date(2026, 1, 1), date(2028, 1, 1)), min_size=1, max_size=8)


def test_it_is_time_again_twelve_weeks_after_the_first() -> None:
    assert due_on([]) is None
    assert due_on([FIRST]) == date(2027, 2, 8)
    assert due_on([FIRST, FIRST + timedelta(days=20)]) == date(2027, 2, 8), "asked again too early to count"
    assert due_on([FIRST, FIRST + timedelta(days=56)]) is None


def test_before_and_after_need_two_days_that_lie_apart() -> None:
    assert before_and_after([]) is None
    assert before_and_after([(FIRST, 7)]) is None
    assert before_and_after([(FIRST, 7), (FIRST + timedelta(days=55), 4)]) is None
    assert before_and_after([(FIRST + timedelta(days=84), 5), (FIRST, 7), (FIRST + timedelta(days=7), 9)]) == (7, 5)


@given(days)
def test_it_is_due_exactly_as_long_as_nothing_can_be_compared(taken: list[date]) -> None:
    assert (due_on(taken) is None) is (before_and_after([(day, 5) for day in taken]) is not None)


@given(st.lists(st.tuples(st.dates(date(2026, 1, 1), date(2028, 1, 1)), st.integers(3, 9)), max_size=8))
def test_the_drawing_holds_every_figure_in_order(taken: list[tuple[date, int]]) -> None:
    drawn = points(taken, 3, 9)
    assert [(one.on, one.value) for one in drawn] == sorted(taken)
    assert all(0 <= one.x <= WIDTH and 0 <= one.y <= HEIGHT for one in drawn)
    assert all(a.x <= b.x for a, b in zip(drawn, drawn[1:], strict=False))
    assert all((a.value < b.value) == (a.y > b.y) for a in drawn for b in drawn if a.value != b.value)
