"""Editors make two listings one and two again, and answer what a text seems to say, on pages without a script."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from service.catalog import models as m
from service.catalog.models_reading import LikelyPair
from service.catalog.reading import likely
from service.clock import now
from service.db import committing, db
from tests.catalog.making import group, location
from tests.people import settle, signed_in
from tests.web.seeking import said


@pytest.fixture
def ada(app: Flask) -> FlaskClient:
    return signed_in(app, settle(app).ada)


def press(client: FlaskClient, page: TestResponse, action: str, **more: str) -> TestResponse:
    """Send the form of a page that goes to an address ending so, with what is chosen in it."""
    html = page.get_data(as_text=True)
    form = next(f for f in re.findall(r"<form.*?</form>", html, re.S) if re.search(rf'action="[^"]*{action}"', f))
    found = re.search(r'action="([^"]+)"', form)
    sent = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))
    chosen = dict(re.findall(r'name="([^"]+)" type="radio" value="([^"]*)" checked', form))
    assert found is not None
    return client.post(found[1], data={**sent, **chosen, **more})


def pair(app: Flask) -> str:
    with app.app_context(), committing() as session:
        group(session, "Heron Choir", description="Songs by the canal.")
        group(session, "The Heron Choir", hall=location(), description="Songs by the canal, for all.")
        likely.refresh(session, now=now())
        names = select(m.Group.id).where(m.Group.name == "Heron Choir")
        found = session.scalar(
            select(LikelyPair.id).where(LikelyPair.first_id.in_(names) | LikelyPair.second_id.in_(names))
        )
        return f"/en/admin/same/{found}"


def test_a_pair_is_made_one_and_two_again(app: Flask, ada: FlaskClient) -> None:
    there = pair(app)
    assert "Heron Choir" in said(ada.get("/en/admin/same"))
    page = ada.get(there)
    assert "Songs by the canal, for all." in said(page)
    assert press(ada, page, "/merge", **{"field-description": "b"}).status_code == 303
    page = ada.get(there)
    assert "They are one listing now." in said(page)
    with app.app_context():
        states = set(db.session().scalars(select(m.Group.status).where(m.Group.name.contains("Heron Choir"))))
    assert states == {"published", "archived"}
    assert press(ada, page, "/back").status_code == 303
    with app.app_context():
        states = set(db.session().scalars(select(m.Group.status).where(m.Group.name.contains("Heron Choir"))))
    assert states == {"published"}


def test_what_somebody_else_saved_meanwhile_is_not_overwritten(app: Flask, ada: FlaskClient) -> None:
    page = ada.get(pair(app))
    with app.app_context(), committing() as session:
        session.execute(update(m.Group).where(m.Group.name == "Heron Choir").values(version=m.Group.version + 1))
    answer = press(ada, page, "/merge")
    assert answer.status_code == 409
    assert "Please look again" in said(answer)


def test_two_that_are_not_the_same_are_not_shown_again(app: Flask, ada: FlaskClient) -> None:
    assert press(ada, ada.get(pair(app)), "/apart").status_code == 303
    assert "Heron Choir" not in said(ada.get("/en/admin/same"))


def test_the_words_are_marked_and_a_yes_is_saved_and_a_no_remembered(app: Flask, ada: FlaskClient) -> None:
    text = "Bells on Thursdays 7-9pm. We have a hearing loop. Not suitable for under 16s."
    with app.app_context(), committing() as session:
        made = group(session, "Heron Bells", description=text).id
    there = f"/en/admin/groups/{made}/suggested"
    page = ada.get(there)
    html = page.get_data(as_text=True)
    assert "<mark>Thursdays 7-9pm</mark>" in html
    keys = re.findall(r'name="(answer-[^"]+)" type="radio" value="yes"', html)
    answers = dict.fromkeys(keys, "yes") | {keys[-1]: "no"}
    assert press(ada, page, "/suggested", **answers, step="some").status_code == 303
    assert "Nothing waits" in said(ada.get(there))
    with app.app_context():
        listing = db.session().get(m.Group, made)
        assert listing is not None
        assert listing.age_min is None
        assert {one.code: one.source for one in listing.facts}["hearing_loop"] == "extracted"
        assert len(listing.sessions) == 2
