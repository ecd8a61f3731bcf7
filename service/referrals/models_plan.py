"""Tables of the plan that a person and their link worker make: wishes, goals in their words, groups they chose."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base
from service.db.classes import classify
from service.db.types import At, Id, Instant
from service.referrals.kept_desk import PLAN

USER, REFERRAL = "user_account.id", "referral.id"


class CasePlan(Base):
    """What is looked for with a person: the fields of a search as JSON, sealed at `case_plan:<id>:wishes`."""

    __tablename__ = "case_plan"

    id: Mapped[Id]
    referral_id: Mapped[UUID] = mapped_column(ForeignKey(REFERRAL), unique=True)
    by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey(USER, ondelete="SET NULL"))
    wishes: Mapped[bytes] = mapped_column(LargeBinary)
    changed_at: Mapped[At]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class PlanGoal(Base):
    """What the person wants, in their own words. Sealed at `plan_goal:<id>:words`."""

    __tablename__ = "plan_goal"
    __table_args__ = (Index(None, "referral_id", "at"),)

    id: Mapped[Id]
    referral_id: Mapped[UUID] = mapped_column(ForeignKey(REFERRAL))
    by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey(USER, ondelete="SET NULL"))
    words: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[At]
    reached_at: Mapped[datetime | None] = mapped_column(Instant)
    proposal_id: Mapped[UUID | None]  # of a group that is not listed: a listing that is made of it has the same id


class PlanGroup(Base):
    """A group that was chosen with the person. Nothing is told to anybody by choosing it."""

    __tablename__ = "plan_group"
    __table_args__ = (UniqueConstraint("referral_id", "group_id"),)

    id: Mapped[Id]
    referral_id: Mapped[UUID] = mapped_column(ForeignKey(REFERRAL))
    group_id: Mapped[UUID] = mapped_column(ForeignKey("group.id"), index=True)
    by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey(USER, ondelete="SET NULL"))
    at: Mapped[At]


classify(Base.metadata, PLAN)
