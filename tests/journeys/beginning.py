"""An installation as an operator starts it: production, nothing in the database. The browser plays the proxy."""

import os
import re
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.journeys.serving import ROOT, STARTED_WITHIN, Demo, eventually, free_port

CODE = re.compile(r"^ {4}((?:[A-Z2-7]{4}-){5}[A-Z2-7]{4})$", re.M)


@contextmanager
def empty(folder: Path) -> Iterator[Demo]:
    """Make the tables and start the server; stop it in the end."""
    port, kept = free_port(), {name: value for name, value in os.environ.items() if not name.startswith("KITH_")}
    env = {
        **kept,
        "KITH_SECRET": secrets.token_urlsafe(32),
        "KITH_PUBLIC_URL": "https://kith.example.org",
        "KITH_PROXY_HOPS": "1",
        "KITH_HELP_LINES_CONFIRMED": "yes",
        "KITH_MAIL": "off",
        "KITH_DATA": str(folder / "instance"),
        "KITH_BIND": f"127.0.0.1:{port}",
    }
    (folder / "instance").mkdir(mode=0o700)
    subprocess.run([sys.executable, "-m", "service.cli", "db", "upgrade"], cwd=ROOT, env=env, check=True)
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "wsgi:app"]
    with (folder / "console.txt").open("w") as console:
        process = subprocess.Popen(
            command, cwd=ROOT, env=env, stdout=console, stderr=subprocess.STDOUT, start_new_session=True
        )
    made = Demo(f"http://127.0.0.1:{port}", folder)
    try:
        eventually(lambda: _answers(made, process), STARTED_WITHIN)
        yield made
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)


def _answers(made: Demo, process: subprocess.Popen[bytes]) -> bool | None:
    assert process.poll() is None, (made.folder / "console.txt").read_text()
    try:
        return made.ask("/healthz").status == 200 or None
    except OSError:
        return None


def codes_printed(made: Demo) -> list[str]:
    """Return the codes for the first administrator that the start wrote on the console."""
    return CODE.findall((made.folder / "console.txt").read_text())


def behind_proxy(made: Demo) -> dict[str, str]:
    """Return what a proxy in front says of a request."""
    return {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7", "X-Forwarded-Host": made.url[7:]}
