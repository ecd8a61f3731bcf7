"""Tables of measures: what somebody answered, sealed; and which licences an organisation says it holds."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base
from service.db.types import At, Code, Id, Instant, Line


class Assessment(Base):
    """One measure taken on one day. The answers and what they came to are sealed at `assessment:<id>:<column>`."""

    __tablename__ = "assessment"
    __table_args__ = (
        CheckConstraint("mode IN ('self', 'help', 'phone', 'paper')", name="mode"),
        CheckConstraint("wording IN ('own', 'published')", name="wording"),
        Index(None, "person_id", "organisation_id", "taken_on", "id"),
        Index(None, "organisation_id", "instrument"),
    )

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))  # the one they said yes to
    instrument: Mapped[Code]
    version: Mapped[Code]
    wording: Mapped[Code]
    mode: Mapped[Code]
    taken_on: Mapped[date] = mapped_column(Date)
    answers: Mapped[bytes] = mapped_column(LargeBinary)
    scores: Mapped[bytes] = mapped_column(LargeBinary)
    by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    created_at: Mapped[At]
    asked_again_at: Mapped[datetime | None] = mapped_column(Instant)  # whoever helps was told that it is time


class MeasureLicence(Base):
    """An organisation's word that it holds the licence of a measure whose questions we do not ship."""

    __tablename__ = "measure_licence"
    __table_args__ = (UniqueConstraint("organisation_id", "instrument"),)

    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    instrument: Mapped[Code]
    number: Mapped[Line]  # as its owner gave it
    by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    entered_at: Mapped[At]
