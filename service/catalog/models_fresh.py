"""Tables of keeping listings true: mails that asked, whom to ring, and the sample of each month."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base
from service.db.types import At, Code, Id, Instant

FOUND = ("right", "partly", "closed", "not_reached")


class ChaseSent(Base):
    """A mail that asked whether a listing is still right: each step of one confirmation is asked once."""

    __tablename__ = "chase_sent"
    __table_args__ = (UniqueConstraint("group_id", "since", "step"),)

    id: Mapped[Id]
    group_id: Mapped[UUID] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    since: Mapped[date]  # the day of the confirmation that grew old; of a listing never confirmed, of its making
    step: Mapped[int]  # months
    sent_at: Mapped[At]
    answered_at: Mapped[datetime | None] = mapped_column(Instant)


class ToConfirm(Base):
    """A listing that an editor should ring about. A job writes who is here and in which order."""

    __tablename__ = "to_confirm"
    __table_args__ = (Index(None, "tries", "place", "group_id"),)

    group_id: Mapped[UUID] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[float]  # minus the harm, so that the worst comes first along the index
    tries: Mapped[int] = mapped_column(default=0)  # calls that nobody took
    again_on: Mapped[date]  # not before this day
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class TruthSample(Base):
    """A listing drawn by chance in one month, and what a call found."""

    __tablename__ = "truth_sample"
    __table_args__ = (
        UniqueConstraint("month", "group_id"),
        CheckConstraint("found IS NULL OR found IN ('right', 'partly', 'closed', 'not_reached')", name="found"),
    )

    id: Mapped[Id]
    month: Mapped[date]  # its first day
    group_id: Mapped[UUID] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    found: Mapped[Code | None]
    found_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
