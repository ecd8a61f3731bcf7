"""Links by which leaders keep their own listing true."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "listing_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=60), nullable=True),
        sa.CheckConstraint("purpose IN ('confirm', 'off')", name=op.f("ck_listing_link_purpose")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_listing_link_group_id_group"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_listing_link_token_hash")),
    )
    op.create_index(op.f("ix_listing_link_group_id"), "listing_link", ["group_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_listing_link_group_id"), table_name="listing_link")

    op.drop_table("listing_link")
