"""Which districts and organisations an editor keeps; saves are found by who made them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "editor_scope",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("districts", sa.JSON(), nullable=False),
        sa.Column("organisation_ids", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_editor_scope_user_id_user_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_editor_scope")),
    )
    op.create_index(op.f("ix_revision_actor_id"), "revision", ["actor_id", "version"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_revision_actor_id"), table_name="revision")
    op.drop_table("editor_scope")
