# checks are written on one line by the tool that makes these files
"""Who asked to be rung, and how often what was asked for."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "asked_count",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("area", sa.String(length=20), nullable=False),
        sa.Column("term", sa.String(length=60), nullable=False),
        sa.Column("outcome", sa.String(length=60), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint("outcome IN ('found', 'few', 'none')", name=op.f("ck_asked_count_outcome")),
        sa.PrimaryKeyConstraint("day", "area", "term", "outcome", name=op.f("pk_asked_count")),
    )
    op.create_table(
        "ring_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("number", sa.LargeBinary(), nullable=True),
        sa.Column("about", sa.LargeBinary(), nullable=True),
        sa.Column("suits", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("may_leave_message", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'reached', 'ran_out')", name=op.f("ck_ring_request_state")),
        sa.CheckConstraint("suits IN ('any', 'morning', 'afternoon', 'evening')", name=op.f("ck_ring_request_suits")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ring_request")),
    )
    with op.batch_alter_table("ring_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ring_request_state"), ["state", "asked_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("ring_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ring_request_state"))

    op.drop_table("ring_request")
    op.drop_table("asked_count")
