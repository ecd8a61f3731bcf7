"""What editors are promised: what they save is kept, checked, recorded and seen at once; nobody overwrites another."""

from datetime import date, timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from service.accounts.models import AuditEntry
from service.accounts.permissions import GRANTS, Actor, Role
from service.catalog import models as m
from service.catalog.changes import GroupChanges, SessionChange, as_change, clean, difference, preview, snapshot
from service.catalog.facts import Value
from service.catalog.history import revisions
from service.catalog.operations import create_group, edit_group, restore, set_status
from service.catalog.queries import catalog_sequence, changed_since, iter_searchable
from service.catalog.views import GroupView
from service.errors import Conflict, Forbidden, NotFound
from tests.catalog.editing import ADA, DEE, read, refused, save
from tests.catalog.making import NOW, TERM, TODAY, group


def whole_change(seen: GroupView) -> GroupChanges:
    meets = seen.sessions[0]
    return GroupChanges(
        fields={"name": "Puzzles and Tea", "description": "", "door.leaving": "Any time", "age_min": 18, "phone": None},
        facts={"booking_needed": Value.NOT_CONFIRMED, "taster": Value.YES, "host_meets_you": Value.NO},
        sessions={
            meets.id: SessionChange(**{**fields_of(as_change(meets)), "rule": "FREQ=WEEKLY;BYDAY=WE", "level": 2}),
            uuid4(): SessionChange(words="And when it snows", rule=None),
        },
        terms=(TERM, "activity.making"),
        languages=("en", "pl"),
    )


def fields_of(change: SessionChange) -> dict[str, Any]:
    return {name: getattr(change, name) for name in SessionChange.__dataclass_fields__}


def test_a_save_changes_what_was_said_and_nothing_else(store: Session) -> None:
    seen = read(store, group(store).id)
    saved = save(store, seen, whole_change(seen))
    assert (saved.name, saved.description, saved.door, saved.age_min) == (
        "Puzzles and Tea",
        None,
        {"leaving": "Any time"},
        18,
    )
    assert {fact.code: fact.value.value for fact in saved.facts} == {"host_meets_you": "no", "taster": "yes"}
    assert [each.meeting.rule for each in saved.sessions] == ["FREQ=WEEKLY;BYDAY=WE", None]
    assert [term.code for term in saved.terms] == ["activity.making", TERM]
    assert saved.languages == ("en", "pl")
    assert (saved.slug, saved.price_pence, saved.version) == (seen.slug, 0, seen.version + 1)


def test_what_the_check_page_shows_is_what_is_saved_and_what_history_keeps(store: Session) -> None:
    seen = read(store, group(store).id)
    before = snapshot(seen)
    asked = whole_change(seen)
    shown = preview(before, clean(asked, before=before, today=TODAY), today=TODAY)
    saved = save(store, seen, asked)
    assert snapshot(saved) == shown
    (kept,) = revisions(store, "group", seen.id)
    assert kept.difference == difference(before, shown)
    assert (kept.version, kept.actor_id, kept.actor_role, kept.at) == (saved.version, ADA.user_id, "editor", NOW)


def test_a_save_is_recorded_and_told_to_every_worker_in_the_same_breath(store: Session) -> None:
    made = group(store)
    known = catalog_sequence(store)
    save(store, made, GroupChanges(fields={"name": "Tea"}))
    assert catalog_sequence(store) == known + 1
    assert list(changed_since(store, known)) == [made.id]
    (row,) = store.scalars(select(AuditEntry))
    assert (row.action, row.subject, row.subject_id, row.columns, row.user_id) == (
        "edit_catalog",
        "group",
        made.id,
        ["name"],
        ADA.user_id,
    )
    store.rollback()
    assert (catalog_sequence(store), store.scalar(select(func.count()).select_from(AuditEntry))) == (0, 0)


def test_a_fact_an_editor_sets_is_dated_today_and_says_who_was_asked(store: Session) -> None:
    made = group(store)
    saved = save(store, made, GroupChanges(facts={"taster": Value.YES, "host_meets_you": Value.YES}))
    told = {fact.code: (fact.source, fact.confirmed_on, fact.role) for fact in saved.facts}
    assert told["taster"] == ("editor_call", TODAY, "editor")
    assert told["host_meets_you"] == ("leader", date(2026, 11, 2), "group_leader")  # said so already: nothing new


