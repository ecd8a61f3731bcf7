"""What editors of words are promised: acts are kept with who and why, listings go along and come back, nobody loses."""

from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from service.accounts.models import AuditEntry
from service.accounts.permissions import GRANTS, Actor, Role
from service.catalog import models as m
from service.catalog.changes import GroupChanges
from service.catalog.history import revisions
from service.catalog.importing.runs.sources import known_terms
from service.catalog.models_terms import TermMove
from service.catalog.operations import touch
from service.catalog.queries import catalog_sequence
from service.catalog.terms import queries, retagging
from service.catalog.terms.operations import Done, Wanted, act, undo
from service.catalog.words.taxonomy import Taxonomy, Term
from service.errors import Conflict, Forbidden, Invalid, NotFound
from tests.catalog.editing import ADA, DEE, read, save
from tests.catalog.making import NOW, TERM, group

KNIT = "activity.making.knitting"
GROUND = Taxonomy(
    (
        Term(code="activity.making", facet="activity", label="Making"),
        Term(code=TERM, facet="activity", label="Jigsaws", broader="activity.making", words=("puzzles",)),
        Term(code=KNIT, facet="activity", label="Knitting", broader="activity.making", words=("wool",)),
    )
)


def do(
    store: Session, what: str, code: str = TERM, actor: Actor = ADA, version: int | None = None, **more: Any
) -> Done:
    expected = queries.version(store, code) if version is None else version
    wanted = Wanted(code=code, act=what, **more)
    return act(
        store, ground=GROUND, wanted=wanted, expected_version=expected, actor=actor, reason=" They say so ", now=NOW
    )


def take_back(store: Session, done: Done, code: str = TERM, actor: Actor = ADA) -> Done:
    expected = queries.version(store, code)
    return undo(store, ground=GROUND, number=done.number, code=code, expected_version=expected, actor=actor, now=NOW)


def now_is(store: Session) -> Taxonomy:
    return queries.now_standing(store, GROUND)


def terms_of(store: Session, group_id: UUID) -> dict[str, tuple[str, float]]:
    rows = select(m.GroupTerm.code, m.GroupTerm.source, m.GroupTerm.weight).where(m.GroupTerm.group_id == group_id)
    return {code: (source, weight) for code, source, weight in store.execute(rows)}


@pytest.fixture
def tables(store: Session) -> list[UUID]:
    """Three listings of jigsaws, one of which has knitting as well."""
    made = [group(store, f"Table {number}").id for number in range(3)]
    store.add(m.Term(code=KNIT, facet="activity", label="Knitting", broader="activity.making"))
    store.flush()
    store.add(m.GroupTerm(group_id=made[0], code=KNIT, source="editor", weight=1.0))
    touch(store, made, now=NOW)  # as every catalogue that was loaded: the number is there to be held
    store.commit()
    return made


def test_a_word_is_kept_with_who_why_and_a_row_of_the_record(store: Session, tables: list[UUID]) -> None:
    before = catalog_sequence(store)
    done = do(store, "word_add", value="  cardboard   pictures ")
    store.commit()
    assert [one.code for one in now_is(store).spot("cardboard pictures")] == [TERM]
    kept = queries.acts(store, TERM)
    assert [(one.change.value, one.reason, one.actor_role) for one in kept] == [
        ("cardboard pictures", "They say so", ADA.role.value)
    ]
    assert catalog_sequence(store) > before, "every worker sees that something changed"
    row = store.scalars(select(AuditEntry).order_by(AuditEntry.sequence.desc())).first()
    assert row is not None
    assert (row.subject, row.columns, row.user_id) == ("term", ["word_add"], ADA.user_id)
    take_back(store, done)
    assert now_is(store).spot("cardboard pictures") == ()


def test_an_added_term_can_be_carried_and_its_table_says_so(store: Session, tables: list[UUID]) -> None:
    done = do(store, "add", "activity.making", value="Origami")
    assert done.code == "activity.making.origami"
    store.commit()
    row = store.get(m.Term, done.code)
    assert row is not None
    assert (row.label, row.broader, row.facet) == ("Origami", "activity.making", "activity")
    seen = read(store, tables[0])
    saved = save(store, seen, GroupChanges(terms=(TERM, done.code)))
    assert done.code in {term.code for term in saved.terms}
    with pytest.raises(Conflict, match="term_change_needed"):  # a listing carries it
        take_back(store, done, done.code)
    store.rollback()


def test_a_renamed_moved_and_mapped_term_stands_so_in_its_table(store: Session, tables: list[UUID]) -> None:
    fresh = do(store, "add", "activity.making", value="Paper")
    do(store, "label", value="Puzzles")
    do(store, "label", value="Puzzle", language="pl")
    do(store, "move", under=fresh.code)
    do(store, "map_open_active", value="broadMatch https://example.org/1")
    row = store.get(m.Term, TERM, populate_existing=True)
    assert row is not None
    assert (row.label, row.broader, row.open_active) == ("Puzzles", fresh.code, "https://example.org/1")


