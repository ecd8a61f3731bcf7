"""The one group whose times a source holds: what stands there, what was said last, the tie between. Never commits."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from service.catalog.changes import SessionChange, read_session
from service.catalog.importing.files.calendars.following import Target
from service.catalog.importing.runs.knowing import standing
from service.catalog.importing.runs.saying import made_id
from service.catalog.importing.runs.sources import source_id
from service.catalog.models_import import Imported, ImportSource
from service.errors import NotFound

MEETING = "sessions."


def target(session: Session, source: str, group_id: UUID) -> Target:
    """Return the group that a calendar is for; NotFound `group`."""
    now = standing(session, [group_id], hold=False).get(group_id)
    if now is None:
        raise NotFound("group")
    known = session.scalar(select(Imported).where(*_tie(source, group_id)))
    return Target(
        group_id=group_id,
        name=str(now["name"]),
        standing=_meetings(now),
        said=_meetings(known.said) if known is not None else {},
    )


def tie(session: Session, *, source: str, group_id: UUID, now: datetime) -> None:
    """Have a source speak of one group from now on: what stands there now counts as what it said last.

    So its first word is taken, which somebody has seen and agreed to; an editor's later word stays.
    """
    if session.get(ImportSource, source_id(source)) is None:
        session.add(ImportSource(id=source_id(source), name=source, mapping={}, trusted=False, created_at=now))
        session.flush()
    row = session.scalar(select(Imported).where(*_tie(source, group_id)))
    if row is None:
        session.add(first_word(session, source_id(source), group_id))
    else:
        row.said = _told(session, group_id)
    session.flush()


def first_word(session: Session, source: UUID | None, group_id: UUID) -> Imported:
    """Return what is remembered of a source that has not spoken of a group yet; it is not added."""
    key = made_id("imported", str(source), str(group_id))
    return Imported(
        id=key, source_id=source, identifier=str(group_id), group_id=group_id, gone=False,
        said=_told(session, group_id),
    )  # fmt: skip


def _told(session: Session, group_id: UUID) -> dict[str, Any]:
    there = standing(session, [group_id], hold=False).get(group_id, {})
    return {name: value for name, value in there.items() if name == "name" or name.startswith(MEETING)}


def _tie(source: str, group_id: UUID) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Imported.source_id == source_id(source), Imported.identifier == str(group_id)


def _meetings(said: Mapping[str, object]) -> dict[UUID, SessionChange]:
    found = {UUID(name[len(MEETING) :]): read_session(said[name]) for name in sorted(said) if name.startswith(MEETING)}
    return {key: one for key, one in found.items() if one is not None}
