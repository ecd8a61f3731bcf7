"""What is left out for speed never changes an answer: groups far away, unlike what was asked, or changed since."""

import math
import random
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

import numpy as np
import pytest

from service.catalog.views import ListedGroup
from service.catalog.words.taxonomy import Taxonomy
from service.matching import matcher
from service.matching.answer import Answer
from service.matching.lexical import words
from service.matching.looking import Found, look
from service.matching.meaning.nearness import I8
from service.matching.meaning.products import Vectors, fastest, halves, is_exact, plain, whole
from service.matching.profile import Profile
from service.matching.reading import Reading, read
from service.matching.snapshot import Snapshot
from tests.benchmarks import made_up
from tests.matching.reference import Reference

LOTS = 8  # so that two workers share them
DIMENSIONS = 32  # of the made-up meaning
TOWNS = [(random.Random(n).uniform(-3, 3), random.Random(-n).uniform(-3, 3)) for n in range(1, 25)]  # noqa: S311


def encode(text: str) -> I8:
    """Texts that share words are near one another."""
    total = sum((meaning(word) for word in set(words(text))), np.full(DIMENSIONS, 1e-9))
    found: I8 = np.clip(np.rint(400 * total / np.linalg.norm(total)), -127, 127).astype(np.int8)
    return found


def meaning(word: str) -> Any:
    return np.frombuffer(sha256(word.encode()).digest(), dtype=np.uint8).astype(np.float64) - 127.5


def encode_all(texts: Sequence[str]) -> I8:
    return np.stack([encode(text) for text in texts])


def scattered(many: int, taxonomy: Taxonomy, seed: int) -> list[ListedGroup]:
    """Groups in two dozen towns of a country, some with a second place in another."""
    dice, found = random.Random(seed), made_up.groups(many, taxonomy, seed=seed)  # noqa: S311
    for number, group in enumerate(found):
        north, east = dice.choice(TOWNS)
        places = [moved(place, north, east) for place in group.places]
        if len(places) > 1 and dice.random() < 0.5:
            places[1] = moved(group.places[1], *dice.choice(TOWNS))
        areas = tuple(moved(area, north, east) for area in group.areas)
        found[number] = replace(group, places=tuple(places), areas=areas)
    return found


def moved(where: Any, north: float, east: float) -> Any:
    if where.latitude is None:
        return where
    return replace(where, latitude=where.latitude + north, longitude=where.longitude + east)


def people(many: int, taxonomy: Taxonomy, seed: int) -> list[Profile]:
    dice, found = random.Random(seed), made_up.profiles(many, taxonomy, seed=seed)  # noqa: S311
    return [
        profile if profile.place is None else replace(profile, place=moved(profile.place, *dice.choice(TOWNS)))
        for profile in found
    ]


def ask(snapshot: Snapshot, profile: Profile) -> Answer:
    return matcher.match(snapshot, profile, made_up.TODAY, encode)


def ask_fully(snapshot: Snapshot, profile: Profile, monkeypatch: pytest.MonkeyPatch) -> Answer:
    """Answer with every group of the country laid beside the person."""

    def full(snapshot: Snapshot, profile: Profile, reading: Reading, km: float, *, everything: bool) -> Found:
        return look(snapshot, profile, reading, math.inf, everything=True)

    with monkeypatch.context() as patched:
        patched.setattr(matcher, "look", full)
        return ask(snapshot, profile)


@pytest.fixture(scope="module")
def nation(taxonomy: Taxonomy) -> Snapshot:
    return Snapshot.build(scattered(3_000, taxonomy, 1), taxonomy, 1, encode_all)


@pytest.fixture(scope="module")
def edited(nation: Snapshot, taxonomy: Taxonomy) -> Snapshot:
    """The same after 500 edits, a hundred of which took groups away and fifty brought new ones."""
    dice, after = random.Random(3), scattered(3_050, taxonomy, 2)  # noqa: S311
    chosen = [*dice.sample(range(3_000), 450), *range(3_000, 3_050)]
    snapshot = nation
    for number, first in enumerate(range(0, 500, 50)):
        lot = [after[at] for at in chosen[first : first + 50]]
        snapshot = snapshot.changed([str(group.id) for group in lot[:10]], lot[10:], 2 + number, encode_all)
    return snapshot


