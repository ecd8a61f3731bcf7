"""What teams are promised that keep a part each: holds at once, moves out and never in, lists of their own."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor
from service.catalog import models as m
from service.catalog import operations
from service.catalog.changes import GroupChanges
from service.catalog.desk import batches
from service.catalog.desk.bulk import Wish
from service.catalog.editing import organisations
from service.catalog.editing.keeping import Save
from service.catalog.fresh import calls
from service.catalog.models_fresh import ToConfirm
from service.errors import Forbidden
from tests.catalog.keepers.keeping import at, keep, somebody, sue
from tests.catalog.making import NOW, TODAY


def by(actor: Actor) -> dict[str, Any]:
    return {"actor": actor, "reason": "Rang", "now": NOW}


def test_every_editor_takes_off_the_list_what_could_harm_somebody(store: Session) -> None:
    """And nobody but its team, or who keeps all, puts it back."""
    group, mine, ann = at(store, "WA14 1AA"), sue(store), somebody(store)
    held = operations.set_status(store, group_id=group.id, status="held", expected_version=None, **by(mine))
    assert held.status == "held"
    back: dict[str, Any] = {"group_id": group.id, "status": "published", "expected_version": None}
    with pytest.raises(Forbidden, match="out_of_scope"):
        operations.set_status(store, **back, **by(sue(store)))
    assert operations.set_status(store, **back, **by(ann)).status == "published"


def test_what_is_moved_out_is_theirs_no_more_and_nothing_is_moved_in(store: Session) -> None:
    mine, far = sue(store), at(store, "WA14 1AA")
    near, hall = at(store, "M33 4"), far.places[0].location_id
    changes = GroupChanges(places=(hall,), sessions={near.sessions[0].id: None})
    moved = operations.edit_group(store, group_id=near.id, changes=changes, expected_version=1, **by(mine))
    assert [place.id for place in moved.places] == [hall]
    again: dict[str, Any] = {"group_id": near.id, "expected_version": moved.version}
    with pytest.raises(Forbidden, match="out_of_scope"):
        operations.edit_group(store, changes=GroupChanges(fields={"phone": None}), **again, **by(mine))
    with pytest.raises(Forbidden, match="out_of_scope"):
        operations.restore(store, version=moved.version, **again, **by(mine))
    back = operations.restore(store, version=moved.version, **again, **by(somebody(store)))
    assert [place.id for place in back.places] != [hall]


def test_many_at_once_leave_what_another_team_keeps_and_say_so(store: Session) -> None:
    near, far, mine = at(store, "M33 4"), at(store, "WA14 1AA"), sue(store)
    wish = Wish(kind="status", what="paused")
    shown = batches.show(store, [near.id, far.id], wish, reason="", actor=mine, today=TODAY)
    assert [(line.group.id, line.problem) for line in shown] == [(near.id, ""), (far.id, "out_of_scope")]
    edit = uuid4()
    batches.begin(store, edit_id=edit, wish=wish, reason="", shown=shown, actor=mine, now=NOW)
    while batches.go_on(store, edit, now=NOW):
        pass
    states = {row[0]: row[1] for row in store.execute(select(m.Group.id, m.Group.status))}
    assert (states[near.id], states[far.id]) == ("paused", "published")


def test_the_telephone_round_is_of_ones_own(store: Session) -> None:
    near, far, mine = at(store, "M33 4"), at(store, "WA14 1AA"), sue(store)
    store.add_all([ToConfirm(group_id=one.id, place=-1.0, again_on=TODAY) for one in (near, far)])
    store.flush()
    assert [line.group_id for line in calls.queue(store, actor=mine, today=TODAY)] == [near.id]
    assert calls.count(store, today=TODAY, actor=mine) == 1
    assert calls.following(store, today=TODAY, actor=mine) == near.id
    assert calls.count(store, today=TODAY, actor=somebody(store)) == 2


def test_a_draft_without_a_place_is_its_maker_s(store: Session) -> None:
    """Until it has a place elsewhere: then it is of the team there."""
    mine, far = sue(store), at(store, "WA14 1AA")
    new: dict[str, Any] = {"organisation_id": far.organisation_id, "changes": GroupChanges(fields={"name": "New"})}
    draft = operations.create_group(store, **new, **by(mine))
    placed = GroupChanges(places=(far.places[0].location_id,))
    known: dict[str, Any] = {"group_id": draft.id, "expected_version": draft.version}
    with pytest.raises(Forbidden, match="out_of_scope"):
        operations.edit_group(store, changes=placed, **known, **by(sue(store)))
    saved = operations.edit_group(store, changes=placed, **known, **by(mine))
    with pytest.raises(Forbidden, match="out_of_scope"):
        operations.set_status(store, group_id=draft.id, status="submitted", expected_version=saved.version, **by(mine))


def test_a_body_shared_by_two_teams_is_changed_by_who_keeps_it_by_name(store: Session) -> None:
    body, mine = m.Organisation(id=uuid4(), name="Both Hands"), sue(store)
    save = Save(actor=mine, reason=None, now=NOW)
    at(store, "M33 4", "Near", body)
    named: dict[str, Any] = {"organisation_id": body.id, "fields": {"summary": "We run both."}}
    seen = organisations.edit_organisation(store, **named, expected_version=1, save=save)
    at(store, "WA14 1AA", "Far", body)
    named["fields"] = {"summary": "We run all."}
    with pytest.raises(Forbidden, match="out_of_scope"):
        organisations.edit_organisation(store, **named, expected_version=seen.version, save=save)
    assert mine.user_id is not None
    keep(store, mine, ["M33"], [body.id])
    saved = organisations.edit_organisation(store, **named, expected_version=seen.version, save=save)
    assert saved.values["summary"] == "We run all."
