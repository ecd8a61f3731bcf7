"""Interests are looked for when a listing changes and learnt from editors: nothing is saved by itself, a no stays."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog.models_reading import RefusedSuggestion, TermProposal
from service.catalog.reading import tagging, teaching
from service.catalog.reading.learnt import as_bytes
from service.catalog.reading.suggesting import answer, offers, term_key
from service.catalog.snapshots import GroupChanges
from service.config import Settings
from tests.catalog.editing import ADA, read, save
from tests.catalog.making import NOW, group
from tests.catalog.reading.judging_interests import add_terms
from tests.catalog.reading.test_interests import taught

TENNIS, SINGING = "activity.sport.tennis", "activity.music.singing"


class KilledError(Exception):
    """Whoever worked is gone."""


@dataclass
class Bench:
    """What a job works with, on the database of the test."""

    engine: Engine
    settings: Settings
    left: int = 1000  # units that may be written before it is killed

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with Session(self.engine.execution_options(writes=True)) as session, session.begin():
            yield session
            self.left -= 1
            if self.left < 0:
                raise KilledError

    def reading(self) -> AbstractContextManager[Session]:
        return Session(self.engine)

    @staticmethod
    def clock() -> datetime:
        return NOW

    @property
    def file(self) -> Path:
        return self.settings.data_folder / teaching.FILE


@pytest.fixture
def bench(engine: Engine, settings: Settings) -> Bench:
    made = Bench(engine, settings)
    with made.writing() as session:
        add_terms(session)
    return made


def make(bench: Bench, *names: str, text: str = "", code: str = "", refused: str = "") -> list[UUID]:
    """Make listings, those of an editor's term or refusal among them."""
    with bench.writing() as session:
        made = [group(session, name, description=text) for name in names]
        for one in made:
            one.terms = [m.GroupTerm(code=code, source="editor")] if code else []
            if refused:
                session.add(RefusedSuggestion(group_id=one.id, key=term_key(refused), at=NOW))
        return [one.id for one in made]


def proposed(bench: Bench, group_id: UUID) -> dict[str, float]:
    with bench.reading() as session:
        rows = session.scalars(select(TermProposal).where(TermProposal.group_id == group_id))
        return {row.code: row.confidence for row in rows}


def is_waiting(bench: Bench) -> bool:
    with bench.reading() as session:
        return teaching.waits(session, NOW)


def test_in_an_empty_installation_that_knows_no_term_yet_interests_are_proposed(
    engine: Engine, settings: Settings
) -> None:
    bench = Bench(engine, settings)
    [made] = make(bench, "Plover Tennis Club")
    assert teaching.look(bench) == 1
    assert set(proposed(bench, made)) == {TENNIS}


def test_a_listing_is_looked_at_once_and_again_when_it_changed_and_nothing_of_it_is_saved(bench: Bench) -> None:
    [made] = make(bench, "Plover Tennis Club")
    with bench.reading() as session:
        before = read(session, made)
    assert is_waiting(bench)
    assert teaching.look(bench) == 1
    assert set(proposed(bench, made)) == {TENNIS}
    assert not is_waiting(bench)
    assert teaching.look(bench) == 0
    with bench.reading() as session:
        assert read(session, made) == before
    with bench.writing() as session:
        save(session, read(session, made), GroupChanges(fields={"name": "Plover Golf Club"}))
    assert is_waiting(bench)
    assert teaching.look(bench) == 1
    assert set(proposed(bench, made)) == {"activity.sport.golf"}


def test_a_no_is_not_asked_again_by_whatever_is_learnt(bench: Bench) -> None:
    [made] = make(bench, "Plover Tennis Club")
    teaching.look(bench)
    with bench.writing() as session:
        seen = read(session, made)
        [offer] = [one for one in offers(session, seen, now=NOW, time_zone="Europe/London") if one.code]
        known = {"expected_version": seen.version, "time_zone": "Europe/London", "actor": ADA, "reason": "", "now": NOW}
        answer(session, seen, yes=[], no=[offer.key], **known)  # type: ignore[arg-type]  # a line of its own for each
        assert tagging.count_to_look_at(session) == 0
    teaching.learn_anew(bench)
    assert teaching.look(bench) == 1
    assert proposed(bench, made) == {}


