"""Signing in with an organisation's own service, at the doors: a real provider, and what goes wrong on the way back."""

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.accounts import limits, operations
from service.accounts.models import AuditEntry, SignedInSession
from service.accounts.permissions import GRANTS, Actor, Role
from service.accounts.signing_in import logins
from service.accounts.signing_in.logins import Setting
from service.clock import now
from service.config import Settings
from service.db import committing, db
from tests.people import LONG_AGO, Cast, signed_in
from tests.providing import Provider, provider

BACK = "/en/sign-in/back"
HIDDEN = re.compile(r'type="hidden" name="([a-z_]+)" value="([^"]*)"')


@pytest.fixture(scope="module")
def there() -> Iterator[Provider]:
    with provider() as made:
        yield made


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The whole application: coming back leads to its pages."""
    from service.app import create_app
    from tests import stores
    from tests.pages import CLIENT

    made = create_app(settings)
    made.test_client_class = CLIENT
    yield made
    stores.close(made)


@pytest.fixture
def login(app: Flask, cast: Cast, there: Provider) -> UUID:
    """The service of Bo's surgery; newcomers become referrers."""
    return _set_up(app, cast.surgery, there.issuer, "kith")


def _set_up(app: Flask, organisation_id: UUID, issuer: str, client_id: str) -> UUID:
    actor = Actor(
        role=Role.ORG_MANAGER, user_id=uuid4(), organisation_id=organisation_id, permissions=GRANTS[Role.ORG_MANAGER]
    )
    setting = Setting(
        name="Oak Login", issuer=issuer, client_id=client_id, client_secret="tests", role="referrer", vouches=True
    )
    with app.app_context(), committing() as session:
        return logins.set_up(
            session,
            organisation_id=organisation_id,
            setting=setting,
            sealer=app.extensions["kith"].sealer(logins.PURPOSE),
            actor=actor,
            now=now(),
        )


def leave(client: FlaskClient, login: UUID, after: str = "") -> str:
    answer = client.get(f"/en/sign-in/organisation/{login}{f'?next={after}' if after else ''}")
    assert answer.status_code == 303
    return answer.headers["Location"]


def come_back(client: FlaskClient, brought: dict[str, str], **changes: str) -> TestResponse:
    page = client.get(BACK, query_string={**brought, **changes})
    assert page.status_code == 200
    return client.post(BACK, data=dict(HIDDEN.findall(page.text)))


def ways(app: Flask) -> list[tuple[str, int]]:
    with app.app_context():
        rows = db.session().scalars(select(SignedInSession).order_by(SignedInSession.created_at, SignedInSession.id))
        return [(row.way, row.strength) for row in rows]


def reasons(app: Flask) -> list[str]:
    with app.app_context():
        failed = select(AuditEntry).where(AuditEntry.outcome == "failed").order_by(AuditEntry.sequence)
        return [row.columns[0] for row in db.session().scalars(failed)]


def test_somebody_signs_in_there_and_goes_on_where_they_wanted(
    app: Flask, client: FlaskClient, login: UUID, there: Provider
) -> None:
    brought = there.signs_in(leave(client, login, "/en/referrals"), "mia")
    page = client.get(BACK, query_string=brought)
    assert ways(app) == [], "being sent back signs nobody in"
    answer = client.post(BACK, data=dict(HIDDEN.findall(page.text)))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/en/referrals")
    assert ways(app) == [("organisation", 2)]
    assert client.get("/en/referrals").status_code == 200


def test_where_its_word_for_a_second_factor_is_missing_one_is_asked_for_here(
    app: Flask, client: FlaskClient, login: UUID, there: Provider
) -> None:
    answer = come_back(client, there.signs_in(leave(client, login), "lin"))
    assert "/account/second-factor" in answer.headers["Location"]
    assert ways(app) == [("organisation", 1)]


def test_an_answer_is_taken_once_also_with_the_same_cookie(
    app: Flask, client: FlaskClient, login: UUID, there: Provider
) -> None:
    brought = there.signs_in(leave(client, login), "mia")
    page = client.get(BACK, query_string=brought)
    form = dict(HIDDEN.findall(page.text))
    held = client.get_cookie("kith")
    assert held is not None
    assert client.post(BACK, data=form).status_code == 303
    other = app.test_client()
    other.set_cookie("kith", held.value)
    assert other.post(BACK, data=form).status_code == 422
    assert reasons(app) == ["why:code"]
    assert len(ways(app)) == 1


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"state": "x" * 43}, "state"),
        ({"code": "made-up"}, "code"),
        ({"iss": "https://other.example.org"}, "mixed_up"),
    ],
)
def test_an_answer_that_was_meddled_with_signs_nobody_in(
    app: Flask, client: FlaskClient, login: UUID, there: Provider, changes: dict[str, str], why: str
) -> None:
    answer = come_back(client, there.signs_in(leave(client, login), "mia"), **changes)
    assert answer.status_code == 422
    assert "Try again" in answer.text
    assert ways(app) == []
    assert reasons(app) == [f"why:{why}"]


