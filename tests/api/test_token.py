"""A record system signs in by an assertion of its own and refers with the token, by the same door as with a key."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.accounts import limits
from service.accounts.permissions import GRANTS, VISITOR, Actor, Role
from service.accounts.programs import assertions, keys
from service.accounts.programs.assertions import ASSERTION_TYPE
from service.clock import now
from service.db import committing
from tests.accounts.signing import claims, key, public_set, signed
from tests.people import Cast, keyed, settle

ADDRESS = "/api/v1/token"
AUDIENCE = f"http://127.0.0.1:8000{ADDRESS}"
FORM = "application/x-www-form-urlencoded"
ADMIN = Actor(role=Role.ADMIN, permissions=GRANTS[Role.ADMIN])
Ask = Callable[..., TestResponse]


@pytest.fixture
def cast(app: Flask) -> Cast:
    return settle(app)


@pytest.fixture
def program(app: Flask, cast: Cast) -> UUID:
    with app.app_context(), committing() as session:
        return keys.create_api_key(
            session,
            organisation_id=cast.surgery,
            name="record system",
            scopes=["refer", "refer.read"],
            public_keys=assertions.key_set(public_set(key("P-384"))),
            actor=VISITOR,
            now=now(),
        ).id


@pytest.fixture
def ask(client: FlaskClient, program: UUID) -> Ask:
    """Ask for a token as it should be done; `...` leaves a field out, a list sends one several times."""

    def ask(*, address: str = "192.0.2.7", **changes: Any) -> TestResponse:
        said = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": signed(claims(program, now(), aud=AUDIENCE), key("P-384")),
            **changes,
        }
        body = urlencode({name: value for name, value in said.items() if value is not ...}, doseq=True)
        return client.post(ADDRESS, data=body, content_type=FORM, environ_base={"REMOTE_ADDR": address})

    return ask


def test_a_token_opens_what_a_key_opens(ask: Ask, client: FlaskClient) -> None:
    answer = ask()
    assert answer.status_code == 200
    told = answer.get_json()
    assert set(told) == {"access_token", "token_type", "expires_in", "scope"}
    assert (told["token_type"], told["scope"]) == ("bearer", "refer refer.read")
    assert 0 < told["expires_in"] <= 300
    assert (answer.headers["Cache-Control"], answer.headers["Pragma"]) == ("no-store", "no-cache")
    assert client.get("/api/v1/referrals", headers=keyed(told["access_token"])).status_code == 200


def test_a_token_may_no_more_than_it_was_asked_for(ask: Ask, client: FlaskClient) -> None:
    token = ask(scope="refer").get_json()["access_token"]
    answer = client.get("/api/v1/referrals", headers=keyed(token))
    assert (answer.status_code, answer.get_json()["code"]) == (403, "not_allowed")


def test_a_program_that_is_ended_is_refused_at_its_next_request(
    ask: Ask, client: FlaskClient, app: Flask, program: UUID
) -> None:
    token = ask().get_json()["access_token"]
    with app.app_context(), committing() as session:
        keys.revoke_api_key(session, key_id=program, actor=ADMIN, now=now())
    answer = client.get("/api/v1/referrals", headers=keyed(token))
    assert (answer.status_code, answer.get_json()["code"]) == (401, "key_unknown")


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"grant_type": ...}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ["client_credentials", "password"]}, 400, "invalid_request"),
        ({"client_assertion_type": ...}, 400, "invalid_request"),
        ({"client_assertion_type": "jwt"}, 400, "invalid_request"),
        ({"client_assertion": ...}, 400, "invalid_request"),
        ({"client_assertion": "a.b.c"}, 401, "invalid_client"),
        ({"client_assertion": "\u0000\udfff".encode("utf-16-le", "surrogatepass")}, 401, "invalid_client"),
        ({"client_assertion": ..., "client_id": "x", "client_secret": "y"}, 400, "invalid_request"),
        ({"scope": "refer catalog.write"}, 400, "invalid_scope"),
    ],
)
def test_errors_are_those_of_the_standard(ask: Ask, changes: dict[str, Any], status: int, error: str) -> None:
    answer = ask(**changes)
    assert (answer.status_code, answer.get_json()) == (status, {"error": error})
    assert answer.headers["Cache-Control"] == "no-store"
    assert ("WWW-Authenticate" in answer.headers) is (status == 401)


def test_a_token_is_asked_for_in_a_body_only(client: FlaskClient, ask: Ask, program: UUID) -> None:
    assertion = signed(claims(program, now(), aud=AUDIENCE), key("P-384"))
    sent = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": assertion,
    }
    for answer in (client.post(f"{ADDRESS}?{urlencode(sent)}"), client.post(ADDRESS, json=sent)):
        assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_request")
    assert client.get(ADDRESS, query_string=sent).status_code == 405
    assert ask(client_assertion=assertion).status_code == 200, "nothing of this used it up"


def test_an_assertion_is_taken_once(ask: Ask, program: UUID) -> None:
    assertion = signed(claims(program, now(), aud=AUDIENCE), key("P-384"))
    assert [ask(client_assertion=assertion).status_code for _ in range(3)] == [200, 401, 401]


def test_who_guesses_is_stopped_and_stops_nobody_else(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    few = limits.Limit(scope="token.address", most=5, seconds=300)
    monkeypatch.setattr("service.api.token.TOKEN_ADDRESS", few)
    answers = [ask(client_assertion="a.b.c") for _ in range(7)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429] * 2
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert ask(address="198.51.100.7").status_code == 200


def test_each_program_has_a_limit_of_its_own(
    app: Flask, client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = limits.Limit(scope="key.calls", most=4, seconds=60)
    monkeypatch.setattr("service.api.access.KEY_CALLS", few)
    asked = [client.get("/api/v1/referrals", headers=keyed(cast.bo_key)) for _ in range(6)]
    assert [answer.status_code for answer in asked] == [200] * 4 + [429] * 2
    assert 0 < int(asked[-1].headers["Retry-After"]) <= 60
    assert client.get("/api/v1/referrals", headers=keyed(cast.dee_key)).status_code == 200


def test_a_token_of_yesterday_is_no_token(ask: Ask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    token = ask().get_json()["access_token"]
    later = now() + timedelta(minutes=5)
    monkeypatch.setattr("service.api.access.now", lambda: later)
    assert client.get("/api/v1/referrals", headers=keyed(token)).status_code == 401
