"""Every door says who may open it, and the API's document names every door of the API."""

import re

import pytest
from flask import Flask

from service.accounts.permissions import GRANTS, Permission
from tests.pages import openapi
from tests.walk import address, rules

OPEN = {Permission.PUBLIC, Permission.LINK}
OAUTH = {("post /api/v1/token", "400"), ("post /api/v1/token", "401")}  # as RFC 6749 has them
UNDOCUMENTED = {"/api/v1/openapi.json"}


@pytest.mark.asvs("V8.1.1")
def test_every_rule_has_a_permission(app: Flask) -> None:
    for rule in rules(app):
        view = app.view_functions[rule.endpoint]
        assert isinstance(getattr(view, "permission", None), Permission), f"{rule.endpoint} has no @allow(...)"


@pytest.mark.asvs("V8.1.1")
def test_every_permission_is_in_the_table() -> None:
    granted = frozenset().union(*GRANTS.values())
    assert set(Permission) == set(granted)


def test_the_document_names_exactly_the_rules_of_the_api(app: Flask) -> None:
    document = openapi(app)
    documented = {(path, method.upper()) for path, operations in document["paths"].items() for method in operations}
    routed = {
        (re.sub(r"<(?:[a-z]+:)?([a-z_]+)>", r"{\1}", rule.rule), method)
        for rule in rules(app)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/") and rule.rule not in UNDOCUMENTED
    }
    assert documented == routed


def test_the_document_is_exact_about_errors_and_bodies(app: Flask) -> None:
    document = openapi(app)
    assert document["openapi"] == "3.1.0"
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            where = f"{method} {path}"
            assert operation["summary"], where
            assert operation.get("requestBody", {"required": True})["required"] is True, where
            for status, answer in operation["responses"].items():
                kinds = set(answer.get("content", {}))
                refused = status >= "400" and (where, status) not in OAUTH
                wanted = {"application/problem+json"} if refused else {"application/json"}
                assert kinds <= wanted, (where, status)
                assert kinds or status < "400", (where, status)


@pytest.mark.asvs("V8.3.1")
def test_a_visitor_is_turned_away_from_every_door_that_is_not_open(app: Flask) -> None:
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = "never sent back"
    for rule in rules(app):
        if getattr(app.view_functions[rule.endpoint], "permission", None) in OPEN:
            continue
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            answer = client.open(address(app, rule), method=method)
            if rule.rule.startswith("/api/"):
                assert answer.status_code == 401, rule.rule
            elif method == "GET":
                assert answer.status_code == 303, rule.rule
                assert answer.headers["Location"].startswith("/en/sign-in"), rule.rule
            else:
                assert answer.status_code in (303, 403), rule.rule


@pytest.mark.asvs("V4.1.4")
def test_a_method_that_is_not_declared_is_refused(app: Flask) -> None:
    client = app.test_client()
    for rule in rules(app):
        for method in {"PUT", "PATCH", "DELETE"} - (rule.methods or set()):
            others = [other for other in rules(app) if other.rule == rule.rule and method in (other.methods or set())]
            if not others:
                answer = client.open(address(app, rule), method=method)
                assert answer.status_code == 405, (rule.rule, method)
                assert answer.headers["Allow"], (rule.rule, method)
