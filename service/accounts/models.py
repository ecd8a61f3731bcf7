"""Tables of who may act. Secrets are kept only as hashes; audit rows hold no personal values."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import Mapped, mapped_column

from service.accounts.kept import TABLES
from service.accounts.permissions import MEMBER_ROLES
from service.db import Base
from service.db.classes import classify
from service.db.types import At, Code, Id, Instant, Line

OUTCOMES = ("done", "denied", "failed")
HASH_BYTES = 32  # SHA-256
SIGN_IN_WAYS = ("password", "link", "passkey", "organisation")
LINK_PURPOSES = ("sign_in", "set_password", "demo")

Sequence = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up only in an INTEGER key


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class User(Base):
    """Somebody with an account."""

    __tablename__ = "user_account"  # `user` is a reserved word in PostgreSQL
    __table_args__ = (Unique("email"),)

    id: Mapped[Id]
    email: Mapped[str] = mapped_column(String(254))  # normalised: see credentials.normal_email
    name: Mapped[Line]
    password_hash: Mapped[str | None] = mapped_column(String(200))  # None: signs in by link only
    created_at: Mapped[At]
    password_changed_at: Mapped[datetime | None] = mapped_column(Instant)
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)
    second_factor_off_at: Mapped[datetime | None] = mapped_column(Instant)  # announced: see taking_off
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Authenticator(Base):
    """An app that shows codes. Its secret is sealed at `authenticator:<id>:secret`."""

    __tablename__ = "authenticator"

    id: Mapped[Id]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[At]
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)  # None: no code of it was seen yet
    last_step: Mapped[int | None] = mapped_column(BigInteger)  # of 30 seconds since 1970: no code works twice


class Passkey(Base):
    """A key kept by somebody's device (WebAuthn); here is its public half."""

    __tablename__ = "passkey"
    __table_args__ = (Unique("credential_id"),)

    id: Mapped[Id]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1023))
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[Line]
    created_at: Mapped[At]
    last_used_at: Mapped[datetime | None] = mapped_column(Instant)


class RecoveryCode(Base):
    """One of the codes for the day on which the phone is lost. Works once; kept as an argon2id hash."""

    __tablename__ = "recovery_code"

    id: Mapped[Id]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[At]
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class OrganisationLogin(Base):
    """An organisation's own sign-in service (OpenID Connect). The secret is sealed at `organisation_login:<id>:…`."""

    __tablename__ = "organisation_login"
    __table_args__ = (
        Unique("issuer", "client_id"),
        CheckConstraint(_one_of("role", tuple(role.value for role in MEMBER_ROLES)), name="role"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[Line]  # what stands on the button
    issuer: Mapped[str] = mapped_column(String(500))
    client_id: Mapped[str] = mapped_column(String(200))
    client_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    role: Mapped[str | None] = mapped_column(String(60))  # of whoever comes for the first time; None: only the invited
    vouches: Mapped[bool] = mapped_column(default=False)  # its word for a second factor (acr, amr) is taken
    created_at: Mapped[At]
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)


class ExternalIdentity(Base):
    """An account as an organisation's sign-in service knows it."""

    __tablename__ = "external_identity"
    __table_args__ = (Unique("issuer", "subject"),)

    id: Mapped[Id]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    issuer: Mapped[str] = mapped_column(String(500))
    subject: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[At]


class Invitation(Base):
    """A role offered to somebody by mail. Kept as a hash only; opening it does nothing, a button does."""

    __tablename__ = "invitation"
    __table_args__ = (
        Unique("token_hash"),
        CheckConstraint(_one_of("role", tuple(role.value for role in MEMBER_ROLES)), name="role"),
    )

    id: Mapped[Id]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(HASH_BYTES))
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[Line]
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[Code]
    invited_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[At]
    expires_at: Mapped[At]
    accepted_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class Membership(Base):
    """A role that somebody holds, in an organisation or (editor, administrator) for the whole catalogue."""

    __tablename__ = "membership"
    __table_args__ = (CheckConstraint(_one_of("role", tuple(role.value for role in MEMBER_ROLES)), name="role"),)

    id: Mapped[Id]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[Code]
    valid_from: Mapped[At]
    valid_until: Mapped[datetime | None] = mapped_column(Instant)


