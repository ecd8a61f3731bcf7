"""Whose lists are imported: by name, with the columns they were read by last. Never commits."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.catalog.importing.runs.saying import Setting, made_id
from service.catalog.models import Term
from service.catalog.models_import import ImportLine, ImportRun, ImportSource
from service.errors import Invalid, Problem

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,49}")
KEPT = timedelta(days=365)  # how long a run can be taken back
OURS = frozenset(("local", "example", "editor", "seeds"))


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
    for code, label in session.execute(select(Term.code, Term.label).order_by(Term.code.desc())):
        found[" ".join(label.casefold().split())] = code
    return found | {code: code for code in session.scalars(select(Term.code).order_by(Term.code))}


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
