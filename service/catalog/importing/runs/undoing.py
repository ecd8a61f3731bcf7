"""Takes a whole run back, newest first: what it changed is as before, what it made is archived. Never commits itself.

What an editor changed since stays as it is, and is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor, Permission
from service.accounts.record import audit
from service.catalog.changes import Difference
from service.catalog.importing.runs.knowing import standing
from service.catalog.importing.runs.writing import Batch
from service.catalog.keepers import check
from service.catalog.models_import import Imported, ImportLine, ImportRun, ImportSource
from service.db.units import Unit
from service.errors import Conflict, Forbidden, NotFound

PIECE = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What an undo left as it is: fields of one listing that somebody changed since."""

    group_id: UUID
    identifier: str | None
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What an undo did."""

    restored: int
    archived: int
    kept: tuple[Kept, ...]


SMALL = 1000  # rows that are taken back while somebody waits


def begin_undo(session: Session, *, source: str, number: int, actor: Actor, now: datetime) -> bool:
    """Have a run taken back; tell whether it is so small that it may be done at once. Raises as `undo_run`."""
    if not actor.may(Permission.EDIT_CATALOG):
        raise Forbidden(Permission.EDIT_CATALOG.value)
    check.whole(session, actor)
    run = _run(session, source, number)
    run.state, run.actor_id, run.actor_role = "undoing", actor.user_id, actor.role.value
    _record(session, run.id, actor, now)
    return run.done_rows <= SMALL


def undo_run(unit: Unit, *, source: str, number: int, actor: Actor, now: datetime) -> Undone:
    """Take a run back; begun again after it was killed, it goes on.

    Raises
    ------
    Forbidden
        `edit_catalog`.
    NotFound
        `import_run`.
    Conflict
        `import_later_run` with `number`: a later run of the same source must be undone first; `import_undone`.
    """
    if not actor.may(Permission.EDIT_CATALOG):
        raise Forbidden(Permission.EDIT_CATALOG.value)
    with unit() as session:
        check.whole(session, actor)
        run = _run(session, source, number)
        run.state = "undoing"
        run_id = run.id
        _record(session, run_id, actor, now)
    kept: list[Kept] = []
    restored = archived = 0
    while True:
        with unit() as session:
            lines = _next(session, run_id)
            if not lines:
                _close(session, run_id, now)
                _record(session, run_id, actor, now)
                return Undone(restored=restored, archived=archived, kept=tuple(kept))
            batch = Batch(session=session, actor=actor, now=now, reason=f"undo import {source} {number}", source=source)
            for line, was in _take_back(session, batch, lines, kept):
                restored += was == "restored"
                archived += was == "archived"
                line.undone = True
            session.flush()
            if batch.touched:
                batch.send()


def _run(session: Session, source: str, number: int) -> ImportRun:
    mine = select(ImportRun).join(ImportSource).where(ImportSource.name == source)
    run = session.scalar(mine.where(ImportRun.number == number).with_for_update())
    if run is None:
        raise NotFound("import_run")
    if run.state == "undone":
        raise Conflict("import_undone")
    later = mine.where(ImportRun.number > number, ImportRun.state != "undone").order_by(ImportRun.number.desc())
    last = session.scalars(later.limit(1)).first()
    if last is not None:
        raise Conflict("import_later_run", number=last.number)
    return run


def _next(session: Session, run_id: UUID) -> Sequence[ImportLine]:
    mine = select(ImportLine).where(ImportLine.run_id == run_id, ImportLine.undone.is_(False))
    return session.scalars(mine.order_by(ImportLine.row, ImportLine.id).limit(PIECE)).all()


def _take_back(
    session: Session, batch: Batch, lines: Sequence[ImportLine], kept: list[Kept]
) -> list[tuple[ImportLine, str]]:
    now = standing(session, [line.group_id for line in lines if line.group_id is not None], hold=True)
    done = []
    for line in lines:
        was = ""
        if line.group_id is not None and line.group_id in now:
            was = _one(batch, line, now[line.group_id], kept)
            _forget(session, line)
        done.append((line, was))
    return done


def _one(batch: Batch, line: ImportLine, now: dict[str, Any], kept: list[Kept]) -> str:
    assert line.group_id is not None  # noqa: S101  # only lines of groups come here
    back: Difference = {}
    since = []
    for name, (before, after) in line.difference.items():
        if now.get(name) == after:
            back[name] = [after, before]
        else:
            since.append(name)
    if since:
        kept.append(Kept(group_id=line.group_id, identifier=line.identifier, fields=tuple(sorted(since))))
    if line.outcome == "new":
        if since or now.get("status") == "archived":
            return ""
        batch.change(line.group_id, {"status": [now.get("status"), "archived"]})
        return "archived"
    if not back:
        return ""
    batch.change(line.group_id, back)
    return "restored"


def _forget(session: Session, line: ImportLine) -> None:
    """Have the source's word as it was before the run."""
    mine = update(Imported).where(Imported.group_id == line.group_id, Imported.identifier == line.identifier)
    if line.outcome == "new":
        session.execute(mine.values(gone=True, status_before=line.difference.get("status", [None, "draft"])[1]))
    elif line.outcome == "removed":
        session.execute(mine.values(gone=False, status_before=None))
    elif line.base is not None:
        session.execute(mine.values(said=line.base))
        status = line.difference.get("status", [None])
        if status[0] == "archived":  # it had gone from the source, and came back with this run
            session.execute(mine.values(gone=True, status_before=status[1]))


def _close(session: Session, run_id: UUID, now: datetime) -> None:
    session.execute(update(ImportRun).where(ImportRun.id == run_id).values(state="undone", finished_at=now))


def _record(session: Session, run_id: UUID, actor: Actor, now: datetime) -> None:
    audit.record(
        session,
        actor=actor,
        action=Permission.EDIT_CATALOG.value,
        subject="import_run",
        subject_id=run_id,
        columns=["state"],
        now=now,
    )
