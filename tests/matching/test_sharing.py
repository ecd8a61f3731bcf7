"""Machines give one another the search index: made once, fetched by the others, and never trusted unseen."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from service.catalog.words.taxonomy import Taxonomy
from service.matching.index import generation
from service.matching.index.generation import ARRAYS
from service.matching.index.index import Index
from service.matching.index.sharing import Shared
from tests.journeys.serving import eventually
from tests.matching.asking import Asked, FileCatalogue
from tests.matching.making import group
from tests.matching.sources import Catalogue

EDITS = 600  # more than a process keeps beside a generation
SOON = 60.0  # seconds, on a machine that does other work as well
GROUPS = (group(1, name="Larks"), group(2, name="Plot"), group(3, name="Needles"))


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Callable[[str], Asked]]:
    """Starts a process with a folder of its own, and ends those that are left."""
    FileCatalogue(tmp_path / "edits").edit(0)
    started: list[Asked] = []

    def begin(own: str) -> Asked:
        started.append(Asked(tmp_path, OWN=own, SHARED="shared", SLOW="0.2"))
        return started[-1]

    yield begin
    for one in started:
        one.kill()


def on(*folders: Path) -> set[str]:
    return {path.name for folder in folders for path in folder.glob("generation-*")}


@pytest.mark.slow
def test_of_two_machines_one_makes_the_index_and_the_other_fetches_it(
    tmp_path: Path, machine: Callable[[str], Asked]
) -> None:
    folders = [tmp_path / name for name in ("one", "other", "shared")]
    one, other = machine("one"), machine("other")
    one.begin()
    other.begin()
    assert one.answer()["answers"] == other.answer()["answers"]
    assert len(on(*folders)) == 1, "made once"
    assert len({generation.pointed(folder) for folder in folders}) == 1

    FileCatalogue(tmp_path / "edits").edit(EDITS)
    eventually(lambda: not (one.ask()["edits"] + other.ask()["edits"]) or None, SOON)
    assert len(on(*folders)) == 2, "and made once again"
    assert len({generation.pointed(folder) for folder in folders}) == 1
    assert not [path for folder in folders for path in folder.glob(".*")], "nothing half made is left"


def started(tmp_path: Path, name: str, catalogue: Catalogue, taxonomy: Taxonomy) -> Index:
    return Index(tmp_path / name, catalogue, taxonomy, shared=Shared(tmp_path / "shared", nullcontext))


def test_a_damaged_index_is_mended_from_the_shared_folder_without_being_made_again(
    tmp_path: Path, taxonomy: Taxonomy
) -> None:
    catalogue = Catalogue(GROUPS)
    started(tmp_path, "one", catalogue, taxonomy).current()
    mine = tmp_path / "one" / generation.pointed(tmp_path / "one") / ARRAYS
    whole = mine.read_bytes()
    mine.write_bytes(whole[:-64])
    assert started(tmp_path, "one", catalogue, taxonomy).current().n_groups == len(GROUPS)
    assert (catalogue.read_whole, mine.read_bytes() == whole) == (1, True)


def test_what_is_damaged_in_the_shared_folder_is_not_used_and_is_mended(
    tmp_path: Path, taxonomy: Taxonomy, caplog: pytest.LogCaptureFixture
) -> None:
    catalogue, shared = Catalogue(GROUPS), tmp_path / "shared"
    started(tmp_path, "one", catalogue, taxonomy).current()
    given = shared / generation.pointed(shared) / ARRAYS
    whole = given.read_bytes()
    given.write_bytes(bytes([whole[0] ^ 1]) + whole[1:])
    assert started(tmp_path, "other", catalogue, taxonomy).current().n_groups == len(GROUPS)
    assert catalogue.read_whole == 2
    assert "a search index in the shared folder cannot be used" in caplog.text
    assert started(tmp_path, "third", catalogue, taxonomy).current().n_groups == len(GROUPS)
    assert catalogue.read_whole == 2, "what the second made is sound"
    assert len(on(tmp_path / "other")) == 1


def test_an_index_of_a_later_change_than_the_database_knows_is_not_fetched(tmp_path: Path, taxonomy: Taxonomy) -> None:
    """As after a backup was put back."""
    catalogue = Catalogue(GROUPS)
    catalogue.put(group(4, name="Later"))
    started(tmp_path, "one", catalogue, taxonomy).current()
    before = Catalogue(GROUPS)
    assert started(tmp_path, "other", before, taxonomy).current().n_groups == len(GROUPS)
    assert before.read_whole == 1


def test_where_the_shared_folder_is_away_each_machine_makes_its_own(
    tmp_path: Path, taxonomy: Taxonomy, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "shared").write_text("no folder")
    catalogue = Catalogue(GROUPS)
    for name in ("one", "other"):
        assert started(tmp_path, name, catalogue, taxonomy).current().n_groups == len(GROUPS)
    assert catalogue.read_whole == 2
    assert "the search index could not be given on" in caplog.text


def test_who_builds_the_index_anew_by_hand_gives_it_on(tmp_path: Path, taxonomy: Taxonomy) -> None:
    catalogue = Catalogue(GROUPS)
    one = started(tmp_path, "one", catalogue, taxonomy)
    one.current()
    one.rebuild()
    assert generation.pointed(tmp_path / "shared") == generation.pointed(tmp_path / "one")
    assert catalogue.read_whole == 2
