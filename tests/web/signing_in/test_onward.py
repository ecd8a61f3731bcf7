"""Where one is led after signing in: to a page of ours, never to another site."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.web import access
from tests.web.signing_in.acting import ELI, TOKEN, post, sessions, sign_in


@pytest.mark.usefixtures("eli")
def test_one_comes_back_to_the_page_one_asked_for(client: FlaskClient) -> None:
    sent = client.get("/pl/answer?page=2")
    assert sent.status_code == 303
    assert sent.location == "/pl/sign-in?next=%2Fpl%2Fanswer%3Fpage%3D2"
    assert 'value="/pl/answer?page=2"' in client.get(sent.location).text
    assert sign_in(client, next="/pl/answer?page=2").location == "/pl/answer?page=2"


FOREIGN_WORDS = r"""
//example.org ///example.org ////example.org /\example.org \/example.org \\example.org https://example.org
http:example.org https:/example.org javascript:alert(1) JAVASCRIPT:alert(1) data:text/html,x /en//example.org
/en/../../example.org /en/./manage /en/.. /..//example.org /%2f%2fexample.org /%5cexample.org /en/%2e%2e/x
/%09/example.org /en/answer\@example.org @example.org example.org /example.org en/manage ./en/answer ?next=//x
#x /en/answer#//example.org /en@example.org /en.example.org /english /xx/manage /EN/manage /en:80/manage
/en/answer;//example.org /en/answer?x=//example.org
/en/answer?x=https:x ftp://example.org mailto:ada@example.org
"""
FOREIGN_LETTERS = ("/en/\u3002example.org", "/\u2044example.org", "\uff0f\uff0fexample.org", "/en/\u202ex")
FOREIGN_BREAKS = ("/\t/example.org", "/\n/example.org", " //example.org", "/en/answer\r\nX-Bad: 1", "/en/\0", "/en/\n")
FOREIGN = [*FOREIGN_WORDS.split(), *FOREIGN_LETTERS, *FOREIGN_BREAKS, "", "/en/" + "x" * 2000]


def test_forty_ways_out_are_tried() -> None:
    assert len(set(FOREIGN)) >= 40


@pytest.mark.parametrize("address", FOREIGN)
def test_nobody_is_led_to_another_site(address: str) -> None:
    assert access.safe_next(address) is None


@pytest.mark.parametrize(
    "address", ["/en/", "/en", "/ur/groups/walking-friends", "/en/find/abc_-9/groups/x?a=1&b=c%20d"]
)
def test_pages_of_ours_are_fine(address: str) -> None:
    assert access.safe_next(address) == address


@pytest.mark.usefixtures("eli")
@pytest.mark.parametrize("address", ["//example.org", "https://example.org/en/", "/\\example.org"])
def test_a_foreign_address_is_dropped(client: FlaskClient, address: str) -> None:
    assert sign_in(client, next=address).location == "/en/"


def test_a_change_that_needs_signing_in_is_not_repeated_by_itself(app: Flask, client: FlaskClient) -> None:
    answer = post(client, "/en/sign-in", email=ELI, password="not the password")
    found = TOKEN.search(answer.text)
    assert found
    assert client.post("/en/answer", data={"csrf_token": found[1]}).location == "/en/sign-in?next=%2Fen%2Fanswer"
    assert sessions(app) == 0