class SignedInSession(Base):
    """One browser that is signed in. The cookie holds the token, this row only its hash."""

    __tablename__ = "signed_in_session"
    __table_args__ = (
        Unique("token_hash"),
        CheckConstraint(_one_of("way", SIGN_IN_WAYS), name="way"),
        CheckConstraint("strength IN (1, 2)", name="strength"),
    )

    id: Mapped[Id]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(HASH_BYTES))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    membership_id: Mapped[UUID | None] = mapped_column(ForeignKey("membership.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[At]
    last_seen_at: Mapped[At]
    confirmed_at: Mapped[At]  # when this person last proved who they are: dangerous acts ask for five minutes
    way: Mapped[Code] = mapped_column(default="password")  # see SIGN_IN_WAYS
    strength: Mapped[int] = mapped_column(default=1)  # 2: a second factor was shown as well
    device: Mapped[str | None] = mapped_column(String(60))  # "Firefox, Windows": never the whole of what it says
    network: Mapped[str | None] = mapped_column(String(50))  # client address cut to /24 or /48
    ends_at: Mapped[At]
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class SignInLink(Base):
    """A link that signs one person in once, or lets them choose a password once."""

    __tablename__ = "sign_in_link"
    __table_args__ = (Unique("token_hash"), CheckConstraint(_one_of("purpose", LINK_PURPOSES), name="purpose"))

    id: Mapped[Id]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(HASH_BYTES))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[Code] = mapped_column(default="sign_in")
    browser_hash: Mapped[bytes | None] = mapped_column(LargeBinary(HASH_BYTES))  # of the browser that asked for it
    created_at: Mapped[At]
    expires_at: Mapped[At]
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class EmailChange(Base):
    """An address that somebody wants to use from now on, until they show that its mail reaches them."""

    __tablename__ = "email_change"
    __table_args__ = (Unique("token_hash"),)

    id: Mapped[Id]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(HASH_BYTES))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    email: Mapped[bytes] = mapped_column(LargeBinary)  # sealed at `email_change:<id>:email`
    created_at: Mapped[At]
    expires_at: Mapped[At]
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class KnownBrowser(Base):
    """A browser in which an account signed in: its wrong passwords are counted apart from everybody else's."""

    __tablename__ = "known_browser"
    __table_args__ = (Unique("token_hash", "user_id"),)

    id: Mapped[Id]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(HASH_BYTES))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[At]
    until: Mapped[At]


class EndedList(Base):
    """A list whose links were ended before their time: a hash of its random id, and nothing of what was on it."""

    __tablename__ = "ended_list"

    id_hash: Mapped[bytes] = mapped_column(LargeBinary(HASH_BYTES), primary_key=True)
    until: Mapped[At]  # the day on which its links would have stopped working anyway: then this row goes


