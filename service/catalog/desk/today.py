"""What needs an editor today, as counts. Never writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select, true
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog.desk.finding import confirmed
from service.catalog.keepers.check import listings
from service.catalog.keepers.rule import Scope
from service.catalog.reports import HARMFUL

MOST_HELD = 500  # looked at one by one


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """How many of each; `may_lift` of the held may be put back by whoever asks."""

    unsafe: int
    reports: int
    drafts: int
    submitted: int
    held: int
    may_lift: int
    overdue: int
    soon: int


def today_of(session: Session, *, user_id: UUID | None, today: date, keeps: Scope | None = None) -> Today:
    """Count what waits; of listings, those that somebody keeps."""
    theirs = true() if keeps is None else listings(keeps)
    late, soon = (func.sum(case((confirmed(one, today), 1), else_=0)) for one in ("stale", "soon"))
    by_state = session.execute(select(m.Group.status, func.count(), late, soon).where(theirs).group_by(m.Group.status))
    states = {row[0]: row[1:] for row in by_state}
    told = select(m.Report.wrong, func.count()).where(m.Report.state == "open").group_by(m.Report.wrong)
    reports = {row[0]: row[1] for row in session.execute(told)}
    nothing = (0, 0, 0)
    held, published = states.get("held", nothing)[0], states.get("published", nothing)
    return Today(
        unsafe=reports.pop(HARMFUL, 0),
        reports=sum(reports.values()),
        drafts=states.get("draft", nothing)[0],
        submitted=states.get("submitted", nothing)[0],
        held=held,
        may_lift=_may_lift(session, user_id, theirs) if held else 0,
        overdue=published[1],
        soon=published[2],
    )


def _may_lift(session: Session, user_id: UUID | None, theirs: ColumnElement[bool]) -> int:
    """Count the held listings that somebody else took off the list."""
    held = select(m.Group.id).where(m.Group.status == "held", theirs).order_by(m.Group.id)
    holders = held_by(session, session.scalars(held.limit(MOST_HELD)).all())
    return sum(1 for holder in holders.values() if holder is None or holder != user_id)


def held_by(session: Session, among: Sequence[UUID] = ()) -> dict[UUID, UUID | None]:
    """Return who holds each held listing (of these, or of all)."""
    held = select(m.Group.id).where(m.Group.status == "held").order_by(m.Group.id).limit(MOST_HELD)
    ids = session.scalars(held.where(m.Group.id.in_(among)) if among else held).all()
    found: dict[UUID, UUID | None] = dict.fromkeys(ids)
    known: set[UUID] = set()
    saves = select(m.Revision.entity_id, m.Revision.actor_id, m.Revision.difference)
    mine = saves.where(m.Revision.entity == "group", m.Revision.entity_id.in_(ids))
    for group_id, actor_id, difference in session.execute(mine.order_by(m.Revision.version.desc())):
        if group_id not in known and "status" in difference:
            known.add(group_id)
            found[group_id] = actor_id
    return found
