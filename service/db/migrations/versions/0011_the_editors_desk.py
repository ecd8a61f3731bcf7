"""The editor's desk: filters somebody keeps, changes to many listings at once, who publishes, and ways to find."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

AT = sa.DateTime(timezone=True)
LOOKED_UP = [
    "name",
    "id",
    "status",
    "last_confirmed_on",
    "organisation_id",
    "source",
    "price_pence",
    "mode",
    "nationwide",
]
WAYS = (
    ("ix_group_name", "group", LOOKED_UP),
    ("ix_group_changed_at", "group", ["changed_at", "id"]),
    ("ix_group_source", "group", ["source"]),
    ("ix_location_city", "location", ["city", "region", "postal_code"]),
)


def upgrade() -> None:
    op.create_table(
        "saved_filter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("query", sa.String(length=1000), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_saved_filter_user_id_user_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filter")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_saved_filter_user_id_name")),
    )
    op.create_table(
        "catalog_rule",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("second_pair", sa.Boolean(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_catalog_rule_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_rule")),
    )
    _bulk()
    for name, table, columns in WAYS:
        op.create_index(op.f(name), table, columns, unique=False)


def _bulk() -> None:
    op.create_table(
        "bulk_edit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("wish", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_role", sa.String(length=60), nullable=False),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.Column("undone_role", sa.String(length=60), nullable=True),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("finished_at", AT, nullable=True),
        sa.CheckConstraint("state IN ('running', 'done', 'undoing', 'undone')", name=op.f("ck_bulk_edit_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_edit")),
    )
    op.create_index(op.f("ix_bulk_edit_state"), "bulk_edit", ["state"], unique=False)
    op.create_index(op.f("ix_bulk_edit_made_at"), "bulk_edit", ["made_at"], unique=False)
    op.create_table(
        "bulk_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("edit_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("made", sa.Integer(), nullable=True),
        sa.Column("problem", sa.String(length=60), nullable=True),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'done', 'same', 'refused', 'undone', 'left')", name=op.f("ck_bulk_line_state")
        ),
        sa.ForeignKeyConstraint(
            ["edit_id"], ["bulk_edit.id"], name=op.f("fk_bulk_line_edit_id_bulk_edit"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_bulk_line_group_id_group"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_line")),
        sa.UniqueConstraint("edit_id", "position", name=op.f("uq_bulk_line_edit_id_position")),
    )
    op.create_index(op.f("ix_bulk_line_edit_id"), "bulk_line", ["edit_id", "state"], unique=False)
    op.create_index(op.f("ix_bulk_line_group_id"), "bulk_line", ["group_id"], unique=False)


def downgrade() -> None:
    for name, table, _columns in reversed(WAYS):
        op.drop_index(op.f(name), table_name=table)
    op.drop_index(op.f("ix_bulk_line_group_id"), table_name="bulk_line")
    op.drop_index(op.f("ix_bulk_line_edit_id"), table_name="bulk_line")
    op.drop_table("bulk_line")
    op.drop_index(op.f("ix_bulk_edit_made_at"), table_name="bulk_edit")
    op.drop_index(op.f("ix_bulk_edit_state"), table_name="bulk_edit")
    op.drop_table("bulk_edit")
    op.drop_table("catalog_rule")
    op.drop_table("saved_filter")
