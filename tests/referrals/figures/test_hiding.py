"""No small number is shown, and none can be worked out from what is shown."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.referrals.figures import hiding
from service.referrals.figures.hiding import SMALLEST, chain, of_table, parts

STEPS = 5


def small(count: int) -> bool:
    return 0 < abs(count) < SMALLEST


falling = st.lists(st.integers(0, 60), min_size=STEPS, max_size=STEPS).map(lambda row: sorted(row, reverse=True))
tables = st.dictionaries(st.sampled_from("abcdef"), falling, max_size=6)


@given(falling)
def test_no_two_figures_of_a_funnel_give_a_small_one_away(figures: list[int]) -> None:
    told = [figure for figure, fine in zip(figures, chain(figures), strict=True) if fine]
    assert all(figure >= SMALLEST for figure in told)
    assert not any(small(a - b) for a, b in combinations(told, 2))


@given(st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 40)))
def test_what_is_hidden_of_a_whole_is_never_few_together(cells: dict[str, int]) -> None:
    shown = parts(cells)
    hidden = [name for name in cells if name not in shown]
    assert all(cells[name] >= SMALLEST for name in shown)
    assert not shown or not small(sum(cells[name] for name in hidden)), (
        "the whole itself is told only where it is large"
    )
    needed = sum(cells[name] for name in hidden if cells[name] < SMALLEST)
    assert small(needed) or all(cells[name] < SMALLEST for name in hidden), "nothing is hidden without need"


@given(tables)
@settings(max_examples=400)
def test_a_table_gives_no_small_number_away_beside_its_whole(rows: dict[str, list[int]]) -> None:
    shown, on_top = of_table(rows)
    total = hiding.whole(rows)
    for name, row in rows.items():
        told = [figure for figure, fine in zip(row, shown[name], strict=True) if fine]
        assert all(figure >= SMALLEST for figure in told)
        assert not any(small(a - b) for a, b in combinations(told, 2))
    rest = {}
    for column in (column for column, fine in enumerate(on_top) if fine):
        hidden = frozenset(name for name in rows if not shown[name][column])
        rest[column] = hidden, total[column] - sum(rows[name][column] for name in rows if name not in hidden)
        assert not small(rest[column][1]), "what is left over of the whole is told"
    for (_, (names, before)), (_, (others, after)) in pairwise(rest.items()):
        if names == others:
            assert not small(before - after), "who of the hidden left between two steps is told"


@given(tables)
def test_nothing_is_hidden_where_all_is_far_apart(rows: dict[str, list[int]]) -> None:
    wide = {name: [figure * SMALLEST + SMALLEST for figure in row] for name, row in rows.items()}
    shown, on_top = of_table(wide)
    assert all(all(row) for row in shown.values())
    assert all(on_top)


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"a": 40, "b": 12, "c": 3}, {"a"}),  # 3 alone would be the rest: the next smallest goes too
        ({"a": 40, "b": 12, "c": 6, "d": 5}, {"a", "b"}),  # 11 together tell of nobody
        ({"a": 40, "b": 12, "c": 0}, {"a", "b"}),
        ({}, set()),
    ],
)
def test_a_single_small_part_takes_another_with_it(cells: dict[str, int], told: set[str]) -> None:
    assert parts(cells) == told


def test_a_part_that_is_told_elsewhere_is_no_cover() -> None:
    assert parts({"settled": 30, "a": 20, "b": 4}, told_elsewhere={"settled"}) == {"settled"}
