"""A process takes what editors change in the taxonomy, while questions go on by the words before."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from service.catalog.words.overlay import Change
from service.catalog.words.taxonomy import Taxonomy
from service.matching import wording
from service.matching.snapshot import Snapshot
from service.matching.wording import Wording, laid_over
from tests.benchmarks import made_up
from tests.journeys.serving import eventually

WORD = "zindlewicking"  # no listing has it
ADDED = "activity.games.marbles"


@dataclass
class Store:
    """The acts of editors, without a database."""

    made: list[Change] = field(default_factory=list)
    away: bool = False

    def words_number(self) -> int:
        if self.away:
            raise OperationalError("", None, Exception())
        return len(self.made)

    def words_changes(self) -> tuple[int, Sequence[Change]]:
        return len(self.made), tuple(self.made)

    def do(self, act: str, code: str, value: str = "", under: str = "") -> None:
        self.made.append(Change(number=len(self.made) + 1, code=code, act=act, value=value, under=under))


def test_a_process_begins_with_what_was_changed_before(taxonomy: Taxonomy) -> None:
    store = Store()
    assert Wording(taxonomy, store).current() is taxonomy
    store.do("word_add", "activity.games.puzzles", WORD)
    assert [one.code for one in Wording(taxonomy, store).current().spot(WORD)] == ["activity.games.puzzles"]


def test_a_change_is_taken_beside_the_questions(taxonomy: Taxonomy, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store()
    known = Wording(taxonomy, store)
    assert known.current() is taxonomy
    store.do("word_add", "activity.games.puzzles", WORD)
    assert known.current() is taxonomy, "it was looked at a moment ago"
    monkeypatch.setattr(wording, "LOOK_S", 0.0)
    known._look_at = 0.0
    eventually(lambda: known.current().spot(WORD) or None, 20)


def test_while_the_database_is_away_what_is_known_stays(taxonomy: Taxonomy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wording, "LOOK_S", 0.0)
    store = Store(away=True)
    known = Wording(taxonomy, store)
    assert known.current() is taxonomy
    store.do("word_add", "activity.games.puzzles", WORD)
    store.away = False
    eventually(lambda: known.current().spot(WORD) or None, 20)
    store.away = True
    assert known.current().spot(WORD)


def test_any_taxonomy_can_be_asked_of_any_layer(taxonomy: Taxonomy, tmp_path: Path) -> None:
    """Terms that came, went and were renamed since listings were laid out change no number that the layers know."""
    store = Store()
    store.do("add", ADDED, "Marbles", "activity.games")
    store.do("retire", "activity.games.chess", under="activity.games")
    store.do("label", "activity.games.puzzles", "Puzzling")
    later = laid_over(taxonomy, store.made)
    groups = made_up.groups(200, taxonomy)
    before = Snapshot.build(groups, taxonomy, 1)
    told = before.told_by(later)
    assert not before.is_outdated
    assert told.is_outdated
    assert told.term_codes[: len(before.term_codes)] == before.term_codes
    assert told.term_codes[-1] == ADDED
    edited = told.changed([], groups[:3], 2)
    for snapshot in (told, edited, edited.told_by(taxonomy)):
        for layer, _ in snapshot.layers():
            assert layer.posts.part(len(snapshot.term_codes) - 1)[0] >= 0
            assert int(layer.columns.term.max(initial=0)) < len(snapshot.term_codes)
    assert edited.told_by(taxonomy).taxonomy.get(ADDED) is None
    words = laid_over(taxonomy, [Change(number=1, code="activity.games.puzzles", act="word_add", value=WORD)])
    assert not before.told_by(words).is_outdated, "a word alone needs no new generation"
