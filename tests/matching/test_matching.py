"""What a person is promised about the groups they are shown, one promise a test."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.catalog.barriers import Strength
from service.catalog.facts import Value
from service.catalog.views import AreaView, ListedGroup
from service.catalog.words.taxonomy import Taxonomy
from service.matching import matcher
from service.matching.answer import Answer
from service.matching.profile import Profile
from service.matching.scorers import SCORERS
from service.matching.snapshot import Snapshot
from tests.benchmarks import made_up
from tests.matching.making import (
    SALE,
    SEVEN_ON_TUESDAYS,
    TEN_ON_TUESDAYS,
    TODAY,
    group,
    meets,
    person,
    place,
    stated,
)

SINGING, CHESS, GARDENING = "activity.music.singing", "activity.games.chess", "activity.nature.gardening"
TRAFFORD = AreaView(name="Trafford", latitude=SALE.latitude, longitude=SALE.longitude, radius_km=9.0)
AWAY = AreaView(name="Leeds", latitude=53.80, longitude=-1.55, radius_km=9.0)


def ask(taxonomy: Taxonomy, profile: Profile, *groups: ListedGroup) -> Answer:
    return matcher.match(Snapshot.build(groups, taxonomy, 1), profile, TODAY)


def numbers(answer: Answer) -> list[int]:
    return [int(match.group_id.replace("-", ""), 16) for match in answer.matches]


def codes(answer: Answer, rank: int = 1) -> set[str]:
    found = answer.matches[rank - 1]
    return {point.code for point in (*found.reasons, *found.misfits)}


def singers(number: int, **changes: Any) -> ListedGroup:
    return group(number, terms=[SINGING], **changes)


def test_everyday_words_find_what_a_listing_calls_otherwise(taxonomy: Taxonomy) -> None:
    answer = ask(taxonomy, person(text="I used to be in a choir"), group(1, terms=[CHESS]), singers(2))
    assert numbers(answer)[0] == 2
    assert [wish.code for wish in answer.understood] == [SINGING]
    assert answer.matches[0].fit == "fair"  # no word of the listing says it again, and meaning was not asked


def test_words_alone_find_a_group_without_terms(taxonomy: Taxonomy) -> None:
    glockenspiel = group(1, description="Glockenspiel for everyone")
    assert numbers(ask(taxonomy, person(text="glockenspiel"), glockenspiel, group(2)))[0] == 1


def test_a_group_asked_for_by_its_name_comes_first_however_far(taxonomy: Taxonomy) -> None:
    far = group(1, name="New Here, Same (example)", places=(place(30.0),))
    answer = ask(taxonomy, person(text="new here same"), far, group(2), singers(3))
    assert numbers(answer)[0] == 1
    assert "named" in codes(answer)


def test_most_of_a_name_finds_the_group(taxonomy: Taxonomy) -> None:
    answer = ask(taxonomy, person(text="elderflower"), group(1, name="Elderflower Social"), singers(2), group(3))
    assert numbers(answer)[0] == 1
    assert answer.matches[0].fit != "weak"
    assert not answer.nothing_fits


def test_meeting_in_another_way_than_wished_is_said_and_never_strong(taxonomy: Taxonomy) -> None:
    answer = ask(taxonomy, person(interests=(SINGING,), mode="online"), singers(1))
    assert [relaxed.code for relaxed in answer.relaxed] == ["mode"]
    assert "other_way" in codes(answer)
    assert answer.matches[0].fit == "fair"


def test_a_wish_that_is_not_met_is_said_beside_one_that_is(taxonomy: Taxonomy) -> None:
    assert "wish_unmet" in codes(ask(taxonomy, person(interests=(SINGING, CHESS)), singers(1)))


def test_a_slip_of_the_finger_is_read_as_meant_and_said(taxonomy: Taxonomy) -> None:
    answer = ask(taxonomy, person(text="glockenspeil"), group(1, description="Glockenspiel for everyone"), group(2))
    assert numbers(answer)[0] == 1
    assert answer.corrected


def test_what_the_person_does_not_want_is_a_misfit_never_a_match(taxonomy: Taxonomy) -> None:
    answer = ask(taxonomy, person(text="I like gardening but no singing"), singers(1), group(2, terms=[GARDENING]))
    assert numbers(answer)[0] == 2
    assert SINGING in answer.avoided
    assert "avoided" in codes(answer, 2)


def test_refusing_one_kind_of_support_refuses_no_other(taxonomy: Taxonomy) -> None:
    mourners = group(1, terms=["activity.support.bereavement"], description="For people whose husband or wife died")
    answer = ask(taxonomy, person(text="My husband died. I don't want counselling."), mourners, group(2, terms=[CHESS]))
    assert answer.avoided == ("activity.support.counselling",)
    assert numbers(answer)[0] == 1
    assert answer.matches[0].fit != "weak"
    assert "avoided" not in codes(answer)


def test_a_weak_best_looks_weak(taxonomy: Taxonomy) -> None:
    answer = ask(taxonomy, person(text="beekeeping"), singers(1), group(2, terms=[CHESS]))
    assert answer.nothing_fits
    assert {match.fit for match in answer.matches} == {"weak"}
    assert "interest_weak" in codes(answer)


def test_nothing_asked_shows_what_is_near(taxonomy: Taxonomy) -> None:
    answer = ask(taxonomy, person(), group(1, places=(place(9.0),)), group(2))
    assert numbers(answer) == [2, 1]
    assert not answer.nothing_fits


def test_two_places_are_one_result_at_the_nearer(taxonomy: Taxonomy) -> None:
    two = singers(1, places=(place(9.0, number=5), place(0.5, number=6)))
    answer = ask(taxonomy, person(interests=(SINGING,)), two)
    assert numbers(answer) == [1]
    assert answer.matches[0].km == 0.5


@pytest.mark.parametrize(("north", "shown"), [(3.7, True), (3.8, False)])
def test_a_stated_reach_ends_at_a_quarter_more(taxonomy: Taxonomy, north: float, shown: bool) -> None:  # noqa: FBT001
    near = [singers(number) for number in (1, 2, 3)]
    answer = ask(taxonomy, person(interests=(SINGING,), max_km=3.0), *near, singers(4, places=(place(north),)))
    assert (4 in numbers(answer)) == shown


def test_online_phone_and_area_wide_groups_stay_when_a_place_is_given(taxonomy: Taxonomy) -> None:
    near = [singers(number) for number in (1, 2, 3)]
    answer = ask(
        taxonomy,
        person(interests=(SINGING,), max_km=2.0),
        *near,
        singers(4, mode="online", places=(), nationwide=True),
        singers(5, mode="phone", places=()),
        singers(6, places=(), areas=(TRAFFORD,)),
        singers(7, places=(), areas=(AWAY,)),
        singers(8, mode="hybrid", places=(place(50.0),)),
    )
    assert set(numbers(answer)) == {1, 2, 3, 4, 5, 6, 8}


def test_a_hybrid_group_near_by_is_found_by_people_who_refuse_online(taxonomy: Taxonomy) -> None:
    hybrid = singers(1, mode="hybrid")
    answer = ask(taxonomy, person(interests=(SINGING,), mode="in_person", max_km=2.0), hybrid)
    assert numbers(answer) == [1]
    assert not answer.relaxed


def test_wheelchair_users_are_never_shown_a_known_step_first(taxonomy: Taxonomy) -> None:
    stairs, level = singers(1, facts=stated(["step_free"], Value.NO)), singers(2)
    answer = ask(taxonomy, person(interests=(SINGING,), barriers={"wheelchair": Strength.MUST}), stairs, level)
    assert numbers(answer) == [2]
    assert answer.matches[0].ask_first
    assert "fact_not_confirmed" in codes(answer)


def test_what_two_musts_hang_on_is_asked_once(taxonomy: Taxonomy) -> None:
    needs = {"wheelchair": Strength.MUST, "mobility": Strength.MUST}
    found = ask(taxonomy, person(interests=(SINGING,), barriers=needs), singers(1)).matches[0]
    assert [point.params["fact"] for point in found.misfits if point.code == "fact_not_confirmed"] == [
        "step_free",
        "accessible_toilet",
    ]


def test_who_cares_for_somebody_grown_up_is_not_told_of_a_creche(taxonomy: Taxonomy) -> None:
    found = ask(taxonomy, person(interests=(SINGING,), barriers={"caring": Strength.HELPS}), singers(1)).matches[0]
    assert [point.params["fact"] for point in found.misfits] == ["cared_for_welcome"]


def test_ages_and_lawful_restrictions_are_kept(taxonomy: Taxonomy) -> None:
    young, women = singers(1, age_max=25), singers(2, restriction="women_only")
    assert numbers(ask(taxonomy, person(age=68, gender="man"), young, women)) == []
    assert set(numbers(ask(taxonomy, person(age=20, gender="woman"), young, women))) == {1, 2}
    assert "women_only" in codes(ask(taxonomy, person(), women))


def test_mornings_asked_evenings_offered_is_said(taxonomy: Taxonomy) -> None:
    evening, morning = singers(1, sessions=(meets(SEVEN_ON_TUESDAYS),)), singers(2, sessions=(meets(TEN_ON_TUESDAYS),))
    mornings = frozenset((day, 0) for day in range(7))
    answer = ask(taxonomy, person(interests=(SINGING,), slots=mornings), evening, morning, singers(3))
    said = {number: codes(answer, rank) for rank, number in enumerate(numbers(answer), start=1)}
    assert numbers(answer)[0] == 2
    assert "times_fit" in said[2]
    assert "times_not_confirmed" in said[3]
    assert "times_misfit" in said[1]


def test_a_group_that_has_ended_is_not_shown(taxonomy: Taxonomy) -> None:
    over = singers(1, sessions=(meets(TEN_ON_TUESDAYS, rule="FREQ=WEEKLY;UNTIL=20260601"),))
    assert numbers(ask(taxonomy, person(), over, singers(2))) == [2]


def test_a_full_group_is_labelled_and_below_one_with_room(taxonomy: Taxonomy) -> None:
    until = TODAY + timedelta(days=5)
    full = singers(1, capacity_state="full", capacity_until=until)
    free = singers(2, capacity_state="open", capacity_until=until)
    answer = ask(taxonomy, person(interests=(SINGING,)), full, free)
    assert numbers(answer) == [2, 1]
    assert "full" in codes(answer, 2)


def test_an_old_price_is_not_confirmed_rather_than_too_high(taxonomy: Taxonomy) -> None:
    dear = singers(1, price_pence=900)
    old = singers(2, price_pence=900, last_confirmed_on=date(2025, 1, 1))
    near = [singers(number, price_pence=0) for number in (3, 4, 5)]
    answer = ask(taxonomy, person(interests=(SINGING,), price_limit=200), dear, old, *near)
    assert set(numbers(answer)) == {2, 3, 4, 5}
    assert "price_not_confirmed" in {point.code for point in answer.matches[-1].misfits}


def test_the_least_important_wish_is_given_up_first_and_named(taxonomy: Taxonomy) -> None:
    far = [singers(number, places=(place(5.0),)) for number in (1, 2, 3)]
    dear = singers(4, price_pence=900)
    answer = ask(taxonomy, person(interests=(SINGING,), max_km=3.0, price_limit=0), *far, dear)
    assert set(numbers(answer)) == {1, 2, 3}
    assert [relaxed.code for relaxed in answer.relaxed] == ["reach"]
    assert answer.relaxed[0].more == 3
    assert "beyond_reach" in codes(answer)


def test_a_must_is_never_given_up(taxonomy: Taxonomy) -> None:
    dear, far = singers(1, price_pence=900), singers(2, places=(place(20.0),), price_pence=0)
    musts = {"cost": Strength.MUST, "transport": Strength.MUST}
    profile = person(interests=(SINGING,), max_km=2.0, price_limit=200, barriers=musts)
    assert numbers(ask(taxonomy, profile, dear, far)) == []


def test_a_lift_is_offered_beside_a_group_that_is_hard_to_reach(taxonomy: Taxonomy) -> None:
    lift = group(9, is_enabler=True, removes=("transport",), places=(), areas=(TRAFFORD,))
    elsewhere = group(8, is_enabler=True, removes=("transport",), places=(), areas=(AWAY,))
    profile = person(interests=(SINGING,), barriers={"transport": Strength.HELPS})
    answer = ask(taxonomy, profile, singers(1), lift, elsewhere)
    assert [(found.barrier, found.group_id) for found in answer.matches[0].support] == [("transport", str(lift.id))]


def test_the_nearest_of_equal_groups_comes_first_and_ties_go_by_id(taxonomy: Taxonomy) -> None:
    answer = ask(taxonomy, person(), group(3), group(1), group(2, places=(place(0.2),)))
    assert numbers(answer) == [2, 1, 3]


@given(st.lists(st.floats(0.0, 60.0), min_size=2, max_size=6, unique=True))
@settings(max_examples=60, deadline=None)
def test_nearer_is_never_worse(distances: list[float]) -> None:
    taxonomy = Taxonomy(())
    groups = [group(number, places=(place(km),)) for number, km in enumerate(distances, start=1)]
    answer = ask(taxonomy, person(limit=50), *groups)
    scores = dict(zip(numbers(answer), (match.score for match in answer.matches), strict=True))
    ordered = [scores[number] for _, number in sorted((km, number) for number, km in enumerate(distances, start=1))]
    assert ordered == sorted(ordered, reverse=True)


def test_weights_sum_to_one_and_keep_the_ratios_of_the_field_guide() -> None:
    weights = {scorer.code: scorer.weight for scorer in SCORERS}
    assert sum(weights.values()) == pytest.approx(1.0)
    shares = {
        "interest": 30,
        "belonging": 20,
        "first_visit": 15,
        "travel": 15,
        "schedule": 8,
        "cost": 5,
        "size": 4,
        "trust": 3,
    }
    for code, share in shares.items():
        assert weights[code] / share == pytest.approx(weights["interest"] / 30)


def test_parts_lie_in_their_range_and_the_same_question_has_the_same_answer(taxonomy: Taxonomy) -> None:
    snapshot = Snapshot.build(made_up.groups(60, taxonomy), taxonomy, 1)
    for profile in made_up.profiles(200, taxonomy, seed=21):
        answer = matcher.match(snapshot, profile, made_up.TODAY)
        assert answer == matcher.match(snapshot, profile, made_up.TODAY)
        for match in answer.matches:
            assert all(part.value is None or 0.0 <= part.value <= 1.0 for part in match.parts)
            assert len(match.reasons) <= 3
            assert len(match.misfits) <= 3
            assert len(match.support) <= 3


def test_filters_are_idempotent_under_a_longer_list(taxonomy: Taxonomy) -> None:
    snapshot = Snapshot.build(made_up.groups(60, taxonomy), taxonomy, 1)
    for profile in made_up.profiles(60, taxonomy, seed=22):
        short, long = (matcher.match(snapshot, replace(profile, limit=limit), made_up.TODAY) for limit in (5, 50))
        assert long.matches[:5] == short.matches