def test_asking_again_makes_everything_stated_fresh(store: Session) -> None:
    made = group(store, last_confirmed_on=date(2025, 1, 1))
    saved = save(store, made, GroupChanges(confirm=True))
    assert (saved.last_confirmed_on, saved.confirmed_by, saved.times_confirmed) == (TODAY, "editor", True)
    assert {fact.confirmed_on for fact in saved.facts} == {TODAY}
    (kept,) = revisions(store, "group", made.id)
    assert kept.difference == {"last_confirmed_on": ["2025-01-01", "2026-11-20"]}


def test_saving_no_difference_saves_nothing(store: Session) -> None:
    seen = read(store, group(store).id)
    meets = seen.sessions[0]
    same = GroupChanges(
        fields={"name": " Jigsaw and Tea Table ", "description": "A big table and a pot of tea."},
        facts={"host_meets_you": Value.YES, "hearing_loop": Value.NOT_CONFIRMED},
        sessions={meets.id: as_change(meets)},
        terms=(TERM,),
    )
    assert save(store, seen, same).version == seen.version
    assert (revisions(store, "group", seen.id), catalog_sequence(store)) == ((), 0)


def test_an_edit_of_facts_alone_is_a_new_version_too(store: Session) -> None:
    seen = read(store, group(store).id)
    first = save(store, seen, GroupChanges(facts={"taster": Value.YES}))
    second = save(store, first, GroupChanges(facts={"taster": Value.NO}))
    assert [first.version, second.version] == [seen.version + 1, seen.version + 2]


def test_search_sees_the_edit_at_once(store: Session) -> None:
    made = group(store)
    save(store, made, GroupChanges(fields={"name": "Tea"}, facts={"lift": Value.NO}))
    (listed,) = iter_searchable(store, today=TODAY, ids=changed_since(store, 0))
    assert (listed.name, listed.facts["lift"].value) == ("Tea", Value.NO)


@pytest.mark.asvs("V2.2.3")
def test_a_stale_save_is_refused_and_says_which_version_is_current(store: Session) -> None:
    seen = read(store, group(store).id)
    save(store, seen, GroupChanges(fields={"name": "First"}))
    with pytest.raises(Conflict) as refusal:
        save(store, seen, GroupChanges(fields={"name": "Second"}), actor=DEE)
    assert (refusal.value.code, refusal.value.params) == ("stale_version", {"current_version": seen.version + 1})
    assert read(store, seen.id).name == "First"


STEPS = st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from(["read", "save"])), min_size=2, max_size=12)


