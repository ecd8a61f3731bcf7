"""The outbox table. Address and words are sealed, and removed once the message has gone."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base
from service.db.classes import classify
from service.db.types import At, Code, Id, Instant
from service.notifications.kept import TABLES

STATES = ("queued", "claimed", "sent", "failed")


class OutboxMessage(Base):
    """One message to one recipient, written in the transaction of its cause."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        UniqueConstraint("message_id"),
        UniqueConstraint("key"),
        CheckConstraint(f"state IN ({', '.join(repr(state) for state in STATES)})", name="state"),
        Index(None, "state", "due_at"),
    )

    id: Mapped[Id]
    message_id: Mapped[str] = mapped_column(String(120))  # fixed here, so that a second sending is recognised
    key: Mapped[str] = mapped_column(String(200))  # of the cause: the same cause writes one message
    channel: Mapped[Code]
    template: Mapped[Code]
    language: Mapped[str] = mapped_column(String(10))
    to_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # None once sent or given up
    params_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # None once sent; given up: only the reason
    state: Mapped[Code] = mapped_column(default="queued")
    created_at: Mapped[At]
    due_at: Mapped[At]
    claimed_at: Mapped[datetime | None] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    attempts: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str | None] = mapped_column(String(60))  # why the last try did not carry it: a code of the channel


class DoNotContact(Base):
    """An address that wants no messages of ours: an HMAC of it, so that this list names nobody."""

    __tablename__ = "do_not_contact"

    address_hmac: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    since: Mapped[At]


classify(Base.metadata, TABLES)
