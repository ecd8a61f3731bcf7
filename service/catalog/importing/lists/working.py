"""Looks at lists that were sent and takes them in, for a page or a job. Opens units that are handed in."""

import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from service.accounts.permissions import GRANTS, Actor, Role
from service.catalog.importing.files.opening import columns_of
from service.catalog.importing.files.packages import packed
from service.catalog.importing.lists.keeping import AT_ONCE, erase
from service.catalog.importing.runs.planning import Plan, plan
from service.catalog.importing.runs.preparing import Prepared, prepare
from service.catalog.importing.runs.running import Work, run_for
from service.catalog.importing.runs.undoing import undo_run
from service.catalog.models_import import ImportRun, ImportSource
from service.catalog.models_lists import SentList
from service.catalog.where.packs import CountryPack
from service.catalog.words.taxonomy import Taxonomy
from service.db.units import Unit
from service.errors import Conflict, Invalid

Going = Callable[[], bool]
Columns = Sequence[tuple[str, str, str]]  # heading, what it means, a cell
MOST_TOLD = 100  # rows that a page names of each kind; all are counted
LONGEST_TOLD = 80  # characters of a name or a cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """What lists are worked on with: units that read and write, where the places of the country are, and the time."""

    reading: Unit
    writing: Unit
    pack: CountryPack
    now: datetime
    taxonomy: Taxonomy | None = None
    going: Going = lambda: True  # whether there is time for another piece


def is_waiting(session: Session) -> bool:
    """Tell whether there is anything to do."""
    lists = select(SentList.id).where(SentList.state.in_(("waiting", "taking"))).limit(1)
    undoing = select(ImportRun.id).where(ImportRun.state == "undoing").limit(1)
    return session.scalar(lists) is not None or session.scalar(undoing) is not None


def work(tool: Tool) -> int:
    """Look at, take in and take back whatever waits, the oldest first; return how many lists were dealt with."""
    done = 0
    with tool.reading() as session:
        waits = select(SentList.id, SentList.state).where(SentList.state.in_(("waiting", "taking")))
        found = [(row.id, row.state) for row in session.execute(waits.order_by(SentList.made_at, SentList.id))]
    for list_id, state in found:
        if tool.going():
            check(tool, list_id) if state == "waiting" else take_in(tool, list_id)
            done += 1
    return done + _take_back(tool)


def is_small(data: bytes) -> bool:
    """Tell whether a list can be looked at while somebody waits."""
    return _unpacked(data) <= AT_ONCE


def _unpacked(data: bytes) -> int:
    if not zipfile.is_zipfile(BytesIO(data)):
        return len(data)
    try:
        return sum(packed(BytesIO(data)).values())
    except Invalid:  # which looking at it says at once
        return len(data)


def check(tool: Tool, list_id: UUID) -> None:
    """Look at a list: what it would do, and how good it is."""
    try:
        with _file(tool, list_id) as (row, path):
            found = _looked(tool, row, path)
    except Invalid as refused:
        _write(tool, list_id, "waiting", state="failed", plan=_wrong(refused, []), problem=refused.code[:60])
    else:
        state = "failed" if "fields" in found else "checked"
        _write(tool, list_id, "waiting", state=state, plan=found, problem="mapping" if state == "failed" else None)


def _looked(tool: Tool, row: SentList, path: Path) -> dict[str, Any]:
    with tool.reading() as session:
        try:
            prepared = _prepared(session, row, path, tool)
        except Invalid as refused:
            if refused.code != "mapping":
                raise
            return _wrong(refused, columns_of(path, row.mapping))
        columns = columns_of(path, prepared.opened.mapping)
        return _told(columns, plan(session, prepared.opened, prepared.setting))


def take_in(tool: Tool, list_id: UUID) -> None:
    """Take a list in, or as much of it as there is time for; begun again it goes on."""
    try:
        with _file(tool, list_id) as (row, path):
            with tool.reading() as session:
                prepared = _prepared(session, row, path, tool)
            actor = _actor(row)
            ran = run_for(
                tool.writing,
                Work(opened=prepared.opened, setting=prepared.setting, actor=actor, now=tool.now),
                tool.going,
            )
    except (Invalid, Conflict) as refused:
        _write(tool, list_id, "taking", state="failed", problem=refused.code[:60])
        return
    if ran is not None:
        _write(tool, list_id, "taking", state="done", run_number=ran.number)
        with tool.writing() as session:
            erase(session, list_id)


