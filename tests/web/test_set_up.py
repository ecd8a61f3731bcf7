"""A new installation is locked but for one page, until whoever set it up types its code."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from service.accounts import beginning
from service.accounts.models import User
from service.config import Settings
from service.db import db
from tests import stores
from tests.pages import CLIENT
from tests.web.seeking import said

SET_UP = "/en/set-up"
BASE = "https://kith.example.org"
SEEKING = ("/en/", "/en/how-we-choose", "/en/privacy", "/healthz")
WORKING = ("/en/sign-in", "/en/admin", "/en/referrals", "/en/organisation/members", "/de/sign-in")


@pytest.fixture
def new(settings: Settings) -> Iterator[Flask]:
    """An installation for others, just started."""
    from service.app import create_app

    made = create_app(replace(settings, mode="production", public_url=BASE, proxy_hops=1))
    made.test_client_class = CLIENT
    yield made
    stores.close(made)


@pytest.fixture
def browser(new: Flask) -> FlaskClient:
    return new.test_client()


def begin(browser: FlaskClient, **typed: str) -> TestResponse:
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(SET_UP, base_url=BASE).text)
    assert found
    form: dict[str, Any] = {"name": "Ada", "email": "ada@example.org", "password": "seven quiet otters", **typed}
    return browser.post(SET_UP, base_url=BASE, data={"csrf_token": found[1], **form})


def accounts(app: Flask) -> int:
    with app.app_context():
        found = db.session.scalar(select(func.count()).select_from(User)) or 0
        db.session.rollback()
        return found


def code(app: Flask) -> str:
    return beginning.set_up_code(app.extensions["kith"].settings.secret)


def test_whoever_wants_to_work_is_led_to_the_set_up_page_and_seekers_are_not(browser: FlaskClient) -> None:
    for address in WORKING:
        answer = browser.get(address, base_url=BASE)
        assert answer.status_code == 303, address
        assert answer.headers["Location"].endswith("/set-up"), address
    for address in SEEKING:
        assert browser.get(address, base_url=BASE).status_code == 200, address


@pytest.mark.asvs("V6.3.2", "V6.4.1")
def test_the_code_makes_one_administrator_and_then_the_page_is_gone(new: Flask, browser: FlaskClient) -> None:
    assert accounts(new) == 0
    for typed in ({"code": "ABCD-EFGH"}, {"code": code(new), "password": "short"}, {"code": code(new), "name": ""}):
        refused = begin(browser, **typed)
        assert refused.status_code == 422
        assert "short" not in refused.text
    assert accounts(new) == 0
    done = begin(browser, code=code(new).lower())
    assert done.status_code == 303
    assert accounts(new) == 1
    assert browser.get("/en/admin", base_url=BASE).headers["Location"].startswith("/en/account/second-factor")
    nothing = browser.get("/en/nothing-here", base_url=BASE)
    gone = browser.get(SET_UP, base_url=BASE)
    assert gone.status_code == 404
    assert said(gone) == said(nothing).replace(reference(nothing), reference(gone))
    assert new.test_client().get("/en/sign-in", base_url=BASE).status_code == 200


def reference(page: TestResponse) -> str:
    return str(page.headers["X-Request-Id"])


def test_the_demonstration_has_no_such_page(client: FlaskClient) -> None:
    assert client.get(SET_UP).status_code == 404
    assert client.get("/en/sign-in").status_code == 200
