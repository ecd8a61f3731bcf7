"""What an editor is promised who points a group at its calendar: it is shown, then followed, and let go at will."""

import re
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.catalog import models as m
from service.catalog.importing.feeds import of_group
from service.catalog.models_lists import Feed
from service.db import db
from service.errors import Invalid
from tests.catalog.editing import ADA, DEE
from tests.catalog.imports.calendars import WEEKLY, calendar, event
from tests.catalog.imports.test_feeds import Server
from tests.catalog.imports.test_feeds import server as server
from tests.people import Cast, signed_in


@pytest.fixture
def ada(app: Flask, cast: Cast) -> FlaskClient:
    """An administrator of a demonstration, which may ask this machine."""
    return signed_in(app, cast.ada)


def page_of(cast: Cast) -> str:
    return f"/en/admin/groups/{cast.eli_group}/calendar"


def post(client: FlaskClient, cast: Cast, **fields: Any) -> TestResponse:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page_of(cast)).text)
    assert token is not None
    return client.post(page_of(cast), data={"csrf_token": token[1], **fields})


def said(answer: TestResponse) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def starts(app: Flask, group_id: UUID) -> list[datetime | None]:
    with app.app_context():
        found = list(db.session.scalars(select(m.Session.starts_at).where(m.Session.group_id == group_id)))
        db.session.rollback()
        return found


def test_a_calendar_is_shown_first_then_followed_and_let_go(
    app: Flask, ada: FlaskClient, cast: Cast, server: Server
) -> None:
    before = starts(app, cast.eli_group)
    off = event("p@x", summary="Party", at="20201224T190000")
    server.pages["/tea.ics"] = calendar(event("a@x", WEEKLY, "DURATION:PT1H", at="20260106T161500"), off)
    url = f"{server.url}/tea.ics"
    seen = post(ada, cast, act="look", url=url)
    assert "What would change" in said(seen)
    assert "16:15" in said(seen)
    assert starts(app, cast.eli_group) == before, "nothing yet"
    done = post(ada, cast, act="follow", url=url)
    assert done.status_code == 303
    assert starts(app, cast.eli_group) == [datetime(2026, 1, 6, 16, 15)]  # noqa: DTZ001  # local wall time
    page = ada.get(page_of(cast))
    assert "What it changed last" in said(page)
    assert "/tea.ics" not in page.text, "the rest of the address may be a secret"
    assert post(ada, cast, act="follow", url=url).status_code == 409
    assert post(ada, cast, act="let_go").status_code == 303
    assert starts(app, cast.eli_group) == [datetime(2026, 1, 6, 16, 15)]  # noqa: DTZ001
    with app.app_context():
        assert db.session.scalar(select(Feed.id)) is None
        db.session.rollback()


@pytest.mark.parametrize("url", ["", "tea", "http://example.org/tea.ics", "https://10.0.0.1/a.ics", "file:///a"])
def test_an_address_that_is_none_is_told_and_stays_in_its_field(ada: FlaskClient, cast: Cast, url: str) -> None:
    refused = post(ada, cast, act="look", url=url)
    assert refused.status_code == 422
    assert f'value="{url}"' in refused.text


def test_what_does_not_answer_or_is_no_calendar_is_told(ada: FlaskClient, cast: Cast, server: Server) -> None:
    silent = post(ada, cast, act="look", url=f"{server.url}/nothing.ics")
    assert (silent.status_code, "did not answer" in said(silent)) == (422, True)
    server.pages["/page"] = "<html>Sign in</html>"
    other = post(ada, cast, act="look", url=f"{server.url}/page")
    assert (other.status_code, "no calendar at this address" in said(other)) == (422, True)


def test_only_an_administrator_names_a_host_of_the_own_network() -> None:
    asked = "http://intranet.example/tea.ics"
    assert of_group.check_address(asked, actor=DEE, own_hosts=("intranet.example",)) == asked
    with pytest.raises(Invalid):
        of_group.check_address(asked, actor=ADA, own_hosts=("intranet.example",))
