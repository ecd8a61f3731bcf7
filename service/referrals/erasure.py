"""A person who is erased: every row that tells of them, and every message about them. Never commits.

What stays: that something was erased (a random id), the steps of the referral under numbers that lead nowhere, and the
record of who did what, which never held a word of them.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.accounts.models import Idempotency, User
from service.accounts.permissions import VISITOR, Actor, Permission
from service.accounts.privacy.erasure import ACCOUNT, Erased, erase_account, note
from service.accounts.record import audit
from service.accounts.record.audit import NOWHERE, Origin
from service.db.sealing import Sealer
from service.errors import NotFound
from service.notifications import forgetting
from service.referrals.desk.belonging import forget_cases
from service.referrals.events import noting
from service.referrals.models import Consent, Introduction, LeaderLink, Person, PersonLink, Referral
from service.referrals.models_answering import GroupQuestion
from service.referrals.models_following import FollowUp
from service.referrals.models_measures import Assessment
from service.referrals.models_people import PersonAsk

PERSON = "person"


def person_of(session: Session, *, referral_id: UUID, actor: Actor) -> UUID:
    """Find whom a referral of the actor's own organisation is about.

    Raises
    ------
    NotFound
        `referral`: there is none, or it is not theirs to know of.
    """
    theirs = (Referral.id == referral_id, Referral.organisation_id == actor.organisation_id)
    found = session.scalar(select(Referral.person_id).where(*theirs)) if actor.may(Permission.PRIVACY) else None
    if found is None:
        raise NotFound("referral")
    return found


def erase_person(
    session: Session,
    *,
    person_id: UUID,
    purpose: audit.Purpose,
    now: datetime,
    actor: Actor = VISITOR,
    origin: Origin = NOWHERE,
    at: datetime | None = None,
) -> bool:
    """Erase one person with all that is kept about them. False: there is no such person, or no longer."""
    person = session.get(Person, person_id, with_for_update=True)
    if person is None:
        return False
    referrals = session.scalars(select(Referral.id).where(Referral.person_id == person_id)).all()
    asked = session.scalars(select(Introduction.id).where(Introduction.referral_id.in_(referrals))).all()
    forgetting.forget_about(session, [person_id, *referrals, *asked])
    session.execute(delete(FollowUp).where(FollowUp.introduction_id.in_(asked)))
    noting.forget(session, referrals)
    forget_cases(session, referrals)
    session.execute(delete(LeaderLink).where(LeaderLink.introduction_id.in_(asked)))
    session.execute(delete(GroupQuestion).where(GroupQuestion.introduction_id.in_(asked)))
    session.execute(delete(Introduction).where(Introduction.id.in_(asked)))
    session.execute(delete(Idempotency).where(Idempotency.resource_id.in_(referrals)))
    session.execute(delete(Referral).where(Referral.id.in_(referrals)))
    session.execute(delete(Consent).where(Consent.person_id == person_id))
    session.execute(delete(PersonAsk).where(PersonAsk.person_id == person_id))
    session.execute(delete(Assessment).where(Assessment.person_id == person_id))
    session.execute(delete(PersonLink).where(PersonLink.person_id == person_id))
    session.execute(delete(Person).where(Person.id == person_id))
    session.flush()
    note(session, subject=PERSON, subject_id=person_id, purpose=purpose, now=now, actor=actor, origin=origin, at=at)
    return True


def subject_of(session: Session, some_id: UUID) -> tuple[str, UUID] | None:
    """Tell what an id is of: a person, themselves or by a referral, or an account."""
    person = session.scalar(select(Person.id).where(Person.id == some_id))
    person = person or session.scalar(select(Referral.person_id).where(Referral.id == some_id))
    if person is not None:
        return PERSON, person
    return (ACCOUNT, some_id) if session.get(User, some_id) is not None else None


def replay(session: Session, erased: Iterable[Erased], *, sealer: Sealer, now: datetime) -> Sequence[str]:
    """Erase again what a restored copy brought back; returns the addresses of accounts, and "" for each person.

    Done twice it does nothing the second time. `sealer` is the outbox's.
    """
    again: list[str] = []
    for one in erased:
        if one.subject == PERSON:
            gone = erase_person(
                session, person_id=one.subject_id, purpose=audit.Purpose.SUBJECT_REQUEST, now=now, at=one.at
            )
            again += [""] if gone else []
        elif one.subject == ACCOUNT:
            address = erase_account(
                session, user_id=one.subject_id, sealer=sealer, purpose=audit.Purpose.SUBJECT_REQUEST, now=now
            )
            again += [] if address is None else [address]
    return again
