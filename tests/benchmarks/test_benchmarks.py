"""The benchmark compares like with like: the same people, the same groups, the same gates, whatever the machine."""

import json
import sqlite3
from itertools import islice
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from service.catalog.words.taxonomy import Taxonomy
from service.catalog.words.vocabulary import load_taxonomy
from tests.benchmarks import made_up, pictures, report, vocabulary
from tests.benchmarks.peers import Fts5, Peer, Question, Row, Tantivy, question, row
from tests.benchmarks.tables import ratios
from tests.benchmarks.vectors import Meanings

MANY = 2_000


@pytest.fixture(scope="module")
def taxonomy() -> Taxonomy:
    return load_taxonomy(Path("seeds/taxonomy"))


def passes(held: Row, asked: Question) -> bool:
    south, north, west, east = asked.box or (-90.0, 90.0, -180.0, 180.0)
    here = held.latitude is not None and held.longitude is not None
    near = here and south <= (held.latitude or 0) <= north and west <= (held.longitude or 0) <= east
    way = {"in_person": held.in_person, "online": held.remote, None: True}[asked.mode]
    cheap = asked.price is None or held.price <= asked.price
    right_age = asked.age is None or held.low <= asked.age <= held.high
    return (near or held.remote or asked.box is None) and way and cheap and right_age


@pytest.mark.parametrize("peer", [Fts5(), Tantivy()], ids=lambda peer: peer.name)
def test_a_peer_shows_groups_that_pass_the_gates_and_share_a_word(
    peer: Peer, taxonomy: Taxonomy, tmp_path: Path
) -> None:
    if peer.without:
        pytest.skip(f"{peer.name}: {peer.without}")
    peer.build(tmp_path, made_up.world(MANY, taxonomy), taxonomy)
    peer.open(tmp_path, taxonomy)
    rows = {group.id.int - 1: row(group, taxonomy) for group in made_up.world(MANY, taxonomy)}
    stems = sqlite3.connect(":memory:")
    stems.execute("CREATE VIRTUAL TABLE listing USING fts5(words, tokenize='porter unicode61')")
    stems.executemany("INSERT INTO listing(rowid, words) VALUES (?, ?)", ((r.number, r.words) for r in rows.values()))
    shown_something = 0
    for person in made_up.askers(60, taxonomy, groups=MANY):
        asked, shown = question(person), peer.ask(peer.read(person))
        words = " OR ".join(f'"{word}"' for word in asked.words)
        sharing = {found for (found,) in stems.execute("SELECT rowid FROM listing WHERE listing MATCH ?", (words,))}
        able = {number for number in sharing if passes(rows[number], asked)}
        assert len(set(shown)) == len(shown)
        if peer.name == Fts5.name:  # tantivy's stemmer is a younger one: a few words differ
            assert set(shown) <= able
            assert len(shown) == min(10, len(able))
        assert all(passes(rows[number], asked) for number in shown)
        shown_something += bool(shown)
    assert shown_something > 40


def test_the_world_is_the_same_each_time_and_names_are_mostly_different(taxonomy: Taxonomy) -> None:
    first, second = (list(made_up.world(MANY, taxonomy)) for _ in range(2))
    assert first == second
    assert len({group.name for group in first}) > MANY * 0.95
    assert len({group.id for group in first}) == MANY
    assert 0.01 < sum(group.mode == "online" for group in first) / MANY < 0.05
    assert len(set(vocabulary.forms())) >= 60_000


def test_people_tell_in_five_to_twenty_five_words_what_they_want(taxonomy: Taxonomy) -> None:
    people = made_up.askers(300, taxonomy)
    assert all(5 <= len(person.text.split()) <= 25 for person in people)
    assert 0.6 < sum(person.max_km is not None for person in people) / len(people) < 0.8
    assert all(1 <= len(person.barriers) <= 3 for person in people)


def test_made_up_meaning_is_near_for_one_thing_and_far_for_another(taxonomy: Taxonomy) -> None:
    groups = list(islice(made_up.world(MANY, taxonomy), 400))
    vectors = Meanings(taxonomy).of_groups(groups).astype(float) / 400
    near = vectors @ vectors.T
    same = [[a.terms[0].code == b.terms[0].code and a is not b for b in groups] for a in groups]
    assert near[same].mean() > 0.5
    other = [[a.terms[0].code != b.terms[0].code for b in groups] for a in groups]
    assert abs(near[other].mean()) < 0.02


