"""Who reads what people are worried about: the safeguarding leads of an organisation. Flushes, never commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Select, exists, false, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from service.accounts.models import Membership, User
from service.accounts.permissions import Actor, Permission, Role
from service.accounts.queries import holds
from service.accounts.record import audit
from service.accounts.record.audit import NOWHERE, Origin, Purpose
from service.errors import Forbidden, Invalid, NotFound, Problem
from service.referrals.models_desk import SafeguardingLead

SUBJECT = "safeguarding_lead"
# Roles beside which somebody may be a lead: of each a second step is asked for, so never a group leader's.
BESIDE = (Role.REFERRER, Role.LINK_WORKER, Role.ORG_MANAGER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """Somebody who reads what people are worried about."""

    id: UUID
    user_id: UUID
    name: str
    email: str
    since: datetime


def leads(session: Session, *, organisation_id: UUID | None, now: datetime) -> tuple[Lead, ...]:
    """Return who reads it in an organisation, by name; whoever works there no more reads nothing."""
    running = (SafeguardingLead.organisation_id == organisation_id, SafeguardingLead.ended_at.is_(None))
    found = (
        select(SafeguardingLead, User.name, User.email)
        .join(User, User.id == SafeguardingLead.user_id)
        .where(*running, User.disabled_at.is_(None), _works(organisation_id, now))
        .order_by(User.name, SafeguardingLead.id)
    )
    return tuple(
        Lead(id=row.id, user_id=row.user_id, name=name, email=email, since=row.at)
        for row, name, email in session.execute(found)
    )


def is_lead(session: Session, *, actor: Actor) -> bool:
    """Tell whether this actor may read what is told where they act now."""
    return bool(session.scalar(select(leading(actor))))


def leading(actor: Actor) -> ColumnElement[bool]:
    """Say the same as a condition."""
    if actor.role not in BESIDE or actor.organisation_id is None or not actor.may(Permission.SAFETY):
        return false()
    of_theirs = (SafeguardingLead.user_id == actor.user_id, SafeguardingLead.organisation_id == actor.organisation_id)
    return exists().where(*of_theirs, SafeguardingLead.ended_at.is_(None))


def choices(session: Session, *, actor: Actor, now: datetime) -> tuple[tuple[UUID, str], ...]:
    """Return who may be named: whoever works here and is no lead, by name."""
    known = [one.user_id for one in leads(session, organisation_id=actor.organisation_id, now=now)]
    here = _works(actor.organisation_id, now)
    found = select(User.id, User.name).where(here, User.disabled_at.is_(None), User.id.not_in(known))
    return tuple((user_id, name) for user_id, name in session.execute(found.order_by(User.name, User.id)))


def name_lead(session: Session, *, user_id: UUID | None, actor: Actor, now: datetime, origin: Origin = NOWHERE) -> None:
    """Name a lead of the actor's own organisation; one who is it already stays it.

    Raises
    ------
    Forbidden
        `not_allowed`.
    Invalid
        `user`: nobody who may be named here.
    """
    here = _own(actor)
    if user_id in {one.user_id for one in leads(session, organisation_id=here, now=now)}:
        return
    if user_id is None or user_id not in {one for one, _name in choices(session, actor=actor, now=now)}:
        raise Invalid("lead", fields={"user": Problem("not_a_choice")})
    _end(session, _rows(here).where(SafeguardingLead.user_id == user_id), now)  # of a time when they worked here before
    made = SafeguardingLead(id=uuid4(), organisation_id=here, user_id=user_id, by_user_id=actor.user_id, at=now)
    session.add(made)
    session.flush()
    _note(session, "name_lead", made.id, actor, now, origin)


def end_lead(session: Session, *, lead_id: UUID | None, actor: Actor, now: datetime, origin: Origin = NOWHERE) -> None:
    """Let somebody be a lead no more; raises Forbidden as above, NotFound: `lead`, none of this organisation."""
    if not _end(session, _rows(_own(actor)).where(SafeguardingLead.id == lead_id), now):
        raise NotFound("lead")
    _note(session, "end_lead", lead_id, actor, now, origin)


def end_of_leavers(session: Session, *, organisation_id: UUID | None, now: datetime) -> None:
    """End it for whoever holds no role here any more, so that it does not come back with a role given later."""
    _end(session, _rows(organisation_id).where(~_works(organisation_id, now, SafeguardingLead.user_id)), now)


def _works(
    organisation_id: UUID | None, now: datetime, user_id: InstrumentedAttribute[UUID] | None = None
) -> ColumnElement[bool]:
    here = (Membership.organisation_id == organisation_id, Membership.role.in_([role.value for role in BESIDE]))
    whose = Membership.user_id == (User.id if user_id is None else user_id)
    return exists().where(*here, holds(now), whose)


def _rows(organisation_id: UUID | None) -> Select[SafeguardingLead]:
    running = (SafeguardingLead.organisation_id == organisation_id, SafeguardingLead.ended_at.is_(None))
    return select(SafeguardingLead).where(*running)


def _end(session: Session, wanted: Select[SafeguardingLead], now: datetime) -> Sequence[SafeguardingLead]:
    found = session.scalars(wanted).all()
    for row in found:
        row.ended_at = now
    session.flush()
    return found


def _own(actor: Actor) -> UUID:
    if not actor.may(Permission.LEAD_TEAM) or actor.organisation_id is None:
        raise Forbidden("not_allowed")
    return actor.organisation_id


def _note(session: Session, action: str, lead_id: UUID | None, actor: Actor, now: datetime, origin: Origin) -> None:
    audit.record(
        session,
        actor=actor,
        action=action,
        subject=SUBJECT,
        subject_id=lead_id,
        purpose=Purpose.SECURITY,
        now=now,
        origin=origin,
    )
