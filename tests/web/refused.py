"""What the record says was refused."""

from flask import Flask
from sqlalchemy import select

from service.accounts.models import AuditEntry
from service.db import db


def denied(app: Flask) -> list[tuple[str, str, str, str | None]]:
    """Return action, subject, role and purpose of each refusal, oldest first."""
    with app.app_context():
        rows = select(AuditEntry).where(AuditEntry.outcome == "denied").order_by(AuditEntry.sequence)
        return [(row.action, row.subject, row.role, row.purpose) for row in db.session().scalars(rows)]
