"""Nobody changes anything from another site, or without the token of a page of ours."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from tests.house.test_get_never_writes import MAY_CHANGE, tables
from tests.people import Cast, settle, signed_in
from tests.walk import address, rules

CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
# The anonymous search, and a yes or no to what was read from its words: they change nothing and touch no cookie. Asking
# to be rung is done as nobody: there is no right of the visitor's that another site could borrow, and no cookie to set.
WITHOUT_TOKEN = {
    *("web.find", "web.own_words", "web.take_along", "web.take_answer", "web.checked", "web.checked_beside"),
    *("web.ring_me_post", "leave"),
}
# What is said of a list makes another address of it, and nothing else.
WITHOUT_TOKEN |= {"web.put_aside", "web.bring_back", "web.more_like", "web.adjust"}
# Nor does a visitor who says that something is wrong, or asks for a number: they act for nobody, and get no cookie.
WITHOUT_TOKEN |= {"web.wrong_post", "web.wrong_post_in_results", "web.reach", "web.reach_in_results"}
# A list and a sheet change their address only; ending a list leaves a hash, and needs that sealed address.
WITHOUT_TOKEN |= {"web.keep_in_results", "web.keep_one", "web.change_list", "web.prepare_leaflet", "web.end_list"}
WITHOUT_TOKEN |= {"web.make_sheet"}


def changing(app: Flask) -> list[tuple[Rule, str]]:
    return [
        (rule, method)
        for rule in rules(app)
        for method in sorted(CHANGING & (rule.methods or set()))
        if not rule.rule.startswith("/api/")
    ]


def where(app: Flask, rule: Rule, cast: Cast) -> str:
    return address(app, rule, group_id=cast.eli_group, slug=cast.eli_slug)


def token_of(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/en/admin").text)
    assert found
    return found[1]


def test_only_what_is_done_as_nobody_needs_no_token(app: Flask) -> None:
    free = {name for name, view in app.view_functions.items() if getattr(view, "without_token", False)}
    assert free == WITHOUT_TOKEN


def test_without_a_good_token_nothing_changes(app: Flask) -> None:
    cast = settle(app)
    client, other = signed_in(app, cast.ada), signed_in(app, cast.bo)
    others = re.search(r'name="csrf_token" value="([^"]+)"', other.get("/en/referrals").text)
    assert others
    before = tables(app)
    walked = 0
    for rule, method in changing(app):
        if rule.endpoint in WITHOUT_TOKEN:
            continue
        for data in ({}, {"csrf_token": ""}, {"csrf_token": "wrong"}, {"csrf_token": others[1]}):
            answer = client.open(where(app, rule, cast), method=method, data=data)
            assert answer.status_code == 403, (rule.rule, data)
            walked += 1
    after = tables(app)
    assert {name for name in before if before[name] != after[name]} <= MAY_CHANGE
    assert walked >= 16


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
