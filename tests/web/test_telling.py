"""Whoever runs an organisation adds an address that is told, keeps its secret, sees what arrived, and ends it."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.clock import now
from service.db import committing, db
from service.referrals.events import webhooks
from service.referrals.models_events import Delivery, Webhook
from tests.people import Cast, signed_in
from tests.web.test_programs import _manager, post

ROOM = "/en/organisation/told"
SECRET = re.compile(r"whsec_[A-Za-z0-9+/]{43}=")
HERE = "https://records.example.org/kith?key=zqaxaddress"


@pytest.fixture
def manager(app: Flask, cast: Cast) -> FlaskClient:
    return signed_in(app, _manager(app, cast.surgery))


def add(client: FlaskClient, address: str = HERE) -> TestResponse:
    return post(client, f"{ROOM}/new", address=address)


def page_of(client: FlaskClient) -> str:
    return str(re.findall(rf"{ROOM}/[0-9a-f-]{{36}}", client.get(ROOM).text)[0])


def test_the_secret_is_on_one_page_once_and_the_whole_address_on_none(manager: FlaskClient) -> None:
    made = add(manager)
    assert len(SECRET.findall(made.text)) == 1
    assert made.headers["Cache-Control"] == "no-store"
    for page in (ROOM, page_of(manager)):
        shown = manager.get(page).text
        assert "records.example.org" in shown
        assert "zqaxaddress" not in shown
        assert not SECRET.findall(shown)


def test_the_room_is_found_from_the_programs(manager: FlaskClient) -> None:
    assert f'href="{ROOM}"' in manager.get("/en/organisation/keys").text


@pytest.mark.parametrize(
    "address", ["http://records.example.org/", "https://10.0.0.1/", "https://localhost/x", "", "x" * 2000]
)
def test_an_address_inside_is_refused_with_a_word(manager: FlaskClient, address: str) -> None:
    refused = add(manager, address)
    assert refused.status_code == 422
    assert "Write a web address that starts with https://" in refused.text
    assert "No address is told yet." in manager.get(ROOM).text


def test_a_form_that_is_sent_twice_adds_one(manager: FlaskClient) -> None:
    form = manager.get(f"{ROOM}/new")
    hidden = dict(re.findall(r'name="(csrf_token|once)" value="([^"]+)"', form.text))
    first, again = (manager.post(f"{ROOM}/new", data={**hidden, "address": HERE}) for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 303)
    assert again.location == page_of(manager)
    other = manager.post(f"{ROOM}/new", data={**hidden, "address": "https://other.example.org/"})
    assert "This form was sent before" in other.text


def test_five_are_enough(manager: FlaskClient) -> None:
    for _ in range(5):
        assert add(manager).status_code == 200
    assert "There are five already" in add(manager).text


@pytest.mark.parametrize(
    ("state", "said", "words"),
    [
        ("done", "204", ("Arrived", "It answered 204 No Content.")),
        ("waiting", "503", ("Waits, tried 2 times", "It answered 503 Service Unavailable.")),
        ("waiting", "599", ("Waits, tried 2 times", "It answered 599.")),
        ("given_up", "too_slow", ("Given up", "Nobody answered as a receiver should.")),
        ("given_up", "private_address", ("Given up", "Nobody answered as a receiver should.")),
        ("waiting", None, ("Waits, tried 2 times",)),
    ],
)
def test_what_became_of_the_last_messages_is_shown(
    manager: FlaskClient, app: Flask, state: str, said: str | None, words: tuple[str, ...]
) -> None:
    add(manager)
    with app.app_context(), committing() as unit:
        row = unit.scalars(select(Delivery)).one()
        row.state, row.said, row.attempts = state, said, 2
    shown = manager.get(page_of(manager)).text
    assert all(one in shown for one in words)
    assert "private_address" not in shown, "nobody learns how our network is made"


def test_an_ended_address_says_so_and_cannot_be_ended_again(manager: FlaskClient, app: Flask) -> None:
    add(manager)
    one = page_of(manager)
    token = re.search(r'name="csrf_token" value="([^"]+)"', manager.get(one).text)
    assert token
    for _ in range(2):
        ended = manager.post(one, data={"csrf_token": token[1]})
        assert ended.location == f"{ROOM}?done=ended"
    assert "This address is told no more." in manager.get(ended.location).text
    assert "End it now" not in manager.get(one).text
    with app.app_context():
        assert db.session().scalars(select(Webhook.stopped_at)).one() is not None


def test_one_that_is_gone_or_silent_says_so_in_the_list(manager: FlaskClient, app: Flask) -> None:
    add(manager)
    with app.app_context(), committing() as unit:
        row = unit.scalars(select(Webhook)).one()
        webhooks.end(unit, row, "gone", now())
    assert "It said that nobody is there any more." in manager.get(ROOM).text
    assert "It said that nobody is there any more." in manager.get(page_of(manager)).text


@pytest.mark.asvs("V8.2.2")
def test_another_organisation_s_address_is_not_there(manager: FlaskClient, app: Flask, cast: Cast) -> None:
    add(manager)
    other = signed_in(app, _manager(app, cast.elsewhere, "Nia"))
    assert other.get(page_of(manager)).status_code == 404
    assert "records.example.org" not in other.get(ROOM).text
    assert signed_in(app, cast.bo).get(ROOM).status_code == 403


def test_an_administrator_sees_all_and_adds_for_one(app: Flask, manager: FlaskClient, cast: Cast) -> None:
    add(manager)
    ada = signed_in(app, cast.ada)
    assert "Oak Surgery" in ada.get(ROOM).text
    assert ada.get(f"{ROOM}/new").status_code == 303
    there = f"{ROOM}/in/{cast.surgery}"
    assert SECRET.findall(post(ada, f"{there}/new", address=HERE).text)
    assert ada.get(there).text.count("records.example.org") >= 2
