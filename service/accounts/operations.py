"""What changes accounts: sign in and out, links, keys, administrators, and creating a thing only once."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service.accounts import audit, ended, queries
from service.accounts.audit import NOWHERE, Origin
from service.accounts.credentials import Hasher, limit_email, new_api_key, new_token, normal_email, token_hash
from service.accounts.limits import SIGN_IN_ACCOUNT, SIGN_IN_ADDRESS, SIGN_IN_ALL, Limits, limit_address
from service.accounts.models import ApiKey, Idempotency, Membership, SignedInSession, SignInLink, User
from service.accounts.permissions import MEMBER_ROLES, SCOPES, VISITOR, Actor, Role
from service.errors import Gone, Invalid, NotFound, Problem

LONGEST_SESSION = timedelta(hours=12)
LINK_WORKS = timedelta(minutes=10)
KEY_LASTS = timedelta(days=365)
KEYS_KEPT = timedelta(days=7)  # idempotency keys
ENDED_KEPT = timedelta(days=1)  # sessions and links, after their end
SESSION, USER = "signed_in_session", "user_account"  # subjects of audit rows
IDEMPOTENCY_KEY = re.compile("[!-~]{8,200}")  # visible characters that every HTTP library sends unchanged


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """Nobody asked for this before: create it, under this id."""

    resource_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """It was asked for and done before: answer from what was created then."""

    resource_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """An API key, on the one occasion on which it can be read."""

    id: UUID
    key: str
    expires_at: datetime


# ---- people ----------------------------------------------------------------------------------------------------------


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


# ---- signing in and out ----------------------------------------------------------------------------------------------


def authenticate(
    session: Session, *, email: str, password: str, address: str | None, limits: Limits, hasher: Hasher, now: datetime
) -> UUID:
    """Find whose address and password these are. Only reads; call it outside any writing unit of work.

    Every try is counted before the password is looked at, and taken off again when it was right. The answer is the
    same, in words and in time, for an unknown address, a wrong password and a disabled account.

    Raises
    ------
    Invalid
        `sign_in_refused`.
    TooMany
        `too_often`: from this address, for this account, or in all.
    """
    taken = (
        (SIGN_IN_ADDRESS, limit_address(address)),  # first: one noisy address must not use up the others' tries
        (SIGN_IN_ACCOUNT, limit_email(email)),
        (SIGN_IN_ALL, ""),
    )
    for limit, key in taken:
        limits.take(limit, key, now=now)
    user = queries.user_by_email(session, email)
    right = hasher.matches(user.password_hash if user is not None else None, password)
    if user is None or not right or user.disabled_at is not None:
        raise Invalid("sign_in_refused")
    for limit, key in taken:
        limits.give_back(limit, key)
    return user.id


def refuse_sign_in(session: Session, *, email: str, now: datetime, origin: Origin = NOWHERE) -> None:
    """Keep that somebody tried to sign in and failed: the account's id if there is one, never what was typed."""
    user = queries.user_by_email(session, email)
    audit.record(
        session,
        actor=VISITOR,
        action="sign_in",
        subject=USER,
        subject_id=user.id if user is not None else None,
        outcome="failed",
        now=now,
        origin=origin,
    )


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


# ---- sign-in links ---------------------------------------------------------------------------------------------------


def create_sign_in_link(session: Session, *, email: str, now: datetime) -> str:
    """Make a link token for an account: works once, for ten minutes. Returned, and kept only as a hash.

    Raises
    ------
    NotFound
        `user`: nobody has this address, or the account is disabled.
    """
    user = queries.user_by_email(session, email)
    if user is None or user.disabled_at is not None:
        raise NotFound("user")
    token = new_token()
    link = SignInLink(id=uuid4(), token_hash=token_hash(token), user_id=user.id)
    link.created_at, link.expires_at = now, now + LINK_WORKS
    session.add(link)
    session.flush()
    audit.record(session, actor=VISITOR, action="make_link", subject="sign_in_link", subject_id=link.id, now=now)
    return token


def use_sign_in_link(session: Session, *, token: str, now: datetime) -> UUID:
    """Use a link up and say whose it was. Of many who try at once, one gets through.

    Raises
    ------
    NotFound
        `link_unknown`.
    Gone
        `link_used` or `link_expired`.
    """
    unused = (SignInLink.token_hash == token_hash(token), SignInLink.used_at.is_(None), SignInLink.expires_at > now)
    taken = update(SignInLink).where(*unused).values(used_at=now).returning(SignInLink.user_id)
    user_id = session.scalar(taken)
    if user_id is None:
        queries.check_link(session, token=token, now=now)
        raise Gone("link_used")  # another took it between the two statements
    return user_id


