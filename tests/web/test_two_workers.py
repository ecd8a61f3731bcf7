"""What one process saves, another finds with its next question: two real processes, one database, one index."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from flask import Flask

from service.clock import now
from service.config import Settings
from tests.journeys.serving import ROOT, eventually, free_port
from tests.people import settle, signed_in
from tests.web.test_admin import opened, page_of

WORD = "zindlewick"  # no listing has it
STARTED_WITHIN = 60  # seconds


@contextmanager
def another_process(settings: Settings) -> Iterator[str]:
    """Start gunicorn with one worker on the same database and data folder; give its address."""
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KITH_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "wsgi:app"],
        cwd=ROOT,
        env={
            **kept,
            "KITH_MODE": "demo",
            "KITH_BIND": f"127.0.0.1:{port}",
            "KITH_WORKERS": "1",
            "KITH_SECRET": settings.secret,
            "KITH_DATA": str(settings.data_folder),
            "KITH_DATABASE_URL": settings.database_url,
        },
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        eventually(lambda: _ready(process, address), STARTED_WITHIN)
        yield address
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _ready(process: subprocess.Popen[bytes], address: str) -> bool | None:
    assert process.poll() is None, "gunicorn does not start"
    try:
        with urlopen(f"{address}/readyz", timeout=10) as answer:  # noqa: S310  # our own address
            return True if answer.status == 200 else None
    except (URLError, ConnectionError):
        return None


def reasons(address: str) -> list[dict[str, Any]]:
    """Ask the other process for the word; return why its first answer was given."""
    body = json.dumps({"text": WORD, "limit": 1}).encode()
    request = Request(f"{address}/api/v1/match", data=body, headers={"Content-Type": "application/json"})  # noqa: S310
    with urlopen(request, timeout=10) as answer:  # noqa: S310
        first = json.loads(answer.read())["matches"][0]
    found: list[dict[str, Any]] = first["reasons"]
    return found


def test_an_edit_in_one_process_is_found_in_another_within_a_second(app: Flask, settings: Settings) -> None:
    cast = settle(app)
    ada = signed_in(app, cast.ada)
    matching = app.extensions["kith"].matching
    with app.app_context():
        matching.rebuild()
    with another_process(settings) as address:
        assert "words" not in [reason["code"] for reason in reasons(address)]
        typed = opened(ada, cast) | {"description": f"A big table. Bring a {WORD}."}
        saved = ada.post(page_of(cast, "/save"), data=typed)
        began = time.monotonic()
        found = {reason["code"]: reason["params"] for reason in reasons(address)}
        assert time.monotonic() - began <= 1.0
    assert saved.status_code == 303
    assert found["words"] == {"words": WORD}
    here = matching.match(matching.read({"text": WORD}, strict=True, resolve_place=lambda _: None), now=now())
    assert here.matches[0].group_id == str(cast.eli_group)
