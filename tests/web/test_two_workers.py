"""What one process saves, another finds with its next question: two real processes, one database, one index.

Run as well on PostgreSQL, as every test that touches a database (`tests/conftest.py`).
"""

import json
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from flask import Flask

from service.accounts.permissions import GRANTS, Actor, Role
from service.catalog.changes import GroupChanges
from service.catalog.operations import edit_group
from service.catalog.queries import group_by_id
from service.clock import now
from service.config import Settings
from service.db import committing
from service.web import keeping
from tests.journeys.serving import ROOT, eventually, free_port
from tests.people import settle, signed_in
from tests.web.test_admin import opened, page_of

WORD = "zindlewick"  # no listing has it
STARTED_WITHIN = 180  # seconds
EDITS = 25
SEEN_WITHIN = 4  # times what the same question takes when nothing was saved before it: both feel how busy a machine is


@contextmanager
def another_process(settings: Settings, workers: int = 1) -> Iterator[str]:
    """Start gunicorn with one worker, or more, on the same database and data folder; give its address."""
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KITH_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "wsgi:app"],
        cwd=ROOT,
        env={
            **kept,
            "KITH_MODE": "demo",
            "KITH_BIND": f"127.0.0.1:{port}",
            "KITH_WORKERS": str(workers),
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
    except OSError:  # not yet: refused, or too busy to answer in time
        return None


def reasons(address: str, word: str = WORD) -> list[dict[str, Any]]:
    """Ask the other process for a word; return why its first answer was given."""
    found: list[dict[str, Any]] = ask(address, word)["matches"][0]["reasons"]
    return found


def ask(address: str, word: str) -> dict[str, Any]:
    """Ask the other process for a word; return its whole answer."""
    body = json.dumps({"text": word, "limit": 1}).encode()
    request = Request(f"{address}/api/v1/match", data=body, headers={"Content-Type": "application/json"})  # noqa: S310
    with urlopen(request, timeout=10) as answer:  # noqa: S310
        told: dict[str, Any] = json.loads(answer.read())
    return told


def test_an_edit_in_one_process_is_found_in_another_by_the_next_question(app: Flask, settings: Settings) -> None:
    cast = settle(app)
    ada = signed_in(app, cast.ada)
    matching = app.extensions["kith"].matching
    with app.app_context():
        matching.rebuild()
    with another_process(settings) as address:
        assert "words" not in [reason["code"] for reason in reasons(address)]
        typed = opened(ada, cast) | {"description": f"A big table. Bring a {WORD}."}
        saved = ada.post(page_of(cast, "/save"), data=typed)
        found = {reason["code"]: reason["params"] for reason in reasons(address)}
    assert saved.status_code == 303
    assert found["words"] == {"words": WORD}
    here = matching.match(matching.read({"text": WORD}, strict=True, resolve_place=lambda _: None), now=now())
    assert here.matches[0].group_id == str(cast.eli_group)


def test_an_edit_costs_the_next_question_of_another_process_little(app: Flask, settings: Settings) -> None:
    """From the commit to the whole answer over HTTP, the new words encoded and weighed on the way."""
    cast = settle(app)
    with app.app_context():
        app.extensions["kith"].matching.rebuild()
    actor = Actor(role=Role.ADMIN, user_id=cast.ada, permissions=GRANTS[Role.ADMIN])
    took, usual = [], []
    with another_process(settings) as address:
        reasons(address)  # opens the index and the model
        for number in range(EDITS):
            word = f"{WORD}{letters(number)}"
            with app.app_context(), committing() as unit:
                held = group_by_id(unit, cast.eli_group, today=now().date(), public=False)
                edit_group(
                    unit,
                    group_id=cast.eli_group,
                    changes=GroupChanges(fields={"description": f"A big table. Bring a {word}."}),
                    expected_version=held.version,
                    actor=actor,
                    reason=None,
                    now=now(),
                )
            began = time.monotonic()
            found = {reason["code"]: reason["params"] for reason in reasons(address, word)}
            took.append(time.monotonic() - began)
            assert found["words"] == {"words": word}, "in the very next answer"
            began = time.monotonic()
            reasons(address, f"{word}again")
            usual.append(time.monotonic() - began)
    print("milliseconds from commit to answer: " + ", ".join(f"{one * 1000:.0f}" for one in sorted(took)))
    assert statistics.median(took) <= SEEN_WITHIN * statistics.median(usual)


def test_a_list_that_one_process_ended_is_ended_in_another(app: Flask, settings: Settings) -> None:
    cast = settle(app)
    sealer = app.extensions["kith"].sealer(keeping.PURPOSE)
    there = f"/en/list/{keeping.seal(sealer, keeping.begin([cast.eli_group], now=now()))}"
    with another_process(settings) as address:
        with urlopen(f"{address}{there}", timeout=20) as answer:  # noqa: S310  # our own address
            assert answer.status == 200
        assert app.test_client().post(f"{there}/end").status_code == 303
        with pytest.raises(HTTPError) as refused:
            urlopen(f"{address}{there}", timeout=20)  # noqa: S310  # our own address
        refused.value.close()
        assert refused.value.code == 410


def letters(number: int) -> str:
    """A number as letters, so that no two words are a slip of the pen apart."""
    return chr(97 + number // 26) * 3 + chr(97 + number % 26) * 3
