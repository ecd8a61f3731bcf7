"""Reads of people. Each takes the actor and adds their scope: who is not theirs to know of does not exist.

People of other organisations are seen through a referral only, and only as far as they agreed. Never writes.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor, Permission, Role
from service.catalog.models import Group, Organisation
from service.db.sealing import Sealer
from service.errors import NotFound
from service.referrals import consent, queries
from service.referrals.lifecycle import TERMINAL, Machine
from service.referrals.models import Consent, Introduction, Person, Referral
from service.referrals.people.given import PersonGiven, contact_key, name_key
from service.referrals.queries import unseal

SAME = 5  # who looks the same: so many are offered at most
SEALED = ("preferred_name", "contact", "contact_notes", "born", "story", "needs", "care", "representative")
PLAIN: tuple[str, ...] = ("contact_rule", "language", "interpreter")
ALL = frozenset({*SEALED, *PLAIN})
# What somebody of another organisation may see and change, by what the person agreed to.
ALWAYS = frozenset({"preferred_name", "language", "interpreter", "care"})
WITH_CONTACT = frozenset({"contact", "contact_rule", "contact_notes", "representative"})
HELPED = ("link_work", "tell_referrer")  # with one of these it may be said that somebody is being helped


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    """Somebody, as far as the actor may see them; what they may not see is empty."""

    id: UUID
    organisation_id: UUID
    version: int
    given: PersonGiven = field(repr=False)
    shown: frozenset[str]
    referrals: tuple[UUID, ...]  # those the actor may see, newest first


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Whom a yes could be for: a group, or an organisation."""

    id: UUID
    purpose: str
    name: str
    is_example: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentView:
    """One yes as it was said, and whether it holds now."""

    id: UUID
    recipient: Recipient
    items: tuple[str, ...]
    given_by: str
    method: str
    given_at: datetime
    expires_at: datetime
    withdrawn_at: datetime | None
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Same:
    """Somebody of the same organisation who looks the same, by their contact, their name or both."""

    person_id: UUID
    preferred_name: str
    by: str
    created_at: datetime
    version: int


def theirs(actor: Actor) -> ColumnElement[bool]:
    """Give the scope of an actor: people of their organisation, and those of referrals they may see.

    Of their organisation a referrer has only those they added or referred.
    """
    own = Person.organisation_id == actor.organisation_id
    if actor.role is Role.REFERRER:
        own = and_(own, Person.added_by_user_id == actor.user_id)
    return or_(own, Person.id.in_(select(Referral.person_id).where(queries.mine(actor))))


def find(session: Session, *, person_id: UUID, actor: Actor, now: datetime, lock: bool = False) -> Person:
    """Return the row of somebody the actor may know of.

    Raises
    ------
    NotFound
        `person`: there is none, or it is not theirs to know of.
    """
    wanted = select(Person).where(Person.id == person_id, theirs(actor))
    may = actor.may(Permission.READ_REFERRALS) and actor.organisation_id is not None
    row = session.scalars(wanted.with_for_update() if lock else wanted).first() if may else None
    if row is None or not shown_of(session, row, actor, now):
        raise NotFound("person")
    return row


def shown_of(session: Session, row: Person, actor: Actor, now: datetime) -> frozenset[str]:
    """Say which columns of somebody the actor may see: all of their own organisation's, else as was agreed."""
    if row.organisation_id == actor.organisation_id:
        return ALL
    if actor.organisation_id is None:
        return frozenset()
    given = queries.agreements(session, person_id=row.id, recipient=actor.organisation_id)
    agreed = consent.check(given, actor.organisation_id, consent.ITEMS, now, purpose="link_work")
    if "name" not in agreed:
        return frozenset()
    helps = frozenset({"needs"} if agreed & {"needs", "access_needs"} else ())
    return ALWAYS | helps | (WITH_CONTACT if "contact" in agreed else frozenset())


