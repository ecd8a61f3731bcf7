"""How fast a question is answered, beside other ways to search the same groups, in one run. Figures are milliseconds.

Every way to search has a process of its own and one thread; all are asked in turn, twenty people at a time, so that
whatever else the machine does hits all alike. A figure is the median of three passes.
"""

import argparse
import json
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

from rich.console import Console

from service.catalog.words.vocabulary import load_taxonomy
from service.matching.trials.evaluation import percentile
from tests.benchmarks.pages import pages
from tests.benchmarks.postgresql import Postgresql
from tests.benchmarks.tables import show
from tests.benchmarks.worker import PEERS, SEEDS, Failed, Memory, Worker, working

SIZES = (1_000, 20_000)
FULL = (1_000, 20_000, 200_000, 1_000_000)
WARM, PEOPLE, TURN, PASSES = 20, 200, 20, 3
PAGES_AT = 20_000
OURS = next(iter(PEERS))
WORDS = ("quibbleforth", "zanderhollow", "mimbletack", "vorsunwade", "plessingay")  # in no listing until it is edited
PATIENCE_S = 60.0
Way = tuple[str, bool]  # whose, and whether the question is encoded too
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What was found of one way to search at one size; None: not measured.

    Attributes
    ----------
    build_s, build_peak_mb, disk_mb : float
        Seconds without making groups up or encoding them, the most memory it took, megabytes written.
    open_s : float
        Seconds until a new process has given its first answer.
    p50_ms, p95_ms : float
        Of one answer; where it uses vectors, that of the question is known.
    encoding_p50_ms, encoding_p95_ms : float
        The same, with encoding the question.
    edit_ms : float
        From the beginning of an edit in one process to an answer in another that shows it; the median.
    memory, second : Memory
        Of the process after 200 answers; and of another one beside it.
    """

    name: str
    groups: int
    build_s: float | None = None
    build_peak_mb: float | None = None
    disk_mb: float | None = None
    open_s: float | None = None
    p50_ms: float | None = None
    p95_ms: float | None = None
    encoding_p50_ms: float | None = None
    encoding_p95_ms: float | None = None
    edit_ms: float | None = None
    memory: Memory | None = None
    second: Memory | None = None
    failed: str | None = None


class Round:
    """All ways to search, at one size.

    Parameters
    ----------
    groups : int
    names : sequence of str
        Of `PEERS`, those that can be asked here.
    folder : Path
    edits : bool
        Whether to fill Kith's database too, and measure an edit.
    console : Console
    """

    def __init__(self, groups: int, names: Sequence[str], folder: Path, *, edits: bool, console: Console) -> None:
        self._groups, self._edits, self._console = groups, edits, console
        self._folders = {name: folder / name.replace(" ", "-").lower() for name in names}
        self.found = {name: Result(name=name, groups=groups) for name in names}

    def measure(self) -> list[Result]:
        """Build, ask, edit; a peer that fails is left out from there on, with its reason."""
        with ExitStack() as open_ones:
            workers: dict[str, Worker] = {}
            for name, folder in self._folders.items():
                folder.mkdir()
                with self._noting(name):
                    if name == Postgresql.name:
                        open_ones.enter_context(Postgresql().server(folder))
                    self._build(name)
                    worker = open_ones.enter_context(working(name, self._groups, folder))
                    self._keep(name, open_s=worker.tell("open", WARM + PEOPLE))
                    workers[name] = worker
            self._time(workers)
            for name, worker in workers.items():
                with self._noting(name):
                    self._beside(name, worker)
        return list(self.found.values())

    @contextmanager
    def _noting(self, name: str) -> Iterator[None]:
        try:
            yield
        except Failed as why:
            self._keep(name, failed=str(why).strip().splitlines()[-1])
            self._console.print(f"{name} failed at {self._groups:,} groups:\n{why}", markup=False)

    def _keep(self, name: str, **figures: object) -> None:
        self.found[name] = replace(self.found[name], **figures)  # type: ignore[arg-type]  # by name

    def _build(self, name: str) -> None:
        with working(name, self._groups, self._folders[name]) as builder:
            seconds, disk, held = builder.tell("build")
            self._keep(name, build_s=seconds, disk_mb=disk, build_peak_mb=held.peak if held else None)
            if name == OURS and self._edits:
                builder.tell("store")

    def _time(self, workers: Mapping[str, Worker]) -> None:
        ways = [(name, False) for name in workers]
        if OURS in workers and workers[OURS].tell("encodes"):
            ways.append((OURS, True))
        passes: dict[Way, list[list[float]]] = {way: [[] for _ in range(PASSES)] for way in ways}
        for name, encoding in ways:
            with self._noting(name):
                workers[name].tell("ask", 0, WARM, encoding)
        for turn, first in product(range(PASSES), range(WARM, WARM + PEOPLE, TURN)):
            for name, encoding in ways:
                if self.found[name].failed is None:
                    with self._noting(name):
                        passes[name, encoding][turn] += workers[name].tell("ask", first, first + TURN, encoding)
        for (name, encoding), held in passes.items():
            kind = "encoding_" if encoding else ""
            if self.found[name].failed is None:
                half, most = (statistics.median(percentile(one, share) for one in held) for share in (0.5, 0.95))
                self._keep(name, **{f"{kind}p50_ms": half, f"{kind}p95_ms": most})

    def _beside(self, name: str, worker: Worker) -> None:
        """Have another process answer too, then edit."""
        self._keep(name, memory=worker.tell("memory"))
        with working(name, self._groups, self._folders[name]) as second:
            second.tell("open", WARM + PEOPLE)
            second.tell("ask", 0, PEOPLE)
            self._keep(name, second=second.tell("memory"))
            if name != OURS or self._edits:
                numbers = second.tell("ready")
                worker.tell("ready")
                taken = [self._seen(second, worker, *pair) for pair in zip(numbers, WORDS, strict=True)]
                self._keep(name, edit_ms=statistics.median(taken) * 1000)

    @staticmethod
    def _seen(editor: Worker, worker: Worker, number: int, word: str) -> float:
        before = time.perf_counter()
        editor.tell("edit", number, f"{word.capitalize()} company")
        while True:
            worker.tell("fresh")
            if worker.tell("sees", number, word):
                return time.perf_counter() - before
            if time.perf_counter() - before > PATIENCE_S:
                raise Failed(f"an edit is not seen after {PATIENCE_S:.0f} s")


def read_arguments(given: Sequence[str] | None) -> argparse.Namespace:
    """Read the options of `kith bench`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=lambda text: tuple(int(part) for part in text.split(",")), default=SIZES)
    parser.add_argument("--full", action="store_true", help="1k, 20k, 200k and 1M groups")
    parser.add_argument("--peers", type=lambda text: text.split(","), default=list(PEERS))
    parser.add_argument("--no-edits", action="store_true", help="leave out the database and the edit")
    parser.add_argument("--no-pages", action="store_true", help="leave out the page through gunicorn")
    parser.add_argument("--folder", type=Path, help="where to build; a temporary folder")
    parser.add_argument("--json", type=Path, help="write all figures to a file")
    return parser.parse_args(given)


