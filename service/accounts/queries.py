"""Who somebody is, as of now: reads accounts, sessions, links and keys. Never writes."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from service.accounts.credentials import ACCESS_MARK, LONGEST_EMAIL, normal_email, same, token_hash
from service.accounts.models import (
    AccessToken,
    ApiKey,
    Authenticator,
    Membership,
    Passkey,
    SignedInSession,
    SignInLink,
    User,
)
from service.accounts.permissions import GRANTS, OPEN, SECOND_FACTOR, Actor, Role, scope_permissions
from service.errors import Forbidden, Gone, Invalid, NotFound

IDLE = timedelta(minutes=30)
TOUCH_AFTER = timedelta(minutes=1)  # a session's last_seen is written at most this often
LONGEST_ACTING_FOR = 200  # characters
Wait = Literal["code", "enrol"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A browser that is signed in: who acts, and what the faces need to show or touch.

    While a second factor is waited for, the actor may open no more than a visitor.
    """

    actor: Actor
    name: str
    session_id: UUID
    ends_at: datetime  # the sooner of the idle and the absolute end
    stale: bool  # last_seen is old enough to be written again
    confirmed_at: datetime  # when this person last proved who they are
    way: str = "password"
    strength: int = 1  # 2: a second factor was shown
    waits_for: Wait | None = None  # "code": a second factor is to be shown; "enrol": one must be set up first


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyHolder:
    """An API client that showed a good key."""

    actor: Actor
    stale: bool  # last_used_on is not today


def signed_in(session: Session, *, token: str, now: datetime) -> SignedIn | None:
    """Find who holds this session token; None when it was never given, has ended, or its user is disabled."""
    row = session.execute(_open_session(token, now)).one_or_none()
    if row is None:
        return None
    found, user, membership, enrolled = row
    actor = actor_of(user.id, membership, now=now)
    waits_for = _waits_for(found.strength, actor.role, enrolled=enrolled)
    return SignedIn(
        actor=replace(actor, permissions=OPEN) if waits_for else actor,
        name=user.name,
        session_id=found.id,
        ends_at=min(found.last_seen_at + IDLE, found.ends_at),
        stale=now - found.last_seen_at >= TOUCH_AFTER,
        confirmed_at=found.confirmed_at,
        way=found.way,
        strength=found.strength,
        waits_for=waits_for,
    )


def _waits_for(strength: int, role: Role, *, enrolled: bool) -> Wait | None:
    if strength > 1:
        return None
    if enrolled:  # also where the role would not need one: whoever set it up wants to be asked
        return "code"
    return "enrol" if role in SECOND_FACTOR else None


def actor_of(user_id: UUID, membership: Membership | None, *, now: datetime) -> Actor:
    """Give what somebody may do in a membership, if it holds now; without one, no more than any person."""
    if membership is None or not _current(membership, now):
        return Actor(role=Role.PERSON, user_id=user_id, permissions=GRANTS[Role.PERSON])
    role = Role(membership.role)
    organisation_id = membership.organisation_id
    return Actor(role=role, user_id=user_id, organisation_id=organisation_id, permissions=GRANTS[role])


def key_holder(session: Session, *, key: str, acting_for: str | None, now: datetime) -> KeyHolder | None:
    """Find whose API key or access token this is; None when it is unknown, expired or revoked."""
    found = _by_token(session, key, now) if key.startswith(ACCESS_MARK) else _by_key(session, key, now)
    if found is None:
        return None
    row, scopes = found
    actor = Actor(
        role=Role.API_CLIENT,
        organisation_id=row.organisation_id,
        permissions=scope_permissions(scopes),
        key_id=row.id,
        acting_for="".join(filter(str.isprintable, acting_for or "")).strip()[:LONGEST_ACTING_FOR] or None,
    )
    return KeyHolder(actor=actor, stale=row.last_used_on != now.date())


def key_works(now: datetime) -> ColumnElement[bool]:
    """Say, as a condition, that a program may act at this moment."""
    return and_(ApiKey.expires_at > now, ApiKey.revoked_at.is_(None))


def _by_key(session: Session, key: str, now: datetime) -> tuple[ApiKey, frozenset[str]] | None:
    found = session.scalar(select(ApiKey).where(ApiKey.key_hash == token_hash(key), key_works(now)))
    return (found, frozenset(found.scopes)) if found is not None else None


