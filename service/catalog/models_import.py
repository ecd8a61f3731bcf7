"""Tables of imports: who sends lists, each reading of one, what became of every row, what was said last; old pages."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.catalog.old_paths import LONGEST
from service.db import Base
from service.db.types import At, Code, Id, Instant, Line

RUN_STATES = ("running", "done", "undoing", "undone")
OUTCOMES = ("new", "changed", "same", "removed", "refused", "kept")


class ImportSource(Base):
    """Whose lists are read: under this name they are known again."""

    __tablename__ = "import_source"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[Id]
    name: Mapped[Code]
    mapping: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)  # heading -> field, as last used
    trusted: Mapped[bool] = mapped_column(default=False)  # its new listings are shown without an editor's look
    created_at: Mapped[At]


class ImportRun(Base):
    """One reading of one file; `done_rows` says where a killed one goes on."""

    __tablename__ = "import_run"
    __table_args__ = (
        CheckConstraint("state IN ('running', 'done', 'undoing', 'undone')", name="state"),
        Index(None, "source_id", "started_at"),
    )

    id: Mapped[Id]
    source_id: Mapped[UUID] = mapped_column(ForeignKey("import_source.id", ondelete="CASCADE"))
    number: Mapped[int]  # of the runs of its source, from 1
    state: Mapped[Code]
    kind: Mapped[Code]
    digest: Mapped[str] = mapped_column(String(64))  # of the file and how it was read
    trusted: Mapped[bool]
    done_rows: Mapped[int]
    counts: Mapped[dict[str, int]] = mapped_column(JSON)  # outcome -> rows
    actor_id: Mapped[UUID | None]
    actor_role: Mapped[Code]
    started_at: Mapped[At]
    finished_at: Mapped[datetime | None] = mapped_column(Instant)


class ImportLine(Base):
    """What became of one row; rows that said nothing new have none."""

    __tablename__ = "import_line"
    __table_args__ = (
        CheckConstraint("outcome IN ('new', 'changed', 'same', 'removed', 'refused', 'kept')", name="outcome"),
        Index(None, "run_id", "row"),
    )

    id: Mapped[Id]
    run_id: Mapped[UUID] = mapped_column(ForeignKey("import_run.id", ondelete="CASCADE"))
    row: Mapped[int]  # of the file; 0: it is in no row any more
    identifier: Mapped[Line | None]
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    outcome: Mapped[Code]
    difference: Mapped[dict[str, Any]] = mapped_column(JSON)  # field -> [before, after], as it was written
    kept: Mapped[dict[str, Any]] = mapped_column(JSON)  # field -> [said now, an editor's]: left as it is
    conflicts: Mapped[dict[str, Any]] = mapped_column(JSON)  # the same, where the source says something new
    remarks: Mapped[list[Any]] = mapped_column(JSON)  # [column, code, figures]
    base: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # what was said before this run
    undone: Mapped[bool] = mapped_column(default=False)


class Imported(Base):
    """What a source said last of one group, under the source's own id."""

    __tablename__ = "imported"
    __table_args__ = (UniqueConstraint("source_id", "identifier"),)

    id: Mapped[Id]
    source_id: Mapped[UUID] = mapped_column(ForeignKey("import_source.id", ondelete="CASCADE"))
    identifier: Mapped[Line]
    group_id: Mapped[UUID] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    said: Mapped[dict[str, Any]] = mapped_column(JSON)  # field -> value
    gone: Mapped[bool] = mapped_column(default=False)  # the source has it no more
    status_before: Mapped[str | None] = mapped_column(String(60))  # it was archived for that; what it was


class OldAddress(Base):
    """Where a listing stood in an old directory: a path as `old_paths` makes it plain. It leads to the group."""

    __tablename__ = "old_address"

    path: Mapped[str] = mapped_column(String(LONGEST), primary_key=True)
    group_id: Mapped[UUID] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    made_at: Mapped[At]
