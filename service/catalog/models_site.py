"""The table of what this installation is called, where it is and how it looks. One row, or none yet."""

from sqlalchemy import JSON, CheckConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base

ONLY = 1  # the one id there is


class Site(Base):
    """What an administrator set on the page. None: what the environment says holds, or the default."""

    __tablename__ = "site"
    __table_args__ = (CheckConstraint(f"id = {ONLY}", name="one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str | None] = mapped_column(String(40))
    operator: Mapped[str | None] = mapped_column(String(120))  # who runs it and answers for what is kept
    contact: Mapped[str | None] = mapped_column(String(200))  # an e-mail or web address, or a telephone number
    country: Mapped[str | None] = mapped_column(String(2))
    area: Mapped[str | None] = mapped_column(String(200))
    colour: Mapped[str | None] = mapped_column(String(7))  # as #6b2a57
    languages: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    logo: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)  # WebP
    logo_width: Mapped[int | None]  # pixels
    logo_height: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
