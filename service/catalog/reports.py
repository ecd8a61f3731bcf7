"""What visitors say is wrong with a listing: taken, read (which is recorded), closed, forgotten. Never commits.

Words and contact are sealed, each to its own row and column; they are in no index, no log and no list.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import case, func, or_, select, update
from sqlalchemy.orm import Session, joinedload

from service.accounts.permissions import Actor, Permission
from service.accounts.record import audit
from service.catalog import kept
from service.catalog import models as m
from service.catalog.keepers import check
from service.db.sealing import Sealer
from service.errors import Conflict, Forbidden, Invalid, NotFound, Problem

PURPOSE = kept.REPORTS
TABLE = "report"
PAGE = 50  # reports on one page
LONGEST = {"words": 2000, "contact": 200, "outcome": 500}  # characters
CONTACT_KEPT = timedelta(days=90)
WORDS_KEPT = timedelta(days=90)  # after it was closed
HARMFUL = "unsafe"
WORDS_NEEDED = frozenset({"unsafe", "other"})  # the choice alone tells an editor nothing
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a visitor sent, tidied."""

    wrong: str
    words: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLine:
    """One report in the editors' list: nothing that anybody wrote."""

    id: UUID
    group_id: UUID
    group_name: str
    is_example: bool
    wrong: str
    wants_answer: bool
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """One report, opened."""

    line: ReportLine
    words: str
    contact: str
    state: str
    closed_at: datetime | None
    outcome: str
    version: int


def said(typed: Mapping[str, str]) -> Said:
    """Read what was sent.

    Raises
    ------
    Invalid
        Fields `wrong` (`not_a_choice`), `words` (`needed`, `too_long`, `unreadable`), `contact`.
    """
    wrong = typed.get("wrong", "")
    texts = {name: typed.get(name, "").replace("\r\n", "\n").strip() for name in ("words", "contact")}
    problems = {name: problem for name, text in texts.items() if (problem := _problem(name, text))}
    if wrong not in m.WRONG:
        problems["wrong"] = Problem("not_a_choice")
    elif wrong in WORDS_NEEDED and not texts["words"]:
        problems["words"] = Problem("needed")
    if problems:
        raise Invalid("invalid", fields=dict(sorted(problems.items(), reverse=True)))
    return Said(wrong=wrong, words=texts["words"], contact=texts["contact"])


def _problem(name: str, text: str) -> Problem | None:
    if len(text) > LONGEST[name]:
        return Problem("too_long", {"limit": LONGEST[name]})
    return Problem("unreadable") if _CONTROL.search(text) else None


def is_taken(session: Session, report_id: UUID) -> bool:
    """Tell whether this very report is there: a form sent twice is one report."""
    return session.scalar(select(m.Report.id).where(m.Report.id == report_id)) is not None


def take(session: Session, *, sealer: Sealer, report_id: UUID, group_id: UUID, said: Said, now: datetime) -> None:
    """Keep a report for the editors; the same id again changes nothing."""
    if is_taken(session, report_id):
        return
    session.add(
        m.Report(
            id=report_id,
            group_id=group_id,
            wrong=said.wrong,
            words=_seal(sealer, report_id, "words", said.words),
            contact=_seal(sealer, report_id, "contact", said.contact),
            created_at=now,
        )
    )
    session.flush()


def open_reports(session: Session, *, actor: Actor, page: int = 1) -> tuple[ReportLine, ...]:
    """Return what waits, one more than a page holds: what may harm somebody first, then the oldest."""
    _permitted(actor)
    harmful_first = case((m.Report.wrong == HARMFUL, 0), else_=1)
    query = (
        select(m.Report)
        .options(joinedload(m.Report.group))
        .where(m.Report.state == "open")
        .order_by(harmful_first, m.Report.created_at, m.Report.id)
        .limit(PAGE + 1)
        .offset((page - 1) * PAGE)
    )
    return tuple(_line(row) for row in session.scalars(query))


def count_open(session: Session) -> int:
    """Return how many reports wait."""
    return session.scalar(select(func.count()).select_from(m.Report).where(m.Report.state == "open")) or 0


