"""Changing a password: who knows the present one may, everything else is signed out, and the owner is told."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from service.clock import now
from tests.web.signing_in.acting import ELI, PASSWORD, audit, code_of, enrol, post, sign_in, templates

NEW = "three loud herons"
SIXTY_FOUR = "Otters rest; herons wait; 7 owls & 1 hedgehog cross the old bridge"[:64]
ANIMALS, SIGNS = "🦦🦢🦉🐌🦔🐝🦋🐞🐢🦀🐙🦑", "<b>'\";--%s{}</b>"
HERE = "/en/account/password"


@pytest.mark.asvs("V6.2.2", "V7.4.3")
@pytest.mark.usefixtures("eli")
def test_a_new_password_signs_every_other_browser_out(app: Flask, client: FlaskClient) -> None:
    others = [app.test_client() for _ in range(3)]
    for browser in (*others, client):
        sign_in(browser)
    kept = client.get_cookie("session")
    assert kept
    changed = post(client, HERE, present=PASSWORD, password=NEW)
    assert changed.location == f"{HERE}?changed=1"
    assert "Everywhere else you are signed out" in client.get(changed.location).text
    assert [browser.get("/en/answer").status_code for browser in others] == [303] * 3
    client.set_cookie("session", kept.value)
    assert client.get("/en/answer").status_code == 303, "this browser has a new token too"
    assert sign_in(app.test_client(), password=PASSWORD).status_code == 422
    assert sign_in(app.test_client(), password=NEW).status_code == 303
    assert templates(app) == ["sign_in_changed"]
    assert ("change_password", "user_account", "done") in audit(app)


@pytest.mark.asvs("V6.2.3")
@pytest.mark.usefixtures("eli")
def test_the_present_password_is_asked_for(client: FlaskClient) -> None:
    sign_in(client)
    for present in ("", "not the password", PASSWORD.upper(), f" {PASSWORD}", f"{PASSWORD} "):
        assert post(client, HERE, present=present, password=NEW).status_code == 422
    assert post(client, HERE, present=PASSWORD, password=NEW).status_code == 303


@pytest.mark.asvs("V6.2.1", "V6.2.4", "V6.2.11", "V6.2.12")
@pytest.mark.parametrize(
    "weak", ["elevenchars", "password1234", "qwertyuiop123", "Eli@Example.org", "SaleTables2026", "kith-group-leader"]
)
@pytest.mark.usefixtures("eli")
def test_what_somebody_would_guess_is_refused_and_never_shown_again(client: FlaskClient, weak: str) -> None:
    sign_in(client)
    answer = post(client, HERE, present=PASSWORD, password=weak)
    assert answer.status_code == 422
    assert 'id="password-error"' in answer.text
    assert f'value="{weak}"' not in answer.text


@pytest.mark.asvs("V6.2.5", "V6.2.8", "V6.2.9")
@pytest.mark.parametrize(
    "good",
    [SIXTY_FOUR, SIXTY_FOUR[::-1] + SIXTY_FOUR, "  two blanks around  ", "дванадцять слів тут", ANIMALS, SIGNS],
    ids=["64", "128", "blanks", "Ukrainian", "pictures", "signs"],
)
@pytest.mark.usefixtures("eli")
def test_any_letters_are_welcome_and_every_one_counts(app: Flask, client: FlaskClient, good: str) -> None:
    sign_in(client)
    assert post(client, HERE, present=PASSWORD, password=good).status_code == 303
    for nearly in (good[:-1], good.swapcase(), good.strip() if good != good.strip() else f"{good} "):
        if nearly != good:
            assert sign_in(app.test_client(), password=nearly).status_code == 422, nearly
    assert sign_in(app.test_client(), password=good).status_code == 303


@pytest.mark.usefixtures("eli")
def test_letters_after_the_seventy_second_count(app: Flask, client: FlaskClient) -> None:
    long = "otter heron " * 8
    sign_in(client)
    post(client, HERE, present=PASSWORD, password=long + "a")
    assert sign_in(app.test_client(), password=long + "b").status_code == 422
    assert sign_in(app.test_client(), password=long + "a").status_code == 303


@pytest.mark.asvs("V6.2.6", "V6.2.7", "V6.4.2")
@pytest.mark.usefixtures("eli")
def test_password_managers_and_pasting_work(client: FlaskClient) -> None:
    shown = client.get("/en/sign-in").text
    assert re.search(r'<input[^>]+id="email"[^>]+autocomplete="username"', shown)
    field = re.search(r'<input[^>]+id="password"[^>]*>', shown)
    assert field
    assert 'type="password"' in field[0]
    assert 'autocomplete="current-password"' in field[0]
    assert "onpaste" not in shown
    assert "maxlength" not in field[0]
    sign_in(client)
    asked = client.get(HERE).text
    assert [
        re.search(rf'<input[^>]+id="{name}"[^>]+autocomplete="{kind}"', asked) is not None
        for name, kind in (("present", "current-password"), ("password", "new-password"))
    ] == [True, True]
    assert "hint question" not in asked


@pytest.mark.asvs("V7.5.1")
@pytest.mark.usefixtures("eli")
def test_it_is_a_dangerous_act(client: FlaskClient) -> None:
    began = now()
    sign_in(client)
    with time_machine.travel(began + timedelta(minutes=6), tick=False):
        assert client.get(HERE).location == "/en/sign-in/again?next=%2Fen%2Faccount%2Fpassword"


@pytest.mark.usefixtures("eli")
def test_a_new_password_does_not_skip_the_second_step(app: Flask, client: FlaskClient) -> None:
    phone = enrol(client, ELI)
    post(client, HERE, present=PASSWORD, password=NEW)
    other = app.test_client()
    assert sign_in(other, password=NEW).location == "/en/sign-in/second"
    with time_machine.travel(now() + timedelta(minutes=1), tick=False):
        assert post(other, "/en/sign-in/second", code=code_of(phone.secret)).status_code == 303
