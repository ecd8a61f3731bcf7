"""Commands that measure: how good the order is, and how fast."""

import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from service.catalog.where.places import Gazetteer
from service.cli.base import ROOT, application, main, need_source
from service.cli.figures import show
from service.clock import now
from service.db import db
from service.matching.meaning.understanding import Understanding, multilingual_if_installed
from service.matching.trials import languages as trial_languages
from service.matching.trials import trial
from service.matching.trials.judged import Judged, read_person, read_run

JUDGED = ROOT / "tests" / "judged"
FILES = (JUDGED / "catalog.jsonl", JUDGED / "public" / "profiles.jsonl", JUDGED / "public" / "qrels.tsv")
OWN = (JUDGED / "own" / "people.jsonl", JUDGED / "own" / "grades.tsv")
PUBLISHED = {"MiniLM + .25 BM25, × distance (published run)": JUDGED / "public" / "runs" / "hybrid-distance.tsv"}
FILE = click.Path(path_type=Path)


@main.command()
@click.option("--catalog", type=FILE, help="Listings, one JSON object a line.")
@click.option("--profiles", type=FILE, help="People, one JSON object a line.")
@click.option("--qrels", type=FILE, help="Person, listing and grade 0 to 3, with tabs between.")
@click.option("--installed", is_flag=True, help="Ask this installation's own groups; a listing is a group's slug.")
@click.option("--set", "kind", type=click.Choice(["test", "dev"]), default="test", help="Which of our own people.")
@click.option("--run", "run_file", type=FILE, help="Write who was shown what, for any scorer.")
@click.option("--languages", is_flag=True, help="The same people in several languages; no other option counts.")
@click.option("--json", "as_json", is_flag=True, help="Print figures for machines.")
def evaluate(
    catalog: Path | None,
    profiles: Path | None,
    qrels: Path | None,
    installed: bool,  # noqa: FBT001
    kind: str,
    run_file: Path | None,
    languages: bool,  # noqa: FBT001
    as_json: bool,  # noqa: FBT001
) -> None:
    """Tell how well the order serves people whose needs were judged by hand, beside other searches.

    Without files: the thirty public people over real listings, and our own people over the starter catalogue.
    """
    if languages:
        Console(width=110).print(_spoken(_seeds()))
        return
    if installed:
        if profiles is None or qrels is None or catalog is not None:
            raise click.UsageError("--installed goes with --profiles and --qrels, and without --catalog.")
        found = {"This installation": _installed(Judged.read(None, profiles, qrels))}
    elif catalog is None and profiles is None and qrels is None:
        found = _both(kind)
    else:
        given = Judged.read(catalog or FILES[0], profiles or FILES[1], qrels or FILES[2])
        understands = _understanding()
        found = {"Given": trial.evaluate(given, _seeds(), now=now(), understands=understands)}
        understands.keep()
    _tell(found, run_file, as_json=as_json)


def _tell(found: Mapping[str, trial.Trial], run_file: Path | None, *, as_json: bool) -> None:
    """Print the first under the names of the contract, and what came beside it under `own`."""
    first, *others = found.values()
    if run_file is not None:
        trial.write_run(first.kith.run, run_file)
        for other in others:
            trial.write_run(other.kith.run, run_file.with_suffix(f".own{run_file.suffix}"))
    if as_json:
        told: dict[str, Any] = {"when": now().date().isoformat(), **first.as_dict()}
        click.echo(json.dumps(told | ({"own": others[0].as_dict()} if others else {}), indent=1, ensure_ascii=False))
        return
    console = Console(width=120, highlight=False)
    for title, one in found.items():
        show(console, title, one)


