"""How connections behave: SQLite's pragmas, and BEGIN IMMEDIATE for every writing unit of work."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from sqlite3 import Connection as SQLiteConnection
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import Session

PRAGMAS = {
    "journal_mode": "WAL",
    "synchronous": "FULL",  # NORMAL loses acknowledged writes on a power cut (measured; TRUST rule 1)
    "foreign_keys": "ON",
    "busy_timeout": "5000",  # milliseconds
    "secure_delete": "ON",
    "trusted_schema": "OFF",
}
# Of a file that is thrown away, or written to the disk as a whole once it is complete.
FILLING = {**PRAGMAS, "journal_mode": "MEMORY", "synchronous": "OFF", "foreign_keys": "OFF"}
OPTIONS: dict[str, Any] = {"hide_parameters": True, "pool_pre_ping": True}


def prepare(engine: Engine, pragmas: Mapping[str, str] = PRAGMAS) -> None:
    """Attach the listeners an engine needs before its first connection."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _record: _set_up(connection, pragmas))
        event.listen(engine, "begin", _on_begin)


@contextmanager
def reading(url: str) -> Iterator[Session]:
    """Open a database for a few questions, without the application and what it loads."""
    engine = create_engine(url, **OPTIONS)
    prepare(engine)
    try:
        with Session(engine) as session:
            yield session
    finally:
        engine.dispose()


def _set_up(connection: SQLiteConnection, pragmas: Mapping[str, str]) -> None:
    # The driver's own deferred BEGIN fails at once when a reader turns writer; we begin transactions ourselves.
    connection.isolation_level = None
    cursor = connection.cursor()
    for name, value in pragmas.items():
        cursor.execute(f"PRAGMA {name}={value}")
    cursor.close()


def _on_begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
