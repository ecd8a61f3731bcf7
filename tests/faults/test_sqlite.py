"""SQLite locked, on a full disk, and on one that fails: nothing is lost, reading goes on, and all is well by itself.

The faults are real: another process's lock, a small disk, the system's own limits.
"""

import os
import resource
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import make_url

from service import db as store
from service.app import create_app
from service.config import Settings
from service.db import engine as engines
from service.errors import Unavailable
from tests import stores
from tests.faults.trying import Trying, told
from tests.pages import CLIENT
from tests.people import settle

pytestmark = pytest.mark.skipif(stores.KIND != "sqlite", reason="a file is what is broken here")
BUSY, CLOSED = "Somebody else is saving just now", "Nothing can be saved at the moment"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait a third of a second, not five."""
    monkeypatch.setitem(engines.PRAGMAS, "busy_timeout", "300")
    monkeypatch.setattr(store, "SOON_S", 0.1)
    monkeypatch.setattr(store, "PATIENCE_S", 0.3)


@pytest.fixture
def trying(impatient: None, app: Flask) -> Trying:
    return Trying(app, settle(app))


@contextmanager
def locked(file: str) -> Iterator[None]:
    """Hold the lock as another process would that writes for long."""
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_while_another_process_writes_for_long_people_read_and_are_told_to_come_again(
    trying: Trying, database_url: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with locked(str(make_url(database_url).database)):
        trying.refused("store_busy", BUSY)
        assert trying.looks() == [200] * 4
    trying.works_again()
    assert told(capfd.readouterr().err, "OperationalError") == ["SQLITE_BUSY", "SQLITE_BUSY"]


def test_of_many_who_write_to_a_locked_database_few_wait(trying: Trying, database_url: str) -> None:
    """… so that threads are left for whoever reads; and what all of them sent goes through once the lock has gone."""
    found: list[int] = []
    with locked(str(make_url(database_url).database)):
        writers = [
            threading.Thread(target=lambda n=n: found.append(trying.refer(f"n{n}").status_code)) for n in range(8)
        ]
        for one in writers:
            one.start()
        assert trying.looks() == [200] * 4
        for one in writers:
            one.join()
    assert found == [503] * 8
    assert [trying.refer(f"n{n}").status_code for n in range(8)] == [201] * 8


def test_in_the_queue_of_writers_one_waits_and_the_next_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "SOON_S", 0.01)
    monkeypatch.setattr(store, "PATIENCE_S", 60)
    queue, waiting, done = store._Queue(), threading.Event(), threading.Event()

    def patient() -> None:
        waiting.set()
        with queue.turn():
            done.set()

    other = threading.Thread(target=patient)
    with queue.turn():
        other.start()
        assert waiting.wait(60)
        while not queue._waiting.locked():
            pass
        with pytest.raises(Unavailable, match="store_busy"), queue.turn():
            pytest.fail("nobody writes beside another")
        assert not done.is_set()
    other.join(60)
    assert done.is_set()


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[None]:
    """Mount a disk of this size; where that is not allowed the test is skipped."""
    folder.mkdir(mode=0o700)
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def small(impatient: None, settings: Settings, database_url: str, tmp_path: Path) -> Iterator[Trying]:
    """An installation on a disk of its own."""
    folder = tmp_path / "disk"
    with small_disk(folder, 24):
        shutil.copyfile(str(make_url(database_url).database), folder / "kith.sqlite")
        there = replace(settings, data_folder=folder, database_url=f"sqlite:///{folder / 'kith.sqlite'}")
        made = create_app(there)
        made.test_client_class = CLIENT
        yield Trying(made, settle(made))
        stores.close(made)


def whole(file: Path) -> bool:
    with closing(sqlite3.connect(file)) as base:
        return [row[0] for row in base.execute("PRAGMA integrity_check")] == ["ok"]


def test_on_a_full_disk_people_read_nothing_is_lost_and_room_is_enough_to_mend_it(
    small: Trying, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = small.app.extensions["kith"].settings.data_folder
    kept = small.refer("before").get_json()["id"]
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(4096)):
            pass
    refused = [small.refer(f"full {number}") for number in range(12)]  # the log has some room of its own at first
    last = [answer.status_code for answer in refused][-1]
    assert last == 503, refused[-1].text
    small.refused(refused[-1].get_json()["code"], "")
    assert small.looks() == [200] * 4
    assert small.visitor.get("/healthz").status_code == 200
    filler.unlink()
    small.works_again()
    assert small.refer("before").get_json()["id"] == kept
    assert whole(folder / "kith.sqlite")
    assert set(told(capfd.readouterr().err, "OperationalError")) <= {"SQLITE_FULL", "SQLITE_IOERR_WRITE"}


@contextmanager
def writing_fails() -> Iterator[None]:
    """Have the system refuse every byte that is written into a file beyond its first few: SQLite sees an I/O error."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_where_the_disk_fails_people_read_and_what_failed_leaves_nothing_half(
    trying: Trying, database_url: str, capfd: pytest.CaptureFixture[str]
) -> None:
    trying.refer("before")
    with writing_fails():
        answers = [trying.refer(), trying.save()]
        seen = trying.looks()
    assert [answer.status_code for answer in answers] == [503, 503]
    assert seen == [200] * 4
    trying.works_again()
    assert whole(Path(str(make_url(database_url).database)))
    assert all(code.startswith("SQLITE_") for code in told(capfd.readouterr().err, "OperationalError"))
