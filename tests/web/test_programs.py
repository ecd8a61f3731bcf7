"""Whoever runs an organisation lets programs in, replaces their keys and ends them; a key is on one page, once."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.accounts import operations
from service.accounts.permissions import Role
from service.clock import now
from service.db import committing
from tests.accounts.signing import claims, key, public_set, signed
from tests.people import LONG_AGO, Cast, keyed, signed_in

KEY = re.compile(r"kith_[0-9a-f]{8}_[\w-]{43}")
ROOM = "/en/organisation/keys"
FIELDS = {"name": "Desk system", "scopes": ["refer", "refer.read"], "lasts": "90", "kind": "key"}


@pytest.fixture
def manager(app: Flask, cast: Cast) -> FlaskClient:
    """The browser of somebody who runs Bo's surgery."""
    return signed_in(app, _manager(app, cast.surgery))


def _manager(app: Flask, organisation_id: UUID, name: str = "Mo") -> UUID:
    with app.app_context(), committing() as session:
        return operations.make_user(
            session,
            email=f"{name.lower()}@example.org",
            name=name,
            role=Role.ORG_MANAGER,
            organisation_id=organisation_id,
            password_hash=None,
            now=LONG_AGO,
        )


def post(client: FlaskClient, path: str, **fields: object) -> TestResponse:
    form = client.get(path)
    hidden = dict(re.findall(r'name="(csrf_token|once)" value="([^"]+)"', form.text))
    return client.post(path, data={**hidden, **fields})


def let_in(client: FlaskClient, **changes: object) -> TestResponse:
    return post(client, f"{ROOM}/new", **{**FIELDS, **changes})


def key_on(page: TestResponse) -> str:
    found: list[str] = KEY.findall(page.text)
    assert len(found) == 1
    return found[0]


def works(client: FlaskClient, key: str) -> bool:
    return client.get("/api/v1/referrals", headers=keyed(key)).status_code == 200


def page_of(client: FlaskClient) -> str:
    return str(re.findall(rf"{ROOM}/[0-9a-f-]{{36}}", client.get(ROOM).text)[0])


def test_a_key_is_shown_once_and_works(manager: FlaskClient, client: FlaskClient) -> None:
    made = let_in(manager)
    assert made.headers["Cache-Control"] == "no-store"
    assert works(client, key_on(made))
    one = page_of(manager)
    for page in (ROOM, one):
        shown = manager.get(page).text
        assert "Desk system" in shown
        assert key_on(made) not in shown
        assert key_on(made)[:13] in shown


def test_a_form_that_is_sent_twice_makes_one_key(manager: FlaskClient) -> None:
    form = manager.get(f"{ROOM}/new")
    hidden = dict(re.findall(r'name="(csrf_token|once)" value="([^"]+)"', form.text))
    first, second = (manager.post(f"{ROOM}/new", data={**hidden, **FIELDS}) for _ in range(2))
    assert key_on(first)
    assert (second.status_code, second.headers["Location"]) == (303, page_of(manager))
    other = manager.post(f"{ROOM}/new", data={**hidden, **FIELDS, "name": "Another"})
    assert other.status_code == 422


def test_a_key_that_is_replaced_works_on_for_as_long_as_was_chosen(manager: FlaskClient, client: FlaskClient) -> None:
    old = key_on(let_in(manager))
    new = key_on(post(manager, page_of(manager), act="rotate", overlap="0"))
    assert [works(client, one) for one in (old, new)] == [False, True]


def test_a_program_that_is_ended_is_refused_at_its_next_request(manager: FlaskClient, client: FlaskClient) -> None:
    made = key_on(let_in(manager))
    assert works(client, made)
    ended = post(manager, page_of(manager), act="end")
    assert ended.status_code == 303
    assert "let in no more" in manager.get(ended.headers["Location"]).text
    assert not works(client, made)


def test_a_program_that_signs_is_let_in_by_its_public_keys(manager: FlaskClient, client: FlaskClient) -> None:
    made = let_in(manager, kind="signs", public_keys=public_set(key("P-384")))
    assert made.status_code == 303
    shown = manager.get(made.headers["Location"]).text
    program = UUID(made.headers["Location"].rpartition("/")[2])
    assert str(program) in shown
    assert "http://127.0.0.1:8000/api/v1/token" in shown
    assertion = signed(claims(program, now(), aud="http://127.0.0.1:8000/api/v1/token"), key("P-384"))
    sent = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": assertion,
    }
    assert works(client, client.post("/api/v1/token", data=sent).get_json()["access_token"])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": " "}, "Say what the program is"),
        ({"scopes": []}, "Choose what it may do"),
        ({"scopes": ["everything"]}, "Choose what it may do"),
        ({"lasts": "366"}, "A year is the longest"),
        ({"kind": "signs", "public_keys": "hello"}, "Paste a set of keys as JSON"),
        ({"kind": "signs", "public_keys": '{"kty": "EC", "kid": "a", "d": "AQ"}'}, "secret part"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    manager: FlaskClient, changes: dict[str, object], said: str
) -> None:
    page = let_in(manager, **{"name": "Front desk", **changes})
    assert page.status_code == 422
    assert said in page.text
    assert not KEY.search(page.text)
    if "name" not in changes:
        assert 'value="Front desk"' in page.text
    assert "No program is let in yet" not in manager.get(ROOM).text, "the surgery has one from before"


def test_another_organisation_s_program_is_not_there(app: Flask, cast: Cast, manager: FlaskClient) -> None:
    let_in(manager)
    stranger = signed_in(app, _manager(app, cast.elsewhere, "Ny"))
    one = page_of(manager)
    assert "Desk system" not in stranger.get(ROOM).text
    assert stranger.get(one).status_code == 404
    assert manager.get(f"{ROOM}/in/{cast.elsewhere}").status_code == 404


def test_an_administrator_sees_all_and_makes_one_for_an_organisation(
    app: Flask, cast: Cast, manager: FlaskClient, client: FlaskClient
) -> None:
    let_in(manager)
    ada = signed_in(app, cast.ada)
    assert "Oak Surgery" in ada.get(ROOM).text
    assert "Elm Surgery" in ada.get(ROOM).text
    assert "Elm Surgery" not in ada.get(f"{ROOM}/in/{cast.surgery}").text
    made = post(ada, f"{ROOM}/in/{cast.elsewhere}/new", **FIELDS)
    assert works(client, key_on(made))


def test_after_five_minutes_keys_ask_who_is_there(manager: FlaskClient) -> None:
    assert manager.get(f"{ROOM}/new").status_code == 200
    with time_machine.travel(now() + timedelta(minutes=6), tick=False):
        for path in (f"{ROOM}/new", page_of(manager)):
            answer = manager.get(path)
            assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (303, "/en/sign-in/again")
        assert manager.get(ROOM).status_code == 200, "looking is no danger"
