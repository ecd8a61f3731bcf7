"""Twenty backups of twenty under write load, kills at every stage, a full disk: what counts is whole, and the rest is
nothing.
"""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from service.app import create_app
from service.backups import making, places, restoring
from service.clock import now
from service.config import Settings
from service.db import db, migrations
from tests import people, stores
from tests.backups.installation import empty_machine, everything, refer
from tests.journeys.serving import ROOT, eventually
from tests.soak import whole

pytestmark = pytest.mark.slow

ROUNDS = 20
WRITERS = 3
PACE = 0.1  # seconds between two of one writer, whose key may be used 600 times a minute
WITHIN = 120.0  # seconds, for a stage of a command on a machine that does other work as well


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    return replace(settings, backups_folder=tmp_path / "backups")


class Writers:
    """People referred one after the other, by programs that each have a key, until it is enough.

    `acked` are those that were answered for.
    """

    def __init__(self, app: Flask, cast: people.Cast) -> None:
        self._app = app
        self._stop = threading.Event()
        keyed = [replace(cast, bo_key=people.another_key(app, cast.surgery)) for _ in range(WRITERS)]
        self._threads = [threading.Thread(target=self._write, args=(number, one)) for number, one in enumerate(keyed)]
        self.acked: list[str] = []
        self.failed: list[BaseException] = []

    def _write(self, number: int, cast: people.Cast) -> None:
        count = 0
        while not self._stop.wait(PACE):
            count += 1
            try:
                self.acked.append(refer(self._app, cast, f"{number}-{count}"))
            except BaseException as error:
                self.failed.append(error)
                raise

    def after(self, many: int) -> list[str]:
        """Return what was answered for by now, once that is more than `many`."""

        def enough() -> list[str] | None:
            return self.acked[:] if len(self.acked) > many else None

        return eventually(enough, WITHIN)

    def __enter__(self) -> "Writers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()


def test_twenty_of_twenty_backups_under_write_load_are_whole_on_an_empty_machine(
    app: Flask, settings: Settings, databases: stores.Stores, tmp_path: Path
) -> None:
    """Nothing that was acknowledged before a backup began is missing in it, and nothing in it is half."""
    right = missing = halves = 0
    with Writers(app, people.settle(app)) as writers:
        for number in range(ROUNDS):
            before = writers.after(3 * number)
            made = making.make(settings, clock=now)
            machine = empty_machine(settings, tmp_path / f"machine-{number}", databases)
            restoring.restore(made.path, machine.settings, clock=now)
            there = "".join(everything(machine.settings.database_url, only="referral")["referral"])
            lost = [one for one in before if one not in there]
            half = whole.half(machine.base) if stores.KIND == "sqlite" else {}
            right, missing, halves = right + (not lost and not half), missing + len(lost), halves + len(half)
            databases.drop(machine.settings.database_url)
    print(f"copies: {right} of {ROUNDS}, {len(writers.acked)} written meanwhile, {missing} missing, {halves} half")
    assert (right, missing, halves, writers.failed) == (ROUNDS, 0, 0, [])


@contextmanager
def kith(settings: Settings, *words: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "service.cli", *words], cwd=ROOT, env=environment(settings), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def killed_at(settings: Settings, stage: str, *words: str) -> None:
    """Run a command and kill it as soon as something of this name is there."""
    found = [settings.data_folder, settings.backups_folder or settings.data_folder]
    with kith(settings, *words) as process:
        eventually(
            lambda: (
                any(path.exists() for folder in found for path in folder.glob(stage))
                or process.poll() is not None
                or None
            ),
            WITHIN,
        )
        os.killpg(process.pid, signal.SIGKILL)


def _is_there(folders: list[Path], stage: str) -> bool:
    return any(any(folder.glob(stage)) for folder in folders)


def lived_in(settings: Settings, folder: Path) -> Settings:
    """An installation in a file, with somebody in it, whose application is closed."""
    machine = empty_machine(settings, folder)
    app = create_app(machine.settings)
    with app.app_context():
        migrations.upgrade(db.engine)
    refer(app, people.settle(app), "1")
    stores.close(app)
    return machine.settings


STAGES = ("*.part", "scratch/*/kith.sqlite", "scratch/*/index")


@pytest.mark.skipif(stores.KIND != "sqlite", reason="kills on a server are those of its one transaction")
def test_a_kill_leaves_nothing_that_counts_and_nothing_half(settings: Settings, tmp_path: Path) -> None:
    ours = lived_in(settings, tmp_path / "here")
    for stage in STAGES:
        killed_at(ours, stage, "backup")
        assert places.kept(tmp_path / "backups") == [], stage
    places.clear_left(ours.data_folder)  # as every start does
    assert [path.name for path in (ours.data_folder / "scratch").iterdir()] == [places.LOCK]
    made = making.make(ours, clock=now)
    assert places.unfinished(tmp_path / "backups") == []

    machine = empty_machine(settings, tmp_path / "new")
    for stage in STAGES[1:]:
        killed_at(machine.settings, stage, "restore", str(made.path))
        assert not machine.base.exists(), stage
    killed_at(machine.settings, "kith.sqlite", "restore", str(made.path))
    assert everything(machine.settings.database_url) == everything(ours.database_url), "it comes at once, and whole"


@pytest.mark.skipif(stores.KIND == "sqlite", reason="needs a PostgreSQL server")
def test_a_killed_restore_leaves_the_server_as_it_was(
    app: Flask, settings: Settings, databases: stores.Stores, tmp_path: Path
) -> None:
    cast = people.settle(app)
    for number in range(30):
        refer(app, cast, str(number))
    made = making.make(settings, clock=now)
    machine = empty_machine(settings, tmp_path / "new", databases)
    with kith(machine.settings, "restore", str(made.path)) as process:
        with stores.opened(machine.settings.database_url) as engine, engine.connect() as connection:
            asked = (
                "SELECT 1 FROM pg_locks JOIN pg_database d ON d.oid = database WHERE d.datname = current_database() "
            )
            asked += "AND mode = 'AccessExclusiveLock' LIMIT 1"
            eventually(lambda: connection.exec_driver_sql(asked).scalar(), WITHIN)
        os.killpg(process.pid, signal.SIGKILL)
    with stores.opened(machine.settings.database_url) as engine, engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").scalar() == 0
    restoring.restore(made.path, machine.settings, clock=now)
    assert everything(machine.settings.database_url) == everything(settings.database_url)
    databases.drop(machine.settings.database_url)


def environment(settings: Settings) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KITH_")}
    ours = {
        "KITH_MODE": "demo", "KITH_SECRET": settings.secret, "KITH_DATA": str(settings.data_folder),
        "KITH_DATABASE_URL": settings.database_url, "KITH_BACKUPS": str(settings.backups_folder),
    }  # fmt: skip
    return {**kept, **ours}


LIMITED = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)),) * 2)
from service.cli import main
main()
"""


@pytest.mark.parametrize("room", [8_000, 200_000], ids=["for the backup", "for the database that it is tried in"])
def test_a_full_disk_leaves_no_backup_and_says_so(app: Flask, settings: Settings, tmp_path: Path, room: int) -> None:
    """A limit on the size of files stands in for the disk: it ends the file in the middle."""
    refer(app, people.settle(app), "1")
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(room), "backup"], cwd=ROOT, env=environment(settings),
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert re.search("Error: (A disk is full|A file or the database could not)", done.stderr), done.stderr
    assert not [*(tmp_path / "backups").glob("kith-*")]
    assert [path.name for path in (settings.data_folder / "scratch").iterdir()] == [places.LOCK]
