"""A yes that is taken back, and a path that is left: sharing stops at once, and whoever was told is asked to erase.

The row of the consent stays, as proof. Flushes, never commits.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.accounts.models import User
from service.accounts.permissions import Actor
from service.accounts.record import audit
from service.accounts.record.audit import NOWHERE, Origin, Purpose
from service.accounts.record.telling import Post, tell
from service.errors import NotFound
from service.referrals.history import step
from service.referrals.lifecycle import TERMINAL, Machine, Part
from service.referrals.measures import operations as answers
from service.referrals.measures import queries as measures
from service.referrals.models import Consent, Introduction, LeaderLink, Referral
from service.referrals.queries import address_of_group

ENDED = TERMINAL[Machine.INTRODUCTION]
TOLD_NOTHING = ("proposed",)  # the group has not been asked yet
BACK_FROM = ("introduced", "attending")  # states that end with the last group that was out
ERASE = "please_erase"  # the message to whoever was told something
RING = "ring_to_erase"  # to whoever helps, where the group that was told has no address


def take_back(
    session: Session,
    *,
    person_id: UUID,
    consent_id: UUID,
    post: Post,
    actor: Actor,
    now: datetime,
    origin: Origin = NOWHERE,
) -> None:
    """Take one yes of a person back. Whoever calls has seen that the actor may.

    Raises
    ------
    NotFound
        `consent`: this person gave none with this id.
    """
    row = session.scalars(
        select(Consent).where(Consent.id == consent_id, Consent.person_id == person_id).with_for_update()
    ).first()
    if row is None:
        raise NotFound("consent")
    if row.withdrawn_at is not None:
        return
    row.withdrawn_at = now
    session.flush()
    template, addresses = _stop(session, row, actor, now)
    link = f"{post.public_url}/{post.language}/people/{person_id}/consents"
    params = {"link": link} if template == RING else {"day": row.given_at.date().isoformat()}
    for address in addresses:
        key = f"consent:{row.id}:erase:{address}"
        tell(session, post, to=address, template=template, params=params, now=now, key=key)
    audit.record(
        session,
        actor=actor,
        action="withdraw_consent",
        subject="person",
        subject_id=person_id,
        columns=(row.purpose, "withdrawn_at"),
        purpose=Purpose.SUBJECT_REQUEST,
        now=now,
        origin=origin,
    )


def _stop(session: Session, row: Consent, actor: Actor, now: datetime) -> tuple[str, list[str]]:
    """End what rested on this yes; returns which message goes, and the addresses it goes to."""
    if row.purpose == "introduction":
        return _stop_asking(session, row, actor, now)
    return ERASE, _stop_helping(session, row, actor, now)


def _stop_helping(session: Session, row: Consent, actor: Actor, now: datetime) -> list[str]:
    """End what rested on a yes to people who work here; returns the addresses of those who were told something."""
    theirs = select(Referral).where(Referral.person_id == row.person_id).order_by(Referral.created_at, Referral.id)
    if row.purpose == "link_work":
        helped = [one for one in session.scalars(theirs) if _helper(one) == row.organisation_id]
        users = [one.owner_user_id for one in helped]
        for referral in helped:
            leave(session, referral, "declined", actor, now)
        return _addresses(session, users)
    if row.purpose == "tell_referrer":
        referred = session.scalars(theirs.where(Referral.organisation_id == row.organisation_id))
        return _addresses(session, [one.requested_by_user_id for one in referred])
    if row.purpose == measures.ITEM and row.organisation_id is not None:
        answers.forget(session, person_id=row.person_id, organisation_id=row.organisation_id)
    return []


def _helper(referral: Referral) -> UUID:
    return referral.service_organisation_id or referral.organisation_id


def _stop_asking(session: Session, row: Consent, actor: Actor, now: datetime) -> tuple[str, list[str]]:
    """Take a person out of a group's hands: open questions and links end, and the group is to be told."""
    wanted = select(Introduction).join(Referral, Referral.id == Introduction.referral_id)
    asked = session.scalars(
        wanted.where(Referral.person_id == row.person_id, Introduction.group_id == row.group_id).order_by(
            Introduction.id
        )
    ).all()
    told = {one.referral_id for one in asked if one.state not in TOLD_NOTHING}
    for introduction in asked:
        _end(session, introduction, actor, now)
    for referral_id in sorted({one.referral_id for one in asked}):
        _back_to_planning(session, session.get_one(Referral, referral_id), actor, now)
    address = address_of_group(session, row.group_id) if row.group_id and told else None
    if address is not None:
        return ERASE, [address]
    helped = session.scalars(select(Referral).where(Referral.id.in_(told)))
    return RING, _addresses(session, [one.owner_user_id or one.requested_by_user_id for one in helped])


def _end(session: Session, introduction: Introduction, actor: Actor, now: datetime) -> None:
    """End an introduction, and every link of its group."""
    session.execute(
        update(LeaderLink)
        .where(
            LeaderLink.introduction_id == introduction.id,
            LeaderLink.used_at.is_(None),
            LeaderLink.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )
    if introduction.state not in ENDED:
        step(session, introduction, "withdrawn", Part.PERSON, actor, now)


def _back_to_planning(session: Session, referral: Referral, actor: Actor, now: datetime) -> None:
    """When nothing is out any more, the referral returns to whoever helps the person."""
    states = session.scalars(select(Introduction.state).where(Introduction.referral_id == referral.id)).all()
    if referral.state in BACK_FROM and all(state in ENDED for state in states) and "settled" not in states:
        step(session, referral, "planned", Part.PERSON, actor, now)


def leave(session: Session, referral: Referral, reason: str, actor: Actor, now: datetime) -> bool:
    """Close a referral as the person wishes, with everything of it that is open. False: it was over already."""
    if referral.state in TERMINAL[Machine.REFERRAL]:
        return False
    for introduction in session.scalars(
        select(Introduction).where(Introduction.referral_id == referral.id).order_by(Introduction.id)
    ):
        _end(session, introduction, actor, now)
    referral.close_reason = reason
    step(session, referral, "closed", Part.PERSON, actor, now)
    return True


def _addresses(session: Session, users: Iterable[UUID | None]) -> list[str]:
    ids = {one for one in users if one is not None}
    return list(session.scalars(select(User.email).where(User.id.in_(ids)).order_by(User.email)))
