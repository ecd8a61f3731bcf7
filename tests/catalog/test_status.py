"""What becomes of a group: a draft first, then along its ways; a hold is at once."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from service.accounts.permissions import VISITOR, Actor
from service.catalog import changes as pure
from service.catalog import models as m
from service.catalog.changes import GroupChanges, SessionChange, clean, difference, preview
from service.catalog.facts import Value
from service.catalog.history import revisions
from service.catalog.operations import create_group, set_status, touch
from service.catalog.queries import changed_since, group_by_id, iter_searchable
from service.catalog.views import GroupView
from service.errors import Conflict, Forbidden, Invalid, NotFound
from tests.catalog.editing import ADA, DEE, save
from tests.catalog.making import NOW, TODAY, group


def test_a_new_group_is_a_draft_with_an_address_of_its_own(store: Session) -> None:
    other = group(store)
    changes = GroupChanges(fields={"name": "Café Zürich & Friends"}, facts={"taster": Value.YES}, languages=("en",))
    known: dict[str, Any] = {"organisation_id": other.organisation_id, "actor": ADA, "reason": None, "now": NOW}
    place = other.places[0].location_id
    first = create_group(store, changes=changes, place_ids=[place], **known)
    second = create_group(store, changes=changes, **known)
    assert (first.slug, first.status, first.version, first.places[0].id) == ("cafe-zurich-friends", "draft", 1, place)
    assert second.slug.startswith("cafe-zurich-friends-")
    (kept,) = revisions(store, "group", first.id)
    assert kept.difference["name"] == [None, "Café Zürich & Friends"]
    assert list(changed_since(store, 0)) == [first.id, second.id]
    for wrong in ({"changes": GroupChanges()}, {"organisation_id": uuid4()}, {"place_ids": [uuid4()]}):
        with pytest.raises(Invalid):
            create_group(store, **{**known, "changes": changes, **wrong})


def move(store: Session, group_id: UUID, status: str, actor: Actor = ADA, reason: str | None = None) -> GroupView:
    return set_status(
        store, group_id=group_id, status=status, expected_version=None, actor=actor, reason=reason, now=NOW
    )


def test_a_hold_is_at_once_needs_a_reason_and_a_second_person_to_lift(store: Session) -> None:
    made = group(store)
    with pytest.raises(Invalid):
        move(store, made.id, "held")
    move(store, made.id, "held", reason="A member was hurt")
    assert list(iter_searchable(store, today=TODAY)) == []
    with pytest.raises(NotFound):
        group_by_id(store, made.id, today=TODAY)
    with pytest.raises(Forbidden) as refusal:
        move(store, made.id, "published")
    assert refusal.value.code == "second_person"
    assert move(store, made.id, "published", actor=DEE).status == "published"


def test_a_status_moves_only_along_its_ways(store: Session) -> None:
    made = group(store, status="archived")
    with pytest.raises(Conflict):
        move(store, made.id, "paused")
    assert move(store, made.id, "archived").version == made.version
    assert move(store, made.id, "draft").status == "draft"


def test_each_change_has_a_higher_number_than_the_one_before(store: Session) -> None:
    made = [group(store, f"T{n}").id for n in range(3)]
    numbers = [touch(store, [key], now=NOW) for key in made] + [touch(store, [], now=NOW)]
    assert numbers == [1, 2, 3, 4]
    assert list(changed_since(store, 1)) == [made[1], made[2]]
    assert store.get_one(m.Group, made[0]).version == 1  # an import that touches is no editor's save


def test_a_visitor_is_nobody(store: Session) -> None:
    with pytest.raises(Forbidden):
        save(store, group(store), GroupChanges(), actor=VISITOR)


def test_the_pure_choices_are_those_of_the_tables() -> None:
    assert pure.CHOICES == {"mode": m.MODES, "restriction": m.RESTRICTIONS, "capacity_state": m.CAPACITY}
    columns = m.Group.__table__.columns
    assert all(name in columns or name.startswith("door.") for name in pure.FIELDS)
    for name, limit in pure.LINES.items():
        assert limit <= columns[name].type.length  # type: ignore[attr-defined]


@given(
    st.dictionaries(
        st.sampled_from(pure.FIELDS), st.one_of(st.none(), st.text(max_size=30), st.integers(), st.booleans())
    )
)
@settings(max_examples=200, deadline=None)
def test_any_values_are_either_kept_or_refused_by_field(values: dict[str, Any]) -> None:
    before = {"name": "Tea", "mode": "in_person", "joinable": True, "nationwide": False}
    try:
        cleaned = clean(GroupChanges(fields=values), before=before, today=TODAY)
    except Invalid as refusal:
        assert refusal.fields  # noqa: PT017
    else:
        after = preview(before, cleaned, today=TODAY)
        assert preview(before, pure.undo(difference(after, before)), today=TODAY) == after


def test_a_session_change_survives_the_way_to_history_and_back() -> None:
    change = SessionChange(
        location_id=uuid4(),
        words="w",
        rule="FREQ=WEEKLY",
        starts_at=datetime(2026, 1, 6, 10, 30),  # noqa: DTZ001
        minutes=60,
        exceptions=(date(2026, 12, 29),),
        level=3,
        note="n",
    )
    key = uuid4()
    after = preview({}, GroupChanges(sessions={key: change}), today=TODAY)
    back = pure.undo(difference(after, {}))
    assert back.sessions == {key: change}
