"""The fast path answers what a plain scan of every group answers: 5,000 people, no exception, no difference."""

import math
from dataclasses import replace

import pytest

from service.catalog.words.taxonomy import Taxonomy
from service.matching import matcher
from service.matching.answer import Answer
from service.matching.answering import Answering
from service.matching.profile import Profile
from service.matching.reading import read
from service.matching.snapshot import Snapshot
from tests.benchmarks import made_up
from tests.matching.reference import Line, Reference

INTRODUCED = made_up.introductions(48)
PEOPLE, LOTS = 5000, 10  # in lots, so that two workers share them
QUICK = 2  # lots that every run takes; the others are part of the soak


@pytest.fixture(scope="module")
def catalogue(taxonomy: Taxonomy) -> tuple[Snapshot, Reference]:
    listed = made_up.groups(48, taxonomy)
    return Snapshot.build(listed, taxonomy, 1), Reference(listed, taxonomy, introductions=INTRODUCED)


def scan(reference: Reference, snapshot: Snapshot, profile: Profile, answer: Answer) -> list[Line]:
    """What is asked (words read, wishes given up) is the answer's own; what follows from it is scanned anew."""
    asked = reference.asked(profile)
    reading = read(asked, snapshot.taxonomy, snapshot.words)
    given_up = frozenset(relaxed.code for relaxed in answer.relaxed)
    assert answer.relevant == reference.relevant(asked, made_up.TODAY, reading, given_up), profile
    return reference.answer(asked, made_up.TODAY, reading, given_up)


def scan_steps(
    reference: Reference, snapshot: Snapshot, profile: Profile, answer: Answer
) -> list[tuple[int, str, str]]:
    given_up = frozenset(relaxed.code for relaxed in answer.relaxed)
    asked = reference.asked(profile)
    return reference.steps(asked, made_up.TODAY, read(asked, snapshot.taxonomy, snapshot.words), given_up)


@pytest.mark.parametrize(
    "lot", [*range(QUICK), *(pytest.param(lot, marks=pytest.mark.slow) for lot in range(QUICK, LOTS))]
)
def test_same_answer_as_a_full_scan(lot: int, catalogue: tuple[Snapshot, Reference], taxonomy: Taxonomy) -> None:
    snapshot, reference = catalogue
    people = made_up.profiles(PEOPLE // LOTS, taxonomy, seed=100 + lot)
    for profile in made_up.choosy(people, 48, taxonomy, seed=lot) if lot % 2 else people:
        answer = matcher.match(snapshot, profile, made_up.TODAY, answering=Answering.of(INTRODUCED))
        expected = scan(reference, snapshot, profile, answer)
        got = [
            Line(group_id=m.group_id, location_id=m.location_id, score=m.score, ask_first=m.ask_first)
            for m in answer.matches
        ]
        assert [(line.group_id, line.location_id, line.ask_first) for line in got] == [
            (line.group_id, line.location_id, line.ask_first) for line in expected
        ], profile
        assert [(step.level, step.group_id, step.location_id) for step in answer.steps] == scan_steps(
            reference, snapshot, profile, answer
        ), profile
        assert all(math.isclose(a.score, b.score, abs_tol=2e-9) for a, b in zip(got, expected, strict=True))
        for match in answer.matches:
            assert math.isclose(sum(part.contribution for part in match.parts), match.score, abs_tol=1e-8)


def test_the_order_of_input_does_not_matter(taxonomy: Taxonomy) -> None:
    listed = made_up.groups(60, taxonomy)
    forwards, backwards = Snapshot.build(listed, taxonomy, 1), Snapshot.build(listed[::-1], taxonomy, 1)
    for profile in made_up.profiles(100, taxonomy, seed=5):
        assert matcher.match(forwards, profile, made_up.TODAY) == matcher.match(backwards, profile, made_up.TODAY)


def test_an_edited_snapshot_answers_like_a_new_one(taxonomy: Taxonomy) -> None:
    before, after = made_up.groups(80, taxonomy, seed=7), made_up.groups(80, taxonomy, seed=8)
    mixed = [*after[:10], *before[10:75]]  # ten edited, five gone
    gone = {str(group.id) for group in before[75:]}
    edited = Snapshot.build(before, taxonomy, 1).changed(gone, after[:10], 2)
    fresh = Snapshot.build(mixed, taxonomy, 2)
    for profile in made_up.profiles(200, taxonomy, seed=6):
        wordless = replace(profile, text="", interests=())  # new words weigh a little differently until the next build
        assert shown(matcher.match(edited, wordless, made_up.TODAY)) == shown(
            matcher.match(fresh, wordless, made_up.TODAY)
        )


def shown(answer: Answer) -> list[tuple[str, str, float, bool]]:
    return [(m.group_id, m.location_id, m.score, m.ask_first) for m in answer.matches]