def test_a_ratio_says_who_is_faster() -> None:
    ours = {"name": "Kith", "groups": 1000, "p50_ms": 2.0, "p95_ms": 8.0}
    other = {"name": "Other", "groups": 1000, "p50_ms": 18.2, "p95_ms": 4.0}
    assert ratios([ours, other]) == ["1,000 groups: 9.1 × faster than Other (p95 2.0 × slower)"]


def test_a_picture_says_in_words_what_it_shows() -> None:
    points = [(1_000.0, 0.4), (1_000_000.0, 58.0)]
    drawn = pictures.lines("A <title>", "told", [pictures.Line(name="Kith", points=points)] * 3, x="groups", y="ms")
    root = ElementTree.fromstring(drawn)  # noqa: S314  # our own
    assert [child.text for child in root[:2]] == ["A <title>", "told"]
    assert "1M" in drawn
    heights = [float(node.attrib["y"]) for node in root if node.text == "Kith"]
    assert all(below - above >= pictures.LABEL_GAP for above, below in zip(heights, heights[1:], strict=False))


def test_the_page_is_written_from_what_was_found_and_says_what_failed(tmp_path: Path) -> None:
    names = "build_s build_peak_mb disk_mb open_s p50_ms p95_ms encoding_p50_ms encoding_p95_ms edit_ms".split()  # noqa: SIM905
    well = {"name": "Kith", "groups": 1000, **dict.fromkeys(names, 2.0), "memory": None, "second": None, "failed": None}
    badly = {**well, "name": "Other", **dict.fromkeys(names), "failed": "out of memory"}
    found = {
        "when": "2026-11-22",
        "machine": {"cores": 2, "python": "3.11"},
        "load": [0.1, 0.2],
        "left_out": {"Third": "not installed"},
        "results": [well, badly],
    }
    (tmp_path / "speed.json").write_text(json.dumps(found))
    (tmp_path / "quality.json").write_text(json.dumps(judged()))
    (tmp_path / "README.md").write_text("before\n<!-- quality:start -->\nold\n<!-- quality:end -->\nafter\n")
    options = {"speed": "speed.json", "quality": "quality.json", "docs": "docs", "front": "README.md"}
    report.main([part for name, file in options.items() for part in (f"--{name}", str(tmp_path / file))])
    page = (tmp_path / "docs/measured.md").read_text()
    assert "Third was left out: not installed." in page
    assert "Other failed at 1,000 groups: out of memory." in page
    assert "Left out for being of fewer than 3: 1." in page
    assert "| Kith | .600 |" in page
    assert "- BM25: +0.200 of nDCG@10, 95 % interval +0.100 to +0.300, wholly above 0" in page
    assert "| public: strong | 2 | 1 | 0 | 3 | 2 | 1 |" in page
    themes = (tmp_path / "docs/pictures/themes-own.svg").read_text()
    assert "1.000 (3 people)" in themes
    assert "rare" not in themes
    for picture in (tmp_path / "docs/pictures").iterdir():
        ElementTree.fromstring(picture.read_text())  # noqa: S314  # our own
        assert f"(pictures/{picture.name})" in page
    front = (tmp_path / "README.md").read_text()
    assert front.startswith("before\n<!-- quality:start -->\nQuality, 2026-11-22:")
    assert "| **Kith** | **.600** |" in front
    assert "old" not in front
    assert front.endswith("<!-- quality:end -->\nafter\n")


def judged() -> dict[str, Any]:
    """Figures as `kith evaluate --json` prints them."""
    names = ("ndcg_at_10", "p_at_5", "recall_at_20", "bad_at_10", "judged_at_10")
    way = {**dict.fromkeys(names, 0.6), "blank": 0, "p50_ms": 1.0, "p95_ms": 2.0}
    band = {"bests": 2, "bests_good": 1, "bests_wrong": 0, "first": 6, "first_good": 3, "first_wrong": 1}
    one = {
        **way,
        "profiles": 5,
        "answerable": 4,
        "weak_of_answerable": [1, 4],
        "weak_of_unanswerable": [0, 1],
        "by_words": way,
        "baselines": {"BM25": {**way, "ndcg_at_10": 0.4, "p50_ms": None}},
        "against": {"BM25": {"people": 4, "difference": 0.2, "low": 0.1, "high": 0.3, "wholly_above": True}},
        "bands": {"strong": band, "weak": {**band, "first": 0, "first_good": 0, "first_wrong": 0}},
        "themes": {"music": {"ndcg_at_10": 1.0, "profiles": 3}, "rare": {"ndcg_at_10": 0.0, "profiles": 1}},
    }
    return {"when": "2026-11-22", **one, "own": one}
