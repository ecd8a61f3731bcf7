"""A new generation is written beside the questions, once, by one process; whatever happens, answers stay right."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from service.catalog.words.taxonomy import Taxonomy
from service.matching import intact
from service.matching.index import generation, index
from service.matching.index.index import Index
from service.matching.index.writing import Beside, alone
from service.matching.meaning.nearness import I8
from tests.benchmarks import made_up
from tests.journeys.serving import eventually
from tests.matching.asking import Asked, FileCatalogue, answers, answers_of
from tests.matching.damages import listening
from tests.matching.making import group
from tests.matching.sources import Catalogue

EDITS = 600  # more than a process keeps beside a generation
SOON = 60.0  # seconds, on a machine that does other work as well


@pytest.fixture
def catalogue(tmp_path: Path) -> FileCatalogue:
    made = FileCatalogue(tmp_path / "edits")
    made.edit(0)
    return made


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Asked]]:
    """Starts processes, and ends those that are left."""
    started: list[Asked] = []

    def begin(**environment: str) -> Asked:
        started.append(Asked(tmp_path, **environment))
        return started[-1]

    yield begin
    for one in started:
        one.kill()


def published(folder: Path) -> set[str]:
    return {path.name for path in (folder / "index").glob("generation-*")}


def hidden(folder: Path) -> list[str]:
    return [path.name for path in (folder / "index").glob(".*")]


def wanted(catalogue: FileCatalogue, taxonomy: Taxonomy, folder: Path, since: int = 0) -> list[list[list[str]]]:
    """The two right answers: of an index built now, and of one that was built after `since` edits and is kept up.

    They differ in what a word weighs: as in the catalogue when the index was built.
    """
    mirror = FileCatalogue(folder / f"mirror-{catalogue.sequence()}-{since}")
    mirror.edit(since)
    kept_up = Index(mirror.path.with_suffix(".kept"), mirror, taxonomy)
    kept_up.current()
    mirror.edit(catalogue.sequence() - 1)
    return [
        answers_of(kept_up.current()),
        answers(Index(mirror.path.with_suffix(".fresh"), catalogue, taxonomy)),
    ]


Start = Callable[..., Asked]


def test_processes_that_start_at_once_on_an_empty_folder_build_it_once(
    tmp_path: Path, catalogue: FileCatalogue, taxonomy: Taxonomy, start: Start
) -> None:
    started = [start(SLOW="0.5") for _ in range(3)]
    for one in started:
        one.begin()
    right = wanted(catalogue, taxonomy, tmp_path)
    assert all(one.answer()["answers"] in right for one in started)
    assert len(published(tmp_path)) == 1


def test_after_many_edits_one_process_writes_a_generation_and_the_others_take_it(
    tmp_path: Path, catalogue: FileCatalogue, taxonomy: Taxonomy, start: Start
) -> None:
    one, other = start(SLOW="1.5"), start(SLOW="1.5")
    one.ask()
    other.ask()
    before = published(tmp_path)
    catalogue.edit(EDITS)
    right, seen, meanwhile = wanted(catalogue, taxonomy, tmp_path), set(before), 0
    until, edits = time.monotonic() + SOON, {"one": EDITS, "other": EDITS}
    while any(edits.values()) and time.monotonic() < until:
        for name, process in (("one", one), ("other", other)):
            found = process.ask()
            assert found["answers"] in right
            edits[name] = found["edits"]
            meanwhile += found["edits"] == EDITS
        seen |= published(tmp_path)
    assert not any(edits.values())
    assert meanwhile >= 2, "questions went on meanwhile"
    time.sleep(1)
    assert len(seen | published(tmp_path)) == len(before) + 1, "written once"
    assert hidden(tmp_path) == []


def test_a_writer_that_is_killed_leaves_nothing_that_counts_and_another_writes_anew(
    tmp_path: Path, catalogue: FileCatalogue, taxonomy: Taxonomy, start: Start
) -> None:
    one, other = start(SLOW="0"), start(SLOW="0")
    one.ask()
    other.ask()
    slow = start(SLOW="600")
    slow.ask()
    catalogue.edit(EDITS)
    slow.ask()
    eventually(lambda: hidden(tmp_path) or None, SOON)
    before = published(tmp_path)
    assert one.ask()["edits"] == EDITS, "somebody else is writing"
    slow.kill()
    assert hidden(tmp_path), "left behind, under a name that nobody reads"
    right = wanted(catalogue, taxonomy, tmp_path)
    eventually(lambda: (one.ask()["edits"] == 0) or None, SOON)
    assert one.ask()["answers"] == other.ask()["answers"] == right[1]
    assert len(published(tmp_path) - before) == 1
    assert hidden(tmp_path) == []


def test_a_process_that_ends_while_it_writes_ends_at_once_and_well(
    tmp_path: Path, catalogue: FileCatalogue, start: Start
) -> None:
    start().ask()
    one = start(SLOW="600")
    one.ask()
    catalogue.edit(EDITS)
    one.ask()
    eventually(lambda: hidden(tmp_path) or None, SOON)
    began = time.monotonic()
    code, told = one.end()
    assert (code, told) == (0, "")
    assert time.monotonic() - began < 20
    next_one = start()
    eventually(lambda: (next_one.ask()["edits"] == 0) or None, SOON)
    assert hidden(tmp_path) == []


def test_on_a_full_disk_search_goes_on_and_says_so(
    tmp_path: Path, catalogue: FileCatalogue, taxonomy: Taxonomy, start: Start
) -> None:
    nothing_there = start(FULL="20000")
    assert nothing_there.ask()["answers"] in wanted(catalogue, taxonomy, tmp_path)
    assert published(tmp_path) == set()
    start().ask()
    before = published(tmp_path)
    full = start(FULL="20000")
    full.ask()
    catalogue.edit(EDITS)
    right = wanted(catalogue, taxonomy, tmp_path)
    assert full.ask()["answers"] in right
    assert nothing_there.ask()["answers"] in right
    eventually(lambda: (full.ask()["edits"] == 0) or None, SOON)  # folded into an index in memory alone
    assert full.ask()["answers"] == right[1]
    catalogue.edit(EDITS + 10)
    assert full.ask()["answers"] == wanted(catalogue, taxonomy, tmp_path, since=EDITS)[0]
    assert published(tmp_path) == before
    assert hidden(tmp_path) == []
    for one in (full, nothing_there):
        code, told = one.end()
        assert code == 0
        assert "could not be written" in told


# ---- within one process ----------------------------------------------------------------------------------------------


def test_two_indexes_of_one_process_and_many_threads_write_one_generation(
    tmp_path: Path, catalogue: FileCatalogue, taxonomy: Taxonomy
) -> None:
    indexes = [Index(tmp_path / "index", catalogue, taxonomy) for _ in range(2)]
    for one in indexes:
        one.current()
    catalogue.edit(EDITS)
    right, seen, wrong = wanted(catalogue, taxonomy, tmp_path), published(tmp_path), []
    until = time.monotonic() + SOON

    def ask(one: Index) -> None:
        while one.current().edited and time.monotonic() < until:
            if answers(one) not in right:
                wrong.append(one)
            seen.update(published(tmp_path))

    threads = [threading.Thread(target=ask, args=(one,)) for one in indexes * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert [len(one.current().edited) for one in indexes] == [0, 0]
    assert len(seen | published(tmp_path)) == 2


@pytest.mark.parametrize("copied", [0, intact.COPIED], ids=["mapped", "copied"])
def test_a_folder_that_vanishes_is_missed_by_nobody_and_comes_back(
    tmp_path: Path, catalogue: FileCatalogue, taxonomy: Taxonomy, monkeypatch: pytest.MonkeyPatch, copied: int
) -> None:
    monkeypatch.setattr(intact, "COPIED", copied)
    one = Index(tmp_path / "index", catalogue, taxonomy)
    right = [answers(one)]
    shutil.rmtree(tmp_path / "index")
    assert answers(one) in right
    eventually(lambda: one.is_published() or None, SOON)
    assert answers(one) in right
    shutil.rmtree(tmp_path / "index")
    catalogue.edit(3)
    assert answers(one) in wanted(catalogue, taxonomy, tmp_path)


def test_a_large_generation_is_taken_beside_the_questions(
    tmp_path: Path, catalogue: FileCatalogue, taxonomy: Taxonomy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intact, "COPIED", 0)
    one = Index(tmp_path / "index", catalogue, taxonomy)
    one.current()
    catalogue.edit(5)
    Index(tmp_path / "index", catalogue, taxonomy).rebuild()
    right = wanted(catalogue, taxonomy, tmp_path)
    assert answers(one) in right
    eventually(lambda: (answers(one) == right[1] and not one.current().edited) or None, SOON)


def test_a_database_that_was_put_back_is_followed(tmp_path: Path, catalogue: FileCatalogue, taxonomy: Taxonomy) -> None:
    one = Index(tmp_path / "index", catalogue, taxonomy)
    catalogue.edit(30)
    one.rebuild()
    catalogue.edit(3)
    for process in (one, Index(tmp_path / "index", catalogue, taxonomy)):
        assert answers(process) == wanted(catalogue, taxonomy, tmp_path)[1]


def test_a_database_that_fails_for_a_moment_leaves_no_old_answer_behind(tmp_path: Path, taxonomy: Taxonomy) -> None:
    held = Catalogue(made_up.groups(40, taxonomy))
    one, other = Index(tmp_path, held, taxonomy), Index(tmp_path, held, taxonomy)
    one.current()
    other.rebuild()
    held.put(group(7, description="We play the theremin."))
    real, fails = held.changed_since, [True]

    def changed_since(sequence: int) -> object:
        if fails.pop() if fails else False:
            raise ConnectionError
        return real(sequence)

    held.changed_since = changed_since  # type: ignore[method-assign,assignment]
    with pytest.raises(ConnectionError):
        one.current()
    assert one.current().sequence == held.number
    assert "theremin" in str(one.current().edited)


class Saying:
    """Understands everything alike; names itself as told, and counts what it is asked."""

    def __init__(self, name: str) -> None:
        self.id = name
        self.encoded: list[str] = []
        self._made: dict[str, int] = {}

    def one(self, text: str) -> I8 | None:
        return np.ones(384, np.int8)

    def many(self, texts: Sequence[str]) -> I8:
        self.encoded += [text for text in texts if text not in self._made]
        self._made |= dict.fromkeys(texts, 1)
        return np.ones((len(texts), 384), np.int8)

    def known(self, texts: Sequence[str]) -> I8:
        return np.array([[self._made.get(text, 0)] * 384 for text in texts], np.int8).reshape(len(texts), 384)

    def keep(self) -> None:
        """Nothing is kept."""


def test_two_releases_share_a_folder_without_undoing_one_another(
    tmp_path: Path, catalogue: FileCatalogue, taxonomy: Taxonomy
) -> None:
    old, new = (Index(tmp_path / "index", catalogue, taxonomy, Saying(name)) for name in ("old", "new"))
    seen: set[str] = set()
    for number in range(20):
        catalogue.edit(number // 2)
        assert answers(old) == answers(new)
        seen |= published(tmp_path)
        time.sleep(0.02)
    assert len(seen) == 2
    again = Index(tmp_path / "index", catalogue, taxonomy, Saying("old"))
    again.current()
    old.rebuild()
    old.rebuild()
    old.rebuild()
    assert len(published(tmp_path)) == generation.KEPT + 1, "the other release's is left alone for a day"


def test_nobody_waits_until_a_large_import_is_encoded(
    tmp_path: Path, catalogue: FileCatalogue, taxonomy: Taxonomy
) -> None:
    meaning = Saying("m")
    one = Index(tmp_path / "index", catalogue, taxonomy, meaning)
    one.current()
    meaning.encoded.clear()
    catalogue.edit(index.NEW_AT_ONCE)
    one.current()
    assert 0 < len(meaning.encoded) <= index.NEW_AT_ONCE
    release = threading.Event()
    many, beside = meaning.many, []

    def slowly(texts: Sequence[str]) -> I8:
        beside.append(threading.current_thread().name)
        release.wait(SOON)
        return many(texts)

    meaning.many = slowly  # type: ignore[method-assign]
    catalogue.edit(3 * index.NEW_AT_ONCE)
    assert len(one.current().edited) == 3 * index.NEW_AT_ONCE, "there at once, by words"
    release.set()
    eventually(lambda: (not one.current().edited) or None, SOON)
    assert set(beside) == {"index"}


def test_a_lock_is_had_by_one_and_by_the_next_when_it_is_free(tmp_path: Path) -> None:
    with alone(tmp_path / "new", wait=False) as first, alone(tmp_path / "new", wait=False) as second:
        assert (first, second) == (True, False)
    with alone(tmp_path / "new", wait=True) as third:
        assert third
    (tmp_path / "file").write_text("")
    with alone(tmp_path / "file", wait=False) as nowhere, alone(tmp_path / "file", wait=True) as anyway:
        assert (nowhere, anyway) == (False, True)


def test_work_that_fails_is_told_without_its_words_and_not_tried_again_at_once() -> None:
    beside, tried = Beside("index", 60), []

    def work() -> None:
        tried.append(1)
        raise ValueError("what somebody typed")

    with listening() as told:
        for _ in range(3):
            beside.start(work)
            eventually(lambda: (not beside._thread or not beside._thread.is_alive()) or None, SOON)
    assert len(tried) == 1
    assert told == ["work beside the questions failed ValueError"]
