"""What holds for every page and every JSON answer any test fetches. It never fetches anything itself."""

import re
import warnings
from hashlib import sha256
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import jsonschema_rs
from flask import Flask
from flask.testing import FlaskClient
from html5lib.constants import DataLossWarning
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from tests import stores

NEEDS_LABEL = {"input", "select", "textarea"}
NO_LABEL = {"hidden", "submit", "button", "image", "reset"}
DATA_SCRIPTS = {"application/ld+json", "application/json"}


class PlainClient(FlaskClient):
    """A client that reads each answer to its end, so that no file stays open."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:  # noqa: A003, RUF100
        kwargs.setdefault("buffered", True)
        return super().open(*args, **kwargs)


class CheckedClient(PlainClient):
    """A client that checks what comes back before a test sees it."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:  # noqa: A003, RUF100
        response = super().open(*args, **kwargs)
        if response.request.method in ("HEAD", "OPTIONS") or response.status_code in (204, 304):
            return response
        if response.mimetype == "text/html" and response.status_code not in range(300, 400):
            check_page(response.get_data(as_text=True))
        elif response.request.path.startswith("/api/v1/"):
            check_json(self.application, response)
        return response


# Running words in which no sign means anything, values by which nothing on a page is found, and numbers of rows: two
# pages that differ in nothing else are both right or both wrong.
_WORDS = re.compile(r"(?<=>)\s*[^\s<>&][^<>&]*(?=<)")
_VALUES = re.compile(r'(?<=[\s"])(value|content|nonce|href|src|action)="(?!\s*javascript)[^"<>&]+"', re.IGNORECASE)
_NUMBERS = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")
_right: set[bytes] = set()  # the shapes of pages that were looked at


# Answers do not depend on the database: the run on PostgreSQL is about rows, and need not read the pages again.
CLIENT = CheckedClient if stores.KIND == "sqlite" else PlainClient


def check_page(text: str) -> None:
    """Assert that a page is valid and usable: one h1, a title, a language, labels, unique ids, nothing inline.

    One of each shape is read in a run; with that goes most of the time, and most pages differ in their words alone.
    """
    shape = _shape(text)
    if shape not in _right:
        _check_page(text)
        _right.add(shape)


def _shape(text: str) -> bytes:
    order: dict[str, str] = {}
    plain = _VALUES.sub(r'\1="v"', _WORDS.sub("w", text))
    plain = _NUMBERS.sub(lambda found: order.setdefault(found[0], f"n{len(order)}"), plain)
    return sha256(plain.encode()).digest()


def _check_page(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataLossWarning)
        page = html5lib.HTMLParser(namespaceHTMLElements=False, strict=True).parse(text)
    assert text.lstrip().lower().startswith("<!doctype html>"), "a page begins with its doctype"
    everything = list(page.iter())
    assert page.get("lang"), "the page names its language"
    assert (page.findtext("head/title") or "").strip(), "the page has a title"
    assert len([found for found in everything if found.tag == "h1"]) == 1, "a page has one h1"
    ids = [found.get("id") for found in everything if found.get("id")]
    assert len(ids) == len(set(ids)), f"ids are unique: {sorted(x for x in set(ids) if ids.count(x) > 1)}"
    for found in everything:
        if isinstance(found.tag, str):
            _check_nothing_inline(found)
    _check_labels(page, everything)


def _check_nothing_inline(found: Element) -> None:
    assert found.tag != "style", "no inline style sheet"
    assert found.get("style") is None, f"no inline style on {found.tag}"
    assert not [name for name in found.keys() if name.lower().startswith("on")], f"no inline handler on {found.tag}"  # noqa: SIM118
    if found.tag == "script" and found.get("type") not in DATA_SCRIPTS:
        assert found.get("src"), "no inline script"
    for name in ("src", "href", "action"):
        assert not (found.get(name) or "").lower().startswith("javascript:")


def _check_labels(page: Element, everything: list[Element]) -> None:
    wrapped = {id(inner) for label in page.iter("label") for inner in label.iter()}
    pointed = {label.get("for") for label in page.iter("label")}
    for found in everything:
        if found.tag not in NEEDS_LABEL or found.get("type", "text") in NO_LABEL:
            continue
        named = found.get("aria-label") or found.get("aria-labelledby") or found.get("id") in pointed
        assert named or id(found) in wrapped, f"{found.tag} {found.get('name')} has a label"


def check_json(app: Flask, response: TestResponse) -> None:
    """Assert that an answer of the API is one that the OpenAPI document promises."""
    try:
        rule, _ = app.url_map.bind("localhost").match(response.request.path, response.request.method, return_rule=True)
    except HTTPException:
        assert response.status_code >= 300
        if response.status_code >= 400:
            assert response.mimetype == "application/problem+json"
        return
    if rule.endpoint == "openapi":
        return
    document = openapi(app)
    path = rule.rule
    for converter in ("uuid:", "string:", "int:", "path:"):
        path = path.replace(f"<{converter}", "<")
    operation = document["paths"][path.replace("<", "{").replace(">", "}")][response.request.method.lower()]
    promised = operation["responses"].get(str(response.status_code))
    assert promised, f"{path} does not promise {response.status_code}"
    content = promised.get("content", {})
    assert response.mimetype in content or not content, f"{path} does not promise {response.mimetype}"
    schema = content.get(response.mimetype, {}).get("schema")
    if schema:
        jsonschema_rs.Draft202012Validator({"components": document["components"], **schema}).validate(
            response.get_json()
        )


def openapi(app: Flask) -> dict[str, Any]:
    """Return the application's own document."""
    if "kith-openapi" not in app.extensions:
        app.test_client().get("/api/v1/openapi.json")
    found: dict[str, Any] = app.extensions["kith-openapi"]
    return found
