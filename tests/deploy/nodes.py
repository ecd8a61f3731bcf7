"""Two nodes of Kith with one PostgreSQL behind the shipped proxy; each can be taken out, renewed and put back."""

import os
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from service.db import version
from tests.authority import certify
from tests.deploy.pair import HOST, STARTED_WITHIN, end, filled, names, places, production, start_app, start_proxy
from tests.journeys.serving import ROOT, eventually, free_port

ENDS_WITHIN = 30  # seconds: what somebody has begun is ended first
ESTABLISHED = "01"


def older_code(folder: Path) -> Path | None:
    """Lay out the code as it was before the newest migration; None: its history is not here."""
    [newest] = (path.relative_to(ROOT) for path in version.VERSIONS.glob(f"{version.head()}_*.py"))
    wanted = ["git", "log", "-1", "--diff-filter=A", "--no-renames", "--format=%H", "--", str(newest)]
    found = subprocess.run(wanted, cwd=ROOT, capture_output=True, text=True, check=False)
    commit = found.stdout.strip()
    if found.returncode or not commit:
        return None
    packed = subprocess.run(["git", "archive", f"{commit}^"], cwd=ROOT, capture_output=True, check=False)
    if packed.returncode:
        return None
    folder.mkdir()
    subprocess.run(["tar", "-x", "-C", str(folder)], input=packed.stdout, check=True)
    return folder


@dataclass
class Node:
    """One gunicorn on a port, with a data folder of its own."""

    home: Path
    port: int
    settings: Mapping[str, str]
    process: subprocess.Popen[bytes]

    @property
    def place(self) -> str:
        return f"{HOST}:{self.port}"

    def ready(self) -> bool | None:
        """Whether it says itself that it can answer; None: not yet."""
        assert self.process.poll() is None, self.log()
        line = HTTPConnection(HOST, self.port, timeout=20)
        with suppress(OSError, HTTPException):
            line.request("GET", "/readyz")
            return True if line.getresponse().status == 200 else None
        return None

    def log(self) -> str:
        return (self.home / "app.log").read_text(errors="replace")

    def idle(self) -> bool | None:
        """Whether nobody is talking to it any more, as `ss` tells an operator; None: somebody is."""
        here = f":{self.port:04X}"
        lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return None if any(line[1].endswith(here) and line[3] == ESTABLISHED for line in lines) else True


@dataclass
class Nodes:
    """All of it."""

    home: Path
    named: dict[str, str]
    context: ssl.SSLContext
    proxy: subprocess.Popen[bytes]
    nodes: list[Node] = field(default_factory=list)

    @property
    def https(self) -> int:
        return int(self.named["KITH_HTTPS"])

    @property
    def url(self) -> str:
        return self.named["KITH_PUBLIC_URL"]

    def lead_to(self, *wanted: str) -> None:
        """Have the proxy lead to these, as `systemctl reload kith-proxy` does, and what it began under the old end."""
        before = self._workers()
        (self.home / "proxy.conf").write_text(filled({**self.named, **places(*wanted)}))
        self.proxy.send_signal(signal.SIGHUP)
        eventually(lambda: None if self._workers() & before else True, ENDS_WITHIN)

    def _workers(self) -> set[str]:
        return set(Path(f"/proc/{self.proxy.pid}/task/{self.proxy.pid}/children").read_text().split())

    def renew(self, node: Node) -> None:
        """Take one out, end it in peace, start it with the code of today, and put it back: docs/operate-nodes.md."""
        others = [other.place for other in self.nodes if other is not node]
        self.lead_to(f"-{node.place}", *others)
        eventually(node.idle, ENDS_WITHIN)
        node.process.terminate()
        node.process.wait(ENDS_WITHIN)
        node.process = start_app(node.home, node.settings)
        eventually(node.ready, STARTED_WITHIN)
        self.lead_to(*(one.place for one in self.nodes))


def kith(settings: Mapping[str, str], *words: str) -> None:
    """Run a command of today's version on a node."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KITH_")}
    command = [sys.executable, "-m", "service.cli", *words]
    subprocess.run(command, cwd=ROOT, env={**kept, **settings}, check=True, capture_output=True)


@contextmanager
def running(database_url: str, root: Path, *, many: int = 2) -> Iterator[Nodes]:
    """Start nodes of one version, and the proxy in front of them."""
    home = Path(tempfile.mkdtemp(prefix="kith-nodes-"))
    certificate = certify(home / "authority", HOST, "localhost")
    named = names(home, certificate)
    made = Nodes(
        home=home,
        named=named,
        context=ssl.create_default_context(cafile=str(certificate.authority)),
        proxy=start_proxy(home, filled({**named, **places(f"{HOST}:1")})),
    )
    try:
        for number in range(many):
            folder, port = home / f"node{number}", free_port()
            (folder / "instance").mkdir(mode=0o700, parents=True)
            settings = production(folder, made.url)
            settings |= {"KITH_DATABASE_URL": database_url, "KITH_BIND": f"{HOST}:{port}"}
            made.nodes.append(Node(folder, port, settings, start_app(folder, settings, root)))
        for node in made.nodes:
            eventually(node.ready, STARTED_WITHIN)
        made.lead_to(*(node.place for node in made.nodes))
        yield made
    finally:
        end(made.proxy)
        for node in made.nodes:
            end(node.process)
        shutil.rmtree(home, ignore_errors=True)
