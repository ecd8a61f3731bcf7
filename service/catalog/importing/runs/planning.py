"""A dry run: what an import would do, row by row, and how good the list is. Never writes."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog.importing.files.incoming import Incoming, IncomingGroup, Remark, refuse
from service.catalog.importing.files.opening import Opened
from service.catalog.importing.runs.deciding import Decided, decide
from service.catalog.importing.runs.quality import Quality
from service.catalog.importing.runs.saying import Setting
from service.catalog.models_import import Imported, ImportSource

BATCH = 400
MOST_SHOWN = 200  # rows of each outcome, and remarks, that a plan names; all are counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an import would do.

    Attributes
    ----------
    counts : Counter
        new, changed, same, kept, refused, removed; `removal_held` where so many are missing that none is removed.
    shown : tuple of Decided
        The first rows of each outcome but `same`.
    remarks : Counter
        (column, code) -> how often.
    told : tuple of Remark
        The first of them, with their rows.
    quality : Quality
    """

    counts: Counter[str]
    shown: tuple[Decided, ...]
    remarks: Counter[tuple[str, str]]
    told: tuple[Remark, ...]
    quality: Quality


def once(rows: Iterator[Incoming], seen: set[str]) -> Iterator[Incoming]:
    """Refuse every row whose id an earlier row has."""
    for row in rows:
        if isinstance(row, IncomingGroup):
            if row.source_id in seen:
                yield refuse(row.row, "id", "duplicate_id", source_id=row.source_id)
                continue
            seen.add(row.source_id)
        yield row


def batches(rows: Iterator[Incoming]) -> Iterator[list[Incoming]]:
    """Cut rows into pieces."""
    while piece := list(islice(rows, BATCH)):
        yield piece


def plan(session: Session, opened: Opened, setting: Setting) -> Plan:
    """Return what importing this file would do now."""
    source_id = session.scalar(select(ImportSource.id).where(ImportSource.name == setting.source))
    counts: Counter[str] = Counter()
    remarks: Counter[tuple[str, str]] = Counter()
    shown: list[Decided] = []
    told: list[Remark] = []
    quality, seen = Quality(today=setting.today), set[str]()
    for piece in batches(once(opened.groups(), seen)):
        for row in piece:
            quality.add(row)
        for one in decide(session, piece, setting, source_id, hold=False):
            counts[one.outcome] += 1
            if one.outcome != "same" and counts[one.outcome] <= MOST_SHOWN:
                shown.append(one)
            remarks.update((remark.column, remark.code) for remark in one.remarks)
            told += one.remarks[: max(0, MOST_SHOWN - len(told))]
        session.expunge_all()
    gone, held = missing(session, source_id, seen)
    counts["removal_held" if held else "removed"] = len(gone)
    shown += [] if held else [_removed(session, key) for key in gone[:MOST_SHOWN]]
    return Plan(counts=+counts, shown=tuple(shown), remarks=remarks, told=tuple(told), quality=quality)


def missing(session: Session, source_id: UUID | None, seen: set[str]) -> tuple[list[UUID], bool]:
    """Return which listings the source has no more, and whether they are so many that the file must be a part only."""
    if source_id is None:
        return [], False
    mine = (Imported.source_id == source_id, Imported.gone.is_(False))
    query = select(Imported.id, Imported.identifier).where(*mine).order_by(Imported.identifier)
    gone = [row.id for row in session.execute(query) if row.identifier not in seen]
    known = session.scalar(select(func.count()).select_from(Imported).where(*mine)) or 0
    return gone, len(gone) * 2 > known


def _removed(session: Session, key: UUID) -> Decided:
    found = session.execute(
        select(Imported.identifier, m.Group.id, m.Group.name).join(m.Group).where(Imported.id == key)
    ).one()
    return Decided(row=0, identifier=found[0], outcome="removed", group_id=found[1], name=found[2])
