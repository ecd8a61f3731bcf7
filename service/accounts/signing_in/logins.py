"""An organisation's own sign-in service: set up by whoever runs it, believed about its own people and nobody else.

Its word opens an account that works for this one organisation. Whoever has a role elsewhere as well, or for the whole
catalogue, signs in by their own means: else whoever runs one organisation's service could act for another.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from service.accounts import membership
from service.accounts.credentials import LONGEST_EMAIL, normal_email
from service.accounts.membership import within
from service.accounts.models import ExternalIdentity, Invitation, OrganisationLogin, User
from service.accounts.permissions import GIVES, VISITOR, Actor, Permission, Role
from service.accounts.programs.assertions import take_once
from service.accounts.record import audit
from service.accounts.record.audit import NOWHERE, Origin
from service.accounts.signing_in import openid
from service.accounts.signing_in.openid import ATTEMPT_LASTS, Attempt, Client, Disbelieved, Said
from service.accounts.signing_in.proving import Proved
from service.db.sealing import Sealer
from service.errors import Invalid, NotFound, Problem

PURPOSE = "organisation_login"  # of the sealing key
SUBJECT = "organisation_login"  # of audit rows
LONGEST_NAME = 60  # characters of what stands on a button
LONGEST_CLIENT_ID = 200
LONGEST_SECRET = 500
MOST_OFFERED = 20  # on the page of signing in
ROLES = tuple(role for role in Role if role in GIVES[Role.ORG_MANAGER])  # what a newcomer may become


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A service that somebody may sign in with."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A service as those see it who run the organisation; its secret stays sealed."""

    id: UUID
    organisation_id: UUID
    name: str
    issuer: str
    client_id: str
    has_secret: bool
    role: str  # of whoever comes for the first time; "": only the invited
    vouches: bool
    works: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What somebody wrote about a service."""

    name: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)  # "": the one before stays
    role: str
    vouches: bool


def offered(session: Session) -> Sequence[Offered]:
    """List the services that stand on the sign-in page, by name."""
    rows = select(OrganisationLogin).where(OrganisationLogin.disabled_at.is_(None))
    ordered = rows.order_by(OrganisationLogin.name, OrganisationLogin.id).limit(MOST_OFFERED)
    return [Offered(id=row.id, name=row.name) for row in session.scalars(ordered)]


def offered_to(session: Session, *, user_id: UUID) -> Sequence[Offered]:
    """List the services that know this account already."""
    known = and_(ExternalIdentity.issuer == OrganisationLogin.issuer, ExternalIdentity.user_id == user_id)
    rows = select(OrganisationLogin).join(ExternalIdentity, known).where(OrganisationLogin.disabled_at.is_(None))
    found = session.scalars(rows.order_by(OrganisationLogin.name, OrganisationLogin.id)).unique()
    return [Offered(id=row.id, name=row.name) for row in found]


def logins_of(session: Session, *, actor: Actor, organisation_id: UUID) -> Sequence[Login]:
    """List the services of an organisation that this actor runs, by name."""
    here = and_(_within(actor), OrganisationLogin.organisation_id == organisation_id)
    rows = select(OrganisationLogin).where(here).order_by(OrganisationLogin.name, OrganisationLogin.id)
    return [_seen(row) for row in session.scalars(rows)]


def read_login(session: Session, *, login_id: UUID, actor: Actor) -> Login:
    """Give one service of this actor's.

    Raises
    ------
    NotFound
        `login`.
    """
    return _seen(_one(session, login_id, actor))


def check_setting(setting: Setting, *, demo: bool) -> Setting:
    """Tidy what was written, or refuse it with every problem at once; asks nobody.

    Raises
    ------
    Invalid
        `login`, with problems for its fields.
    """
    problems = {}
    name, client_id = " ".join(setting.name.split()), setting.client_id.strip()
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        problems["name"] = Problem("login_name", {"most": LONGEST_NAME})
    if not openid.issuer_fits(setting.issuer.strip(), demo=demo):
        problems["issuer"] = Problem("login_issuer")
    if not 0 < len(client_id) <= LONGEST_CLIENT_ID or not client_id.isprintable():
        problems["client_id"] = Problem("login_client")
    if len(setting.client_secret) > LONGEST_SECRET:
        problems["client_secret"] = Problem("login_secret", {"most": LONGEST_SECRET})
    if setting.role and setting.role not in ROLES:
        problems["role"] = Problem("not_a_choice")
    if problems:
        raise Invalid("login", fields=problems)
    return Setting(
        name=name,
        issuer=setting.issuer.strip(),
        client_id=client_id,
        client_secret=setting.client_secret.strip(),
        role=setting.role,
        vouches=setting.vouches,
    )


def set_up(
    session: Session,
    *,
    organisation_id: UUID,
    setting: Setting,
    sealer: Sealer,
    actor: Actor,
    now: datetime,
    origin: Origin = NOWHERE,
) -> UUID:
    """Let an organisation's people sign in with its own service; `setting` was checked.

    Raises
    ------
    NotFound
        `organisation`: not one that this actor runs.
    Invalid
        `login`: another organisation uses this client of this service.
    """
    if not actor.may(Permission.MANAGE) and actor.organisation_id != organisation_id:
        raise NotFound("organisation")
    row = OrganisationLogin(id=uuid4(), organisation_id=organisation_id, created_at=now)
    _write(session, row, setting, sealer)
    session.add(row)
    session.flush()
    _note(session, "make_login", row.id, actor, now, origin)
    return row.id


def change(
    session: Session,
    *,
    login_id: UUID,
    setting: Setting,
    works: bool,
    sealer: Sealer,
    actor: Actor,
    now: datetime,
    origin: Origin = NOWHERE,
) -> None:
    """Change a service, or stop believing it; `setting` was checked.

    Raises
    ------
    NotFound
        `login`.
    Invalid
        `login`: another organisation uses this client of this service.
    """
    row = _one(session, login_id, actor)
    _write(session, row, setting, sealer)
    row.disabled_at = None if works else row.disabled_at or now
    session.flush()
    _note(session, "change_login", row.id, actor, now, origin)


def client_of(session: Session, *, login_id: UUID, sealer: Sealer, redirect_uri: str) -> tuple[str, Client]:
    """Give the issuer of a service that works, and what we are to it.

    Raises
    ------
    NotFound
        `login`.
    """
    row = _working(session, login_id)
    secret = sealer.open(_place(row.id), row.client_secret).decode() if row.client_secret is not None else None
    return row.issuer, Client(id=row.client_id, secret=secret, redirect_uri=redirect_uri)


def whose(session: Session, *, login_id: UUID, said: Said, attempt: Attempt, now: datetime) -> Proved:
    """Find, or make, the account of whom a service names. An attempt opens one session, however often it is sent.

    Raises
    ------
    NotFound
        `login`: it was ended meanwhile.
    Disbelieved
        `used`; or `not_invited`, `works_elsewhere`, `email`: this service may not speak for them.
    """
    if not take_once(session, sha256(f"openid\0{attempt.state}".encode()).digest(), until=now + ATTEMPT_LASTS):
        raise Disbelieved("used")
    row = _working(session, login_id)
    if row.issuer != said.issuer:
        raise Disbelieved("issuer")
    known = and_(ExternalIdentity.issuer == said.issuer, ExternalIdentity.subject == said.subject)
    user_id = session.scalar(select(ExternalIdentity.user_id).where(known))
    if user_id is None:
        user_id = _first_time(session, row, said, now)
    _works_here_alone(session, row, user_id, now)
    return Proved(user_id=user_id, way="organisation", strength=2 if row.vouches and said.strong else 1)


def refuse(session: Session, *, login_id: UUID, why: str, now: datetime, origin: Origin = NOWHERE) -> None:
    """Keep that somebody came back from a service and was not let in, and why, as a code."""
    audit.record(
        session,
        actor=VISITOR,
        action="sign_in",
        subject=SUBJECT,
        subject_id=login_id,
        columns=(f"why:{why}",),
        outcome="failed",
        purpose=audit.Purpose.SECURITY,
        now=now,
        origin=origin,
    )


def _first_time(session: Session, row: OrganisationLogin, said: Said, now: datetime) -> UUID:
    """Link whoever comes for the first time: a member of this organisation, or somebody who has no account yet.

    An account without a role here is left alone, also when it was invited: its owner first says yes by their own means.
    """
    if said.email is None:
        raise Disbelieved("email")
    email = _email(said.email)
    user = session.scalar(select(User).where(User.email == email))
    if user is None:
        user = _newcomer(session, row, said, email, now)
    linked = ExternalIdentity(id=uuid4(), user_id=user.id, issuer=said.issuer, subject=said.subject, created_at=now)
    session.add(linked)
    session.flush()
    actor = Actor(role=Role.PERSON, user_id=user.id)
    audit.record(
        session,
        actor=actor,
        action="link",
        subject="external_identity",
        subject_id=linked.id,
        purpose=audit.Purpose.SECURITY,
        now=now,
    )
    return user.id


def _email(text: str) -> str:
    try:
        return normal_email(text[: 2 * LONGEST_EMAIL])
    except Invalid as error:
        raise Disbelieved("email") from error


def _invited_role(session: Session, row: OrganisationLogin, email: str, now: datetime) -> Role | None:
    """Use up an open invitation of this address to this organisation, and give its role."""
    unanswered = and_(Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None), Invitation.expires_at > now)
    meant = and_(Invitation.email == email, Invitation.organisation_id == row.organisation_id, unanswered)
    found = session.scalars(select(Invitation).where(meant).order_by(Invitation.created_at, Invitation.id)).first()
    if found is None:
        return None
    found.accepted_at = now
    return Role(found.role)


def _newcomer(session: Session, row: OrganisationLogin, said: Said, email: str, now: datetime) -> User:
    given = _invited_role(session, row, email, now) or (Role(row.role) if row.role else None)
    if given is None:
        raise Disbelieved("not_invited")
    user = User(id=uuid4(), email=email, name=(said.name or email.partition("@")[0])[:200], created_at=now)
    session.add(user)
    session.flush()
    membership.join(
        session,
        user_id=user.id,
        role=given,
        organisation_id=row.organisation_id,
        actor=Actor(role=Role.PERSON, user_id=user.id),
        now=now,
    )
    return user


def _works_here_alone(session: Session, row: OrganisationLogin, user_id: UUID, now: datetime) -> None:
    """Make sure that the account has roles in this organisation, and in no other."""
    held = membership.held(session, user_id=user_id, now=now)
    if not held:
        raise Disbelieved("not_invited")
    if any(one.organisation_id != row.organisation_id for one in held):
        raise Disbelieved("works_elsewhere")


def _write(session: Session, row: OrganisationLogin, setting: Setting, sealer: Sealer) -> None:
    same = and_(OrganisationLogin.issuer == setting.issuer, OrganisationLogin.client_id == setting.client_id)
    if session.scalar(select(OrganisationLogin.id).where(same, OrganisationLogin.id != row.id)) is not None:
        raise Invalid("login", fields={"client_id": Problem("login_taken")})
    if (row.issuer, row.client_id) != (setting.issuer, setting.client_id):
        row.client_secret = None  # a secret is told to the service it was given by, and to no other
    row.name, row.issuer, row.client_id = setting.name, setting.issuer, setting.client_id
    row.role, row.vouches = setting.role or None, setting.vouches
    if setting.client_secret:
        row.client_secret = sealer.seal(_place(row.id), setting.client_secret.encode())


def _within(actor: Actor) -> ColumnElement[bool]:
    return within(actor, OrganisationLogin.organisation_id)


def _one(session: Session, login_id: UUID, actor: Actor) -> OrganisationLogin:
    row = session.scalar(select(OrganisationLogin).where(OrganisationLogin.id == login_id, _within(actor)))
    if row is None:
        raise NotFound("login")
    return row


def _working(session: Session, login_id: UUID) -> OrganisationLogin:
    row = session.get(OrganisationLogin, login_id)
    if row is None or row.disabled_at is not None:
        raise NotFound("login")
    return row


def _seen(row: OrganisationLogin) -> Login:
    return Login(
        id=row.id,
        organisation_id=row.organisation_id,
        name=row.name,
        issuer=row.issuer,
        client_id=row.client_id,
        has_secret=row.client_secret is not None,
        role=row.role or "",
        vouches=row.vouches,
        works=row.disabled_at is None,
    )


def _place(row_id: UUID) -> str:
    return f"organisation_login:{row_id}:client_secret"


def _note(session: Session, action: str, row_id: UUID, actor: Actor, now: datetime, origin: Origin) -> None:
    audit.record(
        session,
        actor=actor,
        action=action,
        subject=SUBJECT,
        subject_id=row_id,
        purpose=audit.Purpose.SECURITY,
        now=now,
        origin=origin,
    )
