"""Tables of lists that are sent by a page, and of feeds that are asked on a clock."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base
from service.db.types import At, Code, Id, Instant, Line

LIST_STATES = ("waiting", "checked", "taking", "done", "failed")
FEED_KINDS = ("hsds", "rpde", "ical")


class SentList(Base):
    """A file that an editor sent: looked at first, then taken in. Erased when done, or after a day."""

    __tablename__ = "sent_list"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'checked', 'taking', 'done', 'failed')", name="state"),
        Index(None, "state", "made_at"),
    )

    id: Mapped[Id]
    source: Mapped[Code]
    name: Mapped[Line]  # of the file
    data: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    mapping: Mapped[dict[str, str]] = mapped_column(JSON)  # heading -> field, as the editor put it right
    trusted: Mapped[bool] = mapped_column(default=False)
    state: Mapped[Code]
    plan: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # what would happen, for the page
    problem: Mapped[str | None] = mapped_column(String(60))
    run_number: Mapped[int | None]
    actor_id: Mapped[UUID | None]
    actor_role: Mapped[Code]
    made_at: Mapped[At]


class Feed(Base):
    """An address that is asked for a source's listings each day, and where it was left."""

    __tablename__ = "import_feed"
    __table_args__ = (
        UniqueConstraint("source"),
        CheckConstraint("kind IN ('hsds', 'rpde', 'ical')", name="kind"),
    )

    id: Mapped[Id]
    source: Mapped[Code]
    kind: Mapped[Code]
    url: Mapped[str] = mapped_column(String(500))
    group_id: Mapped[UUID | None]  # whose dates a calendar holds
    trusted: Mapped[bool] = mapped_column(default=False)
    paused: Mapped[bool] = mapped_column(default=False)
    cursor: Mapped[str | None] = mapped_column(String(2000))  # the next page, while one reading lasts
    marks: Mapped[dict[str, str]] = mapped_column(JSON)  # what the last answer may be asked again with
    failures: Mapped[int] = mapped_column(default=0)  # in a row
    problem: Mapped[str | None] = mapped_column(String(60))
    tried_at: Mapped[datetime | None] = mapped_column(Instant)
    read_at: Mapped[datetime | None] = mapped_column(Instant)  # to its end
    made_at: Mapped[At]


class FeedItem(Base):
    """What a feed said last of one thing, until it is taken in as a whole."""

    __tablename__ = "feed_item"
    __table_args__ = (UniqueConstraint("feed_id", "identifier"),)

    id: Mapped[Id]
    feed_id: Mapped[UUID]
    identifier: Mapped[Line]
    modified: Mapped[str] = mapped_column(String(40))
    data: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # None: withdrawn
