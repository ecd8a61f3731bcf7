"""How much each link worker has to do, and who holds whom, for whoever runs the place. It names nobody who is helped.

Flushes, never commits.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from service.accounts.models import Membership, User
from service.accounts.permissions import Actor, Permission, Role
from service.accounts.queries import holds
from service.errors import Forbidden, Invalid, Problem
from service.referrals.desk import operations, reading
from service.referrals.desk.operations import At
from service.referrals.desk.queries import URGENCY
from service.referrals.desk.scope import ENDED, helped_here, is_due
from service.referrals.desk_choices import MAX_HAND_OVER
from service.referrals.intake import text_problem
from service.referrals.models import Referral
from service.referrals.models_desk import DeskCover

MOST = 50  # cases shown, and moved at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What one link worker has to do; `user_id` None: what nobody holds."""

    user_id: UUID | None
    name: str
    people: int
    now: int  # need somebody now
    late: int  # their day is over
    covered_by: str
    works: bool  # a case can be given to them


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One case, without a name: its number, and where it stands."""

    id: UUID
    state: str
    due_on: date | None
    now: bool
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """All of them, first what nobody holds; and the cases of the one that was chosen."""

    loads: tuple[Load, ...]
    chosen: Load
    cases: tuple[Held, ...]


def read_team(session: Session, *, here: At, of: UUID | None) -> Team:
    """Read it; that it was read is kept. Of somebody who holds nobody here, what nobody holds is shown.

    Raises
    ------
    Forbidden
        `not_allowed`.
    """
    scope, today = _scope(here.actor), here.now.date()
    loads = _loads(session, here, scope)
    chosen = next((one for one in loads if one.user_id == of), loads[0])
    theirs = Referral.owner_user_id == chosen.user_id if chosen.user_id else Referral.owner_user_id.is_(None)
    found = select(Referral, is_due(today)).where(scope, theirs).order_by(*URGENCY).limit(MOST)
    held = tuple(
        Held(id=row.id, state=row.state, due_on=row.due_on, now=bool(due), created_at=row.created_at)
        for row, due in session.execute(found)
    )
    reading.note(session, "read_team", None, here.actor, here.now, here.origin, ("owner_user_id", "state", "due_on"))
    return Team(loads=loads, chosen=chosen, cases=held)


def move(session: Session, *, here: At, cases: Collection[UUID], to: UUID | None, words: str = "") -> int:
    """Give cases to a link worker; return how many went. All of them go, or none.

    Raises
    ------
    Forbidden
        `not_allowed`.
    Invalid
        `cases`: none chosen, too many, or one that is not here any more; `to`: nobody who helps here; `words`.
    """
    scope = _scope(here.actor)
    known = {one.user_id for one in _loads(session, here, scope) if one.works}
    wanted = select(Referral).where(scope, Referral.id.in_(cases)).order_by(Referral.id).with_for_update(of=Referral)
    rows = session.scalars(wanted).all() if 0 < len(set(cases)) <= MOST else []
    wrong = {
        "cases": None if rows and len(rows) == len(set(cases)) else Problem("not_a_choice"),
        "to": None if to is not None and to in known else Problem("not_a_choice"),
        "words": text_problem(words, MAX_HAND_OVER),
    }
    problems = {name: problem for name, problem in wrong.items() if problem is not None}
    if problems:
        raise Invalid("team", fields=problems)
    moved = [row for row in rows if row.owner_user_id != to]
    for row in moved:
        operations.give(session, here, row, to, words)
        reading.note(session, "hand_over", row.id, here.actor, here.now, here.origin, ("owner_user_id",))
    return len(moved)


def _scope(actor: Actor) -> ColumnElement[bool]:
    """Say, as a condition, whom link workers of the actor's own organisation help now."""
    if not actor.may(Permission.LEAD_TEAM) or actor.organisation_id is None:
        raise Forbidden("not_allowed")
    return and_(helped_here(actor), Referral.state.not_in((*ENDED, "draft")))


def _loads(session: Session, here: At, scope: ColumnElement[bool]) -> tuple[Load, ...]:
    counts = _counts(session, scope, here.now.date())
    covers = _covers(session, here.actor, here.now.date())
    role = (Membership.role == Role.LINK_WORKER.value, Membership.organisation_id == here.actor.organisation_id)
    works = select(Membership.user_id).where(*role, holds(here.now))
    there = or_(and_(User.id.in_(works), User.disabled_at.is_(None)), User.id.in_([one for one in counts if one]))
    able = and_(User.id.in_(works), User.disabled_at.is_(None))
    found = session.execute(select(User.id, User.name, able).where(there).order_by(User.name, User.id)).all()
    nobody: list[tuple[UUID | None, str, bool]] = [(None, "", False)]
    return tuple(
        _load(user_id, name, counts.get(user_id, (0, 0, 0)), covers.get(user_id, ""), works=bool(able_now))
        for user_id, name, able_now in [*nobody, *((row[0], row[1], row[2]) for row in found)]
    )


def _load(user_id: UUID | None, name: str, count: tuple[int, int, int], covered_by: str, *, works: bool) -> Load:
    people, due, late = count
    return Load(user_id=user_id, name=name, people=people, now=due, late=late, covered_by=covered_by, works=works)


def _counts(session: Session, scope: ColumnElement[bool], today: date) -> dict[UUID | None, tuple[int, int, int]]:
    late = func.count().filter(Referral.due_on < today)
    wanted = select(Referral.owner_user_id, func.count(), func.count().filter(is_due(today)), late)
    found = session.execute(wanted.where(scope).group_by(Referral.owner_user_id))
    return {owner: (int(people), int(due), int(old)) for owner, people, due, old in found}


def _covers(session: Session, actor: Actor, today: date) -> dict[UUID | None, str]:
    running = (DeskCover.until >= today, DeskCover.ended_at.is_(None))
    found = (
        select(DeskCover.for_user_id, User.name)
        .join(User, User.id == DeskCover.by_user_id)
        .where(DeskCover.organisation_id == actor.organisation_id, *running)
        .order_by(DeskCover.at)
    )
    return {row[0]: row[1] for row in session.execute(found)}
