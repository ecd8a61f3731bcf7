"""Tables of what editors change in the taxonomy: one row an act, and the listings that went along with it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base
from service.db.types import At, Code, Instant

ACTS = (
    "add",
    "label",
    "definition",
    "move",
    "word_add",
    "word_remove",
    "word_refuse",
    "map_open_active",
    "map_open_eligibility",
    "retire",
    "merge_into",
)


class TermChange(Base):
    """One act on one term. Acts are laid over the files of the taxonomy in the order of their numbers."""

    __tablename__ = "term_change"
    __table_args__ = (CheckConstraint(f"act IN ({', '.join(map(repr, ACTS))})", name="act"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # of the catalogue's change it is
    stamp: Mapped[int] = mapped_column(index=True)  # of the change that made it, or took it back
    code: Mapped[str] = mapped_column(String(80), index=True)
    act: Mapped[Code]
    value: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(10), default="en")
    under: Mapped[str] = mapped_column(String(80), default="")  # a second term: broader, or standing for it
    actor_id: Mapped[UUID | None]
    actor_role: Mapped[Code]
    reason: Mapped[str | None] = mapped_column(Text)
    at: Mapped[At]
    undone_at: Mapped[datetime | None] = mapped_column(Instant)
    undone_by: Mapped[UUID | None]


class TermMove(Base):
    """A listing that carried a term when it was retired or merged, and how: so that it can be given back."""

    __tablename__ = "term_move"

    change: Mapped[int] = mapped_column(ForeignKey("term_change.number", ondelete="CASCADE"), primary_key=True)
    group_id: Mapped[UUID] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), primary_key=True, index=True)
    source: Mapped[Code]
    weight: Mapped[float]
    had_both: Mapped[bool]  # it carried the other term as well
