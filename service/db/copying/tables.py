"""Tables as rows of plain values, alike for SQLite and PostgreSQL: text, bytes, numbers and nothing else.

A number without a fraction stands for yes and no, 32 hex digits for an id, `2026-11-02 10:00:00.000000` in UTC for an
instant, its own text for JSON. What a column holds is asked of the database, not of today's models, so that older
tables can be read and filled as well.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, inspect
from sqlalchemy.sql import sqltypes
from sqlalchemy.types import TypeEngine

from service.db.version import TABLE as VERSION
from service.errors import Invalid

Row = Sequence[Any]
TOGETHER = 50  # rows read at once: each may hold a picture
MOMENT_LETTERS = 26  # of a moment as we write it
MODULUS = 2**256
# In this order: some kinds are also of a later one.
KINDS: Sequence[tuple[type[TypeEngine[Any]], str]] = (
    (sqltypes.CHAR, "id"),
    (sqltypes.Uuid, "id"),
    (sqltypes.JSON, "json"),
    (sqltypes.LargeBinary, "bytes"),
    (sqltypes.DateTime, "moment"),
    (sqltypes.Date, "day"),
    (sqltypes.Boolean, "truth"),
    (sqltypes.Integer, "number"),
    (sqltypes.Float, "real"),
    (sqltypes.String, "text"),
)
FORM = "YYYY-MM-DD HH24:MI:SS.US"
READ_BY_POSTGRESQL = {
    "id": "replace({0}::text, '-', '')",
    "instant": f"to_char({{0}} AT TIME ZONE 'UTC', '{FORM}')",
    "moment": f"to_char({{0}}, '{FORM}')",
    "day": "to_char({0}, 'YYYY-MM-DD')",
    "truth": "{0}::int",
    "json": "{0}::text",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, and what it holds."""

    name: str
    kind: str


Tables = Mapping[str, Sequence[Column]]


@dataclass(slots=True)
class Tally:
    """How many rows, and a number that another set of rows does not have. The order of the rows does not count."""

    rows: int = 0
    sum: int = 0

    def add(self, rows: Sequence[Row]) -> None:
        """Take rows in."""
        for row in rows:
            said = json.dumps(row, default=bytes.hex, separators=(",", ":"))
            self.sum = (self.sum + int.from_bytes(hashlib.sha256(said.encode()).digest(), "big")) % MODULUS
        self.rows += len(rows)

    def told(self) -> tuple[int, str]:
        """Return both as values of JSON."""
        return self.rows, f"{self.sum:064x}"


@contextmanager
def snapshot(engine: Engine, *, alone: bool = False) -> Iterator[Connection]:
    """Open a connection that sees the database as it is at this moment, whatever is written meanwhile.

    `alone` keeps every writer out for that long (SQLite).
    """
    if engine.dialect.name == "postgresql":
        options: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    else:
        options = {"writes": alone}
    with engine.connect().execution_options(**options) as connection:
        connection.exec_driver_sql("SELECT 1")
        if engine.dialect.name == "sqlite":  # the moment is that of the first page that is read
            connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar()
        yield connection


def tables(connection: Connection) -> Tables:
    """Return every table but that of the version, with its columns in order of their names.

    Raises
    ------
    Invalid
        `column_unknown`: a column of a kind we know no plain value for.
    """
    found, seen = {}, inspect(connection)
    for name in sorted(seen.get_table_names()):
        if name != VERSION:
            columns = (Column(one["name"], _kind(name, one["name"], one["type"])) for one in seen.get_columns(name))
            found[name] = sorted(columns, key=lambda column: column.name)
    return found


def _kind(table: str, column: str, found: TypeEngine[Any]) -> str:
    for kind, name in KINDS:
        if isinstance(found, kind):
            return "instant" if name == "moment" and getattr(found, "timezone", False) else name
    raise Invalid("column_unknown", table=table, column=column)


def count(connection: Connection, table: str) -> int:
    """Count the rows of a table."""
    return int(connection.exec_driver_sql(f"SELECT count(*) FROM {quoted(connection, table)}").scalar_one())  # noqa: S608


def rows(connection: Connection, table: str, columns: Sequence[Column]) -> Iterator[Sequence[Row]]:
    """Read all rows of a table, some at a time; the values stand in the order of the columns."""
    told = ", ".join(_read(connection, column) for column in columns)
    asked = f"SELECT {told} FROM {quoted(connection, table)}"  # noqa: S608  # names of our own tables
    options = {"stream_results": True, "max_row_buffer": TOGETHER}
    moments = [place for place, column in enumerate(columns) if column.kind in ("moment", "instant")]
    texts = [place for place, column in enumerate(columns) if column.kind == "json"]
    with connection.exec_driver_sql(asked, execution_options=options) as found:
        for some in found.partitions(TOGETHER):
            yield [_written_alike(tuple(row), moments, texts) for row in some]


def tally(connection: Connection, table: str, columns: Sequence[Column]) -> Tally:
    """Read a table and add it up."""
    made = Tally()
    for some in rows(connection, table, columns):
        made.add(some)
    return made


def quoted(connection: Connection, name: str) -> str:
    """Return a name as it stands in a statement."""
    return connection.dialect.identifier_preparer.quote(name)


def _read(connection: Connection, column: Column) -> str:
    name = quoted(connection, column.name)
    said = READ_BY_POSTGRESQL.get(column.kind) if connection.dialect.name == "postgresql" else None
    return said.format(name) if said else name


def _written_alike(row: tuple[Any, ...], moments: Sequence[int], texts: Sequence[int]) -> Row:
    """Write moments and JSON as everything else here does: SQLite keeps the text it was given, and makes 5 of "5"."""
    odd = [place for place in moments if row[place] is not None and len(row[place]) != MOMENT_LETTERS]
    numbers = [place for place in texts if isinstance(row[place], int | float)]
    if not odd and not numbers:
        return row
    alike = list(row)
    for place in odd:
        alike[place] = datetime.fromisoformat(alike[place]).replace(tzinfo=None).isoformat(" ", "microseconds")
    for place in numbers:
        alike[place] = json.dumps(alike[place])
    return alike
