"""A group says by the link in its mail whether its page is still right: two presses, no account, once."""

import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from service.catalog import leader_links, reports
from service.catalog import models as m
from service.clock import now
from service.db import committing, db
from tests.people import Cast, settle
from tests.web.seeking import said

OLD = date(2025, 3, 1)
Values = dict[str, str]


@pytest.fixture
def cast(app: Flask) -> Cast:
    made = settle(app)
    with app.app_context(), committing() as unit:
        unit.execute(update(m.Group).where(m.Group.id == made.eli_group).values(last_confirmed_on=OLD, host=None))
    return made


@pytest.fixture
def link(app: Flask, cast: Cast) -> str:
    return make(app, cast.eli_group)


def make(app: Flask, group_id: UUID) -> str:
    with app.app_context(), committing() as unit:
        token = leader_links.make(unit, group_id=group_id, purpose="confirm", now=now(), lives=timedelta(days=30))
    return f"/en/confirm/{token}"


def post(client: FlaskClient, link: str, **more: str) -> TestResponse:
    token = re.findall(r'name="csrf_token" value="([^"]+)"', client.get("/en/sign-in").text)[0]
    return client.post(link, data={"csrf_token": token, **more})


def send(client: FlaskClient, link: str, **more: str) -> TestResponse:
    [version] = set(re.findall(r'name="version" value="(\d+)"', client.get(link).text)) or {"1"}  # used: none
    return post(client, link, version=version, **more)


def group(app: Flask, cast: Cast) -> tuple[Any, ...]:
    with app.app_context():
        columns = (m.Group.status, m.Group.last_confirmed_on, m.Group.confirmed_by, m.Group.version)
        found = tuple(db.session.execute(select(*columns).where(m.Group.id == cast.eli_group)).one())
        db.session.rollback()
        return found


def written(app: Flask) -> list[tuple[str, str]]:
    """Return the reports there are, opened."""
    sealer = app.extensions["kith"].sealer(reports.PURPOSE)
    with app.app_context():
        rows = db.session.scalars(select(m.Report).order_by(m.Report.created_at)).all()
        found = [(row.wrong, sealer.open(reports.place(row.id, "words"), row.words or b"").decode()) for row in rows]
        db.session.rollback()
        return found


def test_the_page_shows_what_people_read_and_three_buttons(client: FlaskClient, link: str) -> None:
    page = client.get(link)
    assert page.status_code == 200
    for line in ("Every Tuesday, 10 to 12", "Lantern Hall", "M33 4", "Free", "tables@example.org"):
        assert line in said(page)
    assert re.findall(r'name="answer" value="(\w+)"', page.text) == ["right", "changed", "closed"]
    assert page.headers["Cache-Control"] == "no-store"
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_a_program_that_opens_every_link_of_a_mail_does_nothing(
    app: Flask, client: FlaskClient, cast: Cast, link: str
) -> None:
    before = group(app, cast)
    for _ in range(3):
        assert client.get(link).status_code == 200
        assert client.head(link).status_code == 200
    assert group(app, cast) == before


def test_still_right_is_two_presses_and_visitors_read_it(
    app: Flask, client: FlaskClient, cast: Cast, link: str
) -> None:
    assert "Not confirmed since March 2025." in said(client.get(f"/en/groups/{cast.eli_slug}"))
    page = send(client, link, answer="right")
    assert "Your page now says that it is right as of today." in said(page)
    assert group(app, cast)[:3] == ("published", now().date(), "group_leader")
    shown = said(client.get(f"/en/groups/{cast.eli_slug}"))
    assert "The group told us itself." in shown
    assert "Not confirmed since" not in shown


def test_a_link_used_twice_tells_what_was_answered(app: Flask, client: FlaskClient, cast: Cast, link: str) -> None:
    send(client, link, answer="right")
    after = group(app, cast)
    for page in (client.get(link), send(client, link, answer="closed", step="send")):
        assert page.status_code == 200
        assert "You answered on" in said(page)
        assert "right as of today" in said(page)
    assert group(app, cast) == after