def _both(kind: str) -> dict[str, trial.Trial]:
    """Evaluate both collections that come with the source, with the same settings."""
    need_source(FILES[0], "The judged collection")
    families = _families()
    public = replace(Judged.read(*FILES), families=families)
    own = replace(Judged.read(None, *OWN).only(kind), families=families)
    understands, published = _understanding(), {name: read_run(path) for name, path in PUBLISHED.items()}
    found = {
        "Public people": trial.evaluate(public, _seeds(), now=now(), understands=understands, published=published),
        f"Our own people ({kind})": trial.evaluate(own, _seeds(), now=now(), understands=understands),
    }
    understands.keep()
    return found


def _installed(judged: Judged) -> trial.Trial:
    """Ask the groups of this installation, which is only read."""
    with application() as (_, settings, matching):
        shipped, made = settings.seeds_folder / "vectors", settings.data_folder / "vectors"
        models = (
            Understanding(shipped, made),
            multilingual_if_installed(shipped / "multilingual", made / "multilingual"),
        )
        home = (settings.country, settings.area) if settings.area else None
        gazetteer = Gazetteer(settings.seeds_folder / "countries", None, home)
        people = {
            str(person["id"]): read_person(person, matching.taxonomy, gazetteer, settings.country)
            for person in judged.people
        }
        catalogue = trial.read(db.engine, now(), matching.taxonomy, models)
        return trial.compare(judged, people, catalogue, now().date(), models)


def _spoken(seeds: Path) -> Table:
    need_source(JUDGED / "languages", "The people in several languages")
    table = Table(title="The same people in several languages, over the starter catalogue")
    for heading in ("language", "model for it", "nDCG@10", "of English", "called strong", "graded 0", "no grade"):
        table.add_column(heading, justify="left" if heading in ("language", "model for it") else "right")
    with tempfile.TemporaryDirectory() as made:
        english = Understanding(seeds / "vectors", Path(made) / "english")
        many = multilingual_if_installed(seeds / "vectors" / "multilingual", Path(made) / "multilingual")
        lines = trial_languages.by_language(
            JUDGED / "own", JUDGED / "languages", seeds, now=now(), english=english, multilingual=many
        )
        for line in lines:
            strong = [str(number) for number in (line.strong, line.wrong, line.unjudged)]
            model = "yes" if line.by_model else "no"
            table.add_row(line.language, model, f"{line.ndcg_at_10:.3f}", f"{line.share:.0%}", *strong)
    if many is None:
        table.caption = "Without the extra `multilingual`: pip install -e '.[multilingual]'"
    return table


def _families() -> dict[str, str]:
    with (JUDGED / "families.toml").open("rb") as file:
        return {theme: family for family, themes in tomllib.load(file).items() for theme in themes}


def _seeds() -> Path:
    return Path(os.environ.get("KITH_SEEDS", ROOT / "seeds"))  # no installation is needed to judge the order


def _understanding() -> Understanding:
    """Return what encodes; vectors of judged listings are kept apart from an installation's own."""
    data = Path(os.environ.get("KITH_DATA", ROOT / "instance")).absolute()
    return Understanding(_seeds() / "vectors", data / "evaluation")


@main.command()
@click.option("--sizes", help="Numbers of groups, with commas between.  [default: 1000,20000]")
@click.option("--full", is_flag=True, help="Up to a million groups; takes the better part of an hour.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write all figures to a file.")
def bench(sizes: str | None, full: bool, json_file: Path | None) -> None:  # noqa: FBT001
    """Tell how fast a match is, beside other ways to search, in one run on this machine."""
    need_source(ROOT / "tests" / "benchmarks" / "speed.py", "The benchmark")
    if sizes is not None and not re.fullmatch(r"\d+(,\d+)*", sizes):
        raise click.BadParameter("write it as 1000,20000.", param_hint="--sizes")
    given = [*(["--sizes", sizes] if sizes else []), *(["--full"] if full else [])]
    given += ["--json", str(json_file.absolute())] if json_file else []
    command = [sys.executable, "-m", "tests.benchmarks.speed", *given]
    sys.exit(subprocess.run(command, cwd=ROOT, check=False).returncode)  # noqa: S603  # our own module
