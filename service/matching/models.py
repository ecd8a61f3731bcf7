"""The one table of matching: how often something was asked for, counted so coarsely that it tells of nobody."""

from datetime import date

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base
from service.db.classes import classify
from service.db.types import Code
from service.matching.kept import TABLES

OUTCOMES = ("found", "few", "none")


class AskedCount(Base):
    """How many searches of one day named one term in one district, and what became of them.

    No word, no id, no time of day. On SQLite this table is used in a file of its own.
    """

    __tablename__ = "asked_count"
    __table_args__ = (CheckConstraint(f"outcome IN ({', '.join(map(repr, OUTCOMES))})", name="outcome"),)

    day: Mapped[date] = mapped_column(primary_key=True)
    area: Mapped[str] = mapped_column(String(20), primary_key=True)  # a postcode district; "" where none was said
    term: Mapped[Code] = mapped_column(primary_key=True)  # a code of the taxonomy
    outcome: Mapped[Code] = mapped_column(primary_key=True)
    n: Mapped[int]


classify(Base.metadata, TABLES)
