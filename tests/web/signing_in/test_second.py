"""The second step in a browser: set up when a role asks, asked for each time, no code works twice."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from service.accounts.signing_in import second_factor
from service.clock import now
from tests.web.signing_in.acting import (
    ADA,
    CODES,
    ELI,
    PASSWORD,
    audit,
    code_of,
    enrol,
    make_link,
    post,
    secret_in,
    sign_in,
    templates,
)

Clock = time_machine.Traveller
STEP = timedelta(seconds=30)


@pytest.fixture
def clock() -> Iterator[Clock]:
    with time_machine.travel(now() + timedelta(seconds=1), tick=False) as moved:
        yield moved


@pytest.mark.usefixtures("ada", "clock")
def test_whoever_needs_a_second_step_is_led_through_it_and_on(app: Flask, client: FlaskClient) -> None:
    where = sign_in(client, ADA, next="/en/manage").location
    assert where == "/en/account/second-factor?next=%2Fen%2Fmanage"
    shown = post(client, where, next="/en/manage")
    assert shown.location == "/en/account/second-factor/app?next=/en/manage"
    page = client.get(shown.location).text
    assert 'class="kith-qr kith-qr--large"' in page
    wrong = post(client, shown.location, code="000000", next="/en/manage")
    assert wrong.status_code == 422
    assert client.get("/en/manage").status_code == 303
    done = post(client, shown.location, code=code_of(secret_in(page)), next="/en/manage")
    assert len(CODES.findall(done.text)) == 10
    assert 'href="/en/manage"' in done.text
    assert done.headers["Cache-Control"] == "no-store"
    assert client.get("/en/manage").status_code == 200
    assert ("set_up_second_factor", "authenticator", "done") in audit(app)
    assert templates(app) == ["sign_in_changed"]


@pytest.mark.usefixtures("ada")
def test_a_new_administrator_goes_on_to_what_is_to_be_set_up(client: FlaskClient) -> None:
    sign_in(client, ADA)
    where = post(client, "/en/account/second-factor").location
    done = post(client, where, code=code_of(secret_in(client.get(where).text)))
    assert 'href="/en/organisation/set-up"' in done.text


@pytest.mark.asvs("V6.3.3", "V6.5.1")
@pytest.mark.usefixtures("ada")
def test_a_code_is_asked_for_at_each_sign_in_and_works_once(app: Flask, client: FlaskClient, clock: Clock) -> None:
    secret = enrol(client, ADA).secret
    clock.shift(STEP * 2)
    code = code_of(secret)
    first, second = app.test_client(), app.test_client()
    for browser in (first, second):
        assert sign_in(browser, ADA, next="/en/manage").location == "/en/sign-in/second?next=%2Fen%2Fmanage"
        assert browser.get("/en/manage").location == "/en/sign-in/second?next=%2Fen%2Fmanage"
        assert browser.get("/en/account/second-factor").location.startswith("/en/sign-in/second")
    assert post(first, "/en/sign-in/second", code=code, next="/en/manage").location == "/en/manage"
    assert first.get("/en/manage").status_code == 200
    again = post(second, "/en/sign-in/second", code=code)
    assert again.status_code == 422
    assert second.get("/en/manage").status_code == 303
    assert audit(app)[-1] == ("second_factor", "authenticator", "failed")


@pytest.mark.asvs("V16.3.1")
@pytest.mark.usefixtures("eli")
def test_each_step_of_signing_in_and_out_stands_in_the_record(app: Flask, client: FlaskClient, clock: Clock) -> None:
    secret = enrol(client, ELI).secret
    clock.shift(STEP * 2)
    before = len(audit(app))
    sign_in(client, password="not the password")
    sign_in(client)
    post(client, "/en/sign-in/second", code="000000")
    post(client, "/en/sign-in/second", code=code_of(secret))
    post(client, "/en/sign-in/again", password=PASSWORD)
    post(client, "/en/sign-out")
    said = [(action, outcome) for action, _, outcome in audit(app)]
    assert ("set_up_second_factor", "done") in said[:before]
    assert said[before:] == [
        ("sign_in", "failed"),
        ("sign_out", "done"),  # the session that the next one replaces
        ("sign_in", "done"),
        ("second_factor", "failed"),
        ("confirm", "done"),
        ("confirm", "done"),
        ("sign_out", "done"),
    ]


@pytest.mark.asvs("V7.2.4")
@pytest.mark.usefixtures("ada")
def test_the_token_from_before_the_second_step_opens_nothing_after_it(client: FlaskClient, clock: Clock) -> None:
    secret = enrol(client, ADA).secret
    clock.shift(STEP * 2)
    sign_in(client, ADA)
    old = client.get_cookie("session")
    assert old
    post(client, "/en/sign-in/second", code=code_of(secret))
    client.set_cookie("session", old.value)
    assert client.get("/en/manage").location == "/en/sign-in?next=%2Fen%2Fmanage"


@pytest.mark.asvs("V6.3.7")
@pytest.mark.usefixtures("ada", "clock")
def test_a_recovery_code_opens_once_and_its_owner_is_told(app: Flask, client: FlaskClient) -> None:
    code = enrol(client, ADA).recovery_codes[0]
    for good in (True, False):
        browser = app.test_client()
        sign_in(browser, ADA)
        answer = post(browser, "/en/sign-in/second", code=code.lower())
        assert (answer.status_code == 303) is good
        assert (browser.get("/en/manage").status_code == 200) is good
    assert templates(app) == ["sign_in_changed", "sign_in_changed"]


@pytest.mark.asvs("V6.4.3")
@pytest.mark.usefixtures("ada", "clock")
def test_a_link_does_not_skip_the_second_step(app: Flask, client: FlaskClient) -> None:
    enrol(client, ADA)
    browser = app.test_client()
    assert post(browser, f"/en/sign-in/{make_link(app, ADA)}").location == "/en/sign-in/second"
    assert browser.get("/en/manage").status_code == 303


@pytest.mark.usefixtures("ada")
def test_ten_wrong_codes_then_even_the_right_one_waits(client: FlaskClient, clock: Clock) -> None:
    secret = enrol(client, ADA).secret
    clock.shift(STEP * 2)
    sign_in(client, ADA)
    for _ in range(10):
        assert post(client, "/en/sign-in/second", code="000000").status_code == 422
    answer = post(client, "/en/sign-in/second", code=code_of(secret))
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 3500
    assert client.get("/en/manage").status_code == 303


@pytest.mark.usefixtures("eli")
def test_whoever_need_not_may_set_it_up_and_turn_it_off(app: Flask, client: FlaskClient, clock: Clock) -> None:
    enrol(client, ELI)
    other = app.test_client()
    assert sign_in(other, ELI).location == "/en/sign-in/second"
    page = client.get("/en/account/second-factor").text
    assert "10 codes are left" in page
    clock.shift(timedelta(minutes=6))
    off = re.search(r'action="(/en/account/second-factor/off)"', page)
    assert off
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    late = client.post(off[1], data={"csrf_token": token[1]})
    assert late.location == "/en/sign-in/again"
    assert sign_in(other, ELI).location == "/en/sign-in/second", "nothing was turned off"


@pytest.mark.usefixtures("ada", "clock")
def test_new_recovery_codes_are_shown_once(client: FlaskClient) -> None:
    enrol(client, ADA)
    page = client.get("/en/account/second-factor").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    shown = client.post("/en/account/second-factor/codes", data={"csrf_token": token[1]}).text
    codes = CODES.findall(shown)
    assert len(codes) == 10
    assert not set(codes) & set(CODES.findall(client.get("/en/account/second-factor").text))


def test_the_second_step_is_nobody_s_who_is_not_signed_in(client: FlaskClient) -> None:
    assert client.get("/en/sign-in/second").location == "/en/sign-in?next=%2Fen%2Fsign-in%2Fsecond"
    assert second_factor.RECOVERY_CODES == 10
