"""The mark by which a record system's own number finds somebody again; the number itself is not kept."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0032"
down_revision: str | None = "0031"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

INDEX = "ix_person_known_reference"


def upgrade() -> None:
    with op.batch_alter_table("person") as table:
        table.add_column(sa.Column("reference_hash", sa.LargeBinary(length=32), nullable=True))
        table.create_index(op.f(INDEX), ["organisation_id", "reference_hash"], unique=True)


def downgrade() -> None:
    with op.batch_alter_table("person") as table:
        table.drop_index(op.f(INDEX))
        table.drop_column("reference_hash")
