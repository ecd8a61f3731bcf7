"""Ask for me: a visitor's question goes to the group without the visitor, and everybody sees the answer."""

import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from service.accounts.limits import ASK_GROUP
from service.catalog import models as m
from service.db import committing, db
from service.notifications import outbox
from service.notifications.models import OutboxMessage
from tests.people import Cast


def page_of(cast: Cast) -> str:
    return f"/en/groups/{cast.eli_slug}"


def reachable(app: Flask, cast: Cast, email: str | None = "tables@example.org") -> None:
    with app.app_context(), committing() as unit:
        unit.get_one(m.Group, cast.eli_group).email = email


def link(app: Flask) -> str:
    sealer = app.extensions["kith"].sealer(outbox.PURPOSE)
    with app.app_context():
        sent = db.session().scalars(select(OutboxMessage).where(OutboxMessage.template == "fact_asked")).one()
        params = sealer.open(f"outbox_message:{sent.id}:params", sent.params_sealed or b"").decode()
    found = re.search(r"/en/asked/[\w-]+", params)
    assert found
    return found[0]


def test_from_a_question_to_a_fact_for_everybody(app: Flask, client: FlaskClient, cast: Cast) -> None:
    reachable(app, cast)
    shown = client.get(page_of(cast)).text
    assert "Ask the group for me" in shown
    assert 'value="accessible_toilet"' in shown
    asked = client.post(f"{page_of(cast)}/ask", data={"fact": "accessible_toilet"})
    assert "We asked the group" in asked.text
    opened = client.get(link(app))
    assert "A question about your group" in opened.text
    before = client.get(page_of(cast)).text.count("The group told us")
    token = re.findall(r'name="csrf_token" value="([^"]*)"', opened.text)[0]
    assert "Thank you" in client.post(link(app), data={"csrf_token": token, "answer": "yes"}).text
    after = client.get(page_of(cast)).text
    assert after.count("The group told us") == before + 1
    assert 'value="accessible_toilet"' not in after
    assert client.get(link(app)).status_code == 410


def test_what_is_no_answer_takes_none(app: Flask, client: FlaskClient, cast: Cast) -> None:
    reachable(app, cast)
    client.post(f"{page_of(cast)}/ask", data={"fact": "bsl"})
    token = re.findall(r'name="csrf_token" value="([^"]*)"', client.get(link(app)).text)[0]
    assert "A question about your group" in client.post(link(app), data={"csrf_token": token, "answer": "x"}).text
    assert client.get(link(app)).status_code == 200


def test_a_group_is_asked_so_often_in_a_day_and_no_more(app: Flask, client: FlaskClient, cast: Cast) -> None:
    reachable(app, cast)
    codes = ["bsl", "captions", "lift", "toilets", "quiet_space"][: ASK_GROUP.most + 1]
    told = [client.post(f"{page_of(cast)}/ask", data={"fact": code}).status_code for code in codes]
    assert told == [200] * ASK_GROUP.most + [429]


def test_a_group_without_an_address_has_no_button(app: Flask, client: FlaskClient, cast: Cast) -> None:
    reachable(app, cast, None)
    assert "Ask the group for me" not in client.get(page_of(cast)).text
    assert client.post(f"{page_of(cast)}/ask", data={"fact": "bsl"}).status_code == 422
