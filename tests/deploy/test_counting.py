"""What Prometheus is told of the shipped pair: both workers added up, and nothing of it through the proxy."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families as parsed

from tests.deploy.pair import STARTED_WITHIN, Pair, running
from tests.journeys.serving import ROOT, eventually, free_port

WORD = "zqaxbpair"


@contextmanager
def jobs(pair: Pair, port: int) -> Iterator[None]:
    """Start the loop of jobs beside the pair: it is what Prometheus asks."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KITH_")}
    ours = {**kept, **pair.settings, "KITH_METRICS": f"127.0.0.1:{port}"}
    with (pair.folder / "jobs.log").open("ab") as log:
        process = subprocess.Popen([sys.executable, "-m", "service.cli", "jobs"], cwd=ROOT, env=ours, stderr=log)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def told(port: int) -> str | None:
    with suppress(OSError), closing(HTTPConnection("127.0.0.1", port, timeout=30)) as line:
        line.request("GET", "/metrics")
        return line.getresponse().read().decode()
    return None


def value(text: str, name: str, **labels: str) -> float:
    samples = (sample for one in parsed(text) for sample in one.samples)
    return sum(one.value for one in samples if one.name == name and labels.items() <= one.labels.items())


def workers(pair: Pair) -> list[int]:
    main = pair.app.pid
    return sorted(int(pid) for pid in Path(f"/proc/{main}/task/{main}/children").read_text().split())


@pytest.fixture
def counted(migrated: Path) -> Iterator[Pair]:
    with running(migrated) as made:
        yield made


@pytest.mark.slow
def test_both_workers_add_up_outlive_one_of_them_and_are_told_on_a_port_of_their_own(counted: Pair) -> None:
    port, folder = free_port(), counted.folder / "instance" / "metrics" / "web"
    door = {"rule": "/<lang>/groups/<slug>", "status": "4xx", "process": "web"}
    with jobs(counted, port):
        eventually(lambda: told(port), STARTED_WITHIN)
        asked = 0
        while len(list(folder.glob("counter_*.db"))) < 2 or asked < 20:
            assert counted.ask(f"/en/groups/{WORD}?{WORD}=1").status == 404
            asked += 1
        text = told(port) or ""
        assert value(text, "kith_requests_total", **door) == asked
        assert value(text, "kith_requests_in_flight", process="web") == 0
        assert value(text, "kith_build") == 1
        assert WORD not in text
        for path in ("/metrics", "/en/metrics", "/api/v1/metrics"):
            assert b"kith_requests" not in counted.ask(path).body
        old = workers(counted)
        os.kill(old[0], signal.SIGKILL)
        eventually(lambda: set(workers(counted)) - set(old) and counted.ready(), STARTED_WITHIN)
        assert counted.ask(f"/en/groups/{WORD}").status == 404
        eventually(lambda: not list(folder.glob(f"gauge_live*_{old[0]}.db")) or None, STARTED_WITHIN)
        assert value(told(port) or "", "kith_requests_total", **door) == asked + 1
    assert all(path.stat().st_mode & 0o077 == 0 for path in (folder, *folder.iterdir())), "nobody else here reads it"
    counted.restart_app()
    assert not list(folder.glob(f"*_{old[1]}.db")), "a start begins to count anew"


def test_the_proxy_names_each_request_and_nobody_outside_does(pair: Pair) -> None:
    chosen = "f" * 32
    named = {pair.ask("/en/", headers={"X-Request-Id": chosen}).headers["X-Request-Id"] for _ in range(3)}
    assert len(named) == 3
    assert chosen not in named
    assert named <= {line["request_id"] for line in pair.requests()}
