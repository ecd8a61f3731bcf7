# checks are written on one line by the tool that makes these files
"""Lists that editors send by a page, and addresses that are asked for listings each day."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "sent_list",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("trusted", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("plan", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("problem", sa.String(length=60), nullable=True),
        sa.Column("run_number", sa.Integer(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_role", sa.String(length=60), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'checked', 'taking', 'done', 'failed')", name=op.f("ck_sent_list_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sent_list")),
    )
    op.create_index(op.f("ix_sent_list_state"), "sent_list", ["state", "made_at"], unique=False)
    op.create_table(
        "import_feed",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("trusted", sa.Boolean(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("cursor", sa.String(length=2000), nullable=True),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(length=60), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('hsds', 'rpde', 'ical')", name=op.f("ck_import_feed_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_feed")),
        sa.UniqueConstraint("source", name=op.f("uq_import_feed_source")),
    )
    op.create_table(
        "feed_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("feed_id", sa.Uuid(), nullable=False),
        sa.Column("identifier", sa.String(length=300), nullable=False),
        sa.Column("modified", sa.String(length=40), nullable=False),
        sa.Column("data", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_item")),
        sa.UniqueConstraint("feed_id", "identifier", name=op.f("uq_feed_item_feed_id_identifier")),
    )


def downgrade() -> None:
    op.drop_table("feed_item")
    op.drop_table("import_feed")
    op.drop_index(op.f("ix_sent_list_state"), table_name="sent_list")
    op.drop_table("sent_list")
