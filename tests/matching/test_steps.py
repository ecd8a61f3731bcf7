"""Whom one big leap would be too much for is shown a way of small ones, and only a way that really is one."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.catalog.barriers import Strength
from service.catalog.facts import Value
from service.catalog.views import ListedGroup
from service.catalog.words.taxonomy import Taxonomy
from service.matching import matcher
from service.matching.answer import Answer
from service.matching.profile import Profile
from service.matching.snapshot import Snapshot
from service.matching.steps import chosen
from tests.benchmarks import made_up
from tests.matching.making import TEN_ON_TUESDAYS, TODAY, meets, person, place, stated
from tests.matching.test_matching import SINGING, ask, singers

NERVOUS = person(interests=(SINGING,), barriers={"social_anxiety": Strength.HELPS})


def at(number: int, level: int | None, **changes: Any) -> ListedGroup:
    return singers(number, **{"sessions": (meets(TEN_ON_TUESDAYS, level=level),), **changes})


def steps(answer: Answer) -> list[tuple[int, int, str]]:
    return [(int(step.group_id.replace("-", ""), 16), step.level, step.why) for step in answer.steps]


def test_the_way_goes_from_gentle_over_the_next_one_up_to_what_was_wished_for(taxonomy: Taxonomy) -> None:
    near_by = at(1, 5, places=(place(0.1),), group_size=6, price_pence=0)
    answer = ask(taxonomy, NERVOUS, near_by, at(2, 4), at(3, 2))
    assert steps(answer) == [(3, 2, "gentle"), (2, 4, "next"), (1, 5, "wished")]


def test_two_steps_are_a_way_and_one_is_none(taxonomy: Taxonomy) -> None:
    assert steps(ask(taxonomy, NERVOUS, at(1, 5), at(2, 2))) == [(2, 2, "gentle"), (1, 5, "wished")]
    assert steps(ask(taxonomy, NERVOUS, at(1, 5), at(2, 4))) == []
    assert steps(ask(taxonomy, NERVOUS, at(1, 2), at(2, 2))) == []
    assert steps(ask(taxonomy, NERVOUS)) == []


@pytest.mark.parametrize("barrier", ["social_anxiety", "alone", "low_mood"])
def test_it_is_there_for_whoever_finds_going_hard(taxonomy: Taxonomy, barrier: str) -> None:
    asked = person(interests=(SINGING,), barriers={barrier: Strength.HELPS})
    assert len(ask(taxonomy, asked, at(1, 5), at(2, 2)).steps) == 2
    assert len(ask(taxonomy, person(interests=(SINGING,), level_limit=2), at(1, 5), at(2, 2)).steps) == 2
    assert ask(taxonomy, person(interests=(SINGING,)), at(1, 5), at(2, 2)).steps == ()


def test_the_first_step_is_never_bigger_than_the_person_said(taxonomy: Taxonomy) -> None:
    asked = replace(NERVOUS, level_limit=1)
    assert steps(ask(taxonomy, asked, at(1, 5), at(2, 2))) == []
    assert steps(ask(taxonomy, asked, at(1, 5), at(2, 2), at(3, 1)))[0] == (3, 1, "gentle")


def test_no_step_is_bigger_than_the_person_can_where_that_is_a_must(taxonomy: Taxonomy) -> None:
    asked = person(interests=(SINGING,), barriers={"social_anxiety": Strength.MUST}, level_limit=3)
    assert steps(ask(taxonomy, asked, at(1, 5), at(2, 3), at(3, 1))) == [(3, 1, "gentle"), (2, 3, "wished")]


@pytest.mark.parametrize(
    "changes",
    [
        {"places": (place(25.0),)},
        {"capacity_state": "full", "capacity_until": TODAY + timedelta(days=5)},
        {"capacity_state": "waiting_list", "capacity_until": TODAY + timedelta(days=5)},
        {"terms": ()},
        {"sessions": (meets(TEN_ON_TUESDAYS, level=None),)},
        {"sessions": (meets(TEN_ON_TUESDAYS, rule="FREQ=WEEKLY;UNTIL=20260601", level=2),)},
        {"facts": stated(["step_free"], Value.NO)},
    ],
    ids=["far", "full", "waiting list", "something else", "level not known", "over", "stairs"],
)
def test_what_is_far_full_not_asked_for_or_not_possible_is_no_step(taxonomy: Taxonomy, changes: dict[str, Any]) -> None:
    barriers = {"alone": Strength.HELPS, "wheelchair": Strength.MUST}
    open_to_all = stated(["step_free", "accessible_toilet"], Value.YES)
    asked, goal = replace(NERVOUS, barriers=barriers), at(1, 5, facts=open_to_all)
    assert len(ask(taxonomy, asked, goal, at(2, 2, facts=open_to_all)).steps) == 2
    other = at(2, 2, facts=open_to_all)
    changed = replace(other, **changes)
    if "terms" in changes:
        changed = replace(changed, name="Chess")
    if "facts" in changes:
        changed = replace(changed, places=(place(facts=changes["facts"]),))
    assert ask(taxonomy, asked, goal, changed).steps == ()


def test_the_way_does_not_hang_on_how_long_the_list_is(taxonomy: Taxonomy) -> None:
    snapshot = Snapshot.build(made_up.groups(60, taxonomy), taxonomy, 1)
    found = 0
    for profile in made_up.profiles(150, taxonomy, seed=24):
        asked: Profile = replace(profile, barriers={**profile.barriers, "alone": Strength.HELPS})
        short, long = (matcher.match(snapshot, replace(asked, limit=limit), made_up.TODAY) for limit in (1, 50))
        assert short.steps == long.steps
        found += bool(short.steps)
    assert found > 5


@given(st.lists(st.integers(0, 6), max_size=12), st.integers(0, 6))
def test_every_way_climbs_begins_low_enough_and_is_found_where_there_is_one(levels: list[int], limit: int) -> None:
    found = [levels[at] for at in chosen(levels, limit)]
    assert len(found) in (0, 2, 3)
    assert found == sorted(set(found))
    assert all(level <= limit for level in found[:1])
    possible = any(low <= limit and low < high for low in levels for high in levels)
    assert bool(found) == possible
