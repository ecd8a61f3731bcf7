"""The index is only a faster way to what the database says: edits show at once, damage is noticed and mended."""

from pathlib import Path

import pytest

from service.catalog.words.taxonomy import Taxonomy
from service.matching import matcher
from service.matching.index import generation
from service.matching.index.generation import DamagedError
from service.matching.index.index import Index
from service.matching.profile import Profile
from service.matching.snapshot import Snapshot
from tests.benchmarks import made_up
from tests.matching.making import TODAY, group, person
from tests.matching.sources import Catalogue


@pytest.fixture
def catalogue(taxonomy: Taxonomy) -> Catalogue:
    return Catalogue(made_up.groups(40, taxonomy))


def names(snapshot: Snapshot, profile: Profile) -> list[str]:
    return [match.group_id for match in matcher.match(snapshot, profile, TODAY).matches]


def test_a_new_process_starts_from_the_published_generation(
    tmp_path: Path, catalogue: Catalogue, taxonomy: Taxonomy
) -> None:
    first = Index(tmp_path, catalogue, taxonomy).current()
    second = Index(tmp_path, catalogue, taxonomy).current()
    assert catalogue.read_whole == 1
    for profile in made_up.profiles(50, taxonomy):
        assert matcher.match(first, profile, made_up.TODAY) == matcher.match(second, profile, made_up.TODAY)


def test_an_edit_is_found_by_its_new_words_in_every_process(
    tmp_path: Path, catalogue: Catalogue, taxonomy: Taxonomy
) -> None:
    here, there = Index(tmp_path, catalogue, taxonomy), Index(tmp_path, catalogue, taxonomy)
    here.current()
    there.current()
    edited = group(7, description="We play the theremin and the glockenspiel.")
    catalogue.put(edited)
    for process in (here, there, Index(tmp_path, catalogue, taxonomy)):
        assert names(process.current(), person(text="theremin"))[0] == str(edited.id)
    assert catalogue.read_whole == 1


def test_a_group_that_is_held_or_gone_is_gone_at_once(tmp_path: Path, catalogue: Catalogue, taxonomy: Taxonomy) -> None:
    process = Index(tmp_path, catalogue, taxonomy)
    shown = names(process.current(), Profile(limit=50))
    catalogue.drop(shown[0])
    assert shown[0] not in names(process.current(), Profile(limit=50))


def test_a_group_that_was_deleted_is_gone_at_once(tmp_path: Path, catalogue: Catalogue, taxonomy: Taxonomy) -> None:
    process = Index(tmp_path, catalogue, taxonomy)
    shown = names(process.current(), Profile(limit=50))
    catalogue.groups.pop(shown[0])
    catalogue.number += 1  # the row is gone: nothing says that it changed
    assert shown[0] not in names(process.current(), Profile(limit=50))


def test_many_edits_after_one_another_answer_like_a_new_index(
    tmp_path: Path, catalogue: Catalogue, taxonomy: Taxonomy
) -> None:
    process = Index(tmp_path / "a", catalogue, taxonomy)
    process.current()
    for number, changed in enumerate(made_up.groups(20, taxonomy, seed=3)):
        catalogue.put(changed)
        if number % 3 == 0:
            process.current()
    catalogue.drop(next(iter(catalogue.groups)))
    fresh = Index(tmp_path / "b", catalogue, taxonomy)
    for wish in ("activity.music.singing", "activity.nature.gardening", "activity.food"):
        profile = person(interests=(wish,), limit=50)
        assert set(names(process.current(), profile)) == set(names(fresh.current(), profile))


@pytest.mark.parametrize("name", ["arrays.bin", "meta.json"])
@pytest.mark.parametrize("how", ["flip", "cut", "remove"])
def test_a_damaged_file_is_noticed_and_the_index_built_anew(
    tmp_path: Path, catalogue: Catalogue, taxonomy: Taxonomy, name: str, how: str
) -> None:
    sound = Index(tmp_path, catalogue, taxonomy).current()
    damage(next(tmp_path.glob("generation-*")) / name, how)
    with pytest.raises(DamagedError):
        generation.load(next(tmp_path.glob("generation-*")), taxonomy, "")
    mended = Index(tmp_path, catalogue, taxonomy).current()
    assert catalogue.read_whole == 2
    assert names(mended, Profile()) == names(sound, Profile())


def damage(path: Path, how: str) -> None:
    if how == "remove":
        path.unlink()
        return
    data = bytearray(path.read_bytes())
    if how == "cut":
        data = data[: len(data) // 2]
    else:
        data[len(data) // 2] ^= 0xFF
    path.write_bytes(bytes(data))


def test_only_the_newest_generations_are_kept(tmp_path: Path, catalogue: Catalogue, taxonomy: Taxonomy) -> None:
    process = Index(tmp_path, catalogue, taxonomy)
    for _ in range(5):
        process.rebuild()
    assert len(list(tmp_path.glob("generation-*"))) == generation.KEPT
    assert not list(tmp_path.glob(".*"))


def test_an_empty_catalogue_answers_with_nothing(tmp_path: Path, taxonomy: Taxonomy) -> None:
    snapshot = Index(tmp_path, Catalogue([]), taxonomy).current()
    answer = matcher.match(snapshot, person(text="singing"), TODAY)
    assert answer.matches == ()
    assert answer.nothing_fits
