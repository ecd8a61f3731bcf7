"""What editors do with what visitors told them, and with a listing's page: state, address, pictures."""

import re
from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from service import jobs
from service.accounts import operations
from service.accounts.models import AuditEntry
from service.accounts.permissions import Role
from service.catalog import models as m
from service.cli.jobs import tools
from service.clock import now
from service.db import committing, db
from tests.catalog.test_pictures import photograph
from tests.people import LONG_AGO, Cast, signed_in
from tests.rows import rows
from tests.web.seeking import said

WORDS, CONTACT = "The zebra door was locked", "quokka@example.org"


def tell(app: Flask, cast: Cast, **more: Any) -> str:
    """Report a mistake as a visitor; return the address of its page."""
    form = {"wrong": "times", "words": WORDS, "contact": CONTACT, **more}
    assert app.test_client().post(f"/en/groups/{cast.eli_slug}/wrong", data=form).status_code == 303
    with app.app_context():
        newest = db.session.scalars(select(m.Report.id).order_by(m.Report.created_at.desc())).first()
        db.session.rollback()
    return f"/en/admin/reports/{newest}"


def token(page: TestResponse) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found
    return found[1]


def test_the_list_shows_what_may_harm_first_and_nothing_that_was_written(
    app: Flask, cast: Cast, ada: FlaskClient
) -> None:
    tell(app, cast)
    harm = tell(app, cast, wrong="unsafe")
    page = ada.get("/en/admin/reports")
    assert page.text.index(harm) < page.text.rindex("Day or time")
    assert "Would like an answer" in said(page)
    for written in (WORDS, CONTACT):
        assert written not in page.text
    assert 'href="/en/admin/reports"' in ada.get("/en/admin").text


def test_opening_one_is_recorded_and_closing_it_erases_how_to_reach_its_writer(
    app: Flask, cast: Cast, ada: FlaskClient
) -> None:
    there = tell(app, cast)
    page = ada.get(there)
    assert WORDS in page.text
    assert CONTACT in page.text
    assert f"/en/admin/groups/{cast.eli_group}" in page.text
    [read] = [row for row in rows(app, AuditEntry) if row.action == "read_report"]
    assert (read.user_id, str(read.subject_id)) == (cast.ada, there.rpartition("/")[2])
    form = {"csrf_token": token(page), "version": "1", "state": "done", "outcome": ""}
    refused = ada.post(f"{there}/close", data=form)
    assert refused.status_code == 422
    assert WORDS in refused.text
    assert "This is needed" in said(refused)
    assert ada.post(f"{there}/close", data={**form, "outcome": "New time 11:00"}).status_code == 303
    assert "Nothing waits" in said(ada.get("/en/admin/reports"))
    closed = ada.get(there)
    assert "Put right: New time 11:00" in said(closed).replace(" :", ":")
    assert CONTACT not in closed.text
    assert ada.post(f"{there}/close", data={**form, "outcome": "Again"}).status_code == 409


def test_a_professional_reads_no_report(app: Flask, cast: Cast) -> None:
    there = tell(app, cast)
    bo = signed_in(app, cast.bo)
    for path in (there, "/en/admin/reports"):
        assert bo.get(path).status_code == 403


def test_what_is_unsafe_is_off_the_list_with_one_press_and_back_by_somebody_else(
    app: Flask, cast: Cast, ada: FlaskClient
) -> None:
    there = tell(app, cast, wrong="unsafe")
    page = ada.get(there)
    assert ada.post(f"{there}/hold", data={"csrf_token": token(page), "hold": "yes"}).status_code == 303
    assert app.test_client().get(f"/en/groups/{cast.eli_slug}").status_code == 404
    assert "off the list" in said(ada.get(there))
    own = f"/en/admin/groups/{cast.eli_group}/page"
    form = {"what": "state", "status": "published", "version": "2", "reason": "All is well"}
    back = ada.post(own, data={**form, "csrf_token": token(ada.get(own))})
    assert back.status_code == 422
    assert "Ask somebody else" in said(back)
    other = signed_in(app, _editor(app))
    assert other.post(own, data={**form, "csrf_token": token(other.get(own))}).status_code == 303
    assert app.test_client().get(f"/en/groups/{cast.eli_slug}").status_code == 200


def _editor(app: Flask) -> UUID:
    with app.app_context(), committing() as unit:
        return operations.make_user(
            unit,
            email="abe@example.org",
            name="Abe",
            role=Role.EDITOR,
            organisation_id=None,
            password_hash=None,
            now=LONG_AGO,
        )


def test_an_editor_changes_the_address_and_the_old_one_leads_on(app: Flask, cast: Cast, ada: FlaskClient) -> None:
    own = f"/en/admin/groups/{cast.eli_group}/page"
    form = {"what": "address", "version": "1", "csrf_token": token(ada.get(own))}
    assert ada.post(own, data={**form, "slug": "Jigsaws in Sale"}).status_code == 303
    moved = app.test_client().get(f"/en/groups/{cast.eli_slug}")
    assert (moved.status_code, moved.headers["Location"]) == (308, "/en/groups/jigsaws-in-sale")
    assert ada.post(own, data={**form, "slug": "again"}).status_code == 409, "somebody saved since"
    assert "Address of its page" in said(ada.get(f"/en/admin/groups/{cast.eli_group}/history"))
    assert ada.post(own, data={**form, "version": "2", "slug": "!"}).status_code == 422


def test_a_picture_needs_words_and_is_seen_on_the_page(app: Flask, cast: Cast, ada: FlaskClient) -> None:
    own = f"/en/admin/groups/{cast.eli_group}/page"
    form = {"what": "picture", "shows": "door", "csrf_token": token(ada.get(own))}
    refused = ada.post(own, data={**form, "file": (BytesIO(photograph(90, 60)), "door.jpg")})
    assert refused.status_code == 422
    assert 'href="#alternative-door"' in refused.text
    broken = ada.post(own, data={**form, "alternative": "A door", "file": (BytesIO(b"no picture"), "x.jpg")})
    assert "We cannot read this picture" in said(broken)
    assert 'value="A door"' in broken.text, "what was written is still there"
    good = {**form, "alternative": "A green door", "file": (BytesIO(photograph(90, 60)), "door.jpg")}
    assert ada.post(own, data=good).status_code == 303
    assert 'alt="A green door"' in ada.get(own).text
    page = app.test_client().get(f"/en/groups/{cast.eli_slug}").text
    [source] = re.findall(r'src="(/pictures/[^"]+)" alt="A green door"', page)
    assert app.test_client().get(source).mimetype == "image/webp"
    assert ada.post(own, data={**form, "what": "no_picture"}).status_code == 303
    assert app.test_client().get(source).status_code == 404
    assert ada.post(own, data={"csrf_token": form["csrf_token"]}).status_code == 303, "nothing named, nothing changed"


def test_tidying_up_erases_old_contacts(app: Flask, cast: Cast) -> None:
    tell(app, cast)
    with app.app_context():
        assert jobs.tidy(tools(app)) == 0
        with committing() as unit:
            row = unit.scalars(select(m.Report)).one()
            row.created_at = now().replace(year=now().year - 1)
        assert jobs.tidy(tools(app)) == 1
    [row] = rows(app, m.Report)
    assert (row.contact, row.words is None) == (None, False)
