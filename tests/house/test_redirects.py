"""Nobody is led to another site: each door, whatever is asked for as the next page, answers with a page of ours."""

import re
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.house.test_forgery import token_of
from tests.people import settle, signed_in
from tests.walk import address, rules
from tests.web.signing_in.test_onward import FOREIGN

NAMES = ("next", "back", "url", "to", "return", "return_to", "redirect", "redirect_uri", "continue", "target", "goto")
EACH = ("//example.org/zqax", "https://example.org/zqax", "/\\example.org/zqax", "/%09/example.org/zqax")
AROUND = {
    "X-Forwarded-Host": "example.org",
    "X-Forwarded-Proto": "gopher",
    "Forwarded": "host=example.org",
    "Referer": "https://example.org/zqax",
    "X-Original-URL": "//example.org",
    "X-Rewrite-URL": "//example.org",
    "Host": "example.org",
}


def at_home(answer: TestResponse) -> bool:
    """Say whether every address of an answer's headers is a path of this host."""
    for name in ("Location", "Refresh", "Link", "Content-Location"):
        for told in answer.headers.get_all(name):
            parts = urlsplit(told)
            if parts.scheme or parts.netloc or not re.match(r"/(?![/\\])", told) or re.search(r"[\\\x00-\x20]", told):
                return False
    return True


@pytest.mark.asvs("V3.7.2")
def test_every_door_answers_with_a_page_of_ours(app: Flask) -> None:
    cast = settle(app)
    visitor, ada = app.test_client(), signed_in(app, cast.ada)
    token, led = token_of(ada), 0
    for rule in rules(app):
        where = address(app, rule, slug=cast.eli_slug, group_id=cast.eli_group)
        for turn in range(2):
            asked = {name: EACH[(place + turn) % len(EACH)] for place, name in enumerate(NAMES)}
            answers = [visitor.get(where, query_string=asked)] if "GET" in (rule.methods or ()) else []
            if "POST" in (rule.methods or ()) and rule.endpoint != "web.sign_out":
                answers += [ada.post(where, data={**asked, "csrf_token": token}, query_string=asked)]
            assert all(at_home(answer) for answer in answers), (rule.rule, asked)
            led += sum(300 <= answer.status_code < 400 for answer in answers)
    assert led > 30


@pytest.mark.asvs("V3.7.2")
def test_forty_addresses_are_dropped_wherever_a_page_asks_for_the_next_one(app: Flask) -> None:
    """A form that carries the next page writes it back only when it is ours."""
    cast = settle(app)
    tried = 0
    for client in (app.test_client(), signed_in(app, cast.bo)):
        for rule in rules(app):
            if "GET" not in (rule.methods or ()) or rule.rule.startswith(("/api/", "/static/", "/hsds/", "/oruk/")):
                continue
            where = address(app, rule, slug=cast.eli_slug, group_id=cast.eli_group)
            if 'name="next"' in client.get(where, query_string={"next": "/en/referrals"}).text:
                for payload in FOREIGN:
                    shown = client.get(where, query_string={"next": payload})
                    carried = re.findall(r'name="next" value="([^"]*)"', shown.text)
                    elsewhere = {to for to in carried if not to.startswith(f"{where}?")}  # back to this very page
                    assert elsewhere <= {"", "/en/", "/en/account"}, (where, payload)
                    tried += 1
    assert tried >= 40


@pytest.mark.asvs("V4.1.3", "V15.3.4")
def test_a_header_from_nowhere_leads_nobody_away(app: Flask, client: FlaskClient) -> None:
    for rule in rules(app):
        if "GET" in (rule.methods or ()):
            assert at_home(client.get(address(app, rule), headers=AROUND)), rule.rule
