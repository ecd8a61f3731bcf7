"""Who looks for several things, or does not know, is shown different things; who asked for one thing gets that."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.catalog.words.taxonomy import Taxonomy
from service.matching.diversity import NO_FAMILY, SAME_FAMILY, spread
from tests.matching.making import group, person, place
from tests.matching.test_matching import CHESS, GARDENING, SINGING, ask, numbers

LISTS = st.lists(
    st.tuples(st.integers(0, 2), st.floats(-0.4, 0.6).map(lambda x: round(x, 9)), st.integers(NO_FAMILY, 3)),
    max_size=30,
)


def near(number: int, term: str, **changes: Any) -> Any:
    return group(number, terms=[term], places=(place(0.5 + number / 50, number=number),), **changes)


def test_three_of_a_kind_make_room_for_another_kind_that_is_as_good(taxonomy: Taxonomy) -> None:
    groups = [near(1, SINGING), near(2, SINGING), near(3, SINGING), near(4, CHESS), near(5, GARDENING)]
    assert numbers(ask(taxonomy, person(), *groups)) == [1, 4, 5, 2, 3]
    wishes = person(interests=(SINGING, CHESS, GARDENING))
    assert set(numbers(ask(taxonomy, wishes, *groups))[:3]) == {1, 4, 5}


def test_who_asked_for_one_thing_gets_it_in_the_order_of_the_score(taxonomy: Taxonomy) -> None:
    both = [near(number, SINGING) for number in (1, 3, 5)]
    both += [group(n, terms=[SINGING, CHESS], places=(place(0.5 + n / 50, number=n),)) for n in (2, 4)]
    assert numbers(ask(taxonomy, person(interests=(SINGING,)), *both)) == [1, 2, 3, 4, 5]


def test_what_is_clearly_better_stays_before_what_is_only_different(taxonomy: Taxonomy) -> None:
    far = group(3, terms=[CHESS], places=(place(9.0, number=9),))
    assert numbers(ask(taxonomy, person(), near(1, SINGING), near(2, SINGING), far)) == [1, 2, 3]


def test_a_group_that_was_not_asked_for_is_not_moved_up_for_being_different(taxonomy: Taxonomy) -> None:
    answer = ask(taxonomy, person(interests=(SINGING,)), near(2, SINGING), near(3, SINGING), near(1, CHESS))
    assert numbers(answer) == [2, 3, 1]


def laid(found: Sequence[tuple[int, float, int]]) -> tuple[list[float], list[int], list[int], list[int]]:
    ordered = sorted(enumerate(found), key=lambda item: (item[1][0], -item[1][1], item[0]))
    scores, tiers = [one[1] for _, one in ordered], [one[0] for _, one in ordered]
    return scores, tiers, [one[2] for _, one in ordered], [number for number, _ in ordered]


@given(LISTS)
def test_everybody_stays_in_the_list_in_their_tier_and_the_first_stays_first(found: Any) -> None:
    scores, tiers, families, ids = laid(found)
    shown = spread(scores, tiers, families, ids, len(ids))
    assert sorted(shown) == list(range(len(ids)))
    assert [tiers[place] for place in shown] == tiers
    assert shown[:1] == list(range(len(ids)))[:1]


@given(LISTS, st.integers(0, 30))
def test_a_short_list_is_the_beginning_of_a_long_one(found: Any, many: int) -> None:
    parts = laid(found)
    assert spread(*parts, many) == spread(*parts, 30)[:many]


@given(LISTS)
def test_nobody_passes_one_of_the_tier_that_is_better_by_more_than_the_price_of_sameness(found: Any) -> None:
    scores, tiers, families, ids = laid(found)
    shown = spread(scores, tiers, families, ids, len(ids))
    for at, one in enumerate(shown):
        later = [scores[other] for other in shown[at:] if tiers[other] == tiers[one]]
        assert scores[one] >= max(later) - SAME_FAMILY - 1e-9


@given(LISTS, st.integers(NO_FAMILY, 3))
def test_one_family_changes_nothing(found: Any, family: int) -> None:
    scores, tiers, _, ids = laid(found)
    assert spread(scores, tiers, [family] * len(ids), ids, len(ids)) == list(range(len(ids)))


@pytest.mark.parametrize("many", [0, 1])
def test_nothing_and_one_are_shown_as_they_are(many: int) -> None:
    assert spread([0.1][:many], [0][:many], [1][:many], [1][:many], 10) == list(range(many))
