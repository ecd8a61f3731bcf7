"""A backup put into a scratch database and checked through: so it comes to count, and so it is put back on SQLite."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.accounts.record.audit_check import HEADS
from service.backups import book, checking, stores
from service.backups.book import Loaded
from service.backups.checking import Checked, UnusableCopyError
from service.backups.stores import Stores
from service.config import Settings
from service.db import version
from service.db.engine import FILLING
from service.db.keyring import KeyRing
from service.errors import Invalid

BASE = "kith.sqlite"
SEARCH = "index"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A scratch database that holds a backup and was found to be as it should."""

    engine: Engine
    loaded: Loaded
    checked: Checked


@contextmanager
def tried(
    backup: Path, *, ring: KeyRing, settings: Settings, place: Path, clock: Callable[[], datetime]
) -> Iterator[Tried]:
    """Fill a database in the folder `place` from a backup, bring it up to today's tables, and look whether it would do.

    Raises
    ------
    Invalid
        The file does not open: see `book.load`. `backup_newer`: a later version of Kith made it.
    UnusableCopyError
        It opens, and what it holds would not do.
    """
    from service.db import migrations  # a start would load Alembic too, which only whoever looks at a backup needs

    with stores.opened(f"sqlite:///{place / BASE}", settings.secret, FILLING) as engine:
        migrations.upgrade(engine, known(book.manifest_of(backup, ring).schema))
        engine.dispose()  # a migration ends with references on, and rows come in any order
        loaded = _filled(backup, ring, engine, place)
        migrations.upgrade(engine)
        with engine.connect() as connection:
            checking.of_file(connection)
        with Session(engine) as session:
            record = checking.of_record(session, loaded.files.get(HEADS, "").splitlines())
            opened, unopened = checking.of_sealed(session, ring)
        groups = checking.of_search(engine, settings.seeds_folder, place / SEARCH, clock)
        checked = Checked(record=record, opened=opened, unopened=unopened, groups=groups)
        yield Tried(engine=engine, loaded=loaded, checked=checked)


def known(schema: str) -> str:
    """Return the version of a backup's tables.

    Raises
    ------
    Invalid
        `backup_newer`.
    """
    if schema > version.head():
        raise Invalid("backup_newer", schema=schema, newest=version.head())
    return schema


def _filled(backup: Path, ring: KeyRing, engine: Engine, place: Path) -> Loaded:
    beside = stores.counts_in(place, FILLING)
    try:
        with (
            stores.writing(engine) as main,
            stores.writing(beside) as counts,
        ):
            loaded = book.load(backup, ring, book.Fill(Stores(main, counts)))
        with engine.connect() as main, beside.connect() as counts:
            whole(Stores(main, counts), loaded)
    finally:
        beside.dispose()
    return loaded


def whole(copy: Stores, loaded: Loaded) -> None:
    """Compare a filled database with what the backup says was written, and that with what was counted before.

    Raises
    ------
    UnusableCopyError
    """
    counted = {name: many for name, (many, _) in loaded.sums.items()}
    if counted != dict(loaded.manifest.counts) or book.differing(copy, loaded.sums):
        raise UnusableCopyError("copy_unusable", what="rows")
