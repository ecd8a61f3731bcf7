"""Measures taken with people who are helped, and the licences organisations hold for some of them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0025"
down_revision: str | None = "0024"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

AT, SEALED, CODE = sa.DateTime(timezone=True), sa.LargeBinary(), sa.String(length=60)


def upgrade() -> None:
    op.create_table(
        "assessment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("instrument", CODE, nullable=False),
        sa.Column("version", CODE, nullable=False),
        sa.Column("wording", CODE, nullable=False),
        sa.Column("mode", CODE, nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("answers", SEALED, nullable=False),
        sa.Column("scores", SEALED, nullable=False),
        sa.Column("by_user_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", AT, nullable=False),
        sa.CheckConstraint("mode IN ('self', 'help', 'phone', 'paper')", name=op.f("ck_assessment_mode")),
        sa.CheckConstraint("wording IN ('own', 'published')", name=op.f("ck_assessment_wording")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_assessment_person_id_person")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_assessment_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["by_user_id"], ["user_account.id"], name=op.f("fk_assessment_by_user_id_user_account"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
    )
    op.create_index(op.f("ix_assessment_person_id"), "assessment", ["person_id", "organisation_id", "taken_on", "id"])
    op.create_index(op.f("ix_assessment_organisation_id"), "assessment", ["organisation_id", "instrument"])
    op.create_table(
        "measure_licence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("instrument", CODE, nullable=False),
        sa.Column("number", sa.String(length=300), nullable=False),
        sa.Column("by_user_id", sa.Uuid(), nullable=True),
        sa.Column("entered_at", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_measure_licence_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["by_user_id"],
            ["user_account.id"],
            name=op.f("fk_measure_licence_by_user_id_user_account"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure_licence")),
        sa.UniqueConstraint(
            "organisation_id", "instrument", name=op.f("uq_measure_licence_organisation_id_instrument")
        ),
    )


def downgrade() -> None:
    op.drop_table("measure_licence")
    op.drop_table("assessment")
