# checks are written on one line by the tool that makes these files
"""Short and former addresses of groups, pictures of their doors, and what visitors say is wrong."""

from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ALPHABET = "23456789bcdfghjkmnpqrstvwxz"
LENGTH = 8
CHUNK = 1000  # rows in one statement


def upgrade() -> None:
    op.create_table(
        "former_slug",
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_former_slug_group_id_group"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_former_slug")),
    )
    op.create_index(op.f("ix_former_slug_group_id"), "former_slug", ["group_id"], unique=False)
    op.create_table(
        "group_picture",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("shows", sa.String(length=60), nullable=False),
        sa.Column("alternative", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("alternative <> ''", name=op.f("ck_group_picture_alternative")),
        sa.CheckConstraint("kind IN ('image/jpeg', 'image/png', 'image/webp')", name=op.f("ck_group_picture_kind")),
        sa.CheckConstraint("shows IN ('door', 'room')", name=op.f("ck_group_picture_shows")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_group_picture_group_id_group"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_picture")),
        sa.UniqueConstraint("group_id", "shows", name=op.f("uq_group_picture_group_id_shows")),
    )
    op.create_table(
        "report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("wrong", sa.String(length=60), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("contact", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'done', 'not_so')", name=op.f("ck_report_state")),
        sa.CheckConstraint(
            "wrong IN ('times', 'place', 'cost', 'closed', 'contact', 'access', 'unsafe', 'other')",
            name=op.f("ck_report_wrong"),
        ),
        sa.ForeignKeyConstraint(["group_id"], ["group.id"], name=op.f("fk_report_group_id_group"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
    )
    op.create_index(op.f("ix_report_group_id"), "report", ["group_id"], unique=False)
    op.create_index(op.f("ix_report_state"), "report", ["state", "created_at"], unique=False)
    # Not in a batch: that would make the table anew, without its checks.
    op.add_column("group", sa.Column("short_code", sa.String(length=12), nullable=True))
    _give_codes(op.get_bind())
    op.create_index(op.f("ix_group_short_code"), "group", ["short_code"], unique=True)


def downgrade() -> None:
    op.drop_index(op.f("ix_group_short_code"), table_name="group")
    op.drop_column("group", "short_code")
    op.drop_table("report")
    op.drop_table("group_picture")
    op.drop_table("former_slug")


def _give_codes(connection: sa.Connection) -> None:
    """Give every group the code that its id makes; of two alike, the one with the higher id gets the next."""
    group = sa.table("group", sa.column("id", sa.Uuid()), sa.column("short_code", sa.String()))
    taken: set[str] = set()
    rows = []
    for group_id in connection.scalars(sa.select(group.c.id).order_by(group.c.id)).all():
        attempt = 0
        while (code := _code(group_id, attempt)) in taken:
            attempt += 1
        taken.add(code)
        rows.append({"of": group_id, "code": code})
    change = sa.update(group).where(group.c.id == sa.bindparam("of")).values(short_code=sa.bindparam("code"))
    for start in range(0, len(rows), CHUNK):
        connection.execute(change, rows[start : start + CHUNK])


def _code(group_id: UUID, attempt: int) -> str:
    """As service/catalog/short_codes.py makes it on the day of this migration."""
    number = int.from_bytes(sha256(f"{attempt}:{group_id.hex}".encode()).digest()[:16], "big")
    letters = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)
