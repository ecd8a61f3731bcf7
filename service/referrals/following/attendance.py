"""What a leader says by the link in a mail the day after a date: came, did not come, we did not meet. Never commits.

Opening the link does nothing and tells nothing of the person.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.accounts.credentials import token_hash
from service.accounts.permissions import Actor, Role
from service.accounts.record import audit
from service.accounts.record.audit import NOWHERE, Origin, Purpose
from service.catalog.models import Group
from service.db.sealing import Sealer
from service.errors import Gone, Invalid, NotFound, Problem
from service.referrals.following.letters import agreed
from service.referrals.following.operations import mark
from service.referrals.lifecycle import TERMINAL, Machine, Part
from service.referrals.models import Introduction, LeaderLink, Person, Referral
from service.referrals.queries import unseal

PURPOSE = "attendance"
LEADER_BY_LINK = Actor(role=Role.GROUP_LEADER)
ANSWERS = {"came": "attended", "not_come": "no_show", "not_met": "session_cancelled"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """The date a leader is asked about; nothing of the person."""

    link_id: UUID
    introduction_id: UUID
    person_id: UUID
    group_name: str
    group_is_example: bool
    at: datetime
    expires_at: datetime


def opened(session: Session, *, token: str, now: datetime) -> Expected:
    """Return what the bearer of this link is asked. Uses nothing up.

    Raises
    ------
    NotFound
        `link_unknown`.
    Gone
        `link_used`, `link_revoked` or `link_expired`: also when somebody else has said it, or the date was moved.
    """
    found = (
        select(LeaderLink, Introduction, Referral, Group.name, Group.is_example)
        .join(Introduction, Introduction.id == LeaderLink.introduction_id)
        .join(Referral, Referral.id == Introduction.referral_id)
        .join(Group, Group.id == Introduction.group_id)
        .where(LeaderLink.token_hash == token_hash(token), LeaderLink.purpose == PURPOSE)
    )
    row = session.execute(found).first()
    if row is None:
        raise NotFound("link_unknown")
    link, introduction, referral, name, is_example = row
    _check_open(link, introduction, referral, now)
    if introduction.first_date is None or not agreed(session, introduction, referral.person_id, now):
        raise Gone("link_revoked", ended=now)
    return Expected(
        link_id=link.id,
        introduction_id=introduction.id,
        person_id=referral.person_id,
        group_name=name,
        group_is_example=is_example,
        at=introduction.first_date,
        expires_at=link.expires_at,
    )


def who(session: Session, *, sealer: Sealer, token: str, now: datetime, origin: Origin = NOWHERE) -> str:
    """Tell the name of whoever was to come, as they agreed; records that it was read. Raises as `opened`."""
    expected = opened(session, token=token, now=now)
    audit.record(
        session,
        actor=LEADER_BY_LINK,
        action="see_person",
        subject="person",
        subject_id=expected.person_id,
        columns=["preferred_name"],
        purpose=Purpose.ANSWER,
        now=now,
        origin=origin,
    )
    return unseal(sealer, session.get_one(Person, expected.person_id), "preferred_name") or ""


def say(session: Session, *, token: str, answer: str, now: datetime, origin: Origin = NOWHERE) -> Expected:
    """Take the leader's answer and use the link up: of two at the same moment one wins.

    Raises
    ------
    NotFound, Gone
        As `opened`.
    Invalid
        `answer`: none of the three. The link is not used up then.
    """
    expected = opened(session, token=token, now=now)
    if answer not in ANSWERS:
        raise Invalid("answer", fields={"answer": Problem("unknown_choice")})
    unused = update(LeaderLink).where(
        LeaderLink.id == expected.link_id, LeaderLink.used_at.is_(None), LeaderLink.revoked_at.is_(None)
    )
    if session.execute(unused.values(used_at=now).returning(LeaderLink.id)).first() is None:
        raise Gone("link_used")
    mark(
        session,
        introduction_id=expected.introduction_id,
        what=ANSWERS[answer],
        on=expected.at.date(),
        part=Part.LEADER,
        actor=LEADER_BY_LINK,
        now=now,
        origin=origin,
    )
    return expected


def _check_open(link: LeaderLink, introduction: Introduction, referral: Referral, now: datetime) -> None:
    if link.used_at is not None:
        raise Gone("link_used", ended=link.used_at)
    ended = introduction.state != "booked" or referral.state in TERMINAL[Machine.REFERRAL]
    moved = introduction.first_date is not None and introduction.first_date > link.created_at
    if link.revoked_at is not None or ended or moved:
        raise Gone("link_revoked", ended=link.revoked_at or now)
    if link.expires_at <= now:
        raise Gone("link_expired", ended=link.expires_at)
