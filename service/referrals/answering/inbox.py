"""What waits for a leader who signs in: introductions to groups of their own organisation. Never commits."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, select
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor, Permission
from service.accounts.record import audit
from service.accounts.record.audit import NOWHERE, Origin, Purpose
from service.catalog.models import Group
from service.errors import NotFound
from service.referrals.models import Introduction
from service.referrals.operations import LINK_DAYS
from service.referrals.queries import ANSWERABLE, CLOSED_TO_ANSWERS, Asked

MOST = 200  # of one list; the oldest come first, and each leaves it when it is answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One line: nothing of the person."""

    introduction_id: UUID
    group_name: str
    group_is_example: bool
    state: str
    sent_at: datetime
    position: int | None


def waiting(session: Session, *, actor: Actor) -> tuple[Waiting, ...]:
    """Return what waits for an answer, then who is on a waiting list; the oldest first."""
    if not actor.may(Permission.ANSWER) or actor.organisation_id is None:
        return ()
    first = case((Introduction.state == "sent", 0), else_=1)
    found = (
        select(Introduction, Group.name, Group.is_example)
        .join(Group, Group.id == Introduction.group_id)
        .where(_own(actor))
        .order_by(first, Introduction.position, Introduction.sent_at, Introduction.id)
        .limit(MOST)
    )
    return tuple(
        Waiting(
            introduction_id=row.id,
            group_name=name,
            group_is_example=is_example,
            state=row.state,
            sent_at=row.sent_at,
            position=row.position,
        )
        for row, name, is_example in session.execute(found)
    )


def asked(session: Session, *, introduction_id: UUID, actor: Actor) -> Asked:
    """Return what a group of theirs was asked. NotFound `introduction`: also somebody else's, or answered."""
    if not actor.may(Permission.ANSWER) or actor.organisation_id is None:
        raise NotFound("introduction")
    found = (
        select(Introduction, Group.name, Group.is_example)
        .join(Group, Group.id == Introduction.group_id)
        .where(Introduction.id == introduction_id, _own(actor))
    )
    row = session.execute(found.execution_options(populate_existing=True)).first()
    if row is None:
        raise NotFound("introduction")
    introduction, name, is_example = row
    return without_link(introduction, name, is_example=is_example)


def without_link(introduction: Introduction, name: str, *, is_example: bool) -> Asked:
    """Say what a group was asked, for whoever needs no link to answer."""
    return Asked(
        link_id=None,
        introduction_id=introduction.id,
        group_id=introduction.group_id,
        group_name=name,
        group_is_example=is_example,
        sent_at=introduction.sent_at,
        expires_at=introduction.sent_at + timedelta(days=LINK_DAYS),
        version=introduction.version,
    )


def refused(session: Session, *, introduction_id: UUID, actor: Actor, now: datetime, origin: Origin = NOWHERE) -> None:
    """Record that somebody asked for an introduction that is not theirs to know of."""
    audit.record(
        session,
        actor=actor,
        action="see_person",
        subject="introduction",
        subject_id=introduction_id,
        outcome="denied",
        purpose=Purpose.ANSWER,
        now=now,
        origin=origin,
    )


def _own(actor: Actor) -> ColumnElement[bool]:
    return and_(
        Group.organisation_id == actor.organisation_id,
        Group.status.not_in(CLOSED_TO_ANSWERS),
        Introduction.state.in_(ANSWERABLE),
    )
