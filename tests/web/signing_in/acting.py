"""What people do at the doors, in one line each."""

import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.accounts import proving
from service.accounts.models import AuditEntry, SignedInSession
from service.clock import now
from service.db import committing, db

PASSWORD = "seven quiet otters"
ADA, BO, ELI = "ada@example.org", "bo@example.org", "eli@example.org"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def make_link(app: Flask, email: str = ELI, purpose: str = "sign_in") -> str:
    with app.app_context(), committing() as session:
        return proving.create_sign_in_link(session, email=email, now=now(), purpose=purpose)


def post(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    """Load a page, and send its form."""
    form = client.get(path) if "sign-out" not in path else client.get("/en/sign-in")
    found = TOKEN.search(form.text)
    assert found
    return client.post(path, data={"csrf_token": found[1], **fields})


def sign_in(client: FlaskClient, email: str = ELI, password: str = PASSWORD, **fields: str) -> TestResponse:
    return post(client, "/en/sign-in", email=email, password=password, **fields)


def audit(app: Flask) -> list[tuple[str, str, str]]:
    with app.app_context():
        rows = db.session().scalars(select(AuditEntry).order_by(AuditEntry.sequence)).all()
        return [(row.action, row.subject, row.outcome) for row in rows]


def sessions(app: Flask) -> int:
    with app.app_context():
        return len(db.session().scalars(select(SignedInSession.id)).all())