def test_somebody_else_s_answer_is_worth_nothing_in_this_browser(
    app: Flask, client: FlaskClient, login: UUID, there: Provider
) -> None:
    stolen = there.signs_in(leave(app.test_client(), login), "mia")
    leave(client, login)
    assert come_back(client, stolen).status_code == 422
    nobody = app.test_client()
    page = nobody.get(BACK, query_string=stolen)
    assert nobody.post(BACK, data=dict(HIDDEN.findall(page.text))).status_code == 422
    assert ways(app) == []


def test_an_answer_of_one_service_is_not_given_to_another(
    app: Flask, client: FlaskClient, login: UUID, cast: Cast, there: Provider
) -> None:
    """Mixed up: somebody leaves for one organisation's service, and is brought back the answer of another's."""
    other = _set_up(app, cast.elsewhere, there.issuer, "another client")
    brought = there.signs_in(leave(client, login), "mia")
    leave(client, other)
    assert come_back(client, brought).status_code == 422
    assert reasons(app) == ["why:state"]


def test_nobody_whose_address_was_not_checked_and_nobody_of_another_house_gets_in(
    app: Flask, client: FlaskClient, login: UUID, cast: Cast, there: Provider
) -> None:
    assert "which e-mail address is yours" in come_back(client, there.signs_in(leave(client, login), "una")).text
    with app.app_context(), committing() as session:
        operations.make_user(
            session,
            email="lin@example.org",
            name="Lin",
            role=Role.LINK_WORKER,
            organisation_id=cast.elsewhere,
            password_hash=None,
            now=LONG_AGO,
        )
    assert "may not sign you in here" in come_back(client, there.signs_in(leave(client, login), "lin")).text
    assert ways(app) == []


def test_whoever_proves_themselves_again_is_sent_there_to_do_so_anew(
    app: Flask, client: FlaskClient, login: UUID, cast: Cast
) -> None:
    sent = dict(parse_qsl(urlsplit(leave(signed_in(app, cast.bo), login)).query))
    assert (sent["prompt"], sent["max_age"]) == ("login", "300")
    assert "prompt" not in dict(parse_qsl(urlsplit(leave(client, login)).query))


def test_whoever_came_by_it_proves_themselves_again_by_it_and_nobody_else_does(
    app: Flask, client: FlaskClient, login: UUID, cast: Cast, there: Provider
) -> None:
    come_back(client, there.signs_in(leave(client, login), "mia"))
    before = client.get_cookie("kith")
    answer = come_back(client, there.signs_in(leave(client, login, "/en/referrals"), "mia"))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/en/referrals")
    after = client.get_cookie("kith")
    assert before is not None
    assert after is not None
    assert before.value != after.value, "a new token"
    bo = signed_in(app, cast.bo)
    refused = come_back(bo, there.signs_in(leave(bo, login), "mia"))
    assert refused.status_code == 422
    assert "not who is signed in here" in refused.text


def test_a_service_that_says_no_or_is_not_there_is_told_in_words(app: Flask, client: FlaskClient, cast: Cast) -> None:
    refused = client.get(BACK, query_string={"error": "access_denied", "state": "x"})
    assert refused.status_code == 422
    assert "did not let you in" in refused.text
    silent = _set_up(app, cast.surgery, "http://127.0.0.1:9", "kith")
    answer = client.get(f"/en/sign-in/organisation/{silent}")
    assert answer.status_code == 503
    assert "does not answer" in answer.text
    assert client.get(f"/en/sign-in/organisation/{uuid4()}").status_code == 404


def test_nobody_makes_us_ask_a_service_again_and_again(
    client: FlaskClient, login: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = replace(limits.OUTSIDE_ADDRESS, most=3)
    monkeypatch.setattr("service.web.signing_in.organisation.OUTSIDE_ADDRESS", few)
    answers = [client.get(f"/en/sign-in/organisation/{login}").status_code for _ in range(5)]
    assert answers == [303] * 3 + [429] * 2
