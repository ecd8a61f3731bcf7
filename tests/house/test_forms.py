"""Every form of every page, sent as a browser sends it and with more: nothing but its own fields is taken or run."""

from datetime import datetime
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import DateTime, Uuid, select
from sqlalchemy.types import Boolean, Date, Integer
from werkzeug.test import TestResponse

from service.accounts.permissions import Role
from service.db import Base, db
from service.db.sealing import Sealer
from tests.house import canaries, fields
from tests.house.forms import ROLES, Form, forms, page, sealed, views
from tests.house.test_sinks import token
from tests.people import signed_in

MARK = "data-opened"
PAYLOAD = (
    f"typedwords '\"><b {MARK}>x</b></textarea></title></script><img {MARK} src=x onerror=opened(1)>"
    "{{7*191}} {% raw %} ${7*191} <%= 7*191 %>"
)
SENTINEL, NUMBER, ID = "zqaxextra", 77_701, UUID(int=0xABCDEF77701)
AT = datetime(2001, 2, 3, 4, 5, 6)  # noqa: DTZ001  # as a form would say it
BY_SCRIPT = {("passkey", "name")}  # a field of its own form, which our script fills in
HARMLESS = {"csrf_token", "next", "lang"}


def extra() -> dict[str, str]:
    """Return each column of each table as a field, with something of its kind that nobody else would write."""
    said: dict[str, str] = {}
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            kind = getattr(column.type, "impl", column.type)
            for sort, value in ((Uuid, str(ID)), (Boolean, "1"), (Integer, str(NUMBER)), (Date, "2001-02-03")):
                if isinstance(kind, sort):
                    said[column.name] = value
            if isinstance(kind, DateTime):
                said[column.name] = AT.isoformat()
            said.setdefault(column.name, SENTINEL)
    said |= {name: value for name, value in extra_names().items() if name in said or value}
    return said


def extra_names() -> dict[str, str]:
    """Return what others have tried in such forms."""
    return {"role": "admin", "is_admin": "1", "email_verified": "1", "permissions": "admin", "strength": "2"}


def browser(app: Flask, house: canaries.House, role: Role | None) -> FlaskClient:
    return app.test_client() if role is None else signed_in(app, house.users[role.value])


def all_forms(
    app: Flask, house: canaries.House, role: Role | None, addressed: tuple[str, str], only: str = ""
) -> list[Form]:
    """Return each form once, wherever it stands."""
    found: dict[tuple[str, frozenset[str]], Form] = {}
    for where, text in views(app, house, role, addressed, only):
        for form in forms(where, text):
            found.setdefault((form.goes, frozenset(form.values)), form)
    return list(found.values())


def send(app: Flask, client: FlaskClient, form: Form, **more: str) -> TestResponse:
    """Send a form with the token of this browser."""
    return client.post(form.goes, data={**form.values, **more, "csrf_token": token(app, client)})


def cells(app: Flask) -> set[tuple[str, str, object]]:
    with app.app_context():
        return {
            (table.name, column.name, value)
            for table in Base.metadata.sorted_tables
            for column in table.columns
            for value in db.session().scalars(select(column))
            if isinstance(value, str | int | UUID | datetime)
        }


@pytest.mark.asvs("V15.3.3", "V8.2.3")
def test_a_form_takes_no_field_but_its_own(
    app: Flask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A column of any table, as one more field of any form, changes nothing: not who somebody is, nor whose it is."""
    house, told, seal = canaries.settle(app)[canaries.OURS], list[bytes](), Sealer.seal
    addressed = sealed(app, house)

    def noted(self: Sealer, place: str, data: bytes) -> bytes:
        told.append(data)
        return seal(self, place, data)

    monkeypatch.setattr(Sealer, "seal", noted)
    with app.app_context():
        roles = Base.metadata.tables["membership"]
        before = set(db.session().execute(select(roles.c.user_id, roles.c.role, roles.c.organisation_id)).all())
    more, sent, taken = extra(), 0, 0
    for role in ROLES:
        for form in all_forms(app, house, role, addressed):
            added = {name: value for name, value in more.items() if name not in {*form.values, *HARMLESS}}
            taken += send(app, browser(app, house, role), form, **added).status_code < 400
            sent += 1
    wrong = {
        (table, column)
        for table, column, value in cells(app)
        if value in (NUMBER, ID, AT.isoformat())
        or (isinstance(value, str) and SENTINEL in value)
        or (isinstance(value, datetime) and value.replace(tzinfo=None) == AT)
    }
    assert wrong == BY_SCRIPT
    assert not [data for data in told if SENTINEL.encode() in data or str(ID).encode() in data]
    with app.app_context():
        now = set(db.session().execute(select(roles.c.user_id, roles.c.role, roles.c.organisation_id)).all())
    assert now <= before, "nobody is more than they were"
    with capsys.disabled():
        print(f"\nforms: {sent} sent with {len(more)} fields more, {taken} taken, 0 of the fields")
    assert taken >= 40


def opened(text: str) -> bool:
    """Say whether anything that was typed became more than text."""
    whole = page(text)
    return "1337" in text or any(one.get(MARK) is not None for one in whole.iter())


@pytest.mark.asvs("V1.1.2", "V1.2.1", "V1.3.7", "V2.2.2")
def test_what_is_typed_into_a_form_is_text_wherever_it_is_shown(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    house = canaries.settle(app)[canaries.OURS]
    addressed = sealed(app, house)
    wrong, sent, shown = [], 0, 0
    for role in ROLES:
        for form in all_forms(app, house, role, addressed):
            if not form.typed:
                continue
            answer = send(app, browser(app, house, role), form, **dict.fromkeys(form.typed, PAYLOAD))
            sent += 1
            if answer.mimetype == "text/html" and opened(answer.text):
                wrong.append(f"{role} {form.goes} answers")
    for role in ROLES:
        for where, text in views(app, house, role, addressed):
            shown += "typedwords" in text
            if opened(text):
                wrong.append(f"{role} {where} shows")
    assert wrong == []
    assert sent >= 60
    assert shown >= 3, "it was kept, and can be read"
    with capsys.disabled():
        print(f"\nforms: {sent} times typed into, shown on {shown} pages afterwards, 0 opened")


def test_a_page_that_forgets_would_be_found() -> None:
    assert opened(f"<!doctype html><title>x</title><p>{PAYLOAD}</p>")
    assert opened("<!doctype html><title>x</title><p>1337</p>")
    assert not opened("<!doctype html><title>x</title><p>typedwords</p>")


@pytest.mark.asvs("V8.1.2")
@pytest.mark.guards
def test_the_page_tells_who_reads_and_who_writes_which_text(app: Flask) -> None:
    house = canaries.settle(app)[canaries.OURS]
    wanted = fields.table(fields.seen(app, house), fields.written(app, house))
    assert wanted in fields.PAGE.read_text(encoding="utf-8"), "python -m tests.house.fields writes it anew"
    assert wanted.count("\n") > 20
