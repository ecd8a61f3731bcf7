"""A text is encoded once: its vector is found again by key, and a damaged store is as good as none."""

import os
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy.orm import Session

from service.catalog.seeding import seed
from service.catalog.views import ListedGroup
from service.matching.meaning import vectors
from service.matching.meaning.encoder import DIMENSIONS, STEPS, Encoder, EncoderError, key
from service.matching.meaning.vectors import (
    Keys,
    Vectors,
    VectorStore,
    encode_missing,
    keys_of,
    look_up,
    meaning_text,
    publish,
    text_of,
)
from service.matching.queries import CatalogSource
from tests import stores
from tests.matching.making import group

SEEDS = Path(__file__).parents[2] / "seeds"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def some(count: int, start: int = 0) -> tuple[Keys, Vectors]:
    """Keys and vectors that can be told apart, in no order."""
    keys = keys_of([f"text {number}" for number in range(start, start + count)], "m")
    made = np.random.default_rng(start).integers(-127, 128, (count, DIMENSIONS), dtype=np.int8)
    return keys, made


class Counting(Encoder):
    """Encodes to the length of the text, and keeps what it was asked."""

    def __init__(self) -> None:
        self.id = "counting"
        self.asked: list[str] = []

    def encode(self, text: str) -> Vectors:
        self.asked.append(text)
        return np.full(DIMENSIONS, len(text), np.int8)


# ---- the store -------------------------------------------------------------------------------------------------------


def test_what_was_published_is_found_and_nothing_else(tmp_path: Path) -> None:
    keys, made = some(500)
    publish(tmp_path / "new" / "folder", keys, made)
    store = VectorStore(tmp_path / "new" / "folder")
    assert len(store) == 500
    assert not store.damaged
    asked = np.concatenate([keys[::-1], some(100, start=1000)[0], keys[:3]])
    found, vectors_found = store.lookup(asked)
    assert found.tolist() == [True] * 500 + [False] * 100 + [True] * 3
    assert (vectors_found[:500] == made[::-1]).all()
    assert not vectors_found[500:600].any()
    assert (vectors_found[600:] == made[:3]).all()
    assert vectors_found.dtype == np.int8


def test_keys_with_zero_bytes_at_either_end_are_keys_like_others(tmp_path: Path) -> None:
    raw = [b"\0" * 16, b"\0" * 15 + b"\1", b"\xff" * 15 + b"\0", b"\xff" * 14 + b"\0\0", b"\xff" * 16]
    made = np.arange(5, dtype=np.int8)[:, None].repeat(DIMENSIONS, axis=1)
    publish(tmp_path, np.array(raw, "S16"), made)
    found, vectors_found = VectorStore(tmp_path).lookup(np.array([*raw, b"\xff" * 13 + b"\0\0\1"], "S16"))
    assert found.tolist() == [True] * 5 + [False]
    assert (vectors_found[:5] == made).all()


def test_an_empty_store_and_an_empty_question_are_answered(tmp_path: Path) -> None:
    none = VectorStore(tmp_path / "nowhere")
    assert (len(none), none.damaged) == (0, False)
    assert none.lookup(some(2)[0])[0].tolist() == [False, False]
    publish(tmp_path, *some(0))
    assert not VectorStore(tmp_path).damaged
    assert VectorStore(tmp_path).lookup(some(2)[0])[0].tolist() == [False, False]
    publish(tmp_path, *some(2))
    assert VectorStore(tmp_path).lookup(some(0)[0])[1].shape == (0, DIMENSIONS)


def test_publishing_again_replaces_and_whoever_reads_the_old_goes_on_reading_it(tmp_path: Path) -> None:
    keys, made = some(50)
    publish(tmp_path, keys, made)
    before = VectorStore(tmp_path)
    publish(tmp_path, *some(50, start=500))
    assert (before.lookup(keys)[1] == made).all()
    assert not VectorStore(tmp_path).lookup(keys)[0].any()
    assert [path.name for path in tmp_path.iterdir()] == ["vectors.npy"]


