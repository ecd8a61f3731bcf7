"""Roles offered by mail: a link that works once, kept as a hash, taken back at any time. Opening it does nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.accounts import membership, queries
from service.accounts.credentials import check_password, new_token, normal_email, token_hash
from service.accounts.membership import within
from service.accounts.models import Invitation, User
from service.accounts.once import Replay, idempotent
from service.accounts.permissions import Actor, Role, gives
from service.accounts.record import audit
from service.accounts.record.audit import NOWHERE, Origin
from service.db.sealing import Sealer
from service.errors import Forbidden, Gone, Invalid, NotFound, Problem
from service.notifications import outbox

WORKS = timedelta(days=7)
LONGEST_NAME = 100  # characters
SUBJECT = "invitation"  # of audit rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Who is invited, to which role, where. Its words stay out of its `repr`."""

    name: str = field(repr=False)
    email: str = field(repr=False)
    role: str
    organisation_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """How the invitation travels.

    Attributes
    ----------
    sealer : Sealer
        The outbox's own.
    link : callable
        Turns the secret into an address.
    organisation : str
        What the letter calls whoever invites.
    """

    sealer: Sealer
    link: Callable[[str], str]
    organisation: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """An invitation as those see it who may take it back, and whoever holds its link."""

    id: UUID
    name: str
    email: str
    role: Role
    organisation_id: UUID | None
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Whoever said yes: their account and the role they have now."""

    user_id: UUID
    member_id: UUID


def checked(offer: Offer, *, actor: Actor) -> Offer:
    """Tidy an offer, or refuse it with every problem at once; asks nothing of the database.

    Raises
    ------
    Forbidden
        Another organisation than the actor may run.
    Invalid
        `invitation`, with problems for `name`, `email` or `role`.
    """
    if actor.role is not Role.ADMIN and (
        actor.organisation_id is None or offer.organisation_id != actor.organisation_id
    ):
        raise Forbidden("not_allowed")
    name, problems, email = " ".join(offer.name.split()), dict[str, Problem](), ""
    if not name or not name.isprintable():
        problems["name"] = Problem("needed")
    elif len(name) > LONGEST_NAME:
        problems["name"] = Problem("too_long", {"limit": LONGEST_NAME})
    try:
        email = normal_email(offer.email)
    except Invalid as error:
        problems |= error.fields
    if offer.role not in gives(actor.role, offer.organisation_id):
        problems["role"] = Problem("not_a_choice")
    if problems:
        raise Invalid("invitation", fields=problems)
    return Offer(name=name, email=email, role=offer.role, organisation_id=offer.organisation_id)


def invite(
    session: Session,
    *,
    offer: Offer,
    key: str | None,
    post: Post,
    actor: Actor,
    now: datetime,
    origin: Origin = NOWHERE,
) -> UUID:
    """Offer somebody a role by mail, whether or not the address has an account: nobody can tell from what happens.

    Parameters
    ----------
    key : str
        Of this one sending of the form: the same again invites nobody again.

    Raises
    ------
    Forbidden, Invalid
        As `checked`; and `idempotency_key` or `idempotency_reused`.
    """
    offer = checked(offer, actor=actor)
    body = {"name": offer.name, "email": offer.email, "role": offer.role, "organisation": str(offer.organisation_id)}
    claim = idempotent(session, actor=actor, route=SUBJECT, key=key, body=body, now=now)
    if isinstance(claim, Replay):
        return claim.resource_id
    row = Invitation(id=claim.resource_id, email=offer.email, name=offer.name, role=offer.role)
    row.organisation_id, row.invited_by, row.created_at = offer.organisation_id, actor.user_id, now
    _send(session, row, post, now)
    session.add(row)
    session.flush()
    _note(session, "invite", row.id, actor, now, origin)
    return row.id


def waiting(session: Session, *, organisation_id: UUID | None, actor: Actor, now: datetime) -> tuple[Invited, ...]:
    """Give the invitations that nobody has answered, of an organisation or of the whole catalogue, newest first."""
    here = (Invitation.organisation_id == organisation_id, within(actor, Invitation.organisation_id))
    unanswered = (Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None))
    rows = select(Invitation).where(*here, *unanswered).order_by(Invitation.created_at.desc(), Invitation.id)
    return tuple(_seen(row) for row in session.scalars(rows))


def one(session: Session, *, invitation_id: UUID, actor: Actor) -> Invited:
    """Give one invitation that nobody has answered.

    Raises
    ------
    NotFound
        `invitation`: there is none, or not where this actor may look.
    """
    return _seen(_mine(session, invitation_id, actor))


def revoke(session: Session, *, invitation_id: UUID, actor: Actor, now: datetime, origin: Origin = NOWHERE) -> None:
    """Take an invitation back: its link opens nothing any more.

    Raises
    ------
    NotFound
        `invitation`.
    """
    row = _mine(session, invitation_id, actor)
    row.revoked_at = now
    session.flush()
    _note(session, "revoke", row.id, actor, now, origin)


def send_again(
    session: Session, *, invitation_id: UUID, post: Post, actor: Actor, now: datetime, origin: Origin = NOWHERE
) -> None:
    """Send a new link for the same invitation; the one before opens nothing any more.

    Raises
    ------
    NotFound
        `invitation`.
    """
    row = _mine(session, invitation_id, actor)
    _send(session, row, post, now)
    session.flush()
    _note(session, "invite", row.id, actor, now, origin)


def check(session: Session, *, token: str, now: datetime) -> Invited:
    """Read the invitation of a link without using it.

    Raises
    ------
    NotFound
        `link_unknown`.
    Gone
        `link_used`, `link_revoked` or `link_expired`.
    """
    row = session.scalar(select(Invitation).where(Invitation.token_hash == token_hash(token)))
    if row is None:
        raise NotFound("link_unknown")
    if row.accepted_at is not None:
        raise Gone("link_used")
    if row.revoked_at is not None:
        raise Gone("link_revoked")
    if row.expires_at <= now:
        raise Gone("link_expired")
    return _seen(row)


def is_for(session: Session, *, invited: Invited, user_id: UUID | None) -> bool | None:
    """Say whether an invitation is for whoever is signed in here; None: its address has no account yet."""
    account = queries.user_by_email(session, invited.email)
    return None if account is None else account.id == user_id


def check_new_password(
    session: Session, *, token: str, password: str, now: datetime, context: Iterable[str] = ()
) -> None:
    """Refuse a password that is not good enough for the invited person, before it is hashed.

    Their name and address are among what others would try first, and so is `context`: the organisation's name.

    Raises
    ------
    NotFound, Gone
        As `check`.
    Invalid
        `password`.
    """
    invited = check(session, token=token, now=now)
    check_password(password, email=invited.email, name=invited.name, context=context)


def accept(
    session: Session,
    *,
    token: str,
    user_id: UUID | None,
    password_hash: str | None,
    now: datetime,
    origin: Origin = NOWHERE,
) -> Joined:
    """Use an invitation up: make the account, or give the role to the one that is signed in. Of many, one gets through.

    An account that is there already is given nothing until its person has signed in, and its password is not touched.

    Raises
    ------
    NotFound, Gone
        As `check`.
    Forbidden
        `sign_in_first`: its address has an account, which is not the one that is signed in here.
    """
    invited = check(session, token=token, now=now)
    known = is_for(session, invited=invited, user_id=user_id)
    if known is False or (known is None and password_hash is None):
        raise Forbidden("sign_in_first")
    unused = (Invitation.id == invited.id, Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None))
    same = Invitation.token_hash == token_hash(token)
    taken = session.scalar(update(Invitation).where(*unused, same).values(accepted_at=now).returning(Invitation.id))
    if taken is None:
        raise Gone("link_used")  # another took it between the two statements
    if known is None or user_id is None:
        user_id = _new_account(session, invited, password_hash, now)
    actor = Actor(role=Role.PERSON, user_id=user_id)
    _note(session, "accept", invited.id, actor, now, origin)
    member_id = membership.join(
        session,
        user_id=user_id,
        role=invited.role,
        organisation_id=invited.organisation_id,
        actor=actor,
        now=now,
        origin=origin,
    )
    return Joined(user_id=user_id, member_id=member_id)


def _new_account(session: Session, invited: Invited, password_hash: str | None, now: datetime) -> UUID:
    user = User(id=uuid4(), email=invited.email, name=invited.name, password_hash=password_hash, created_at=now)
    user.password_changed_at = now
    session.add(user)
    session.flush()
    return user.id


def _send(session: Session, row: Invitation, post: Post, now: datetime) -> None:
    token = new_token()
    row.token_hash, row.expires_at = token_hash(token), now + WORKS
    outbox.put(
        session,
        channel=post.channel,
        to=row.email,
        template="invitation",
        params={"link": post.link(token), "days": WORKS.days, "organisation": post.organisation},
        now=now,
        key=f"invitation:{row.id}:{row.token_hash.hex()[:16]}",
        sealer=post.sealer,
    )


def _mine(session: Session, invitation_id: UUID, actor: Actor) -> Invitation:
    unanswered = (Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None))
    mine = (Invitation.id == invitation_id, *unanswered, within(actor, Invitation.organisation_id))
    row = session.scalar(select(Invitation).where(*mine))
    if row is None:
        raise NotFound("invitation")
    return row


def _seen(row: Invitation) -> Invited:
    return Invited(
        id=row.id,
        name=row.name,
        email=row.email,
        role=Role(row.role),
        organisation_id=row.organisation_id,
        expires_at=row.expires_at,
    )


def _note(session: Session, action: str, row_id: UUID, actor: Actor, now: datetime, origin: Origin) -> None:
    audit.record(
        session,
        actor=actor,
        action=action,
        subject=SUBJECT,
        subject_id=row_id,
        purpose=audit.Purpose.ACCOUNT,
        now=now,
        origin=origin,
    )
