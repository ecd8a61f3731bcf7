"""What stands in a backup, in order: what it is, files beside the database, each table's rows, and their sums."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from service.backups.stores import Stores
from service.db import version
from service.db.copying import lines
from service.db.copying.filling import Filler
from service.db.copying.tables import Row, Tally, count, rows, tally
from service.db.keyring import KeyRing
from service.errors import Conflict, Invalid

Sums = Mapping[str, tuple[int, str]]  # of each table: how many rows, and their sum


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup is: its moment, the version of its tables, its kind of database, and how many rows each had."""

    made: datetime
    schema: str
    kind: str
    counts: Mapping[str, int]

    @property
    def rows(self) -> int:
        """All rows."""
        return sum(self.counts.values())

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "Manifest":
        """Read the first record of a backup."""
        made = datetime.fromisoformat(told["made"])
        return cls(made=made, schema=told["schema"], kind=told["kind"], counts=dict(told["counts"]))


@dataclass(slots=True)
class Loaded:
    """What came out of a backup besides the rows."""

    manifest: Manifest
    files: dict[str, str] = field(default_factory=dict)
    sums: Sums = field(default_factory=dict)


def write(target: BinaryIO, ring: KeyRing, stores: Stores, *, at: datetime, files: Mapping[str, str]) -> Manifest:
    """Write everything, as the stores see it, into a sealed file.

    Raises
    ------
    Conflict
        `no_tables`: there is nothing to copy.
    """
    known, schema = stores.tables(), version.seen(stores.main)
    if schema is None:
        raise Conflict("no_tables")
    counts = {name: count(stores.of(name), name) for name in known}
    manifest = Manifest(made=at, schema=schema, kind=stores.main.dialect.name, counts=counts)
    book, sums = lines.Book(target, ring), dict[str, tuple[int, str]]()
    book.put("kith", {"made": at.isoformat(), "schema": schema, "kind": manifest.kind, "counts": counts})
    for name, text in files.items():
        book.put("file", name, text)
    for name, columns in known.items():
        book.put("table", name, [column.name for column in columns])
        added = Tally()
        for some in rows(stores.of(name), name, columns):
            added.add(some)
            book.put("rows", some)
        sums[name] = added.told()
    book.put("end", sums)
    book.close()
    return manifest


def manifest_of(path: Path, ring: KeyRing) -> Manifest:
    """Read what a backup is, and no more of it."""
    with path.open("rb") as source, closing(lines.read(source, ring)) as records:
        return _begun(records)


def load(path: Path, ring: KeyRing, fill: "Fill") -> Loaded:
    """Read a backup to its end and hand its rows on.

    Raises
    ------
    Invalid
        As `lines.read` and `Filler.table` do.
    """
    with path.open("rb") as source, closing(lines.read(source, ring)) as records:
        loaded = Loaded(_begun(records))
        with ExitStack() as table:
            for kind, *told in records:
                if kind == "rows":
                    fill.put(told[0])
                elif kind == "table":
                    fill.turn(table, told[0], told[1])
                elif kind == "file":
                    loaded.files[told[0]] = told[1]
                elif kind == "end":
                    loaded.sums = {name: (many, text) for name, (many, text) in told[0].items()}
    if not loaded.sums:
        raise Invalid("backup_damaged")
    return loaded


class Fill:
    """Puts rows where their table is."""

    def __init__(self, stores: Stores) -> None:
        main = Filler(stores.main)
        self._stores = stores
        self._fillers = {stores.main: main, stores.counts: main if stores.counts is stores.main else None}
        self._put: Any = None

    def turn(self, table: ExitStack, name: str, columns: Sequence[str]) -> None:
        """Go on to the next table."""
        table.close()
        self._put = table.enter_context(self.into(name, columns))

    def into(self, name: str, columns: Sequence[str]) -> AbstractContextManager[Callable[[Sequence[Row]], None]]:
        """Give what takes rows of one table."""
        return self._filler(name).table(name, columns)

    def put(self, some: Sequence[Sequence[Any]]) -> None:
        """Take rows of the table that was turned to."""
        self._put(some)

    def number_on(self) -> None:
        """See `Filler.number_on`."""
        self._filler("").number_on()

    def _filler(self, name: str) -> Filler:
        store = self._stores.of(name)
        found = self._fillers[store] or Filler(store)
        self._fillers[store] = found
        return found


def differing(stores: Stores, sums: Sums) -> list[str]:
    """Read every table again, and name those whose rows are not the ones that were written."""
    known = stores.tables()
    wrong = set(known) ^ set(sums)
    for name in known.keys() & sums.keys():
        if tally(stores.of(name), name, known[name]).told() != tuple(sums[name]):
            wrong.add(name)
    return sorted(wrong)


def _begun(records: Iterator[list[Any]]) -> Manifest:
    first: list[Any] = next(records, [""])
    if first[0] != "kith":
        raise Invalid("backup_damaged")
    return Manifest.read(first[1])
