"""An address once given goes on leading somewhere: to the group, or to a kind page with groups like it."""

import re
from uuid import UUID, uuid4
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from service.accounts.permissions import GRANTS, Actor, Role
from service.catalog import models as m
from service.catalog.operations import readdress, set_status
from service.catalog.short_codes import written
from tests.web.seeking import NOW, address, said

pytestmark = pytest.mark.usefixtures("clock")
ADA = Actor(role=Role.EDITOR, user_id=uuid4(), permissions=GRANTS[Role.EDITOR])


def code_of(store: Session, group_id: UUID) -> str:
    group = store.get(m.Group, group_id)
    assert group is not None
    assert group.short_code
    return group.short_code


def become(store: Session, group_id: UUID, status: str) -> None:
    set_status(store, group_id=group_id, status=status, expected_version=None, actor=ADA, reason="it ended", now=NOW)
    store.commit()


def move(store: Session, group_id: UUID, words: str) -> None:
    group = store.get(m.Group, group_id)
    assert group is not None
    version = group.version
    readdress(store, group_id=group_id, words=words, expected_version=version, actor=ADA, reason=None, now=NOW)
    store.commit()


def test_the_short_address_leads_to_the_reader_s_language(
    client: FlaskClient, store: Session, groups: dict[str, UUID]
) -> None:
    code = code_of(store, groups["larks"])
    for typed in (code, written(code), written(code).upper()):
        answer = client.get(f"/g/{typed}", headers={"Accept-Language": "pl,en;q=0.5"})
        assert answer.status_code == 302
        assert answer.headers["Location"] == "/pl/groups/larks"
        assert "Accept-Language" in answer.headers["Vary"]
    assert f"/g/{written(code)}" in said(client.get("/en/groups/larks"))


@pytest.mark.parametrize("typed", ["22222222", "nothing", "x" * 300, "0000-0000"])
def test_a_code_nobody_has_is_a_missing_page(client: FlaskClient, groups: dict[str, UUID], typed: str) -> None:
    assert client.get(f"/g/{typed}").status_code == 404


def test_former_addresses_lead_on_also_in_a_list(client: FlaskClient, store: Session, groups: dict[str, UUID]) -> None:
    listed = address(client)
    move(store, groups["larks"], "The Early Larks")
    moved = client.get("/de/groups/larks")
    assert (moved.status_code, moved.headers["Location"]) == (308, "/de/groups/the-early-larks")
    assert client.get(f"{listed}/groups/larks").headers["Location"] == f"{listed}/groups/the-early-larks"
    code = code_of(store, groups["larks"])
    assert client.get(f"/g/{code}").headers["Location"].endswith("/groups/the-early-larks")


@pytest.mark.parametrize(("status", "answers"), [("archived", 410), ("paused", 404)])
def test_a_group_that_is_no_more_leaves_a_kind_page_with_others_like_it(
    client: FlaskClient, store: Session, groups: dict[str, UUID], status: str, answers: int
) -> None:
    become(store, groups["larks"], status)
    answer = client.get("/en/groups/larks")
    assert answer.status_code == answers
    assert answer.headers["Cache-Control"] == "no-store"
    text = said(answer)
    assert "Larks" not in text, "it may have gone for a reason"
    assert "Night Owls Choir" in text
    assert 'href="/en/groups/owls"' in answer.text
    assert client.get("/de/groups/larks").status_code == answers
    listed = address(client)
    assert f'href="{listed}/groups/owls"' in client.get(f"{listed}/groups/larks").text


@pytest.mark.parametrize("status", ["held", "draft"])
def test_a_group_that_may_not_be_seen_is_as_if_it_never_was(
    client: FlaskClient, store: Session, groups: dict[str, UUID], status: str
) -> None:
    code = code_of(store, groups["larks"])
    become(store, groups["larks"], "held")
    if status == "draft":
        group = store.get(m.Group, groups["larks"])
        assert group is not None
        group.status = status
        store.commit()
    seen, never = client.get("/en/groups/larks"), client.get("/en/groups/never-there")
    assert seen.status_code == never.status_code == 404
    assert _plain(seen.text, seen.headers["X-Request-Id"]) == _plain(never.text, never.headers["X-Request-Id"])
    assert client.get(f"/g/{code}").status_code == 404
    assert "/larks<" not in client.get("/sitemap-1.xml").text


def _plain(page: str, request_id: str) -> str:
    return re.sub("larks|never-there", "", page.replace(request_id, ""))


def test_search_engines_are_told_of_public_pages_only(client: FlaskClient, groups: dict[str, UUID]) -> None:
    told = client.get("/robots.txt")
    assert told.mimetype == "text/plain"
    for path in ("find", "steps", "check", "list", "sheet/", "ring-me"):
        assert f"Disallow: /*/{path}\n" in told.text, path
    [home] = re.findall(r"Sitemap: (\S+)/sitemap\.xml", told.text)
    index = ElementTree.fromstring(client.get("/sitemap.xml").text)  # noqa: S314  # our own
    assert [entry.text for entry in index.iter() if entry.tag.endswith("loc")] == [f"{home}/sitemap-1.xml"]
    pages = ElementTree.fromstring(client.get("/sitemap-1.xml").text)  # noqa: S314  # our own
    found = [str(entry.text).removeprefix(home) for entry in pages.iter() if entry.tag.endswith("loc")]
    assert {"/en/", "/en/privacy", "/en/groups/larks", "/en/groups/fund"} <= set(found)
    for path in found:
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert 'content="noindex"' not in answer.text, path
    for number in (0, 2, 10**15, 10**30):
        assert client.get(f"/sitemap-{number}.xml").status_code == 404, number


def test_a_picture_nobody_has_is_not_there(app: Flask, client: FlaskClient) -> None:
    assert client.get(f"/pictures/{uuid4()}").status_code == 404
