"""Browsers that are signed in: begun under a new token, seen, ended. A token is returned once and kept as a hash."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from service.accounts import queries
from service.accounts.credentials import new_token, token_hash
from service.accounts.limits import audit_network
from service.accounts.models import Membership, SignedInSession, User
from service.accounts.permissions import Actor
from service.accounts.record import audit
from service.accounts.record.audit import NOWHERE, Origin
from service.accounts.signing_in import known_browsers
from service.errors import Invalid, NotFound

LONGEST_SESSION = timedelta(hours=12)
MOST_SESSIONS = 5  # of one account
SESSION = "signed_in_session"  # subject of audit rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where somebody is signed in, as they are told."""

    id: UUID
    device: str | None
    network: str | None
    way: str
    strength: int
    since: datetime
    last_seen: datetime


def open_session(
    session: Session,
    *,
    user_id: UUID,
    now: datetime,
    way: str = "password",
    strength: int = 1,
    device: str | None = None,
    replaces: str | None = None,
    origin: Origin = NOWHERE,
) -> str:
    """Sign somebody in under a new token, which is returned and not kept; a token it `replaces` is ended.

    Parameters
    ----------
    way : str
        How they proved who they are, see SIGN_IN_WAYS in models.
    strength : {1, 2}
        2: a second factor was shown already.
    device : str, optional
        Browser and system in two words.

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
    row.way, row.strength, row.device, row.network = way, strength, device, audit_network(origin.address)
    session.add(row)
    session.flush()
    _end_oldest(session, user_id, now)
    actor = queries.actor_of(user_id, membership, now=now)
    audit.record(
        session,
        actor=actor,
        action="sign_in",
        subject=SESSION,
        subject_id=row.id,
        purpose=audit.Purpose.SECURITY,
        now=now,
        origin=origin,
    )
    return token


def renew_session(
    session: Session,
    *,
    session_id: UUID,
    now: datetime,
    strength: int | None = None,
    membership_id: UUID | None = None,
    confirmed: bool = True,
    origin: Origin = NOWHERE,
) -> str:
    """Give an open session a new token and return it; the old one opens nothing any more.

    For whoever proved themselves again, showed a second factor (`strength`) or chose another role (`membership_id`,
    with `confirmed` false: choosing proves nothing). The end after twelve hours stays where it is.

    Raises
    ------
    Invalid
        `sign_in_refused`: the session ended meanwhile.
    """
    row = session.get(SignedInSession, session_id)
    if row is None or row.ended_at is not None:
        raise Invalid("sign_in_refused")
    token = new_token()
    row.token_hash, row.last_seen_at = token_hash(token), now
    row.confirmed_at = now if confirmed else row.confirmed_at
    row.strength = strength or row.strength
    row.membership_id = membership_id or row.membership_id
    session.flush()
    membership = session.get(Membership, row.membership_id) if row.membership_id is not None else None
    if membership is not None and membership.user_id != row.user_id:
        raise Invalid("sign_in_refused")
    actor = queries.actor_of(row.user_id, membership, now=now)
    action = "confirm" if confirmed else "change_role"
    audit.record(
        session,
        actor=actor,
        action=action,
        subject=SESSION,
        subject_id=row.id,
        purpose=audit.Purpose.SECURITY,
        now=now,
        origin=origin,
    )
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
        purpose=audit.Purpose.SECURITY,
        now=now,
        origin=origin,
    )


def end_all_sessions(session: Session, *, user_id: UUID, now: datetime) -> None:
    """Sign an account out everywhere, and know none of its browsers any more."""
    known_browsers.forget(session, user_id=user_id)
    theirs = (SignedInSession.user_id == user_id, SignedInSession.ended_at.is_(None))
    session.execute(update(SignedInSession).where(*theirs).values(ended_at=now))


def end_other_sessions(session: Session, *, keep: UUID, actor: Actor, now: datetime, origin: Origin = NOWHERE) -> int:
    """Sign somebody out everywhere but here, and say in how many places that was."""
    known_browsers.forget(session, user_id=queries.owner(actor))  # this one is known again once somebody signs in
    theirs = (SignedInSession.user_id == queries.owner(actor), SignedInSession.ended_at.is_(None))
    ended = update(SignedInSession).where(*theirs, SignedInSession.id != keep).values(ended_at=now)
    count = len(session.scalars(ended.returning(SignedInSession.id)).all())
    if count:
        audit.record(
            session,
            actor=actor,
            action="sign_out_elsewhere",
            subject=SESSION,
            subject_id=keep,
            purpose=audit.Purpose.SECURITY,
            now=now,
            origin=origin,
        )
    return count


def places(session: Session, *, actor: Actor, now: datetime) -> list[Place]:
    """Tell somebody where they are signed in, the newest first."""
    rows = session.scalars(select(SignedInSession).where(*_open(queries.owner(actor), now)).order_by(*_NEWEST))
    return [
        Place(
            id=row.id,
            device=row.device,
            network=row.network,
            way=row.way,
            strength=row.strength,
            since=row.created_at,
            last_seen=row.last_seen_at,
        )
        for row in rows
    ]


def end_place(session: Session, *, session_id: UUID, actor: Actor, now: datetime, origin: Origin = NOWHERE) -> None:
    """Sign somebody out in one place of their own.

    Raises
    ------
    NotFound
        `session`: not one of theirs that is open.
    """
    theirs = (SignedInSession.id == session_id, *_open(queries.owner(actor), now))
    ended = update(SignedInSession).where(*theirs).values(ended_at=now).returning(SignedInSession.id)
    if session.scalar(ended) is None:
        raise NotFound("session")
    audit.record(
        session,
        actor=actor,
        action="sign_out_elsewhere",
        subject=SESSION,
        subject_id=session_id,
        purpose=audit.Purpose.SECURITY,
        now=now,
        origin=origin,
    )


def _end_oldest(session: Session, user_id: UUID, now: datetime) -> None:
    """Keep the newest sessions of an account, and no more of them than anybody needs."""
    kept = select(SignedInSession.id).where(*_open(user_id, now)).order_by(*_NEWEST).limit(MOST_SESSIONS)
    old = (*_open(user_id, now), SignedInSession.id.not_in(session.scalars(kept).all()))
    session.execute(update(SignedInSession).where(*old).values(ended_at=now))


def _open(user_id: UUID, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        SignedInSession.user_id == user_id,
        SignedInSession.ended_at.is_(None),
        SignedInSession.ends_at > now,
        SignedInSession.last_seen_at > now - queries.IDLE,
    )


_NEWEST = (SignedInSession.created_at.desc(), SignedInSession.id)


def touch_session(session: Session, *, session_id: UUID, now: datetime) -> None:
    """Note that a signed-in browser was seen, so that its idle time begins again."""
    seen = update(SignedInSession).where(SignedInSession.id == session_id, SignedInSession.last_seen_at < now)
    session.execute(seen.values(last_seen_at=now))
