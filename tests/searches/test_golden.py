"""What ten people are shown does not change unnoticed: whoever changes the order sees whom it concerns."""

import tomllib

import pytest

from tests.searches.conftest import Town
from tests.searches.golden import Shown, differences, remembered, shown, written
from tests.searches.people import PEOPLE, Person


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.name)
def test_the_first_five_are_those_somebody_agreed_to(town: Town, person: Person) -> None:
    changed = differences(remembered()[person.name], shown(town, person.asks))
    assert not changed, "\n".join([*changed, "If that is better: python -m tests.searches.golden"])


def test_everybody_is_remembered_and_nobody_else() -> None:
    assert list(remembered()) == [person.name for person in PEOPLE]


def test_a_changed_first_or_two_other_groups_are_told_and_near_ties_are_not() -> None:
    was = Shown(groups=("a", "b", "c", "d", "e"), lead=0.1)
    assert differences(was, was) == []
    assert differences(was, Shown(groups=("a", "c", "b", "e", "x"), lead=0.1)) == []
    assert differences(was, Shown(groups=("b", "a", "c", "d", "e"), lead=0.01)) == []
    [told] = differences(was, Shown(groups=("b", "a", "c", "d", "e"), lead=0.05))
    assert told == "the first was a (by 0.100), and is b (by 0.050)"
    [told] = differences(was, Shown(groups=("a", "b", "c", "x", "y"), lead=0.1))
    assert told == "no longer among the first 5: d, e; instead: x, y"


def test_what_is_written_can_be_read_again() -> None:
    found = tomllib.loads(written({"likes singing": Shown(groups=("a", "b"), lead=0.05)}))
    assert found == {"likes singing": {"lead": 0.05, "groups": ["a", "b"]}}
