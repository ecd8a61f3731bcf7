"""On a page in another language nothing of the interface is English, and what is somebody's own says its language."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import html5lib
import pytest
from babel import Locale
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import String, Text, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse
from werkzeug.wrappers import Request

from service.accounts.permissions import Permission
from service.db import Base
from service.web.languages import NAMES, RIGHT_TO_LEFT
from tests import walk
from tests.pages import PlainClient
from tests.people import Cast, settle, signed_in
from tests.web.interface_words import FOREIGN, po, read, sides, told, words
from tests.web.seeking import address, find

WORDS = re.compile(r"[^\W\d_]{2,}")
UNITS = re.compile(r"[\d\s.,:/–-]*(?:km|mi|min|m|cm|kB|MB|GB|[£$€])?[\d\s.,:/–-]*")
SPOKEN_ATTRIBUTES = ("aria-label", "alt", "title", "placeholder", "aria-description")
SILENT = ("script", "style", "code", "pre", "bdi", "svg", "input", "textarea")
BEFORE_A_NAME = re.compile(r"^(?:\d+\.|:) ")
ADDRESS = re.compile(r"\S*/\S*")
ASKED = {"text": "quiet games", "barrier_social_anxiety": "must", "days": "fr", "parts": "evening", "age": "40"}


def texts(answer: TestResponse, language: str) -> Iterator[str]:
    """Yield what a page says in the page's own language: its texts and what is read aloud of its attributes."""
    page = html5lib.parse(answer.get_data(as_text=True), namespaceHTMLElements=False)
    assert page.get("lang") == language
    assert page.get("dir") == ("rtl" if language in RIGHT_TO_LEFT else "ltr")
    yield from _said(page, language)


def _said(element: Any, language: str) -> Iterator[str]:
    if not isinstance(element.tag, str) or element.get("lang", language) != language:
        return
    for name in SPOKEN_ATTRIBUTES:
        yield _plain(element.get(name, ""))
    if element.tag == "meta" and element.get("name") == "description":
        yield _plain(element.get("content"))
    if element.tag in SILENT:
        return
    yield _plain(element.text or "")
    for child in element:
        yield from _said(child, language)
        yield _plain(child.tail or "")


