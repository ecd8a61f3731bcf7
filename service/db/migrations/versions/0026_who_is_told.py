"""Events of referrals in their order, addresses of other systems that are told of them, and each telling."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision: str = "0026"
down_revision: str | None = "0025"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

AT = sa.DateTime(timezone=True)
PIECE = 500  # rows written at once


def upgrade() -> None:
    op.create_table(
        "referral_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("move_id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_referral_event_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["move_id"], ["move.id"], name=op.f("fk_referral_event_move_id_move")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_event")),
        sa.UniqueConstraint("organisation_id", "number", name=op.f("uq_referral_event_organisation_id_number")),
    )
    for column in ("move_id", "referral_id", "number"):
        op.create_index(op.f(f"ix_referral_event_{column}"), "referral_event", [column])
    op.create_table(
        "referral_event_count",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_referral_event_count_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_referral_event_count")),
    )
    op.create_table(
        "webhook",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("host", sa.String(length=300), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("stopped_at", AT, nullable=True),
        sa.Column("stopped_why", sa.String(length=60), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("quiet_until", AT, nullable=True),
        sa.CheckConstraint(
            "stopped_why IS NULL OR stopped_why IN ('by_hand', 'gone')", name=op.f("ck_webhook_stopped_why")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_webhook_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
    )
    op.create_index(op.f("ix_webhook_organisation_id"), "webhook", ["organisation_id"])
    _delivery()
    _number_what_was()


def _delivery() -> None:
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("webhook_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", AT, nullable=False),
        sa.Column("claimed_at", AT, nullable=True),
        sa.Column("said", sa.String(length=60), nullable=True),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("settled_at", AT, nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'claimed', 'done', 'given_up')", name=op.f("ck_webhook_delivery_state")
        ),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhook.id"], name=op.f("fk_webhook_delivery_webhook_id_webhook")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["referral_event.id"], name=op.f("fk_webhook_delivery_event_id_referral_event")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
    )
    op.create_index(op.f("ix_webhook_delivery_event_id"), "webhook_delivery", ["event_id"])
    op.create_index(op.f("ix_webhook_delivery_due"), "webhook_delivery", ["state", "due_at"])
    op.create_index(op.f("ix_webhook_delivery_last"), "webhook_delivery", ["webhook_id", "created_at"])


def _number_what_was() -> None:
    """Give every step there has been its event: whoever begins to read begins at the beginning."""
    bind, kept = op.get_bind(), sa.MetaData()
    names = ("move", "introduction", "referral", "referral_event", "referral_event_count")
    move, introduction, referral, event, counts = (sa.Table(name, kept, autoload_with=bind) for name in names)
    whose = sa.select(referral.c.id, referral.c.organisation_id, referral.c.service_organisation_id)
    concerned = {row[0]: dict.fromkeys(one for one in row[1:] if one is not None) for row in bind.execute(whose)}
    of = {row[0]: row[1] for row in bind.execute(sa.select(introduction.c.id, introduction.c.referral_id))}
    steps = sa.select(move.c.id, move.c.entity_id).order_by(move.c.at, move.c.number, move.c.entity.desc(), move.c.id)
    last: Counter[Any] = Counter()
    rows = []
    for move_id, entity in bind.execute(steps):
        for organisation in concerned.get(of.get(entity, entity), ()):
            last[organisation] += 1
            made = {"id": _same_kind(move_id), "move_id": move_id, "referral_id": of.get(entity, entity)}
            rows.append({**made, "organisation_id": organisation, "number": last[organisation]})
    for begin in range(0, len(rows), PIECE):
        bind.execute(sa.insert(event), rows[begin : begin + PIECE])
    for organisation, number in last.items():
        bind.execute(sa.insert(counts).values(organisation_id=organisation, number=number))


def _same_kind(like: object) -> object:
    """Return a new id in the form in which this database gives ids: SQLite keeps them as letters."""
    made = uuid4()
    return made.hex if isinstance(like, str) else made


def downgrade() -> None:
    op.drop_table("webhook_delivery")
    op.drop_table("webhook")
    op.drop_table("referral_event_count")
    op.drop_table("referral_event")
