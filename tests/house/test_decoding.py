"""An address is decoded once: what was written twice over, too long or upwards leads nowhere."""

import json
import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.observability import JsonLines
from service.web.headers import build
from tests.people import settle

TWICE = ("%252e%252e", "%2565n", "%25%32%65", "..%252f..%252f")
LONG = ("%c0%ae%c0%ae/%c0%ae%c0%ae/config", "%e0%80%ae%e0%80%ae", "%f0%80%80%ae", "%ff%fe", "%c0%af")
UPWARDS: tuple[str, ...] = (
    "../app.py",
    "../../config.py",
    "..%2f..%2fconfig.py",
    "....//....//config.py",
    "..\\..\\config.py",
    "%5c..%5c",
)
UPWARDS += (
    "/etc/passwd",
    "//etc/passwd",
    "kith/../../../config.py",
    ".",
    "",
    "kith",
    "kith/",
    "kith.css%00.png",
    "~root",
)


@pytest.mark.asvs("V1.1.1")
@pytest.mark.parametrize("path", [*TWICE, *LONG])
def test_what_is_written_twice_over_is_not_read_twice(app: Flask, client: FlaskClient, path: str) -> None:
    cast = settle(app)
    for where in (f"/{path}/", f"/en/groups/{path}", f"/en/{path}/groups/{cast.eli_slug}", f"/api/v1/groups/{path}"):
        assert client.get(where).status_code in (400, 404), where
    plain, twice = (client.get("/en/groups/" + text) for text in (cast.eli_slug, cast.eli_slug.replace("-", "%252d")))
    assert (plain.status_code, twice.status_code) == (200, 404)


@pytest.mark.asvs("V5.3.2", "V13.4.1", "V13.4.3")
@pytest.mark.parametrize("path", UPWARDS)
def test_no_file_beside_the_static_ones_is_sent_and_no_folder_is_listed(client: FlaskClient, path: str) -> None:
    for version in (build(), "x"):
        answer = client.get(f"/static/{version}/{path}")
        assert answer.status_code in (301, 308, 404), path
        assert answer.mimetype == "text/html", "the page that says so"


@pytest.mark.asvs("V13.4.1", "V13.4.5")
@pytest.mark.parametrize(
    "path",
    [
        ".git/HEAD",
        ".env",
        "metrics",
        "console",
        "debug",
        "admin.php",
        "server-status",
        "openapi.json",
        "pyproject.toml",
    ],
)
def test_nothing_else_is_served(client: FlaskClient, path: str) -> None:
    assert client.get(f"/{path}", follow_redirects=True).status_code == 404


@pytest.mark.asvs("V16.4.1", "V16.2.2", "V16.2.4", "V1.3.3")
def test_a_line_of_the_log_stays_one_line_whatever_stands_in_it() -> None:
    record = logging.LogRecord("kith", logging.WARNING, "f.py", 1, 'a\r\nb\x1b[31m\x00"', (), None)
    record.__dict__["rule"] = '/x\n{"level": "error"}\x1b]0;x\x07'
    line = JsonLines().format(record)
    assert not set(line) & {"\n", "\r", "\x1b", "\x00", "\x07"}
    told = json.loads(line)
    assert told["rule"] == record.__dict__["rule"]
    assert told["at"][-5] in "+-", "with its offset"
