"""Who added a person and who decides for them; what people ask for on their own pages."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0024"
down_revision: str | None = "0023"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ADDED_BY = "fk_person_added_by_user_id_user_account"


def upgrade() -> None:
    with op.batch_alter_table("person") as table:
        table.add_column(sa.Column("representative", sa.LargeBinary(), nullable=True))
        table.add_column(sa.Column("added_by_user_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(op.f(ADDED_BY), "user_account", ["added_by_user_id"], ["id"], ondelete="SET NULL")
        table.create_index(op.f("ix_person_added_by_user_id"), ["added_by_user_id"])
    op.create_table(
        "person_ask",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('copy', 'erasure')", name=op.f("ck_person_ask_kind")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_ask_person_id_person")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_person_ask_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_ask")),
    )
    op.create_index(op.f("ix_person_ask_person_id"), "person_ask", ["person_id"])
    op.create_index(op.f("ix_person_ask_organisation_id"), "person_ask", ["organisation_id", "done_at"])


def downgrade() -> None:
    op.drop_table("person_ask")
    with op.batch_alter_table("person") as table:
        table.drop_index(op.f("ix_person_added_by_user_id"))
        table.drop_constraint(op.f(ADDED_BY), type_="foreignkey")
        table.drop_column("added_by_user_id")
        table.drop_column("representative")
