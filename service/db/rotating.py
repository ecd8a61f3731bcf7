"""Sealing anew, under the newest key, what is sealed under older ones; and counting what each key still seals.

Row by row in small transactions: stopped at any moment, it goes on where it was. A row that somebody changes meanwhile
is left as they wrote it, and nobody's version of a row is touched.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, MetaData, Table, func, select, update
from sqlalchemy.orm import Session

from service.db.classes import Sealed, sealed_columns
from service.db.keyring import KeyRing
from service.db.sealing import Sealer
from service.errors import Invalid

BATCH = 100  # rows in one transaction: other writers wait for milliseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotated:
    """What became of one column: how many values are sealed anew, and how many could not be opened."""

    column: str
    done: int
    unopened: int


def rotate(
    unit: Callable[[], AbstractContextManager[Session]], ring: KeyRing, metadata: MetaData, *, batch: int = BATCH
) -> Iterator[Rotated]:
    """Seal every value of every sealed column under the newest key. `unit` opens a writing unit of work."""
    for sealed in sealed_columns(metadata):
        sealer = Sealer(ring, sealed.purpose)
        done = unopened = 0
        after: object = None
        while True:
            with unit() as session:
                rows = _older(session, sealed, ring.newest, after, batch)
                made = [_anew(session, sealer, sealed, row_id, value) for row_id, value in rows]
            done, unopened = done + made.count(True), unopened + made.count(False)
            if len(rows) < batch:
                break
            after = rows[-1][0]
        yield Rotated(column=_named(sealed), done=done, unopened=unopened)


def count(session: Session, metadata: MetaData) -> Mapping[int, Mapping[str, int]]:
    """Count, by number of the key, how many values of each column it seals."""
    found: dict[int, Counter[str]] = {}
    for sealed in sealed_columns(metadata):
        key = _key_of(sealed)
        grouped = select(key, func.count()).where(sealed.column.is_not(None)).group_by(key)
        for number, many in session.execute(grouped):
            if number:  # an empty value is sealed under nothing
                found.setdefault(number[0], Counter())[_named(sealed)] += many
    return found


def _older(session: Session, sealed: Sealed, newest: int, after: object, limit: int) -> list[tuple[Any, bytes]]:
    key = _primary(sealed)
    wanted = select(key, sealed.column).where(func.length(sealed.column) > 1, _key_of(sealed) != bytes((newest,)))
    if after is not None:
        wanted = wanted.where(key > after)
    return [(row_id, value) for row_id, value in session.execute(wanted.order_by(key).limit(limit)) if value]


def _anew(session: Session, sealer: Sealer, sealed: Sealed, row_id: object, value: bytes) -> bool:
    place = sealed.place(row_id)
    try:
        data = sealer.open(place, value)
    except Invalid:  # damaged, or under a key that is gone: it stays as it is, and is told of
        return False
    column = sealed.column
    as_it_was = (_primary(sealed) == row_id, column == value)
    session.execute(update(_table(sealed)).where(*as_it_was).values({column.name: sealer.seal(place, data)}))
    return True


def _key_of(sealed: Sealed) -> ColumnElement[bytes]:
    """The byte of sealed text that holds the number of its key."""
    return func.substr(sealed.column, 2, 1, type_=LargeBinary)


def _primary(sealed: Sealed) -> ColumnElement[Any]:
    [key] = _table(sealed).primary_key.columns
    return key


def _table(sealed: Sealed) -> Table:
    table = sealed.column.table
    assert isinstance(table, Table)  # noqa: S101  # every column of the metadata stands in one
    return table


def _named(sealed: Sealed) -> str:
    return f"{_table(sealed).name}.{sealed.column.name}"
