"""A second factor that was lost is taken off a day after it was announced, so that its owner can still say no."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from service.accounts.models import User
from service.accounts.permissions import VISITOR, Actor
from service.accounts.record import audit, telling
from service.accounts.record.audit import NOWHERE, Origin, Purpose
from service.accounts.record.telling import Post
from service.accounts.signing_in import second_factor
from service.errors import NotFound

NOTICE = timedelta(hours=24)
COLUMN = "second_factor_off_at"


def announce(
    session: Session, post: Post, *, user_id: UUID, actor: Actor, now: datetime, origin: Origin = NOWHERE
) -> datetime:
    """Begin the day of notice, and tell the owner how to stop it. Doing it again neither hastens nor delays it.

    Raises
    ------
    NotFound
        `user`.
    """
    user = _user(session, user_id)
    if user.second_factor_off_at is not None:
        return user.second_factor_off_at
    user.second_factor_off_at = now + NOTICE
    session.flush()
    params = {
        "hours": int(NOTICE / timedelta(hours=1)),
        "link": f"{post.public_url}/{post.language}/account/second-factor",
    }
    telling.tell(session, post, to=user.email, template="second_factor_ends", params=params, now=now)
    _record(session, "announce_reset", user_id, actor, now, origin)
    return now + NOTICE


def when(session: Session, *, user_id: UUID) -> datetime | None:
    """Say when somebody's second factor will be taken off; None: nobody announced that."""
    return session.scalar(select(User.second_factor_off_at).where(User.id == user_id))


def stop(session: Session, *, user_id: UUID, actor: Actor, now: datetime, origin: Origin = NOWHERE) -> None:
    """Let the second factor stay. Where nothing was announced, nothing is done.

    Raises
    ------
    NotFound
        `user`.
    """
    user = _user(session, user_id)
    if user.second_factor_off_at is None:
        return
    user.second_factor_off_at = None
    session.flush()
    _record(session, "stop_reset", user_id, actor, now, origin)


def at_once(
    session: Session, post: Post, *, user_id: UUID, actor: Actor, now: datetime, origin: Origin = NOWHERE
) -> None:
    """Take every second factor off now and tell the owner: for whoever stands at the server, and when a day is over.

    Raises
    ------
    NotFound
        `user`.
    """
    second_factor.reset_second_factor(session, user_id=user_id, actor=actor, now=now, origin=origin)
    telling.tell_of_change(session, post, user_id=user_id, now=now)


def if_due(session: Session, post: Post, *, user_id: UUID, now: datetime, origin: Origin = NOWHERE) -> None:
    """Take the second factor of somebody who signs in off, if its day of notice is over."""
    if session.scalar(select(User.id).where(User.id == user_id, _due(now))) is not None:
        at_once(session, post, user_id=user_id, actor=VISITOR, now=now, origin=origin)


def due(session: Session, *, now: datetime, limit: int = 100) -> Sequence[UUID]:
    """Find whose day of notice is over, the longest first."""
    return session.scalars(
        select(User.id).where(_due(now)).order_by(User.second_factor_off_at, User.id).limit(limit)
    ).all()


def _due(now: datetime) -> ColumnElement[bool]:
    return and_(User.second_factor_off_at.is_not(None), User.second_factor_off_at <= now)


def _user(session: Session, user_id: UUID) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise NotFound("user")
    return user


def _record(session: Session, action: str, user_id: UUID, actor: Actor, now: datetime, origin: Origin) -> None:
    audit.record(
        session,
        actor=actor,
        action=action,
        subject=second_factor.AUTHENTICATOR,
        subject_id=user_id,
        columns=(COLUMN,),
        purpose=Purpose.SECURITY,
        now=now,
        origin=origin,
    )
