"""The shipped pair, nginx and gunicorn, on free ports of this machine with a certificate of the tests."""

import getpass
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path

from tests.authority import Certificate, certify
from tests.journeys.serving import ROOT, eventually, free_port

HOST = "127.0.0.1"
SECRET = "zqaxk7-Q4w9Zr2LmX8vTb6NcY1HdJ5sGpKfU3eR"
SECONDS = 40.0  # for one answer
STARTED_WITHIN = 180  # seconds; a machine that does other work as well


@dataclass(frozen=True)
class Said:
    """An answer of the pair."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    cookies: Sequence[str] = ()  # each Set-Cookie


@dataclass
class Pair:
    """Both at work. `folder` holds data, sockets and logs of both."""

    folder: Path
    https: int
    http: int
    context: ssl.SSLContext
    settings: Mapping[str, str]
    app: subprocess.Popen[bytes]
    proxy: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """The public address."""
        return f"https://{HOST}:{self.https}"

    def connection(self, *, plain: bool = False, source: str = HOST) -> HTTPConnection:
        """Return a connection that is not open yet."""
        if plain:
            return HTTPConnection(HOST, self.http, timeout=SECONDS, source_address=(source, 0))
        return HTTPSConnection(HOST, self.https, timeout=SECONDS, context=self.context, source_address=(source, 0))

    def ask(
        self,
        path: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        plain: bool = False,
        source: str = HOST,
    ) -> Said:
        """Ask once, on a connection of its own, which comes from one address of this machine."""
        line = self.connection(plain=plain, source=source)
        try:
            line.request(method, path, body, dict(headers or {}))
            answer = line.getresponse()
            headers = {name.title(): value for name, value in answer.getheaders()}
            return Said(answer.status, headers, answer.read(), answer.headers.get_all("Set-Cookie") or ())
        finally:
            line.close()

    def raw(self, sent: bytes, *, seconds: float = 10) -> bytes:
        """Send bytes over the encrypted line; return all that comes until the proxy closes it, or falls silent."""
        heard = b""
        line = socket.create_connection((HOST, self.https), timeout=seconds)
        with self.context.wrap_socket(line, server_hostname=HOST) as safe, suppress(OSError):
            safe.sendall(sent)
            while got := safe.recv(65_536):
                heard += got
        return heard

    def log(self, name: str) -> str:
        """What one of the two has written so far."""
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def requests(self) -> list[dict[str, object]]:
        """The lines that the application wrote about requests."""
        lines = (json.loads(line) for line in self.log("app").splitlines() if line.startswith("{"))
        return [line for line in lines if line["event"] == "request"]

    def restart_app(self) -> None:
        """Kill the application and start it again; the proxy stays."""
        end(self.app)
        self.app = start_app(self.folder, self.settings)
        eventually(self.ready, STARTED_WITHIN)

    def ready(self) -> bool | None:
        """Whether both answer; None: not yet."""
        for process, name in ((self.app, "app"), (self.proxy, "proxy")):
            assert process.poll() is None, self.log(name)
        with suppress(OSError, HTTPException):
            return True if self.ask("/readyz").status == 200 else None
        return None


@contextmanager
def running(database: Path, *, workers: int = 2) -> Iterator[Pair]:
    """Start both on a migrated database. The folder is short, as the path of a socket must be."""
    home = Path(tempfile.mkdtemp(prefix="kith-pair-"))
    (home / "instance").mkdir(mode=0o700, exist_ok=True)
    shutil.copyfile(database, home / "instance" / "kith.sqlite")
    (home / "instance" / "kith.sqlite").chmod(0o600)
    certificate = certify(home / "authority", HOST, "localhost")
    named = names(home, certificate)
    settings = production(home, named["KITH_PUBLIC_URL"], workers)
    pair = Pair(
        folder=home,
        https=int(named["KITH_HTTPS"]),
        http=int(named["KITH_HTTP"]),
        context=ssl.create_default_context(cafile=str(certificate.authority)),
        settings=settings,
        app=start_app(home, settings),
        proxy=start_proxy(home, filled(named)),
    )
    try:
        eventually(pair.ready, STARTED_WITHIN)
        yield pair
    finally:
        end(pair.proxy)
        end(pair.app)
        shutil.rmtree(home, ignore_errors=True)


def production(home: Path, public_url: str, workers: int = 2) -> dict[str, str]:
    """Settings as somebody would write them who runs Kith for others."""
    return {
        "KITH_MODE": "production",
        "KITH_SECRET": SECRET,
        "KITH_PUBLIC_URL": public_url,
        "KITH_PROXY_HOPS": "1",
        "KITH_HELP_LINES_CONFIRMED": "yes",
        "KITH_MAIL": "off",
        "KITH_DATA": str(home / "instance"),
        "KITH_BIND": f"unix:{home / 'kith.sock'}",
        "KITH_WORKERS": str(workers),
    }


def names(home: Path, certificate: Certificate) -> dict[str, str]:
    """What to fill into the configuration of nginx."""
    https = free_port()
    return {
        "KITH_PUBLIC_URL": f"https://{HOST}:{https}",
        "KITH_HOST": HOST,
        "KITH_HTTPS": str(https),
        "KITH_HTTP": str(free_port()),
        "KITH_CERTIFICATE": str(certificate.certificate),
        "KITH_CERTIFICATE_KEY": str(certificate.key),
        **places(f"unix:{home / 'kith.sock'}"),
        "KITH_PROXY_USER": getpass.getuser(),
        "KITH_PROXY_RUN": str(home),
        "KITH_HELP": "999, NHS 111, Samaritans 116 123",
    }


def places(*nodes: str) -> dict[str, str]:
    """Name the nodes behind the proxy; a minus in front takes one out. As deploy/proxy.sh does."""

    def line(node: str, most: int) -> str:
        fails = "max_fails=0" if node.startswith("unix:") else "max_fails=2 fail_timeout=10s"
        return f"server {node.removeprefix('-')} {fails} max_conns={most}{' down' if node.startswith('-') else ''};"

    names = {"KITH_PLACES": 24, "KITH_FIRST_PLACES": 128}
    return {name: "\n".join(line(node, most) for node in nodes) for name, most in names.items()}


def filled(named: Mapping[str, str]) -> str:
    """Fill the names in as deploy/proxy.sh does: those and no others."""
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for name, value in named.items():
        text = text.replace(f"${{{name}}}", value)
    assert "${KITH_" not in text
    return text


def start_app(home: Path, settings: Mapping[str, str], root: Path = ROOT) -> subprocess.Popen[bytes]:
    """Start gunicorn as shipped, of this version or of the one that lies in another folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KITH_")}
    kept["PYTHONPATH"] = str(root)
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "wsgi:app"]
    with (home / "app.log").open("ab") as log:
        return subprocess.Popen(
            command, cwd=root, env={**kept, **settings}, stdout=log, stderr=log, start_new_session=True
        )


def start_proxy(home: Path, configuration: str, name: str = "proxy") -> subprocess.Popen[bytes]:
    """Start nginx on a configuration."""
    file = home / f"{name}.conf"
    file.write_text(configuration)
    with (home / f"{name}.log").open("ab") as log:
        command = ["nginx", "-p", str(home), "-e", "stderr", "-c", str(file), "-g", "daemon off;"]
        return subprocess.Popen(command, cwd=home, stdout=log, stderr=log, start_new_session=True)


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill what was started, and all it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(20)
