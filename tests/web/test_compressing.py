"""Text is made smaller for whoever asks as nobody; never beside a secret."""

import gzip
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.web.headers import asset
from tests.pages import PlainClient
from tests.people import Cast, keyed, settle, signed_in
from tests.web.seeking import address

pytestmark = pytest.mark.usefixtures("clock")
GZIP = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.fixture
def plain(app: Flask) -> FlaskClient:
    """A client that does not read the pages."""
    return PlainClient(app, app.response_class)


def is_small(answer: TestResponse) -> bool:
    return answer.headers.get("Content-Encoding") == "gzip"


def test_public_pages_lists_and_files_are_compressed_and_the_same(plain: FlaskClient, groups: dict[str, UUID]) -> None:
    for path in ("/en/", "/en/privacy", address(plain), asset("kith/kith.css"), "/api/v1/openapi.json"):
        usual, small = plain.get(path), plain.get(path, headers=GZIP)
        assert is_small(small), path
        assert not is_small(usual), path
        assert int(small.headers["Content-Length"]) == len(small.get_data()) < len(usual.get_data()) / 2
        assert gzip.decompress(small.get_data()) == usual.get_data() or "find" in path
        for answer in (usual, small):
            assert "Accept-Encoding" in answer.headers["Vary"], path


def test_whoever_signed_in_sends_a_key_or_gets_a_form_token_is_answered_plainly(app: Flask, plain: FlaskClient) -> None:
    cast: Cast = settle(app)
    ada = signed_in(app, cast.ada)
    for path in ("/en/admin", "/en/", "/en/privacy"):
        assert not is_small(ada.get(path, headers=GZIP)), path
    assert "csrf_token" in plain.get("/en/sign-in").get_data(as_text=True)
    assert not is_small(plain.get("/en/sign-in", headers=GZIP))
    assert not is_small(plain.get("/api/v1/terms", headers=GZIP | keyed(cast.bo_key)))
    assert is_small(ada.get(asset("kith/kith.css"), headers=GZIP)), "a file is everybody's"


def test_who_does_not_want_it_small_gets_it_plain(plain: FlaskClient) -> None:
    for wanted in ("", "identity", "br", "gzip;q=0, identity"):
        assert not is_small(plain.get("/en/", headers={"Accept-Encoding": wanted})), wanted


def test_a_font_a_short_answer_a_part_and_a_head_are_sent_as_they_are(plain: FlaskClient) -> None:
    font = asset("kith/fonts/atkinson-hyperlegible-next-latin-400-normal.woff2")
    sheet = asset("kith/kith.css")
    assert not is_small(plain.get(font, headers=GZIP))
    assert not is_small(plain.get("/healthz", headers=GZIP))
    assert not is_small(plain.head(sheet, headers=GZIP))
    part = plain.get(sheet, headers=GZIP | {"Range": "bytes=0-99"})
    assert part.status_code == 206
    assert not is_small(part)


def test_a_file_that_was_compressed_is_known_again(plain: FlaskClient) -> None:
    first = plain.get(asset("kith/kith.css"), headers=GZIP)
    assert "immutable" in first.headers["Cache-Control"]
    again = plain.get(asset("kith/kith.css"), headers=GZIP | {"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_what_somebody_typed_is_never_kept_by_a_browser(plain: FlaskClient, groups: dict[str, UUID]) -> None:
    where = address(plain)
    for path in (where, f"{where}/change", f"{where}/groups/larks", "/en/ring-me"):
        assert plain.get(path, headers=GZIP).headers["Cache-Control"] == "no-store", path
