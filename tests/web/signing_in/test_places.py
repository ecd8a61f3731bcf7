"""Where somebody is signed in: five places at most, each can be ended, and what is ended stays ended."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from service.accounts import people
from service.accounts.models import Membership, SignedInSession
from service.accounts.permissions import VISITOR
from service.clock import now
from service.db import committing, db
from service.web.devices import device_of
from tests.web.signing_in.acting import ADA, TOKEN, audit, enrol, post, sign_in

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1"


def browsers(app: Flask, number: int) -> list[FlaskClient]:
    made = [app.test_client() for _ in range(number)]
    for browser in made:
        sign_in(browser)
    return made


def still_in(clients: list[FlaskClient]) -> list[bool]:
    return [client.get("/en/answer").status_code == 200 for client in clients]


def press(client: FlaskClient, page: str, words: str) -> int:
    """Press the first button with these words."""
    text = client.get(page).text
    form = re.search(rf'<form method="post" action="([^"]+)">(?:(?!</form>).)*?{words}', text, re.DOTALL)
    token = TOKEN.search(text)
    assert form
    assert token
    return client.post(form[1], data={"csrf_token": token[1]}).status_code


@pytest.mark.asvs("V7.5.2")
@pytest.mark.usefixtures("eli")
def test_somebody_sees_where_they_are_signed_in_and_ends_one(app: Flask, client: FlaskClient) -> None:
    for browser, agent in ((app.test_client(), FIREFOX), (client, SAFARI)):
        browser.environ_base["HTTP_USER_AGENT"] = agent
        sign_in(browser)
    page = client.get("/en/account").text
    assert re.findall(r"<bdi>([^<]+, [^<]+)</bdi>", page) == ["Safari, iOS", "Firefox, Windows"], "this one first"
    assert page.count("this browser</span>") == 1
    assert "127.0.0.0/24" in page
    assert "Mozilla" not in page
    assert press(client, "/en/account", "End this one") == 303
    assert "Firefox, Windows" not in client.get("/en/account").text
    assert ("sign_out_elsewhere", "signed_in_session", "done") in audit(app)


@pytest.mark.usefixtures("eli")
def test_ending_all_others_ends_all_others(app: Flask, client: FlaskClient) -> None:
    others = browsers(app, 3)
    sign_in(client)
    assert still_in([*others, client]) == [True] * 4
    assert press(client, "/en/account", "End all but this browser") == 303
    assert still_in([*others, client]) == [False] * 3 + [True]


@pytest.mark.usefixtures("ada", "eli")
def test_nobody_ends_or_sees_a_session_of_somebody_else(app: Flask, client: FlaskClient) -> None:
    other = app.test_client()
    enrol(other, ADA)
    with app.app_context():
        theirs = db.session().scalars(select(SignedInSession.id)).one()
    sign_in(client)
    assert str(theirs) not in client.get("/en/account").text
    found = TOKEN.search(client.get("/en/account").text)
    assert found
    answers = [
        client.post(f"/en/account/end/{which}", data={"csrf_token": found[1]}).status_code
        for which in (theirs, UUID(int=7))
    ]
    assert answers == [404, 404]
    assert other.get("/en/manage").status_code == 200


@pytest.mark.asvs("V7.1.2")
@pytest.mark.usefixtures("eli")
def test_a_sixth_sign_in_ends_the_oldest(app: Flask) -> None:
    assert still_in(browsers(app, 6)) == [False] + [True] * 5


@pytest.mark.asvs("V7.4.1", "V7.4.4", "V14.3.1")
@pytest.mark.usefixtures("eli")
def test_signing_out_leaves_nothing_behind_in_the_browser(client: FlaskClient) -> None:
    sign_in(client)
    kept = client.get_cookie("session")
    assert kept
    for page in ("/en/account", "/en/account/password", "/en/account/second-factor"):
        assert 'action="/en/sign-out"' in client.get(page).text
    answer = post(client, "/en/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    client.set_cookie("session", kept.value)
    assert client.get("/en/answer").status_code == 303


@pytest.mark.asvs("V7.4.2", "V8.3.2")
@pytest.mark.parametrize("what", ["disabled", "role ended"])
def test_what_an_administrator_ends_is_ended_at_the_next_request(app: Flask, eli: UUID, what: str) -> None:
    clients = browsers(app, 3)
    kept = [client.get_cookie("session") for client in clients]
    with app.app_context(), committing() as session:
        if what == "disabled":
            people.disable(session, user_id=eli, actor=VISITOR, now=now())
        else:
            session.execute(update(Membership).values(valid_until=now()))
    for client, cookie in zip(clients, kept, strict=True):
        assert cookie
        client.set_cookie("session", cookie.value)
    assert still_in(clients) == [False] * 3
    assert sign_in(app.test_client()).status_code == (422 if what == "disabled" else 303)


@pytest.mark.asvs("V7.3.1")
@pytest.mark.usefixtures("eli")
def test_the_page_says_until_when_and_a_press_makes_it_longer(client: FlaskClient) -> None:
    began = now().replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=1)
    with time_machine.travel(began, tick=False) as clock:
        sign_in(client)
        page = client.get("/en/account").text
        assert "<span data-session-until>10:30" in page
        assert 'data-session-left="1800"' in page
        clock.shift(timedelta(minutes=25))
        assert press_to_stay(client, page) == "/en/account"
        clock.shift(timedelta(minutes=25))
        assert client.get("/en/answer").status_code == 200
        clock.shift(timedelta(minutes=31))
        assert client.get("/en/answer").status_code == 303


@pytest.mark.usefixtures("eli")
def test_a_script_keeps_somebody_signed_in_and_the_page_as_it_is(client: FlaskClient) -> None:
    sign_in(client)
    found = TOKEN.search(client.get("/en/account").text)
    assert found
    answer = client.post(
        "/en/account/stay", data={"csrf_token": found[1]}, headers={"Accept": "application/json"}
    ).get_json()
    assert 1790 <= answer["seconds"] <= 1800
    assert re.fullmatch(r"\d\d:\d\d", answer["until"])


def press_to_stay(client: FlaskClient, page: str) -> str | None:
    found = TOKEN.search(page)
    assert found
    assert '<input type="hidden" name="next" value="/en/account">' in page
    return client.post("/en/account/stay", data={"csrf_token": found[1], "next": "/en/account"}).location


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (FIREFOX, "Firefox, Windows"),
        (SAFARI, "Safari, iOS"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, macOS"),
        ("curl/8.0", None),
        ("", None),
        ("x" * 100_000, None),
    ],
)
def test_of_a_browser_two_words_are_kept(agent: str, said: str | None) -> None:
    assert device_of(agent) == said