@given(STEPS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_two_editors_do_in_whatever_order_no_update_is_lost(
    store: Session, steps: list[tuple[str, str]]
) -> None:
    store.rollback()
    made = read(store, group(store).id)
    held = {"A": made, "B": made}
    texts, lost = [made.name], 0
    for number, (editor, step) in enumerate(steps):
        if step == "read":
            held[editor] = read(store, made.id)
            continue
        wanted = f"{editor}{number}"
        try:
            held[editor] = save(store, held[editor], GroupChanges(fields={"name": wanted}))
        except Conflict:
            assert held[editor].name != texts[-1]
        else:
            lost += held[editor].version != made.version + len(texts)
            texts.append(wanted)
    assert lost == 0
    assert read(store, made.id).name == texts[-1]
    chain = [list(kept.difference["name"]) for kept in reversed(revisions(store, "group", made.id))]
    assert chain == [[before, after] for before, after in zip(texts, texts[1:], strict=False)]


def test_of_two_editors_who_save_in_the_same_moment_one_is_told(engine: Engine, store: Session) -> None:
    seen = read(store, group(store).id)
    store.commit()
    outcomes: list[str] = []
    together = Barrier(2)

    def save_once(name: str) -> None:
        with Session(engine.execution_options(writes=True)) as mine:
            together.wait()
            try:
                save(mine, seen, GroupChanges(fields={"name": name}))
                mine.commit()
                outcomes.append(name)
            except Conflict as refusal:
                outcomes.append(refusal.code)

    threads = [Thread(target=save_once, args=(name,)) for name in ("One", "Two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes)[1] == "stale_version"
    store.rollback()
    assert read(store, seen.id).name == sorted(outcomes)[0]
    assert len(revisions(store, "group", seen.id)) == 1


def test_every_problem_is_named_at_its_field_and_nothing_is_saved(store: Session) -> None:
    key = uuid4()
    found = refused(
        store,
        GroupChanges(
            fields={
                "name": "  ",
                "description": "x" * 4001,
                "who_for": "bell \x07",
                "url": "javascript:alert(1)",
                "email": "nobody",
                "phone": "ring me",
                "age_min": -1,
                "mode": "by_post",
                "price_pence": "free",
                "joinable": "perhaps",
                "capacity_until": "soon",
                "slug": "mine",
            },
            facts={"has_dragons": Value.YES},
            sessions={key: SessionChange(rule="FREQ=SECONDLY", minutes=0, level=9, time_zone="Mars/Base")},
            languages=("English!",),
        ),
    )
    assert found == {
        "name": "needed",
        "description": "too_long",
        "who_for": "unreadable",
        "url": "not_url",
        "email": "not_email",
        "phone": "not_phone",
        "age_min": "out_of_range",
        "mode": "not_a_choice",
        "price_pence": "unreadable",
        "joinable": "unreadable",
        "capacity_until": "unreadable",
        "slug": "unknown_field",
        "facts.has_dragons": "unknown_fact",
        f"sessions.{key}.minutes": "out_of_range",
        f"sessions.{key}.level": "out_of_range",
        f"sessions.{key}.starts_at": "needed",
        f"sessions.{key}.time_zone": "time_zone_unknown",
        "languages": "unknown_language",
    }
    assert store.scalar(select(func.count(m.Revision.id))) == 0


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        (GroupChanges(fields={"age_min": 60, "age_max": 20}), "age_max", "ages_crossed"),
        (GroupChanges(terms=("activity.unheard_of",)), "terms", "unknown_term"),
        (GroupChanges(sessions={UUID(int=1): SessionChange(words="x", location_id=UUID(int=9))}), "", "unknown_place"),
        (GroupChanges(sessions={UUID(int=1): SessionChange()}), "", "needed"),
        (GroupChanges(sessions={UUID(int=n): SessionChange(words="x") for n in range(31)}), "sessions", "too_many"),
    ],
)
def test_what_does_not_fit_together_is_refused(store: Session, changes: GroupChanges, field: str, code: str) -> None:
    found = refused(store, changes)
    assert list(found.values()) == [code]
    assert not field or list(found) == [field]


def test_nobody_takes_a_session_from_another_group(store: Session) -> None:
    other = read(store, group(store, "Other").id).sessions[0]
    assert list(refused(store, GroupChanges(sessions={other.id: SessionChange(words="mine")})).values()) == [
        "unknown_session"
    ]


def test_an_old_oddity_elsewhere_does_not_stop_an_editor(store: Session) -> None:
    made = group(store, url="www.tea.example.org", description="y" * 5000)
    changes = GroupChanges(fields={"url": "www.tea.example.org", "description": "y" * 5000, "age_min": 18})
    assert save(store, made, changes).age_min == 18


def test_a_session_taken_away_is_gone(store: Session) -> None:
    seen = read(store, group(store).id)
    assert save(store, seen, GroupChanges(sessions={seen.sessions[0].id: None})).sessions == ()


@pytest.mark.asvs("V2.2.3")
def test_a_capacity_always_has_an_end(store: Session) -> None:
    made = group(store, capacity_state=None, capacity_until=None)
    saved = save(store, made, GroupChanges(fields={"capacity_state": "full"}))
    assert (saved.capacity_state, saved.capacity_until) == ("full", TODAY + timedelta(days=14))


def test_taking_a_save_back_brings_back_what_was(store: Session) -> None:
    seen = read(store, group(store).id)
    before = snapshot(seen)
    saved = save(store, seen, whole_change(seen))
    again = restore(
        store,
        group_id=seen.id,
        version=saved.version,
        expected_version=saved.version,
        actor=DEE,
        reason="It was right before",
        now=NOW,
    )
    assert snapshot(again) == before
    assert [kept.reason for kept in revisions(store, "group", seen.id)] == ["It was right before", None]


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.EDITOR, Role.ADMIN)])
def test_only_editors_and_administrators_edit(store: Session, role: Role) -> None:
    made = group(store)
    actor = Actor(role=role, user_id=uuid4(), permissions=GRANTS[role])
    with pytest.raises(Forbidden):
        save(store, made, GroupChanges(fields={"name": "Mine"}), actor=actor)
    with pytest.raises(Forbidden):
        set_status(store, group_id=made.id, status="held", expected_version=None, actor=actor, reason="x", now=NOW)
    with pytest.raises(Forbidden):
        create_group(
            store, organisation_id=made.organisation_id, changes=GroupChanges(), actor=actor, reason=None, now=NOW
        )


def test_an_unknown_group_cannot_be_edited(store: Session) -> None:
    with pytest.raises(NotFound):
        edit_group(store, group_id=uuid4(), changes=GroupChanges(), expected_version=1, actor=ADA, reason=None, now=NOW)
