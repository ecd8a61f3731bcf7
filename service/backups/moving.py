"""Moving an installation from SQLite to PostgreSQL: every row, compared afterwards, in one transaction or not."""

from dataclasses import dataclass

from sqlalchemy.exc import OperationalError

from service.backups import book, stores, targets
from service.backups.book import Fill, Sums
from service.backups.checking import UnusableCopyError
from service.backups.restoring import fill_server
from service.backups.stores import Stores
from service.config import Settings
from service.db import version
from service.db.copying.tables import Tally, rows
from service.errors import Conflict, Invalid

WAIT = 5  # seconds that somebody may write before we give up


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """How much was moved; every table was read again there and is the same."""

    tables: int
    rows: int


def move(settings: Settings, *, to: str) -> Moved:
    """Copy the SQLite database of these settings into the empty PostgreSQL database `to`; nobody may write meanwhile.

    Raises
    ------
    Invalid
        `move_from`, `move_to`: not such databases. `text_with_nul`, `row_refused`: a row that PostgreSQL cannot hold.
    Conflict
        `source_in_use`: somebody writes. `target_not_empty`, `target_in_use`; UnusableCopyError.
    """
    if to.startswith("postgresql://"):
        to = to.replace("postgresql://", "postgresql+psycopg://", 1)
    file = targets.file_of(settings.database_url)
    if file is None or not file.is_file():
        raise Invalid("move_from")
    with stores.opened(settings.database_url, settings.secret) as source, stores.opened(to, settings.secret) as target:
        if target.dialect.name != "postgresql":
            raise Invalid("move_to")
        with stores.writing(target) as there:
            targets.need_empty(there, name=targets.name_of(to), over=None)
            try:
                with stores.seen(source, settings.data_folder, alone=True) as here:
                    return _moved(here, Stores(there, there))
            except OperationalError as error:
                if error.connection_invalidated or "locked" not in str(error.orig):
                    raise
                raise Conflict("source_in_use", name=file.name) from error


def _moved(here: Stores, there: Stores) -> Moved:
    schema = version.seen(here.main)
    if schema is None or schema > version.head():
        raise Conflict("no_tables")
    sums = fill_server(there.main, schema, lambda fill: _poured(here, fill))
    if book.differing(there, sums):
        raise UnusableCopyError("copy_unusable", what="rows")
    return Moved(tables=len(sums), rows=sum(many for many, _ in sums.values()))


def _poured(here: Stores, fill: Fill) -> Sums:
    sums = {}
    for name, columns in here.tables().items():
        added = Tally()
        with fill.into(name, [column.name for column in columns]) as put:
            for some in rows(here.of(name), name, columns):
                added.add(some)
                put(some)
        sums[name] = added.told()
    return sums