def main(given: Sequence[str] | None = None) -> None:
    """Measure and print; what was found so far is written after each size."""
    asked = read_arguments(given)
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    console = Console(width=120)
    absent = {name: why for name in PEERS if (why := PEERS[name]().without) is not None}
    figures: dict[str, Any] = {
        "when": datetime.now(UTC).strftime("%Y-%m-%d"),
        "machine": {"cores": os.cpu_count(), "python": platform.python_version(), "processor": platform.machine()},
        "load": [os.getloadavg()[0]] * 2,
        "left_out": absent,
        "results": [],
        "pages": {"groups": PAGES_AT, "times": {}},
    }
    names = [name for name in PEERS if name in asked.peers and name not in absent]
    for groups in FULL if asked.full else asked.sizes:
        one_size(groups, names, figures, asked, console)
        figures["load"][1] = os.getloadavg()[0]
        if asked.json is not None:
            asked.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    show(console, figures)


def one_size(
    groups: int, names: Sequence[str], figures: dict[str, Any], asked: argparse.Namespace, console: Console
) -> None:
    """Measure one size, and add what was found to the figures."""
    with tempfile.TemporaryDirectory(dir=asked.folder, prefix="kith-bench-") as folder:
        found = Round(groups, names, Path(folder), edits=not asked.no_edits, console=console).measure()
        figures["results"] += [asdict(result) for result in found]
        if groups == PAGES_AT and not asked.no_pages:
            (Path(folder) / "pages").mkdir()
            figures["pages"]["times"] = pages(groups, load_taxonomy(SEEDS / "taxonomy"), Path(folder) / "pages")


if __name__ == "__main__":
    main()
