"""How fast a long list is taken in, and in how much memory: looked at, taken in, sent again, and sent with changes.

    python -m tests.benchmarks.imports --rows 100000 [--kind postgresql]

The list is made up, of twenty columns as councils send them, five groups to an organisation. Prints a line for each
step: rows a second as waited for, and as worked for by this process alone.
"""

import argparse
import csv
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.catalog.importing.runs.locating import locator
from service.catalog.importing.runs.planning import plan
from service.catalog.importing.runs.running import Work, run_import
from service.catalog.importing.runs.sources import known_terms
from service.catalog.where.packs import load_pack
from service.catalog.words.vocabulary import load_taxonomy
from tests import stores
from tests.benchmarks.stored import store
from tests.catalog.editing import ADA
from tests.catalog.imports.importing import opened, setting, unit_of
from tests.catalog.making import NOW

SEEDS = Path(__file__).parents[2] / "seeds"
HEAD = (
    "id", "organisation", "name", "description", "phone", "email", "website", "venue", "address", "town", "postcode",
    "latitude", "longitude", "day", "start", "end", "updated", "step free", "age", "cost",
)  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
KINDS = ("Tea and talk", "Walking", "Chess", "Singing", "Allotment", "Art", "Dads and babies", "Over 50s football")
MEGABYTE = 1024  # of the kilobytes that Linux counts in


def write(path: Path, rows: int, *, changed_every: int = 0) -> Path:
    """Write a list; of every so many rows the telephone number is another."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(HEAD)
        for n in range(rows):
            kind, day = KINDS[n % len(KINDS)], DAYS[n % len(DAYS)]
            more = 1 if changed_every and n % changed_every == 0 else 0
            out.writerow((
                f"c-{n}", f"Friends of {n // 5}", f"{kind} {n}", f"{kind} for anybody near {n}. Come along.",
                f"01632 96{(n + more) % 10_000:04}", f"group-{n}@example.org", f"https://example.org/groups/{n}",
                f"Hall {n}", f"{n % 300} High Street", "Sale", "M33 2AB", f"{53.4 + n % 100 / 5000:.5f}",
                f"{-2.3 - n % 90 / 5000:.5f}", day, "10:00", "12:00", "2026-01-05", ("yes", "no", "")[n % 3], "18+",
                ("free", "£2", "£3.50")[n % 3],
            ))  # fmt: skip
    return path


def told(name: str, rows: int, does: Callable[[], object]) -> None:
    """Do it, and print how fast it was."""
    began, worked = time.perf_counter(), time.process_time()
    found = does()
    took, own = time.perf_counter() - began, time.process_time() - worked
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE
    print(
        f"{name:22} {rows / took:8,.0f} rows/s waited {rows / own:8,.0f} worked  {most:5,.0f} MB  {found}", flush=True
    )


def measure(engine: Engine, folder: Path, rows: int) -> None:
    """Look at the list, take it in, send it again, and send it with a tenth changed."""
    pack = load_pack(SEEDS / "countries", "gb")
    with Session(engine) as session:
        terms = known_terms(session)
    how = setting(source="long", terms=terms, locate=locator(pack))
    first, second = write(folder / "first.csv", rows), write(folder / "second.csv", rows, changed_every=10)

    def look(path: Path) -> object:
        with Session(engine) as session:
            return dict(plan(session, opened(path), how).counts)

    def take(path: Path) -> object:
        ran = run_import(unit_of(engine), Work(opened=opened(path), setting=how, actor=ADA, now=NOW))
        return dict(ran.counts)

    told("looked at", rows, lambda: look(first))
    told("taken in", rows, lambda: take(first))
    told("looked at again", rows, lambda: look(first))
    told("taken in again", rows, lambda: take(first))
    told("a tenth changed", rows, lambda: take(second))


def main() -> None:
    """Measure in a database of its own."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=100_000)
    asked.add_argument("--kind", default="sqlite", choices=("sqlite", "postgresql"))
    given = asked.parse_args()
    stores.import_all_models()
    with (
        tempfile.TemporaryDirectory() as folder,
        stores.running(given.kind, Path(folder)) as running,
        stores.opened(running.migrated()) as engine,
    ):
        store(engine, [], load_taxonomy(SEEDS / "taxonomy"))
        measure(engine, Path(folder), given.rows)


if __name__ == "__main__":
    main()
