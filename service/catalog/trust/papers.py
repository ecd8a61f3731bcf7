"""What was seen of a body that runs groups: noted, taken back, and the level that follows. Never commits."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, selectinload

from service.catalog import models as m
from service.catalog.editing.keeping import Save, keep, same_version, theirs
from service.catalog.freshness import vetting
from service.catalog.history import revisions
from service.catalog.models_proposals import EVIDENCE, VettingEvidence
from service.catalog.trust import levels, risks
from service.catalog.trust.levels import Seen
from service.errors import Invalid, NotFound, Problem

ENTITY = "organisation"
LONGEST_NOTE = 300  # characters
MOST = 50  # bodies whose papers ran out, on one page; and in one run of the job
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One thing that was seen, as an editor notes it."""

    kind: str
    seen_on: date | None
    until: date | None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperView:
    """One thing that was seen. `counts` on the day it was read."""

    id: UUID
    kind: str
    seen_on: date
    until: date | None
    note: str
    by_role: str
    counts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustView:
    """How far a body is known. `level` holds today; `borne` is what the things that count would bear."""

    id: UUID
    name: str
    is_example: bool
    level: str
    until: date | None
    borne: str
    set_by: str
    set_at: datetime | None
    papers: tuple[PaperView, ...]
    risks: tuple[str, ...]  # what its groups do that asks for more, and
    still: tuple[str, ...]  # what nobody has seen yet of what they ask for
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RanOut:
    """A body that an editor has to look at again, and since when."""

    id: UUID
    name: str
    is_example: bool
    since: date


def trust_of(session: Session, organisation_id: UUID, *, today: date) -> TrustView:
    """Return what is known of a body; NotFound `organisation`."""
    row = _row(session, organisation_id)
    rows = _rows(session, organisation_id)
    seen = [_seen(one) for one in rows]
    run = risks_run(session, row.id)
    last = next((one for one in revisions(session, ENTITY, row.id) if "vetting" in one.difference), None)
    return TrustView(
        id=row.id,
        name=row.name,
        is_example=row.is_example,
        level=vetting(row.vetting, row.vetting_until, today),
        until=row.vetting_until,
        borne=levels.highest({one.kind for one in levels.counting(seen, today)}),
        set_by=last.actor_role if last else "",
        set_at=last.at if last else None,
        papers=tuple(_view(one, today) for one in rows),
        risks=tuple(sorted(run)),
        still=tuple(sorted(_still(run, seen, today))),
        version=row.version,
    )


def add(session: Session, *, organisation_id: UUID, paper: Paper, save: Save) -> None:
    """Note one thing that was seen; an older one of the same kind ends with it.

    Raises
    ------
    Forbidden, NotFound
        `edit_catalog`, `organisation`.
    Invalid
        Fields `kind` (`not_a_choice`), `seen_on` (`needed`, `not_yet`), `until` (`before_seen`), `note` (`too_long`,
        `unreadable`).
    """
    save.permitted()
    row, today, note = _row(session, organisation_id), save.now.date(), " ".join(paper.note.split())
    problems = _problems(paper, note, today)
    if problems or paper.seen_on is None:
        raise Invalid("invalid", fields=problems)
    theirs(session, row, save)
    known = _rows(session, organisation_id)
    before, older = [_seen(one) for one in known], [one for one in known if one.kind == paper.kind]
    for one in older:
        one.ended_at = save.now
    made = VettingEvidence(id=uuid4(), organisation_id=row.id, kind=paper.kind, seen_on=paper.seen_on)
    made.until, made.note, made.noted_at = paper.until, note or None, save.now
    made.by_id, made.by_role = save.actor.user_id, save.actor.role.value
    session.add(made)
    session.flush()
    _follow(session, row, {f"seen.{paper.kind}": [_said(older[0]) if older else None, _said(made)]}, before, save)