def read(
    session: Session, *, sealer: Sealer, report_id: UUID, actor: Actor, now: datetime, origin: audit.Origin
) -> ReportView:
    """Return one report with what was written, and record that it was read; NotFound `report`."""
    _permitted(actor)
    row = _row(session, report_id)
    audit.record(
        session,
        actor=actor,
        action="read_report",
        subject=TABLE,
        subject_id=row.id,
        columns=["words", "contact"],
        purpose=audit.Purpose.CORRECT,
        now=now,
        origin=origin,
    )
    return ReportView(
        line=_line(row),
        words=_open(sealer, row, "words"),
        contact=_open(sealer, row, "contact"),
        outcome=_open(sealer, row, "outcome"),
        state=row.state,
        closed_at=row.closed_at,
        version=row.version,
    )


def close(
    session: Session,
    *,
    sealer: Sealer,
    report_id: UUID,
    state: str,
    outcome: str,
    expected_version: int,
    actor: Actor,
    now: datetime,
    origin: audit.Origin,
) -> None:
    """Mark a report as put right (`done`) or not so, with a word on what was changed; the contact is erased.

    Raises
    ------
    Forbidden, NotFound
        `edit_catalog`, `report`.
    Conflict
        `changed_meanwhile`: somebody closed it first.
    Invalid
        Fields `state` (`not_a_choice`), `outcome` (`needed`, `too_long`, `unreadable`).
    """
    _permitted(actor)
    row = _row(session, report_id)
    check.listing(session, row.group_id, actor)
    outcome = outcome.strip()
    problem = _problem("outcome", outcome) or (None if outcome else Problem("needed"))
    problems = {"outcome": problem} if problem else {}
    if state not in ("done", "not_so"):
        problems["state"] = Problem("not_a_choice")
    if problems:
        raise Invalid("invalid", fields=problems)
    if row.version != expected_version or row.state != "open":
        raise Conflict("changed_meanwhile")
    row.state, row.closed_at, row.closed_by, row.contact = state, now, actor.user_id, None
    row.outcome = _seal(sealer, row.id, "outcome", outcome)
    session.flush()
    audit.record(
        session,
        actor=actor,
        action="close_report",
        subject=TABLE,
        subject_id=row.id,
        columns=["state", "outcome", "contact"],
        purpose=audit.Purpose.CORRECT,
        now=now,
        origin=origin,
    )


def forget(session: Session, *, now: datetime) -> int:
    """Erase contacts after 90 days, and what anybody wrote 90 days after closing; return how many rows changed."""
    old = now - CONTACT_KEPT
    late = (m.Report.contact.is_not(None), m.Report.created_at < old)
    written = or_(m.Report.words.is_not(None), m.Report.outcome.is_not(None))
    closed = (written, m.Report.closed_at < now - WORDS_KEPT)
    erased = session.scalars(update(m.Report).where(*late).values(contact=None).returning(m.Report.id)).all()
    nothing = {"words": None, "outcome": None}
    emptied = session.scalars(update(m.Report).where(*closed).values(nothing).returning(m.Report.id)).all()
    return len({*erased, *emptied})


def _permitted(actor: Actor) -> None:
    if not actor.may(Permission.EDIT_CATALOG):
        raise Forbidden(Permission.EDIT_CATALOG.value)


def _row(session: Session, report_id: UUID) -> m.Report:
    row = session.get(m.Report, report_id, options=[joinedload(m.Report.group)], populate_existing=True)
    if row is None:
        raise NotFound("report")
    return row


def _line(row: m.Report) -> ReportLine:
    return ReportLine(
        id=row.id,
        group_id=row.group_id,
        group_name=row.group.name,
        is_example=row.group.is_example,
        wrong=row.wrong,
        wants_answer=row.contact is not None,
        created_at=row.created_at,
    )


def place(report_id: UUID, column: str) -> str:
    """Name where a sealed value lives, so that it opens nowhere else."""
    return f"{TABLE}:{report_id}:{column}"


def _seal(sealer: Sealer, report_id: UUID, column: str, text: str) -> bytes | None:
    return sealer.seal(place(report_id, column), text.encode()) if text else None


def _open(sealer: Sealer, row: m.Report, column: str) -> str:
    sealed: bytes | None = getattr(row, column)
    return "" if sealed is None else sealer.open(place(row.id, column), sealed).decode()
