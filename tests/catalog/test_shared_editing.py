"""What groups share, as editors are promised: it is kept, checked, recorded, told to every group. Nothing is lost."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.accounts.models import AuditEntry
from service.accounts.permissions import VISITOR
from service.catalog import models as m
from service.catalog.changes import GroupChanges, PriceChange, SessionChange, as_change, snapshot
from service.catalog.editing.keeping import Save, Shared
from service.catalog.editing.organisations import (
    create_organisation,
    edit_organisation,
    organisation_by_id,
    search_organisations,
)
from service.catalog.editing.places import PlaceChanges, create_place, edit_place, place_by_id, search_places
from service.catalog.facts import Value
from service.catalog.history import as_of, revisions
from service.catalog.operations import restore
from service.catalog.queries import catalog_sequence, changed_since, load_rows
from service.errors import Conflict, Forbidden, Invalid, NotFound
from tests.catalog.editing import ADA, DEE, read, refused, save
from tests.catalog.making import NOW, TODAY, group, location

BY_ADA = Save(actor=ADA, reason="Rang the hall", now=NOW)


def wrong(fields: dict[str, Any]) -> dict[str, str]:
    return {name: problem.code for name, problem in fields.items()}


def audited(store: Session) -> list[tuple[str, str, UUID | None, list[str]]]:
    rows = store.scalars(select(AuditEntry).order_by(AuditEntry.sequence))
    return [(row.action, row.subject, row.subject_id, row.columns) for row in rows]


def test_an_organisation_put_right_is_kept_recorded_and_told_to_each_of_its_groups(store: Session) -> None:
    body = m.Organisation(id=uuid4(), name="Sale Tables")
    mine = {group(store, name, organisation=body).id for name in ("One", "Two")}
    other = group(store, "Three")
    known, seen = catalog_sequence(store), organisation_by_id(store, body.id)
    fields = {"name": " Sale Tables CIC ", "website": "https://example.org", "summary": "Tables\r\nfor all"}
    saved = edit_organisation(store, organisation_id=body.id, fields=fields, expected_version=seen.version, save=BY_ADA)
    assert saved.values == {"name": "Sale Tables CIC", "website": "https://example.org", "summary": "Tables\nfor all"}
    assert (saved.version, saved.groups) == (seen.version + 1, 2)
    assert set(changed_since(store, known)) == mine
    assert other.id not in mine
    (kept,) = revisions(store, "organisation", body.id)
    assert (kept.version, kept.reason, kept.actor_id) == (saved.version, "Rang the hall", ADA.user_id)
    assert as_of(saved.values, [kept]) == seen.values
    assert audited(store) == [("edit_catalog", "organisation", body.id, ["name", "summary", "website"])]


def test_a_place_put_right_is_kept_recorded_and_told_to_each_group_that_meets_there(store: Session) -> None:
    hall = location()
    mine = {group(store, name, hall=hall).id for name in ("One", "Two")}
    known, seen = catalog_sequence(store), place_by_id(store, hall.id)
    changes = PlaceChanges(
        fields={"name": "Lantern House", "latitude": 53.42, "longitude": -2.33, "precision": "sector"},
        facts={"step_free": Value.YES, "lift": Value.NO},
    )
    saved = edit_place(store, place_id=hall.id, changes=changes, expected_version=seen.version, save=BY_ADA)
    assert (saved.values["name"], saved.values["latitude"], saved.values["facts.lift"]) == (
        "Lantern House",
        53.42,
        "no",
    )
    assert (saved.version, saved.groups) == (seen.version + 1, 2)
    assert set(changed_since(store, known)) == mine
    (kept,) = revisions(store, "place", hall.id)
    assert as_of(saved.values, [kept]) == seen.values
    told = {fact.code: (fact.source, fact.confirmed_on) for fact in store.get_one(m.Location, hall.id).facts}
    assert told["step_free"] == told["lift"] == ("editor_call", TODAY)
    assert read(store, mine.pop()).value("lift", None) is Value.NOT_CONFIRMED  # of the place, not of the group


def test_only_a_fact_that_differs_is_a_new_version_too(store: Session) -> None:
    hall = location()
    group(store, hall=hall)
    seen = place_by_id(store, hall.id)
    said = PlaceChanges(facts={"step_free": Value.YES})
    saved = edit_place(store, place_id=hall.id, changes=said, expected_version=seen.version, save=BY_ADA)
    assert saved.version == seen.version + 1
    same = edit_place(store, place_id=hall.id, changes=said, expected_version=saved.version, save=BY_ADA)
    assert (same, len(revisions(store, "place", hall.id))) == (saved, 1)


def test_what_is_added_begins_its_own_history(store: Session) -> None:
    body = create_organisation(store, fields={"name": "New Tables", "email": "hello@example.org"}, save=BY_ADA)
    hall = create_place(store, changes=PlaceChanges(fields={"city": "Sale", "confidential": True}), save=BY_ADA)
    (first,) = revisions(store, "organisation", body.id)
    assert (first.version, as_of(body.values, [first])) == (body.version, {})
    (first,) = revisions(store, "place", hall.id)
    assert (first.version, as_of(hall.values, [first])) == (hall.version, {})
    assert [row[:3] for row in audited(store)] == [
        ("edit_catalog", "organisation", body.id),
        ("edit_catalog", "place", hall.id),
    ]


def test_nobody_overwrites_another(store: Session) -> None:
    hall, body = location(), m.Organisation(id=uuid4(), name="Sale Tables")
    group(store, hall=hall, organisation=body)
    place, run_by = place_by_id(store, hall.id), organisation_by_id(store, body.id)
    by_dee = Save(actor=DEE, reason=None, now=NOW)
    edit_place(
        store,
        place_id=hall.id,
        changes=PlaceChanges(fields={"name": "Hers"}),
        expected_version=place.version,
        save=by_dee,
    )
    edit_organisation(
        store, organisation_id=body.id, fields={"name": "Hers"}, expected_version=run_by.version, save=by_dee
    )
    mine = PlaceChanges(fields={"name": "Mine"})
    with pytest.raises(Conflict, match="stale_version"):
        edit_place(store, place_id=hall.id, changes=mine, expected_version=place.version, save=BY_ADA)
    with pytest.raises(Conflict, match="stale_version"):
        edit_organisation(
            store, organisation_id=body.id, fields={"name": "Mine"}, expected_version=run_by.version, save=BY_ADA
        )
    assert (place_by_id(store, hall.id).values["name"], organisation_by_id(store, body.id).values["name"]) == (
        "Hers",
        "Hers",
    )


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({"name": " "}, {"name": "needed"}),
        ({"name": "x" * 201}, {"name": "too_long"}),
        ({"name": "A\nB"}, {"name": "unreadable"}),
        ({"name": "New", "website": "javascript:1"}, {"website": "not_url"}),
        ({"name": "New", "email": "me"}, {"email": "not_email"}),
        ({"name": "Sale Tables"}, {"name": "name_taken"}),
        ({"name": "New", "vetting": "trusted"}, {"vetting": "unknown_field"}),
    ],
)
def test_an_organisation_that_cannot_be_kept_says_why(
    store: Session, fields: dict[str, str], codes: dict[str, str]
) -> None:
    group(store)
    with pytest.raises(Invalid) as refusal:
        create_organisation(store, fields=fields, save=BY_ADA)
    assert wrong(refusal.value.fields) == codes


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({"name": "", "address_1": "", "city": "", "postal_code": ""}, {"name": "needed"}),
        ({"latitude": 91.0}, {"latitude": "out_of_range"}),
        ({"latitude": None}, {"latitude": "needed"}),
        ({"precision": "roughly"}, {"precision": "not_a_choice"}),
        ({"country": "England"}, {"country": "not_a_choice"}),
        ({"confidential": None}, {"confidential": "unreadable"}),
        ({"name": "x" * 201}, {"name": "too_long"}),
        ({"kind": "virtual"}, {"kind": "unknown_field"}),
    ],
)
def test_a_place_that_cannot_be_kept_says_why(store: Session, fields: dict[str, Any], codes: dict[str, str]) -> None:
    hall = location()
    group(store, hall=hall)
    seen = place_by_id(store, hall.id)
    with pytest.raises(Invalid) as refusal:
        edit_place(
            store, place_id=hall.id, changes=PlaceChanges(fields=fields), expected_version=seen.version, save=BY_ADA
        )
    assert wrong(refusal.value.fields) == codes


def test_visitors_keep_nothing_and_what_is_not_there_is_not_found(store: Session) -> None:
    stranger = Save(actor=VISITOR, reason=None, now=NOW)
    with pytest.raises(Forbidden):
        create_organisation(store, fields={"name": "Mine"}, save=stranger)
    with pytest.raises(Forbidden):
        create_place(store, changes=PlaceChanges(fields={"name": "Mine"}), save=stranger)
    with pytest.raises(NotFound):
        edit_place(store, place_id=uuid4(), changes=PlaceChanges(), expected_version=1, save=BY_ADA)
    with pytest.raises(NotFound):
        edit_organisation(store, organisation_id=uuid4(), fields={}, expected_version=1, save=BY_ADA)


def test_they_are_found_by_any_part_of_their_words(store: Session) -> None:
    hall = location()
    group(store, hall=hall)
    assert [line.id for line in search_places(store, "m33")] == [hall.id]
    assert [line.groups for line in search_places(store, "lantern")] == [1]
    assert search_places(store, " ") == search_places(store, "100%") == ()
    assert [line.name for line in search_organisations(store, "tables")] == ["Sale Tables"]
    assert [line.groups for line in search_organisations(store, "")] == [1]


def test_a_place_made_confidential_is_hidden_from_visitors_of_every_group_there(store: Session) -> None:
    hall = location()
    ids = [group(store, name, hall=hall).id for name in ("One", "Two")]
    seen = place_by_id(store, hall.id)
    secret = PlaceChanges(fields={"confidential": True})
    edit_place(store, place_id=hall.id, changes=secret, expected_version=seen.version, save=BY_ADA)
    store.expire_all()
    shown = [view for _row, view in load_rows(store, ids, statuses=["published"], today=TODAY)]
    assert {(view.places[0].name, view.places[0].address, view.places[0].postal_code) for view in shown} == {
        (None, (), None)
    }


def test_a_groups_places_and_prices_are_set_told_and_taken_back(store: Session) -> None:
    made = group(store)
    seen = read(store, made.id)
    hall = create_place(store, changes=PlaceChanges(fields={"name": "Other Hall"}), save=BY_ADA)
    prices = (PriceChange(option="Concession", amount_pence=150), PriceChange(option="everyone", amount_pence=300))
    both = (seen.places[0].id, hall.id)
    saved = save(store, seen, GroupChanges(places=both, prices=prices))
    assert {place.id for place in saved.places} == set(both)
    assert [(price.option, price.amount_pence) for price in saved.prices] == [("Concession", 150), ("everyone", 300)]
    (kept,) = revisions(store, "group", made.id)
    assert sorted(kept.difference) == ["places", "prices"]
    back = restore(
        store,
        group_id=made.id,
        version=saved.version,
        expected_version=saved.version,
        actor=ADA,
        reason=None,
        now=NOW,
    )
    assert snapshot(back) == snapshot(seen)


def test_a_place_where_a_meeting_is_held_cannot_be_taken_away(store: Session) -> None:
    assert refused(store, GroupChanges(places=())) == {"places": "place_met_at"}
    assert refused(store, GroupChanges(places=(uuid4(),))) == {"places": "unknown_place"}
    seen = read(store, group(store).id)
    moved = {each.id: SessionChange(words="Somewhere", time_zone="Europe/London") for each in seen.sessions}
    assert save(store, seen, GroupChanges(places=(), sessions=moved)).places == ()


def test_a_meeting_is_moved_to_a_place_that_is_added_in_the_same_save(store: Session) -> None:
    seen = read(store, group(store).id)
    hall = create_place(store, changes=PlaceChanges(fields={"name": "Other Hall"}), save=BY_ADA)
    told = as_change(seen.sessions[0])
    moved = SessionChange(words=told.words, location_id=hall.id)
    saved = save(store, seen, GroupChanges(places=(hall.id,), sessions={seen.sessions[0].id: moved}))
    assert ([place.id for place in saved.places], saved.sessions[0].location_id) == ([hall.id], hall.id)


@pytest.mark.parametrize(
    ("prices", "codes"),
    [
        ((PriceChange(option=" ", amount_pence=1),), {"prices.0.option": "needed"}),
        ((PriceChange(option="All", amount_pence=-1),), {"prices.0.amount": "out_of_range"}),
        (tuple(PriceChange(option=str(n), amount_pence=n) for n in range(9)), {"prices": "too_many"}),
    ],
)
def test_prices_that_cannot_be_kept_say_why(
    store: Session, prices: tuple[PriceChange, ...], codes: dict[str, str]
) -> None:
    assert refused(store, GroupChanges(prices=prices)) == codes


# ---- two editors at once ----

WORDS = st.sampled_from(["Tea", "Coffee", "Cake", "Soup"])
FIELD = {"group": ("name", "who_for"), "organisation": ("name", "summary"), "place": ("name", "city")}
STEPS = st.lists(
    st.tuples(st.sampled_from(["ada", "dee"]), st.sampled_from(sorted(FIELD)), st.integers(0, 1), WORDS, st.booleans()),
    max_size=14,
)


class Table:
    """A group, who runs it and where it meets; each editor saves from what they saw last."""

    def __init__(self, store: Session) -> None:
        made = group(store, f"Table {uuid4()}", organisation=m.Organisation(id=uuid4(), name=f"Body {uuid4()}"))
        self.store = store
        self.ids = {
            "group": made.id,
            "organisation": made.organisation_id,
            "place": made.places[0].location_id,
        }
        self.seen = {(who, what): self.now(what) for who in ("ada", "dee") for what in FIELD}

    def now(self, what: str) -> tuple[int, dict[str, object]]:
        found: Shared
        if what == "group":
            view = read(self.store, self.ids[what])
            return view.version, snapshot(view)
        found = (organisation_by_id if what == "organisation" else place_by_id)(self.store, self.ids[what])
        return found.version, dict(found.values)

    def save(self, who: str, what: str, fields: dict[str, Any]) -> None:
        by, known = Save(actor=ADA if who == "ada" else DEE, reason=None, now=NOW), self.seen[who, what][0]
        if what == "group":
            view = read(self.store, self.ids[what])
            save(self.store, view, GroupChanges(fields=fields), actor=by.actor, expected_version=known)
        elif what == "organisation":
            edit_organisation(
                self.store, organisation_id=self.ids[what], fields=fields, expected_version=known, save=by
            )
        else:
            changes = PlaceChanges(fields=fields)
            edit_place(self.store, place_id=self.ids[what], changes=changes, expected_version=known, save=by)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_two_editors_in_any_order_lose_no_update(store: Session, steps: list[tuple[str, str, int, str, bool]]) -> None:
    table = Table(store)
    first = {what: table.now(what)[1] for what in FIELD}
    for who, what, which, word, looks_again in steps:
        if looks_again:
            table.seen[who, what] = table.now(what)
        before = table.now(what)
        fields = {FIELD[what][which]: f"{word} of {who} {before[0]} {table.ids[what]}"}
        fresh = table.seen[who, what][0] == before[0]
        if fresh:
            table.save(who, what, fields)
            table.seen[who, what] = table.now(what)
            assert table.now(what)[1] == {**before[1], **fields}
        else:
            with pytest.raises(Conflict, match="stale_version"):
                table.save(who, what, fields)
            assert table.now(what) == before
    for what in FIELD:  # every save is in the history, and together they lead back to the beginning
        assert as_of(table.now(what)[1], revisions(store, what, table.ids[what])) == first[what]
    numbers = store.scalars(select(m.Revision.version).where(m.Revision.entity_id == table.ids["place"])).all()
    assert len(numbers) == len(set(numbers))
    assert store.scalar(select(func.count()).select_from(m.CatalogState)) in (0, 1)
