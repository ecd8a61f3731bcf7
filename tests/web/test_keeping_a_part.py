"""What an editor of a part sees, and how an administrator says which part: by keyboard, without a script."""

import re
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.accounts.permissions import Role
from service.catalog.keepers import setting
from service.catalog.models import Organisation
from service.catalog.queries import group_by_id
from service.clock import now
from service.db import committing, db
from tests.catalog import making
from tests.people import Cast, signed_in
from tests.web.seeking import said
from tests.web.test_admin import form_of
from tests.web.test_members import person

LIST = "/en/admin"


@pytest.fixture
def una(app: Flask, cast: Cast) -> UUID:
    """Una edits."""
    return person(app, "una", Role.EDITOR, None)


@pytest.fixture
def far(app: Flask, cast: Cast) -> UUID:
    """A listing in Altrincham, whose team is another one."""
    with app.app_context(), committing() as unit:
        body = Organisation(id=uuid4(), name="Altrincham Hands")
        hall = making.location(name="Moss Hall", city="Altrincham", postal_code="WA14 1AA")
        return making.group(unit, "Moss Table", organisation=body, hall=hall).id


def say(ada: FlaskClient, una: UUID, **typed: str | list[str]) -> int:
    there = f"/en/organisation/people/{una}"
    form = form_of(ada.get("/en/organisation/people").text)
    return ada.post(there, data={"csrf_token": form["csrf_token"], "act": "keeps", **typed}).status_code


def test_an_administrator_says_what_an_editor_keeps(app: Flask, cast: Cast, ada: FlaskClient, una: UUID) -> None:
    there = f"/en/organisation/people/{una}"
    page = ada.get(there).text
    assert "What they keep" in page
    assert "What they keep" not in ada.get(f"/en/organisation/people/{cast.bo}").text, "he edits nothing"
    token = form_of(page)["csrf_token"]
    looked = ada.post(
        there,
        data={
            "csrf_token": token,
            "act": "find",
            "scope": "part",
            "districts": "m33",
            "find_organisation": "sale tab",
        },
    ).text
    found = form_of(looked)
    assert (found["scope"], found["districts"], found["find_organisation"]) == ("part", "m33", "sale tab")
    assert "Sale Tables" in looked
    with app.app_context():
        body = group_by_id(db.session(), cast.eli_group, today=now().date()).organisation.id
        assert setting.kept_by(db.session(), una) is None, "looking keeps nothing"
    assert say(ada, una, scope="part", districts="m33, wa14", organisations=[str(body), "x"]) == 303
    with app.app_context():
        kept = setting.kept_by(db.session(), una)
    assert kept == setting.Kept(districts=("M33", "WA14"), organisations=((body, "Sale Tables"),))
    stored = form_of(ada.get(there).text)
    assert (stored["scope"], stored["districts"], stored["organisations"]) == ("part", "M33, WA14", str(body))
    assert say(ada, una, scope="whole") == 303
    with app.app_context():
        assert setting.kept_by(db.session(), una) is None


def test_what_cannot_be_kept_is_said_beside_its_field(app: Flask, ada: FlaskClient, una: UUID) -> None:
    token = form_of(ada.get("/en/organisation/people").text)["csrf_token"]
    for typed, words in (("ZZ99", "We do not know this district: ZZ99"), ("", "This is needed")):
        sent = {"csrf_token": token, "act": "keeps", "scope": "part", "districts": typed}
        answer = ada.post(f"/en/organisation/people/{una}", data=sent)
        assert answer.status_code == 422
        assert words in said(answer)
        assert form_of(answer.text)["districts"] == typed
    with app.app_context():
        assert setting.kept_by(db.session(), una) is None


def test_the_list_begins_with_ones_own_and_leads_to_all(
    app: Flask, cast: Cast, ada: FlaskClient, una: UUID, far: UUID
) -> None:
    client = signed_in(app, una)
    assert "Listings you keep" not in client.get(LIST).text
    assert "Moss Table" in client.get(LIST).text
    say(ada, una, scope="part", districts="M33")
    page = client.get(LIST).text
    assert "Jigsaw and Tea Table" in page
    assert "Moss Table" not in page
    assert "What needs you today" in page
    everything = client.get(f"{LIST}?whose=all").text
    assert "Moss Table" in everything
    assert "Listings you keep" in everything
    assert "Moss Table" not in client.get(f"{LIST}?q=Table").text
    assert "Moss Table" in client.get(f"{LIST}?q=Table&whose=all").text
    assert "Moss Table" in ada.get(f"{LIST}?whose=mine").text, "an administrator keeps all of it"


