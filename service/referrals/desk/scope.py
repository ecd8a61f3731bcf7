"""Whose cases somebody works on: their own, those of colleagues they cover, and those nobody holds yet. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import Session

from service.accounts.models import Membership, User
from service.accounts.permissions import Actor, Permission, Role
from service.accounts.queries import holds
from service.referrals.clocks import MISSED, SAFETY
from service.referrals.lifecycle import TERMINAL, Machine
from service.referrals.models import Referral
from service.referrals.models_desk import CaseReading, DeskCover
from service.referrals.queries import mine

VIEWS = ("now", "new", "waiting", "going", "settled", "everyone")
ENDED = tuple(sorted(TERMINAL[Machine.REFERRAL]))
UNTAKEN = ("sent", "accepted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody who works here."""

    user_id: UUID
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """Who looks after a desk, and the last day of it."""

    name: str
    until: date


def colleagues(session: Session, *, actor: Actor, now: datetime) -> tuple[Colleague, ...]:
    """Return who may be given a case: the other link workers of the organisation, by name."""
    role = (Membership.role == Role.LINK_WORKER.value, Membership.organisation_id == actor.organisation_id)
    found = (
        select(User.id, User.name)
        .join(Membership, Membership.user_id == User.id)
        .where(*role, holds(now), User.disabled_at.is_(None), User.id != actor.user_id)
        .distinct()
        .order_by(User.name, User.id)
    )
    return tuple(Colleague(user_id=user_id, name=name) for user_id, name in session.execute(found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """Who works beside somebody, whose desks they look after, and who looks after theirs; None: nobody else."""

    colleagues: tuple[Colleague, ...]
    covers: tuple[Colleague, ...]
    cover: Cover | None

    def workers(self, actor: Actor) -> frozenset[UUID]:
        """Return all who work here, the reader among them."""
        mine = [actor.user_id] if actor.user_id else []
        return frozenset([*mine, *(one.user_id for one in self.colleagues)])


def around(session: Session, *, actor: Actor, now: datetime) -> Around:
    """Return who else works here and who stands in for whom today, in one statement."""
    mine = DeskCover.for_user_id == actor.user_id
    between = or_(
        and_(mine, DeskCover.by_user_id == User.id),
        and_(DeskCover.by_user_id == actor.user_id, DeskCover.for_user_id == User.id),
    )
    running = (DeskCover.organisation_id == actor.organisation_id, *_running(now.date()))
    role = (Membership.role == Role.LINK_WORKER.value, Membership.organisation_id == actor.organisation_id)
    found = (
        select(User.id, User.name, DeskCover.until, mine.label("mine"))
        .join(Membership, Membership.user_id == User.id)
        .outerjoin(DeskCover, and_(between, *running))
        .where(*role, holds(now), User.disabled_at.is_(None), User.id != actor.user_id)
        .distinct()
        .order_by(User.name, User.id)
    )
    rows = session.execute(found).all()
    known = {row.id: Colleague(user_id=row.id, name=row.name) for row in rows}
    return Around(
        colleagues=tuple(known.values()),
        covers=tuple(dict.fromkeys(known[row.id] for row in rows if row.mine is not None and not row.mine)),
        cover=next((Cover(name=row.name, until=row.until) for row in rows if row.mine), None),
    )


def covered(session: Session, *, actor: Actor, today: date) -> tuple[Colleague, ...]:
    """Return whose desk this person looks after today."""
    found = (
        select(User.id, User.name)
        .join(DeskCover, DeskCover.for_user_id == User.id)
        .where(DeskCover.by_user_id == actor.user_id, DeskCover.organisation_id == actor.organisation_id)
        .where(*_running(today))
        .distinct()
        .order_by(User.name, User.id)
    )
    return tuple(Colleague(user_id=user_id, name=name) for user_id, name in session.execute(found))


def _running(today: date) -> tuple[ColumnElement[bool], ...]:
    return (DeskCover.until >= today, DeskCover.ended_at.is_(None))


def helped_here(actor: Actor) -> ColumnElement[bool]:
    """Say, as a condition, whom the actor's own organisation helps; where it only refers, another does."""
    own = and_(Referral.service_organisation_id.is_(None), Referral.organisation_id == actor.organisation_id)
    return or_(Referral.service_organisation_id == actor.organisation_id, own)


def worked_on(actor: Actor) -> ColumnElement[bool]:
    """Give the scope of a link worker: what their organisation refers or helps with; of anybody else nothing.

    A program that may see plans has those of people whom its organisation helps, and no others.
    """
    if actor.key_id is not None:
        sees = actor.may(Permission.PLAN) or actor.may(Permission.READ_PLANS)
        return and_(mine(actor), helped_here(actor), true() if sees else false())
    return and_(mine(actor), _works(actor))


def _works(actor: Actor) -> ColumnElement[bool]:
    works = actor.may(Permission.WORK_CASES) and actor.organisation_id is not None and actor.user_id is not None
    return true() if works else false()


def held_by(users: Iterable[UUID | None]) -> ColumnElement[bool]:
    """Say, as a condition, that one of these people holds a case that has not ended."""
    held = Referral.owner_user_id.in_([one for one in users if one is not None])
    return and_(held, Referral.state.not_in(ENDED))


def is_due(today: date) -> ColumnElement[bool]:
    """Say, as a condition, that somebody is needed now: for safety and a missed visit at once, else by the day."""
    return or_(Referral.need_rank <= MISSED, Referral.due_on <= today)


def is_free(now: datetime) -> ColumnElement[bool]:
    """Say, as a condition, that nobody holds a case, or somebody who does not work where it is helped with any more."""
    helps = func.coalesce(Referral.service_organisation_id, Referral.organisation_id)
    theirs = (Membership.user_id == Referral.owner_user_id, Membership.organisation_id == helps)
    works = exists().where(*theirs, Membership.role == Role.LINK_WORKER.value, holds(now))
    able = exists().where(User.id == Referral.owner_user_id, User.disabled_at.is_(None))
    return or_(Referral.owner_user_id.is_(None), ~works, ~able)


def is_free_here(workers: Iterable[UUID]) -> ColumnElement[bool]:
    """Say the same of cases that are helped with here, by `workers`, all who work here: it is asked once."""
    return or_(Referral.owner_user_id.is_(None), Referral.owner_user_id.not_in(sorted(workers)))


def is_new(actor: Actor, workers: Iterable[UUID], now: datetime) -> ColumnElement[bool]:
    """Say, as a condition, that nobody holds a case and somebody must; `workers`: all who work here."""
    today = now.date()
    wanting = or_(Referral.state.in_(UNTAKEN), and_(is_due(today), Referral.state.not_in(ENDED)))
    nobody = (is_free_here(workers), Referral.state != "draft")
    return and_(_works(actor), helped_here(actor), *nobody, wanting)


def is_nobodys_danger(actor: Actor, workers: Iterable[UUID], now: datetime) -> ColumnElement[bool]:
    """Say, as a condition, that somebody may be in danger whom nobody holds: then everybody here is needed."""
    return and_(is_new(actor, workers, now), Referral.need_rank == SAFETY)


def is_theirs(actor: Actor, covers: Iterable[Colleague], free: ColumnElement[bool]) -> ColumnElement[bool]:
    """Say, as a condition, that a case is one's own, of a desk one looks after, or nobody's: see `is_free`."""
    theirs = [actor.user_id, *(one.user_id for one in covers)]
    return or_(Referral.owner_user_id.in_([one for one in theirs if one is not None]), free)


def is_explained(actor: Actor) -> ColumnElement[bool]:
    """Say, as a condition, that this person said before why they read a case that another holds."""
    return exists().where(CaseReading.referral_id == Referral.id, CaseReading.user_id == actor.user_id)


def explained(session: Session, *, referral_id: UUID, actor: Actor) -> bool:
    """Tell whether this person said before why they read a case that another holds."""
    said = exists().where(CaseReading.referral_id == referral_id, CaseReading.user_id == actor.user_id)
    return bool(session.scalar(select(said)))
