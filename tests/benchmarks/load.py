"""The shipped pair under load, on the starter catalogue, with an empty request measured in the same run.

    python -m tests.benchmarks.load                         # steady, the most, too much: five minutes
    python -m tests.benchmarks.load --minutes 30            # … and half an hour of everything, with memory
    python -m tests.benchmarks.load --reloads 20            # … and a new version taken in, again and again

Searches are those of the judged people, as pages of results and as JSON; writes are referrals by programs. What is due
is sent by a timetable and timed from when it was due (`tests/benchmarks/lines.py`). Client and pair share this machine:
figures travel as ratios to an empty request, milliseconds do not.
"""

import argparse
import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count, cycle, takewhile
from pathlib import Path
from uuid import uuid4

from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from service.api.referrals import ROUTE
from service.app import create_app
from service.catalog.models import Group, Organisation
from service.clock import now
from service.config import Settings
from service.db import committing
from service.web.self_service import state
from tests import people, stores
from tests.benchmarks.lines import FAILED, SHED, Answered, Figures, Lines, at_once, by_timetable, get, post
from tests.deploy import pair
from tests.deploy.pair import Pair, production
from tests.journeys.serving import ROOT
from tests.soak import desk

SEARCHES, WRITES = 100, 10  # a second
CLIENTS = 16
SHARE = 0.4  # of what it can do, while a new version is taken in
TOO_MUCH = 10  # times what it can do
OPEN = 300  # connections that a flood comes over
KEYS = 40  # each may call ten times a second
BACK_MS = 4  # times the median of before: good again
TOO_OFTEN = 429
EMPTY = get("/healthz")
PEOPLE = ROOT / "tests/judged/own/people.jsonl"


@dataclass(frozen=True)
class Asked:
    """Endless requests of each kind."""

    cached: Iterator[bytes]
    new_pages: Iterator[bytes]
    new_json: Iterator[bytes]
    writes: Iterator[bytes]

    def mixed(self) -> Iterator[bytes]:
        """Half pages that were asked before, a quarter new pages, a quarter new questions of programs."""
        return (next(kind) for kind in cycle((self.cached, self.new_pages, self.cached, self.new_json)))


