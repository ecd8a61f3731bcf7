"""Groups that are not open while people wait for them: who they are, and how each goes on. Flushes, never commits.

Somebody is to be looked after whose plan or open introduction points at such a group, and for whom no other group that
is open was asked. Nothing is kept of it: whoever asks another group, or takes this one off the plan, has done it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Subquery, and_, case, exists, func, null, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from service.accounts.models import User
from service.accounts.permissions import Actor
from service.catalog.models import Group
from service.db.sealing import Sealer
from service.errors import Invalid, NotFound, Problem
from service.referrals.desk import reading, scope
from service.referrals.desk.operations import At
from service.referrals.desk.queries import URGENCY
from service.referrals.desk.scope import Colleague
from service.referrals.desk_choices import MOST_GROUPS
from service.referrals.lifecycle import TERMINAL, Machine
from service.referrals.models import Introduction, Person, Referral
from service.referrals.models_plan import PlanGroup
from service.referrals.operations import Mail
from service.referrals.planning import operations as planning
from service.referrals.planning import queries
from service.referrals.queries import unseal

PAGE = 20  # people on one page, and asked for at once
LINES = 6  # groups on the desk
OPEN = "published"
OVER = tuple(sorted(TERMINAL[Machine.INTRODUCTION]))
ASKING = ("in_contact", "planned", "introduced")  # states in which a group may be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Rests:
    """A group that is not open, and how many people this reader is to look after because of it."""

    group_id: UUID
    name: str
    is_example: bool
    status: str
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """Another group that was asked since, and is open."""

    name: str
    is_example: bool
    asks_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Somebody who points at the group. Of a colleague's case nothing but who helps is told."""

    referral_id: UUID
    opened: bool  # this reader needs to give no reason
    name: str
    helper: str  # who helps, where that is somebody else
    state: str
    there: str | None  # how their introduction stands; None: the group is on their plan
    other: Other | None
    asked: frozenset[UUID]
    wishes: Mapping[str, Any]

    @property
    def may_ask(self) -> bool:
        """Whether another group can be asked for them from here."""
        return self.opened and self.other is None and self.state in ASKING


@dataclass(frozen=True, slots=True, kw_only=True)
class Resting:
    """One page of whoever points at a group; `more`: there is another."""

    group: Rests
    rows: tuple[Waiting, ...]
    more: bool


def of_desk(session: Session, *, actor: Actor, covers: Iterable[Colleague], now: datetime) -> tuple[Rests, ...]:
    """Return the groups that rest while somebody waits for whom this reader cares: their own, and nobody's."""
    return _groups(session, actor, scope.is_theirs(actor, covers, scope.is_free(now)))


def of_case(session: Session, *, actor: Actor, referral_id: UUID) -> tuple[Rests, ...]:
    """Return the groups that rest while one person waits for them."""
    return _groups(session, actor, Referral.id == referral_id)


def read(session: Session, *, at: At, group_id: UUID, page: int = 1) -> Resting:
    """Read who points at a group that is not open, and keep whose names were shown; raises NotFound `group`.

    Those to be looked after come first, and of them those whom this reader may look after.
    """
    named = (Group.id, Group.name, Group.is_example, Group.status)
    group = session.execute(select(*named).where(Group.id == group_id)).first()
    if group is None:
        raise NotFound("group")
    rows, more = _rows(session, at, group_id, page) if group[3] != OPEN else ((), False)
    to_do = sum(1 for one in rows if one.opened and one.other is None)
    if rows:
        shown = tuple(f"id:{one.referral_id}" for one in rows if one.opened)
        read_of = ("preferred_name", "state", "wishes", *shown)
        reading.note(session, reading.CASELOAD, None, at.actor, at.now, at.origin, read_of)
    rests = Rests(group_id=group[0], name=group[1], is_example=group[2], status=group[3], people=to_do)
    return Resting(group=rests, rows=rows, more=more)


def go_on(
    session: Session, at: At, *, mail: Mail, resting: UUID, to: UUID | None, yes: bool, unvetted: str = ""
) -> None:
    """Ask another group for one who waits for a group that rests; said twice, it is done once.

    Where the plan is full, the group that rests makes room.

    Raises
    ------
    NotFound, Invalid, Conflict
        As `planning.operations.ask`; Invalid too, `to`: another group was asked meanwhile, or nothing rests any more.
    """
    planning.checked(session, at)
    mine = Referral.id == at.referral_id
    asked = (Introduction.referral_id == at.referral_id, Introduction.group_id == to, Introduction.state.not_in(OVER))
    if session.scalar(select(exists().where(*asked))):
        return
    if session.scalar(select(Referral.id).where(mine, _has_another())) is not None:
        raise Invalid("resting", fields={"to": Problem("asked_another")})
    if resting not in {one.group_id for one in of_case(session, actor=at.actor, referral_id=at.referral_id)}:
        raise Invalid("resting", fields={"to": Problem("rests_no_more")})
    on_plan = set(session.scalars(select(PlanGroup.group_id).where(PlanGroup.referral_id == at.referral_id)))
    if to not in on_plan and len(on_plan) >= MOST_GROUPS:
        planning.drop(session, at, group_id=resting)
    planning.choose(session, at, group_id=to)
    planning.ask(session, at, mail=mail, group_id=to, yes=yes, unvetted=unvetted)


