"""Tables of a link worker's desk: notes, calls, tasks, hand-over, cover, and what somebody is worried about."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base
from service.db.classes import classify
from service.db.types import At, Code, Id, Instant
from service.referrals.desk_choices import CHANNELS, INCIDENTS, WHO, WHY
from service.referrals.kept_desk import DESK

USER, REFERRAL = "user_account.id", "referral.id"


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class CaseNote(Base):
    """What a link worker wrote down of a case. Only ever added; sealed at `case_note:<id>:words`."""

    __tablename__ = "case_note"
    __table_args__ = (Index(None, "referral_id", "at"),)

    id: Mapped[Id]
    referral_id: Mapped[UUID] = mapped_column(ForeignKey(REFERRAL))
    by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey(USER, ondelete="SET NULL"))
    words: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[At]


class ContactAttempt(Base):
    """One time somebody tried to reach a person, and whether they did."""

    __tablename__ = "contact_attempt"
    __table_args__ = (
        CheckConstraint(_one_of("channel", CHANNELS), name="channel"),
        Index(None, "referral_id", "at"),
    )

    id: Mapped[Id]
    referral_id: Mapped[UUID] = mapped_column(ForeignKey(REFERRAL))
    by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey(USER, ondelete="SET NULL"))
    channel: Mapped[Code]
    reached: Mapped[bool]
    on_day: Mapped[date]  # by the clocks of this country: three tries on three days
    at: Mapped[At]


class CaseTask(Base):
    """Who does what by when. Sealed at `case_task:<id>:what`."""

    __tablename__ = "case_task"
    __table_args__ = (CheckConstraint(_one_of("who", WHO), name="who"), Index(None, "referral_id", "due_on"))

    id: Mapped[Id]
    referral_id: Mapped[UUID] = mapped_column(ForeignKey(REFERRAL))
    by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey(USER, ondelete="SET NULL"))
    who: Mapped[Code]
    what: Mapped[bytes] = mapped_column(LargeBinary)
    due_on: Mapped[date]
    at: Mapped[At]
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    done_by: Mapped[UUID | None] = mapped_column(ForeignKey(USER, ondelete="SET NULL"))


class CaseReading(Base):
    """Why somebody reads a case that another holds; said once, and kept."""

    __tablename__ = "case_reading"
    __table_args__ = (UniqueConstraint("referral_id", "user_id"), CheckConstraint(_one_of("why", WHY), name="why"))

    id: Mapped[Id]
    referral_id: Mapped[UUID] = mapped_column(ForeignKey(REFERRAL))
    user_id: Mapped[UUID] = mapped_column(ForeignKey(USER, ondelete="CASCADE"))
    why: Mapped[Code]
    at: Mapped[At]


class HandOver(Base):
    """A case that went from one link worker to another, or was taken on. Sealed at `hand_over:<id>:words`."""

    __tablename__ = "hand_over"
    __table_args__ = (Index(None, "referral_id", "at"),)

    id: Mapped[Id]
    referral_id: Mapped[UUID] = mapped_column(ForeignKey(REFERRAL))
    from_user_id: Mapped[UUID | None] = mapped_column(ForeignKey(USER, ondelete="SET NULL"))  # None: nobody held it
    to_user_id: Mapped[UUID | None] = mapped_column(ForeignKey(USER, ondelete="SET NULL"))
    words: Mapped[bytes | None] = mapped_column(LargeBinary)
    at: Mapped[At]


class DeskCover(Base):
    """A colleague who looks after somebody's desk until a day."""

    __tablename__ = "desk_cover"
    __table_args__ = (Index(None, "by_user_id", "until"),)

    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    for_user_id: Mapped[UUID] = mapped_column(ForeignKey(USER, ondelete="CASCADE"), index=True)
    by_user_id: Mapped[UUID] = mapped_column(ForeignKey(USER, ondelete="CASCADE"))
    until: Mapped[date]  # the last day
    at: Mapped[At]
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class DeskView(Base):
    """A way to look at the desk that one link worker keeps under a name: codes, as they stand in the address."""

    __tablename__ = "desk_view"
    __table_args__ = (UniqueConstraint("user_id", "name"),)

    id: Mapped[Id]
    user_id: Mapped[UUID] = mapped_column(ForeignKey(USER, ondelete="CASCADE"))
    name: Mapped[Code]
    query: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[At]


class Incident(Base):
    """What somebody at work is worried about. Read by a safeguarding lead only; sealed at `incident:<id>:<column>`."""

    __tablename__ = "incident"
    __table_args__ = (
        CheckConstraint(_one_of("kind", INCIDENTS), name="kind"),
        Index(None, "organisation_id", "closed_at", "at"),
    )

    id: Mapped[Id]  # made with the form, so that sending it twice reports once
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    referral_id: Mapped[UUID | None] = mapped_column(ForeignKey(REFERRAL), index=True)
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("group.id"))
    by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey(USER, ondelete="SET NULL"))
    kind: Mapped[Code]
    words: Mapped[bytes] = mapped_column(LargeBinary)
    done_now: Mapped[bytes | None] = mapped_column(LargeBinary)
    outcome: Mapped[bytes | None] = mapped_column(LargeBinary)
    at: Mapped[At]
    seen_at: Mapped[datetime | None] = mapped_column(Instant)  # when a lead read it first
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_by: Mapped[UUID | None] = mapped_column(ForeignKey(USER, ondelete="SET NULL"))


class SafeguardingLead(Base):
    """Who may read what people are worried about, in one organisation. Given beside a role."""

    __tablename__ = "safeguarding_lead"
    __table_args__ = (Index(None, "user_id", "organisation_id"),)

    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey(USER, ondelete="CASCADE"))
    by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey(USER, ondelete="SET NULL"))
    at: Mapped[At]
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


classify(Base.metadata, DESK)