def person(session: Session, *, sealer: Sealer, person_id: UUID, actor: Actor, now: datetime) -> PersonView:
    """Return somebody as far as the actor may see them.

    Raises
    ------
    NotFound
        As `find`.
    """
    row = find(session, person_id=person_id, actor=actor, now=now)
    shown = shown_of(session, row, actor, now)
    seen = select(Referral.id).where(Referral.person_id == row.id, queries.mine(actor))
    return PersonView(
        id=row.id,
        organisation_id=row.organisation_id,
        version=row.version,
        given=given_of(sealer, row, shown),
        shown=shown,
        referrals=tuple(session.scalars(seen.order_by(Referral.created_at.desc(), Referral.id))),
    )


def given_of(sealer: Sealer, row: Person, shown: frozenset[str] = ALL) -> PersonGiven:
    """Open what may be seen of somebody."""
    opened = {name: unseal(sealer, row, name) or "" for name in SEALED if name in shown}
    plain = {name: getattr(row, name) or "" for name in PLAIN if name in shown}
    care = opened.pop("care", "").split()
    name = opened.pop("preferred_name", "")
    told: dict[str, Any] = {**opened, **plain}
    return PersonGiven(preferred_name=name, under_18="under_18" in care, safety="safety" in care, **told)


def same(
    session: Session, *, sealer: Sealer, given: PersonGiven, actor: Actor, besides: UUID | None = None
) -> tuple[Same, ...]:
    """Return people of the actor's own organisation, and theirs to see, who look the same as somebody.

    The same contact and name come first, then the same contact, then the same name; within these the one known
    longest. Somebody born on another day is somebody else.
    """
    if actor.organisation_id is None or not actor.may(Permission.READ_REFERRALS):
        return ()
    own = Person.organisation_id == actor.organisation_id
    name, contact = fingerprints(sealer, actor.organisation_id, given)
    looks = [Person.name_hash == name, *([Person.contact_hash == contact] if contact else [])]
    rows = session.scalars(
        select(Person).where(own, theirs(actor), or_(*looks)).order_by(Person.created_at, Person.id)
    ).all()
    found = [
        Same(
            person_id=row.id,
            preferred_name=unseal(sealer, row, "preferred_name") or "",
            by=_by(name=row.name_hash == name, contact=contact is not None and row.contact_hash == contact),
            created_at=row.created_at,
            version=row.version,
        )
        for row in rows
        if row.id != besides and not _born_apart(given.born, unseal(sealer, row, "born"))
    ]
    return tuple(sorted(found, key=lambda one: ("both", "contact", "name").index(one.by))[:SAME])


def known(session: Session, *, sealer: Sealer, given: PersonGiven, actor: Actor, now: datetime) -> bool:
    """Tell whether this person is being helped here already, which is said only where they agreed to that.

    Both name and contact have to be the same. Nothing else of them is told.
    """
    if actor.organisation_id is None or not actor.may(Permission.READ_REFERRALS):
        return False
    name, contact = fingerprints(sealer, actor.organisation_id, given)
    if contact is None:
        return False
    helped = select(Referral.person_id).where(Referral.state.not_in(TERMINAL[Machine.REFERRAL]))
    wanted = select(Person.id).where(
        Person.organisation_id == actor.organisation_id,
        Person.name_hash == name,
        Person.contact_hash == contact,
        Person.id.in_(helped),
    )
    return any(_may_be_told(session, one, actor.organisation_id, now) for one in session.scalars(wanted))


def _may_be_told(session: Session, person_id: UUID, organisation_id: UUID, now: datetime) -> bool:
    given = queries.agreements(session, person_id=person_id, recipient=organisation_id)
    return any(consent.check(given, organisation_id, consent.ITEMS, now, purpose=purpose) for purpose in HELPED)


def fingerprints(sealer: Sealer, organisation_id: UUID, given: PersonGiven) -> tuple[bytes, bytes | None]:
    """Return the marks by which a name and a contact are known again, inside one organisation and nowhere else."""
    contact = contact_key(given.contact)
    name = sealer.fingerprint(f"{organisation_id}:name:{name_key(given.preferred_name)}")
    return name, sealer.fingerprint(f"{organisation_id}:contact:{contact}") if contact else None


