"""The demonstration as `make run` starts it, on a free port of this machine, with a data folder of its own."""

import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from sqlalchemy.orm import Session

from service.accounts.signing_in import proving
from service.clock import now
from tests import stores

T = TypeVar("T")
ROOT = Path(__file__).parents[2]
STARTED_WITHIN = 180  # seconds; a machine that does other work as well
STEP = 0.05  # seconds
PORTS = range(20_000, 32_000)


@dataclass(frozen=True)
class Answer:
    """What the server said to a program."""

    status: int
    body: Any


@dataclass(frozen=True)
class Demo:
    """A running demonstration."""

    url: str
    folder: Path

    @property
    def key(self) -> str:
        """The API key of the demonstration's surgery."""
        return (self.folder / "demo-api-key").read_text()

    def ask(self, path: str, body: object = None, headers: Mapping[str, str] | None = None) -> Answer:
        """Ask as a program, on a connection of its own, so that any worker may answer."""
        sent = None if body is None else json.dumps(body).encode()
        known = {"Content-Type": "application/json", "Connection": "close", **(headers or {})}
        request = Request(f"{self.url}{path}", data=sent, headers=known)  # noqa: S310  # our own address
        try:
            with urlopen(request, timeout=30) as answer:  # noqa: S310
                return Answer(answer.status, json.loads(answer.read()))
        except HTTPError as refusal:
            with refusal:
                return Answer(refusal.code, json.loads(refusal.read()))

    def match(self, **profile: object) -> list[dict[str, Any]]:
        """Return the groups that the JSON face finds."""
        answer = self.ask("/api/v1/match", profile)
        assert answer.status == 200, answer
        found: list[dict[str, Any]] = answer.body["matches"]
        return found

    def sign_in_link(self, name: str) -> str:
        """Make the one-time link that `kith admin link` prints."""
        with (
            stores.opened(f"sqlite:///{self.folder / 'kith.sqlite'}") as engine,
            Session(engine.execution_options(writes=True)) as session,
        ):
            token = proving.create_sign_in_link(session, email=f"{name.lower()}@example.org", now=now(), purpose="demo")
            session.commit()
        return f"{self.url}/en/sign-in/{token}"

    def answer_links(self) -> list[str]:
        """Return the links to group leaders that were sent so far, oldest first."""
        sent = self.folder / "outbox.log"
        return re.findall(rf"{self.url}/en/answer/[\w-]+", sent.read_text()) if sent.exists() else []


def eventually(what: Callable[[], T | None], seconds: float) -> T:
    """Return what comes within some seconds."""
    until = time.monotonic() + seconds
    while (found := what()) is None:
        assert time.monotonic() < until, f"nothing came within {seconds} s"
        time.sleep(STEP)
    return found


@contextmanager
def running(folder: Path, *, host: str = "127.0.0.1", **set_to: str) -> Iterator[Demo]:
    """Start the demonstration with two workers and its sender; stop all of it in the end.

    `host` is by which name of this machine it is visited; `set_to` are more settings.
    """
    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KITH_")}
    with (folder / "console.txt").open("w") as console:
        process = subprocess.Popen(
            [sys.executable, "-m", "service.cli", "demo", "--port", str(port)],
            cwd=ROOT,
            env={**kept, "KITH_DATA": str(folder), "KITH_PUBLIC_URL": f"http://{host}:{port}", **set_to},
            stdout=console,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    demo = Demo(f"http://{host}:{port}", folder)
    try:
        eventually(lambda: _ready(demo, process), STARTED_WITHIN)
        yield demo
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # nobody keeps what a journey wrote
        process.wait(20)


def _ready(demo: Demo, process: subprocess.Popen[bytes]) -> bool | None:
    assert process.poll() is None, (demo.folder / "console.txt").read_text()
    try:
        return True if demo.ask("/readyz").status == 200 else None
    except OSError:  # not yet: refused, or too busy to answer in time
        return None


def free_port() -> int:
    """Return a port of this machine that nobody listens on, and that no other test is given while this process runs.

    Below those that the system hands to outgoing lines: one of those may take the port before a server starts on it.
    """
    while True:
        port = secrets.choice(PORTS)
        claim = socket.socket(socket.AF_UNIX)
        try:
            claim.bind(f"\0kith-test-port-{port}")  # a name without a file
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
        except OSError:
            claim.close()
            continue
        claim.detach()  # open, and so ours, until the process ends
        return port
