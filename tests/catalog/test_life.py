"""What an editor is promised of a listing: any version comes back whole; moved or copied, both histories tell."""

from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from service.accounts.permissions import VISITOR
from service.catalog import models as m
from service.catalog.changes import GroupChanges, SessionChange, snapshot
from service.catalog.editing.moving import move_group, split_group
from service.catalog.editing.restoring import restore_version, would_change
from service.catalog.facts import Value
from service.catalog.history import revisions
from service.catalog.operations import set_status
from service.errors import Conflict, Forbidden, Invalid, NotFound
from tests.catalog.editing import ADA, DEE, read, save
from tests.catalog.making import NOW, TERM, TODAY, group, location

STAYS = ("status", "last_confirmed_on", "capacity_until", "capacity_state", "capacity_available")
edits = st.lists(
    st.one_of(
        st.builds(
            GroupChanges,
            fields=st.fixed_dictionaries(
                {}, optional={"name": st.sampled_from(("Tea", "Cake")), "age_min": st.just(50)}
            ),
            facts=st.dictionaries(st.sampled_from(("lift", "host_meets_you")), st.sampled_from(Value), max_size=2),
            terms=st.sampled_from((None, (), (TERM,), ("activity.making", TERM))),
            languages=st.sampled_from((None, ("pl",), ("en", "ur"))),
        ),
        st.just("no meeting"),
        st.just("one more meeting"),
    ),
    min_size=1,
    max_size=5,
)


def edit(store: Session, made: m.Group, change: object) -> None:
    seen = read(store, made.id)
    if isinstance(change, GroupChanges):
        save(store, seen, change)
    elif change == "no meeting":
        save(store, seen, GroupChanges(sessions={one.id: None for one in seen.sessions}))
    else:
        save(store, seen, GroupChanges(sessions={uuid4(): SessionChange(words="When we like")}))


def words_of(store: Session, made: m.Group) -> dict[str, object]:
    return {name: value for name, value in snapshot(read(store, made.id)).items() if name not in STAYS}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=edits)
def test_any_version_comes_back_whole_as_it_was_shown(store: Session, changes: list[object]) -> None:
    made = group(store)
    save(store, read(store, made.id), GroupChanges(fields={"name": "First"}))
    then = {read(store, made.id).version: words_of(store, made)}
    for change in changes:
        edit(store, made, change)
        then[read(store, made.id).version] = words_of(store, made)
    for version, was in then.items():
        seen = read(store, made.id)
        shown = would_change(store, seen, version, today=TODAY)
        saved = restore_version(
            store,
            group_id=made.id,
            version=version,
            expected_version=seen.version,
            actor=ADA,
            reason=None,
            now=NOW,
        )
        assert words_of(store, made) == was
        newest = revisions(store, "group", made.id)[0].difference
        assert (newest == shown) if shown else (saved.version == seen.version)


def test_what_is_put_back_is_the_words_not_the_state(store: Session) -> None:
    made = group(store)
    first = save(store, made, GroupChanges(fields={"name": "First"}))
    held = set_status(
        store, group_id=made.id, status="held", expected_version=None, actor=DEE, reason="They rang", now=NOW
    )
    save(store, held, GroupChanges(fields={"name": "Second"}))
    now = read(store, made.id)
    known = {"group_id": made.id, "version": first.version, "actor": ADA, "reason": None, "now": NOW}
    with pytest.raises(Conflict):
        restore_version(store, expected_version=now.version - 1, **known)  # type: ignore[arg-type]  # as it takes them
    back = restore_version(store, expected_version=now.version, **known)  # type: ignore[arg-type]  # the same
    assert (back.name, back.status) == ("First", "held")
    with pytest.raises(NotFound):
        would_change(store, back, 99, today=TODAY)


def test_a_listing_goes_to_another_organisation_and_back(store: Session) -> None:
    made = group(store)
    other = m.Organisation(id=uuid4(), name="Other Hands")
    store.add(other)
    store.flush()
    known = {"group_id": made.id, "actor": ADA, "reason": "They merged", "now": NOW}
    moved = move_group(store, organisation_id=other.id, expected_version=1, **known)  # type: ignore[arg-type]  # the same
    assert moved.organisation.id == other.id
    assert revisions(store, "group", made.id)[0].difference == {"organisation": ["Sale Tables", "Other Hands"]}
    again = move_group(store, organisation_id=other.id, expected_version=2, **known)  # type: ignore[arg-type]  # the same
    assert again.version == 2
    with pytest.raises(Invalid):
        move_group(store, organisation_id=uuid4(), expected_version=2, **known)  # type: ignore[arg-type]  # the same
    with pytest.raises(Forbidden):
        move_group(store, organisation_id=other.id, expected_version=2, **{**known, "actor": VISITOR})  # type: ignore[arg-type]


def test_a_part_is_copied_into_a_draft_and_both_histories_tell(store: Session) -> None:
    made = group(store, host="Ama")
    kept, left = made.places[0].location_id, location(name="Other Hall")
    store.add(left)
    store.flush()
    made.places.append(m.GroupLocation(location_id=left.id))
    made.sessions.append(m.Session(location_id=left.id, words="Every Friday", position=1))
    store.flush()
    before = read(store, made.id)
    copy = split_group(
        store,
        group_id=made.id,
        name="Friday Table",
        session_ids=[made.sessions[1].id],
        place_ids=[left.id],
        expected_version=before.version,
        actor=ADA,
        reason="Two groups by now",
        now=NOW,
    )
    after = read(store, made.id)
    assert (copy.name, copy.status, copy.host) == ("Friday Table", "draft", "Ama")
    assert [(one.words, one.location_id) for one in copy.sessions] == [("Every Friday", left.id)]
    assert [place.id for place in copy.places] == [left.id]
    assert kept in [place.id for place in after.places]
    own = [(fact.code, fact.stated, fact.source, fact.confirmed_on) for fact in before.facts]
    assert [(fact.code, fact.stated, fact.source, fact.confirmed_on) for fact in copy.facts] == own
    assert snapshot(after) == snapshot(before)
    assert [revisions(store, "group", one)[0].difference for one in (copy.id, made.id)] == [
        {"split_from": [None, before.name]},
        {"split_into": [None, "Friday Table"]},
    ]
    with pytest.raises(Invalid):
        split_group(
            store,
            group_id=made.id,
            name=" ",
            session_ids=[],
            place_ids=[],
            expected_version=after.version,
            actor=ADA,
            reason=None,
            now=NOW,
        )
