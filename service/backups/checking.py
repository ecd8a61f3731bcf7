"""Whether a copy would do: what every backup is put through before it counts, and every database that was put back."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.orm import Session

from service.accounts.record import audit_check
from service.catalog.words.vocabulary import load_taxonomy
from service.db import Base
from service.db.classes import Sealed, sealed_columns
from service.db.keyring import KeyRing
from service.db.sealing import Sealer
from service.errors import Conflict, Invalid
from service.matching import Matching, Profile
from service.matching.queries import CatalogSource
from service.matching.wording import Wording

SAMPLE = 100  # sealed values of each column that are opened


class UnusableCopyError(Conflict):
    """The copy is not what it was made of, or would not work; `what` names what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """Rows of the record, sealed values that opened and that did not, groups that search holds."""

    record: int
    opened: int
    unopened: int
    groups: int


def of_file(connection: Connection) -> None:
    """Have SQLite look through its own file, and at each reference.

    Raises
    ------
    UnusableCopyError
    """
    if connection.dialect.name == "sqlite":
        if connection.exec_driver_sql("PRAGMA integrity_check").scalar() != "ok":
            raise UnusableCopyError("copy_unusable", what="integrity")
        if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
            raise UnusableCopyError("copy_unusable", what="references")


def of_record(session: Session, heads: Iterable[str]) -> int:
    """Walk along the record of deeds; returns how many rows it has.

    Raises
    ------
    UnusableCopyError
    """
    found = audit_check.verify(session, heads=heads)
    if not found.whole:
        raise UnusableCopyError("copy_unusable", what="record")
    return found.rows


def of_sealed(session: Session, ring: KeyRing) -> tuple[int, int]:
    """Open some values of every sealed column; returns how many opened, and how many did not.

    A value may have been past opening before it was copied: a key is gone, or a disk erred. All of them are not.

    Raises
    ------
    UnusableCopyError
    """
    opened = unopened = 0
    for column in sealed_columns(Base.metadata):
        tried = [
            _opens(Sealer(ring, column.purpose), column, row_id, value) for row_id, value in _some(session, column)
        ]
        opened, unopened = opened + tried.count(True), unopened + tried.count(False)
    if unopened and not opened:
        raise UnusableCopyError("copy_unusable", what="sealed")
    return opened, unopened


def of_search(engine: Engine, seeds: Path, folder: Path, clock: Callable[[], datetime]) -> int:
    """Lay out the catalogue in `folder` and search it once; returns how many groups it holds.

    Raises
    ------
    UnusableCopyError
    """
    taxonomy, source = load_taxonomy(seeds / "taxonomy"), CatalogSource(lambda: engine, clock)
    matching = Matching(folder, source, taxonomy, wording=Wording(taxonomy, source).current)
    held = matching.rebuild()
    searched(matching, held, clock())
    return held


def searched(matching: Matching, held: int, now: datetime) -> None:
    """Search once for anything at all.

    Raises
    ------
    UnusableCopyError
    """
    if held and not matching.match(Profile(), now=now).matches:
        raise UnusableCopyError("copy_unusable", what="search")


def _some(session: Session, sealed: Sealed) -> list[tuple[object, bytes]]:
    [key] = sealed.column.table.primary_key.columns
    wanted = select(key, sealed.column).where(func.length(sealed.column) > 1).order_by(key).limit(SAMPLE)
    return [(row_id, value) for row_id, value in session.execute(wanted) if value]


def _opens(sealer: Sealer, sealed: Sealed, row_id: object, value: bytes) -> bool:
    try:
        sealer.open(sealed.place(row_id), value)
    except Invalid:
        return False
    return True
