"""No statement changes or removes an audit row any more; who owns the database can still take the guards away.

SQLite changes a table by replacing it, and its triggers go with the old one: a later migration that alters
`audit_entry` calls `remove` and `put` of this file. tests/accounts/test_audit_guards.py finds out if it did not.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WORDS = "audit rows are only ever added"
DEEDS = ("update", "delete")


def put() -> None:
    """Put the guards on the table."""
    if op.get_bind().dialect.name == "sqlite":
        for deed in DEEDS:
            op.execute(
                sa.text(
                    f"CREATE TRIGGER audit_entry_no_{deed} BEFORE {deed.upper()} ON audit_entry "
                    f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
                )
            )
        return
    op.execute(
        sa.text(
            "CREATE FUNCTION audit_entry_stays() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{WORDS}'; END $$"
        )
    )
    for deed in (*DEEDS, "truncate"):
        op.execute(
            sa.text(
                f"CREATE TRIGGER audit_entry_no_{deed} BEFORE {deed.upper()} ON audit_entry "
                "FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_stays()"
            )
        )


def remove() -> None:
    """Take the guards off the table."""
    if op.get_bind().dialect.name == "sqlite":
        for deed in DEEDS:
            op.execute(sa.text(f"DROP TRIGGER audit_entry_no_{deed}"))
        return
    for deed in (*DEEDS, "truncate"):
        op.execute(sa.text(f"DROP TRIGGER audit_entry_no_{deed} ON audit_entry"))
    op.execute(sa.text("DROP FUNCTION audit_entry_stays()"))


def upgrade() -> None:
    put()


def downgrade() -> None:
    remove()
