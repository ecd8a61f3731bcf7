"""Who told of a group they heard of at work, and the line of a plan that waits for its listing."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0035"
down_revision: str | None = "0034"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TOLD_BY = ("by_user_id", "by_role", "by_organisation_id")


def upgrade() -> None:
    with op.batch_alter_table("proposal") as batch:
        batch.add_column(sa.Column("by_user_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("by_role", sa.String(60), nullable=True))
        batch.add_column(sa.Column("by_organisation_id", sa.Uuid(), nullable=True))
        batch.create_check_constraint(
            op.f("ck_proposal_by_role"), "by_role IS NULL OR by_role IN ('link_worker', 'referrer')"
        )
    with op.batch_alter_table("plan_goal") as batch:
        batch.add_column(sa.Column("proposal_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("plan_goal") as batch:
        batch.drop_column("proposal_id")
    with op.batch_alter_table("proposal") as batch:
        batch.drop_constraint(op.f("ck_proposal_by_role"), type_="check")
        for name in reversed(TOLD_BY):
            batch.drop_column(name)
