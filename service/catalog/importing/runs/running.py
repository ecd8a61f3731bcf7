"""Imports a list: in one unit of work, or in pieces that go on where they were killed. Opens units that are handed in.

Ids are made from the source's own, and each piece is written with the place it ends at: so a run that was killed and
begun again comes to the same as one that was not.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, func, insert, select, update
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor, Permission
from service.accounts.record import audit
from service.catalog import models as m
from service.catalog.changes import Difference
from service.catalog.importing.files.incoming import Incoming
from service.catalog.importing.files.opening import Opened
from service.catalog.importing.runs.bodies import bodies_of
from service.catalog.importing.runs.deciding import Decided, decide
from service.catalog.importing.runs.knowing import chunks
from service.catalog.importing.runs.planning import batches, missing, once
from service.catalog.importing.runs.saying import Setting, made_id
from service.catalog.importing.runs.sources import source_for
from service.catalog.importing.runs.weighing import Decision
from service.catalog.importing.runs.writing import Batch
from service.catalog.models_import import Imported, ImportLine, ImportRun
from service.catalog.terms.knowing import know_terms
from service.db.units import Unit
from service.errors import Conflict, Forbidden

ATOMIC = 1000  # rows that go in as one
REASON = "import {source} {number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a run did; `number` names it when it is to be undone."""

    run_id: UUID
    number: int
    counts: Mapping[str, int]
    resumed_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What every piece of a run is done with."""

    opened: Opened
    setting: Setting
    actor: Actor
    now: datetime


def run_import(unit: Unit, work: Work) -> Ran:
    """Import a file; begun again after it was killed, it goes on. Raises as `run_for`."""
    ran = run_for(unit, work, lambda: True)
    assert ran is not None  # noqa: S101  # it was never stopped
    return ran


def run_for(unit: Unit, work: Work, going: Callable[[], bool]) -> Ran | None:
    """Import as much of a file as there is time for, at least a piece; None where some of it is left.

    Raises
    ------
    Forbidden
        `edit_catalog`.
    Conflict
        `import_running`: another process imports the same file now.
    """
    if not work.actor.may(Permission.EDIT_CATALOG):
        raise Forbidden(Permission.EDIT_CATALOG.value)
    seen: set[str] = set()
    rows = once(work.opened.groups(), seen)
    first = list(islice(rows, ATOMIC + 1))
    if len(first) <= ATOMIC:
        with unit() as session:
            run = _begin(session, work)
            resumed = run.done_rows
            _pieces(session, run, first[resumed:], work)
            _remove(session, run, seen, work)
            return _end(session, run, work, resumed)
    with unit() as session:
        run_id, resumed = (run := _begin(session, work)).id, run.done_rows
    position = resumed
    for piece in batches(islice(chain(first, rows), resumed, None)):
        with unit() as session:
            _piece(session, _held(session, run_id, position), piece, work)
        position += len(piece)
        if not going():
            return None
    with unit() as session:
        run = _held(session, run_id, position)
        _remove(session, run, seen, work)
        return _end(session, run, work, resumed)


def _begin(session: Session, work: Work) -> ImportRun:
    """Return the run that was killed with this very file, or a new one."""
    source = source_for(session, work.setting, work.opened.mapping, now=work.now)
    open_runs = select(ImportRun).where(ImportRun.source_id == source.id, ImportRun.state == "running")
    for run in session.scalars(open_runs.order_by(ImportRun.number)):
        if run.digest == work.opened.digest and run.trusted == work.setting.trusted:
            return run
        run.state, run.finished_at = "done", work.now  # given up for another file
    last = session.scalar(select(func.max(ImportRun.number)).where(ImportRun.source_id == source.id)) or 0
    made = ImportRun(
        id=made_id("run", work.setting.source, str(last + 1)),
        source_id=source.id,
        number=last + 1,
        state="running",
        kind=work.opened.kind,
        digest=work.opened.digest,
        trusted=work.setting.trusted,
        done_rows=0,
        counts={},
        actor_id=work.actor.user_id,
        actor_role=work.actor.role.value,
        started_at=work.now,
    )
    session.add(made)
    session.flush()
    _record(session, made, work)
    return made


def _held(session: Session, run_id: UUID, position: int) -> ImportRun:
    run = session.get(ImportRun, run_id, with_for_update=True, populate_existing=True)
    if run is None or run.state != "running" or run.done_rows != position:
        raise Conflict("import_running")
    return run


def _pieces(session: Session, run: ImportRun, rows: Sequence[Incoming], work: Work) -> None:
    for piece in batches(iter(rows)):
        _piece(session, run, piece, work)


def _piece(session: Session, run: ImportRun, piece: Sequence[Incoming], work: Work) -> None:
    decided = decide(session, piece, work.setting, run.source_id, hold=True)
    batch = _batch(session, run, work)
    bodies = bodies_of(batch, [one for one in decided if one.outcome == "new"], work.setting)
    for one in decided:
        if one.group_id is None or one.outcome not in ("new", "changed"):
            continue
        batch.beside.own_places.update(one.own_places)
        if one.outcome == "new":
            batch.add_group(one.group_id, bodies[one.group_id], work.setting, one.decision.changes)
            for place, number in one.numbers.items():
                batch.beside.number("location", place, number)
        else:
            batch.change(one.group_id, one.decision.changes)
    if batch.touched or batch.rows:
        _know_terms(session, work.setting, decided)
        batch.send()
    remember(session, run.source_id, decided)
    _tell(session, run, decided)
    run.counts = dict(Counter(run.counts) + Counter(one.outcome for one in decided))
    run.done_rows += len(piece)
    session.flush()
    session.expunge_all()
    session.add(run)


def _know_terms(session: Session, setting: Setting, decided: Sequence[Decided]) -> None:
    said = (one.decision.changes.get("terms", [None, None])[1] for one in decided if one.group_id is not None)
    if setting.taxonomy is not None:
        know_terms(
            session, setting.taxonomy, {str(code) for codes in said if isinstance(codes, list) for code in codes}
        )


def _batch(session: Session, run: ImportRun, work: Work) -> Batch:
    reason = REASON.format(source=work.setting.source, number=run.number)
    return Batch(session=session, actor=work.actor, now=work.now, reason=reason, source=work.setting.source)


def remember(session: Session, source_id: UUID, decided: Sequence[Decided]) -> None:
    """Keep what each row says now."""
    fresh, again = [], []
    for one in decided:
        if one.outcome == "new":
            key = made_id("imported", str(source_id), str(one.identifier))
            row = {"id": key, "source_id": source_id, "identifier": one.identifier, "group_id": one.group_id}
            fresh.append({**row, "said": one.said, "gone": False})
        elif one.known is not None and (one.said != one.base or one.again):
            again.append({"id": one.known, "said": one.said, "gone": False, "status_before": None})
    if fresh:
        session.execute(insert(cast(Table, Imported.__table__)), fresh)
    if again:
        session.execute(update(Imported), again)


def _tell(session: Session, run: ImportRun, decided: Sequence[Decided]) -> None:
    lines = [_line(run, one) for one in decided if one.outcome != "same" or one.said != one.base or one.again]
    if lines:
        session.execute(insert(cast(Table, ImportLine.__table__)), lines)


def _line(run: ImportRun, one: Decided) -> dict[str, Any]:
    return {
        "id": made_id("line", str(run.id), str(one.row), one.outcome, one.identifier or ""),
        "run_id": run.id,
        "row": one.row,
        "identifier": one.identifier[:300] if one.identifier else None,
        "group_id": one.group_id,
        "outcome": one.outcome,
        "difference": one.decision.changes,
        "kept": one.decision.kept,
        "conflicts": one.decision.conflicts,
        "remarks": [[remark.column, remark.code, dict(remark.params)] for remark in one.remarks],
        "base": one.base,
    }


def _remove(session: Session, run: ImportRun, seen: set[str], work: Work) -> None:
    """Archive what the source has no more: drafts always, shown listings of a trusted source; the rest is told."""
    gone, held = missing(session, run.source_id, seen)
    if held:
        run.counts = {**run.counts, "removal_held": len(gone)}
        return
    for part in chunks(gone):
        batch, decided = _batch(session, run, work), []
        query = select(Imported, m.Group.status).join(m.Group, m.Group.id == Imported.group_id)
        for known, status in session.execute(query.where(Imported.id.in_(part)).order_by(Imported.identifier)):
            taken = status == "draft" or (work.setting.trusted and status in ("published", "paused"))
            known.gone, known.status_before = True, status if taken else None
            decision: Difference = {"status": [status, "archived"]} if taken else {}
            if taken:
                batch.change(known.group_id, dict(decision))
            decided.append(_gone(known, decision))
        batch.send()
        _tell(session, run, decided)
    if gone:
        run.counts = {**run.counts, "removed": len(gone)}


def _gone(known: Imported, changes: Difference) -> Decided:
    return Decided(
        row=0,
        identifier=known.identifier,
        outcome="removed",
        group_id=known.group_id,
        base=dict(known.said),
        decision=Decision(changes=changes),
    )


def _end(session: Session, run: ImportRun, work: Work, resumed: int) -> Ran:
    run.state, run.finished_at = "done", work.now
    _record(session, run, work)
    session.flush()
    return Ran(run_id=run.id, number=run.number, counts=dict(run.counts), resumed_at=resumed)


def _record(session: Session, run: ImportRun, work: Work) -> None:
    audit.record(
        session,
        actor=work.actor,
        action=Permission.EDIT_CATALOG.value,
        subject="import_run",
        subject_id=run.id,
        columns=["state"],
        now=work.now,
    )
