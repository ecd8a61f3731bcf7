"""What an editor is promised who changes many listings: shown first, refused one by one, taken back as one."""

from collections.abc import Callable
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service.accounts.permissions import VISITOR
from service.catalog import approving
from service.catalog import models as m
from service.catalog.changes import GroupChanges, snapshot
from service.catalog.desk import batches, bulk
from service.catalog.desk.bulk import Wish
from service.catalog.history import revisions
from service.catalog.models_desk import BulkLine
from service.catalog.operations import create_group, edit_group, set_status
from service.errors import Conflict, Forbidden, Invalid
from tests.catalog.editing import ADA, DEE, read
from tests.catalog.making import NOW, TERM, TODAY, fact, group

LATER = NOW + timedelta(minutes=3)
OTHER = UUID("0e000000-0000-4000-8000-000000000001")

wishes = st.one_of(
    st.builds(Wish, kind=st.sampled_from(("add_term", "take_term")), what=st.sampled_from((TERM, "activity.making"))),
    st.builds(
        Wish,
        kind=st.just("fact"),
        what=st.sampled_from(("taster", "host_meets_you", "booking_needed")),
        value=st.sampled_from(("yes", "no", "not_confirmed")),
    ),
    st.builds(Wish, kind=st.just("status"), what=st.sampled_from(bulk.STATUSES)),
    st.builds(Wish, kind=st.just("organisation"), what=st.just(str(OTHER))),
    st.just(Wish(kind="confirm")),
    st.builds(
        Wish,
        kind=st.just("replace"),
        what=st.sampled_from(bulk.REPLACED),
        find=st.sampled_from(("example.org", "0", "tables")),
        value=st.sampled_from(("example.com", "", "chairs", "no number")),
    ),
)


@pytest.fixture
def some(store: Session) -> list[UUID]:
    """Seven listings in all states, each with something else of its own."""
    store.add(m.Organisation(id=OTHER, name="Other Hands"))
    store.flush()
    states = ("draft", "submitted", "published", "paused", "held", "archived", "published")
    made = [
        group(
            store,
            f"Table {number}",
            status=status,
            phone="01632 960001" if number % 2 else None,
            email="tables@example.org" if number % 3 else None,
            facts=[fact("host_meets_you", source="leader"), fact("lift", "no", source="import")][: number % 3],
            last_confirmed_on=TODAY - timedelta(days=100 * number) if number else None,
        ).id
        for number, status in enumerate(states)
    ]
    store.commit()
    return made


def everything(store: Session, ids: list[UUID]) -> list[dict[str, Any]]:
    """Return all that can be seen of listings, and who said it."""
    store.expire_all()
    found = []
    for one in ids:
        view = read(store, one)
        said = [(each.code, each.stated, each.source, each.confirmed_on, each.role) for each in view.facts]
        terms = [(each.code, each.source, each.weight) for each in view.terms]
        own = (view.organisation.id, view.confirmed_by, view.confirmed_precision, view.status)
        found.append({**snapshot(view), "said": said, "tagged": terms, "own": own})
    return found


def begin(store: Session, ids: list[UUID], wish: Wish, **more: Any) -> UUID:
    known: dict[str, Any] = {"reason": "Rang them all", "actor": ADA, **more}
    shown = batches.show(store, ids, wish, today=TODAY, **known)
    edit_id = uuid4()
    batches.begin(store, edit_id=edit_id, wish=wish, shown=shown, now=NOW, **known)
    return edit_id


def finish(store: Session, edit_id: UUID, now: Any = NOW) -> batches.Done:
    while batches.go_on(store, edit_id, now=now):
        pass
    return batches.of(store, edit_id)


def test_what_was_shown_is_what_is_done_and_taking_it_back_leaves_all_as_it_was(
    store: Session, some: list[UUID]
) -> None:
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(wish=wishes)
    def there_and_back(wish: Wish) -> None:
        before = everything(store, some)
        shown = batches.show(store, some, wish, reason="Rang", actor=ADA, today=TODAY)
        wanted = [line for line in shown if line.difference]
        if not wanted:
            return
        edit_id = begin(store, some, wish)
        done = finish(store, edit_id)
        assert (done.state, done.counts) == ("done", {"done": len(wanted)})
        for line in wanted:
            newest = revisions(store, "group", line.group.id)[0]
            assert (newest.difference, newest.reason) == (line.difference, "Rang them all")
        assert [read(store, line.group.id).version for line in shown if not line.difference] == [
            line.group.version for line in shown if not line.difference
        ]
        batches.take_back(store, edit_id=edit_id, actor=DEE, now=LATER)
        undone = finish(store, edit_id, LATER)
        assert (undone.state, undone.counts, undone.told) == ("undone", {"undone": len(wanted)}, [])
        assert everything(store, some) == before

    there_and_back()


def test_what_somebody_changed_since_stays_and_is_told(store: Session, some: list[UUID]) -> None:
    wish = Wish(kind="fact", what="taster", value="yes")
    edit_id = begin(store, some, wish)
    finish(store, edit_id)
    seen = read(store, some[2])
    edit_group(
        store,
        group_id=seen.id,
        changes=GroupChanges(fields={"description": "Tea and scones."}),
        expected_version=seen.version,
        actor=DEE,
        reason=None,
        now=NOW,
    )
    batches.take_back(store, edit_id=edit_id, actor=ADA, now=LATER)
    undone = finish(store, edit_id, LATER)
    assert undone.counts == {"undone": 6, "left": 1}
    assert undone.told == [(some[2], "Table 2", "left", "stale_version")]
    assert read(store, some[2]).value("taster").value == "yes"
    with pytest.raises(Conflict):
        batches.take_back(store, edit_id=edit_id, actor=ADA, now=LATER)


