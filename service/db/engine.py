"""How connections behave: SQLite's pragmas, BEGIN IMMEDIATE for every writing unit of work, and how long one waits."""

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
# A server that is gone without a word is given up after seconds, not after the minutes that TCP takes by itself.
REACHING = {
    "connect_timeout": 5,  # seconds, as the next two
    "keepalives_idle": 20,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,  # milliseconds
}
# Of a statement that somebody waits for at a page: the proxy gives up after thirty seconds.
BOUNDS = "SET lock_timeout = '5s'; SET statement_timeout = '20s'; SET idle_in_transaction_session_timeout = '60s'"
_bounded = False


def answer_soon() -> None:
    """Bound every statement of this process from now on: it answers requests. A command or a job may take long."""
    global _bounded  # a process answers requests or does not
    _bounded = True


def prepare(engine: Engine, pragmas: Mapping[str, str] = PRAGMAS) -> None:
    """Attach the listeners an engine needs before its first connection."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _record: _set_up(connection, pragmas))
        event.listen(engine, "begin", _on_begin)
    else:
        event.listen(engine, "do_connect", _on_reaching)
        event.listen(engine, "connect", _on_reached)


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


def _on_reaching(_dialect: object, _record: object, _arguments: object, parameters: dict[str, Any]) -> None:
    for name, value in REACHING.items():
        parameters.setdefault(name, value)  # what the operator's own address says stays


def _on_reached(connection: Any, _record: object) -> None:
    if _bounded:
        connection.execute(BOUNDS)
        connection.commit()


def _on_begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
