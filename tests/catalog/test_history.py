"""What a reader of the history is promised: each save once, newest first, with what was before and after."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from service.accounts.permissions import GRANTS, Actor, Role
from service.catalog.changes import GroupChanges
from service.catalog.history import difference, last_change, revision, revisions
from service.catalog.operations import edit_group
from service.errors import NotFound
from tests.catalog.making import NOW, group

ADA = Actor(role=Role.EDITOR, user_id=uuid4(), permissions=GRANTS[Role.EDITOR])
NAMES = st.sampled_from(["name", "who_for", "facts.lift", "facts.taster"])
SNAPSHOTS = st.dictionaries(NAMES, st.sampled_from(["yes", "no", "Tea", "Table"]))


@given(SNAPSHOTS, SNAPSHOTS)
def test_a_difference_leads_from_before_to_after_and_back(before: dict[str, object], after: dict[str, object]) -> None:
    changed = difference(before, after)
    empty = (None, "not_confirmed")
    there = {**before, **{name: pair[1] for name, pair in changed.items()}}
    back = {**after, **{name: pair[0] for name, pair in changed.items()}}
    assert {name: value for name, value in there.items() if value not in empty} == after
    assert {name: value for name, value in back.items() if value not in empty} == before


def test_an_unknown_fact_is_not_confirmed_in_history_too() -> None:
    assert difference({}, {"facts.lift": "no"}) == {"facts.lift": ["not_confirmed", "no"]}
    assert difference({"name": "Tea"}, {"name": "Tea"}) == {}


def test_saves_are_listed_newest_first_and_found_by_version_or_field(store: Session) -> None:
    made = group(store)
    for number, fields in enumerate([{"name": "One"}, {"who_for": "All"}, {"name": "Two"}], start=1):
        edit_group(
            store,
            group_id=made.id,
            changes=GroupChanges(fields=fields),
            expected_version=number,
            actor=ADA,
            reason=f"call {number}",
            now=NOW,
        )
    assert [kept.reason for kept in revisions(store, "group", made.id)] == ["call 3", "call 2", "call 1"]
    assert [kept.version for kept in revisions(store, "group", made.id, limit=1)] == [4]
    assert revision(store, "group", made.id, 2).difference == {"name": ["Jigsaw and Tea Table", "One"]}
    named = last_change(store, "group", made.id, "who_for")
    assert named is not None
    assert named.version == 3
    assert last_change(store, "group", made.id, "url") is None
    with pytest.raises(NotFound):
        revision(store, "group", made.id, 9)
