"""Making accounts."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accounts import membership
from service.accounts.credentials import normal_email
from service.accounts.models import User
from service.accounts.permissions import VISITOR, Actor, Role
from service.accounts.signing_in.sessions import end_all_sessions


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
        `email`: not an address; `role`: not one that is held there.
    """
    user = session.scalar(select(User).where(User.email == normal_email(email)))
    if user is None:
        user = User(id=uuid4(), email=normal_email(email), name=name, created_at=now)
        session.add(user)
    if password_hash is not None:
        user.password_hash = password_hash
        end_all_sessions(session, user_id=user.id, now=now)
    session.flush()
    membership.join(session, user_id=user.id, role=role, organisation_id=organisation_id, actor=actor, now=now)
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