def test_of_a_key_that_comes_twice_the_first_is_kept(tmp_path: Path) -> None:
    keys, made = some(1)
    publish(tmp_path, np.concatenate([keys, keys]), np.concatenate([made, made // 2]))
    assert len(VectorStore(tmp_path)) == 1
    assert (VectorStore(tmp_path).lookup(keys)[1] == made).all()


def test_a_store_with_any_byte_changed_or_cut_off_is_ignored_and_says_so(tmp_path: Path) -> None:
    keys, made = some(20)
    publish(tmp_path, keys, made)
    path = tmp_path / "vectors.npy"
    whole = path.read_bytes()
    chance = random.Random(7)  # noqa: S311  # which byte, not a secret
    damages = [bytes([*whole[:at], whole[at] ^ 1 << chance.randrange(8), *whole[at + 1 :]]) for at in _places(whole)]
    damages += [whole[:length] for length in (0, 1, 31, 32, 33, 128, len(whole) - 32, len(whole) - 1)]
    damages += [whole + b"\0", chance.randbytes(1000)]
    for damaged in damages:
        path.write_bytes(damaged)
        store = VectorStore(tmp_path)
        assert store.damaged
        assert len(store) == 0
        assert not store.lookup(keys)[0].any()
    publish(tmp_path, keys, made)
    assert not VectorStore(tmp_path).damaged


def _places(whole: bytes) -> list[int]:
    """Bytes of the header, of rows and of the sum."""
    chance = random.Random(8)  # noqa: S311
    return [0, 7, 20, 100, len(whole) - 1, len(whole) - 32, *(chance.randrange(len(whole)) for _ in range(60))]


def test_a_file_that_is_whole_but_of_other_rows_is_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as other:
        other.setattr(vectors, "ROW", np.dtype([("key", "S16"), ("vector", np.int8, (DIMENSIONS,)), ("more", np.int8)]))
        publish(tmp_path, *some(3))
    assert VectorStore(tmp_path).damaged
    (tmp_path / "folder" / "vectors.npy").mkdir(parents=True)
    assert VectorStore(tmp_path / "folder").damaged


def test_a_publication_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(tmp_path, *some(3))
    before = (tmp_path / "vectors.npy").read_bytes()

    def full(_handle: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        publish(tmp_path, *some(5))
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [before]


def test_what_a_process_that_died_left_half_written_is_removed_after_a_day(tmp_path: Path) -> None:
    for name, hours in (("old", 25), ("new", 1)):
        path = tmp_path / f".{name}.unfinished"
        path.touch()
        then = path.stat().st_mtime - hours * 3600
        os.utime(path, (then, then))
    publish(tmp_path, *some(3))
    assert {path.name for path in tmp_path.iterdir()} == {"vectors.npy", ".new.unfinished"}


# ---- encoding what is missing ----------------------------------------------------------------------------------------


def test_the_first_store_that_has_a_text_answers_for_it(tmp_path: Path) -> None:
    keys, _ = some(3)
    for name, value, part in (("a", 1, keys[:1]), ("b", 2, keys[:2])):
        publish(tmp_path / name, part, np.full((len(part), DIMENSIONS), value, np.int8))
    chain = [VectorStore(tmp_path / name) for name in ("a", "nowhere", "b")]
    found, vectors_found = look_up(keys, chain)
    assert found.tolist() == [True, True, False]
    assert vectors_found[:, 0].tolist() == [1, 2, 0]
    assert not look_up(keys, [])[0].any()


def test_only_what_no_store_has_is_encoded_and_equal_texts_once(tmp_path: Path) -> None:
    encoder, told = Counting(), list[tuple[int, int]]()
    publish(tmp_path, keys_of(["known"], encoder.id), np.full((1, DIMENSIONS), 99, np.int8))
    texts = ["four", "known", "sixsix", "four", ""]
    found = encode_missing(texts, encoder, [VectorStore(tmp_path)], lambda done, of: told.append((done, of)))
    assert found[:, 0].tolist() == [4, 99, 6, 4, 0]
    assert sorted(encoder.asked) == ["", "four", "sixsix"]
    assert told == [(1, 3), (2, 3), (3, 3)]
    publish(tmp_path, keys_of(texts, encoder.id), found)
    encoder.asked.clear()
    assert (encode_missing(texts, encoder, [VectorStore(tmp_path)]) == found).all()
    assert encoder.asked == []
    assert encode_missing([], encoder, []).shape == (0, DIMENSIONS)


def test_another_encoder_finds_nothing_of_the_first(tmp_path: Path) -> None:
    encoder, other = Counting(), Counting()
    other.id = "another"
    publish(tmp_path, keys_of(["tea"], encoder.id), np.ones((1, DIMENSIONS), np.int8))
    encode_missing(["tea"], other, [VectorStore(tmp_path)])
    assert other.asked == ["tea"]


def test_a_text_that_cannot_be_encoded_is_told_and_all_known_ones_need_no_model(tmp_path: Path) -> None:
    class Broken(Counting):
        def encode(self, text: str) -> Vectors:
            raise EncoderError("model_missing")

    publish(tmp_path, keys_of(["tea"], "counting"), np.ones((1, DIMENSIONS), np.int8))
    assert encode_missing(["tea"], Broken(), [VectorStore(tmp_path)]).all()
    with pytest.raises(EncoderError):
        encode_missing(["tea", "cake"], Broken(), [VectorStore(tmp_path)])


# ---- the text of a group ---------------------------------------------------------------------------------------------


def test_the_text_of_a_group_says_what_it_is_and_not_where() -> None:
    one = group(
        name="Sunny Choir (example)",
        description="We sing.\n  No audition!",
        what_happens="An hour of songs",
        who_for="Everyone",
        eligibility="Adults",
    )
    assert text_of(one) == "Sunny Choir. We sing. No audition! Everyone. An hour of songs."
    assert text_of(replace(one, places=(), organisation_name="Other", eligibility=None, terms=())) == text_of(one)
    assert meaning_text("Choir", None, "", "  ", ()) == "Choir."


# ---- the vectors that are shipped ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[ListedGroup]]:
    """Every group that search shows after a first start; one kind of database is enough for texts."""
    made = stores.Stores(tmp_path_factory.mktemp("seeded"))
    with stores.opened(made.migrated()) as engine:
        with Session(engine.execution_options(writes=True)) as session:
            seed(session, SEEDS, now=NOW)
            session.commit()
        yield list(CatalogSource(lambda: engine, lambda: NOW).everything())


def test_every_group_of_the_starter_catalogue_has_its_vector(seeded: list[ListedGroup]) -> None:
    store = VectorStore(SEEDS / "vectors")
    assert not store.damaged
    found, _ = store.lookup(keys_of([text_of(one) for one in seeded], Encoder.load().id))
    assert len(found) > 1_500
    without = [one.name for one, there in zip(seeded, found.tolist(), strict=True) if not there]
    assert without == [], f"{len(without)} have none: run `python seeds/vectors/build.py`"
    assert len(store) < 1.3 * len(found), "vectors of texts that are no longer there: run it too"


def test_a_shipped_vector_is_that_of_its_text(seeded: list[ListedGroup]) -> None:
    encoder, store = Encoder.load(), VectorStore(SEEDS / "vectors")
    texts = [text_of(one) for one in seeded[:: len(seeded) // 20]]
    _, shipped = store.lookup(keys_of(texts, encoder.id))
    for text, vector in zip(texts, shipped.astype(int), strict=True):
        assert vector @ encoder.encode(text).astype(int) / STEPS**2 == pytest.approx(1, abs=0.01), text
    assert key(texts[0], encoder.id) == keys_of(texts[:1], encoder.id)[0].ljust(16, b"\0")


def test_hardly_any_number_of_a_shipped_vector_is_cut_off(seeded: list[ListedGroup]) -> None:
    store = VectorStore(SEEDS / "vectors")
    _, shipped = store.lookup(keys_of([text_of(one) for one in seeded], Encoder.load().id))
    assert (np.abs(shipped.astype(int)) == 127).mean() < 1e-5
