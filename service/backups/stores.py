"""The databases of one installation as a copy sees them: the main one, and beside SQLite the file of counts."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateTable

from service.accounts.models import Counter
from service.accounts.record import audit
from service.db import engine as engines
from service.db.copying.tables import Tables, snapshot, tables
from service.errors import Invalid
from service.matching.models import AskedCount

COUNTS = "counts.sqlite"
ASKED = AskedCount.__tablename__
# Tries within the last hours: nobody misses them.
LEFT_OUT = frozenset({Counter.__tablename__})


@dataclass(frozen=True, slots=True)
class Stores:
    """Connections to one installation's databases."""

    main: Connection
    counts: Connection

    def of(self, table: str) -> Connection:
        """Return where a table's rows are."""
        return self.counts if table == ASKED else self.main

    def tables(self) -> Tables:
        """Return the tables that are copied, with their columns."""
        found = {name: columns for name, columns in tables(self.main).items() if name not in LEFT_OUT}
        return {**found, ASKED: tables(self.counts)[ASKED]} if ASKED in found else found


def engine_on(url: str, secret: str, pragmas: Mapping[str, str] = engines.PRAGMAS) -> Engine:
    """Return an engine as the service has it.

    Raises
    ------
    Invalid
        `settings`: no address of a database, or what speaks to it is not installed.
    """
    try:
        made = create_engine(url, **engines.OPTIONS)
    except (ArgumentError, ImportError) as error:
        why = "must be the address of a database: sqlite:/// or postgresql+psycopg://"
        raise Invalid("settings", variable="KITH_DATABASE_URL", why=why) from error
    engines.prepare(made, pragmas)
    audit.equip(made, audit.derive_keys({audit.KEY_NUMBER: secret}))
    return made


@contextmanager
def opened(url: str, secret: str, pragmas: Mapping[str, str] = engines.PRAGMAS) -> Iterator[Engine]:
    """Give an engine for as long as it is used."""
    made = engine_on(url, secret, pragmas)
    try:
        yield made
    finally:
        made.dispose()


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a connection in a transaction that commits in the end, or leaves nothing."""
    with engine.execution_options(writes=True).begin() as connection:
        yield connection


@contextmanager
def session(on: Engine | Connection) -> Iterator[Session]:
    """Open a unit of work that commits; on a connection, when that commits."""
    bind = on.execution_options(writes=True) if isinstance(on, Engine) else on
    with Session(bind, join_transaction_mode="create_savepoint") as made, made.begin():
        yield made


@contextmanager
def seen(engine: Engine, folder: Path, *, alone: bool = False) -> Iterator[Stores]:
    """Give the databases as they are at this moment. `alone` keeps every writer of the main one out."""
    with snapshot(engine, alone=alone) as main:
        if engine.dialect.name != "sqlite" or not (folder / COUNTS).exists():
            yield Stores(main, main)
            return
        beside = counts_in(folder)
        try:
            with snapshot(beside) as counts:
                yield Stores(main, counts)
        finally:
            beside.dispose()


def counts_in(folder: Path, pragmas: Mapping[str, str] = engines.PRAGMAS) -> Engine:
    """Return an engine on the file of counts in a folder; the file and its table are made when they are missing."""
    made = create_engine(f"sqlite:///{folder / COUNTS}", **engines.OPTIONS)
    engines.prepare(made, pragmas)
    with writing(made) as connection:
        connection.execute(CreateTable(AskedCount.__table__, if_not_exists=True))  # type: ignore[arg-type]
    return made
