"""Whoever changes the tables is killed before every statement: nothing lies between the old version and the new."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from service.db import migrations, version
from tests import stores
from tests.faults.migrating import told
from tests.rows import one_row_each

NEWEST = 2  # versions, in an ordinary run
ROOT = Path(__file__).parents[2]


def before(steps: int) -> str:
    return f"{int(version.head()) - steps:04}"


def killed(address: str, way: str, revision: str, *more: str) -> list[dict[str, str]]:
    """Tell what the database was after each kill and, last, after the run that was let through."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.migrating", address, way, revision, *more],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[dict[str, str]] = json.loads(done.stdout)["after"]
    return found


def through(databases: stores.Stores, address: str, way: str, revision: str) -> dict[str, str]:
    """Tell what becomes of a copy that nobody disturbs."""
    copy = databases.copy(address)
    with stores.opened(copy) as engine:
        (migrations.upgrade if way == "up" else migrations.downgrade)(engine, revision)
        found = told(engine)
    databases.drop(copy)
    return found


def tried(databases: stores.Stores, older: str, newer: str, *more: str) -> int:
    """Kill the way up and the way down with rows in every table; return how often."""
    stores.import_all_models()
    address, times = databases.empty(), 0
    with stores.opened(address) as engine:
        migrations.upgrade(engine)
        one_row_each(engine)
        migrations.downgrade(engine, older)
    for way, aim in (("up", newer), ("down", older)):
        with stores.opened(address) as engine:
            old = told(engine)
        new = through(databases, address, way, aim)
        assert old != new
        *after, last = killed(address, way, aim, *more)
        assert all(found in (old, new) for found in after), "something lies between the old and the new"
        assert after[-1] == new, "killed just after the end of the transaction"
        assert all(found == old for found in after[:-1])
        assert last == new
        times += len(after)
    databases.drop(address)
    return times


def test_killed_before_every_change_of_the_newest_versions(databases: stores.Stores) -> None:
    times = tried(databases, before(NEWEST), version.head(), "changing")
    print(f"kills: {times}, {before(NEWEST)} to {version.head()} and back: 0 differences")
    assert times > 2 * NEWEST


@pytest.mark.slow
def test_killed_before_every_change_of_every_version(databases: stores.Stores) -> None:
    times = sum(
        tried(databases, before(steps + 1), before(steps), "changing") for steps in range(int(version.head()) - 1)
    )
    print(f"kills: {times}, one version after another: 0 differences")
