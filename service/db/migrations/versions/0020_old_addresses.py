"""Addresses of an old directory: each leads to the listing that stood there."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "old_address",
        sa.Column("path", sa.String(length=500), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_old_address_group_id_group"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_old_address")),
    )
    op.create_index(op.f("ix_old_address_group_id"), "old_address", ["group_id"], unique=False)


def downgrade() -> None:
    op.drop_table("old_address")
