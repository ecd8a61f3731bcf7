"""A record system fills in the page of referring: for its own organisation, once, for ten minutes."""

import json
import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlsplit

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from service.accounts.models import AuditEntry
from service.accounts.permissions import VISITOR
from service.accounts.programs import keys
from service.clock import now
from service.db import committing
from service.referrals.models import Person, Referral
from service.referrals.models_prefills import Prefill
from service.referrals.referring import prefilling
from tests.referrals.cast import World
from tests.web.test_refer_page import bo, browse, cast

__all__ = ["bo", "cast"]
SENT = {
    "preferred_name": "Joan zqaxname",
    "contact": "01632 960187",
    "contact_rule": "text",
    "contact_notes": "mornings zqaxnotes",
    "born": "1955-03-04",
    "safety": True,
    "reasons": ["carer"],
    "own_words": "zqaxwords, and <tea>",
}


@pytest.fixture
def key(app: Flask, cast: World) -> str:
    with app.app_context(), committing() as unit:
        made = keys.create_api_key(
            unit, organisation_id=cast.clinic, name="record system", scopes=["refer"], actor=VISITOR, now=now()
        )
    return made.key


def ask(client: FlaskClient, key: str, **more: object) -> str:
    answer = client.post("/api/v1/prefills", json={**SENT, **more}, headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 201, answer.text
    assert answer.get_json().keys() == {"address", "expires_at"}
    return str(answer.get_json()["address"])


def path(address: str) -> str:
    return urlsplit(address).path


def value(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    return unescape(found[1]) if found else ""


def test_the_page_is_filled_and_nothing_personal_stands_in_its_address_or_in_the_store(
    client: FlaskClient, engine: Engine, key: str, bo: FlaskClient
) -> None:
    address = ask(client, key)
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/en/refer/from/[\w-]{40,}", address)
    page = bo.get(path(address)).text
    assert [value(page, name) for name in ("name", "contact", "notes", "born")] == [
        SENT[name] for name in ("preferred_name", "contact", "contact_notes", "born")
    ]
    assert value(page, "words") == SENT["own_words"]
    assert re.search(r'<option value="text" selected', page)
    assert re.search(r'name="safety"[^>]* checked', page)
    assert re.search(r'value="carer"[^>]* checked', page)
    assert not re.search(r'name="(yes|tell)"[^>]* checked', page), "the yes is asked for by whoever refers"
    with Session(engine) as session:
        row = session.scalars(select(Prefill)).one()
        assert b"zqax" not in row.filled
        audit = [(one.columns, one.action) for one in session.scalars(select(AuditEntry))]
    assert "zqax" not in json.dumps(audit)
    assert any("preferred_name" in columns for columns, _ in audit)


def test_opening_it_often_sends_nothing_and_sending_uses_it_up(
    client: FlaskClient, engine: Engine, key: str, bo: FlaskClient
) -> None:
    where = path(ask(client, key))
    for _ in range(3):
        page = bo.get(where).text
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 0
    names = ("csrf_token", "nonce", "prefill", "name", "contact", "notes", "born", "words", "to")
    typed = {name: value(page, name) for name in names}
    refused = bo.post("/en/refer", data={**typed, "rule": "phone"})
    assert refused.status_code == 422, "nobody said yes"
    assert value(refused.text, "prefill") == typed["prefill"], "it stays with what was typed"
    assert bo.get(where).status_code == 200
    again = {**typed, "csrf_token": value(refused.text, "csrf_token"), "nonce": value(refused.text, "nonce")}
    sent = bo.post("/en/refer", data={**again, "rule": "phone", "yes": "yes"})
    assert sent.status_code == 303, sent.text
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(Referral)) == 1
        assert session.scalar(select(func.count()).select_from(Prefill)) == 0
    assert bo.get(where).status_code == 404


def test_another_organisation_and_whoever_is_not_signed_in_see_nothing(
    app: Flask, client: FlaskClient, key: str, cast: World
) -> None:
    where = path(ask(client, key))
    dee = browse(app, cast.dee)
    assert dee.get(where).status_code == 404
    shown = client.get(where, follow_redirects=True).text
    assert "zqax" not in shown
    assert "zqax" not in dee.get(where).text


def test_after_ten_minutes_it_is_gone_and_the_job_removes_it(
    app: Flask, client: FlaskClient, engine: Engine, key: str, bo: FlaskClient
) -> None:
    where = path(ask(client, key))
    at = now()
    with time_machine.travel(at + prefilling.LASTS - timedelta(seconds=20)):
        assert bo.get(where).status_code == 200
    with time_machine.travel(at + prefilling.LASTS + timedelta(seconds=1)):
        assert bo.get(where).status_code == 404
        with app.app_context(), committing() as unit:
            assert prefilling.forget_old(unit, now=now()) == 1
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(Prefill)) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"preferred_name": "x" * 101},
        {"reasons": ["bored"]},
        {"born": "4/3/1955"},
        {"contact_rule": "pigeon"},
        {"given": True},
        {"own_words": "x" * 20_000},
    ],
)
def test_what_the_page_could_not_hold_is_refused(client: FlaskClient, key: str, wrong: dict[str, object]) -> None:
    answer = client.post("/api/v1/prefills", json={**SENT, **wrong}, headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 422


def test_a_program_that_may_only_read_fills_in_nothing(app: Flask, client: FlaskClient, cast: World) -> None:
    with app.app_context(), committing() as unit:
        made = keys.create_api_key(
            unit, organisation_id=cast.clinic, name="reader", scopes=["refer.read"], actor=VISITOR, now=now()
        )
    for headers in ({}, {"Authorization": f"Bearer {made.key}"}):
        assert client.post("/api/v1/prefills", json=SENT, headers=headers).status_code in (401, 403)


def test_signs_that_no_page_can_show_are_left_out(client: FlaskClient, key: str, bo: FlaskClient) -> None:
    page = bo.get(path(ask(client, key, preferred_name="Jo\x00an\u0007"))).text
    assert value(page, "name") == "Joan"
