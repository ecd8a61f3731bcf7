"""What was done once for somebody on their way into a group: a reminder, a question how it goes, and its answer."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base
from service.db.classes import classify, table
from service.db.types import At, Code, Id, Instant
from service.referrals.kept import PURPOSE

KINDS = ("remind", "check_in", "waiting", "again", "outcome")
WAYS = ("message", "task")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class FollowUp(Base):
    """One thing that is done once of an introduction. What a person answers is sealed at `follow_up:<id>:answer`."""

    __tablename__ = "follow_up"
    __table_args__ = (
        UniqueConstraint("introduction_id", "kind", "which"),
        CheckConstraint(_one_of("kind", KINDS), name="kind"),
        CheckConstraint(_one_of("way", WAYS), name="way"),
    )

    id: Mapped[Id]
    introduction_id: Mapped[UUID] = mapped_column(ForeignKey("introduction.id"))
    kind: Mapped[Code]
    which: Mapped[str] = mapped_column(String(60))  # hours and date of a reminder, week of a check-in
    way: Mapped[Code] = mapped_column(default="message")  # a task where no message may go
    at: Mapped[At]
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)


classify(
    Base.metadata,
    {
        "follow_up": table(
            internal="id introduction_id kind which way at answered_at",
            health="answer",
            sealed="answer",
            purpose=PURPOSE,
            kind="referrals",
        )
    },
)