@pytest.mark.parametrize("what", ["merge_into", "retire"])
def test_listings_go_along_and_come_back_as_they_were(store: Session, tables: list[UUID], what: str) -> None:
    before = {one: terms_of(store, one) for one in tables}
    versions = {one: read(store, one).version for one in tables}
    done = do(store, what, under=KNIT if what == "merge_into" else "")
    store.commit()
    into = KNIT if what == "merge_into" else "activity.making"
    assert (done.moved, done.code) == (3, into)
    for one in tables:
        assert TERM not in terms_of(store, one)
        assert into in terms_of(store, one)
        last = revisions(store, "group", one)[0]
        assert last.version == versions[one] + 1
        assert TERM in last.difference["terms"][0]
        assert TERM not in last.difference["terms"][1]
    standing = now_is(store)
    assert standing.get(TERM) == standing.term(into)
    assert known_terms(store)["jigsaws"] == into, "an import knows it by its old name"
    back = take_back(store, done)
    store.commit()
    assert back.moved == 3
    assert {one: terms_of(store, one) for one in tables} == before
    assert now_is(store).terms == GROUND.terms
    assert known_terms(store)["jigsaws"] == TERM
    assert store.scalar(select(func.count()).select_from(TermMove)) == 0


def test_more_listings_than_one_statement_takes_all_go_along(
    store: Session, tables: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retagging, "LOT", 2)
    done = do(store, "retire")
    assert done.moved == 3
    assert take_back(store, done).moved == 3
    assert all(TERM in terms_of(store, one) for one in tables)


def test_what_an_editor_decided_since_is_not_undone(store: Session, tables: list[UUID]) -> None:
    done = do(store, "merge_into", under=KNIT)
    store.commit()
    save(store, read(store, tables[1]), GroupChanges(terms=("activity.making",)))
    store.commit()
    take_back(store, done)
    assert set(terms_of(store, tables[1])) == {"activity.making"}
    assert set(terms_of(store, tables[2])) == {TERM}


def test_a_save_that_names_a_retired_term_gets_what_stands_for_it(store: Session, tables: list[UUID]) -> None:
    do(store, "merge_into", under=KNIT)
    store.commit()
    saved = save(store, read(store, tables[1]), GroupChanges(terms=(TERM, KNIT)))
    assert [term.code for term in saved.terms] == [KNIT]


def test_an_act_that_a_later_one_builds_on_stays(store: Session, tables: list[UUID]) -> None:
    first = do(store, "add", "activity.making", value="Origami")
    second = do(store, "word_add", first.code, value="paper folding")
    with pytest.raises(Conflict, match="term_change_needed"):
        take_back(store, first, first.code)
    store.rollback()
    first = do(store, "add", "activity.making", value="Origami")
    second = do(store, "word_add", first.code, value="paper folding")
    take_back(store, second, first.code)
    take_back(store, first, first.code)
    assert now_is(store).terms == GROUND.terms
    assert now_is(store).get(first.code) == GROUND.term("activity.making"), "an old address still opens"
    with pytest.raises(NotFound, match="term_change"):
        take_back(store, second, first.code)


def test_who_may_not_edit_or_read_an_older_state_changes_nothing(store: Session, tables: list[UUID]) -> None:
    reader = Actor(role=Role.REFERRER, user_id=DEE.user_id, permissions=GRANTS[Role.REFERRER])
    with pytest.raises(Forbidden):
        do(store, "word_add", value="carton", actor=reader)
    store.rollback()
    do(store, "word_add", value="carton")
    with pytest.raises(Conflict, match="stale_version"):
        do(store, "word_add", value="cartons", version=0)
    store.rollback()
    with pytest.raises(Invalid) as refused:
        do(store, "word_add", value="Puzzles")
    assert refused.value.fields["value"].code == "word_there"
    store.rollback()
    with pytest.raises(NotFound):
        do(store, "word_add", "activity.making.nothing", value="x")
    store.rollback()
    assert queries.changes(store) == ()


def test_of_two_editors_at_once_one_is_told(engine: Engine, store: Session, tables: list[UUID]) -> None:
    start, told = Barrier(2), list[str]()

    def edit(word: str) -> None:
        with Session(engine.execution_options(writes=True)) as own:
            start.wait()
            try:
                do(own, "word_add", value=word, version=0)
                own.commit()
                told.append("done")
            except Conflict as refused:
                told.append(refused.code)

    threads = [Thread(target=edit, args=(word,)) for word in ("carton", "thousand pieces")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["done", "stale_version"]
    assert len(queries.changes(store)) == 1


def test_counts_are_of_listings_that_carry_the_term_itself(store: Session, tables: list[UUID]) -> None:
    assert queries.counts(store) == {TERM: 3, KNIT: 1}
    assert queries.count_carriers(store, [TERM, KNIT]) == 3
    assert [one.name for one in queries.carriers(store, [TERM], limit=2)] == ["Table 0", "Table 1"]