def done_rows(session: Session, source: str) -> int:
    """Return how many rows of the newest run of a source are written."""
    newest = select(ImportRun.done_rows).join(ImportSource).where(ImportSource.name == source)
    return session.scalar(newest.order_by(ImportRun.number.desc()).limit(1)) or 0


def rows_of_run(session: Session, source: str, number: int) -> int:
    """Return how many rows a run had."""
    mine = select(func.coalesce(ImportRun.done_rows, 0)).join(ImportSource).where(ImportSource.name == source)
    return session.scalar(mine.where(ImportRun.number == number)) or 0


def _take_back(tool: Tool) -> int:
    with tool.reading() as session:
        undoing = select(ImportSource.name, ImportRun.number, ImportRun.actor_role, ImportRun.actor_id)
        found = session.execute(undoing.join(ImportSource).where(ImportRun.state == "undoing")).all()
    for name, number, role, user_id in found:
        actor = Actor(role=Role(role), user_id=user_id, permissions=GRANTS[Role(role)])
        undo_run(tool.writing, source=name, number=number, actor=actor, now=tool.now)
    return len(found)


def _actor(row: SentList) -> Actor:
    role = Role(row.actor_role)
    return Actor(role=role, user_id=row.actor_id, permissions=GRANTS[role])


@contextmanager
def _file(tool: Tool, list_id: UUID) -> Iterator[tuple[SentList, Path]]:
    with tool.reading() as session:
        row = session.get(SentList, list_id, options=[undefer(SentList.data)], populate_existing=True)
        if row is None or row.data is None:
            raise Invalid("file_missing")
        session.expunge(row)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list"
        path.write_bytes(row.data)
        yield row, path


def _prepared(session: Session, row: SentList, path: Path, tool: Tool) -> Prepared:
    return prepare(
        session,
        path,
        source=row.source,
        pack=tool.pack,
        today=tool.now.date(),
        said=row.mapping or None,
        trusted=row.trusted,
        taxonomy=tool.taxonomy,
    )


def _write(tool: Tool, list_id: UUID, expected: str, **values: object) -> None:
    with tool.writing() as session:
        row = session.get(SentList, list_id, with_for_update=True, populate_existing=True)
        if row is not None and row.state == expected:  # else somebody let it go, or put its columns right
            for name, value in values.items():
                setattr(row, name, value)


def _wrong(refused: Invalid, columns: Columns) -> dict[str, Any]:
    """Return what a page says of a list that cannot be read."""
    fields = {name: [one.code, _plain(one.params)] for name, one in refused.fields.items()}
    return {"fields": fields, "columns": _columns(columns)}


def _columns(found: Columns) -> list[dict[str, str]]:
    return [{"heading": heading, "field": meant, "sample": cell[:LONGEST_TOLD]} for heading, meant, cell in found]


def _told(columns: Columns, made: Plan) -> dict[str, Any]:
    shown = [
        {"row": one.row, "outcome": one.outcome, "name": (one.name or one.identifier or "")[:LONGEST_TOLD]}
        | {"group": str(one.group_id) if one.group_id and one.outcome != "new" else ""}
        | {
            "fields": sorted({name.partition(".")[0] for name in one.decision.changes})
            if one.outcome == "changed"
            else []
        }
        for one in made.shown
    ]
    stays = [
        {"name": one.name[:LONGEST_TOLD], "field": field, "said": said, "stands": stands}
        for one in made.shown
        for field, (said, stands) in {**one.decision.kept, **one.decision.conflicts}.items()
    ]
    return {
        "counts": dict(made.counts),
        "columns": _columns(columns),
        "shown": _first(shown),
        "stays": stays[:MOST_TOLD],
        "told": [
            [one.row, one.column, one.code, _plain(one.params), one.refused, one.said] for one in made.told[:MOST_TOLD]
        ],
        "remarks": sum(made.remarks.values()),
        "rows": made.quality.rows,
        "quality": dict(made.quality.counts),
    }


def _first(shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the first rows of each outcome."""
    counts: dict[str, int] = {}
    kept = []
    for one in shown:
        counts[one["outcome"]] = counts.get(one["outcome"], 0) + 1
        if counts[one["outcome"]] <= MOST_TOLD:
            kept.append(one)
    return kept


def _plain(params: Any) -> dict[str, Any]:
    return {name: value if isinstance(value, int | str) else str(value) for name, value in params.items()}
