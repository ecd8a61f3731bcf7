"""Who helps a person, what is needed next, and who may know; private links of people who are helped."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

AT, SEALED, HASH = sa.DateTime(timezone=True), sa.LargeBinary(), sa.LargeBinary(length=32)
Columns = tuple[tuple[str, sa.types.TypeEngine[Any]], ...]
PERSON: Columns = (
    ("contact_notes", SEALED),
    ("born", SEALED),
    ("interpreter", sa.String(length=10)),
    ("story", SEALED),
    ("name_hash", HASH),
    ("contact_hash", HASH),
    ("changed_at", AT),
)
REFERRAL: Columns = (
    ("reasons", SEALED),
    ("replaces_id", sa.Uuid()),
    ("close_reason", sa.String(length=60)),
    ("need", sa.String(length=60)),
    ("need_rank", sa.Integer()),
    ("due_on", sa.Date()),
    ("raised", sa.String(length=60)),
    ("raised_on", sa.Date()),
    ("closed_at", AT),
)
INTRODUCTION: Columns = (
    ("own_words", SEALED),
    ("host", SEALED),
    ("first_date", AT),
    ("last_attended_on", sa.Date()),
    ("position", sa.Integer()),
    ("full_until", sa.Date()),
)
SOURCES = "source IN ('web', 'api', 'slip', 'self', 'list')"
CLOSED = (
    "close_reason IS NULL OR close_reason IN ('goals_met', 'settled_in_group', 'declined', 'uncontactable', "
    "'moved_away', 'no_suitable_group', 'group_full_or_closed', 'unsuitable_or_unsafe', 'escalated_clinical', "
    "'escalated_safeguarding', 'died', 'duplicate', 'lapsed')"
)
OLD, NEW = "purpose IN ('introduction')", "purpose IN ('introduction', 'link_work', 'tell_referrer', 'measures')"
CASELOADS = {"own": "organisation_id", "service": "service_organisation_id"}
KNOWN = {"name": "name_hash", "contact": "contact_hash"}


def upgrade() -> None:
    with op.batch_alter_table("person") as table:
        for name, kind in PERSON:
            table.add_column(sa.Column(name, kind, nullable=True))
        table.add_column(sa.Column("language", sa.String(length=10), nullable=False, server_default="en"))
        for by, name in KNOWN.items():
            table.create_index(op.f(f"ix_person_known_{by}"), ["organisation_id", name])
    with op.batch_alter_table("consent") as table:
        table.add_column(sa.Column("organisation_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(
            op.f("fk_consent_organisation_id_organisation"), "organisation", ["organisation_id"], ["id"]
        )
        table.create_index(op.f("ix_consent_organisation_id"), ["organisation_id"])
        table.alter_column("group_id", existing_type=sa.Uuid(), nullable=True)
        table.create_check_constraint(op.f("ck_consent_recipient"), "(group_id IS NULL) <> (organisation_id IS NULL)")
        table.drop_constraint(op.f("ck_consent_purpose"), type_="check")
        table.create_check_constraint(op.f("ck_consent_purpose"), NEW)
    _referral()
    with op.batch_alter_table("referral") as table:  # rows that are there have it now
        table.alter_column("wants", existing_type=sa.JSON(), existing_nullable=False, server_default=None)
    with op.batch_alter_table("introduction") as table:
        for name, kind in INTRODUCTION:
            table.add_column(sa.Column(name, kind, nullable=True))
        table.add_column(sa.Column("attended", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("leader_link") as table:
        table.add_column(sa.Column("purpose", sa.String(length=60), nullable=False, server_default="answer"))
        table.create_check_constraint(op.f("ck_leader_link_purpose"), "purpose IN ('answer', 'attendance', 'question')")
    _person_link()


def _referral() -> None:
    with op.batch_alter_table("referral") as table:
        for name, kind in REFERRAL:
            table.add_column(sa.Column(name, kind, nullable=True))
        table.add_column(sa.Column("service_organisation_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("owner_user_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("source", sa.String(length=60), nullable=False, server_default="api"))
        table.add_column(sa.Column("wants", sa.JSON(), nullable=False, server_default="[]"))
        table.create_foreign_key(
            op.f("fk_referral_service_organisation_id_organisation"),
            "organisation",
            ["service_organisation_id"],
            ["id"],
        )
        table.create_foreign_key(
            op.f("fk_referral_owner_user_id_user_account"),
            "user_account",
            ["owner_user_id"],
            ["id"],
            ondelete="SET NULL",
        )
        table.create_index(op.f("ix_referral_owner_user_id"), ["owner_user_id"])
        table.create_check_constraint(op.f("ck_referral_source"), SOURCES)
        table.create_check_constraint(op.f("ck_referral_close_reason"), CLOSED)
        for whose, column in CASELOADS.items():
            table.create_index(
                op.f(f"ix_referral_caseload_{whose}"), [column, "owner_user_id", "need_rank", "due_on", "id"]
            )


def _person_link() -> None:
    op.create_table(
        "person_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("by_user_id", sa.Uuid(), nullable=True),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("token_hash", HASH, nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("used_at", AT, nullable=True),
        sa.Column("revoked_at", AT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.CheckConstraint("purpose IN ('own', 'check_in', 'measures', 'slip')", name=op.f("ck_person_link_purpose")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_link_person_id_person")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_person_link_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["by_user_id"],
            ["user_account.id"],
            name=op.f("fk_person_link_by_user_id_user_account"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_person_link_token_hash")),
    )
    op.create_index(op.f("ix_person_link_person_id"), "person_link", ["person_id"])


def downgrade() -> None:
    op.drop_table("person_link")
    op.execute(sa.text("DELETE FROM leader_link WHERE purpose <> 'answer'"))
    with op.batch_alter_table("leader_link") as table:
        table.drop_constraint(op.f("ck_leader_link_purpose"), type_="check")
        table.drop_column("purpose")
    with op.batch_alter_table("introduction") as table:
        for name in ("attended", *(name for name, _ in INTRODUCTION)):
            table.drop_column(name)
    with op.batch_alter_table("referral") as table:
        for whose in CASELOADS:
            table.drop_index(op.f(f"ix_referral_caseload_{whose}"))
        table.drop_index(op.f("ix_referral_owner_user_id"))
        table.drop_constraint(op.f("ck_referral_source"), type_="check")
        table.drop_constraint(op.f("ck_referral_close_reason"), type_="check")
        table.drop_constraint(op.f("fk_referral_service_organisation_id_organisation"), type_="foreignkey")
        table.drop_constraint(op.f("fk_referral_owner_user_id_user_account"), type_="foreignkey")
        for name in ("wants", "source", "owner_user_id", "service_organisation_id", *(name for name, _ in REFERRAL)):
            table.drop_column(name)
    op.execute(sa.text("DELETE FROM consent WHERE group_id IS NULL OR purpose <> 'introduction'"))
    with op.batch_alter_table("consent") as table:
        table.drop_constraint(op.f("ck_consent_recipient"), type_="check")
        table.drop_constraint(op.f("ck_consent_purpose"), type_="check")
        table.create_check_constraint(op.f("ck_consent_purpose"), OLD)
        table.alter_column("group_id", existing_type=sa.Uuid(), nullable=False)
        table.drop_index(op.f("ix_consent_organisation_id"))
        table.drop_constraint(op.f("fk_consent_organisation_id_organisation"), type_="foreignkey")
        table.drop_column("organisation_id")
    with op.batch_alter_table("person") as table:
        for by in KNOWN:
            table.drop_index(op.f(f"ix_person_known_{by}"))
        for name in ("language", *(name for name, _ in PERSON)):
            table.drop_column(name)
