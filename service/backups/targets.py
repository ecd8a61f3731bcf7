"""The database that a copy is put into: empty, or named by whoever wants it replaced; and in use by nobody."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, inspect, make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from service.db.copying.tables import count, quoted
from service.errors import Conflict, Invalid

# Tables that hold rows as soon as there are tables, or that jobs write into by themselves.
BORN = frozenset({"alembic_version", "audit_head", "catalog_state", "counter", "counted_coverage", "job_run"})
WAIT = 5  # seconds for whoever still uses the database
OURS = "audit_entry_stays"  # a function of PostgreSQL that belongs to a table


def file_of(url: str) -> Path | None:
    """Return the file of an SQLite database; None: it is on a server."""
    parts = make_url(url)
    return Path(parts.database or "") if parts.get_backend_name() == "sqlite" else None


def has_password(url: str) -> bool:
    """Whether an address holds a password.

    Raises
    ------
    Invalid
        `move_to`: it is no address of a database.
    """
    try:
        return make_url(url).password is not None
    except ArgumentError as error:
        raise Invalid("move_to") from error


def name_of(url: str) -> str:
    """Return what somebody types to have this database replaced."""
    file = file_of(url)
    return file.name if file is not None else make_url(url).database or ""


def need_empty(connection: Connection, *, name: str, over: str | None) -> None:
    """Refuse a database with something in it, unless `over` is its name.

    Raises
    ------
    Conflict
        `target_not_empty`.
    Invalid
        `other_name`: `over` names another one.
    """
    if over is not None and over != name:
        raise Invalid("other_name", name=name)
    if over is None and not is_empty(connection):
        raise Conflict("target_not_empty", name=name)


def is_empty(connection: Connection) -> bool:
    """Whether nobody has written anything yet."""
    there = set(inspect(connection).get_table_names()) - BORN
    return not any(count(connection, table) for table in there)


def wipe(connection: Connection) -> None:
    """Remove every table (PostgreSQL), in the transaction that fills them anew.

    Raises
    ------
    Conflict
        `target_in_use`: somebody works with them.
    """
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{WAIT}s'")
    try:
        for table in inspect(connection).get_table_names():
            connection.exec_driver_sql(f"DROP TABLE {quoted(connection, table)} CASCADE")
        connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {OURS}() CASCADE")
    except OperationalError as error:
        raise Conflict("target_in_use", name=str(connection.engine.url.database)) from error


def need_unused(file: Path) -> None:
    """Refuse a file that another process has open.

    Raises
    ------
    Conflict
        `target_in_use`.
    """
    if not file.exists():
        return
    with closing(sqlite3.connect(file, timeout=WAIT, isolation_level=None)) as connection:
        try:
            # Nobody may leave the write-ahead log while somebody else has the file open.
            connection.execute("PRAGMA journal_mode = DELETE").fetchone()
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
        except sqlite3.OperationalError as error:
            raise Conflict("target_in_use", name=file.name) from error
