"""What readers of the catalogue are promised: whole groups, today's truth, nothing hidden, a fixed number of reads."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog.around import groups_around
from service.catalog.facts import Value
from service.catalog.freshness import Freshness
from service.catalog.queries import (
    catalog_sequence,
    changed_since,
    count_names,
    group_by_id,
    group_by_slug,
    iter_searchable,
    listed_ids,
    load_groups,
    search_names,
)
from service.errors import NotFound
from tests.catalog.making import TERM, TODAY, fact, group, groups, location, statements


def test_a_group_is_read_whole(store: Session) -> None:
    made = group(store)
    seen = group_by_slug(store, made.slug, today=TODAY)
    assert (seen.name, seen.organisation.name, seen.price_pence) == ("Jigsaw and Tea Table", "Sale Tables", 0)
    assert [term.code for term in seen.terms] == [TERM]
    assert seen.languages == ("en",)
    assert seen.sessions[0].meeting.exceptions == (date(2026, 12, 29),)
    assert (seen.places[0].name, seen.areas[0].name, seen.prices[0].option) == ("Lantern Hall", "Trafford", "everyone")
    assert (seen.freshness, seen.capacity_state) == (Freshness.FRESH, "open")


def test_what_nobody_said_is_not_confirmed_and_never_no(store: Session) -> None:
    seen = group_by_id(store, group(store).id, today=TODAY)
    place = seen.places[0]
    assert seen.value("hearing_loop", place) is Value.NOT_CONFIRMED
    assert seen.value("booking_needed", place) is Value.NO
    assert seen.value("step_free", place) is Value.YES
    assert seen.value("step_free") is Value.NOT_CONFIRMED


def test_old_statements_fall_back_by_themselves(store: Session) -> None:
    made = group(store, last_confirmed_on=date(2025, 1, 1), capacity_until=date(2026, 11, 19))
    made.facts = [fact("taster", on=date(2025, 1, 1)), fact("lift", on=date(2025, 1, 1))]
    store.flush()
    seen = group_by_id(store, made.id, today=TODAY)
    assert (seen.freshness, seen.times_confirmed, seen.price_confirmed) == (Freshness.STALE, False, False)
    assert (seen.capacity_state, seen.capacity_available) == (None, None)
    assert seen.value("taster") is Value.NOT_CONFIRMED  # a year and more
    assert seen.value("lift") is Value.YES  # buildings last two years
    assert next(known for known in seen.facts if known.code == "taster").stated is Value.YES


def test_a_group_s_own_word_stands_above_its_place_s_while_it_holds(store: Session) -> None:
    said = group(store, "Said")
    said.facts = [fact("step_free", "no")]
    old = group(store, "Old")
    old.facts = [fact("step_free", "no", on=date(2020, 1, 1))]
    store.flush()
    values = {}
    for listed in iter_searchable(store, today=TODAY):
        seen = group_by_id(store, listed.id, today=TODAY)
        values[listed.name] = listed.places[0].facts["step_free"].value
        assert seen.value("step_free", seen.places[0]) is values[listed.name]
    assert values == {"Said": Value.NO, "Old": Value.YES}


@pytest.mark.parametrize("status", ["draft", "submitted", "paused", "held", "archived"])
def test_the_public_sees_published_groups_only(store: Session, status: str) -> None:
    made = group(store, status=status)
    with pytest.raises(NotFound):
        group_by_id(store, made.id, today=TODAY)
    with pytest.raises(NotFound):
        group_by_slug(store, made.slug, today=TODAY)
    assert load_groups(store, [made.id], today=TODAY) == {}
    assert list(iter_searchable(store, today=TODAY)) == []
    assert list(iter_searchable(store, today=TODAY, ids=[made.id])) == []
    assert listed_ids(store) == frozenset()
    assert group_by_id(store, made.id, today=TODAY, public=False).status == status


def test_an_unknown_group_is_not_found(store: Session) -> None:
    with pytest.raises(NotFound):
        group_by_id(store, uuid4(), today=TODAY, public=False)


def test_a_confidential_place_is_shown_roughly_or_not_at_all(store: Session) -> None:
    made = group(store, hall=location(confidential=True, description="Ring twice", transportation="Bus 1"))
    place = group_by_id(store, made.id, today=TODAY).places[0]
    assert (place.name, place.address, place.postal_code, place.description, place.transportation) == (
        None,
        (),
        *[None] * 3,
    )
    assert (place.latitude, place.longitude, place.precision) == (53.41, -2.34, "district")
    (listed,) = iter_searchable(store, today=TODAY)
    assert (listed.places[0].label, listed.places[0].latitude) == ("Sale", 53.41)
    assert group_by_id(store, made.id, today=TODAY, public=False).places[0].name == "Lantern Hall"


@pytest.mark.parametrize("on", [date(2026, 11, 2), date(2019, 1, 1)], ids=["today", "years ago"])
@pytest.mark.parametrize("whose", ["group", "place"])
def test_whoever_says_that_the_place_is_kept_private_hides_the_address(store: Session, whose: str, on: date) -> None:
    said = [fact("confidential_location", on=on)]
    made = group(store, hall=location(facts=said)) if whose == "place" else group(store, facts=said)
    place = group_by_id(store, made.id, today=TODAY).places[0]
    assert (place.name, place.address, place.postal_code, place.confidential) == (None, (), None, True)
    (listed,) = iter_searchable(store, today=TODAY)
    assert (listed.places[0].label, listed.places[0].latitude) == ("Sale", 53.41)
    far = groups_around(store, latitude=53.41, longitude=-2.34, km=0.001)
    assert [one.group_id for one in far] == [made.id], "no more than the rough position counts"


def test_search_gets_plain_values_with_their_dates(store: Session) -> None:
    made = group(store, is_enabler=True, removes=["transport"], restriction="women_only")
    (listed,) = iter_searchable(store, today=TODAY)
    assert (listed.id, listed.slug, listed.organisation_name, listed.joinable) == (
        made.id,
        made.slug,
        "Sale Tables",
        True,
    )
    assert (listed.removes, listed.restriction, listed.languages) == (("transport",), "women_only", ("en",))
    assert listed.facts["host_meets_you"].confirmed_on == date(2026, 11, 2)
    assert "step_free" not in listed.facts
    assert set(listed.places[0].facts) == {"host_meets_you", "booking_needed", "step_free", "toilets"}
    assert listed.sessions[0].location_id == listed.places[0].location_id
    assert (listed.areas[0].radius_km, listed.terms[0].weight) == (8.0, 1.0)


def test_reading_costs_the_same_number_of_statements_for_one_group_and_for_forty(
    engine: Engine, store: Session
) -> None:
    made = groups(store, 40)
    costs = []
    for ids in (made[:1], made):
        store.expunge_all()
        with statements(engine) as seen:
            assert len(load_groups(store, ids, today=TODAY)) == len(ids)
        with statements(engine) as also:
            assert len(list(iter_searchable(store, today=TODAY, ids=ids, batch=10))) == len(ids)
        costs.append((len(seen), len(also)))
    assert costs[0] == costs[1]
    with statements(engine) as whole:
        assert len(list(iter_searchable(store, today=TODAY))) == 40
    assert len(whole) == 8


def test_reading_writes_nothing(engine: Engine, store: Session) -> None:
    made = group(store)
    store.commit()
    with statements(engine) as seen:
        load_groups(store, [made.id], today=TODAY)
        list(iter_searchable(store, today=TODAY))
        search_names(store, "table", today=TODAY)
    assert all(statement.lstrip().startswith("SELECT") for statement in seen)


def test_an_editor_finds_listings_of_any_status_by_part_of_a_name(store: Session) -> None:
    group(store, "100% Jigsaws", status="draft")
    group(store, "1000 Jigsaws", organisation=m.Organisation(id=uuid4(), name="Other"))
    assert [found.name for found in search_names(store, "jigsaw", today=TODAY)] == ["100% Jigsaws", "1000 Jigsaws"]
    assert [found.name for found in search_names(store, "100%", today=TODAY)] == ["100% Jigsaws"]
    assert [found.name for found in search_names(store, "other", today=TODAY)] == ["1000 Jigsaws"]
    assert [found.name for found in search_names(store, "", today=TODAY, limit=1, offset=1)] == ["1000 Jigsaws"]
    assert (count_names(store, "jigsaw"), count_names(store, ""), count_names(store, "zither")) == (2, 2, 0)


def test_workers_see_which_groups_changed_since_a_number(store: Session) -> None:
    assert catalog_sequence(store) == 0
    store.add(m.CatalogState(id=1, sequence=7))
    first, second = group(store, changed_sequence=7), group(store, changed_sequence=5, status="held")
    store.flush()
    assert catalog_sequence(store) == 7
    assert list(changed_since(store, 0)) == [second.id, first.id]
    assert list(changed_since(store, 5)) == [first.id]
    assert list(changed_since(store, 7)) == []
