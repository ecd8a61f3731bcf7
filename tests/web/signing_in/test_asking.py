"""Asking for a link by mail: whose address it is, nobody learns; the link works once, soon, where it was asked for."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.accounts.record.telling import Post
from service.accounts.signing_in import asking
from service.clock import now
from service.config import Settings
from service.db import committing
from service.db.sealing import Sealer
from service.notifications import outbox
from service.notifications.channels import Message
from tests.web.signing_in.acting import BO, ELI, PASSWORD, TOKEN, code_of, enrol, post, sessions, sign_in, templates

HERE = "/en/sign-in/link"
Mail = Callable[[], list[Message]]


class Kept(list[Message]):
    """A channel that keeps what it carries."""

    def send(self, message: Message) -> None:
        self.append(message)


@pytest.fixture
def mail(app: Flask, settings: Settings) -> Mail:
    """Send all that is due, in two rounds: what was asked for, then the mails; give the mails of this time."""
    sealer = Sealer(settings.secret, outbox.PURPOSE)
    post_box = Post(channel="console", sealer=sealer, public_url=settings.public_url)

    def sent() -> list[Message]:
        mails = Kept()
        with app.app_context():
            writer = asking.LinkWriter(unit=committing, post=post_box, clock=now)
            for _ in range(2):
                outbox.send_due(committing, {"accounts": writer, "console": mails}, sealer=sealer, clock=now)
        return mails

    return sent


def ask(client: FlaskClient, email: str = ELI, purpose: str = "sign_in") -> TestResponse:
    return post(client, HERE, email=email, purpose=purpose)


def link_in(mails: list[Message]) -> str:
    link = str(mails[-1].params["link"])
    return link.removeprefix("http://127.0.0.1:8000")


@pytest.mark.asvs("V6.3.8", "V6.5.1", "V6.5.5", "V7.6.2")
@pytest.mark.usefixtures("eli")
def test_a_hundred_looks_use_nothing_up_and_one_press_does(app: Flask, client: FlaskClient, mail: Mail) -> None:
    assert ask(client).location == "/en/sign-in/link/asked"
    link = link_in(mail())
    for _ in range(100):
        assert client.get(link).status_code == 200
    assert client.head(link).status_code == 200
    assert sessions(app) == 0
    assert post(client, link).status_code == 303
    assert client.get("/en/answer").status_code == 200
    assert client.get(link).status_code == 410
    assert sessions(app) == 1


@pytest.mark.usefixtures("eli")
def test_of_fifty_presses_at_once_one_signs_in(app: Flask, client: FlaskClient, mail: Mail) -> None:
    ask(client)
    link = link_in(mail())
    found = TOKEN.search(client.get(link).text)
    cookie = client.get_cookie("session")
    assert found
    assert cookie

    def press() -> int:
        browser = app.test_client()
        browser.set_cookie("session", cookie.value)
        return browser.post(link, data={"csrf_token": found[1]}).status_code

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: press(), range(50)))
    assert (answers.count(303), answers.count(410)) == (1, 49)
    assert sessions(app) == 1


@pytest.mark.usefixtures("eli")
def test_after_ten_minutes_it_signs_nobody_in(app: Flask, client: FlaskClient, mail: Mail) -> None:
    ask(client)
    link = link_in(mail())
    found = TOKEN.search(client.get(link).text)
    assert found
    with time_machine.travel(now() + timedelta(minutes=11), tick=False):
        assert client.post(link, data={"csrf_token": found[1]}).status_code == 410
    assert sessions(app) == 0


@pytest.mark.asvs("V6.6.2")
@pytest.mark.usefixtures("eli")
def test_it_works_in_the_browser_that_asked_and_in_no_other(app: Flask, client: FlaskClient, mail: Mail) -> None:
    ask(client)
    link = link_in(mail())
    other = app.test_client()
    found = TOKEN.search(other.get("/en/sign-in").text)
    assert found
    assert other.get(link).status_code == 403
    assert other.post(link, data={"csrf_token": found[1]}).status_code == 403
    ask(other, BO)
    assert other.get(link).status_code == 403, "having asked for something else is not enough"
    assert sessions(app) == 0
    assert post(client, link).status_code == 303


@pytest.mark.asvs("V6.3.8")
@pytest.mark.usefixtures("eli")
def test_the_answer_and_the_queue_are_the_same_for_whoever_has_no_account(app: Flask, mail: Mail) -> None:
    answers = []
    for email in (ELI, BO):
        browser = app.test_client()
        answer = ask(browser, email)
        page = browser.get(answer.location)
        names = sorted(name for name, _ in answer.headers)
        answers.append((answer.status_code, answer.location, answer.get_data(), names, page.get_data()))
    assert answers[0] == answers[1]
    assert templates(app) == ["link_wanted", "link_wanted"]
    assert [message.to for message in mail()] == [ELI], "whoever has no account gets no mail"


@pytest.mark.usefixtures("eli")
def test_three_mails_in_six_hours_and_five_hundred_requests_change_nothing_of_that(
    app: Flask, client: FlaskClient, mail: Mail
) -> None:
    spellings = [ELI, "ELI@example.org", " eli@example.org ", "\uff25li@example.org"]
    answers = [ask(client, spellings[number % 4]) for number in range(18)]
    plus = ask(app.test_client(), "eli+news@example.org")
    assert [answer.status_code for answer in (*answers, plus)] == [303] * 3 + [429] * 16
    assert all(int(answer.headers["Retry-After"]) > 6 * 3500 for answer in answers[3:])
    assert len(mail()) == 3
    with time_machine.travel(now() + timedelta(hours=6, minutes=1), tick=False):
        assert ask(client).status_code == 303


def test_one_network_address_asks_for_twenty_an_hour(client: FlaskClient) -> None:
    answers = [ask(client, f"{number}@example.org").status_code for number in range(22)]
    assert answers == [303] * 20 + [429] * 2


@pytest.mark.parametrize(("email", "purpose"), [("", "sign_in"), ("eli", "sign_in"), (ELI, ""), (ELI, "demo")])
@pytest.mark.usefixtures("eli")
def test_what_cannot_be_asked_is_said(client: FlaskClient, mail: Mail, email: str, purpose: str) -> None:
    assert ask(client, email, purpose).status_code == 422
    assert mail() == []


@pytest.mark.asvs("V6.4.1", "V6.4.3")
@pytest.mark.usefixtures("eli")
def test_a_forgotten_password_is_chosen_anew_by_mail_and_ends_all_sessions(
    app: Flask, client: FlaskClient, mail: Mail
) -> None:
    phone = enrol(other := app.test_client(), ELI)
    mail()
    ask(client, purpose="set_password")
    link = link_in(mail())
    assert "/en/sign-in/password/" in link
    assert client.get(link.replace("/password/", "/")).status_code == 404, "it signs nobody in"
    assert post(client, link, password="elevenchars").status_code == 422
    assert other.get("/en/answer").status_code == 200
    assert post(client, link, password="three loud herons").location == "/en/sign-in"
    assert other.get("/en/answer").status_code == 303
    assert client.get(link).status_code == 410
    assert sign_in(client, password=PASSWORD).status_code == 422
    assert sign_in(client, password="three loud herons").location == "/en/sign-in/second"
    assert client.get("/en/answer").status_code == 303
    with time_machine.travel(now() + timedelta(minutes=1), tick=False):
        assert post(client, "/en/sign-in/second", code=code_of(phone.secret)).status_code == 303
    assert [message.template for message in mail()] == ["sign_in_changed"]


@pytest.mark.usefixtures("eli")
def test_a_mail_that_is_written_twice_is_sent_once(app: Flask, client: FlaskClient, settings: Settings) -> None:
    """The program that writes mails may be killed after writing one: then it reads what was asked for again."""
    ask(client)
    sealer = Sealer(settings.secret, outbox.PURPOSE)
    writer = asking.LinkWriter(
        unit=committing, post=Post(channel="console", sealer=sealer, public_url=settings.public_url), clock=now
    )
    with app.app_context():
        with committing() as unit:
            (wanted,) = outbox.take_due(unit, now=now(), sealer=sealer)
        for _ in range(2):
            writer.send(wanted)
    assert templates(app) == ["link_wanted", "sign_in_link"]


def test_the_pages_of_links_name_nobody(client: FlaskClient) -> None:
    assert not re.search(r"Eli|eli@", client.get(HERE).text)
