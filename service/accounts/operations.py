"""What changes accounts: who has one, in which role, and forgetting what has served."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.accounts import assertions, audit, ended, queries
from service.accounts.credentials import normal_email
from service.accounts.models import Idempotency, Membership, SignedInSession, SignInLink, User
from service.accounts.permissions import MEMBER_ROLES, VISITOR, Actor, Role
from service.accounts.sessions import end_all_sessions
from service.errors import Invalid, NotFound, Problem

KEYS_KEPT = timedelta(days=7)  # idempotency keys
ENDED_KEPT = timedelta(days=1)  # sessions and links, after their end
USER = "user_account"  # subject of audit rows


def make_user(
    session: Session,
    *,
    email: str,
    name: str,
    role: Role,
    organisation_id: UUID | None,
    password_hash: str | None,
    now: datetime,
    actor: Actor = VISITOR,
) -> UUID:
    """Make an account with one role, or give the role and the password to the account that has this address.

    Hash the password before: hashing takes long, and this runs inside a writing unit of work. A new password ends
    all sessions of the account. Doing it twice changes nothing the second time.

    Raises
    ------
    Invalid
        `email`: not an address.
    """
    user = session.scalar(select(User).where(User.email == normal_email(email)))
    if user is None:
        user = User(id=uuid4(), email=normal_email(email), name=name, created_at=now)
        session.add(user)
    if password_hash is not None:
        user.password_hash = password_hash
        end_all_sessions(session, user_id=user.id, now=now)
    session.flush()
    _join(session, user.id, role, organisation_id, now, actor)
    return user.id


def make_administrator(session: Session, *, email: str, name: str, password_hash: str | None, now: datetime) -> UUID:
    """Make somebody who manages this installation; see `make_user`."""
    return make_user(
        session,
        email=email,
        name=name,
        role=Role.ADMIN,
        organisation_id=None,
        password_hash=password_hash,
        now=now,
    )


def _join(
    session: Session, user_id: UUID, role: Role, organisation_id: UUID | None, now: datetime, actor: Actor
) -> None:
    if role not in MEMBER_ROLES:
        raise Invalid("role", fields={"role": Problem("role")})
    here = (Membership.user_id == user_id, Membership.role == role.value, queries.holds(now))
    where = Membership.organisation_id == organisation_id
    if session.scalar(select(Membership.id).where(*here, where)) is not None:
        return
    member = Membership(id=uuid4(), user_id=user_id, role=role.value, organisation_id=organisation_id, valid_from=now)
    session.add(member)
    session.flush()
    audit.record(session, actor=actor, action="give_role", subject=USER, subject_id=user_id, now=now)


def disable_user(session: Session, *, user_id: UUID, actor: Actor, now: datetime) -> None:
    """Close an account and end its sessions.

    Raises
    ------
    NotFound
        `user`.
    """
    user = session.get(User, user_id)
    if user is None:
        raise NotFound("user")
    user.disabled_at = user.disabled_at or now
    end_all_sessions(session, user_id=user_id, now=now)
    audit.record(session, actor=actor, action="disable", subject=USER, subject_id=user_id, now=now)


def tidy(session: Session, *, now: datetime) -> None:
    """Remove what has served: idempotency keys after a week, sessions and links a day after their end."""
    session.execute(delete(Idempotency).where(Idempotency.created_at < now - KEYS_KEPT))
    session.execute(delete(SignInLink).where(SignInLink.expires_at < now - ENDED_KEPT))
    session.execute(delete(SignedInSession).where(SignedInSession.ends_at < now - ENDED_KEPT))
    ended.forget(session, now=now)
    assertions.forget(session, now=now)
