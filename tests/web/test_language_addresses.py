"""Each language of a public page has its own address; search engines and readers are told of all of them."""

from typing import Any

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.config import LANGUAGES
from tests.web.seeking import address
from tests.web.test_every_language import public_pages


def links(client: FlaskClient, path: str) -> tuple[str, dict[str, list[tuple[str, str]]]]:
    """Return what a page says to robots, and its links in the head by what they are."""
    page: Any = html5lib.parse(client.get(path).get_data(as_text=True), namespaceHTMLElements=False)
    robots = next((one.get("content", "") for one in page.iter("meta") if one.get("name") == "robots"), "")
    found: dict[str, list[tuple[str, str]]] = {"canonical": [], "alternate": []}
    for one in page.iter("link"):
        if one.get("rel") in found:
            found[one.get("rel")].append((one.get("hreflang", ""), one.get("href")))
    return robots, found


@pytest.mark.usefixtures("clock", "groups")
def test_what_may_be_found_names_itself_in_each_language_and_nothing_else_does(app: Flask, client: FlaskClient) -> None:
    sealed = address(client).rpartition("/")[2]
    found_by_all = []
    for path in public_pages(app, sealed):
        if client.get(path).mimetype != "text/html":
            continue
        robots, found = links(client, path)
        if robots.startswith("index"):
            found_by_all.append(path)
            rest = path.removeprefix("/en")
            assert found["canonical"] == [("", f"http://localhost{path}")]
            wanted = [(code, f"http://localhost/{code}{rest}") for code in LANGUAGES]
            assert found["alternate"] == [*wanted, ("x-default", f"http://localhost/en{rest}")]
        else:
            assert found == {"canonical": [], "alternate": []}, path
    assert {"/en/", "/en/groups/larks", "/en/privacy"} <= set(found_by_all)
    assert not [path for path in found_by_all if sealed in path]


def test_each_version_names_the_same_others(client: FlaskClient) -> None:
    assert len({tuple(links(client, f"/{code}/")[1]["alternate"]) for code in LANGUAGES}) == 1
    assert links(client, "/ur/")[1]["canonical"] == [("", "http://localhost/ur/")]
    assert links(client, "/ur-easy/")[1] == {"canonical": [], "alternate": []}


def test_the_browser_s_language_is_asked_for_at_the_root_alone(client: FlaskClient) -> None:
    polish = {"Accept-Language": "pl-PL,pl;q=0.9,en;q=0.5"}
    root = client.get("/", headers=polish)
    assert (root.status_code, root.headers["Location"]) == (303, "/pl/")
    assert "Accept-Language" in root.headers["Vary"]
    page = client.get("/de/", headers=polish)
    assert '<html lang="de" dir="ltr"' in page.get_data(as_text=True)
    assert "Accept-Language" not in page.headers.get("Vary", "")


def test_a_translation_nobody_has_read_says_so_and_leads_to_english(client: FlaskClient) -> None:
    for code in LANGUAGES:
        page: Any = html5lib.parse(client.get(f"/{code}/privacy").get_data(as_text=True), namespaceHTMLElements=False)
        footer = next(page.iter("footer"))
        note = [one for one in footer.iter("p") if one.get("id") == "unread"]
        assert bool(note) == (code != "en")
        assert all(next(one.iter("a")).get("href") == "/en/privacy" for one in note)
