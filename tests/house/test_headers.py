"""Every answer carries the safety headers: each rule with each method, errors, files, answers without a body."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.accounts.permissions import OPEN
from tests.house import canaries
from tests.people import signed_in
from tests.walk import address, rules

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY")
COUNCIL = "https://council.example.org"  # may show pieces of us, as the settings of the tests say
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
    if answer.mimetype and not answer.mimetype.startswith(("text/", "image/", "font/")):
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


@pytest.mark.asvs("V3.3.1", "V3.3.3")
def test_in_production_the_cookie_belongs_to_this_host_alone(app: Flask) -> None:
    from dataclasses import replace

    from service.app import create_app
    from service.db import db

    settings = app.extensions["kith"].settings
    made = create_app(replace(settings, mode="production", public_url="https://kith.example.org", proxy_hops=1))
    answer = made.test_client().get("/en/set-up", base_url="https://kith.example.org")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-kith=")
    assert "Secure" in cookie
    assert "Domain" not in cookie
    with made.app_context():
        db.engine.dispose()