def _by_token(session: Session, token: str, now: datetime) -> tuple[ApiKey, frozenset[str]] | None:
    """Find a token and the program it was given to, which must still be let in, for what it still may do."""
    known = and_(AccessToken.token_hash == token_hash(token), AccessToken.expires_at > now, key_works(now))
    row = session.execute(select(ApiKey, AccessToken).join(AccessToken).where(known)).one_or_none()
    return (row[0], frozenset(row[1].scopes) & frozenset(row[0].scopes)) if row is not None else None


def check_link(
    session: Session, *, token: str, now: datetime, purposes: Collection[str] = ("sign_in",), browser: str | None = None
) -> SignInLink:
    """Make sure that a link for one of these purposes still works, and in this browser, without using it.

    Raises
    ------
    NotFound
        `link_unknown`.
    Gone
        `link_used` or `link_expired`.
    Forbidden
        `link_elsewhere`: it was asked for in another browser.
    """
    link = session.scalar(select(SignInLink).where(SignInLink.token_hash == token_hash(token)))
    if link is None or link.purpose not in purposes:
        raise NotFound("link_unknown")
    if link.used_at is not None:
        raise Gone("link_used")
    if link.expires_at <= now:
        raise Gone("link_expired")
    if link.browser_hash is not None and (browser is None or not same(link.browser_hash, token_hash(browser))):
        raise Forbidden("link_elsewhere")
    return link


def user_by_email(session: Session, email: str) -> User | None:
    """Find the account of an address, however it is spelt; None also for what is no address."""
    if len(email) > 2 * LONGEST_EMAIL:
        return None
    try:
        plain = normal_email(email)
    except Invalid:
        return None
    return session.scalar(select(User).where(User.email == plain))


def current_membership(session: Session, *, user_id: UUID, now: datetime) -> Membership | None:
    """Give the role in which somebody begins: of those that hold now, the oldest."""
    held = and_(Membership.user_id == user_id, holds(now))
    return session.scalars(select(Membership).where(held).order_by(Membership.valid_from, Membership.id)).first()


def has_second_factor() -> ColumnElement[bool]:
    """Say, as a condition on an account, that it has an authenticator that was used once, or a passkey."""
    codes = exists().where(Authenticator.user_id == User.id, Authenticator.confirmed_at.is_not(None))
    return or_(codes, exists().where(Passkey.user_id == User.id))


def owner(actor: Actor) -> UUID:
    """Give the account of somebody who is signed in.

    Raises
    ------
    NotFound
        `user`: this is a visitor or a program.
    """
    if actor.user_id is None:
        raise NotFound("user")
    return actor.user_id


def email_of(session: Session, *, user_id: UUID) -> str:
    """Give the address of an account, or nothing where there is none."""
    return session.scalar(select(User.email).where(User.id == user_id)) or ""


def has_password(session: Session, *, user_id: UUID) -> bool:
    """Say whether an account has a password."""
    return session.scalar(select(User.password_hash).where(User.id == user_id)) is not None


def roles_of(session: Session, *, user_id: UUID, now: datetime) -> frozenset[Role]:
    """Give every role that somebody holds now."""
    return frozenset(
        map(Role, session.scalars(select(Membership.role).where(Membership.user_id == user_id, holds(now))))
    )


def organisations_of(session: Session, *, user_id: UUID, now: datetime) -> list[UUID]:
    """Give the organisations in which somebody holds a role now."""
    mine = (Membership.user_id == user_id, Membership.organisation_id.is_not(None), holds(now))
    found = session.scalars(select(Membership.organisation_id).where(*mine).order_by(Membership.organisation_id))
    return [one for one in found.unique() if one is not None]


def _open_session(token: str, now: datetime) -> Select[SignedInSession, User, Membership | None, bool]:
    still_open = and_(
        SignedInSession.token_hash == token_hash(token),
        SignedInSession.ended_at.is_(None),
        SignedInSession.ends_at > now,
        SignedInSession.last_seen_at > now - IDLE,
        User.disabled_at.is_(None),
    )
    return (
        select(SignedInSession, User, Membership, has_second_factor())
        .join(User, User.id == SignedInSession.user_id)
        .outerjoin(Membership, Membership.id == SignedInSession.membership_id)
        .where(still_open)
    )


def _current(membership: Membership, now: datetime) -> bool:
    return membership.valid_from <= now and (membership.valid_until is None or membership.valid_until > now)


def holds(now: datetime) -> ColumnElement[bool]:
    """Say, as a condition, that a membership counts at this moment."""
    until = or_(Membership.valid_until.is_(None), Membership.valid_until > now)
    return and_(Membership.valid_from <= now, until)
