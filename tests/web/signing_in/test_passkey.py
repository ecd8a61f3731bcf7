"""Passkeys at the doors: first step, second, and again; an answer counts once, soon, in the browser that asked."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.accounts.models import SignedInSession
from service.accounts.signing_in import sessions
from service.clock import now
from service.config import Settings
from service.db import committing, db
from service.web.access import COOKIE_KEY
from tests import stores
from tests.accounts.devices import Device
from tests.pages import CLIENT
from tests.people import Cast, settle

NEW, PROVE = "/en/account/passkeys/new", "/en/sign-in/passkey"


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The whole application, at an address with a name."""
    from service.app import create_app

    made = create_app(replace(settings, public_url="https://kith.example.org"))
    made.test_client_class = CLIENT
    yield made
    stores.close(made)


def browser(app: Flask, user_id: UUID, strength: int = 1) -> FlaskClient:
    """The browser of somebody who signed in with a password."""
    with app.app_context(), committing() as session:
        token = sessions.open_session(session, user_id=user_id, now=now(), strength=strength)
    client: FlaskClient = app.test_client()
    with client.session_transaction() as cookie:
        cookie[COOKIE_KEY] = token
    return client


def form(client: FlaskClient, path: str) -> tuple[str, dict[str, str]]:
    """Return what a page asks the device, and its hidden fields."""
    page = client.get(path)
    asked = re.search(r'data-options="([^"]+)"', page.text)
    assert asked, page.text[:500]
    return unescape(asked[1]), dict(re.findall(r'type="hidden" name="([a-z_]+)" value="([^"]*)"', page.text))


def add(client: FlaskClient, device: Device) -> TestResponse:
    asked, fields = form(client, NEW)
    return client.post(NEW, data={**fields, "answer": device.make(asked), "name": "Phone"})


def prove(client: FlaskClient, device: Device) -> TestResponse:
    asked, fields = form(client, PROVE)
    return client.post(PROVE, data={**fields, "answer": device.prove(asked)})


def open_ways(app: Flask) -> list[tuple[str, int]]:
    with app.app_context():
        still = select(SignedInSession).where(SignedInSession.ended_at.is_(None))
        rows = db.session().scalars(still.order_by(SignedInSession.created_at, SignedInSession.id))
        return [(row.way, row.strength) for row in rows]


def test_whoever_must_have_a_second_factor_sets_a_passkey_up_as_such(app: Flask, cast: Cast) -> None:
    bo = browser(app, cast.bo)
    assert bo.get("/en/referrals").headers["Location"].startswith("/en/account/second-factor")
    assert add(bo, Device()).status_code == 303
    assert bo.get("/en/referrals").status_code == 200
    assert open_ways(app) == [("password", 2)]


def test_a_passkey_alone_signs_in_and_a_new_one_ends_all_other_sessions(app: Flask, cast: Cast) -> None:
    elsewhere, bo, device = browser(app, cast.bo, 2), browser(app, cast.bo), Device()
    add(bo, device)
    assert elsewhere.get("/en/referrals").status_code == 303
    fresh = app.test_client()
    assert prove(fresh, device).status_code == 303
    assert fresh.get("/en/referrals").status_code == 200
    assert open_ways(app) == [("password", 2), ("passkey", 2)]


def test_a_passkey_is_the_second_step_after_a_password_if_it_is_one_s_own(app: Flask, cast: Cast) -> None:
    device, others = Device(), Device()
    add(browser(app, cast.bo), device)
    add(browser(app, cast.dee), others)
    half = browser(app, cast.bo)
    assert half.get("/en/referrals").headers["Location"].startswith("/en/sign-in/second")
    assert prove(half, others).status_code == 422
    assert half.get("/en/referrals").status_code == 303
    assert prove(half, device).status_code == 303
    assert half.get("/en/referrals").status_code == 200


def test_an_answer_counts_once_soon_and_in_the_browser_that_was_asked(app: Flask, cast: Cast) -> None:
    device = Device(counts=False)
    add(browser(app, cast.bo), device)
    client, other = app.test_client(), app.test_client()
    asked, fields = form(client, PROVE)
    answer = device.prove(asked)
    _, others = form(other, PROVE)
    assert other.post(PROVE, data={**others, "answer": answer}).status_code == 422
    with time_machine.travel(now() + timedelta(minutes=6), tick=False):
        assert client.post(PROVE, data={**fields, "answer": answer}).status_code == 422
    asked, fields = form(client, PROVE)
    answer, cookie = device.prove(asked), client.get_cookie("kith")
    assert cookie is not None
    assert client.post(PROVE, data={**fields, "answer": answer}).status_code == 303
    copied = app.test_client()
    copied.set_cookie("kith", cookie.value)
    assert copied.post(PROVE, data={**fields, "answer": answer}).status_code == 422


def test_where_the_address_is_a_number_it_is_said_that_there_are_none(settings: Settings) -> None:
    from service.app import create_app

    made = create_app(settings)
    made.test_client_class = CLIENT
    cast = settle(made)
    try:
        assert "Here its address is a number" in made.test_client().get(PROVE).text
        bo = browser(made, cast.bo, 2)
        assert "Here its address is a number" in bo.get("/en/account/passkeys").text
        assert bo.get(NEW).status_code == 303
    finally:
        stores.close(made)
