"""How many new people a week the groups of a leader can welcome, said by the leader. Flushes, never commits."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor, Permission
from service.accounts.record.audit import NOWHERE, Origin
from service.catalog.changes import GroupChanges
from service.catalog.fresh.deeds import LEADER
from service.catalog.models import Group
from service.catalog.operations import edit_group
from service.errors import Invalid, NotFound, Problem
from service.referrals import weekly
from service.referrals.models import Introduction
from service.referrals.queries import CLOSED_TO_ANSWERS

MOST_GROUPS = 50  # of one organisation on the page


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """One group of a leader: how many it can welcome in a week, and how many wait for that."""

    group_id: UUID
    name: str
    is_example: bool
    most: int | None
    asked: int  # in the running week
    held: int


def mine(session: Session, *, actor: Actor, now: datetime, zone: ZoneInfo) -> tuple[Welcome, ...]:
    """Return the groups of a leader's organisation that can be joined, by name."""
    if not actor.may(Permission.ANSWER) or actor.organisation_id is None:
        return ()
    found = select(Group).where(_own(actor)).order_by(Group.name, Group.id).limit(MOST_GROUPS)
    return tuple(_welcome(session, row, now, zone) for row in session.scalars(found))


def _welcome(session: Session, row: Group, now: datetime, zone: ZoneInfo) -> Welcome:
    waiting = select(func.count()).select_from(Introduction).where(Introduction.group_id == row.id, weekly.HELD)
    return Welcome(
        group_id=row.id,
        name=row.name,
        is_example=row.is_example,
        most=row.new_people_a_week,
        asked=weekly.room(session, row.id, now=now, zone=zone).asked,
        held=session.scalar(waiting) or 0,
    )


def say(session: Session, *, group_id: UUID, typed: str, actor: Actor, now: datetime, origin: Origin = NOWHERE) -> None:
    """Say how many new people a week a group can welcome; empty is as many as come. The job asks for whoever waits.

    Raises
    ------
    NotFound
        `group`: also somebody else's.
    Invalid
        `not_a_number` or `out_of_range`.
    """
    if not actor.may(Permission.ANSWER) or actor.organisation_id is None:
        raise NotFound("group")
    row = session.scalars(select(Group).where(Group.id == group_id, _own(actor))).first()
    if row is None:
        raise NotFound("group")
    plain = typed.strip()
    if plain and not (plain.isascii() and plain.isdecimal() and len(plain) <= 6):
        raise Invalid("welcome", fields={"new_people_a_week": Problem("not_a_number")})
    edit_group(
        session,
        group_id=row.id,
        changes=GroupChanges(fields={"new_people_a_week": int(plain) if plain else None}),
        expected_version=row.version,
        actor=LEADER,
        reason=None,
        now=now,
        origin=origin,
    )


def _own(actor: Actor) -> ColumnElement[bool]:
    open_ones = and_(Group.joinable, Group.status.not_in((*CLOSED_TO_ANSWERS, "draft")))
    return and_(Group.organisation_id == actor.organisation_id, open_ones)
