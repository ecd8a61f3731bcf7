"""How somebody proves who they are: by address and password, or by a link that works once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import false, or_, update
from sqlalchemy.orm import Session

from service.accounts import queries
from service.accounts.credentials import Hasher, limit_email, new_token, token_hash
from service.accounts.limits import (
    CONFIRM_ACCOUNT,
    SIGN_IN_ACCOUNT,
    SIGN_IN_ADDRESS,
    SIGN_IN_ALL,
    SIGN_IN_KNOWN,
    Limit,
    Limits,
    limit_address,
)
from service.accounts.models import SignInLink, User
from service.accounts.permissions import VISITOR
from service.accounts.record import audit
from service.accounts.record.audit import NOWHERE, Origin
from service.accounts.signing_in import known_browsers
from service.errors import Gone, Invalid, NotFound

LINK_WORKS = timedelta(minutes=10)
USER = "user_account"  # subject of audit rows


def confirm_password(
    session: Session, *, user_id: UUID, password: str, limits: Limits, hasher: Hasher, now: datetime
) -> None:
    """Make sure that this is the password of somebody who is signed in. Tries are counted, good ones taken off again.

    Raises
    ------
    Invalid
        `sign_in_refused`.
    TooMany
        `too_often`.
    """
    key = str(user_id)
    limits.take(CONFIRM_ACCOUNT, key, now=now)
    user = session.get(User, user_id)
    if not hasher.matches(user.password_hash if user is not None else None, password):
        raise Invalid("sign_in_refused")
    limits.give_back(CONFIRM_ACCOUNT, key)


def authenticate(
    session: Session,
    *,
    email: str,
    password: str,
    address: str | None,
    limits: Limits,
    hasher: Hasher,
    now: datetime,
    browser: str | None = None,
) -> UUID:
    """Find whose address and password these are. Only reads; call it outside any writing unit of work.

    Every try is counted before the password is looked at, and taken off again when it was right. The answer is the
    same, in words and in time, for an unknown address, a wrong password and a disabled account. `browser` is what it
    shows to be known: then its tries are counted by themselves, and those of everybody else do not stop it.

    Raises
    ------
    Invalid
        `sign_in_refused`.
    TooMany
        `too_often`: from this address, for this account, or in all.
    """
    known = known_browsers.find(session, email=email, token=browser, now=now)
    # The address first: a noisy one must not use up the others' tries.
    taken: list[tuple[Limit, str]] = [(SIGN_IN_ADDRESS, limit_address(address))]
    if known is None:
        taken += [(SIGN_IN_ACCOUNT, limit_email(email)), (SIGN_IN_ALL, "")]
    else:
        taken += [(SIGN_IN_KNOWN, str(known))]
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
        purpose=audit.Purpose.SECURITY,
        now=now,
        origin=origin,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """Who somebody is, how they proved it (see SIGN_IN_WAYS), and whether that was two factors (2) or one (1)."""

    user_id: UUID
    way: str
    strength: int = 1


def link_purposes(*, demo: bool) -> tuple[str, ...]:
    """Give the kinds of link that sign somebody in; those of a demonstration count there only."""
    return ("sign_in", "demo") if demo else ("sign_in",)


def create_sign_in_link(
    session: Session, *, email: str, now: datetime, purpose: str = "sign_in", browser: str | None = None
) -> str:
    """Make a link token for an account: works once, for ten minutes. Returned, and kept only as a hash.

    With `browser`, a secret that the asking browser keeps, it works in that browser alone.

    Raises
    ------
    NotFound
        `user`: nobody has this address, or the account is disabled.
    """
    user = queries.user_by_email(session, email)
    if user is None or user.disabled_at is not None:
        raise NotFound("user")
    token = new_token()
    link = SignInLink(id=uuid4(), token_hash=token_hash(token), user_id=user.id, purpose=purpose)
    link.browser_hash = token_hash(browser) if browser is not None else None
    link.created_at, link.expires_at = now, now + LINK_WORKS
    session.add(link)
    session.flush()
    audit.record(
        session,
        actor=VISITOR,
        action="make_link",
        subject="sign_in_link",
        subject_id=link.id,
        purpose=audit.Purpose.SECURITY,
        now=now,
    )
    return token


def use_sign_in_link(
    session: Session, *, token: str, now: datetime, purposes: Collection[str] = ("sign_in",), browser: str | None = None
) -> Proved:
    """Use a link up and say whose it was. Of many who try at once, one gets through.

    Raises
    ------
    NotFound
        `link_unknown`.
    Gone
        `link_used` or `link_expired`.
    Forbidden
        `link_elsewhere`.
    """
    unused = (SignInLink.token_hash == token_hash(token), SignInLink.used_at.is_(None), SignInLink.expires_at > now)
    bound = SignInLink.browser_hash == token_hash(browser) if browser is not None else false()
    ours = (*unused, SignInLink.purpose.in_(purposes), or_(SignInLink.browser_hash.is_(None), bound))
    taken = update(SignInLink).where(*ours).values(used_at=now).returning(SignInLink.user_id, SignInLink.purpose)
    row = session.execute(taken).one_or_none()
    if row is None:
        queries.check_link(session, token=token, now=now, purposes=purposes, browser=browser)
        raise Gone("link_used")  # another took it between the two statements
    # The demonstration's links stand for two factors, so that its tour is short.
    return Proved(user_id=row.user_id, way="link", strength=2 if row.purpose == "demo" else 1)
