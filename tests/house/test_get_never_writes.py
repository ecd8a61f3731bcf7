"""Reading never writes: after a GET or a HEAD of any address by anybody, every table is as it was."""

import hashlib
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from service.db import Base, db
from tests import stores
from tests.people import keyed, settle, signed_in
from tests.walk import address, rules

# A denied door leaves its audit row, and a signed-in browser's idle time begins again (at most once a minute).
MAY_CHANGE = {"audit_entry", "audit_head", "signed_in_session", "api_key", "counter"}
SAFE = {"GET", "HEAD"}


def tables(app: Flask) -> dict[str, str]:
    stores.import_all_models()
    with app.app_context():
        found = {}
        for table in Base.metadata.sorted_tables:
            rows = db.session.execute(select(table).order_by(*table.primary_key.columns)).all()
            found[table.name] = hashlib.sha256(repr([tuple(row) for row in rows]).encode()).hexdigest()
        db.session.rollback()
        return found


def test_no_view_that_reads_is_marked_as_one_that_writes(app: Flask) -> None:
    for rule in rules(app):
        if (rule.methods or set()) <= {"GET", "HEAD", "OPTIONS"}:
            assert not hasattr(app.view_functions[rule.endpoint], "commits"), rule.endpoint


@pytest.mark.asvs("V3.5.3", "V7.6.2")
def test_reading_leaves_every_table_as_it_was(app: Flask) -> None:
    cast = settle(app)
    clients: list[tuple[FlaskClient, dict[str, Any]]] = [
        (app.test_client(), {}),
        (signed_in(app, cast.ada), {}),
        (signed_in(app, cast.bo), {}),
    ]
    clients.append((app.test_client(), keyed(cast.bo_key)))
    before = tables(app)
    for rule in rules(app):
        for method in SAFE & (rule.methods or set()):
            for client, headers in clients:
                where = address(app, rule, slug=cast.eli_slug, group_id=cast.eli_group)
                assert client.open(where, method=method, headers=headers).status_code < 500, where
    after = tables(app)
    assert {name for name in before if before[name] != after[name]} <= MAY_CHANGE


@pytest.mark.asvs("V3.5.3")
def test_a_visitor_who_reads_causes_no_commit_at_all(app: Flask) -> None:
    cast = settle(app)
    written: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.lstrip().upper().startswith(("SELECT", "BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")):
            written.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        client = app.test_client()
        for rule in rules(app):
            if "GET" in (rule.methods or set()):
                client.get(address(app, rule, slug=cast.eli_slug, group_id=cast.eli_group))
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert written == []