def end(session: Session, *, organisation_id: UUID, paper_id: UUID, save: Save) -> None:
    """Take back that something was seen; NotFound `paper`."""
    save.permitted()
    row = _row(session, organisation_id)
    theirs(session, row, save)
    known = _rows(session, organisation_id)
    before, found = [_seen(one) for one in known], next((one for one in known if one.id == paper_id), None)
    if found is None:
        raise NotFound("paper")
    found.ended_at = save.now
    session.flush()
    _follow(session, row, {f"seen.{found.kind}": [_said(found), None]}, before, save)


def set_level(session: Session, *, organisation_id: UUID, level: str, expected_version: int, save: Save) -> None:
    """Say how far a body is known; its end follows from what was seen.

    Raises
    ------
    Forbidden, NotFound
        `edit_catalog`, `organisation`.
    Conflict
        `stale_version`.
    Invalid
        Field `level`: `not_a_choice`; `not_borne`: nothing was seen that bears it; `papers_missing`: what its groups
        do asks for more.
    """
    save.permitted()
    row, today = _row(session, organisation_id), save.now.date()
    theirs(session, row, save)
    same_version(row, expected_version)
    if level not in levels.LEVELS:
        raise Invalid("invalid", fields={"level": Problem("not_a_choice")})
    seen = [_seen(one) for one in _rows(session, organisation_id)]
    if not levels.bears(level, seen, today):
        raise Invalid("invalid", fields={"level": Problem("not_borne")})
    if level in ("checked", "trusted") and _still(risks_run(session, row.id), seen, today):
        raise Invalid("invalid", fields={"level": Problem("papers_missing")})
    _set(session, row, level, levels.lasts_until(level, seen, today), {}, save)


def risks_run(session: Session, organisation_id: UUID) -> frozenset[str]:
    """Return what the groups of a body do that asks for more papers; groups that ended ask for nothing."""
    theirs = (m.Group.organisation_id == organisation_id, m.Group.status != "archived")
    wanted = select(m.Group).where(*theirs).options(selectinload(m.Group.terms), selectinload(m.Group.facts))
    found = (
        risks.risks_of(
            ages=(one.age_min, one.age_max),
            terms={term.code for term in one.terms},
            facts={fact.code: fact.value for fact in one.facts},
            removes=one.removes,
        )
        for one in session.scalars(wanted)
    )
    return frozenset().union(*found)


def _still(run: frozenset[str], seen: list[Seen], today: date) -> frozenset[str]:
    return risks.asked(run) - {one.kind for one in levels.counting(seen, today)}


def ran_out(session: Session, *, today: date, limit: int = MOST) -> tuple[RanOut, ...]:
    """Return bodies whose papers ran out and that nobody has looked at since: longest ago first."""
    old = and_(VettingEvidence.until < today, VettingEvidence.ended_at.is_(None))
    late = select(VettingEvidence.organisation_id).where(old)
    query = select(m.Organisation).where(or_(m.Organisation.vetting_until < today, m.Organisation.id.in_(late)))
    found = session.scalars(query.order_by(m.Organisation.name, m.Organisation.id).limit(limit)).all()
    ends: dict[UUID, date] = {row.id: row.vetting_until for row in found if row.vetting_until is not None}
    papers = select(VettingEvidence.organisation_id, VettingEvidence.until)
    for organisation_id, until in session.execute(papers.where(old)):
        if until is not None:
            ends[organisation_id] = min(until, ends.get(organisation_id, until))
    return tuple(
        sorted(
            (RanOut(id=row.id, name=row.name, is_example=row.is_example, since=ends[row.id]) for row in found),
            key=lambda one: (one.since, one.id),
        )
    )


def due(session: Session, *, today: date, limit: int = MOST) -> tuple[UUID, ...]:
    """Return bodies whose level no longer holds and still stands."""
    fallen = (m.Organisation.vetting.in_(("checked", "trusted")), m.Organisation.vetting_until < today)
    return tuple(session.scalars(select(m.Organisation.id).where(*fallen).order_by(m.Organisation.id).limit(limit)))


