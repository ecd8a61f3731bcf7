"""Rows as plain values, to be given to whom they tell of: sealed columns opened, secrets left out."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, MetaData, Table, select
from sqlalchemy.orm import Session

from service.db.classes import Class, Kept, kept_of
from service.db.sealing import Sealer
from service.errors import Invalid

Row = dict[str, Any]
UNREADABLE = "(cannot be opened)"


def rows(
    session: Session, metadata: MetaData, name: str, condition: ColumnElement[bool], sealer: Callable[[str], Sealer]
) -> list[Row]:
    """Return the rows of one table, oldest key first, as values that JSON knows.

    Every column is there but for secrets: a column that nobody classed fails.
    """
    table = metadata.tables[name]
    kept = kept_of(table)
    if kept is None or set(kept.classes) != {column.name for column in table.columns}:
        raise Invalid("unclassed", table=name)
    found = session.execute(select(table).where(condition).order_by(*table.primary_key.columns))
    return [_row(table, kept, dict(one._mapping), sealer) for one in found]


def _row(table: Table, kept: Kept, row: Row, sealer: Callable[[str], Sealer]) -> Row:
    [key] = table.primary_key.columns
    told: Row = {}
    for column, value in row.items():
        if kept.classes[column] is Class.SECRET:
            continue
        if column in kept.sealed and value:
            place = f"{table.name}:{row[key.name]}:{kept.sealed[column]}"
            told[column] = _opened(sealer(kept.purpose), place, value)
        else:
            told[column] = _plain(value)
    return told


def _opened(sealer: Sealer, place: str, value: bytes) -> str:
    try:
        return sealer.open(place, value).decode()
    except Invalid:  # under a key that is gone: the person is told that something is there
        return UNREADABLE


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex() or None
    return str(value) if isinstance(value, UUID) else value
