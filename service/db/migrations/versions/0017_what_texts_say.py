"""What texts seem to say: suggestions refused, interests proposed, listings that look the same, listings made one."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "refused_suggestion",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("at", AT, nullable=False),
        _of_group("refused_suggestion", "group_id"),
        sa.PrimaryKeyConstraint("group_id", "key", name=op.f("pk_refused_suggestion")),
    )
    op.create_table(
        "term_proposal",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["code"], ["term.code"], name=op.f("fk_term_proposal_code_term"), ondelete="CASCADE"),
        _of_group("term_proposal", "group_id"),
        sa.PrimaryKeyConstraint("group_id", "code", name=op.f("pk_term_proposal")),
    )
    op.create_index(op.f("ix_term_proposal_code"), "term_proposal", ["code"], unique=False)
    _pairs()


def _of_group(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["group.id"], name=op.f(f"fk_{table}_{column}_group"), ondelete="CASCADE")


def _pairs() -> None:
    op.create_table(
        "likely_pair",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.Column("second_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("found_at", AT, nullable=False),
        sa.Column("decided_at", AT, nullable=True),
        sa.CheckConstraint("state IN ('open', 'not_same', 'merged')", name=op.f("ck_likely_pair_state")),
        _of_group("likely_pair", "first_id"),
        _of_group("likely_pair", "second_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_likely_pair")),
        sa.UniqueConstraint("first_id", "second_id", name=op.f("uq_likely_pair_first_id_second_id")),
    )
    op.create_index(op.f("ix_likely_pair_second_id"), "likely_pair", ["second_id"], unique=False)
    op.create_index(op.f("ix_likely_pair_state"), "likely_pair", ["state", "score"], unique=False)
    op.create_table(
        "group_merge",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kept_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("kept_version", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=60), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("moved_slugs", sa.JSON(), nullable=False),
        sa.Column("moved_ids", sa.JSON(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("undone_at", AT, nullable=True),
        _of_group("group_merge", "kept_id"),
        _of_group("group_merge", "other_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_merge")),
    )
    op.create_index(op.f("ix_group_merge_kept_id"), "group_merge", ["kept_id"], unique=False)
    op.create_index(op.f("ix_group_merge_other_id"), "group_merge", ["other_id"], unique=False)


def downgrade() -> None:
    for table in ("group_merge", "likely_pair", "term_proposal", "refused_suggestion"):
        op.drop_table(table)
