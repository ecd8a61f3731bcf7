"""What an editor is promised: old versions are shown before they come back, parts are copied, others look first."""

import re

from flask import Flask
from flask.testing import FlaskClient

from service.catalog.history import revisions
from service.db import db
from tests.people import Cast
from tests.web.test_admin import form_of


def page_of(cast: Cast, rest: str = "") -> str:
    return f"/en/admin/groups/{cast.eli_group}{rest}"


def rename(ada: FlaskClient, cast: Cast, name: str) -> None:
    form = form_of(ada.get(page_of(cast)).text) | {"name": name}
    ada.post(page_of(cast, "/save"), data=form_of(ada.post(page_of(cast, "/check"), data=form).text))


def test_an_old_version_is_shown_before_it_comes_back(ada: FlaskClient, cast: Cast) -> None:
    for name in ("First name", "Second name"):
        rename(ada, cast, name)
    history = ada.get(page_of(cast, "/history")).text
    then = re.findall(r'href="([^"]+/was/\d+)"', history)
    assert len(then) == 1
    shown = ada.get(then[0])
    assert "<ins>First name</ins>" in shown.text
    assert "Second name" in ada.get(page_of(cast)).text, "looking changes nothing"
    stale = ada.post(then[0], data=form_of(shown.text) | {"version": "1"})
    assert stale.status_code == 409
    saved = ada.post(then[0], data=form_of(shown.text))
    assert "First name" in ada.get(saved.headers["Location"]).text
    assert "Nothing is different" in ada.get(then[0]).text


def test_a_listing_is_given_to_another_organisation_by_its_name(app: Flask, ada: FlaskClient, cast: Cast) -> None:
    form = form_of(ada.get(page_of(cast, "/life")).text) | {"deed": "move"}
    for typed in ("", "No such"):
        assert ada.post(page_of(cast, "/life"), data=form | {"organisation": typed}).status_code == 422
    told = ada.post(page_of(cast, "/life"), data=form | {"organisation": " oak  SURGERY "}, follow_redirects=True).text
    assert "Oak Surgery" in told


def test_a_part_is_copied_once_however_often_it_is_sent(app: Flask, ada: FlaskClient, cast: Cast) -> None:
    form = form_of(ada.get(page_of(cast, "/life")).text) | {"deed": "split", "name": "Friday Table"}
    assert ada.post(page_of(cast, "/life"), data=form | {"name": ""}).status_code == 422
    first, again = (ada.post(page_of(cast, "/life"), data=form).headers["Location"] for _ in range(2))
    assert first == again
    assert "Friday Table" in ada.get(first).text
    with app.app_context():
        assert revisions(db.session(), "group", cast.eli_group)[0].difference == {"split_into": [None, "Friday Table"]}


def test_where_a_second_pair_of_eyes_is_asked_for_the_writer_is_told(ada: FlaskClient, cast: Cast) -> None:
    page = ada.get(page_of(cast, "/life")).text
    chosen = {
        name: re.search(rf'name="{name}" type="checkbox" value="([^"]+)"', page) for name in ("sessions", "places")
    }
    form = form_of(page) | {"deed": "split", "name": "Friday Table"}
    form |= {name: found[1] for name, found in chosen.items() if found}
    draft = ada.post(page_of(cast, "/life"), data=form).headers["Location"]
    ada.post("/en/admin/rule", data={"second_pair": "yes", "csrf_token": form["csrf_token"]})
    page = ada.get(f"{draft}/page").text
    assert "Somebody else must look at it first" in page
    sent = {"what": "state", "status": "published", "csrf_token": form["csrf_token"]}
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    refused = ada.post(f"{draft}/page", data=sent | {"version": version[1]})
    assert refused.status_code == 422
    ada.post("/en/admin/rule", data={"csrf_token": form["csrf_token"]})
    assert ada.post(f"{draft}/page", data=sent | {"version": version[1]}).status_code == 303
