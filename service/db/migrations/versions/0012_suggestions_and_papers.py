# ruff: noqa: E501  # checks are written on one line by the tool that makes these files
"""What people outside suggest, and what was seen of the bodies that run groups."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "vetting_evidence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("by_role", sa.String(length=60), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('legal_form', 'safeguarding_policy', 'record_checks', 'insurance', 'risk_assessment', 'referee', 'phoned', 'visited')",
            name=op.f("ck_vetting_evidence_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_vetting_evidence_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vetting_evidence")),
    )
    op.create_index(op.f("ix_vetting_evidence_organisation_id"), "vetting_evidence", ["organisation_id"], unique=False)

    op.create_table(
        "proposal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("doubt", sa.String(length=60), nullable=True),
        sa.Column("said", sa.LargeBinary(), nullable=True),
        sa.Column("contact", sa.LargeBinary(), nullable=True),
        sa.Column("text_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=True),
        sa.Column("outcome", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("link_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proved_how", sa.String(length=60), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "doubt IS NULL OR doubt IN ('trap', 'form', 'fast', 'links', 'same')", name=op.f("ck_proposal_doubt")
        ),
        sa.CheckConstraint("kind IN ('change', 'new', 'claim')", name=op.f("ck_proposal_kind")),
        sa.CheckConstraint(
            "proved_how IS NULL OR proved_how IN ('link', 'phone')", name=op.f("ck_proposal_proved_how")
        ),
        sa.CheckConstraint(
            "reason IS NULL OR reason IN ('not_so', 'already', 'unclear', 'not_here', 'unkind', 'other')",
            name=op.f("ck_proposal_reason"),
        ),
        sa.CheckConstraint("state IN ('open', 'accepted', 'partly', 'rejected')", name=op.f("ck_proposal_state")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_proposal_group_id_group"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    op.create_index(op.f("ix_proposal_group_id"), "proposal", ["group_id"], unique=False)
    op.create_index(op.f("ix_proposal_state"), "proposal", ["state", "created_at"], unique=False)
    op.create_index(op.f("ix_proposal_token_hash"), "proposal", ["token_hash"], unique=True)


def downgrade() -> None:
    op.drop_index(op.f("ix_proposal_token_hash"), table_name="proposal")
    op.drop_index(op.f("ix_proposal_state"), table_name="proposal")
    op.drop_index(op.f("ix_proposal_group_id"), table_name="proposal")

    op.drop_table("proposal")
    op.drop_index(op.f("ix_vetting_evidence_organisation_id"), table_name="vetting_evidence")

    op.drop_table("vetting_evidence")
