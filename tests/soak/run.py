"""`make soak`: what takes long, as one table of promises. Ends with 1 if any promise is broken.

The short run takes a minute and a half and leaves out what `make test` has just done.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.soak import judging, on_postgresql
from tests.soak.judging import ROOT, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One promise and what was found."""

    what: str
    figure: str
    promise: str
    ok: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How long a run is."""

    cuts: int
    rounds: int
    elsewhere: int  # rounds on PostgreSQL
    people: str  # which lots
    damages: int
    slow_tests: bool
    histories: str  # which tests of them


COUNTED = (
    "histories",
    "illegal moves accepted",
    "people without a next action",
    "messages before consent or to unsafe channels",
    "overdue unseen",
)
LOT = 500  # people
KILLS = 100  # at least, in the fifteen minutes that the judge gives itself
BACK_WITHIN = 3  # seconds, from nothing to answering, on a quiet machine
BACK_RATIO = 12  # … and else so many times what Python takes to load the libraries alone, in the same run
LIBRARIES = "import flask, sqlalchemy.orm, numpy, pydantic"
CORES = os.cpu_count() or 1
NOTHING: Mapping[str, str] = {}
BARE = "tests/deploy/test_bare.py"
HISTORIES = "tests/referrals/following/test_pathway.py"
COPY = "tests/faults/test_replicas.py"
ROLLING, KILLED = "tests/deploy/test_rolling.py", "tests/faults/test_killed_migrations.py"
APART = ("tests/journeys", "tests/backups", HISTORIES, BARE, COPY, ROLLING, KILLED)
FULL = Size(
    cuts=500, rounds=350, elsewhere=20, people="same_answer", damages=1000, slow_tests=True, histories="ten_thousand"
)
SHORT = Size(
    cuts=60,
    rounds=8,
    elsewhere=0,
    people="same_answer and (0] or 1])",
    damages=100,
    slow_tests=False,
    histories="a_few",
)


def cuts(size: Size) -> Iterator[Line]:
    """What survives when the plug is pulled."""
    verdict = judging.cut_power(size.cuts)
    if verdict.code == 2:
        yield _not_run("power cut", verdict)
        return
    done, at_risk = verdict.get("cuts"), verdict.get("acks_at_risk")
    yield Line(
        what="power cut: plug pulled",
        figure=f"{done} times, {verdict.get('acked_in_run')} deeds acknowledged",
        promise=f"{size.cuts} times",
        ok=done == size.cuts,
    )
    yield _none("power cut: acknowledged and lost", verdict.get("lost"), f"of {at_risk}")
    yield _none("power cut: half written or damaged", verdict.get("cuts_with_problems"), f"of {done} databases")
    kept = ", ".join(verdict.get("settings", {}))
    wanted = "journal_mode=wal synchronous=full"
    yield Line(what="power cut: how each commit was kept", figure=kept, promise=wanted, ok=kept == wanted)


def kills(size: Size) -> Iterator[Line]:
    """What survives `kill -9`."""
    with tempfile.TemporaryDirectory(prefix="kith-soak-") as folder:
        loads = [_load_libraries() for _ in range(3)]
        verdict = judging.kill(judging.demonstration(Path(folder) / "instance"), size.rounds)
        loads += [_load_libraries() for _ in range(3)]
    if verdict.code == 2:
        yield _not_run("kill -9", verdict)
        return
    servers, workers, acked = (verdict.get(name) for name in ("kills", "worker_kills", "acked"))
    yield Line(
        what="kill -9: killed under six senders",
        figure=f"server {servers} times, a worker {workers}",
        promise=f"{min(size.rounds, KILLS)} times",
        ok=servers + workers >= min(size.rounds, KILLS),
    )
    yield _none("kill -9: acknowledged and lost", verdict.get("lost"), f"of {acked}")
    yield _none(
        "kill -9: half written", verdict.get("half_written"), f"rows, {verdict.get('in_db')} referrals looked at"
    )
    yield _audited(verdict)
    yield _sent_again(verdict)
    yield _back(verdict, max(loads))
    others = [problem for problem in verdict.get("problems", []) if not re.match(r"\d+ (acked|half)|verify", problem)]
    yield Line(what="kill -9: database checks", figure="; ".join(others) or "ok", promise="ok", ok=not others)


def kills_elsewhere(size: Size) -> Iterator[Line]:
    """What survives `kill -9` of the service where the database is PostgreSQL."""
    if not size.elsewhere:
        return
    verdict = on_postgresql.kill(size.elsewhere)
    if verdict.code == 2:
        yield _not_run("kill -9 on PostgreSQL", verdict)
        return
    told = verdict.get("verify")
    yield Line(
        what="kill -9 on PostgreSQL",
        figure=f"{verdict.get('kills')} times, {verdict.get('acked')} acknowledged; {told['output'][-120:]}",
        promise="none lost, none half, record whole",
        ok=verdict.code == 0 and told["status"] == 0,
    )


def _load_libraries() -> float:
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", LIBRARIES], check=True)
    return time.monotonic() - began


def _back(verdict: Verdict, load: float) -> Line:
    """Tell how soon the server is back; a slow machine is no failure, a stuck server is."""
    median, longest = verdict.get("restart_ms_median") / 1000, verdict.get("restart_ms_max") / 1000
    return Line(
        what="kill -9: server answers again after",
        figure=f"{median:.1f} s, at most {longest:.1f} s; libraries alone {load:.1f} s",
        promise=f"≤ {BACK_WITHIN} s quiet; busy ≤ {BACK_RATIO} × the libraries",
        ok=longest <= max(BACK_WITHIN, BACK_RATIO * load),
    )


def _audited(verdict: Verdict) -> Line:
    told = verdict.get("verify")
    try:
        figures = json.loads(told["output"])["audit"]
        words = f"{figures['recorded_once']} once, of {figures['acked']}; chain of {figures['rows']} rows walked"
        ok = told["status"] == 0 and figures["recorded_once"] == figures["acked"] > 0
    except (ValueError, KeyError):
        words, ok = told["output"][-200:], False
    return Line(what="kill -9: acknowledged and in the audit", figure=words, promise="1 : 1, chain whole", ok=ok)


def _sent_again(verdict: Verdict) -> Line:
    told = verdict.get("verify")
    try:
        figures = json.loads(told["output"])
        words = ", ".join(f"{many} {kind}" for kind, many in figures["again"].items())
    except (ValueError, KeyError):
        words = told["output"][-200:]
    return Line(
        what="kill -9: the same sent again",
        figure=words,
        promise="each leads to its one referral",
        ok=told["status"] == 0,
    )


def scan(size: Size) -> Iterator[Line]:
    """Random people get the answer of a plain scan of every group."""
    found = _tests("full scan: random people", ["tests/matching/test_full_scan.py", "-k", size.people])
    lots = re.search(r"(\d+) passed", found.figure)
    told = f"{int(lots[1]) * LOT:,} people" if found.ok and lots else found.figure
    yield replace(found, figure=told, promise="the answer of a plain scan, every time")


def damages(size: Size) -> Iterator[Line]:
    """What search does when a file it lives on is damaged."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.matching.damages", str(size.damages)],
        cwd=ROOT,
        env=judging.outside(),
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        found = json.loads(done.stdout)
    except ValueError:  # it did not come to its end
        verdict = Verdict(code=2, found={"could_not_run": f"ended with {done.returncode}: {done.stderr[-400:]}"})
        yield _not_run("files of search damaged", verdict)
        return
    kinds = ", ".join(f"{many} {how}" for how, many in found["how"].items())
    yield Line(
        what="files of search damaged, one at a time",
        figure=f"{found['damages']} times: {kinds}",
        promise=f"{size.damages} times",
        ok=found["damages"] == size.damages,
    )
    print(done.stderr[-2000:], end="", flush=True)
    yield _none("… a crash, a wrong answer, not noticed, not mended", found["wrong"], f"of {found['damages']}")


