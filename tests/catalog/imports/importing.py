"""Imports a file as the command does, on a database of its own."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog.importing.files.opening import Opened, open_file
from service.catalog.importing.runs import knowing
from service.catalog.importing.runs.planning import Plan, plan
from service.catalog.importing.runs.running import Ran, Work, run_import
from service.catalog.importing.runs.saying import Setting
from service.catalog.importing.runs.undoing import Undone, undo_run
from service.catalog.models_import import Imported, ImportLine
from tests.catalog.editing import ADA
from tests.catalog.making import NOW, TODAY

DATA = Path(__file__).parent / "data"
Unit = Callable[[], AbstractContextManager[Session]]


def unit_of(engine: Engine) -> Unit:
    @contextmanager
    def unit() -> Iterator[Session]:
        with Session(engine.execution_options(writes=True)) as session:
            yield session
            session.commit()

    return unit


def setting(**more: Any) -> Setting:
    known = {"source": "council", "trusted": False, "country": "GB", "zone": "Europe/London", "currency": "GBP"}
    return Setting(**{**known, "today": TODAY, **more})


def opened(path: Path, **more: Any) -> Opened:
    return open_file(path, zone="Europe/London", today=TODAY, **more)


def run(engine: Engine, path: Path, **more: Any) -> Ran:
    return run_import(unit_of(engine), Work(opened=opened(path), setting=setting(**more), actor=ADA, now=NOW))


def planned(engine: Engine, path: Path, **more: Any) -> Plan:
    with Session(engine) as session:
        return plan(session, opened(path), setting(**more))


def undone(engine: Engine, number: int) -> Undone:
    return undo_run(unit_of(engine), source="council", number=number, actor=ADA, now=NOW)


def everything(engine: Engine) -> dict[str, Any]:
    """Return all that stands of imported groups, and what is remembered, without versions."""
    with Session(engine) as session:
        ids = list(session.scalars(select(m.Group.id).order_by(m.Group.id)))
        names = session.execute(
            select(m.Group.id, m.Group.slug, m.Group.short_code, m.Organisation.name).join(m.Organisation)
        )
        said = session.execute(select(Imported.identifier, Imported.group_id, Imported.said, Imported.gone))
        outside = session.execute(select(m.ExternalId.entity, m.ExternalId.entity_id, m.ExternalId.identifier))
        lines = session.execute(select(ImportLine.row, ImportLine.outcome, ImportLine.difference, ImportLine.remarks))
        return {
            "groups": knowing.standing(session, ids, hold=False),
            "names": sorted(map(tuple, names), key=str),
            "said": sorted(map(tuple, said), key=str),
            "outside": sorted(map(tuple, outside), key=str),
            "lines": sorted({str(tuple(line)) for line in lines}),  # a finished run repeats only what it refused
        }


def write(folder: Path, text: str, name: str = "list.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path
