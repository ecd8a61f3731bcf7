"""Reads of the referring side: whose link workers help, whom the actor knows, what is open. Never writes."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import String, cast, exists, func, or_, select
from sqlalchemy.orm import Session

from service.accounts.models import Membership
from service.accounts.permissions import Actor, Permission, Role
from service.catalog.models import Organisation
from service.db.sealing import Sealer
from service.errors import Forbidden
from service.referrals.lifecycle import TERMINAL, Machine
from service.referrals.models import Introduction, Person, Referral
from service.referrals.people.given import PersonGiven
from service.referrals.people.queries import given_of, theirs
from service.referrals.queries import mine

LINK_WORK = "link_work"  # what an organisation does whose link workers help people that others refer
MOST = 50  # people one may choose from, the latest first
SERVICES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """An organisation whose link workers choose a group together with somebody."""

    id: UUID
    name: str
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Somebody whom the actor may refer again."""

    id: UUID
    given: PersonGiven = field(repr=False)


def services(session: Session, *, organisation_id: UUID | None, now: datetime) -> tuple[Service, ...]:
    """Return whose link workers can help, one's own first: those the operator named, and one's own if it has any."""
    works = (Membership.role == Role.LINK_WORKER.value, Membership.valid_from <= now)
    still = or_(Membership.valid_until.is_(None), Membership.valid_until > now)
    own_workers = exists().where(Membership.organisation_id == organisation_id, *works, still)
    named = cast(Organisation.acts_as, String).contains(f'"{LINK_WORK}"')
    own = Organisation.id == organisation_id
    found = (
        select(Organisation.id, Organisation.name)
        .where(or_(named, own & own_workers))
        .order_by(own.desc(), Organisation.name, Organisation.id)
        .limit(SERVICES)
    )
    return tuple(Service(id=row.id, name=row.name, own=row.id == organisation_id) for row in session.execute(found))


def organisation_of(actor: Actor) -> UUID:
    """Return for which organisation somebody refers.

    Raises
    ------
    Forbidden
        `not_allowed`.
    """
    if not actor.may(Permission.REFER) or actor.organisation_id is None:
        raise Forbidden("not_allowed")
    return actor.organisation_id


def people(session: Session, *, sealer: Sealer, besides: Collection[UUID], actor: Actor) -> tuple[Known, ...]:
    """Return whom the actor may refer again, the latest first; `besides` are there however long ago they came."""
    if not actor.may(Permission.REFER) or actor.organisation_id is None:
        return ()
    own = select(Person).where(Person.organisation_id == actor.organisation_id, theirs(actor))
    latest = own.order_by(func.coalesce(Person.changed_at, Person.created_at).desc(), Person.id).limit(MOST)
    found = {row.id: row for row in session.scalars(latest)}
    missing = set(besides) - set(found)
    if missing:
        found |= {row.id: row for row in session.scalars(own.where(Person.id.in_(missing)).order_by(Person.id))}
    return tuple(known(sealer, one) for one in found.values())


def person_of(session: Session, *, person_id: UUID, actor: Actor, to_change: bool = False) -> Person | None:
    """Return somebody whom the actor may refer, or None: unknown and another's look the same."""
    if not actor.may(Permission.REFER) or actor.organisation_id is None:
        return None
    wanted = select(Person).where(
        Person.id == person_id, Person.organisation_id == actor.organisation_id, theirs(actor)
    )
    return session.scalars(wanted.with_for_update() if to_change else wanted).first()


def open_referral(session: Session, *, person_id: UUID) -> UUID | None:
    """Return the referral of somebody that has not ended, if there is one."""
    wanted = (
        select(Referral.id)
        .where(Referral.person_id == person_id, Referral.state.not_in(TERMINAL[Machine.REFERRAL]))
        .order_by(Referral.created_at, Referral.id)
    )
    return session.scalars(wanted.limit(1)).first()


def known(sealer: Sealer, row: Person) -> Known:
    """Open what whoever refers needs of somebody."""
    return Known(id=row.id, given=given_of(sealer, row))


def referral_of(session: Session, *, referral_id: UUID, actor: Actor) -> Referral | None:
    """Return a referral the actor may move on, kept for them until the end of the unit; or None."""
    wanted = select(Referral).where(Referral.id == referral_id, mine(actor)).with_for_update()
    return session.scalars(wanted).first() if actor.organisation_id else None


def was_asked(session: Session, *, referral_id: UUID, group_id: UUID) -> bool:
    """Tell whether this group was asked before, whatever it said."""
    asked = select(Introduction.id).where(Introduction.referral_id == referral_id, Introduction.group_id == group_id)
    return session.scalar(asked) is not None
