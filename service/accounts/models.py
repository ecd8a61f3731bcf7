"""Tables of who may act. Secrets are kept only as hashes; audit rows hold no personal values."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import Mapped, mapped_column

from service.accounts.permissions import MEMBER_ROLES
from service.db import Base
from service.db.types import At, Code, Id, Instant, Line

OUTCOMES = ("done", "denied", "failed")
HASH_BYTES = 32  # SHA-256

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
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


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
    __table_args__ = (Unique("token_hash"),)

    id: Mapped[Id]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(HASH_BYTES))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    membership_id: Mapped[UUID | None] = mapped_column(ForeignKey("membership.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[At]
    last_seen_at: Mapped[At]
    ends_at: Mapped[At]
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class SignInLink(Base):
    """A link that signs one person in once."""

    __tablename__ = "sign_in_link"
    __table_args__ = (Unique("token_hash"),)

    id: Mapped[Id]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(HASH_BYTES))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[At]
    expires_at: Mapped[At]
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class EndedList(Base):
    """A list whose links were ended before their time: a hash of its random id, and nothing of what was on it."""

    __tablename__ = "ended_list"

    id_hash: Mapped[bytes] = mapped_column(LargeBinary(HASH_BYTES), primary_key=True)
    until: Mapped[At]  # the day on which its links would have stopped working anyway: then this row goes


class ApiKey(Base):
    """A program of one organisation that may act. The key is shown once; here is its hash."""

    __tablename__ = "api_key"
    __table_args__ = (Unique("key_hash"), Unique("prefix"))

    id: Mapped[Id]
    prefix: Mapped[str] = mapped_column(String(20))  # tells keys apart in a list; no part of the secret
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(HASH_BYTES))
    name: Mapped[Line]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[At]
    expires_at: Mapped[At]
    last_used_on: Mapped[date | None]
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


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
    subject: Mapped[str] = mapped_column(String(200))
    subject_id: Mapped[UUID | None]
    columns: Mapped[list[str]] = mapped_column(JSON)  # names of what was touched, never values
    outcome: Mapped[Code]
    request_id: Mapped[str | None] = mapped_column(String(64))
    network: Mapped[str | None] = mapped_column(String(50))  # client address cut to /24 or /48


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
