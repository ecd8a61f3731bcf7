"""A list that follows what somebody says of it: this one is not for me, more like that one, rather not this at all."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.catalog.words.taxonomy import Taxonomy
from service.errors import Invalid
from service.matching import matcher
from service.matching.answer import Answer
from service.matching.liking import liked
from service.matching.profile import Profile, Where
from service.matching.snapshot import Snapshot
from tests.benchmarks import made_up
from tests.matching.making import TODAY, group, person

MANY = 60
NOWHERE = "00000000-0000-0000-0000-00000000ffff"


@pytest.fixture(scope="module")
def snapshot(taxonomy: Taxonomy) -> Snapshot:
    return Snapshot.build(made_up.groups(MANY, taxonomy), taxonomy, 1)


@pytest.fixture(scope="module")
def people(taxonomy: Taxonomy) -> Sequence[Profile]:
    return made_up.profiles(400, taxonomy, seed=31)


def ask(snapshot: Snapshot, profile: Profile, today: date = made_up.TODAY) -> Answer:
    return matcher.match(snapshot, profile, today)


def ids(answer: Answer) -> list[str]:
    return [match.group_id for match in answer.matches]


def named(answer: Answer) -> set[str]:
    """Every group that an answer names anywhere."""
    supports = {one.group_id for match in answer.matches for one in match.support}
    return {
        *ids(answer),
        *(step.group_id for step in answer.steps),
        *(one.group_id for one in answer.support),
        *supports,
    }


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 399), st.sets(st.integers(1, MANY), max_size=12))
def test_what_is_put_aside_is_named_nowhere_and_counted_nowhere(
    snapshot: Snapshot, people: Sequence[Profile], who: int, numbers: set[int]
) -> None:
    aside = tuple(sorted(str(UUID(int=number)) for number in numbers))
    answer = ask(snapshot, replace(people[who], put_aside=aside, limit=50))
    assert not named(answer) & set(aside)
    left = snapshot.changed(aside, (), 2)
    without = ask(left, replace(people[who], limit=50))
    assert {one.code: one.more for one in answer.if_only} == {one.code: one.more for one in without.if_only}
    assert answer.relaxed == without.relaxed
    assert answer.relevant == without.relevant
    assert set(ids(answer)) <= set(ids(without)) | set(left.ids())


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 399), st.data())
def test_the_others_stay_in_their_order(
    snapshot: Snapshot, people: Sequence[Profile], who: int, data: st.DataObject
) -> None:
    before = ask(snapshot, replace(people[who], limit=50))
    aside = data.draw(st.sets(st.sampled_from(ids(before)), max_size=6)) if before.matches else set()
    after = ask(snapshot, replace(people[who], limit=50, put_aside=tuple(sorted(aside))))
    if after.relaxed == before.relaxed:
        others = [one for one in ids(before) if one not in aside]
        assert ids(after)[: len(others)] == others


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 399), st.integers(1, MANY))
def test_more_like_one_is_a_search_for_what_it_does_without_it(
    snapshot: Snapshot, people: Sequence[Profile], who: int, number: int
) -> None:
    wished, one = people[who], str(UUID(int=number))
    answer = ask(snapshot, replace(wished, like=one))
    assert one not in named(answer)
    profile, codes = liked(snapshot, replace(wished, like=one))
    assert answer.like == codes
    if codes:
        asked = replace(wished, text="", interests=codes, put_aside=(one,))
        assert ids(answer) == ids(ask(snapshot, asked))
    else:
        assert (profile.text, profile.interests) == (wished.text, wished.interests)
    kept = ("place", "max_km", "barriers", "needs", "slots", "price_limit", "age", "mode", "life", "travel")
    assert all(getattr(profile, name) == getattr(wished, name) for name in kept)


def test_a_group_that_is_gone_is_like_nothing(snapshot: Snapshot, people: Sequence[Profile]) -> None:
    for profile in people[:30]:
        assert replace(ask(snapshot, replace(profile, like=NOWHERE)), like=()) == ask(snapshot, profile)


def test_what_they_would_rather_not_do_comes_last_and_is_said(taxonomy: Taxonomy) -> None:
    sing, chess = group(1, terms=["activity.music.singing"]), group(2, terms=["activity.games.chess"])
    snapshot = Snapshot.build([sing, chess], taxonomy, 1)
    for wished in (person(), person(text="singing or chess")):
        refused = ask(snapshot, replace(wished, avoid=("activity.music.singing",)), TODAY)
        assert ids(refused)[0] == str(chess.id), wished.text
        last = refused.matches[-1]
        assert (last.group_id, last.fit) == (str(sing.id), "weak")
        assert "avoided" in {point.code for point in last.misfits}
        assert "activity.music.singing" in refused.avoided
    neighbour = ask(snapshot, person(avoid=("activity.music.instruments",)), TODAY)
    assert not any(point.code == "avoided" for match in neighbour.matches for point in match.misfits)


def test_what_they_chose_themselves_is_not_avoided() -> None:
    profile = read({"interests": ["singing"], "avoid": ["singing", "chess"]})
    assert profile.avoid == ("activity.games.chess",)


@pytest.mark.parametrize(("size", "first"), [("small", 1), ("medium", 2), ("large", 3)])
def test_how_many_people_changes_the_order_and_rules_nothing_out(taxonomy: Taxonomy, size: str, first: int) -> None:
    groups = [group(number, group_size=people) for number, people in ((1, 6), (2, 15), (3, 40))]
    answer = ask(Snapshot.build(groups, taxonomy, 1), replace(person(), size=size), TODAY)  # type: ignore[arg-type]
    assert ids(answer)[0] == str(UUID(int=first))
    assert len(answer.matches) == len(groups)


def test_a_form_and_a_json_body_say_the_same() -> None:
    said = {
        "put_aside": [NOWHERE, NOWHERE.upper()],
        "like": "00000000-0000-0000-0000-0000000000AB",
        "avoid": ["chess"],
        "size": "small",
    }
    assert read(said) == read(said, strict=False)
    assert read(said).put_aside == (NOWHERE,)
    assert read(said).like == "00000000-0000-0000-0000-0000000000ab"
    assert read({"like": ""}, strict=False).like == ""


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("put_aside", ["x"], "wrong_form"),
        ("put_aside", [NOWHERE] * 101, "too_many"),
        ("like", "the-larks", "wrong_form"),
        ("avoid", ["xyzzy"], "unknown_choice"),
        ("size", "huge", "unknown_choice"),
    ],
)
def test_what_cannot_be_read_is_named(field: str, value: object, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read({field: value})
    assert {name: problem.code for name, problem in refused.value.fields.items()} == {field: code}


def read(data: Mapping[str, object], *, strict: bool = True) -> Profile:
    codes = {"singing": "activity.music.singing", "chess": "activity.games.chess"}
    here = Where(label="Sale", latitude=53.42, longitude=-2.32)
    return Profile.from_mapping(data, strict=strict, resolve_place=lambda _: here, resolve_interest=codes.get)