def requests(size: Size) -> Iterator[Line]:
    """Thousands of requests that the OpenAPI document allows, and as many that it does not; and planted faults."""
    if size.slow_tests:
        apart = [f"--ignore={one}" for one in APART]
        others = ["-m", "slow", *apart, "-n", str(CORES)]
        yield _tests("requests right and wrong (schemathesis), planted faults", others)


def machines(size: Size) -> Iterator[Line]:
    """A bare Debian, installed by the lines of docs/operate.md, visited over TLS, renewed and started again."""
    if size.slow_tests:
        yield _tests("a bare Debian: installed, a search and a referral over TLS, a new version", ["-m", "slow", BARE])


def copy_that_reads(size: Size) -> Iterator[Line]:
    """A main database and its copy: late, killed, promoted."""
    if size.slow_tests:
        yield _tests("a copy that reads: own writes seen, late, killed, a fail-over", ["-m", "slow", "-n", "0", COPY])


def upgrades(size: Size) -> Iterator[Line]:
    """A new version on one node after the other under load; tables changed by somebody who is killed all the time."""
    if not size.slow_tests:
        return
    yield _told("rolling: ", "a new version, node after node, under load", "0 failed, 0 lost", ROLLING)
    for kind in ("sqlite", "postgresql"):
        killed = f"tables changed and killed before every statement, {kind}"
        yield _told("kills: ", killed, "old or new, 0 differences", KILLED, {"KITH_TEST_DATABASE": kind})


