"""How much a sign-in proves: what opens before a second factor, and what asks again after five minutes."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from service.accounts.models import SignedInSession
from service.accounts.permissions import OPEN, Permission
from service.clock import now
from service.config import Settings
from service.db import committing, db
from tests.web.signing_in.acting import ADA, ELI, PASSWORD, TOKEN, audit, make_link, post, sign_in


def kept(app: Flask) -> tuple[str, int]:
    with app.app_context():
        row = db.session().scalars(select(SignedInSession)).one()
        return row.way, row.strength


@pytest.mark.asvs("V6.3.3")
@pytest.mark.usefixtures("ada")
def test_before_the_second_factor_nothing_opens_that_is_not_open_to_all(app: Flask, client: FlaskClient) -> None:
    assert sign_in(client, ADA, next="/en/manage").location == "/en/account/second-factor?next=%2Fen%2Fmanage"
    opened = {permission for permission in Permission if client.get(f"/en/{permission}").status_code == 200}
    assert opened == OPEN
    assert client.get("/en/manage").location == "/en/account/second-factor?next=%2Fen%2Fmanage"
    assert "denied" not in {outcome for *_, outcome in audit(app)}, "waiting is no attempt at anything"


@pytest.mark.asvs("V6.3.6", "V6.3.3")
@pytest.mark.usefixtures("ada")
def test_a_mailed_link_alone_is_not_enough_for_whoever_sees_people(app: Flask, client: FlaskClient) -> None:
    post(client, f"/en/sign-in/{make_link(app, ADA)}")
    assert kept(app) == ("link", 1)
    assert client.get("/en/manage").location == "/en/account/second-factor?next=%2Fen%2Fmanage"


@pytest.mark.usefixtures("ada")
def test_the_demonstration_s_link_stands_for_both_factors_there(app: Flask, client: FlaskClient) -> None:
    post(client, f"/en/sign-in/{make_link(app, ADA, purpose='demo')}")
    assert kept(app) == ("link", 2)
    assert client.get("/en/manage").status_code == 200


@pytest.mark.asvs("V15.2.3")
@pytest.mark.usefixtures("ada")
def test_in_production_the_demonstration_s_link_is_unknown(
    app: Flask, client: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/en/sign-in/{make_link(app, ADA, purpose='demo')}"
    monkeypatch.setattr(type(settings), "demo", False)
    assert client.get(path).status_code == 404
    assert client.get("/en/manage").location == "/en/sign-in?next=%2Fen%2Fmanage"


@pytest.mark.usefixtures("eli")
def test_a_link_to_choose_a_password_signs_nobody_in(app: Flask, client: FlaskClient) -> None:
    path = f"/en/sign-in/{make_link(app, ELI, purpose='set_password')}"
    assert client.get(path).status_code == 404


@pytest.mark.asvs("V7.5.1")
@pytest.mark.usefixtures("eli")
def test_a_dangerous_act_asks_again_after_five_minutes(client: FlaskClient) -> None:
    began = now()
    sign_in(client)
    with time_machine.travel(began + timedelta(minutes=4), tick=False):
        assert client.get("/en/dangerous").status_code == 200
    with time_machine.travel(began + timedelta(minutes=6), tick=False):
        sent = client.get("/en/dangerous?page=2")
        assert sent.location == "/en/sign-in/again?next=%2Fen%2Fdangerous%3Fpage%3D2"
        assert client.get("/en/answer").status_code == 200, "what is not dangerous goes on"
        wrong = post(client, "/en/sign-in/again", password="not the password")
        assert wrong.status_code == 422
        assert client.get("/en/dangerous").status_code == 303
        assert post(client, "/en/sign-in/again", password=PASSWORD, next="/en/dangerous").location == "/en/dangerous"
        assert client.get("/en/dangerous").status_code == 200


@pytest.mark.usefixtures("eli")
def test_what_was_sent_too_late_leads_back_to_its_form_and_is_not_repeated(app: Flask, client: FlaskClient) -> None:
    sign_in(client)
    found = TOKEN.search(client.get("/en/sign-in").text)
    assert found
    with app.app_context(), committing() as unit:
        unit.execute(update(SignedInSession).values(confirmed_at=now() - timedelta(minutes=6)))
    for path, where in (
        ("/en/dangerous", "/en/sign-in/again?next=%2Fen%2Fdangerous"),
        ("/en/dangerous/act", "/en/sign-in/again"),
    ):
        assert client.post(path, data={"csrf_token": found[1]}).location == where


@pytest.mark.asvs("V7.2.4")
@pytest.mark.usefixtures("eli")
def test_proving_oneself_again_gives_a_new_token_and_the_old_opens_nothing(app: Flask, client: FlaskClient) -> None:
    sign_in(client)
    old = client.get_cookie("session")
    assert old
    post(client, "/en/sign-in/again", password=PASSWORD)
    assert client.get("/en/answer").status_code == 200
    client.set_cookie("session", old.value)
    assert client.get("/en/answer").status_code == 303
    assert audit(app)[-1] == ("confirm", "signed_in_session", "done")


@pytest.mark.usefixtures("eli")
def test_whoever_found_an_open_browser_guesses_ten_times(client: FlaskClient) -> None:
    sign_in(client)
    for _ in range(10):
        assert post(client, "/en/sign-in/again", password="not the password").status_code == 422
    answer = post(client, "/en/sign-in/again", password=PASSWORD)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 3500
