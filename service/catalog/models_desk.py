"""Tables of the editor's desk: filters kept, what was typed and not saved, changes to many listings, rules, figures."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.catalog import models_reading  # noqa: F401  # its tables are of the desk too
from service.db import Base
from service.db.types import At, Code, Id, Instant

BULK_STATES = ("running", "done", "undoing", "undone")
# What an editor's list asks of groups, in one index in its order: the rows themselves are ten times as wide.
LOOKED_UP = (
    "name",
    "id",
    "status",
    "last_confirmed_on",
    "organisation_id",
    "source",
    "price_pence",
    "mode",
    "nationwide",
)
LINE_STATES = ("waiting", "done", "same", "refused", "undone", "left")


class SavedFilter(Base):
    """A way of looking at the listings that one editor keeps under a name."""

    __tablename__ = "saved_filter"
    __table_args__ = (UniqueConstraint("user_id", "name"),)

    id: Mapped[Id]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    name: Mapped[Code]
    query: Mapped[str] = mapped_column(String(1000))  # as it stands in the address
    made_at: Mapped[At]


class BulkEdit(Base):
    """One change made to many listings. Whoever takes it up reads from its lines what is left to do."""

    __tablename__ = "bulk_edit"
    __table_args__ = (
        CheckConstraint("state IN ('running', 'done', 'undoing', 'undone')", name="state"),
        Index(None, "state"),
        Index(None, "made_at"),
    )

    id: Mapped[Id]
    wish: Mapped[dict[str, str]] = mapped_column(JSON)  # what shall change, as `bulk.Wish` writes itself
    reason: Mapped[str | None] = mapped_column(Text)
    state: Mapped[Code]
    actor_id: Mapped[UUID | None]
    actor_role: Mapped[Code]
    undone_by: Mapped[UUID | None]
    undone_role: Mapped[str | None] = mapped_column(String(60))
    made_at: Mapped[At]
    finished_at: Mapped[datetime | None] = mapped_column(Instant)


class BulkLine(Base):
    """What became of one listing of such a change."""

    __tablename__ = "bulk_line"
    __table_args__ = (
        UniqueConstraint("edit_id", "position"),
        CheckConstraint("state IN ('waiting', 'done', 'same', 'refused', 'undone', 'left')", name="state"),
        Index(None, "edit_id", "state"),
    )

    id: Mapped[Id]
    edit_id: Mapped[UUID] = mapped_column(ForeignKey("bulk_edit.id", ondelete="CASCADE"))
    position: Mapped[int]
    group_id: Mapped[UUID] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    seen: Mapped[int]  # the version that was shown before it was saved
    state: Mapped[Code]
    made: Mapped[int | None]  # the version that this change made
    problem: Mapped[str | None] = mapped_column(String(60))
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # rows as they were, to put back


class CatalogRule(Base):
    """One row: what an administrator has decided about keeping the catalogue."""

    __tablename__ = "catalog_rule"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    second_pair: Mapped[bool] = mapped_column(default=False)  # nobody publishes what they wrote themselves


class EditorScope(Base):
    """What one editor keeps; whoever has no row keeps the whole catalogue."""

    __tablename__ = "editor_scope"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True)
    districts: Mapped[list[str]] = mapped_column(JSON)  # beginnings of postcodes, in capitals
    organisation_ids: Mapped[list[str]] = mapped_column(JSON)
    at: Mapped[At]


class EditDraft(Base):
    """The form as it was typed, on the version it was typed on; gone when it is saved, or after a month."""

    __tablename__ = "edit_draft"
    __table_args__ = (UniqueConstraint("group_id", "user_id"),)

    id: Mapped[Id]
    group_id: Mapped[UUID] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    version: Mapped[int]
    typed: Mapped[dict[str, Any]] = mapped_column(JSON)
    kept_at: Mapped[At]


class CountedCoverage(Base):
    """One row: what was known of the listings when a job counted."""

    __tablename__ = "counted_coverage"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    counted_at: Mapped[At]
    sequence: Mapped[int]  # the catalogue's last change that is in it
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)  # as `counted.written`