def test_what_changed_after_it_was_shown_is_refused_alone(store: Session, some: list[UUID]) -> None:
    edit_id = begin(store, some, Wish(kind="confirm"))
    seen = read(store, some[1])
    set_status(
        store,
        group_id=seen.id,
        status="held",
        expected_version=seen.version,
        actor=DEE,
        reason="They rang",
        now=NOW,
    )
    done = finish(store, edit_id)
    assert done.counts == {"done": 6, "refused": 1}
    assert done.told == [(some[1], "Table 1", "refused", "stale_version")]


def test_killed_at_any_moment_it_goes_on_and_does_nothing_twice(
    engine: Engine, store: Session, some: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "PIECE", 2)
    edit_id = begin(store, some, Wish(kind="fact", what="taster", value="no"))
    store.commit()
    calls, at = 0, 1

    def edit(*args: Any, **known: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == at:
            msg = "the power went"
            raise OSError(msg)
        return edit_group(*args, **known)

    monkeypatch.setattr(batches, "edit_group", edit)
    left = True
    while left:
        at = calls + 1 + at % 3  # now before, now in the middle, now after a piece
        with pieces(engine) as working:
            left = _survived(working, edit_id, left)
    assert batches.of(store, edit_id).counts == {"done": 7}
    assert [len(revisions(store, "group", one)) for one in some] == [1] * 7


@contextmanager
def pieces(engine: Engine) -> Any:
    with Session(engine.execution_options(writes=True)) as session:
        yield session


def _survived(session: Session, edit_id: UUID, left: bool) -> bool:  # noqa: FBT001
    try:
        left = batches.go_on(session, edit_id, now=NOW)
        session.commit()
    except OSError:
        session.rollback()
    return left


REFUSED: tuple[tuple[Wish, str, str], ...] = (
    (Wish(kind="paint"), "kind", "not_a_choice"),
    (Wish(kind="add_term", what="no such"), "what", "unknown_term"),
    (Wish(kind="fact", what="no such", value="yes"), "what", "unknown_fact"),
    (Wish(kind="fact", what="taster", value="maybe"), "value", "not_a_choice"),
    (Wish(kind="status", what="held"), "what", "not_a_choice"),
    (Wish(kind="organisation", what="x"), "what", "unknown_organisation"),
    (Wish(kind="organisation", what=str(uuid4())), "what", "unknown_organisation"),
    (Wish(kind="replace", what="name", find="x"), "what", "not_a_choice"),
    (Wish(kind="replace", what="url", find=""), "find", "needed"),
    (Wish(kind="replace", what="url", find="x" * 201), "find", "too_long"),
)


@pytest.mark.parametrize(("wish", "field", "code"), REFUSED)
def test_what_cannot_be_done_to_any_is_told_at_its_field(
    store: Session, some: list[UUID], wish: Wish, field: str, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        batches.show(store, some, wish, reason="Rang", actor=ADA, today=TODAY)
    assert refused.value.fields[field].code == code


def test_a_fact_needs_a_word_on_where_it_is_known_from(store: Session, some: list[UUID]) -> None:
    with pytest.raises(Invalid) as refused:
        batches.show(store, some, Wish(kind="fact", what="lift", value="no"), reason=" ", actor=ADA, today=TODAY)
    assert refused.value.fields["reason"].code == "needed"


def test_only_editors_change_many(store: Session, some: list[UUID]) -> None:
    def deeds() -> list[Callable[[], object]]:
        return [
            lambda: batches.show(store, some, Wish(kind="confirm"), reason="", actor=VISITOR, today=TODAY),
            lambda: begin(store, some, Wish(kind="confirm"), actor=VISITOR),
            lambda: batches.take_back(store, edit_id=uuid4(), actor=VISITOR, now=NOW),
        ]

    for deed in deeds():
        with pytest.raises(Forbidden):
            deed()


def test_where_a_second_pair_of_eyes_is_asked_for_nobody_publishes_their_own(store: Session, some: list[UUID]) -> None:
    approving.ask_second_pair(store, wanted=True, actor=DEE, now=NOW)
    mine = create_group(
        store,
        organisation_id=OTHER,
        changes=GroupChanges(fields={"name": "Mine"}),
        actor=ADA,
        reason=None,
        now=NOW,
    )
    with pytest.raises(Forbidden, match="second_pair"):
        set_status(store, group_id=mine.id, status="published", expected_version=None, actor=ADA, reason=None, now=NOW)
    shown = batches.show(store, [mine.id], Wish(kind="status", what="published"), reason="", actor=ADA, today=TODAY)
    assert [line.problem for line in shown] == ["second_pair"]
    handed = set_status(
        store, group_id=mine.id, status="submitted", expected_version=None, actor=DEE, reason=None, now=NOW
    )
    assert approving.writers(store, mine.id) == {ADA.user_id, DEE.user_id}
    approving.ask_second_pair(store, wanted=False, actor=DEE, now=NOW)
    saved = set_status(
        store, group_id=mine.id, status="published", expected_version=handed.version, actor=ADA, reason=None, now=NOW
    )
    assert saved.status == "published"
    with pytest.raises(Forbidden):
        approving.ask_second_pair(store, wanted=True, actor=ADA, now=NOW)


def test_old_changes_forget_what_they_would_need_to_be_taken_back(store: Session, some: list[UUID]) -> None:
    finish(store, begin(store, some, Wish(kind="confirm")))
    assert batches.forget_rows(store, before=NOW) == 0
    assert batches.forget_rows(store, before=LATER) == 7
    assert store.scalars(select(BulkLine.before)).all() == [None] * 7
    assert [one.state for one in batches.lately(store)] == ["done"]
    assert not batches.is_waiting(store)
