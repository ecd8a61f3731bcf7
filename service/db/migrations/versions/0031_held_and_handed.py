"""How many new people a group can welcome in a week, and who is held back until there is room;
fields that a record system fills in.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0031"
down_revision: str | None = "0030"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("group") as group:
        group.add_column(sa.Column("new_people_a_week", sa.Integer(), nullable=True))
    with op.batch_alter_table("introduction") as introduction:
        introduction.add_column(sa.Column("asks_on", sa.Date(), nullable=True))
    op.create_table(
        "prefill",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("by_key_id", sa.Uuid(), nullable=True),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("filled", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_key_id"], ["api_key.id"], name=op.f("fk_prefill_by_key_id_api_key"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_prefill_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prefill")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_prefill_token_hash")),
    )
    op.create_index(op.f("ix_prefill_expires_at"), "prefill", ["expires_at"], unique=False)


def downgrade() -> None:
    op.drop_table("prefill")
    with op.batch_alter_table("introduction") as introduction:
        introduction.drop_column("asks_on")
    with op.batch_alter_table("group") as group:
        group.drop_column("new_people_a_week")
