"""An import that is killed anywhere and begun again comes to the same as one that was not."""

import random
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from service.catalog.importing.runs import planning, running
from service.errors import Invalid
from tests import stores
from tests.catalog.imports.broken import HEAD, rows
from tests.catalog.imports.importing import everything, run, write
from tests.catalog.imports.worker import PIECE
from tests.catalog.stopping import stopped_at

ROWS = 60
BROKEN = "7,Twice,,,,,,,,,,,,\n,,,,,,,,,,,,,x\n8\n"


def kept(engine: Engine) -> dict[str, Any]:
    return everything(engine)


def started(url: str, path: Path) -> subprocess.Popen[str]:
    asked = [sys.executable, "-m", "tests.catalog.imports.worker", url, str(path)]
    process = subprocess.Popen(asked, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def ended(process: subprocess.Popen[str]) -> None:
    assert process.wait(timeout=120) == 0
    assert process.stdout is not None
    process.stdout.close()


def check_kills(databases: stores.Stores, folder: Path, times: int) -> None:
    """Change a list and kill its second import at as many points; each time begin again and compare."""
    first, second = write(folder, HEAD + rows(ROWS), "first.csv"), folder / "second.csv"
    second.write_text(HEAD + rows(ROWS + 20, 10).replace("Tea", "Coffee") + BROKEN, encoding="utf-8")
    template = databases.copy(databases.migrated())
    with stores.opened(template) as engine:
        run(engine, first)
    clean = databases.copy(template)
    process = started(clean, second)
    ready = time.monotonic()
    ended(process)
    took = time.monotonic() - ready
    with stores.opened(clean) as engine:
        wanted = kept(engine)
    rng = random.Random(6)  # noqa: S311  # which moments, not a secret
    alive = 0
    for _ in range(times):
        url = databases.copy(template)
        process = started(url, second)
        time.sleep(rng.uniform(0, took))
        process.send_signal(signal.SIGKILL)
        killed = process.wait() == -signal.SIGKILL
        alive, took = alive + killed, took if killed else took * 0.8  # the machine is faster now than it was
        assert process.stdout is not None
        process.stdout.close()
        ended(started(url, second))
        with stores.opened(url) as engine:
            assert kept(engine) == wanted
        databases.drop(url)
    assert alive >= times // 2, "most were killed before they were done"


def test_killed_at_six_points_it_is_as_one_clean_import(databases: stores.Stores, tmp_path: Path) -> None:
    check_kills(databases, tmp_path, 6)


@pytest.mark.slow
def test_killed_at_two_hundred_points_it_is_as_one_clean_import(databases: stores.Stores, tmp_path: Path) -> None:
    check_kills(databases, tmp_path, 200)


def test_stopped_at_every_single_statement_that_writes(
    databases: stores.Stores, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As above, but at each write in turn: none is left out by chance."""
    monkeypatch.setattr(planning, "BATCH", PIECE)
    monkeypatch.setattr(running, "ATOMIC", PIECE)
    path = write(tmp_path, HEAD + rows(12) + BROKEN)
    empty = databases.migrated()
    clean = databases.copy(empty)
    with stores.opened(clean) as engine:
        run(engine, path)
        wanted = kept(engine)
    stopped, number = True, 0
    while stopped:
        number += 3
        target = databases.copy(empty)
        with stores.opened(target) as engine:
            stopped = stopped_at(engine, number, partial(run, engine, path))
            run(engine, path)
            assert kept(engine) == wanted, number
        databases.drop(target)
    assert number > 30


CELLS = st.text(alphabet="aé£<&,;\"'\n\t 0129:-/@.\0", max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CELLS, min_size=1, max_size=15), max_size=8), st.sampled_from(["utf-8", "cp1252", "utf-16"]))
def test_whatever_stands_in_the_cells_twice_is_once(
    engine: Engine, tmp_path: Path, table: list[list[str]], encoding: str
) -> None:
    path = tmp_path / "list.csv"
    text = (
        HEAD
        + "1,Tea,,,,,,,,,,,,\n"
        + "\n".join(",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in table)
    )
    path.write_bytes(text.encode(encoding, errors="replace"))
    try:
        counts = run(engine, path).counts
    except Invalid as refused:
        if refused.code != "file_unknown":  # so many characters that no text has
            raise
        return
    before = everything(engine)["groups"]
    again = run(engine, path).counts
    assert again.get("new", 0) == 0
    assert again.get("refused", 0) == counts.get("refused", 0)
    assert everything(engine)["groups"] == before
