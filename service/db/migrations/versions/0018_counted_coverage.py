"""What is known of many listings is counted by a job and kept."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "counted_coverage",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_counted_coverage_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counted_coverage")),
    )


def downgrade() -> None:
    op.drop_table("counted_coverage")
