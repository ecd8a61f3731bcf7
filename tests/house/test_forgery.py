"""Nobody changes anything from another site, or without the token of a page of ours."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.routing import Rule

from service.api import ROOTS, referrals
from service.api.people import EXAMPLE
from service.clock import now
from tests.house.test_get_never_writes import MAY_CHANGE, tables
from tests.people import Cast, keyed, settle, signed_in
from tests.walk import address, rules

CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
# The anonymous search, and a yes or no to what was read from its words: they change nothing and touch no cookie. Asking
# to be rung is done as nobody: there is no right of the visitor's that another site could borrow, and no cookie to set.
WITHOUT_TOKEN = {
    *("web.find", "web.own_words", "web.take_along", "web.take_answer", "web.checked", "web.checked_beside"),
    *("web.ring_me_post", "web.ask_for_help_post", "web.slip_post", "web.slip_form_post", "leave"),
}
# What is said of a list makes another address of it, and nothing else.
WITHOUT_TOKEN |= {"web.put_aside", "web.bring_back", "web.more_like", "web.adjust"}
# Nor does a visitor who says that something is wrong, or asks for a number: they act for nobody, and get no cookie.
WITHOUT_TOKEN |= {"web.wrong_post", "web.wrong_post_in_results", "web.reach", "web.reach_in_results", "web.ask_them"}
# A list and a sheet change their address only; ending a list leaves a hash, and needs that sealed address.
WITHOUT_TOKEN |= {"web.keep_in_results", "web.keep_one", "web.change_list", "web.prepare_leaflet", "web.end_list"}
WITHOUT_TOKEN |= {"web.make_sheet"}
# Whoever tells what is right, of a new group, or that one is theirs acts for nobody as well.
WITHOUT_TOKEN |= {"web.right_post", "web.add_group_post", "web.yours_post"}

# Nothing of a body is read there; without an Idempotency-Key, which no form can send, it does nothing.
WITHOUT_BODY = {"api.withdraw"}


def changing(app: Flask) -> list[tuple[Rule, str]]:
    return [
        (rule, method)
        for rule in rules(app)
        for method in sorted(CHANGING & (rule.methods or set()))
        if not rule.rule.startswith(ROOTS)
    ]


def where(app: Flask, rule: Rule, cast: Cast) -> str:
    return address(app, rule, group_id=cast.eli_group, slug=cast.eli_slug)


def token_of(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/en/admin").text)
    assert found
    return found[1]


def expired(app: Flask, client: FlaskClient) -> str:
    """Return a token of this very browser, of thirteen hours ago."""
    token_of(client)  # so that it has one
    with client.session_transaction() as cookie:
        raw = cookie["csrf_token"]
    with time_machine.travel(now() - timedelta(hours=13)):
        return str(URLSafeTimedSerializer(app.secret_key or "", salt="wtf-csrf-token").dumps(raw))


def test_only_what_is_done_as_nobody_needs_no_token(app: Flask) -> None:
    free = {name for name, view in app.view_functions.items() if getattr(view, "without_token", False)}
    assert free == WITHOUT_TOKEN


@pytest.mark.asvs("V3.5.1")
def test_without_a_good_token_nothing_changes(app: Flask) -> None:
    cast = settle(app)
    client, other = signed_in(app, cast.ada), signed_in(app, cast.bo)
    others = re.search(r'name="csrf_token" value="([^"]+)"', other.get("/en/referrals").text)
    assert others
    old = expired(app, client)
    before = tables(app)
    walked = 0
    for rule, method in changing(app):
        if rule.endpoint in WITHOUT_TOKEN:
            continue
        for token in ("", "wrong", others[1], old, None):
            data = {} if token is None else {"csrf_token": token}
            answer = client.open(where(app, rule, cast), method=method, data=data)
            assert answer.status_code == 403, (rule.rule, data)
            walked += 1
    after = tables(app)
    assert {name for name in before if before[name] != after[name]} <= MAY_CHANGE
    assert walked >= 16


@pytest.mark.asvs("V3.5.1")
@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://elsewhere.example.org"}],
    ids=["cross-site", "same-site", "origin"],
)
def test_what_another_site_started_is_refused_even_with_the_token(app: Flask, headers: dict[str, str]) -> None:
    cast = settle(app)
    client = signed_in(app, cast.ada)
    token = token_of(client)
    before = tables(app)
    for rule, method in changing(app):
        answer = client.open(where(app, rule, cast), method=method, data={"csrf_token": token}, headers=headers)
        assert answer.status_code == 403, rule.rule
    after = tables(app)
    assert {name for name in before if before[name] != after[name]} <= MAY_CHANGE


def test_a_form_of_ours_is_taken_although_its_browser_hides_where_it_comes_from(app: Flask) -> None:
    cast = settle(app)
    client = signed_in(app, cast.ada)
    hidden = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
    answer = client.post("/en/sign-out", data={"csrf_token": token_of(client)}, headers=hidden)
    assert answer.status_code == 303


@pytest.mark.asvs("V3.5.2")
def test_a_form_cannot_speak_to_the_programs_door(app: Flask) -> None:
    """What a page of another site can send without asking first is not read; and a cookie opens no door of the API."""
    cast = settle(app)
    browser = signed_in(app, cast.bo)
    once = {**keyed(cast.bo_key), "Idempotency-Key": "somebody-of-ours"}
    kept = browser.post("/api/v1/people", json=EXAMPLE, headers=once).get_json()  # of anybody else it says 404 first
    asked = {**referrals.EXAMPLE, "group_id": str(cast.eli_group)}
    sent = browser.post("/api/v1/referrals", json=asked, headers={**once, "Idempotency-Key": "one-of-ours"}).get_json()
    before, tried = tables(app), 0
    for rule in rules(app):
        if not rule.rule.startswith(ROOTS) or "POST" not in (rule.methods or ()):
            continue
        where = address(app, rule, person_id=kept["id"], referral_id=sent["id"])
        refused = (401, 422) if rule.endpoint in WITHOUT_BODY else (400, 401, 415)
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""):
            for headers in (keyed(cast.bo_key), {}):
                answer = browser.post(where, data=b'{"place": "Sale"}', content_type=kind, headers=headers)
                assert answer.status_code in refused, (where, kind)
                tried += 1
    assert tried >= 24
    after = tables(app)
    assert {name for name in before if before[name] != after[name]} <= MAY_CHANGE


@pytest.mark.asvs("V3.5.1", "V3.5.2")
def test_json_is_no_form_of_ours(app: Flask) -> None:
    cast = settle(app)
    client = signed_in(app, cast.ada)
    token = token_of(client)
    before = tables(app)
    for rule, method in changing(app):
        if rule.endpoint not in WITHOUT_TOKEN and rule.endpoint != "leave":
            answer = client.open(where(app, rule, cast), method=method, json={"csrf_token": token})
            assert answer.status_code == 403, rule.rule
    after = tables(app)
    assert {name for name in before if before[name] != after[name]} <= MAY_CHANGE