@pytest.mark.parametrize("lot", range(LOTS))
def test_a_look_at_all_finds_nothing_else(
    lot: int, nation: Snapshot, taxonomy: Taxonomy, monkeypatch: pytest.MonkeyPatch
) -> None:
    for profile in people(40, taxonomy, 200 + lot):
        assert ask(nation, profile) == ask_fully(nation, profile, monkeypatch), profile


@pytest.mark.parametrize("lot", range(LOTS))
def test_a_look_at_all_finds_nothing_else_after_many_edits(
    lot: int, edited: Snapshot, taxonomy: Taxonomy, monkeypatch: pytest.MonkeyPatch
) -> None:
    for profile in people(40, taxonomy, 300 + lot):
        assert ask(edited, profile) == ask_fully(edited, profile, monkeypatch), profile


@pytest.mark.parametrize("lot", range(LOTS))
def test_same_answer_as_a_full_scan_with_meaning(lot: int, taxonomy: Taxonomy) -> None:
    """2,000 people, each catalogue for fifty; many are shown several: their order counts."""
    shown = 0
    for turn in range(5):
        seed = 10 * lot + turn
        groups = scattered(20, taxonomy, seed) if turn else made_up.groups(20, taxonomy, seed=seed)
        everybody = people(50, taxonomy, seed) if turn else made_up.profiles(50, taxonomy, seed=seed)
        shown += sum(many > 1 for many in same_as_scanned(groups, everybody, taxonomy))
    assert shown > 5 * 50 / 4


def test_same_answer_as_a_full_scan_of_a_nation(taxonomy: Taxonomy) -> None:
    assert max(same_as_scanned(scattered(3_000, taxonomy, 5), people(3, taxonomy, 5), taxonomy)) > 1


def same_as_scanned(groups: Sequence[ListedGroup], everybody: Sequence[Profile], taxonomy: Taxonomy) -> list[int]:
    """Return how many groups each was shown; every one of those, and their order, is what a full scan finds."""
    shown: list[int] = []
    snapshot = Snapshot.build(groups, taxonomy, 1, encode_all)
    reference = Reference(groups, taxonomy, lambda text: [int(one) for one in encode(text)])
    for profile in everybody:
        answer = ask(snapshot, profile)
        reading = read(profile, taxonomy, snapshot.words, encode)
        expected = reference.answer(profile, made_up.TODAY, reading, frozenset(one.code for one in answer.relaxed))
        assert [(one.group_id, one.location_id, one.ask_first) for one in answer.matches] == [
            (one.group_id, one.location_id, one.ask_first) for one in expected
        ], profile
        assert all(math.isclose(a.score, b.score, abs_tol=2e-9) for a, b in zip(answer.matches, expected, strict=True))
        shown.append(len(answer.matches))
    return shown


def test_a_removed_group_is_not_found_and_a_new_one_is(edited: Snapshot) -> None:
    ids = edited.ids()
    assert len(ids) == edited.n_groups == 3_000 - 90 + 40


def test_sums_of_products_are_the_same_however_they_are_made() -> None:
    vectors = np.random.default_rng(1).integers(-127, 128, (300, 384)).astype(np.int8)
    held, asked = Vectors.of(vectors), vectors[7]
    expected = vectors.astype(np.int64) @ asked
    assert is_exact(fastest())
    assert is_exact(plain)
    assert (fastest()(held, asked)[:300] == expected).all()


def test_a_processor_that_cuts_large_sums_off_is_found_out() -> None:
    def cut(question: Any, blocks: Any) -> Any:
        """Adds pairs of products in 16 bits, as processors before 2019 do."""
        pairs = question.astype(np.int64)[:, None] * blocks
        return np.clip(pairs[:, 0::2] + pairs[:, 1::2], -(2**15), 2**15 - 1).sum(axis=1).ravel()

    assert not is_exact(lambda held, question: whole(cut, held, question))
    assert is_exact(lambda held, question: halves(cut, held, question))
