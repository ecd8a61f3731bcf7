"""When whoever helps was told to ask the questions again; and room for everything that may be raised at once."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0033"
down_revision: str | None = "0032"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("assessment") as batch:
        batch.add_column(sa.Column("asked_again_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("referral") as batch:
        batch.alter_column("raised", existing_type=sa.String(60), type_=sa.String(200), existing_nullable=True)


def downgrade() -> None:
    # What came up last is given up first: the column held less.
    op.execute("UPDATE referral SET raised = NULLIF(TRIM(REPLACE(' ' || raised || ' ', ' measure ', ' ')), '')")
    op.execute("UPDATE referral SET raised_on = NULL WHERE raised IS NULL")
    with op.batch_alter_table("referral") as batch:
        batch.alter_column("raised", existing_type=sa.String(200), type_=sa.String(60), existing_nullable=True)
    with op.batch_alter_table("assessment") as batch:
        batch.drop_column("asked_again_at")
