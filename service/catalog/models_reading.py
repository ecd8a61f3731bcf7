"""Tables of what texts seem to say: suggestions that were refused, pairs that look the same, groups made one."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base
from service.db.types import At, Code, Id, Instant

PAIR_STATES = ("open", "not_same", "merged")


class RefusedSuggestion(Base):
    """What an editor said a listing's text does not mean; it is not suggested again."""

    __tablename__ = "refused_suggestion"

    group_id: Mapped[UUID] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(String(16), primary_key=True)  # of kind and value
    at: Mapped[At]


class TermProposal(Base):
    """An interest that a listing probably has, by its words and what editors taught; made anew each night."""

    __tablename__ = "term_proposal"

    group_id: Mapped[UUID] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), primary_key=True)
    code: Mapped[str] = mapped_column(ForeignKey("term.code", ondelete="CASCADE"), primary_key=True, index=True)
    confidence: Mapped[float]  # (0, 1]


class InterestLook(Base):
    """When a listing was last looked at for interests: again when its version is another, and after each learning."""

    __tablename__ = "interest_look"

    group_id: Mapped[UUID] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int]
    words: Mapped[dict[str, list[str]]] = mapped_column(JSON)  # of each proposal, the words that made it
    found_at: Mapped[datetime] = mapped_column(Instant, index=True)  # since when something new is proposed


class LikelyPair(Base):
    """Two listings that are probably one group, the smaller id first, and what an editor decided."""

    __tablename__ = "likely_pair"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        CheckConstraint("state IN ('open', 'not_same', 'merged')", name="state"),
        Index(None, "state", "score"),
    )

    id: Mapped[Id]
    first_id: Mapped[UUID] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    second_id: Mapped[UUID] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    score: Mapped[float]  # (0, 1]
    why: Mapped[list[str]] = mapped_column(JSON)
    state: Mapped[Code] = mapped_column(default="open")
    found_at: Mapped[At]
    decided_at: Mapped[datetime | None] = mapped_column(Instant)


class GroupMerge(Base):
    """One group taken into another, with what is needed to take it back."""

    __tablename__ = "group_merge"
    __table_args__ = (Index(None, "kept_id"),)

    id: Mapped[Id]
    kept_id: Mapped[UUID] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    other_id: Mapped[UUID] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    kept_version: Mapped[int | None]  # the save that united them; None where nothing was different
    status: Mapped[Code]  # of the other, before
    slug: Mapped[str] = mapped_column(String(120))  # of the other, before
    moved_slugs: Mapped[list[str]] = mapped_column(JSON)
    moved_ids: Mapped[list[str]] = mapped_column(JSON)  # external ids
    at: Mapped[At]
    undone_at: Mapped[datetime | None] = mapped_column(Instant)
