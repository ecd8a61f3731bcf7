"""What editors change in the taxonomy, act by act."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ACTS = (
    "'add', 'label', 'definition', 'move', 'word_add', 'word_remove', 'word_refuse', 'map_open_active', "
    "'map_open_eligibility', 'retire', 'merge_into'"
)


def upgrade() -> None:
    op.create_table(
        "term_change",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("stamp", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("act", sa.String(length=60), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("under", sa.String(length=80), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_role", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(f"act IN ({ACTS})", name=op.f("ck_term_change_act")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_term_change")),
    )
    op.create_index(op.f("ix_term_change_code"), "term_change", ["code"], unique=False)
    op.create_index(op.f("ix_term_change_stamp"), "term_change", ["stamp"], unique=False)
    op.create_table(
        "term_move",
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("had_both", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["change"], ["term_change.number"], name=op.f("fk_term_move_change_term_change"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_term_move_group_id_group"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("change", "group_id", name=op.f("pk_term_move")),
    )
    op.create_index(op.f("ix_term_move_group_id"), "term_move", ["group_id"], unique=False)
    op.add_column("term", sa.Column("replaced_by", sa.String(length=80), nullable=True))


def downgrade() -> None:
    op.drop_column("term", "replaced_by")
    op.drop_index(op.f("ix_term_move_group_id"), table_name="term_move")
    op.drop_table("term_move")
    op.drop_index(op.f("ix_term_change_stamp"), table_name="term_change")
    op.drop_index(op.f("ix_term_change_code"), table_name="term_change")
    op.drop_table("term_change")
