"""What people do at the doors, in one line each."""

import base64
import json
import re
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.accounts.models import AuditEntry, SignedInSession
from service.accounts.signing_in import proving, second_factor
from service.clock import now
from service.db import committing, db
from service.notifications import outbox
from service.notifications.models import OutboxMessage

PASSWORD = "seven quiet otters"
ADA, BO, ELI = "ada@example.org", "bo@example.org", "eli@example.org"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
CODES = re.compile(r"<code[^>]*>([0-9A-Z]{5}-[0-9A-Z]{5})</code>")  # of recovery; a token may look like one


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


def secret_in(page: str) -> bytes:
    """Read the secret that a page shows in letters."""
    found = re.search(r'<code class="kith-letters" dir="ltr">([A-Z2-7 ]+)</code>', page)
    assert found
    return base64.b32decode(found[1].replace(" ", ""))


def code_of(secret: bytes) -> str:
    """Give the code that an app shows now."""
    return second_factor.code_at(secret, now())


@dataclass(frozen=True)
class Phone:
    """What somebody holds who set the second step up."""

    secret: bytes
    recovery_codes: list[str]


def enrol(client: FlaskClient, email: str) -> Phone:
    """Sign in and set an app up."""
    sign_in(client, email)
    where = post(client, "/en/account/second-factor").location
    secret = secret_in(client.get(where).text)
    shown = post(client, where, code=code_of(secret)).text
    return Phone(secret, CODES.findall(shown))


def audit(app: Flask) -> list[tuple[str, str, str]]:
    with app.app_context():
        rows = db.session().scalars(select(AuditEntry).order_by(AuditEntry.sequence)).all()
        return [(row.action, row.subject, row.outcome) for row in rows]


def templates(app: Flask) -> list[str]:
    """Name the messages that were put into the outbox."""
    with app.app_context():
        rows = select(OutboxMessage.template).order_by(OutboxMessage.created_at, OutboxMessage.id)
        return list(db.session().scalars(rows))


def sessions(app: Flask) -> int:
    with app.app_context():
        return len(db.session().scalars(select(SignedInSession.id)).all())


def mails(app: Flask) -> list[tuple[str, str, dict[str, Any]]]:
    """Open what waits in the outbox, oldest first: which words, to whom, with what."""
    sealer = app.extensions["kith"].sealer(outbox.PURPOSE)
    with app.app_context():
        rows = db.session().scalars(select(OutboxMessage).order_by(OutboxMessage.created_at, OutboxMessage.key)).all()
        opened = [
            [sealer.open(f"outbox_message:{row.id}:{name}", sealed or b"").decode() for name, sealed in _sealed(row)]
            for row in rows
        ]
    return [(row.template, to, json.loads(params)) for row, (to, params) in zip(rows, opened, strict=True)]


def _sealed(row: OutboxMessage) -> tuple[tuple[str, bytes | None], ...]:
    return ("to", row.to_sealed), ("params", row.params_sealed)
