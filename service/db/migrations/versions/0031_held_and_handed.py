"""How many new people a group can welcome in a week, and who is held back until there is room."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0031"
down_revision: str | None = "0029"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("group") as group:
        group.add_column(sa.Column("new_people_a_week", sa.Integer(), nullable=True))
    with op.batch_alter_table("introduction") as introduction:
        introduction.add_column(sa.Column("asks_on", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("introduction") as introduction:
        introduction.drop_column("asks_on")
    with op.batch_alter_table("group") as group:
        group.drop_column("new_people_a_week")
