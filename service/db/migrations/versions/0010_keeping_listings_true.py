# checks are written on one line by the tool that makes these files
"""Mails that asked whether a listing is still right, whom to ring about one, and the sample of each month."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "chase_sent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_chase_sent_group_id_group"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chase_sent")),
        sa.UniqueConstraint("group_id", "since", "step", name=op.f("uq_chase_sent_group_id_since_step")),
    )
    op.create_table(
        "to_confirm",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Double(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("again_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_to_confirm_group_id_group"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("group_id", name=op.f("pk_to_confirm")),
    )
    op.create_index(op.f("ix_to_confirm_tries"), "to_confirm", ["tries", "place", "group_id"], unique=False)

    op.create_table(
        "truth_sample",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("found", sa.String(length=60), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "found IS NULL OR found IN ('right', 'partly', 'closed', 'not_reached')", name=op.f("ck_truth_sample_found")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_truth_sample_group_id_group"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_truth_sample")),
        sa.UniqueConstraint("month", "group_id", name=op.f("uq_truth_sample_month_group_id")),
    )
    op.create_index(op.f("ix_truth_sample_group_id"), "truth_sample", ["group_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_truth_sample_group_id"), table_name="truth_sample")

    op.drop_table("truth_sample")
    op.drop_index(op.f("ix_to_confirm_tries"), table_name="to_confirm")

    op.drop_table("to_confirm")
    op.drop_table("chase_sent")
