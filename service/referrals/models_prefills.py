"""What a record system writes into the page of referring, for minutes: sealed, opened by one link, gone once used."""

from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base
from service.db.classes import classify, table
from service.db.types import At, Id
from service.referrals.kept import PURPOSE

HASH_BYTES = 32  # SHA-256


class Prefill(Base):
    """Fields as JSON, sealed at `prefill:<id>:filled`, for whoever refers for one organisation."""

    __tablename__ = "prefill"
    __table_args__ = (UniqueConstraint("token_hash"), Index(None, "expires_at"))

    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    by_key_id: Mapped[UUID | None] = mapped_column(ForeignKey("api_key.id", ondelete="SET NULL"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(HASH_BYTES))
    filled: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[At]
    expires_at: Mapped[At]


classify(
    Base.metadata,
    {
        "prefill": table(
            internal="id organisation_id by_key_id created_at expires_at",
            hidden="token_hash",
            health="filled",
            sealed="filled",
            purpose=PURPOSE,
            kind="prefills",
        )
    },
)
