"""Private links of somebody who is helped: given for one purpose, kept as a hash, ended once. Never commits.

Opening a link uses nothing up. Whoever puts the message that carries it makes the token.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.accounts.credentials import token_hash
from service.errors import Gone, NotFound
from service.referrals.models import PersonLink

LINK_DAYS = 30  # (proposed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a link that works is for."""

    id: UUID
    person_id: UUID | None
    organisation_id: UUID
    by_user_id: UUID | None
    subject_id: UUID | None
    expires_at: datetime
    tries: int


def give(
    session: Session,
    *,
    person_id: UUID | None,
    organisation_id: UUID,
    purpose: str,
    token: str,
    now: datetime,
    subject_id: UUID | None = None,
    by_user_id: UUID | None = None,
    days: int = LINK_DAYS,
) -> UUID:
    """Keep that a link was given; `token` is the secret in its address, of at least 128 bits."""
    link = PersonLink(
        id=uuid4(),
        person_id=person_id,
        organisation_id=organisation_id,
        by_user_id=by_user_id,
        purpose=purpose,
        subject_id=subject_id,
        token_hash=token_hash(token),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    session.add(link)
    session.flush()
    return link.id


def find(session: Session, *, token: str, purpose: str, now: datetime) -> Held:
    """Return what a link is for.

    Raises
    ------
    NotFound
        `link_unknown`: also one that was given for another purpose.
    Gone
        `link_used`, `link_revoked` or `link_expired`, with the instant it ended.
    """
    wanted = select(PersonLink).where(PersonLink.token_hash == token_hash(token), PersonLink.purpose == purpose)
    link = session.scalars(wanted).first()
    if link is None:
        raise NotFound("link_unknown")
    for code, ended in (("link_used", link.used_at), ("link_revoked", link.revoked_at)):
        if ended is not None:
            raise Gone(code, ended=ended)
    if link.expires_at <= now:
        raise Gone("link_expired", ended=link.expires_at)
    return Held(
        id=link.id,
        person_id=link.person_id,
        organisation_id=link.organisation_id,
        by_user_id=link.by_user_id,
        subject_id=link.subject_id,
        expires_at=link.expires_at,
        tries=link.tries,
    )


def use_up(session: Session, link_id: UUID, now: datetime) -> None:
    """End a link by using it: of two at the same moment one wins.

    Raises
    ------
    Gone
        `link_used`.
    """
    unused = update(PersonLink).where(
        PersonLink.id == link_id, PersonLink.used_at.is_(None), PersonLink.revoked_at.is_(None)
    )
    if session.execute(unused.values(used_at=now).returning(PersonLink.id)).first() is None:
        raise Gone("link_used")


def revoke(session: Session, *, person_id: UUID, now: datetime, purpose: str | None = None) -> int:
    """End all open links of a person, or those of one purpose; returns how many."""
    theirs = update(PersonLink).where(
        PersonLink.person_id == person_id, PersonLink.used_at.is_(None), PersonLink.revoked_at.is_(None)
    )
    if purpose is not None:
        theirs = theirs.where(PersonLink.purpose == purpose)
    return len(session.execute(theirs.values(revoked_at=now).returning(PersonLink.id)).all())
