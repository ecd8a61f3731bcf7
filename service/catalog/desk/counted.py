"""What is known of the listings: counted by the page where they are few, else by a job, and kept. Never commits.

At a hundred thousand listings a count takes seconds. It only reads, so nobody waits for it but its job.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog.desk.coverage import Coverage, Shares, coverage
from service.catalog.models_desk import CountedCoverage

FEW = 2000  # listings, up to which a page counts by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The figures, and when they were counted; None: just now, by whoever asks."""

    figures: Coverage
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A count that is to be kept."""

    sequence: int
    at: datetime
    figures: dict[str, Any]


def read(session: Session, *, families: Mapping[str, str], today: date) -> Counted:
    """Return what is known; `families` as for `coverage`. Before the job has run, the page counts."""
    row = session.get(CountedCoverage, 1) if are_many(session) else None
    if row is None:
        return Counted(figures=coverage(session, families=families, today=today), at=None)
    return Counted(figures=_read(row.figures, families), at=row.counted_at)


def are_many(session: Session) -> bool:
    """Tell whether there are so many listings that a page should not count them."""
    return session.scalar(select(m.Group.id).order_by(m.Group.id).offset(FEW).limit(1)) is not None


def is_stale(session: Session, now: datetime) -> bool:
    """Tell whether the job has to count: something changed since, or it was another day."""
    row = session.get(CountedCoverage, 1, populate_existing=True)
    if row is not None and row.counted_at.date() == now.date() and row.sequence == _sequence(session):
        return False
    return are_many(session)


def count(session: Session, *, now: datetime) -> Count:
    """Count all; a change that comes meanwhile is left for the next time."""
    sequence = _sequence(session)
    widest = select(m.Term.code).where(
        m.Term.facet == "activity", m.Term.broader.is_(None), m.Term.replaced_by.is_(None)
    )
    families = {code: code for code in session.scalars(widest.order_by(m.Term.code))}
    found = coverage(session, families=families, today=now.date())
    return Count(sequence=sequence, at=now, figures=written(found))


def keep(session: Session, counted: Count) -> None:
    """Keep a count in place of the one before."""
    row = session.get(CountedCoverage, 1, with_for_update=True, populate_existing=True)
    if row is None:
        row = CountedCoverage(id=1)
        session.add(row)
    row.counted_at, row.sequence, row.figures = counted.at, counted.sequence, counted.figures
    session.flush()


def written(found: Coverage) -> dict[str, Any]:
    """Return figures as plain JSON values."""
    return asdict(found)


def _read(kept: Mapping[str, Any], families: Mapping[str, str]) -> Coverage:
    """Return kept figures; families by the names they have today, without those that are none any more."""
    return Coverage(
        whole=Shares(**kept["whole"]),
        areas=[(town, Shares(**shares)) for town, shares in kept["areas"]],
        terms=[(families[code], Shares(**shares)) for code, shares in kept["terms"] if code in families],
    )


def _sequence(session: Session) -> int:
    return session.scalar(select(m.CatalogState.sequence)) or 0
