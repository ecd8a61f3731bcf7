"""Telling us that something is wrong: once, in one's own words, without an account, and nothing of it gets lost."""

import re
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from service.accounts.limits import REPORT_ADDRESS
from service.catalog import models as m
from service.db import db
from tests.web.refused import denied
from tests.web.seeking import address, said

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.usefixtures("groups")]
FORM = "/en/groups/larks/wrong"
WORDS, CONTACT = "The zebra door was locked", "quokka@example.org"


def once(client: FlaskClient, form: str = FORM) -> str:
    [found] = re.findall(r'name="once" value="([^"]+)"', client.get(form).text)
    return str(found)


def send(client: FlaskClient, form: str = FORM, **more: Any) -> TestResponse:
    return client.post(form, data={"wrong": "times", "words": WORDS, "contact": CONTACT, "once": once(client), **more})


def count(app: Flask) -> int:
    with app.app_context():
        found = db.session.scalar(select(func.count()).select_from(m.Report)) or 0
        db.session.rollback()
        return int(found)


def test_the_form_asks_little_and_fills_in_nothing(client: FlaskClient) -> None:
    page = client.get(FORM)
    assert page.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in page.headers
    assert " checked" not in page.text
    assert len(re.findall(r'type="radio"', page.text)) == 8
    assert 'name="leave_empty"' in page.text
    assert FORM in client.get("/en/groups/larks").text


def test_a_report_is_kept_and_thanked_for_and_no_address_tells_what_was_said(app: Flask, client: FlaskClient) -> None:
    answer = send(client)
    assert answer.status_code == 303
    there = answer.headers["Location"]
    assert "Set-Cookie" not in answer.headers
    for word in ("zebra", "quokka", "times"):
        assert word not in there
    thanks = client.get(there)
    assert "What happens next" in said(thanks)
    assert "not safe" not in said(thanks)
    assert count(app) == 1
    assert client.get(f"{there}x").status_code == 410


def test_nothing_of_it_reaches_the_log(client: FlaskClient, capfd: pytest.CaptureFixture[str]) -> None:
    client.get(send(client).headers["Location"])
    send(client, wrong="")
    out = "".join(capfd.readouterr())
    for word in ("zebra", "quokka"):
        assert word not in out


def test_sent_twice_is_one_report(app: Flask, client: FlaskClient) -> None:
    token = once(client)
    assert [send(client, once=token).status_code for _ in range(3)] == [303] * 3
    assert count(app) == 1
    send(client)
    assert count(app) == 2


def test_whoever_goes_back_and_writes_more_is_heard(app: Flask, client: FlaskClient) -> None:
    token = once(client)
    send(client, once=token)
    send(client, once=token, words="The hall is locked, and nobody came")
    assert count(app) == 2


def test_who_felt_unsafe_sees_help_first(client: FlaskClient) -> None:
    for more in ({"wrong": "unsafe"}, {"wrong": "other", "words": "I want to die"}):
        text = said(client.get(send(client, **more).headers["Location"]))
        assert text.index("If you are not safe") < text.index("Thank you")
        assert "116 123" in text


def test_the_address_of_the_thanks_is_as_long_for_everybody(client: FlaskClient) -> None:
    lengths = {len(send(client, wrong=wrong).headers["Location"]) for wrong in ("unsafe", "times", "closed")}
    assert len(lengths) == 1


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"wrong": ""}, "Choose what is wrong"),
        ({"wrong": "x<y"}, "Choose what is wrong"),
        ({"wrong": "unsafe", "words": " "}, "Tell us a little more"),
        ({"words": WORDS + "x" * 2000}, "at most 2000"),
        ({"contact": CONTACT + "x" * 200}, "at most 200"),
    ],
)
def test_what_must_be_put_right_loses_no_word(
    app: Flask, client: FlaskClient, more: dict[str, str], sentence: str
) -> None:
    answer = send(client, **more)
    assert answer.status_code == 422
    assert sentence in said(answer)
    assert (more.get("words") or WORDS).strip() in answer.text
    assert (more.get("contact") or CONTACT) in answer.text
    assert "Error:" in answer.text
    assert count(app) == 0


def test_a_program_that_fills_every_field_is_thanked_and_not_kept(app: Flask, client: FlaskClient) -> None:
    assert send(client, leave_empty="https://buy.example.org").status_code == 303
    assert count(app) == 0


def test_reports_are_limited_exactly_and_what_was_typed_stays(app: Flask, client: FlaskClient) -> None:
    for _ in range(REPORT_ADDRESS.most):
        assert send(client).status_code == 303
    late = send(client)
    assert late.status_code == 429
    assert WORDS in late.text
    assert "try again in an hour" in said(late)
    assert count(app) == REPORT_ADDRESS.most
    send(client)
    assert denied(app) == [("limit", REPORT_ADDRESS.scope, "visitor", "security")], "once, however often it is tried"


def test_from_a_list_one_comes_back_to_the_list(client: FlaskClient, groups: dict[str, UUID]) -> None:
    there = f"{address(client)}/groups/larks"
    assert f'href="{there}/wrong"' in client.get(there).text
    answer = send(client, form=f"{there}/wrong")
    assert f'href="{there}"' in client.get(answer.headers["Location"]).text


def test_a_list_that_ran_out_loses_no_report(app: Flask, client: FlaskClient) -> None:
    assert send(client, form="/en/find/run-out/groups/larks/wrong").status_code == 303
    assert count(app) == 1


def test_another_site_cannot_report_through_somebody_s_browser(app: Flask, client: FlaskClient) -> None:
    token = once(client)
    answer = client.post(FORM, data={"wrong": "closed", "once": token}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert count(app) == 0


def test_what_is_not_there_cannot_be_wrong(client: FlaskClient) -> None:
    assert client.get("/en/groups/nothing/wrong").status_code == 404
    assert client.post("/en/groups/nothing/wrong", data={"wrong": "closed"}).status_code == 404