def seeded(folder: Path) -> Path:
    """Make the starter catalogue with the commands that every operator has."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KITH_")}
    folder.mkdir(mode=0o700)
    settings = {**production(folder.parent, "https://127.0.0.1"), "KITH_DATA": str(folder)}
    for words in (("db", "upgrade"), ("seed",)):
        command = [sys.executable, "-m", "service.cli", *words]
        subprocess.run(command, cwd=ROOT, env={**kept, **settings}, check=True, capture_output=True)
    return folder / "kith.sqlite"


def asked(there: Pair) -> Asked:
    """Prepare what will be asked: sealed addresses, questions, and keys that may refer."""
    made = create_app(Settings.from_env(there.settings))
    told = [json.loads(line) for line in PEOPLE.read_text(encoding="utf-8").splitlines()]
    sealer, numbers = made.extensions["kith"].sealer(state.PURPOSE), count()

    def page(person: Mapping[str, object], more: str = "") -> bytes:
        typed = {name: str(person[name]) for name in ("place", "max_km") if name in person}
        typed["text"] = f"{person['text']}{more}"[-500:]
        return get(f"/en/find/{state.seal(sealer, typed, now=now())}")

    def question(person: Mapping[str, object]) -> bytes:
        body = {name: person[name] for name in ("place", "max_km", "interests", "barriers", "age") if name in person}
        return post("/api/v1/match", json.dumps({**body, "text": f"{person['text']} {next(numbers)}"[-500:]}).encode())

    with made.app_context(), committing() as session:
        surgery = Organisation(id=uuid4(), name="Oak Surgery")
        session.add(surgery)
        session.flush()
        keys = [people._key(session, surgery.id) for _ in range(KEYS)]  # as the tests' cast has them
        takes = (Group.status == "published", Group.joinable, Group.capacity_state.is_(None), Group.email.is_not(None))
        group = session.scalars(select(Group.id).where(*takes).order_by(Group.slug).limit(1)).one()
    stores.close(made)
    given = (now() - timedelta(hours=1)).isoformat()

    def referral(key: str) -> bytes:
        which = uuid4().hex
        headers = {name.replace("-", "_"): value for name, value in desk.headers(key, which).items()}
        return post(ROUTE, json.dumps(desk.referral(group, given, which)).encode(), **headers)

    return Asked(
        cached=cycle([page(person) for person in told[:50]]),
        new_pages=(page(person, f" {next(numbers)}") for person in cycle(told)),
        new_json=(question(person) for person in cycle(told)),
        writes=(referral(key) for key in cycle(keys)),
    )


@contextmanager
def running(database: Path) -> Iterator[Pair]:
    """Start the pair on a copy of the catalogue."""
    with pair.running(database) as there:
        shutil.copytree(database.parent / "index", there.folder / "instance/index", dirs_exist_ok=True)
        there.restart_app()
        yield there


@dataclass(frozen=True)
class Memory:
    """Megabytes of both workers together, and their open files."""

    at: float
    mb: float
    files: int


def memory(there: Pair, began: float) -> Memory:
    """Read what Linux counts of the workers."""
    workers = Path(f"/proc/{there.app.pid}/task/{there.app.pid}/children").read_text().split()
    rollups = [Path(f"/proc/{one}/smaps_rollup").read_text() for one in workers]
    kb = sum(int(line.split()[1]) for text in rollups for line in text.splitlines() if line.startswith("Pss:"))
    files = sum(len(list(Path(f"/proc/{one}/fd").iterdir())) for one in workers)
    return Memory(time.monotonic() - began, kb / 1024, files)


def worked(there: Pair) -> float:
    """Return the seconds that the processor has worked for both workers, by what Linux counts."""
    workers = Path(f"/proc/{there.app.pid}/task/{there.app.pid}/children").read_text().split()
    ticks = (Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()[11:13] for one in workers)
    return sum(int(tick) for both in ticks for tick in both) / os.sysconf("SC_CLK_TCK")


class Run:
    """One run of everything, and its table."""

    def __init__(self, there: Pair, kinds: Asked) -> None:
        self.there, self.kinds = there, kinds
        self.lines = Lines(there.https, there.context)
        self.rows: list[tuple[str, ...]] = []
        self.floor_rate = self.floor_ms = float("nan")

    def row(self, what: str, found: Figures, told: str = "") -> None:
        """Add a line and show it."""
        others = {status: many for status, many in found.statuses.items() if not 200 <= status < 400}
        p50, p99 = found.ms(0.5), found.ms(0.99)
        ratio = f"{found.rate / self.floor_rate:.3f}, {p99 / self.floor_ms:.1f}" if self.floor_ms > 0 else "1, 1"
        self.rows.append((what, f"{found.rate:.1f}", f"{p50:.0f}", f"{p99:.0f}", str(others or ""), ratio, told))
        print(*self.rows[-1], f"client late p99 {found.late():.1f} ms", sep=" | ", flush=True)

    async def empty(self, seconds: float) -> None:
        """Measure the client and the frame around every request: nothing is asked."""
        most = await at_once(self.lines, cycle([EMPTY]), 8, seconds)
        calm = await by_timetable(self.lines, cycle([EMPTY]), SEARCHES + WRITES, seconds)
        self.floor_rate, self.floor_ms = most.rate, calm.ms(0.99)
        self.row("empty request, 8 clients", most)
        self.row(f"empty request, {SEARCHES + WRITES}/s by timetable", calm)

    async def both(self, searches: float, writes: float, seconds: float) -> tuple[Figures, Figures]:
        """Search and write by timetable."""
        read = by_timetable(self.lines, self.kinds.mixed(), searches, seconds)
        return tuple(await asyncio.gather(read, by_timetable(self.lines, self.kinds.writes, writes, seconds)))  # type: ignore[return-value]

    async def steady(self, searches: float, writes: float, seconds: float) -> None:
        read, written = await self.both(searches, writes, seconds)
        self.row(f"searches, {searches:.0f}/s", read)
        self.row(f"referrals, {writes:.0f}/s", written)

    async def most(self, seconds: float) -> float:
        """Find the most of each kind; return it for new questions."""
        found = {}
        for what in ("cached", "new_pages", "new_json", "writes"):
            await at_once(self.lines, getattr(self.kinds, what), CLIENTS, 2)
            before = worked(self.there)
            found[what] = await at_once(self.lines, getattr(self.kinds, what), CLIENTS, seconds)
            each = 1000 * (worked(self.there) - before) / max(1, len(found[what].good))
            self.row(
                f"the most, {CLIENTS} clients: {what.replace('_', ' ')}",
                found[what],
                f"{each:.1f} ms of processor each",
            )
        return found["new_pages"].rate

    async def too_much(self, capacity: float, seconds: float) -> None:
        """Ask for ten times as much as it can do; then see how soon all is as before."""
        usual = max(1.0, capacity / 3)
        before = await by_timetable(self.lines, self.kinds.mixed(), usual, 10)
        held = memory(self.there, 0)
        await self.lines.open(OPEN)
        flood, health = await asyncio.gather(
            by_timetable(self.lines, self.kinds.new_pages, capacity * TOO_MUCH, seconds),
            by_timetable(Lines(self.there.https, self.there.context), cycle([EMPTY]), 5, seconds),
        )
        after = await by_timetable(self.lines, self.kinds.mixed(), usual, 15)
        grown = memory(self.there, 0)
        shed = f"503 in p50 {flood.ms(0.5, status=SHED):.0f}, p99 {flood.ms(0.99, status=SHED):.0f} ms"
        self.row(f"{TOO_MUCH} × that for {seconds:.0f} s", flood, f"{shed}; {held.mb:.0f} → {grown.mb:.0f} MB")
        self.row("… /healthz meanwhile", health)
        self.row("… before, a third of the most", before)
        self.row("… after", after, f"good again after {good_again(after.answers, before.ms(0.5) * BACK_MS):.1f} s")

    async def long(self, minutes: float, capacity: float) -> None:
        """Everything, for long, with memory."""
        began, seen = time.monotonic(), list[Memory]()
        work = asyncio.ensure_future(self.both(capacity / 2, WRITES / 2, minutes * 60))
        while not work.done():
            seen.append(memory(self.there, began))
            await asyncio.wait([work], timeout=10)
        read, written = await work
        told = f"{seen[len(seen) // 3].mb:.0f} MB, {seen[-1].mb:.0f} at the end, {slope(seen):+.1f} MB/h"
        self.row(f"searches, {minutes:.0f} minutes", read, told)
        files = f"open files {min(one.files for one in seen)} to {max(one.files for one in seen)}"
        self.row(f"referrals, {minutes:.0f} minutes", written, files)

    async def reload(self, times: int) -> None:
        """Take a new version in again and again while people search, as often as this machine can carry now."""
        fresh, over = Lines(self.there.https, self.there.context, keep=False), asyncio.Event()
        most = await at_once(fresh, self.kinds.mixed(), CLIENTS, 10)
        rate = most.rate * SHARE
        requests = takewhile(lambda _: not over.is_set(), self.kinds.mixed())
        work = asyncio.ensure_future(by_timetable(fresh, requests, rate, 3600))
        for _ in range(times):
            booted, left = self._logged("Booting worker"), self._logged("Worker exiting")
            self.there.app.send_signal(signal.SIGHUP)
            self.there.proxy.send_signal(signal.SIGHUP)
            while not (self._logged("Booting worker") >= booted + 2 and self._logged("Worker exiting") >= left + 2):
                await asyncio.sleep(0.2)
        over.set()
        found = await work
        found.seconds = max(one.due for one in found.answers)
        self.row(
            f"{times} reloads of both under searches", found, f"{SHARE:.0%} of {most.rate:.0f}/s, the most just before"
        )

    def _logged(self, what: str) -> int:
        return self.there.log("app").count(what)


def good_again(answers: Sequence[Answered], within_ms: float) -> float:
    """Return after how many seconds every answer came soon and nobody was turned away. A refusal answers too."""
    turned_away = (FAILED, TOO_OFTEN, *range(500, 600))
    late = [one.due for one in answers if one.status in turned_away or one.took_ms > within_ms]
    return max(late, default=0.0)


def slope(seen: Sequence[Memory]) -> float:
    """Return megabytes an hour by least squares, of the last two thirds."""
    part = seen[len(seen) // 3 :]
    middle = sum(one.at for one in part) / len(part)
    mean = sum(one.mb for one in part) / len(part)
    below = sum((one.at - middle) ** 2 for one in part)
    return 3600 * sum((one.at - middle) * (one.mb - mean) for one in part) / below if below else 0.0


def table(rows: Sequence[Sequence[str]]) -> Table:
    """Return the one table."""
    made = Table(title="The pair under load", title_justify="left")
    for heading in ("what", "good/s", "p50 ms", "p99 ms", "others", "rate, p99 ÷ empty", ""):
        made.add_column(heading, overflow="fold")
    for row in rows:
        made.add_row(*row)
    return made


async def measured(run: Run, wanted: argparse.Namespace) -> None:
    """Do what was asked for."""
    await at_once(run.lines, run.kinds.mixed(), 8, 15)  # both workers have read what they need
    await run.empty(wanted.seconds / 2)
    await run.steady(SEARCHES / 5, WRITES / 5, wanted.seconds)
    await run.steady(SEARCHES, WRITES, wanted.seconds)
    capacity = await run.most(wanted.seconds)
    if wanted.overload:
        await run.too_much(capacity, wanted.overload)
    if wanted.reloads:
        await run.reload(wanted.reloads)
    if wanted.minutes:
        await run.long(wanted.minutes, capacity)


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=15, help="of each part")
    parser.add_argument("--overload", type=float, default=60, help="seconds; 0: none")
    parser.add_argument("--minutes", type=float, default=0, help="of everything together")
    parser.add_argument("--reloads", type=int, default=0)
    wanted = parser.parse_args()
    before = os.getloadavg()
    with tempfile.TemporaryDirectory(prefix="kith-load-") as folder, running(seeded(Path(folder) / "made")) as there:
        run = Run(there, asked(there))
        asyncio.run(measured(run, wanted))
    Console(width=160).print(table(run.rows))
    print(f"Load of this machine before {before[0]:.1f}, after {os.getloadavg()[0]:.1f}; {os.cpu_count()} cores.")


if __name__ == "__main__":
    main()
