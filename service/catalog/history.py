"""What changed in the catalogue, when, and in which role: reading the revisions. Never writes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from service.catalog.changes import Difference, Snapshot, difference
from service.catalog.facts import Value
from service.catalog.models import Revision
from service.errors import NotFound

__all__ = ["RevisionView", "as_of", "difference", "last_change", "later", "revision", "revisions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionView:
    """One save. `actor_id` is None for the loading of seeds; `difference` is field -> [before, after]."""

    entity: str
    entity_id: UUID
    version: int
    at: datetime
    actor_id: UUID | None
    actor_role: str
    reason: str | None
    difference: Mapping[str, list[Any]]


def revisions(session: Session, entity: str, entity_id: UUID, *, limit: int = 100) -> tuple[RevisionView, ...]:
    """Return the saves of one thing, newest first."""
    return tuple(_view(row) for row in session.scalars(_of(entity, entity_id).limit(limit)))


def revision(session: Session, entity: str, entity_id: UUID, version: int) -> RevisionView:
    """Return one save; NotFound `revision` if there is none."""
    row = session.scalar(_of(entity, entity_id).where(Revision.version == version))
    if row is None:
        raise NotFound("revision")
    return _view(row)


def later(session: Session, entity: str, entity_id: UUID, version: int) -> tuple[RevisionView, ...]:
    """Return all saves after a version, newest first."""
    return tuple(_view(row) for row in session.scalars(_of(entity, entity_id).where(Revision.version > version)))


def last_change(session: Session, entity: str, entity_id: UUID, field: str) -> RevisionView | None:
    """Return the newest save that changed this field."""
    return next((found for found in revisions(session, entity, entity_id) if field in found.difference), None)


def as_of(now: Snapshot, later: Iterable[RevisionView]) -> dict[str, object]:
    """Return the snapshot as it was before these saves, newest first, when `now` is what it has become."""
    then = dict(now)
    for saved in later:
        then |= {name: before for name, (before, _) in saved.difference.items()}
    return {name: value for name, value in then.items() if value not in (None, Value.NOT_CONFIRMED.value)}


def _of(entity: str, entity_id: UUID) -> Select[Revision]:
    mine = select(Revision).where(Revision.entity == entity, Revision.entity_id == entity_id)
    return mine.order_by(Revision.version.desc())


def _view(row: Revision) -> RevisionView:
    changed: Difference = row.difference
    return RevisionView(
        entity=row.entity,
        entity_id=row.entity_id,
        version=row.version,
        at=row.at,
        actor_id=row.actor_id,
        actor_role=row.actor_role,
        reason=row.reason,
        difference=changed,
    )