class ApiKey(Base):
    """A program of one organisation that may act: by a key that is shown once, or by assertions it signs itself."""

    __tablename__ = "api_key"
    __table_args__ = (
        Unique("key_hash"),
        Unique("prefix"),
        CheckConstraint("(key_hash IS NULL) <> (public_keys IS NULL)", name="one_proof"),
    )

    id: Mapped[Id]
    prefix: Mapped[str] = mapped_column(String(20))  # tells keys apart in a list; no part of the secret
    key_hash: Mapped[bytes | None] = mapped_column(LargeBinary(HASH_BYTES))
    public_keys: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # a JWK set (RFC 7517)
    name: Mapped[Line]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[At]
    expires_at: Mapped[At]
    last_used_on: Mapped[date | None]
    replaced_by: Mapped[UUID | None] = mapped_column(ForeignKey("api_key.id", ondelete="SET NULL"))  # works on a while
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class AccessToken(Base):
    """What a program holds for some minutes after it signed an assertion (RFC 7523)."""

    __tablename__ = "access_token"
    __table_args__ = (Unique("token_hash"),)

    id: Mapped[Id]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(HASH_BYTES))
    key_id: Mapped[UUID] = mapped_column(ForeignKey("api_key.id", ondelete="CASCADE"), index=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[At]
    expires_at: Mapped[At]


class UsedAssertion(Base):
    """An assertion that was taken already: a hash of whose it was and of its `jti`, until it runs out."""

    __tablename__ = "used_assertion"

    jti_hash: Mapped[bytes] = mapped_column(LargeBinary(HASH_BYTES), primary_key=True)
    until: Mapped[At]


class AuditEntry(Base):
    """Who did what to which thing. Rows are only ever added; `sequence` is their order."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        CheckConstraint(_one_of("outcome", OUTCOMES), name="outcome"),
        Index(None, "subject", "subject_id"),
        Index(None, "user_id"),
    )

    sequence: Mapped[int] = mapped_column(Sequence, primary_key=True, autoincrement=True)
    at: Mapped[At]
    # No foreign keys: a row outlives what it speaks of, so that erasing a person changes no audit row.
    user_id: Mapped[UUID | None]
    role: Mapped[Code]
    organisation_id: Mapped[UUID | None]
    key_id: Mapped[UUID | None]
    acting_for: Mapped[str | None] = mapped_column(String(200))
    action: Mapped[Code]
    purpose: Mapped[str | None] = mapped_column(String(60))  # why personal data was read or changed: a code
    subject: Mapped[str] = mapped_column(String(200))
    subject_id: Mapped[UUID | None]
    columns: Mapped[list[str]] = mapped_column(JSON)  # names of what was touched, never values
    outcome: Mapped[Code]
    request_id: Mapped[str | None] = mapped_column(String(64))
    network: Mapped[str | None] = mapped_column(String(50))  # client address cut to /24 or /48
    # The chain. None in rows from before there was one: the first link of the chain covers them.
    chain_key: Mapped[int | None]  # which key made `link`
    link: Mapped[bytes | None] = mapped_column(LargeBinary(HASH_BYTES))  # HMAC over the link before and this row


class AuditHead(Base):
    """The last link of the chain, in one row that writers lock so that they come one after another."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    sequence: Mapped[int] = mapped_column(BigInteger)  # of the newest row
    link: Mapped[bytes | None] = mapped_column(LargeBinary(HASH_BYTES))
    first_sequence: Mapped[int | None] = mapped_column(BigInteger)  # where the chain begins


class Erasure(Base):
    """Something that was erased on purpose: what it was and its random id, so that a restored copy erases it again."""

    __tablename__ = "erasure"

    id: Mapped[Id]
    subject: Mapped[Code]
    subject_id: Mapped[UUID] = mapped_column(index=True)
    at: Mapped[At]


class JobRun(Base):
    """When a job last ran and whether one is running: whoever holds `claimed_until` runs it, nobody else."""

    __tablename__ = "job_run"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    started_at: Mapped[datetime | None] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
    claimed_until: Mapped[datetime | None] = mapped_column(Instant)
    outcome: Mapped[str | None] = mapped_column(String(60))  # done, or the class of what went wrong
    done: Mapped[int] = mapped_column(default=0)  # how many things the last run dealt with
    succeeded_at: Mapped[datetime | None] = mapped_column(Instant)  # when a run last ended well
    failures: Mapped[int] = mapped_column(default=0, server_default="0")  # in a row, up to the last run
    node: Mapped[str | None] = mapped_column(String(80))  # the machine that ran it last
    asked_at: Mapped[datetime | None] = mapped_column(Instant)  # somebody wants it to run now


class Idempotency(Base):
    """One creation that was asked for with a key, so that asking again creates nothing again."""

    __tablename__ = "idempotency"
    __table_args__ = (Unique("actor", "route", "key_hash"),)

    id: Mapped[Id]
    actor: Mapped[str] = mapped_column(String(60))
    route: Mapped[str] = mapped_column(String(200))
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(HASH_BYTES))
    body_hash: Mapped[bytes] = mapped_column(LargeBinary(HASH_BYTES))
    resource_id: Mapped[UUID]
    created_at: Mapped[At]


class Counter(Base):
    """How often something was tried in the running window. On SQLite this table is used in a file of its own."""

    __tablename__ = "counter"

    scope: Mapped[str] = mapped_column(String(60), primary_key=True)
    key_hmac: Mapped[str] = mapped_column(String(64), primary_key=True)
    window_start: Mapped[int] = mapped_column(BigInteger)  # seconds since 1970, UTC
    n: Mapped[int]


classify(Base.metadata, TABLES)