def _by(*, name: bool, contact: bool) -> str:
    return "both" if name and contact else "contact" if contact else "name"


def _born_apart(born: str, other: str | None) -> bool:
    return bool(born) and bool(other) and born != other


def consents(session: Session, *, person_id: UUID, now: datetime) -> tuple[ConsentView, ...]:
    """Return all that somebody said yes to, newest first. Who may ask has been asked before: see `find`."""
    wanted = (
        select(Consent, Group.name, Group.is_example, Organisation.name)
        .outerjoin(Group, Group.id == Consent.group_id)
        .outerjoin(Organisation, Organisation.id == Consent.organisation_id)
        .where(Consent.person_id == person_id)
        .order_by(Consent.given_at.desc(), Consent.id)
    )
    return tuple(
        ConsentView(
            id=row.id,
            recipient=Recipient(
                id=_whom(row),
                purpose=row.purpose,
                name=group or organisation,
                is_example=bool(is_example),
            ),
            items=tuple(item for item in consent.ITEMS if item in row.items),
            given_by=row.given_by,
            method=row.method,
            given_at=row.given_at,
            expires_at=row.expires_at,
            withdrawn_at=row.withdrawn_at,
            holds=consent.holds(_agreement(row), now),
        )
        for row, group, is_example, organisation in session.execute(wanted)
    )


def _whom(row: Consent) -> UUID:
    """Return the one recipient a yes is for: a group or an organisation, as the table's own check has it."""
    found = row.group_id or row.organisation_id
    assert found is not None  # noqa: S101  # ck_consent_recipient
    return found


def _agreement(row: Consent) -> consent.Agreement:
    return consent.Agreement(
        recipient=_whom(row),
        items=frozenset(row.items),
        given_at=row.given_at,
        expires_at=row.expires_at,
        withdrawn_at=row.withdrawn_at,
        purpose=row.purpose,
    )


def recipients(
    session: Session, *, person_id: UUID, actor: Actor, group_id: UUID | None = None
) -> tuple[Recipient, ...]:
    """Return whom somebody could say yes to: who helps, who refers, whose questions they answer, and groups.

    Groups are those that were named in a referral of theirs that is open, and one more where `group_id` says so.
    """
    open_ones = select(Referral).where(
        Referral.person_id == person_id, queries.mine(actor), Referral.state.not_in(TERMINAL[Machine.REFERRAL])
    )
    rows = session.scalars(open_ones.order_by(Referral.created_at, Referral.id)).all()
    own = [] if actor.organisation_id is None else [actor.organisation_id]
    helping = {row.service_organisation_id or row.organisation_id for row in rows} or set(own)
    referring = {row.organisation_id for row in rows} or set(own)
    named = select(Organisation.id, Organisation.name, Organisation.is_example)
    bodies = {row.id: row for row in session.execute(named.where(Organisation.id.in_(helping | referring)))}
    asked = select(Introduction.group_id).where(Introduction.referral_id.in_([row.id for row in rows]))
    wanted = or_(Group.id.in_(asked), Group.id == group_id) if group_id else Group.id.in_(asked)
    groups = session.execute(
        select(Group.id, Group.name, Group.is_example)
        .where(wanted, Group.status == "published")
        .order_by(Group.name, Group.id)
    )
    of_bodies = (("link_work", helping), ("tell_referrer", referring), ("measures", helping))
    return (
        *(
            Recipient(id=row.id, purpose=purpose, name=row.name, is_example=row.is_example)
            for purpose, ids in of_bodies
            for row in sorted((bodies[one] for one in ids if one in bodies), key=lambda row: (row.name, row.id))
        ),
        *(Recipient(id=row.id, purpose="introduction", name=row.name, is_example=row.is_example) for row in groups),
    )