def _plain(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


@lru_cache(maxsize=len(FOREIGN))
def alike(language: str) -> tuple[re.Pattern[str], ...]:
    """Return what reads the same in English and in a language, as patterns: "Website", "%(day)s, %(time)s"."""
    found = words(read(po(language), language)).values()
    same = {text for message in found for text in told(message) if text in sides(message)}
    locale = Locale.parse(language)
    same |= {*locale.languages.values(), *NAMES.values()}  # Gujarati is Gujarati to an Italian, too
    same |= {f"{text} - Kith" for text in same}  # the title of a page
    same |= {f"{month} %(year)s" for month in locale.months["stand-alone"]["wide"].values()}
    return tuple(re.compile(re.sub(r"%\\\(\w+\\\)s", ".+", re.escape(text)), re.IGNORECASE) for text in sorted(same))


def left_in_english(english: TestResponse, other: TestResponse, language: str, own: str) -> list[str]:
    """Return the texts of a page that stand on the English one too; no numbers, no names, nothing that is alike."""
    return left(set(texts(english, "en")), other, language, own)


def left(english: set[str], other: TestResponse, language: str, own: str) -> list[str]:
    """Return which of these English texts a page in another language holds."""
    both = english & set(texts(other, language))
    return sorted(
        text
        for text in both
        if WORDS.search(text)
        and not UNITS.fullmatch(text)
        and not ADDRESS.fullmatch(text)
        and BEFORE_A_NAME.sub("", text) not in own
        and not any(same.fullmatch(text) for same in alike(language))
    )


def stored(store: Session) -> str:
    """Return all that people wrote themselves, as one text: names and notes are theirs in every language."""
    found = []
    for table in Base.metadata.sorted_tables:
        for column in table.columns if table.name != "term" else ():
            if isinstance(column.type, String | Text):
                found += [text for text in store.scalars(select(column)) if text]
    store.rollback()  # nothing is held while pages are asked for
    return _plain("\n".join(found))


FOR_BUILDERS = "web.style"  # in the demonstration only; its specimens are English and stay so


def public_pages(app: Flask, sealed: str) -> list[str]:
    """Return an address of each page that anybody may open, with a list and a group that are there."""
    found = []
    for rule in walk.rules(app):
        permission = getattr(app.view_functions[rule.endpoint], "permission", None)
        if rule.endpoint == FOR_BUILDERS:
            continue
        if permission is Permission.PUBLIC and "lang" in rule.arguments and "GET" in (rule.methods or ()):
            found.append(walk.address(app, rule, sealed=sealed, slug="larks"))
    return found


def compared(client: FlaskClient, pages: list[str], own: str) -> dict[str, list[str]]:
    """Return what is left in English on each page, by its address in the other language.

    The English page is checked as any is; of the others only the words are read, since all have the same markup.
    """
    quick = PlainClient(client.application, client.response_wrapper)
    quick._cookies = client._cookies
    found: dict[str, list[str]] = {}
    for page in pages:
        english = client.get(page)
        if english.status_code >= 500 or english.status_code in range(300, 400) or english.mimetype != "text/html":
            continue
        said = set(texts(english, "en"))
        for language in FOREIGN:
            there = page.replace("/en/", f"/{language}/", 1)
            if words_left := left(said, quick.get(there), language, own):
                found[there[:60]] = words_left
    return found


@pytest.mark.usefixtures("clock", "groups")
def test_no_page_for_everybody_is_left_in_english(app: Flask, client: FlaskClient, store: Session) -> None:
    sealed = address(client).rpartition("/")[2]
    rooks = address(client, **ASKED).rpartition("/")[2]
    pages = [*public_pages(app, sealed), f"/en/find/{rooks}", f"/en/find/{rooks}/groups/rooks", "/en/groups/rooks"]
    assert len(pages) > 12
    assert compared(client, pages, stored(store)) == {}


@pytest.mark.usefixtures("clock", "groups")
def test_what_must_be_put_right_is_not_left_in_english(client: FlaskClient, store: Session) -> None:
    wrong = {"place": "Nowhere at all", "age": "old", "cost_max": "lots", "max_distance": "far", "earliest": "25:99"}
    english = find(client, **wrong)
    for language in FOREIGN:
        other = client.post(f"/{language}/find", data={"text": "quiet", **wrong})
        assert left_in_english(english, other, language, stored(store)) == []


def test_no_work_page_is_left_in_english(app: Flask, store: Session) -> None:
    cast: Cast = settle(app)
    for user, permissions in ((cast.ada, "admin"), (cast.bo, "referrals")):
        client = signed_in(app, user)
        pages = [
            walk.address(app, rule, group_id=cast.eli_group)
            for rule in walk.rules(app)
            if f"/{permissions}" in rule.rule and "lang" in rule.arguments and "GET" in (rule.methods or ())
        ]
        assert pages
        assert compared(client, pages, stored(store)) == {}


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("<p>Leave this page</p>", ["Leave this page"]),
        ('<p><a aria-label="Go back">2 km</a></p>', ["Go back"]),
        ('<p lang="en">Leave this page</p><bdi>Ada</bdi><p>12:30</p>', []),
    ],
)
def test_an_english_word_would_be_found(page: str, found: list[str]) -> None:
    def answer(language: str) -> TestResponse:
        text = f'<!doctype html><html lang="{language}" dir="ltr"><title>2</title>{page}'
        return TestResponse(iter([text.encode()]), "200 OK", Headers(), Request({}))

    assert left_in_english(answer("en"), answer("pl"), "pl", "") == found
