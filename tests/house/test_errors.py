"""Every deliberate refusal is one of the known kinds, and both faces say it their own way."""

import ast
import pkgutil
import re
from importlib import import_module
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import DataError

import service
from service.errors import Conflict, Forbidden, Invalid, NotFound, Problem, ServiceError, TooMany, Unavailable

KINDS = [
    Invalid("body", fields={"place": Problem("place_unknown", {"suggestions": ("Sale", "Salford")})}),
    Forbidden("not_allowed"),
    NotFound("group"),
    Conflict("changed_meanwhile"),
    Unavailable("not_ready"),
    TooMany("too_many", retry_after=7),
]


@pytest.fixture
def failing(app: Flask) -> Flask:
    """The application with addresses that refuse in every way."""

    def refuse(number: int) -> str:
        raise KINDS[number]

    def fail() -> str:
        msg = "zqaxb must not be seen"
        raise RuntimeError(msg)

    for root in ("/en/refuse", "/api/refuse"):
        app.add_url_rule(f"{root}/<int:number>", root, refuse)
        app.add_url_rule(f"{root}/fail", f"{root}-fail", fail)
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


# Raised and caught inside one module, or a mistake in our own files: no request ever ends in one of these.
INSIDE = {
    "DamagedError",
    "EncoderError",
    "OtherKindError",
    "LeavingError",
    "TaxonomyMistake",
    "AuditTamperedError",
    "UnreadableError",
    "FeedError",
    "EventError",
    "RuleError",
    "NotRead",
    "DamagedModelError",
}


def test_every_error_descends_from_service_error() -> None:
    for found in pkgutil.walk_packages(service.__path__, "service."):
        if ".migrations" in found.name or found.name.endswith(".__main__"):  # these run when they are imported
            continue
        module = import_module(found.name)
        for name, value in vars(module).items():
            own = isinstance(value, type) and issubclass(value, Exception) and value.__module__ == found.name
            if own and not name.startswith("_") and name not in INSIDE:
                assert issubclass(value, ServiceError), f"{found.name}.{name}"


def test_an_error_carries_codes_never_sentences() -> None:
    for path in Path("service").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Raise) or not isinstance(node.exc, ast.Call):
                continue
            name = getattr(node.exc.func, "id", "")
            kind = {kind.__name__ for kind in (Invalid, Forbidden, NotFound, Conflict, Unavailable, TooMany)}
            if name in kind and node.exc.args and isinstance(node.exc.args[0], ast.Constant):
                assert str(node.exc.args[0].value).isidentifier(), f"{path}:{node.lineno}"


@pytest.mark.parametrize("number", range(len(KINDS)))
def test_pages_refuse_with_a_page(failing: Flask, number: int) -> None:
    answer = failing.test_client().get(f"/en/refuse/{number}")
    assert answer.status_code == KINDS[number].status
    assert answer.mimetype == "text/html"
    assert not re.search(r"\b[a-z]+_[a-z]+\b", re.sub("<[^>]*>", "", answer.text)), "a page says words, not codes"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("number", range(len(KINDS)))
def test_the_api_refuses_with_a_problem_document(failing: Flask, number: int) -> None:
    answer = failing.test_client().get(f"/api/refuse/{number}")
    assert (answer.status_code, answer.mimetype) == (KINDS[number].status, "application/problem+json")
    told = answer.get_json()
    assert (told["status"], told["code"], told["type"]) == (KINDS[number].status, KINDS[number].code, "about:blank")
    assert told["detail"].endswith(".")
    assert "instance" not in told, "an address may hold personal text"


def test_a_field_problem_names_the_field_and_what_sounds_like_it(failing: Flask) -> None:
    told = failing.test_client().get("/api/refuse/0").get_json()["errors"]
    assert told == [
        {
            "field": "place",
            "code": "place_unknown",
            "message": "We do not know this place.",
            "suggestions": ["Sale", "Salford"],
        }
    ]


@pytest.mark.parametrize("root", ["/en", "/api"])
def test_asked_too_often_says_when_to_come_back(failing: Flask, root: str) -> None:
    assert failing.test_client().get(f"{root}/refuse/5").headers["Retry-After"] == "7"


@pytest.mark.asvs("V16.5.1", "V16.5.4", "V16.3.4")
@pytest.mark.parametrize("root", ["/en", "/api"])
def test_an_unexpected_failure_says_nothing_of_itself(
    failing: Flask, root: str, capfd: pytest.CaptureFixture[str]
) -> None:
    answer = failing.test_client().get(f"{root}/refuse/fail?word=zqaxbquery", headers={"Referer": "http://zqaxb/"})
    assert answer.status_code == 500
    assert "zqaxb" not in answer.text
    told = capfd.readouterr()
    assert "RuntimeError" in told.err
    assert "zqaxb" not in told.err + told.out, "the log has no message, path or query"


@pytest.mark.parametrize(
    ("path", "status"), [("/en/no-such-page", 404), ("/xx/", 404), ("/nothing/", 404), ("/en/sign-in", 405)]
)
def test_http_refusals_are_pages_too(client: FlaskClient, path: str, status: int) -> None:
    answer = client.delete(path) if status == 405 else client.get(path)
    assert answer.status_code == status
    assert answer.mimetype == "text/html"


def test_a_wrong_method_is_told_which_ones_work(client: FlaskClient) -> None:
    answer = client.post("/api/v1/openapi.json")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert answer.get_json()["code"] == "method"


@pytest.mark.parametrize("path", ["/en/groups/a%00b", "/en/%00", "/api/v1/groups/%00", "/%00"])
def test_an_address_with_control_characters_is_no_address(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_text_that_the_database_cannot_hold_is_the_senders_matter(failing: Flask) -> None:
    def cannot() -> str:
        raise DataError("INSERT", {}, ValueError("zqaxb"))

    failing.add_url_rule("/api/refuse/data", "data", cannot)
    answer = failing.test_client().get("/api/refuse/data")
    assert (answer.status_code, answer.get_json()["code"]) == (422, "unusable_text")
