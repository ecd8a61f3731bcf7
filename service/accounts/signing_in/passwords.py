"""Changing a password, by whoever knows the old one or holds a link for it. Hashes nothing, stores what was hashed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from service.accounts import queries
from service.accounts.models import User
from service.accounts.permissions import VISITOR, Actor
from service.accounts.record import audit
from service.accounts.record.audit import Origin
from service.accounts.signing_in import own_email, proving, sessions
from service.errors import NotFound

USER = "user_account"  # subject of audit rows


def change_password(
    session: Session, *, actor: Actor, session_id: UUID, password_hash: str, now: datetime, origin: Origin
) -> str:
    """Keep a new password of somebody who is signed in, end their other sessions, and return this one's new token.

    Hash the password before; make sure that they know the old one before that.
    """
    user_id = queries.owner(actor)
    _keep(session, user_id, password_hash, now)
    audit.record(
        session,
        actor=actor,
        action="change_password",
        subject=USER,
        subject_id=user_id,
        purpose=audit.Purpose.SECURITY,
        now=now,
        origin=origin,
    )
    sessions.end_other_sessions(session, keep=session_id, actor=actor, now=now, origin=origin)
    return sessions.renew_session(session, session_id=session_id, now=now, origin=origin)


def set_password(
    session: Session, *, token: str, password_hash: str, browser: str | None, now: datetime, origin: Origin
) -> UUID:
    """Use a link up that lets somebody choose a password, and end all their sessions. Signs nobody in.

    Raises
    ------
    NotFound
        `link_unknown`.
    Gone
        `link_used` or `link_expired`.
    """
    used = proving.use_sign_in_link(session, token=token, now=now, purposes=("set_password",), browser=browser)
    _keep(session, used.user_id, password_hash, now)
    sessions.end_all_sessions(session, user_id=used.user_id, now=now)
    audit.record(
        session,
        actor=VISITOR,
        action="set_password",
        subject=USER,
        subject_id=used.user_id,
        purpose=audit.Purpose.SECURITY,
        now=now,
        origin=origin,
    )
    return used.user_id


def owner_words(session: Session, *, user_id: UUID) -> tuple[str, str]:
    """Give the address and the name that a password of this account must not be made of.

    Raises
    ------
    NotFound
        `user`.
    """
    user = session.get(User, user_id)
    if user is None:
        raise NotFound("user")
    return user.email, user.name


def _keep(session: Session, user_id: UUID, password_hash: str, now: datetime) -> None:
    kept = update(User).where(User.id == user_id).values(password_hash=password_hash, password_changed_at=now)
    session.execute(kept)
    own_email.forget(session, user_id=user_id)