def _told(begins: str, what: str, promise: str, test: str, settings: Mapping[str, str] = NOTHING) -> Line:
    """Run a slow test by itself; the figure is the line it prints."""
    done = _pytest([test, "-m", "slow", "-rP", "-n", "0"], settings)
    told = re.search(rf"^{begins}(.*)$", done.stdout, re.MULTILINE)
    figure = told[1] if told else "nothing was told"
    return Line(what=what, figure=figure, promise=promise, ok=told is not None and done.returncode == 0)


def copies(size: Size) -> Iterator[Line]:
    """Backups under write load, restored on an empty machine; kills at every stage, a full disk, any moment."""
    for kind in ("sqlite", "postgresql") if size.slow_tests else ():
        done = _pytest(["tests/backups", "-m", "slow", "-rP", "-n", "0"], {"KITH_TEST_DATABASE": kind})
        told = re.search(r"^copies: (.*)$", done.stdout, re.MULTILINE)
        yield Line(
            what=f"backups under write load, {kind}",
            figure=told[1] if told else "nothing was told",
            promise="20 of 20, 0 missing, 0 half; nothing else fails",
            ok=told is not None and told[1].startswith("20 of 20") and done.returncode == 0,
        )


def histories(size: Size) -> Iterator[Line]:
    """Random histories of people on their way into groups: the four counters of the model, over all of them."""
    wanted = [HISTORIES, "-rP", "-k", size.histories, "-n", str(CORES), "-m", "slow or not slow"]
    done = _pytest(wanted)
    told = re.findall(r"^histories .*$", done.stdout, re.MULTILINE)
    for number, what in enumerate(COUNTED):
        found = sum(int(many.replace(",", "")) for line in told for many in re.findall(rf"{what} ([\d,]+)", line))
        if number:
            yield replace(_none(f"histories: {what}", found, "in all"), ok=found == 0 == done.returncode)
        else:
            yield Line(what="random histories of people", figure=f"{found:,}", promise="all of them", ok=found > 0)


def postgresql(size: Size) -> Iterator[Line]:
    """Every set of values of every test of the store on PostgreSQL; `make test` takes the first of each test."""
    if size.slow_tests:
        which = "not slow and not browser and not guards and not pair"
        everything = {"KITH_TEST_DATABASE": "postgresql", "KITH_EVERY": "yes"}
        yield _tests("the store on PostgreSQL, with all values", ["-m", which, "-n", str(CORES)], everything)


def journeys(size: Size) -> Iterator[Line]:
    """What is walked in every way, and every page in every language on the smallest phone; `make test` takes a few."""
    if size.slow_tests:
        yield _tests(
            "journeys in every way; every page in 8 languages, also easy",
            ["-m", "slow", "-n", str(CORES), "tests/journeys"],
        )


def _tests(what: str, arguments: list[str], settings: Mapping[str, str] = NOTHING) -> Line:
    done = _pytest(arguments, settings)
    last = (done.stdout.strip().splitlines() or ["nothing was printed"])[-1].strip("= ")
    return Line(what=what, figure=last, promise="no failure", ok=done.returncode == 0)


def _pytest(arguments: list[str], settings: Mapping[str, str] = NOTHING) -> subprocess.CompletedProcess[str]:
    """Run tests in a process of their own; what fails is shown."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *arguments],
        cwd=ROOT,
        env={**judging.outside(), **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        print(done.stdout[-6000:], done.stderr[-2000:], flush=True)
    return done


def _none(what: str, found: int, among: str) -> Line:
    return Line(what=what, figure=f"{found} {among}", promise="0", ok=found == 0)


def _not_run(what: str, verdict: Verdict) -> Line:
    return Line(what=what, figure=str(verdict.get("could_not_run")), promise="is run", ok=False)


def table(lines: list[Line]) -> Table:
    """Return the one table."""
    made = Table(title="Soak", title_justify="left")
    for heading in ("what", "figure", "promise", "ok"):
        made.add_column(heading, overflow="fold")
    for line in lines:
        made.add_row(line.what, line.figure, line.promise, "yes" if line.ok else "NO")
    return made


def main() -> int:
    """Run what was asked for and print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--short", action="store_true", help="a minute and a half, for every change")
    size = SHORT if asked.parse_args().short else FULL
    parts: tuple[Callable[[Size], Iterator[Line]], ...] = (
        cuts,
        kills,
        kills_elsewhere,
        scan,
        damages,
        histories,
        requests,
        postgresql,
        copy_that_reads,
        copies,
        upgrades,
        journeys,
        machines,
    )
    lines: list[Line] = []
    for part in parts:
        begun = time.monotonic()
        lines += part(size)
        print(f"soak: {part.__name__} took {time.monotonic() - begun:.0f} s", flush=True)
    load = os.getloadavg()[0]
    Console(width=140).print(table(lines), f"Load of this machine at the end: {load:.1f}.")
    broken = sum(not line.ok for line in lines)
    print(f"{len(lines) - broken} passed, {broken} failed")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