def test_what_changed_is_asked_for_and_lands_with_the_editors(
    app: Flask, client: FlaskClient, cast: Cast, link: str
) -> None:
    form = send(client, link, answer="changed")
    assert "What is new?" in said(form)
    assert written(app) == []
    page = send(client, link, answer="changed", step="send", when="Now Wednesdays at 11", cost="£2")
    assert "One of our editors puts it right." in said(page)
    [(kind, words)] = written(app)
    assert kind == "other"
    assert words.splitlines()[1:] == ["When: Now Wednesdays at 11", "Cost: £2"]
    assert group(app, cast)[1] == OLD


@pytest.mark.parametrize(
    ("field", "kind"),
    [("when", "times"), ("where", "place"), ("cost", "cost"), ("contact", "contact"), ("more", "other")],
)
def test_one_thing_that_changed_is_filed_as_what_it_is(
    app: Flask, client: FlaskClient, link: str, field: str, kind: str
) -> None:
    send(client, link, answer="changed", step="send", **{field: "Something new"})
    assert [found for found, _words in written(app)] == [kind]


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({}, "Tell us a little more"),
        ({"when": "  "}, "Tell us a little more"),
        ({"when": "x" * 301}, "Say it in fewer words"),
        ({"more": "\x07"}, "Tell us a little more"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field_and_the_link_still_works(
    app: Flask, client: FlaskClient, link: str, typed: Values, problem: str
) -> None:
    page = send(client, link, answer="changed", step="send", **typed)
    assert page.status_code == 422
    assert problem in said(page)
    assert written(app) == []
    send(client, link, answer="changed", step="send", when="At 11", where="x" * 300)
    assert len(written(app)) == 1


def test_closed_asks_once_and_then_the_group_rests(app: Flask, client: FlaskClient, cast: Cast, link: str) -> None:
    before = group(app, cast)
    assert "Has it closed for good?" in said(send(client, link, answer="closed"))
    assert group(app, cast) == before
    assert "Nobody finds it" in said(send(client, link, answer="closed", step="send"))
    assert group(app, cast)[0] == "paused"
    assert [kind for kind, _words in written(app)] == ["closed"]
    assert client.get(f"/en/groups/{cast.eli_slug}").status_code in (404, 410)


def test_what_somebody_changed_meanwhile_is_shown_again(app: Flask, client: FlaskClient, cast: Cast, link: str) -> None:
    page = post(client, link, answer="right", version="0")
    assert "Somebody changed it a moment ago" in said(page)
    assert group(app, cast)[1] == OLD
    assert "right as of today" in said(send(client, link, answer="right"))


@pytest.mark.parametrize("status", ["held", "archived", "paused"])
def test_a_link_shows_nothing_of_what_is_off_the_list(
    app: Flask, client: FlaskClient, cast: Cast, link: str, status: str
) -> None:
    with app.app_context(), committing() as unit:
        unit.execute(update(m.Group).where(m.Group.id == cast.eli_group).values(status=status))
    for page in (client.get(link), post(client, link, answer="right", version="1")):
        assert page.status_code == 410
        assert "Lantern" not in page.text
    assert group(app, cast)[0] == status


@pytest.mark.parametrize("token", ["x", "x" * 43])
def test_a_link_that_is_none_tells_nothing(client: FlaskClient, cast: Cast, token: str) -> None:
    for page in (client.get(f"/en/confirm/{token}"), post(client, f"/en/confirm/{token}", answer="right")):
        assert page.status_code == 404


def test_a_link_ends_after_its_days(app: Flask, client: FlaskClient, cast: Cast) -> None:
    with app.app_context(), committing() as unit:
        past = now() - timedelta(days=31)
        token = leader_links.make(unit, group_id=cast.eli_group, purpose="confirm", now=past, lives=timedelta(days=30))
    page = client.get(f"/en/confirm/{token}")
    assert page.status_code == 410
    assert "This link has ended" in said(page)