def test_what_editors_put_is_learnt_where_no_word_of_the_term_stands(bench: Bench) -> None:
    make(bench, *(f"Plover {n} fellows" for n in range(30)), text="We zorb and quaffle together.", code=SINGING)
    make(bench, *(f"Knot Tennis {n}" for n in range(30)), text="Tennis, now and then.", refused=TENNIS)
    make(bench, *(f"Ruff Golf {n}" for n in range(30)), text="Golf every week.", code="activity.sport.golf")
    make(bench, *(f"Stint Golf {n}" for n in range(10)), text="Golf on the television.", refused="activity.sport.golf")
    zorb, tennis = make(bench, "New fellows", text="Come and zorb, then quaffle.")[0], make(bench, "New Tennis Club")[0]
    teaching.look(bench)
    assert (SINGING in proposed(bench, zorb), TENNIS in proposed(bench, tennis)) == (False, True)
    assert teaching.learn_anew(bench) == 100
    assert teaching.look(bench) == tagging.PIECE + 2
    assert (SINGING in proposed(bench, zorb), TENNIS in proposed(bench, tennis)) == (True, False)


def test_few_answers_teach_nothing(bench: Bench) -> None:
    make(bench, *(f"Plover {n}" for n in range(9)), code=TENNIS)
    assert teaching.learn_anew(bench) == 0
    assert not bench.file.exists()


def test_learning_that_is_killed_leaves_what_was_learnt_before(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    teaching.keep(taught(), bench.file)
    before = bench.file.read_bytes()

    def killed(_work: Path, _target: Path) -> Path:
        raise KilledError

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KilledError):
        teaching.keep(taught(), bench.file)
    assert bench.file.read_bytes() == before == as_bytes(taught())
    assert [one.name for one in bench.file.parent.iterdir()] == [teaching.FILE]


def test_a_damaged_file_is_no_model_and_the_words_go_on_alone(bench: Bench) -> None:
    [made] = make(bench, "Plover Tennis Club")
    teaching.keep(taught(), bench.file)
    bench.file.write_bytes(bench.file.read_bytes()[:-9])
    assert teaching.kept(bench.file) is None
    assert teaching.look(bench) == 1
    assert set(proposed(bench, made)) == {TENNIS}


def test_looking_that_is_killed_goes_on_where_it_was(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teaching, "PIECE", 3)
    monkeypatch.setattr(tagging, "PIECE", 3)
    made = make(bench, *(f"Plover Tennis Club {n}" for n in range(8)))
    bench.left = 1
    with pytest.raises(KilledError):
        teaching.look(bench)
    assert sum(bool(proposed(bench, one)) for one in made) == 3
    bench.left = 1000
    assert teaching.look(bench) == 5
    assert all(set(proposed(bench, one)) == {TENNIS} for one in made)


def test_a_listing_that_changes_while_it_is_looked_at_is_looked_at_again(bench: Bench) -> None:
    [made] = make(bench, "Plover Tennis Club")
    with bench.reading() as session:
        piece = tagging.waiting(session)
    with bench.writing() as session:
        save(session, read(session, made), GroupChanges(fields={"name": "Plover Chess Club"}))
    with bench.writing() as session:
        tagging.put(session, dict.fromkeys(piece, ()), now=NOW)
    assert is_waiting(bench)


@pytest.mark.parametrize("source", ["editor", "import", "extracted"])
def test_of_a_listing_that_has_interests_only_what_was_asked_before_is_asked(bench: Bench, source: str) -> None:
    [seen_to] = make(bench, "Plover Tennis Club")
    [asked] = make(bench, "Knot Tennis and Squash Club")
    with bench.writing() as session:
        session.add(m.GroupTerm(group_id=seen_to, code=SINGING, source=source))
    teaching.look(bench)
    assert proposed(bench, seen_to) == {}
    with bench.writing() as session:
        save(session, read(session, asked), GroupChanges(terms=(TENNIS,)))
    teaching.look(bench)
    assert set(proposed(bench, asked)) == {"activity.sport.squash"}


def test_what_is_saved_together_is_of_listings_without_any_interest(bench: Bench) -> None:
    [bare], [half_answered] = make(bench, "Plover Tennis Club"), make(bench, "Knot Tennis and Squash Club")
    teaching.look(bench)
    with bench.writing() as session:
        save(session, read(session, half_answered), GroupChanges(terms=(TENNIS,)))
    teaching.look(bench)
    with bench.reading() as session:
        assert {one.group_id for one in tagging.to_look_at(session)} == {bare, half_answered}
        assert [one.group_id for one in tagging.sure_ones(session, least=0.9, limit=9)] == [bare]
