"""Every answer carries the safety headers: each rule with each method, errors, files, answers without a body."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.accounts.models import User
from service.accounts.permissions import OPEN
from service.api.hsds import ROOTS as OPEN_DATA
from service.app import create_app
from service.db import Base, committing, db
from service.web import pdf
from tests import stores
from tests.house import canaries
from tests.house.forms import sealed
from tests.pages import PlainClient
from tests.people import settle, signed_in
from tests.walk import address, rules

PASSWORD, PUBLIC = "seven quiet otters", "https://kith.example.org"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY")
COUNCIL = "https://council.example.org"  # may show pieces of us, as the settings of the tests say
PAGES = {"text/html", "text/css", "text/javascript", "image/svg+xml", "image/png", "font/woff2"}
# What is public may be read by pages of any site; it is the same for everybody, and no cookie is looked at.
FOR_ALL = {"groups/<uuid:group_id>", "terms", "openapi.json"}
EXACT = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=()",
}


def check(answer: TestResponse) -> None:
    where = (answer.request.method, answer.request.path, answer.status_code)
    for name, value in EXACT.items():
        assert answer.headers.get_all(name) == [value], (where, name)
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy, where
    asked = answer.request
    framed = asked.path.startswith("/embed/") and asked.method in ("GET", "HEAD") and answer.status_code < 400
    assert policy.endswith("; frame-ancestors " + (COUNCIL if framed else "'none'")), where
    assert "X-Kith-Framed-By" not in answer.headers, where
    assert "default-src 'self'" in policy or "sandbox" in policy, where
    assert answer.headers["Cross-Origin-Resource-Policy"] in ("same-origin", "cross-origin"), where
    assert "Server" not in answer.headers, where
    assert "X-Powered-By" not in answer.headers, where
    cache = answer.headers["Cache-Control"]
    kept = "immutable" in cache or "no-cache" in cache or "must-revalidate" in cache
    assert cache == "no-store" or (kept and answer.status_code < 400), (where, cache)
    if (answer.mimetype or "").startswith("text/"):
        assert "charset=utf-8" in answer.headers["Content-Type"].lower(), where
    if answer.mimetype and answer.mimetype not in PAGES:
        assert "sandbox" in policy, where
    for cookie in answer.headers.get_all("Set-Cookie"):
        assert "HttpOnly" in cookie, where
        assert "SameSite=Lax" in cookie, where
        assert "Path=/" in cookie, where
        assert "Domain" not in cookie, where


def answers(app: Flask, client: FlaskClient) -> Iterator[TestResponse]:
    for rule in rules(app):
        for method in METHODS:
            yield client.open(address(app, rule), method=method)


@pytest.mark.asvs("V3.4.1", "V3.4.3", "V3.4.4", "V3.4.6", "V3.2.1", "V3.3.2", "V3.3.4", "V4.1.1", "V13.4.6", "V4.1.4")
def test_every_answer_of_every_rule(app: Flask) -> None:
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    seen = 0
    for answer in answers(app, Flask.test_client(app)):
        check(answer)
        assert answer.status_code != 500, (answer.request.method, answer.request.path)
        seen += 1
    assert seen > 100


@pytest.mark.asvs("V3.4.1", "V3.4.3", "V3.4.4", "V3.4.5", "V3.4.6", "V14.3.2", "V3.2.1", "V13.4.6")
def test_what_is_shown_to_whoever_has_signed_in_is_kept_by_nobody(app: Flask) -> None:
    """Each role at each door: the same headers, and no page is stored, their own least of all."""
    house, seen = canaries.settle(app)[canaries.OURS], 0
    known = {name: signed_in(app, user) for name, user in house.users.items()}
    for rule in rules(app):
        closed = getattr(app.view_functions[rule.endpoint], "permission", None) not in OPEN
        for name, client in known.items():
            if (not closed and name != "admin") or rule.rule.startswith("/embed/"):  # a piece that knows nobody
                continue
            where = address(app, rule, slug=house.slug, group_id=house.group, referral_id=house.ids["referral_id"][0])
            for method in ("GET", "POST") if closed else ("GET",):
                answer = client.open(where, method=method)
                check(answer)
                cache = answer.headers["Cache-Control"]
                assert cache == "no-store" or (not closed and answer.mimetype != "text/html"), (name, method, where)
                seen += 1
    assert seen > 200


@pytest.mark.asvs("V3.2.1")
def test_what_is_no_page_is_shut_in(app: Flask) -> None:
    """Calendars, documents and answers of programs run nothing, even where somebody opens them as a page."""
    house, seen = canaries.settle(app)[canaries.OURS], set()
    client, (asked, kept) = app.test_client(), sealed(app, house)
    for rule in rules(app):
        if "GET" in (rule.methods or ()) and getattr(app.view_functions[rule.endpoint], "permission", None) in OPEN:
            there = kept if rule.rule.startswith("/<lang>/list/") else asked
            answer = client.get(address(app, rule, slug=house.slug, group_id=house.group, sealed=there))
            check(answer)
            seen |= {answer.mimetype} if answer.status_code == 200 else set()
    assert seen >= {"application/json", "text/calendar", "application/xml", "text/plain"}
    assert "application/pdf" in seen or not pdf.is_possible()


@pytest.mark.asvs("V3.4.2")
def test_pages_of_another_site_read_what_is_public_and_nothing_else(app: Flask) -> None:
    house = canaries.settle(app)[canaries.OURS]
    told = set()
    for client in (app.test_client(), signed_in(app, house.users["admin"])):
        for rule in rules(app):
            where = address(app, rule, slug=house.slug, group_id=house.group)
            for method in ("GET", "POST", "OPTIONS"):
                headers = {"Origin": "https://eve.example.org", "Access-Control-Request-Method": "POST"}
                answer = client.open(where, method=method, headers=headers)
                assert answer.headers.get("Access-Control-Allow-Origin") in (None, "*"), (where, "nobody is repeated")
                assert "Access-Control-Allow-Credentials" not in answer.headers, where
                if "Access-Control-Allow-Origin" in answer.headers:
                    told.add(rule.rule.removeprefix("/api/v1/"))
    assert {rule for rule in told if not rule.startswith(tuple(OPEN_DATA))} == FOR_ALL
    assert {rule for rule in told if rule not in FOR_ALL} == {
        rule.rule for rule in rules(app) if rule.rule.startswith(tuple(OPEN_DATA))
    }


@pytest.mark.asvs("V13.4.4")
def test_nobody_traces(app: Flask, client: FlaskClient) -> None:
    for rule in rules(app):
        assert client.open(address(app, rule), method="TRACE").status_code == 405, rule.rule


@pytest.mark.asvs("V16.5.1")
@pytest.mark.parametrize("path", ["/en/fails", "/api/fails"])
def test_a_failure_is_answered_with_the_same_headers(app: Flask, path: str) -> None:
    def fail() -> str:
        raise RuntimeError("zqaxb")

    app.add_url_rule(path, path, fail)
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = Flask.test_client(app).get(path)
    assert answer.status_code == 500
    check(answer)
    assert "zqaxb" not in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("path", ["/nothing", "/en/nothing", "/api/v1/nothing", "/xx/", "/static/x/nothing.css", "/"])
def test_what_is_not_there(client: FlaskClient, path: str) -> None:
    check(client.get(path))


def test_a_body_that_is_too_large(client: FlaskClient) -> None:
    for path in ("/en/sign-in", "/api/v1/places"):
        answer = client.post(path, data=b"x" * 1_000_001, content_type="application/x-www-form-urlencoded")
        check(answer)
        assert answer.status_code in (403, 413, 415)
    answer = client.post("/api/v1/places", data=b'"' + b"x" * 1_000_001 + b'"', content_type="application/json")
    check(answer)
    assert answer.status_code == 413


def test_a_file_that_has_not_changed(client: FlaskClient) -> None:
    from service.web.headers import asset

    first = client.get(asset("kith/kith.css"))
    assert first.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    again = client.get(asset("kith/kith.css"), headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    check(again)
    old = client.get("/static/000000000000/kith/kith.css")
    assert old.headers["Cache-Control"] == "no-cache", "an address of another build is not kept"


def test_a_visitor_gets_no_cookie(client: FlaskClient) -> None:
    for path in ("/", "/en/", "/api/v1/openapi.json", "/en/nothing", "/healthz"):
        assert "Set-Cookie" not in client.get(path).headers, path


@pytest.fixture
def serious(app: Flask) -> Iterator[Flask]:
    """The same installation as it runs for others, behind a proxy."""
    settings = replace(app.extensions["kith"].settings, mode="production", public_url=PUBLIC, proxy_hops=1)
    made = create_app(settings)
    made.test_client_class = PlainClient
    yield made
    stores.close(made)


@pytest.mark.asvs("V3.3.1", "V3.3.2", "V3.3.3", "V3.3.4")
def test_in_production_both_cookies_belong_to_this_host_alone(app: Flask, serious: Flask) -> None:
    """The one that signs in, and the one by which a browser is known again: got by signing in at the real door."""
    cast = settle(app)
    with serious.app_context(), committing() as unit:
        kept = serious.extensions["kith-hasher"].hash(PASSWORD)
        unit.get_one(User, cast.bo).password_hash = kept
    browser, headers = serious.test_client(), {"Origin": PUBLIC}
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/en/sign-in", base_url=PUBLIC).text)
    assert token
    sent = {"csrf_token": token[1], "email": "bo@example.org", "password": PASSWORD}
    answer = browser.post("/en/sign-in", data=sent, base_url=PUBLIC, headers=headers)
    assert answer.status_code == 303
    cookies = dict(one.split("=", 1) for one in answer.headers.get_all("Set-Cookie"))
    assert set(cookies) == {"__Host-kith", "__Host-kith-browser"}
    for name, rest in cookies.items():
        value, *flags = rest.split("; ")
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(flags), name
        assert not [flag for flag in flags if flag.startswith("Domain")], name
        assert len(value) >= 43, name
    assert "Max-Age=15552000" in cookies["__Host-kith-browser"], "half a year"


@pytest.mark.asvs("V15.2.3", "V13.4.2")
def test_production_begins_empty_and_without_what_is_for_trying_out(serious: Flask, app: Flask) -> None:
    assert not serious.debug
    odd = re.compile("debug|console|demo|test|trial|sample")
    assert [rule.rule for rule in rules(serious) if odd.search(rule.rule)] == []
    assert {rule.rule for rule in rules(serious)} == {rule.rule for rule in rules(app)}, "one set of doors"
    with serious.app_context():
        full = [name for name, one in Base.metadata.tables.items() if db.session().execute(select(one)).first()]
    assert set(full) <= {"catalog_state", "audit_head"}
