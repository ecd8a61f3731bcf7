"""What runs on a clock runs once, whoever asks; a failure stops nothing else; what was killed begins again."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service import jobs
from service.accounts import runs as claims
from service.accounts.models import JobRun
from service.config import Settings
from service.db.sealing import Sealer
from service.jobs import Job, Tools
from service.observability import ALLOWED
from tests.accounts.conftest import at_once

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class Bench:
    """Jobs on one database, at a time that a test sets."""

    tools: Tools
    at: datetime = NOW
    ran: list[str] = field(default_factory=list)

    def job(self, name: str = "water", every: timedelta = HOUR, does: Callable[[], int] = lambda: 3) -> Job:
        """A job that keeps that it ran."""

        def run(_tools: Tools) -> int:
            self.ran.append(name)
            return does()

        return Job(name=name, every=every, run=run)

    def row(self, name: str = "water") -> JobRun:
        """What is known of the last run."""
        with self.tools.reading() as session:
            found = jobs.runs(session)[name]
            session.expunge(found)
        return found


@pytest.fixture
def bench(engine: Engine, settings: Settings) -> Bench:
    @contextmanager
    def writing() -> Iterator[Session]:
        with Session(engine.execution_options(writes=True)) as session, session.begin():
            yield session

    def reading() -> AbstractContextManager[Session]:
        return Session(engine)

    tools = Tools(
        settings=settings,
        sealer=lambda purpose: Sealer(settings.secret, purpose),
        reading=reading,
        writing=writing,
        clock=lambda: made.at,
    )
    made = Bench(tools)
    return made


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def test_a_job_runs_when_its_time_has_come_and_not_before(bench: Bench) -> None:
    job = bench.job()
    for minutes, runs in ((0, 1), (1, 1), (59, 1), (60, 2), (61, 2), (119, 2), (120, 3), (60 * 24, 4)):
        bench.at = NOW + timedelta(minutes=minutes)
        jobs.run_if_due(bench.tools, job)
        assert len(bench.ran) == runs, minutes


def test_a_run_leaves_one_line_and_a_row_that_tell_the_job_and_a_count(
    bench: Bench, capfd: pytest.CaptureFixture[str]
) -> None:
    assert jobs.run_if_due(bench.tools, bench.job()) == jobs.Ran(outcome="done", count=3)
    [line] = lines(capfd.readouterr().err)
    assert {name: line[name] for name in ("event", "job", "count")} == {"event": "job", "job": "water", "count": 3}
    assert set(line) <= {*ALLOWED, "at", "level"}
    row = bench.row()
    assert (row.outcome, row.done, row.finished_at, row.claimed_until) == ("done", 3, NOW, None)


@pytest.mark.parametrize("forced", [True, False])
def test_of_many_who_try_at_once_one_runs_the_job(bench: Bench, forced: bool) -> None:  # noqa: FBT001
    gate = threading.Barrier(2)

    def slowly() -> int:
        gate.wait(20)
        return 1

    job = bench.job(does=slowly)

    def once() -> object:
        return jobs.run(bench.tools, job, forced=forced)

    running = threading.Thread(target=once)
    running.start()
    while not bench.ran:
        running.join(0.01)
    assert at_once(10, once) == [None] * 10
    gate.wait(20)
    running.join(20)
    assert bench.ran == ["water"]


def test_many_loops_that_begin_in_the_same_moment_share_the_jobs(bench: Bench) -> None:
    many = [bench.job(f"job{number}") for number in range(5)]

    def loop() -> None:
        for job in many:
            jobs.run_if_due(bench.tools, job)

    at_once(10, loop)
    assert sorted(bench.ran) == [job.name for job in many]


@pytest.mark.asvs("V16.3.4")
def test_a_failure_stops_no_other_job_is_told_without_its_message_and_is_tried_again(
    bench: Bench, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail() -> int:
        msg = "zqaxb"
        raise ZeroDivisionError(msg)

    daily = bench.job("daily", timedelta(days=1), fail)
    stop = threading.Event()

    def end() -> int:
        stop.set()
        return 1

    jobs.work(bench.tools, stop, jobs=(daily, bench.job(does=end)))
    assert bench.ran == ["daily", "water"]
    told = capfd.readouterr().err
    assert "zqaxb" not in told
    assert [(line["job"], line.get("error")) for line in lines(told)] == [
        ("daily", "ZeroDivisionError"),
        ("water", None),
    ]
    assert bench.row("daily").outcome == "ZeroDivisionError"
    for minutes, runs in ((9, 1), (10, 2), (11, 2)):
        bench.at = NOW + timedelta(minutes=minutes)
        jobs.run_if_due(bench.tools, daily)
        assert bench.ran.count("daily") == runs


def test_what_was_killed_begins_again_when_its_claim_runs_out(bench: Bench) -> None:
    def die() -> int:
        raise SystemExit

    with pytest.raises(SystemExit):
        jobs.run_if_due(bench.tools, bench.job(every=timedelta(days=1), does=die))
    job = bench.job(every=timedelta(days=1))
    bench.at = NOW + job.longest - timedelta(seconds=1)
    assert jobs.run_if_due(bench.tools, job) is None
    assert jobs.run(bench.tools, job) is None, "forced or not, nobody runs what may still be running"
    bench.at = NOW + job.longest
    assert jobs.run_if_due(bench.tools, job) is not None


def test_a_clock_that_was_ahead_stops_no_job_for_ever(bench: Bench) -> None:
    job = bench.job()
    bench.at = NOW + timedelta(days=3650)
    jobs.run_if_due(bench.tools, job)
    bench.at = NOW
    assert jobs.run_if_due(bench.tools, job) is not None


def test_who_took_a_job_over_keeps_what_it_did(bench: Bench) -> None:
    def too_long() -> int:
        bench.at += HOUR
        assert jobs.run(bench.tools, bench.job()) is not None
        return 99

    jobs.run(bench.tools, bench.job(does=too_long))
    assert bench.row().done == 3


def test_a_database_that_is_away_stops_nothing_for_good(bench: Bench, capfd: pytest.CaptureFixture[str]) -> None:
    def away() -> AbstractContextManager[Session]:
        msg = "zqaxb"
        raise OSError(msg)

    assert jobs.run_if_due(replace(bench.tools, reading=away), bench.job()) is None
    assert "zqaxb" not in capfd.readouterr().err
    assert jobs.run_if_due(bench.tools, bench.job()) is not None


@pytest.mark.parametrize("job", jobs.JOBS, ids=lambda job: job.name)
def test_each_job_may_run_twice(bench: Bench, job: Job, tmp_path: Path) -> None:
    first, second = (jobs.run(bench.tools, job) for _ in range(2))
    assert first is not None
    assert second is not None
    assert (first.outcome, second) == ("done", jobs.Ran(outcome="done", count=0))


def test_a_job_with_nothing_to_do_writes_nothing(bench: Bench) -> None:
    [sending] = [job for job in jobs.JOBS if job.name == "send"]
    assert jobs.run_if_due(bench.tools, sending) is None
    with bench.tools.reading() as session:
        assert jobs.runs(session) == {}


@pytest.mark.parametrize("away", [timedelta(minutes=61), timedelta(days=3), timedelta(days=400)])
def test_what_fell_due_while_nobody_looked_is_one_run_however_many_loops_come_back(
    bench: Bench, away: timedelta
) -> None:
    job = bench.job()
    jobs.run_if_due(bench.tools, job)
    bench.at = NOW + away
    at_once(6, lambda: jobs.run_if_due(bench.tools, job))
    assert bench.ran == ["water"] * 2
    bench.at += HOUR - timedelta(seconds=1)
    jobs.run_if_due(bench.tools, job)
    assert len(bench.ran) == 2, "nothing is made up for"
    bench.at += timedelta(seconds=1)
    jobs.run_if_due(bench.tools, job)
    assert len(bench.ran) == 3


def test_a_clock_that_jumps_ahead_and_back_costs_one_run_each_way(bench: Bench) -> None:
    job = bench.job()
    for jump in (timedelta(0), timedelta(days=365), timedelta(seconds=1), timedelta(seconds=2)):
        bench.at = NOW + jump
        at_once(3, lambda: jobs.run_if_due(bench.tools, job))
    assert bench.ran == ["water"] * 3


def test_failures_in_a_row_are_counted_till_it_ends_well_and_being_killed_is_one(bench: Bench) -> None:
    def fail() -> int:
        raise ZeroDivisionError

    bad, good = bench.job(does=fail), bench.job()
    for number in range(1, 4):
        bench.at = NOW + HOUR * number
        jobs.run_if_due(bench.tools, bad)
        assert (bench.row().failures, bench.row().succeeded_at) == (number, None)
    bench.at += HOUR
    with bench.tools.writing() as session:  # and then it is killed
        assert claims.claim(session, "water", every=HOUR, longest=bad.longest, now=bench.at)
    bench.at += HOUR
    jobs.run_if_due(bench.tools, bad)
    assert bench.row().failures == 5
    bench.at += HOUR
    jobs.run_if_due(bench.tools, good)
    row = bench.row()
    assert (row.failures, row.succeeded_at, row.node) == (0, bench.at, socket.gethostname()[:80])


def test_a_job_that_is_asked_for_runs_once_though_its_time_has_not_come_and_nothing_waits(bench: Bench) -> None:
    job = replace(bench.job(), waits=lambda _session, _now: False)
    jobs.run_if_due(bench.tools, job)
    assert bench.ran == []
    for _ in range(2):  # two presses are one run
        with bench.tools.writing() as session:
            claims.ask(session, "water", now=bench.at)
    with bench.tools.reading() as session:
        assert claims.next_at(claims.known(session)["water"], every=HOUR, now=bench.at) == bench.at
    at_once(4, lambda: jobs.run_if_due(bench.tools, job))
    assert bench.ran == ["water"]
    jobs.run_if_due(bench.tools, job)
    assert bench.ran == ["water"]


def test_when_it_comes_next_is_told_as_the_loop_will_do_it(bench: Bench) -> None:
    def fail() -> int:
        raise ZeroDivisionError

    daily = bench.job("daily", timedelta(days=1), fail)
    jobs.run_if_due(bench.tools, daily)
    with bench.tools.reading() as session:
        following = claims.next_at(claims.known(session)["daily"], every=daily.every, now=bench.at)
    bench.at = following - timedelta(seconds=1)
    jobs.run_if_due(bench.tools, daily)
    assert bench.ran == ["daily"]
    bench.at = following
    jobs.run_if_due(bench.tools, daily)
    assert bench.ran == ["daily"] * 2


def test_machines_that_ran_a_job_lately_are_known(bench: Bench) -> None:
    jobs.run_if_due(bench.tools, bench.job())
    with bench.tools.reading() as session:
        assert claims.nodes(session, now=bench.at) == {socket.gethostname()[:80]: bench.at}
        assert claims.nodes(session, now=bench.at + timedelta(days=2)) == {}
