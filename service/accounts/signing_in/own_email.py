"""Changing one's own address: it counts once its mail was seen to arrive."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.accounts import queries
from service.accounts.credentials import limit_email, new_token, normal_email, token_hash
from service.accounts.limits import EMAIL_ACCOUNT, INVITE_ADDRESS, Limits
from service.accounts.models import EmailChange, SignInLink, User
from service.accounts.permissions import Actor
from service.accounts.record import audit, telling
from service.accounts.record.audit import NOWHERE, Origin, Purpose
from service.accounts.record.telling import Post
from service.accounts.signing_in import proving, sessions
from service.db.sealing import Sealer
from service.errors import Conflict, Gone, NotFound

PURPOSE = "email_change"  # of the sealing key
USER = "user_account"  # subject of audit rows
PAGE = "account/email"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A link that was opened by whoever asked for it, and the address it is about."""

    id: UUID
    email: str = field(repr=False)


def count(limits: Limits, *, user_id: UUID, email: str, now: datetime) -> None:
    """Count one mail to an address that may be somebody else's; raises TooMany when there were enough."""
    limits.take(EMAIL_ACCOUNT, str(user_id), now=now)
    limits.take(INVITE_ADDRESS, limit_email(email), now=now)


def ask(
    session: Session, post: Post, *, email: str, sealer: Sealer, actor: Actor, now: datetime, origin: Origin = NOWHERE
) -> None:
    """Mail a link to the new address, and a note to the present one. The same is done whoever has the new one.

    Links asked for before work no more.

    Raises
    ------
    Invalid
        `email`.
    """
    plain, user = normal_email(email), _user(session, actor)
    forget(session, user_id=user.id)
    token = new_token()
    row = EmailChange(id=uuid4(), user_id=user.id, token_hash=token_hash(token), created_at=now)
    row.expires_at, row.email = now + proving.LINK_WORKS, sealer.seal(_place(row.id), plain.encode())
    session.add(row)
    session.flush()
    minutes = int(proving.LINK_WORKS / timedelta(minutes=1))
    params = {"link": f"{post.public_url}/{post.language}/{PAGE}/{token}", "minutes": minutes}
    key = f"{PURPOSE}:{user.id}:{row.id}"  # erasing the account finds it by this
    telling.tell(session, post, to=plain, template="new_address", params=params, now=now, key=f"{key}:new")
    known = {"link": f"{post.public_url}/{post.language}/account"}
    telling.tell(session, post, to=user.email, template="address_wanted", params=known, now=now, key=f"{key}:old")
    _record(session, "ask_email", user.id, actor, now, origin)


def check(session: Session, *, token: str, sealer: Sealer, actor: Actor, now: datetime) -> Wanted:
    """Make sure that a link works, for whoever is signed in, without using it.

    Raises
    ------
    NotFound
        `link_unknown`: there is no such link, or somebody else asked for it.
    Gone
        `link_used` or `link_expired`.
    """
    row = session.scalar(select(EmailChange).where(EmailChange.token_hash == token_hash(token)))
    if row is None or row.user_id != queries.owner(actor):
        raise NotFound("link_unknown")
    if row.used_at is not None:
        raise Gone("link_used")
    if row.expires_at <= now:
        raise Gone("link_expired")
    return Wanted(id=row.id, email=sealer.open(_place(row.id), row.email).decode())


def confirm(
    session: Session,
    post: Post,
    *,
    token: str,
    sealer: Sealer,
    actor: Actor,
    session_id: UUID,
    now: datetime,
    origin: Origin = NOWHERE,
) -> None:
    """Let the new address count, tell the old one, and end the sessions but `session_id`.

    Links that are on their way to the old address work no more.

    Raises
    ------
    NotFound, Gone
        As `check`.
    Conflict
        `email_taken`: another account has this address. Only whoever reads its mail gets this far.
    """
    wanted, user = check(session, token=token, sealer=sealer, actor=actor, now=now), _user(session, actor)
    unused = (EmailChange.id == wanted.id, EmailChange.used_at.is_(None))
    taken = update(EmailChange).where(*unused).values(used_at=now).returning(EmailChange.id)
    if session.scalar(taken) is None:
        raise Gone("link_used")  # another took it between the two statements
    telling.tell_of_change(session, post, user_id=user.id, now=now)
    user.email = wanted.email
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict("email_taken") from error
    under_way = (SignInLink.user_id == user.id, SignInLink.used_at.is_(None), SignInLink.expires_at > now)
    session.execute(update(SignInLink).where(*under_way).values(expires_at=now))
    _record(session, "change_email", user.id, actor, now, origin)
    sessions.end_other_sessions(session, keep=session_id, actor=actor, now=now, origin=origin)


def forget(session: Session, *, user_id: UUID) -> None:
    """End the links of somebody that nobody has used."""
    session.execute(delete(EmailChange).where(EmailChange.user_id == user_id, EmailChange.used_at.is_(None)))


def _user(session: Session, actor: Actor) -> User:
    user = session.get(User, queries.owner(actor))
    if user is None:
        raise NotFound("user")
    return user


def _place(change_id: UUID) -> str:
    return f"email_change:{change_id}:email"


def _record(session: Session, action: str, user_id: UUID, actor: Actor, now: datetime, origin: Origin) -> None:
    audit.record(
        session,
        actor=actor,
        action=action,
        subject=USER,
        subject_id=user_id,
        columns=("email",),
        purpose=Purpose.ACCOUNT,
        now=now,
        origin=origin,
    )
