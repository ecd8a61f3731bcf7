"""Kinds of days on which a group does not meet, and meetings that were moved."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("group_session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rests", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("moved", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("group_session", schema=None) as batch_op:  # rows that are there have it now
        batch_op.alter_column("rests", server_default=None)
        batch_op.alter_column("moved", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("group_session", schema=None) as batch_op:
        batch_op.drop_column("moved")
        batch_op.drop_column("rests")
