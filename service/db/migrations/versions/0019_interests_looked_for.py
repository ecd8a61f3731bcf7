"""Which listings were looked at for interests, at which version, and the words that made each proposal."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "interest_look",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_interest_look_group_id_group"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("group_id", name=op.f("pk_interest_look")),
    )
    op.create_index(op.f("ix_interest_look_found_at"), "interest_look", ["found_at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_interest_look_found_at"), table_name="interest_look")
    op.drop_table("interest_look")
