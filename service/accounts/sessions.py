"""Browsers that are signed in: begun under a new token, seen, ended. A token is returned once and kept as a hash."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import update
from sqlalchemy.orm import Session

from service.accounts import audit, queries
from service.accounts.audit import NOWHERE, Origin
from service.accounts.credentials import new_token, token_hash
from service.accounts.models import SignedInSession, User
from service.errors import Invalid

LONGEST_SESSION = timedelta(hours=12)
SESSION = "signed_in_session"  # subject of audit rows


def open_session(
    session: Session,
    *,
    user_id: UUID,
    now: datetime,
    replaces: str | None = None,
    origin: Origin = NOWHERE,
) -> str:
    """Sign somebody in under a new token, which is returned and not kept; a token it `replaces` is ended.

    Raises
    ------
    Invalid
        `sign_in_refused`: the account was disabled or removed meanwhile.
    """
    user = session.get(User, user_id)
    if user is None or user.disabled_at is not None:
        raise Invalid("sign_in_refused")
    if replaces:
        end_session(session, token=replaces, now=now, origin=origin)
    membership = queries.current_membership(session, user_id=user_id, now=now)
    token = new_token()
    row = SignedInSession(id=uuid4(), token_hash=token_hash(token), user_id=user_id)
    row.membership_id = membership.id if membership is not None else None
    row.created_at, row.last_seen_at, row.confirmed_at, row.ends_at = now, now, now, now + LONGEST_SESSION
    session.add(row)
    session.flush()
    actor = queries.actor_of(user_id, membership, now=now)
    audit.record(session, actor=actor, action="sign_in", subject=SESSION, subject_id=row.id, now=now, origin=origin)
    return token


def end_session(session: Session, *, token: str, now: datetime, origin: Origin = NOWHERE) -> None:
    """Sign this browser out. A token that is not open any more changes nothing."""
    known = queries.signed_in(session, token=token, now=now)
    if known is None:
        return
    session.execute(update(SignedInSession).where(SignedInSession.id == known.session_id).values(ended_at=now))
    audit.record(
        session,
        actor=known.actor,
        action="sign_out",
        subject=SESSION,
        subject_id=known.session_id,
        now=now,
        origin=origin,
    )


def end_all_sessions(session: Session, *, user_id: UUID, now: datetime) -> None:
    """Sign an account out everywhere."""
    theirs = (SignedInSession.user_id == user_id, SignedInSession.ended_at.is_(None))
    session.execute(update(SignedInSession).where(*theirs).values(ended_at=now))


def touch_session(session: Session, *, session_id: UUID, now: datetime) -> None:
    """Note that a signed-in browser was seen, so that its idle time begins again."""
    seen = update(SignedInSession).where(SignedInSession.id == session_id, SignedInSession.last_seen_at < now)
    session.execute(seen.values(last_seen_at=now))