@pytest.mark.parametrize("rest", ["", "/page", "/life", "/calendar", "/suggested"])
def test_another_team_s_listing_is_read_and_not_edited(
    app: Flask, ada: FlaskClient, una: UUID, far: UUID, rest: str
) -> None:
    say(ada, una, scope="part", districts="M33")
    client = signed_in(app, una)
    page = client.get(f"/en/admin/groups/{far}{rest}")
    assert page.status_code == 200
    told = said(page)
    for words in ("Another team keeps this", "Altrincham Hands", "WA14 1AA", "M33", "Moss Hall"):
        assert words in told
    assert "/right" in page.text, "the way every visitor has"
    assert set(form_of(page.text)) == {"csrf_token"}, "only the form of the hold"
    assert "Check my changes" not in page.text
    assert "Moss Hall" in said(ada.get(f"/en/admin/groups/{far}"))
    refused = client.post(f"/en/admin/groups/{far}/save", data=form_of(ada.get(f"/en/admin/groups/{far}").text))
    assert refused.status_code == 403


def test_what_is_refused_is_said_in_words(app: Flask, ada: FlaskClient, una: UUID, far: UUID) -> None:
    form = form_of(ada.get(f"/en/admin/groups/{far}/page").text)
    say(ada, una, scope="part", districts="M33")
    client = signed_in(app, una)
    token = form_of(client.get(f"/en/admin/groups/{far}").text)["csrf_token"]
    sent = form | {"what": "state", "status": "paused", "csrf_token": token}
    refused = client.post(f"/en/admin/groups/{far}/page", data=sent)
    assert refused.status_code == 403
    assert "Another team keeps this" in said(refused)
    assert "ask an administrator" in said(refused)


def test_what_could_harm_somebody_is_taken_off_by_any_editor(
    app: Flask, ada: FlaskClient, una: UUID, far: UUID
) -> None:
    say(ada, una, scope="part", districts="M33")
    client = signed_in(app, una)
    form = form_of(client.get(f"/en/admin/groups/{far}").text)
    assert client.post(f"/en/admin/groups/{far}/hold", data=form | {"hold": "yes"}).status_code == 303
    with app.app_context():
        assert group_by_id(db.session(), far, today=now().date(), public=False).status == "held"
    page = client.get(f"/en/admin/groups/{far}").text
    assert "On hold" in page
    assert "/right" not in page, "it is not on the list"


def test_what_visitors_say_of_another_team_s_listing_is_read_and_answered_by_that_team(
    app: Flask, ada: FlaskClient, una: UUID, far: UUID
) -> None:
    with app.app_context():
        slug = group_by_id(db.session(), far, today=now().date()).slug
        db.session.rollback()
    visitor = app.test_client()
    for path, fields in (
        (f"/en/groups/{slug}/wrong", {"wrong": "times", "words": "It begins at eleven now."}),
        (f"/en/groups/{slug}/right", {"value-description": "A small table.", "description": "A small table."}),
    ):
        assert visitor.post(path, data=form_of(visitor.get(path).text) | fields).status_code == 303
    say(ada, una, scope="part", districts="M33")
    client = signed_in(app, una)
    for room in ("reports", "suggestions"):
        there = re.search(rf'href="(/en/admin/{room}/[0-9a-f-]+)"', client.get(f"/en/admin/{room}").text)
        assert there is not None
        page = client.get(there[1])
        assert "Altrincham Hands" in said(page)
        assert "That team answers this" in said(page)
        assert "/hold" in page.text, "what may harm somebody is anybody's"
        assert not re.search(r'action="[^"]+/(close|take|refuse)"', page.text)
        assert re.search(r'action="[^"]+/(close|refuse)"', ada.get(there[1]).text)
