"""The figures are the outside scorer's own, and the order stays clearly better than plain searches."""

import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.catalog.places import Gazetteer
from service.catalog.taxonomy import Taxonomy
from service.errors import Invalid
from service.matching import trial
from service.matching.evaluation import figures
from service.matching.trial import Judged, Trial

ROOT = Path(__file__).parents[2]
JUDGED = ROOT / "tests" / "judged"
FILES = (JUDGED / "catalog.jsonl", JUDGED / "public" / "profiles.jsonl", JUDGED / "public" / "qrels.tsv")
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
FLOOR = 0.50  # nDCG@10 that a release must reach; BM25 × distance has .46


@pytest.fixture(scope="module")
def found() -> Trial:
    return trial.evaluate(Judged.read(*FILES), ROOT / "seeds", now=NOW)


def test_the_order_is_better_than_plain_searches_and_nobody_sees_a_blank_page(found: Trial) -> None:
    assert found.figures.ndcg_at_10 >= FLOOR
    assert found.figures.blank == 0
    assert all(found.figures.ndcg_at_10 > baseline.ndcg_at_10 + 0.05 for baseline in found.baselines.values())


def test_the_order_does_not_hang_on_phrases_that_stand_in_the_judged_texts(taxonomy: Taxonomy) -> None:
    judged = Judged.read(*FILES)
    texts = " | ".join(str(person["text"]).casefold() for person in judged.people)

    def apart(phrases: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(phrase for phrase in phrases if " " not in phrase or not _stands_in(phrase, texts))

    terms = [replace(term, words=apart(term.words), hints=apart(term.hints)) for term in taxonomy.terms]
    strict = trial.evaluate(judged, ROOT / "seeds", now=NOW, taxonomy=Taxonomy(terms)).figures
    print(f"without shared phrases: nDCG@10 {strict.ndcg_at_10:.3f}, P@5 {strict.p_at_5:.3f}, blank {strict.blank}")
    assert strict.ndcg_at_10 >= FLOOR
    assert strict.blank == 0


def _stands_in(phrase: str, texts: str) -> bool:
    """Whether a phrase of several words stands in somebody's text; {kin} stands for any relative."""
    pattern = re.escape(phrase.casefold()).replace(re.escape("{kin}"), r"\w+")
    return re.search(pattern, texts) is not None


def test_the_outside_scorer_gives_the_same_figures(found: Trial, tmp_path: Path) -> None:
    trial.write_run(found.run, tmp_path / "run.tsv")
    public = JUDGED / "public"
    command: list[str | Path] = [sys.executable, JUDGED / "evaluate.py", public / "qrels.tsv", tmp_path / "run.tsv"]
    told = subprocess.run(
        [*command, "--profiles", public / "profiles.jsonl"], capture_output=True, text=True, check=True
    ).stdout.splitlines()[-1]
    mine = found.figures
    expected = (
        f"| run | {mine.ndcg_at_10:.3f} | {mine.p_at_5:.3f} | {mine.recall_at_20:.3f} | {mine.blank}/{mine.profiles}"
        f" | {mine.judged_at_10:.2f} | {mine.bad_at_10:.2f} |"
    )
    assert told.startswith(expected)


def test_an_unjudged_listing_counts_as_wrong_and_shares_divide_by_the_whole_depth() -> None:
    scored = figures({"p": {"a": 3, "b": 0}}, {"p": ["x", "a"]})
    assert (scored.p_at_5, scored.recall_at_20, scored.judged_at_10) == (0.2, 1.0, 0.5)
    assert 0 < scored.ndcg_at_10 < 1


@pytest.mark.parametrize("broken", ["{", '{"id": 1}\n[', "\udcff"])
def test_a_broken_file_is_named_with_its_line(tmp_path: Path, broken: str) -> None:
    path = tmp_path / "listings.jsonl"
    path.write_bytes(broken.encode("utf-8", "surrogateescape"))
    with pytest.raises(Invalid) as refused:
        Judged.read(path, path, path)
    assert refused.value.code == "file"
    assert refused.value.params["file"] == "listings.jsonl"


def test_one_strange_answer_does_not_hide_the_others(taxonomy: Taxonomy) -> None:
    strange = {"id": "x", "text": "choir " * 500, "postcode": "XX99 9XX", "age": 400, "barriers": ["gravity", "cost"]}
    profile = trial.read_person({**strange, "max_km": 3}, taxonomy, Gazetteer(ROOT / "seeds" / "countries"))
    assert profile.text.startswith("choir")
    assert (profile.place, profile.age, profile.max_km, list(profile.barriers)) == (None, None, 3.0, ["cost"])
