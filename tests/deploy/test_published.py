"""Where the record ends leaves the database by itself, so that an older copy of the whole database is found out."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from service.accounts.record.audit_check import HEADS
from tests.deploy.pair import production
from tests.journeys.serving import ROOT, eventually

WITHIN = 180.0  # seconds, to start on a machine that does other work as well


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KITH_")}
    return {**kept, **production(home, "https://groups.example.org")}


def kith(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "service.cli", *words]
    return subprocess.run(command, cwd=ROOT, env=environment(home), capture_output=True, text=True, timeout=120)


@contextmanager
def loop(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run `kith jobs` as the system does; its log goes to a file."""
    with (home / "log").open("ab") as log:
        command = [sys.executable, "-m", "service.cli", "jobs"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment(home), stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


@pytest.fixture
def home(migrated: Path, tmp_path: Path) -> Path:
    """A production installation with nothing but its own work to do."""
    (tmp_path / "instance").mkdir(mode=0o700)
    (tmp_path / "instance/kith.sqlite").touch(mode=0o600)
    shutil.copyfile(migrated, tmp_path / "instance/kith.sqlite")
    return tmp_path


def copied(source: Path, target: Path) -> None:
    """Copy a database as whoever rolls it back does: all that was committed, and nothing else."""
    with closing(sqlite3.connect(source)) as before, closing(sqlite3.connect(target)) as after:
        before.backup(after)
    target.chmod(0o600)


def last_row(home: Path) -> int:
    with closing(sqlite3.connect(home / "instance/kith.sqlite")) as base:
        return int(base.execute("SELECT coalesce(max(sequence), 0) FROM audit_entry").fetchone()[0])


def record_something(home: Path, number: int) -> None:
    made = kith(home, "key", "create", "--organisation", "Oak Surgery", "--name", f"till {number}")
    assert made.returncode == 0, made.stderr


def ends(home: Path) -> list[int]:
    path = home / "instance" / HEADS
    return [json.loads(line)["sequence"] for line in path.read_text().splitlines()] if path.exists() else []


@pytest.mark.asvs("V16.4.3")
def test_an_older_copy_of_the_database_is_found_out(home: Path) -> None:
    base = home / "instance/kith.sqlite"
    record_something(home, 1)
    copied(base, home / "older")
    record_something(home, 2)
    reached = last_row(home)
    with loop(home):
        eventually(lambda: reached in ends(home) or None, WITHIN)
    whole = kith(home, "audit", "verify")
    assert (whole.returncode, "The record is as it was written." in whole.stdout) == (0, True), whole.stdout

    for path in (home / "instance").glob("kith.sqlite*"):
        path.unlink()
    copied(home / "older", base)
    assert last_row(home) < reached
    told = kith(home, "audit", "verify")
    assert told.returncode == 1
    assert f"An older copy was put back: on {kept(home)['at']} " in told.stdout, told.stdout

    logged = [json.loads(line) for line in (home / "log").read_text().splitlines() if line.startswith("{")]
    (home / "ends").write_text("\n".join(line["head"] for line in logged if "head" in line) + "\n")
    (home / "instance" / HEADS).unlink()
    told = kith(home, "audit", "verify", "--heads", str(home / "ends"))
    assert "An older copy was put back" in told.stdout, "the log alone finds it, too"


def kept(home: Path) -> dict[str, str]:
    """The last end that was kept."""
    found: dict[str, str] = json.loads((home / "instance" / HEADS).read_text().splitlines()[-1])
    return found
