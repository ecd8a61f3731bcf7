"""Pieces of us on another site: public listings only, no cookie, no script, nothing of a visitor, named sites alone."""

import re
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.app import create_app
from service.config import Settings
from service.errors import Invalid
from service.web.self_service.embedded import MOST
from tests import stores
from tests.people import settle, signed_in
from tests.web.seeking import said

pytestmark = pytest.mark.usefixtures("clock")
PIECES = ("/embed/en/search", "/embed/en/list?near=Sale", "/embed/ur/list?near=Nowhereham", "/embed/en-easy/search")


def names(client: FlaskClient, query: str) -> list[str]:
    return re.findall(r"<bdi>([^<]+)</bdi>", client.get(f"/embed/en/list?{query}").get_data(as_text=True))


@pytest.mark.parametrize("path", PIECES)
def test_a_piece_is_small_and_sets_and_asks_nothing(client: FlaskClient, groups: dict[str, UUID], path: str) -> None:
    answer = client.get(path)
    page = answer.get_data(as_text=True)
    assert answer.status_code == (422 if "Nowhereham" in path else 200)
    assert "Set-Cookie" not in answer.headers
    assert "<script" not in page
    assert '<base target="_top">' in page
    assert page.count('rel="stylesheet"') == 2
    assert "csrf" not in page


def test_a_list_shows_what_the_other_site_asked_for(client: FlaskClient, groups: dict[str, UUID]) -> None:
    told = said(client.get("/embed/en/list?near=Sale&interest=activity.music.singing"))
    assert told.startswith("Groups near Sale")
    assert "The Larks" in told
    singing = names(client, "near=Sale&interest=activity.music.singing")
    assert singing[0] in ("The Larks", "Night Owls Choir")
    assert names(client, "near=Sale&interest=singing")[:2] == singing[:2], "an everyday word will do"
    assert len(names(client, "near=Sale&show=1")) == 1
    assert len(names(client, "near=Sale&show=999")) <= MOST
    assert "Sale Choir Fund" not in names(client, "near=Sale&show=20"), "nobody can join it"


def test_every_group_leads_to_its_public_page(client: FlaskClient, groups: dict[str, UUID]) -> None:
    page = client.get("/embed/en/list?near=Sale").get_data(as_text=True)
    links = re.findall(r'href="(/en/groups/[^"]+)"', page)
    assert links
    for link in links:
        assert client.get(link).status_code == 200


def test_the_box_asks_where_the_form_of_the_first_page_asks(client: FlaskClient, groups: dict[str, UUID]) -> None:
    page = client.get("/embed/en/search").get_data(as_text=True)
    assert 'action="/en/find" target="_top"' in page
    names = re.findall(r'<(?:input|textarea)[^>]* name="([^"]+)"', page)
    answer = client.post("/en/find", data=dict.fromkeys(names, "Sale"), headers={"Origin": "null"})
    assert answer.status_code == 303


def test_where_no_site_is_named_nothing_is_there(settings: Settings) -> None:
    app = create_app(replace(settings, embed_sites=()))
    for path in PIECES:
        answer = app.test_client().get(path)
        assert answer.status_code == 404
        assert answer.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")
    stores.close(app)


def test_the_rest_of_the_site_cannot_be_framed_by_anybody(client: FlaskClient) -> None:
    for path in ("/en/", "/en/ring-me", "/embed/en/nothing"):
        assert client.get(path).headers["Content-Security-Policy"].endswith("frame-ancestors 'none'"), path


def test_an_editor_finds_what_to_paste(app: Flask) -> None:
    cast = settle(app)
    page = said(signed_in(app, cast.ada).get("/en/admin/embed"))
    assert '<iframe src="http://127.0.0.1:8000/embed/en/search"' in page
    assert "https://council.example.org" in page


PLAIN = {"KITH_MODE": "demo", "KITH_SECRET": "x" * 40}


@pytest.mark.parametrize(
    "site",
    ["*", "https://*.example.org", "council.example.org", "https://council.example.org/", "javascript:alert(1)"]
    + ["https://council.example.org; script-src *", "'self'", "https://Council.example.org", "https://a_b.example.org"],
)
def test_a_site_that_is_not_one_plain_address_stops_the_start(site: str) -> None:
    with pytest.raises(Invalid) as refused:
        Settings.from_env({**PLAIN, "KITH_EMBED_SITES": f"https://one.example.org,{site}"})
    assert refused.value.params["variable"] == "KITH_EMBED_SITES"


def test_sites_are_read_each_once() -> None:
    given = "https://one.example.org, https://two.example.org:8443 https://one.example.org"
    read = Settings.from_env({**PLAIN, "KITH_EMBED_SITES": given}).embed_sites
    assert read == ("https://one.example.org", "https://two.example.org:8443")