# ---- API keys --------------------------------------------------------------------------------------------------------


def create_api_key(
    session: Session,
    *,
    organisation_id: UUID,
    name: str,
    scopes: Iterable[str],
    actor: Actor,
    now: datetime,
    lasts: timedelta = KEY_LASTS,
) -> NewKey:
    """Make a key for a program of one organisation. The key is in the answer and nowhere else.

    Raises
    ------
    Invalid
        `api_key`: no scope, a scope we do not have, or a time longer than a year.
    """
    wanted = sorted(set(scopes))
    fields = {}
    if not wanted or not set(wanted) <= set(SCOPES):
        fields["scopes"] = Problem("scopes", {"known": sorted(SCOPES)})
    if not timedelta(0) < lasts <= KEY_LASTS:
        fields["lasts"] = Problem("key_lasts", {"most_days": KEY_LASTS.days})
    if fields:
        raise Invalid("api_key", fields=fields)
    prefix, key = new_api_key()
    row = ApiKey(id=uuid4(), prefix=prefix, key_hash=token_hash(key), name=name, organisation_id=organisation_id)
    row.scopes, row.created_at, row.expires_at = wanted, now, now + lasts
    session.add(row)
    session.flush()
    audit.record(session, actor=actor, action="make_key", subject="api_key", subject_id=row.id, now=now)
    return NewKey(id=row.id, key=key, expires_at=row.expires_at)


def revoke_api_key(session: Session, *, key_id: UUID, actor: Actor, now: datetime) -> None:
    """End a key from the next request on.

    Raises
    ------
    NotFound
        `api_key`.
    """
    row = session.get(ApiKey, key_id)
    if row is None:
        raise NotFound("api_key")
    row.revoked_at = row.revoked_at or now
    audit.record(session, actor=actor, action="revoke_key", subject="api_key", subject_id=key_id, now=now)


def touch_api_key(session: Session, *, key_id: UUID, now: datetime) -> None:
    """Note the day on which a key was last used."""
    session.execute(update(ApiKey).where(ApiKey.id == key_id).values(last_used_on=now.date()))


# ---- creating once, and tidying up -----------------------------------------------------------------------------------


def idempotent(
    session: Session, *, actor: Actor, route: str, key: str | None, body: Mapping[str, object], now: datetime
) -> Fresh | Replay:
    """Claim the right to create one thing, inside the writing unit of work that creates it (TRUST rule 4).

    Fresh: create the thing under `resource_id`; if that fails, the claim is rolled back with it. Replay: it exists.
    `body` is what was asked for, as plain JSON values, without the key and without a form's token.

    Raises
    ------
    Invalid
        `idempotency_key` (missing, or not 8 to 200 visible characters) or `idempotency_reused` (same key, other body).
    """
    if key is None or not IDEMPOTENCY_KEY.fullmatch(key):
        raise Invalid("idempotency_key", fields={"idempotency_key": Problem("idempotency_key")})
    mine = {"actor": actor.handle, "route": route, "key_hash": token_hash(key)}
    asked = sha256(json.dumps(body, sort_keys=True, default=str).encode()).digest()
    fresh = Fresh(resource_id=uuid4())
    row = {"id": uuid4(), "body_hash": asked, "resource_id": fresh.resource_id, "created_at": now, **mine}
    if session.scalar(_insert_new(session, row)) is not None:
        return fresh
    kept = session.execute(select(Idempotency.body_hash, Idempotency.resource_id).filter_by(**mine)).one()
    if kept.body_hash != asked:
        raise Invalid("idempotency_reused", fields={"idempotency_key": Problem("idempotency_reused")})
    return Replay(resource_id=kept.resource_id)


def _insert_new(session: Session, row: dict[str, Any]) -> Any:  # the two dialects share no type for it
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return insert(Idempotency).values(**row).on_conflict_do_nothing().returning(Idempotency.id)


def tidy(session: Session, *, now: datetime) -> None:
    """Remove what has served: idempotency keys after a week, sessions and links a day after their end."""
    session.execute(delete(Idempotency).where(Idempotency.created_at < now - KEYS_KEPT))
    session.execute(delete(SignInLink).where(SignInLink.expires_at < now - ENDED_KEPT))
    session.execute(delete(SignedInSession).where(SignedInSession.ends_at < now - ENDED_KEPT))
    ended.forget(session, now=now)
