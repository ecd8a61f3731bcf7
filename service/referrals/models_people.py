"""What somebody asked for on their own page and is owed within a month: a copy of all that is kept, or its erasure."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base
from service.db.classes import classify, table
from service.db.types import At, Code, Id, Instant

ASKS = ("copy", "erasure")


class PersonAsk(Base):
    """One wish about what is kept. It is told to whoever runs the organisation, and ends when it was met."""

    __tablename__ = "person_ask"
    __table_args__ = (
        CheckConstraint("kind IN ('copy', 'erasure')", name="kind"),
        Index(None, "organisation_id", "done_at"),
    )

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[Code]
    asked_at: Mapped[At]
    done_at: Mapped[datetime | None] = mapped_column(Instant)


classify(
    Base.metadata,
    {"person_ask": table(internal="id person_id organisation_id kind asked_at done_at", kind="referrals")},
)
