"""Signing in and out in a browser, and doors that open only for those who may."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from service.accounts.models import Membership
from service.accounts.permissions import GRANTS, OPEN, Permission, Role
from service.clock import now
from service.config import Settings
from service.db import committing
from service.web import rendering
from tests.web.signing_in.acting import BO, ELI, PASSWORD, TOKEN, audit, make_link, post, sessions, sign_in

# ---- the form ----


@pytest.mark.usefixtures("eli")
def test_signing_in_opens_the_doors_of_ones_role_and_no_other(client: FlaskClient) -> None:
    assert sign_in(client).status_code == 303
    opened = {permission for permission in Permission if client.get(f"/en/{permission}").status_code == 200}
    keeps = GRANTS[Role.GROUP_LEADER] - OPEN
    assert opened == OPEN | keeps
    assert client.get("/en/answer").get_json() == {"role": "group_leader"}


@pytest.mark.asvs("V6.3.8")
@pytest.mark.usefixtures("eli")
def test_unknown_address_and_wrong_password_get_the_same_answer(app: Flask) -> None:
    answers = []
    for email in (ELI, BO):
        client = app.test_client()
        answer = sign_in(client, email, "not the password")
        body = TOKEN.sub("", answer.text).replace(email, "")
        names = sorted((name, value) for name, value in answer.headers if name not in ("X-Request-Id", "Set-Cookie"))
        answers.append((answer.status_code, [n for n in names if n[0] != "Content-Length"], body))
    assert answers[0] == answers[1]
    assert answers[0][0] == 422
    assert audit(app)[1:] == [("sign_in", "user_account", "failed")] * 2


@pytest.mark.asvs("V6.2.6")
@pytest.mark.usefixtures("eli")
def test_the_address_stays_in_the_form_and_the_password_does_not(client: FlaskClient) -> None:
    answer = sign_in(client, password="not the password")
    assert f'value="{ELI}"' in answer.text
    assert "not the password" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("eli")
def test_the_eleventh_try_is_told_to_wait(client: FlaskClient) -> None:
    for _ in range(10):
        assert sign_in(client, password="not the password").status_code == 422
    answer = sign_in(client)
    assert answer.status_code == 429
    assert 3500 < int(answer.headers["Retry-After"]) <= 3600


@pytest.mark.usefixtures("eli")
def test_a_form_without_its_token_signs_nobody_in(app: Flask, client: FlaskClient) -> None:
    for fields in ({}, {"csrf_token": "made-up"}):
        answer = client.post("/en/sign-in", data={"email": ELI, "password": PASSWORD, **fields})
        assert answer.status_code == 403
    assert sessions(app) == 0


@pytest.mark.parametrize("sent", ["", "\0", "x" * 100_000, "\u202e\ufffd", "' OR 1=1 --"])
def test_odd_input_is_only_refused(client: FlaskClient, sent: str) -> None:
    assert sign_in(client, email=sent, password=sent).status_code == 422


# ---- sessions ----


@pytest.mark.asvs("V7.2.2", "V10.1.1")
@pytest.mark.usefixtures("eli")
def test_the_cookie_holds_a_random_token_and_nothing_about_the_person(client: FlaskClient) -> None:
    sign_in(client)
    with client.session_transaction() as cookie:
        assert set(cookie) - {"csrf_token"} == {"sid"}
        assert len(cookie["sid"]) >= 43


@pytest.mark.asvs("V7.4.1")
@pytest.mark.usefixtures("eli")
def test_a_cookie_kept_from_before_signing_out_opens_nothing(client: FlaskClient) -> None:
    sign_in(client)
    kept = client.get_cookie("session")
    assert kept
    answer = post(client, "/en/sign-out")
    assert (answer.status_code, answer.location) == (303, "/en/")
    client.set_cookie("session", kept.value)
    assert client.get("/en/answer").location == "/en/sign-in?next=%2Fen%2Fanswer"


@pytest.mark.asvs("V7.2.4")
@pytest.mark.usefixtures("eli")
def test_signing_in_gives_a_new_token_and_ends_the_old(client: FlaskClient) -> None:
    sign_in(client)
    old = client.get_cookie("session")
    assert old
    sign_in(client)
    assert client.get("/en/answer").status_code == 200
    client.set_cookie("session", old.value)
    assert client.get("/en/answer").status_code == 303


@pytest.mark.usefixtures("eli")
def test_a_token_planted_before_signing_in_is_not_taken_over(client: FlaskClient) -> None:
    with client.session_transaction() as cookie:
        cookie["sid"] = "planted"
    sign_in(client)
    with client.session_transaction() as cookie:
        assert cookie["sid"] != "planted"


@pytest.mark.asvs("V7.2.1", "V7.2.2")
@pytest.mark.usefixtures("eli")
def test_a_forged_cookie_opens_nothing(client: FlaskClient) -> None:
    for planted in ("planted", "", 7, ["x"], None):
        with client.session_transaction() as cookie:
            cookie["sid"] = planted
        assert client.get("/en/answer").status_code == 303


@pytest.mark.usefixtures("eli")
def test_a_session_lives_while_it_is_used(client: FlaskClient) -> None:
    began = now()
    sign_in(client)
    for minutes, status in ((25, 200), (50, 200), (81, 303)):
        with time_machine.travel(began + timedelta(minutes=minutes), tick=False):
            assert client.get("/en/answer").status_code == status


@pytest.mark.asvs("V8.3.2")
@pytest.mark.usefixtures("eli")
def test_a_role_that_ended_opens_nothing_at_the_next_request(app: Flask, client: FlaskClient) -> None:
    sign_in(client)
    assert client.get("/en/answer").status_code == 200
    with app.app_context(), committing() as session:
        session.execute(update(Membership).values(valid_until=now()))
    assert client.get("/en/answer").status_code == 403
    assert audit(app)[-1] == ("answer", "/<lang>/answer", "denied")


def test_visitors_write_nothing(app: Flask, client: FlaskClient) -> None:
    for permission in Permission:
        client.get(f"/en/{permission}")
    assert audit(app) == []
    assert sessions(app) == 0


# ---- links ----


@pytest.mark.asvs("V7.6.2")
@pytest.mark.usefixtures("eli")
def test_looking_never_signs_in_and_pressing_does_once(app: Flask, client: FlaskClient) -> None:
    path = f"/en/sign-in/{make_link(app)}"
    for _ in range(3):
        assert client.get(path).status_code == 200
        assert client.head(path).status_code == 200
    assert client.get("/en/answer").status_code == 303
    assert sessions(app) == 0
    assert post(client, path).status_code == 303
    assert client.get("/en/answer").status_code == 200
    again = app.test_client()
    assert again.get(path).status_code == 410
    assert sessions(app) == 1


@pytest.mark.usefixtures("eli")
def test_the_link_page_names_nobody(app: Flask, client: FlaskClient) -> None:
    text = client.get(f"/en/sign-in/{make_link(app)}").text
    assert "Eli" not in text
    assert ELI not in text


@pytest.mark.usefixtures("eli")
def test_a_link_that_ran_out_signs_nobody_in(app: Flask, client: FlaskClient) -> None:
    path = f"/en/sign-in/{make_link(app)}"
    found = TOKEN.search(client.get(path).text)
    assert found
    with time_machine.travel(now() + timedelta(minutes=11), tick=False):
        assert client.get(path).status_code == 410
        assert client.post(path, data={"csrf_token": found[1]}).status_code == 410
    assert client.get("/en/sign-in/made-up").status_code == 404
    assert sessions(app) == 0


@pytest.mark.usefixtures("eli")
def test_a_link_leads_on_to_the_page_it_was_made_for(app: Flask, client: FlaskClient) -> None:
    path = f"/en/sign-in/{make_link(app)}"
    shown = client.get(f"{path}?next=/en/answer")
    action = re.search(r'<form method="post" action="([^"]+)"', shown.text)
    found = TOKEN.search(shown.text)
    assert action
    assert found
    assert client.post(action[1], data={"csrf_token": found[1]}).location == "/en/answer"


def test_limits_lie_in_a_file_of_their_own(app: Flask, settings: Settings) -> None:
    if not settings.database_url.startswith("sqlite"):
        pytest.skip("on PostgreSQL they lie in the one database")
    assert app.extensions[rendering.LIMITS]
    assert Path(settings.data_folder / "limits.sqlite").exists()