def _groups(session: Session, actor: Actor, only: ColumnElement[bool]) -> tuple[Rests, ...]:
    pairs = _pairs(actor)
    found = (
        select(Group.id, Group.name, Group.is_example, Group.status, func.count())
        .join(pairs, pairs.c.group_id == Group.id)
        .join(Referral, Referral.id == pairs.c.referral_id)
        .where(only, ~_has_another(), Group.status != OPEN)
        .group_by(Group.id, Group.name, Group.is_example, Group.status)
        .order_by(func.count().desc(), Group.name, Group.id)
        .limit(LINES)
    )
    return tuple(
        Rests(group_id=row[0], name=row[1], is_example=row[2], status=row[3], people=row[4])
        for row in session.execute(found)
    )


def _helped(actor: Actor) -> ColumnElement[bool]:
    over = Referral.state.not_in((*scope.ENDED, "draft"))
    return and_(scope.worked_on(actor), scope.helped_here(actor), over)


def _pairs(actor: Actor) -> Subquery:
    """Select who points at which group: an introduction that is not over, or a group of the plan not asked yet."""
    whose = _helped(actor)
    introduced = (
        select(Referral.id.label("referral_id"), Introduction.group_id, Introduction.state.label("there"))
        .join(Introduction, Introduction.referral_id == Referral.id)
        .where(whose, Introduction.state.not_in(OVER))
    )
    both = (Introduction.referral_id == PlanGroup.referral_id, Introduction.group_id == PlanGroup.group_id)
    planned = (
        select(Referral.id, PlanGroup.group_id, null())
        .join(PlanGroup, PlanGroup.referral_id == Referral.id)
        .where(whose, ~exists().where(*both))
    )
    return union_all(introduced, planned).subquery()


def _has_another() -> ColumnElement[bool]:
    """Say, as a condition, that a group which is open was asked and did not say no."""
    asked, group = aliased(Introduction), aliased(Group)
    running = (asked.referral_id == Referral.id, asked.state.not_in(OVER))
    return exists().where(*running, group.id == asked.group_id, group.status == OPEN)


def _rows(session: Session, at: At, group_id: UUID, page: int) -> tuple[tuple[Waiting, ...], bool]:
    pairs, another, helper = _pairs(at.actor), _has_another(), aliased(User)
    covers = scope.covered(session, actor=at.actor, today=at.now.date())
    opened = or_(scope.is_theirs(at.actor, covers, scope.is_free(at.now)), scope.is_explained(at.actor))
    order = (case((another, 1), else_=0), case((opened, 0), else_=1), *URGENCY)
    found = (
        select(Referral, Person, helper, pairs.c.there, opened)
        .join(pairs, pairs.c.referral_id == Referral.id)
        .join(Person, Person.id == Referral.person_id)
        .outerjoin(helper, helper.id == Referral.owner_user_id)
        .where(pairs.c.group_id == group_id)
        .order_by(*order)
        .limit(PAGE + 1)
        .offset((page - 1) * PAGE)
    )
    rows = session.execute(found).all()
    shown = rows[:PAGE]
    asked = _asked(session, [row.id for row, *_ in shown])
    wishes = queries.wishes_of(session, sealer=at.sealer, ids=[one[0].id for one in shown if one[4]])
    made = (_waiting(at, one, asked.get(one[0].id, []), wishes.get(one[0].id, {})) for one in shown)
    return tuple(made), len(rows) > PAGE


def _waiting(at: At, found: Any, asked: Sequence[tuple[Introduction, Group]], wishes: Mapping[str, Any]) -> Waiting:
    row, person, helper, there, opened = found
    running = [(one, group) for one, group in asked if one.state not in OVER and group.status == OPEN]
    others = [Other(name=group.name, is_example=group.is_example, asks_on=one.asks_on) for one, group in running]
    return Waiting(
        referral_id=row.id,
        opened=bool(opened),
        name=_name(at.sealer, person) if opened else "",
        helper=helper.name if helper is not None and helper.id != at.actor.user_id else "",
        state=row.state,
        there=there,
        other=others[-1] if others else None,
        asked=frozenset(one.group_id for one, _group in asked),
        wishes=wishes,
    )


def _name(sealer: Sealer, person: Person) -> str:
    return unseal(sealer, person, "preferred_name") or ""


def _asked(session: Session, ids: Sequence[UUID]) -> dict[UUID, list[tuple[Introduction, Group]]]:
    """Return every introduction of these, in the order in which they were made."""
    if not ids:
        return {}
    wanted = select(Introduction, Group).join(Group, Group.id == Introduction.group_id)
    found: dict[UUID, list[tuple[Introduction, Group]]] = {}
    ordered = wanted.where(Introduction.referral_id.in_(ids)).order_by(Introduction.sent_at, Introduction.id)
    for one, group in session.execute(ordered):
        found.setdefault(one.referral_id, []).append((one, group))
    return found
