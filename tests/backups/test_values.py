"""Every kind of value goes from SQLite to PostgreSQL and back, and is what it was; a row of every table does."""

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    Uuid,
    insert,
    select,
)

from service.backups.stores import opened
from service.db import migrations
from service.db.copying.filling import Filler
from service.db.copying.tables import rows, snapshot, tables, tally
from service.db.engine import FILLING
from service.db.types import Instant
from service.errors import Invalid
from tests import stores
from tests.backups.installation import everything
from tests.rows import one_row_each

METADATA = MetaData()
ODD = Table(
    "odd values",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("a uuid", Uuid),
    Column("at", Instant),
    Column("local", DateTime),
    Column("day", Date),
    Column("yes", Boolean),
    Column("big", BigInteger),
    Column("real", Double),
    Column("words", Text),
    Column("short", String(40)),
    Column("data", LargeBinary),
    Column("json", JSON(none_as_null=True)),
    Column("json too", JSON),
)
EAST = timezone(timedelta(hours=5, minutes=30))
VALUES: list[dict[str, object]] = [
    {"number": 1},
    {
        "number": -(2**31), "a uuid": UUID(int=2**128 - 1), "at": datetime(1, 1, 2, tzinfo=UTC), "yes": False,
        "local": datetime(9999, 12, 31, 23, 59, 59, 999999), "day": date(1, 1, 1), "big": -(2**63), "real": -0.1,  # noqa: DTZ001
        "words": "", "short": "", "data": b"", "json": [], "json too": None,
    },
    {
        "number": 2**31 - 1, "a uuid": UUID(int=0), "at": datetime(2026, 3, 29, 1, 30, tzinfo=EAST), "yes": True,
        "local": datetime(2026, 3, 29, 1, 30), "day": date(9999, 12, 31), "big": 2**63 - 1, "real": 1e300,  # noqa: DTZ001
        "words": "tab\t line\n\r back\\slash \\N 'quote' \"double\" 🌻 اردو %s {0} \x7f\x01", "short": "NULL",
        "data": bytes(range(256)), "json": {"b": [1, 1.0, None, "\u0000"]}, "json too": 5,
    },
    {"number": 4, "real": 5.0, "words": "5", "short": "5.0", "json": "text", "json too": "5"},
]  # fmt: skip


def engines(databases: stores.Stores, folder: Path) -> list[str]:
    """One of each kind there is in this run, and one more of SQLite."""
    files = [f"sqlite:///{folder / name}.sqlite" for name in ("one", "two")]
    return files if stores.KIND == "sqlite" else [files[0], databases.empty(), files[1], databases.empty()]


def poured(source: Engine, target: Engine) -> None:
    """Put every row of one database into the same tables of another."""
    with snapshot(source) as here, target.execution_options(writes=True).begin() as there:
        filler = Filler(there)
        for name, columns in tables(here).items():
            with filler.table(name, [column.name for column in columns]) as put:
                for some in rows(here, name, columns):
                    put(some)
        filler.number_on()
        for name, columns in tables(here).items():
            assert tally(here, name, columns) == tally(there, name, tables(there)[name]), name


def test_odd_values_go_round_and_stay_what_they_are(databases: stores.Stores, tmp_path: Path) -> None:
    urls = engines(databases, tmp_path)
    for url in urls:
        with stores.opened(url) as engine, engine.execution_options(writes=True).begin() as connection:
            METADATA.create_all(connection)
            if url == urls[0]:
                connection.execute(insert(ODD), VALUES[0])
                for value in VALUES[1:]:
                    connection.execute(insert(ODD), value)
    for source, target in zip(urls, urls[1:], strict=False):
        with stores.opened(source) as one, stores.opened(target) as other:
            poured(one, other)
    found = []
    for url in urls:
        with stores.opened(url) as engine, engine.connect() as connection:
            found.append([tuple(row) for row in connection.execute(select(ODD).order_by("number"))])
    assert all(one == found[0] for one in found)
    assert len(found[0]) == len(VALUES)


def test_a_row_of_every_table_goes_round(databases: stores.Stores, database_url: str, tmp_path: Path) -> None:

    with stores.opened(database_url) as engine:
        made = one_row_each(engine)
    assert len(made) > 80
    with opened(f"sqlite:///{tmp_path / 'copy.sqlite'}", stores.SECRET, FILLING) as copy:
        migrations.upgrade(copy)
        copy.dispose()
        with stores.opened(database_url) as source:
            poured(source, copy)
    assert everything(f"sqlite:///{tmp_path / 'copy.sqlite'}") == everything(database_url)


def test_a_table_that_differs_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'one.sqlite'}"
    with stores.opened(url) as engine, engine.execution_options(writes=True).begin() as connection:
        connection.exec_driver_sql("CREATE TABLE person (id CHAR(32), shoe VARCHAR)")
        filler = Filler(connection)
        for name, columns in (("people", ["id"]), ("person", ["id"]), ("person", ["id", "shoe", "hat"])):
            with pytest.raises(Invalid, match="tables_differ"), filler.table(name, columns):
                pass
        connection.exec_driver_sql("CREATE TABLE shape (one NUMERIC)")
        with pytest.raises(Invalid, match="column_unknown"):
            tables(connection)
