"""Tables of what people outside propose for the catalogue, and of what was seen of the bodies that run groups."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base
from service.db.types import At, Code, Id, Instant

KINDS = ("change", "new", "claim")
STATES = ("open", "accepted", "partly", "rejected")
DOUBTS = ("trap", "form", "fast", "links", "same")
PROOFS = ("link", "phone")
AT_WORK = ("link_worker", "referrer")  # in which role somebody told of a group they heard of
REASONS = ("not_so", "already", "unclear", "not_here", "unkind", "other")
EVIDENCE = (
    "legal_form",
    "safeguarding_policy",
    "record_checks",
    "insurance",
    "risk_assessment",
    "referee",
    "phoned",
    "visited",
)
HASH_BYTES = 32  # SHA-256


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class Proposal(Base):
    """What somebody outside, or at work, proposes. Words and contact are sealed at `proposal:<id>:<column>`."""

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint(_one_of("kind", KINDS), name="kind"),
        CheckConstraint(_one_of("state", STATES), name="state"),
        CheckConstraint(f"doubt IS NULL OR {_one_of('doubt', DOUBTS)}", name="doubt"),
        CheckConstraint(f"reason IS NULL OR {_one_of('reason', REASONS)}", name="reason"),
        CheckConstraint(f"by_role IS NULL OR {_one_of('by_role', AT_WORK)}", name="by_role"),
        CheckConstraint(f"proved_how IS NULL OR {_one_of('proved_how', PROOFS)}", name="proved_how"),
        Index(None, "state", "created_at"),
        Index(None, "token_hash", unique=True),
    )

    id: Mapped[Id]  # made with the form, so that sending it twice proposes once
    kind: Mapped[Code]
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    state: Mapped[Code] = mapped_column(default="open")
    urgent: Mapped[bool] = mapped_column(default=False)  # somebody may be harmed, or stand before a locked door
    doubt: Mapped[str | None] = mapped_column(String(60))  # why it may come from a program: shown last, never refused
    said: Mapped[bytes | None] = mapped_column(LargeBinary)  # field -> text; None: its time is over
    contact: Mapped[bytes | None] = mapped_column(LargeBinary)  # name and e-mail; erased when told, or after 90 days
    text_hash: Mapped[bytes] = mapped_column(LargeBinary(HASH_BYTES))  # the same words again are known by it
    reason: Mapped[str | None] = mapped_column(String(60))  # why it was not taken
    outcome: Mapped[bytes | None] = mapped_column(LargeBinary)  # an editor's word on it
    created_at: Mapped[At]
    token_hash: Mapped[bytes | None] = mapped_column(LargeBinary(HASH_BYTES))  # of the link to the group's own address
    link_until: Mapped[datetime | None] = mapped_column(Instant)
    proved_at: Mapped[datetime | None] = mapped_column(Instant)
    proved_how: Mapped[str | None] = mapped_column(String(60))
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_by: Mapped[UUID | None]
    by_user_id: Mapped[UUID | None]  # who heard of a group at work, in which role and for which organisation
    by_role: Mapped[str | None] = mapped_column(String(60))
    by_organisation_id: Mapped[UUID | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class VettingEvidence(Base):
    """One thing that was seen of a body: a paper, a visit, a call. It names nobody."""

    __tablename__ = "vetting_evidence"
    __table_args__ = (CheckConstraint(_one_of("kind", EVIDENCE), name="kind"),)

    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    kind: Mapped[Code]
    seen_on: Mapped[date]
    until: Mapped[date | None]  # the last day on which it counts
    note: Mapped[str | None] = mapped_column(String(300))
    by_id: Mapped[UUID | None]
    by_role: Mapped[Code]
    noted_at: Mapped[At]
    ended_at: Mapped[datetime | None] = mapped_column(Instant)  # taken back, or newer was seen
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
