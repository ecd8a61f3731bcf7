"""Everybody who has an account, as an administrator sees them: found, signed out, disabled, enabled again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from service.accounts import membership
from service.accounts.membership import USER, Member
from service.accounts.models import AuditEntry, SignedInSession, User
from service.accounts.permissions import Actor
from service.accounts.record import audit
from service.accounts.record.audit import NOWHERE, Origin
from service.accounts.signing_in.sessions import SESSION, end_all_sessions
from service.errors import NotFound

PAGE = 50  # accounts
LONGEST_SEARCH = 100  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody with an account, and the roles they hold now."""

    id: UUID
    name: str
    email: str
    roles: tuple[Member, ...]
    since: datetime
    last_sign_in: datetime | None
    sessions: int  # open ones
    disabled_at: datetime | None


def read_people(
    session: Session, *, actor: Actor, now: datetime, page: int = 1, search: str = "", origin: Origin = NOWHERE
) -> tuple[Account, ...]:
    """Read one page of all accounts by name, or of those with some letters in name or address; reading is kept.

    One more than a page says that there is a next.
    """
    wanted = select(User)
    text = search.strip()[:LONGEST_SEARCH]
    if text:
        wanted = wanted.where(
            or_(User.name.icontains(text, autoescape=True), User.email.icontains(text, autoescape=True))
        )
    rows = session.scalars(wanted.order_by(User.name, User.id).offset((page - 1) * PAGE).limit(PAGE + 1)).all()
    found = _accounts(session, rows, now)
    columns = ("name", "email", *(f"id:{one.id}" for one in found[:PAGE]))
    _note(session, "read_people", None, actor, now, origin, columns)
    return found


def read_person(session: Session, *, user_id: UUID, actor: Actor, now: datetime, origin: Origin = NOWHERE) -> Account:
    """Read one account; that it was read is kept.

    Raises
    ------
    NotFound
        `user`.
    """
    found = _accounts(session, [_row(session, user_id)], now)
    _note(session, "read_people", user_id, actor, now, origin, ("name", "email"))
    return found[0]


def sign_out(session: Session, *, user_id: UUID, actor: Actor, now: datetime, origin: Origin = NOWHERE) -> None:
    """End all sessions of somebody.

    Raises
    ------
    NotFound
        `user`.
    """
    end_all_sessions(session, user_id=_row(session, user_id).id, now=now)
    _note(session, "end_sessions", user_id, actor, now, origin)


def disable(session: Session, *, user_id: UUID, actor: Actor, now: datetime, origin: Origin = NOWHERE) -> None:
    """Close an account and end its sessions.

    Raises
    ------
    NotFound
        `user`.
    Invalid
        `last_administrator`.
    """
    user = _row(session, user_id)
    membership.keep_an_administrator(session, user_id=user_id, now=now)
    user.disabled_at = user.disabled_at or now
    end_all_sessions(session, user_id=user_id, now=now)
    _note(session, "disable", user_id, actor, now, origin, ("disabled_at",))


def enable(session: Session, *, user_id: UUID, actor: Actor, now: datetime, origin: Origin = NOWHERE) -> None:
    """Open a closed account again; its roles are as they were.

    Raises
    ------
    NotFound
        `user`.
    """
    _row(session, user_id).disabled_at = None
    session.flush()
    _note(session, "enable", user_id, actor, now, origin, ("disabled_at",))


def _row(session: Session, user_id: UUID) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise NotFound("user")
    return user


def _accounts(session: Session, rows: Sequence[User], now: datetime) -> tuple[Account, ...]:
    ids = [row.id for row in rows]
    roles = membership.held_by(session, user_ids=ids, now=now)
    seen, sessions = _last_sign_in(session, ids), _open_sessions(session, ids, now)
    return tuple(
        Account(
            id=row.id,
            name=row.name,
            email=row.email,
            roles=roles.get(row.id, ()),
            since=row.created_at,
            last_sign_in=seen.get(row.id),
            sessions=sessions.get(row.id, 0),
            disabled_at=row.disabled_at,
        )
        for row in rows
    )


def _last_sign_in(session: Session, ids: list[UUID]) -> Mapping[UUID, datetime]:
    """Sessions are forgotten soon, the record is not."""
    theirs = (AuditEntry.user_id.in_(ids), AuditEntry.action == "sign_in", AuditEntry.subject == SESSION)
    newest = select(AuditEntry.user_id, func.max(AuditEntry.at)).where(*theirs).group_by(AuditEntry.user_id)
    return {user_id: at for user_id, at in session.execute(newest) if user_id is not None}


def _open_sessions(session: Session, ids: list[UUID], now: datetime) -> Mapping[UUID, int]:
    still = (SignedInSession.user_id.in_(ids), SignedInSession.ended_at.is_(None), SignedInSession.ends_at > now)
    counted = select(SignedInSession.user_id, func.count()).where(*still).group_by(SignedInSession.user_id)
    return {user_id: many for user_id, many in session.execute(counted)}  # noqa: C416  # rows are no pairs to mypy


def _note(
    session: Session,
    action: str,
    user_id: UUID | None,
    actor: Actor,
    now: datetime,
    origin: Origin,
    columns: tuple[str, ...] = (),
) -> None:
    audit.record(
        session,
        actor=actor,
        action=action,
        subject=USER,
        subject_id=user_id,
        columns=columns,
        purpose=audit.Purpose.ACCOUNT,
        now=now,
        origin=origin,
    )
