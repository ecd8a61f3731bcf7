"""Tables of the links by which leaders keep their own listing true."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base
from service.db.types import At, Code, Id, Instant

PURPOSES = ("confirm", "off")
HASH_BYTES = 32  # SHA-256


class ListingLink(Base):
    """A link by which whoever leads a group says one kind of thing of its listing. Only its token's hash is kept."""

    __tablename__ = "listing_link"
    __table_args__ = (UniqueConstraint("token_hash"), CheckConstraint("purpose IN ('confirm', 'off')", name="purpose"))

    id: Mapped[Id]
    group_id: Mapped[UUID] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[Code]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(HASH_BYTES))
    made_at: Mapped[At]
    expires_at: Mapped[At]
    used_at: Mapped[datetime | None] = mapped_column(Instant)
    answer: Mapped[Code | None]  # what was said with it: a code, told again to whoever opens it twice


class AskedFact(Base):
    """One fact that a group was asked about, by a link that answers once. Only its token's hash is kept."""

    __tablename__ = "asked_fact"
    __table_args__ = (UniqueConstraint("token_hash"),)

    id: Mapped[Id]
    group_id: Mapped[UUID] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    code: Mapped[Code]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(HASH_BYTES))
    asked_at: Mapped[At]
    expires_at: Mapped[At]
    used_at: Mapped[datetime | None] = mapped_column(Instant)
    answer: Mapped[Code | None]  # yes, no or not_confirmed: they do not know
