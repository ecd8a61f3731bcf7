"""`kith evaluate` does for an operator's own listings and people what it does for ours, and changes nothing."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service import cli
from service.catalog.models import Group
from service.catalog.seeding import load_listings
from service.catalog.words.vocabulary import load_taxonomy
from service.matching.trials.judged import read_run

SEEDS = Path(__file__).parents[2] / "seeds"
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
BARE: dict[str, Any] = {
    "source": "ours",
    "price": None,
    "age_min": None,
    "age_max": None,
    "schedule": None,
    "access": {},
    "url": None,
}
SALE = {"address": "Sale", "postcode": "M33 7ZF", "lat": 53.424, "lon": -2.322, "geo_from": "postcode"}
LISTINGS = [
    {**BARE, **SALE, "id": "ours:1", "name": "Oak Choir", "category": "club", "description": "We sing together."},
    {**BARE, **SALE, "id": "ours:2", "name": "Elm Chess", "category": "club", "description": "A club for chess."},
    {**BARE, **SALE, "id": "ours:3", "name": "Ash Football", "category": "club", "description": "Football for all."},
]
PEOPLE = [
    {"id": "a", "text": "I would like to sing with others", "place": "Sale", "max_km": 5, "theme": "music, shy"},
    {
        "id": "b",
        "text": "a game of chess",
        "postcode": "M33 7ZF",
        "days": ["tu"],
        "parts": ["evening"],
        "needs": {"step_free": "helps"},
        "barriers": {"cost": "helps"},
        "languages": ["en"],
        "travel": "bus",
        "level_limit": 4,
        "a_field_of_theirs": "is not read",
    },
    {"id": "c", "text": "hang gliding", "place": "Sale", "answerable": False},
]
GRADES = (("a", 0, 3), ("a", 2, 0), ("b", 1, 3), ("b", 0, 0), ("c", 2, 0))


def files(folder: Path, names: Mapping[int, str]) -> list[str]:
    """Write people and grades, and return the options that name them."""
    people, grades = folder / "people.jsonl", folder / "grades.tsv"
    people.write_text("".join(f"{json.dumps(person)}\n" for person in PEOPLE))
    lines = "".join(f"{person}\t{names[listing]}\t{grade}\n" for person, listing, grade in GRADES)
    grades.write_text(f"profile_id\tlisting_id\tgrade\n{lines}")
    return ["--profiles", str(people), "--qrels", str(grades)]


def told(run: CliRunner, *words: str) -> dict[str, Any]:
    answer = run.invoke(cli.main, ["evaluate", "--json", *words])
    assert answer.exit_code == 0, answer.output
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def test_listings_people_and_grades_of_somebody_else_are_scored(run: CliRunner, tmp_path: Path) -> None:
    catalog, shown = tmp_path / "catalog.jsonl", tmp_path / "run.tsv"
    catalog.write_text("".join(f"{json.dumps(row)}\n" for row in LISTINGS))
    options = files(tmp_path, {number: str(row["id"]) for number, row in enumerate(LISTINGS)})
    found = told(run, "--catalog", str(catalog), *options, "--run", str(shown))
    assert (found["profiles"], found["answerable"], found["blank"]) == (3, 2, 0)
    assert found["ndcg_at_10"] == pytest.approx(1.0)
    assert found["unknown_listings"] == 0
    assert {"p_at_5", "recall_at_20", "judged_at_10", "p50_ms", "p95_ms"} <= set(found)
    assert {"SQLite FTS5 bm25", "BM25 × distance"} <= set(found["baselines"])
    assert found["themes"]["music"] == {"ndcg_at_10": pytest.approx(1.0), "profiles": 1}
    assert "own" not in found
    assert read_run(shown)["a"][0] == "ours:1"


def test_an_installation_is_asked_for_its_own_groups_and_only_read(
    run: CliRunner, tmp_path: Path, engine: Engine
) -> None:
    taxonomy = load_taxonomy(SEEDS / "taxonomy")
    with Session(engine.execution_options(writes=True)) as session:
        load_listings(session, LISTINGS, SEEDS, now=NOW, taxonomy=taxonomy)
        session.commit()
    before = rows(engine)
    assert [slug for slug, _ in before] == ["ash-football", "elm-chess", "oak-choir"]
    found = told(run, "--installed", *files(tmp_path, {0: "oak-choir", 1: "elm-chess", 2: "ash-football"}))
    assert found["ndcg_at_10"] == pytest.approx(1.0)
    assert found["unknown_listings"] == 0
    assert rows(engine) == before
    gone = files(tmp_path, {0: "oak-choir", 1: "no-longer-there", 2: "ash-football"})
    spoken = run.invoke(cli.main, ["evaluate", "--installed", *gone])
    assert "This installation: 3 people, of whom 2 have an answer" in spoken.output
    assert "Listings graded 2 or 3 that are not in this catalogue: 1." in spoken.output


def rows(engine: Engine) -> list[tuple[str, datetime]]:
    with Session(engine) as session:
        return [
            (slug, when)
            for slug, when in session.execute(select(Group.slug, Group.changed_at).order_by(Group.slug)).all()
        ]


@pytest.mark.parametrize(
    "words", [["--installed"], ["--installed", "--catalog", "x", "--profiles", "x", "--qrels", "x"]]
)
def test_an_installation_goes_with_people_and_grades(run: CliRunner, words: list[str]) -> None:
    answer = run.invoke(cli.main, ["evaluate", *words])
    assert answer.exit_code == 2
    assert "--installed goes with --profiles and --qrels" in answer.output
