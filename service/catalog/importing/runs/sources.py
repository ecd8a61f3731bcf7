"""Whose lists are imported: by name, with the columns they were read by last. Never commits."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, delete, func, select
from sqlalchemy.orm import Session

from service.catalog.importing.runs.saying import Setting, made_id
from service.catalog.models import Term
from service.catalog.models_import import ImportLine, ImportRun, ImportSource
from service.catalog.models_lists import Feed
from service.errors import Invalid, NotFound, Problem

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,49}")
KEPT = timedelta(days=365)  # how long a run can be taken back
SILENT = 3  # times in a row that a feed did not answer: then its page says so
OURS = frozenset(("local", "example", "editor", "seeds"))


def plain_name(words: str) -> str:
    """Return the name that somebody means who writes it as people do.

    >>> plain_name(" Volunteer Bureau (Sale) "), plain_name("harbour-2")
    ('volunteer-bureau-sale', 'harbour-2')
    """
    bare = unicodedata.normalize("NFKD", words[:200]).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")


def check_name(name: str) -> str:
    """Return the name of a source.

    Raises
    ------
    Invalid
        Field `source`: `source_name`.
    """
    if not NAME.fullmatch(name) or name in OURS:
        raise Invalid("source_name", fields={"source": Problem("source_name")})
    return name


def remembered(session: Session, name: str) -> tuple[dict[str, str], bool]:
    """Return by which columns a source was read last, and whether it is trusted."""
    found = session.execute(select(ImportSource.mapping, ImportSource.trusted).where(ImportSource.name == name)).first()
    return (dict(found[0]), found[1]) if found else ({}, False)


def known_terms(session: Session) -> dict[str, str]:
    """Return the words by which a term is known: its code and its label, without case."""
    found: dict[str, str] = {}
    columns = select(Term.code, Term.label, Term.replaced_by)
    terms = session.execute(columns.order_by(Term.replaced_by.is_(None), Term.code.desc())).all()
    for code, label, replaced_by in terms:  # those that were retired first, so that a label of today counts
        found[" ".join(label.casefold().split())] = replaced_by or code
    return found | {code: replaced_by or code for code, _, replaced_by in terms}


def source_for(session: Session, setting: Setting, mapping: Mapping[str, str], *, now: datetime) -> ImportSource:
    """Return the row of a source, made if need be, with what it is read by now."""
    row = session.scalar(select(ImportSource).where(ImportSource.name == setting.source).with_for_update())
    if row is None:
        row = ImportSource(id=source_id(setting.source), name=setting.source, created_at=now, mapping={})
        session.add(row)
    row.trusted = setting.trusted
    if mapping:
        row.mapping = {**row.mapping, **mapping}
    session.flush()
    return row


def forget_lines(session: Session, *, now: datetime) -> None:
    """Forget what became of the rows of old runs; what each source said last is kept."""
    old = select(ImportRun.id).where(ImportRun.started_at < now - KEPT)
    session.execute(delete(ImportLine).where(ImportLine.run_id.in_(old)))


def source_id(name: str) -> UUID:
    """Return the id of a source."""
    return made_id("source", name)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """One reading of a list; `state` as in the table."""

    number: int
    state: str
    kind: str
    counts: Mapping[str, int]
    started_at: datetime
    is_last: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """Whose lists are read, and how it went last."""

    name: str
    trusted: bool
    last: RunView | None


def listed(session: Session, *, limit: int = 200) -> list[SourceView]:
    """Return every source by name, with its newest run."""
    newest = select(ImportRun.source_id, func.max(ImportRun.number).label("number")).group_by(ImportRun.source_id)
    top = newest.subquery()
    query = (
        select(ImportSource, ImportRun)
        .outerjoin(top, top.c.source_id == ImportSource.id)
        .outerjoin(ImportRun, and_(ImportRun.source_id == ImportSource.id, ImportRun.number == top.c.number))
        .order_by(ImportSource.name)
        .limit(limit)
    )
    found = []
    for row, run in session.execute(query):
        newest_run: ImportRun | None = run
        last = _run(newest_run, is_last=True) if newest_run is not None else None
        found.append(SourceView(name=row.name, trusted=row.trusted, last=last))
    return found


def asked(session: Session) -> dict[str, int]:
    """Return which sources are asked each day, and how often each has not answered since it last did."""
    rows = select(Feed.source, Feed.failures).where(Feed.paused.is_(False)).order_by(Feed.source)
    return dict(row._tuple() for row in session.execute(rows))


def runs_of(session: Session, name: str, *, limit: int = 20) -> list[RunView]:
    """Return the newest runs of a source; only the last that stands can be taken back. NotFound `import_source`."""
    key = session.scalar(select(ImportSource.id).where(ImportSource.name == name))
    if key is None:
        raise NotFound("import_source")
    mine = select(ImportRun).where(ImportRun.source_id == key).order_by(ImportRun.number.desc()).limit(limit)
    found = session.scalars(mine).all()
    last = next((run.number for run in found if run.state != "undone"), 0)
    return [_run(run, is_last=run.number == last) for run in found]


def _run(run: ImportRun, *, is_last: bool) -> RunView:
    return RunView(
        number=run.number,
        state=run.state,
        kind=run.kind,
        counts=run.counts,
        started_at=run.started_at,
        is_last=is_last,
    )


def trust(session: Session, name: str, *, trusted: bool) -> None:
    """Say whether what a source brings is shown at once; the caller has asked who may say so."""
    row = session.scalar(select(ImportSource).where(ImportSource.name == name).with_for_update())
    if row is None:
        raise NotFound("import_source")
    row.trusted = trusted