def demote(session: Session, *, organisation_id: UUID, save: Save) -> bool:
    """Bring a level down to what is still borne; False where it holds. Every worker and the open data hear of it."""
    row, today = _row(session, organisation_id), save.now.date()
    if vetting(row.vetting, row.vetting_until, today) == row.vetting:
        return False
    seen = [_seen(one) for one in _rows(session, organisation_id)]
    level = levels.settled(row.vetting, seen, today)
    until = levels.lasts_until(level, seen, today) if level in ("checked", "trusted") else row.vetting_until
    _set(session, row, level, until, {}, save)
    return True


def _follow(
    session: Session, row: m.Organisation, changed: dict[str, list[object]], before: list[Seen], save: Save
) -> None:
    """After what was seen changed: a level that it bore and bears no more falls; the end of the others moves.

    A level that came without papers, as from an older list, is left as it is.
    """
    seen, today = [_seen(one) for one in _rows(session, row.id)], save.now.date()
    level = vetting(row.vetting, row.vetting_until, today)
    if levels.bears(level, seen, today):
        _set(session, row, level, levels.lasts_until(level, seen, today), changed, save)
    elif levels.bears(level, before, today):
        level = levels.settled(level, seen, today)
        _set(session, row, level, levels.lasts_until(level, seen, today), changed, save)
    else:
        _set(session, row, level, row.vetting_until, changed, save)


def _set(
    session: Session,
    row: m.Organisation,
    level: str,
    until: date | None,
    changed: dict[str, list[object]],
    save: Save,
) -> None:
    before = {"vetting": row.vetting, "vetting_until": row.vetting_until.isoformat() if row.vetting_until else None}
    after = {"vetting": level, "vetting_until": until.isoformat() if until else None}
    row.vetting, row.vetting_until = level, until
    told = changed | {name: [before[name], after[name]] for name in before if before[name] != after[name]}
    if told:
        groups = session.scalars(select(m.Group.id).where(m.Group.organisation_id == row.id)).all()
        keep(session, ENTITY, row, told, groups, save)


def _problems(paper: Paper, note: str, today: date) -> dict[str, Problem]:
    problems = {} if paper.kind in EVIDENCE else {"kind": Problem("not_a_choice")}
    if paper.seen_on is None:
        problems["seen_on"] = Problem("needed")
    elif paper.seen_on > today:
        problems["seen_on"] = Problem("not_yet")
    elif paper.until is not None and paper.until < paper.seen_on:
        problems["until"] = Problem("before_seen")
    if len(note) > LONGEST_NOTE:
        problems["note"] = Problem("too_long", {"limit": LONGEST_NOTE})
    elif _CONTROL.search(note):
        problems["note"] = Problem("unreadable")
    return problems


def _row(session: Session, organisation_id: UUID) -> m.Organisation:
    row = session.get(m.Organisation, organisation_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("organisation")
    return row


def _rows(session: Session, organisation_id: UUID) -> list[VettingEvidence]:
    mine = (VettingEvidence.organisation_id == organisation_id, VettingEvidence.ended_at.is_(None))
    order = (VettingEvidence.kind, VettingEvidence.id)
    return list(session.scalars(select(VettingEvidence).where(*mine).order_by(*order)))


def _seen(row: VettingEvidence) -> Seen:
    return Seen(kind=row.kind, until=row.until)


def _said(row: VettingEvidence) -> str:
    return f"{row.seen_on.isoformat()}/{row.until.isoformat() if row.until else '..'}"


def _view(row: VettingEvidence, today: date) -> PaperView:
    return PaperView(
        id=row.id,
        kind=row.kind,
        seen_on=row.seen_on,
        until=row.until,
        note=row.note or "",
        by_role=row.by_role,
        counts=row.until is None or today <= row.until,
    )
