"""Filling an empty database with rows, in the transaction that it is given: all of them or none."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection

from service.db.copying.tables import Column, Row, Tables, count, quoted, tables
from service.errors import Invalid

ROOM = "PRAGMA cache_size = -65536"  # KiB: indexes of random ids are written at many places
NAMED = re.compile(r"COPY \S+, line \d+, column (\w+)")


class Filler:
    """Puts rows into the tables of one database, which has no rows yet.

    Parameters
    ----------
    connection : Connection
        In a transaction that writes.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._tables = tables(connection)
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(ROOM)
        for name in self._tables:  # migrations put a first row into some
            if count(connection, name):
                connection.exec_driver_sql(f"DELETE FROM {quoted(connection, name)}")  # noqa: S608

    @property
    def tables(self) -> Tables:
        """The tables that can be filled."""
        return self._tables

    @contextmanager
    def table(self, name: str, columns: Sequence[str]) -> Iterator[Callable[[Sequence[Row]], None]]:
        """Give what takes rows of one table, with their values in the order of `columns`.

        Raises
        ------
        Invalid
            `tables_differ`: no such table, or not these columns. `text_with_nul`, `row_refused`: a row cannot be kept.
        """
        known = {column.name: column for column in self._tables.get(name, ())}
        if set(known) != set(columns):
            raise Invalid("tables_differ", table=name)
        wanted = [known[column] for column in columns]
        filled = _copied if self._connection.dialect.name == "postgresql" else _inserted
        with filled(self._connection, name, wanted) as put:
            yield put

    def number_on(self) -> None:
        """Have the database number on behind the highest number that it holds (PostgreSQL; SQLite does by itself)."""
        if self._connection.dialect.name != "postgresql":
            return
        for name, columns in self._tables.items():
            table = quoted(self._connection, name)
            for column in columns:
                if column.kind == "number":
                    self._number_on(table, column.name)

    def _number_on(self, table: str, column: str) -> None:
        asked = "SELECT pg_get_serial_sequence(%(table)s, %(column)s)"
        sequence = self._connection.exec_driver_sql(asked, {"table": table, "column": column}).scalar()
        if sequence is not None:
            most = f"SELECT max({quoted(self._connection, column)}) FROM {table}"  # noqa: S608
            self._connection.exec_driver_sql(
                f"SELECT setval(%(sequence)s, coalesce(({most}), 1), ({most}) IS NOT NULL)", {"sequence": sequence}
            )


@contextmanager
def without_references(connection: Connection) -> Iterator[None]:
    """Let rows come in any order; in the end each reference must lead somewhere (PostgreSQL).

    On SQLite references are off for the connection, and looked through afterwards.
    """
    if connection.dialect.name != "postgresql":
        yield
        return
    asked = (
        "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY 1, 2"
    )
    found = connection.exec_driver_sql(asked).all()
    for table, name, _ in found:
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    yield
    for table, name, definition in found:
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


@contextmanager
def _inserted(connection: Connection, table: str, columns: Sequence[Column]) -> Iterator[Callable[..., None]]:
    names = ", ".join(quoted(connection, column.name) for column in columns)
    into = f"INSERT INTO {quoted(connection, table)} ({names}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608
    driver = connection.connection.dbapi_connection
    assert driver is not None  # noqa: S101  # the connection is open
    try:
        yield lambda rows: driver.cursor().executemany(into, rows)
    except connection.dialect.loaded_dbapi.IntegrityError as error:
        raise Invalid("row_refused", table=table, column="?", why=error.sqlite_errorname) from None


@contextmanager
def _copied(connection: Connection, table: str, columns: Sequence[Column]) -> Iterator[Callable[..., None]]:
    names = ", ".join(quoted(connection, column.name) for column in columns)
    driver: Any = connection.connection.dbapi_connection
    made = [_for_postgresql(column.kind) for column in columns]
    texts = [place for place, column in enumerate(columns) if column.kind in ("text", "json")]

    def put(rows: Sequence[Row]) -> None:
        for row in rows:
            for place in texts:
                if row[place] is not None and "\0" in str(row[place]):
                    raise Invalid("text_with_nul", table=table, column=columns[place].name)
            copy.write_row([value if value is None else make(value) for make, value in zip(made, row, strict=True)])

    try:
        with driver.cursor() as cursor, cursor.copy(f"COPY {quoted(connection, table)} ({names}) FROM STDIN") as copy:
            yield put
    except connection.dialect.loaded_dbapi.Error as error:
        raise _refused(table, error) from None  # its words hold the row


def _for_postgresql(kind: str) -> Callable[[Any], Any]:
    if kind == "truth":
        return bool
    if kind == "instant":
        return lambda text: f"{text}+00"
    return lambda value: value


def _refused(table: str, error: Any) -> Invalid:
    named = NAMED.search(getattr(getattr(error, "diag", None), "context", None) or "")
    return Invalid("row_refused", table=table, column=named[1] if named else "?", why=error.sqlstate or "?")
