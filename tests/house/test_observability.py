"""What the operator is told: health, and one line a request that names no address and no word of anybody."""

import json
import logging
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from gunicorn.config import Config

from service import metrics, observability
from service.app import create_app
from service.config import Settings
from service.db import version
from service.errors import NotFound
from service.matching.counting import Counts
from service.observability import ALLOWED, GunicornLogger, add_check, add_warning
from service.web.rehearsal import rehearse
from tests import stores
from tests.people import settle


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def test_the_process_lives_and_is_ready(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok"}
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()) == (
        200,
        {"status": "ok", "failed": [], "warnings": {"jobs": "not_running"}},
    )


def test_it_is_not_ready_while_a_check_fails(
    app: Flask, client: FlaskClient, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        msg = "zqaxb"
        raise OSError(msg)

    add_check(app, "disk", broken)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()) == (
        503,
        {"status": "failing", "failed": ["disk"], "warnings": {"jobs": "not_running"}},
    )
    told = lines(capfd.readouterr().err)[-1]
    assert (told["check"], told["error"]) == ("disk", "OSError")
    assert "zqaxb" not in json.dumps(told)


def test_newer_tables_are_no_failure_and_older_ones_are(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """While nodes take a version in one after another, none of those that still wait is taken out for it."""
    asked = {"0001": 503, "9999": 200}
    for there, status in asked.items():
        monkeypatch.setattr(version, "current", lambda _store, there=there: there)
        assert client.get("/readyz").status_code == status
    monkeypatch.setattr(version, "current", lambda _store: None)
    assert client.get("/readyz").status_code == 503


def test_what_a_new_process_asks_itself_is_neither_counted_nor_logged(
    app: Flask, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(app)
    seen = list[tuple[str, int]]()

    @app.after_request
    def note(answer: Response) -> Response:
        seen.append((observability._rule(), answer.status_code))
        return answer

    monkeypatch.setattr(metrics, "answered", lambda **told: pytest.fail(str(told)))
    monkeypatch.setattr(Counts, "add", lambda *_args, **told: pytest.fail(str(told)))
    rehearse(app)
    doors = ["/readyz", "/<lang>/", "/<lang>/find/<sealed>", "/<lang>/find/<sealed>/groups/<slug>"]
    assert seen == [(door, 200) for door in doors]
    assert [line for line in lines(capfd.readouterr().err) if line["event"] == "request"] == []


def test_what_is_missing_but_stops_nothing_is_a_warning(app: Flask, client: FlaskClient) -> None:
    add_warning(app, "meaning", lambda: "model_missing")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()["warnings"]["meaning"]) == (200, "model_missing")


def test_what_cannot_look_stops_nothing(app: Flask, client: FlaskClient) -> None:
    def broken() -> None:
        msg = "zqaxb"
        raise OSError(msg)

    add_warning(app, "meaning", broken)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()["warnings"]["meaning"]) == (200, "unknown")


def test_it_is_not_ready_on_old_tables(app: Flask, client: FlaskClient) -> None:
    from service.db import db

    with app.app_context(), db.engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    assert client.get("/readyz").get_json()["failed"] == ["tables"]


@pytest.mark.asvs("V16.2.4", "V16.2.5")
def test_a_request_leaves_one_line_without_its_address(client: FlaskClient, capfd: pytest.CaptureFixture[str]) -> None:
    answer = client.get("/en/groups/zqaxb-slug?zqaxb=1", headers={"User-Agent": "zqaxb", "Referer": "http://zqaxb/"})
    text = capfd.readouterr().err
    (line,) = lines(text)
    assert "zqaxb" not in text
    assert (line["rule"], line["method"], line["status"]) == ("/<lang>/groups/<slug>", "GET", 404)
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert set(line) <= {*ALLOWED, "at", "level"}


def test_health_is_not_written_about(client: FlaskClient, capfd: pytest.CaptureFixture[str]) -> None:
    client.get("/healthz")
    assert capfd.readouterr().err == ""


def test_every_request_has_a_name_of_its_own(client: FlaskClient) -> None:
    names = {client.get("/healthz", headers={"X-Request-Id": "chosen"}).headers["X-Request-Id"] for _ in range(5)}
    assert len(names) == 5
    assert "chosen" not in names


def test_a_proxy_in_front_names_a_request_in_one_manner_and_no_other(settings: Settings) -> None:
    app = create_app(replace(settings, proxy_hops=1))
    given, client = "0123456789abcdef" * 2, app.test_client()
    assert client.get("/healthz", headers={"X-Request-Id": given}).headers["X-Request-Id"] == given
    for odd in (given.upper(), given + "0", given[1:], f"{given}\u0660", " ", "zqaxb", f"{given},{given}"):
        named = client.get("/healthz", headers={"X-Request-Id": odd}).headers["X-Request-Id"]
        assert named != odd
        assert len(named) == 32
    stores.close(app)


def test_every_line_of_a_request_and_its_error_page_carry_its_name(
    app: Flask, client: FlaskClient, capfd: pytest.CaptureFixture[str]
) -> None:
    @app.get("/en/broken")
    def broken() -> str:
        observability.logger().warning("on the way")
        raise NotFound("page")

    answer = client.get("/en/broken")
    name = answer.headers["X-Request-Id"]
    assert {line["request_id"] for line in lines(capfd.readouterr().err)} == {name}
    assert name in answer.text, "whoever rings can say it"


def test_every_line_of_one_run_of_a_job_carries_one_name(capfd: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        with observability.named_run():
            observability.logger().warning("messages not sent")
            observability.logger().info("job")
    observability.logger().info("after")
    *runs, after = lines(capfd.readouterr().err)
    names = [line["request_id"] for line in runs]
    assert (names[0], names[2]) == (names[1], names[3])
    assert (len(set(names)), "request_id" in after) == (2, False)


def test_arguments_of_a_message_are_not_written() -> None:
    record = logging.LogRecord("kith", logging.ERROR, "f.py", 1, "failed for %s", ("zqaxb",), None)
    record.secret = "zqaxb"
    assert "zqaxb" not in observability.JsonLines().format(record)


@pytest.mark.asvs("V16.2.5")
def test_gunicorn_says_nothing_of_a_request(capfd: pytest.CaptureFixture[str]) -> None:
    logger = GunicornLogger(Config())
    for handler in logger.error_log.handlers:
        handler.stream = observability.sys.stderr  # type: ignore[attr-defined]
    try:
        raise ValueError("zqaxb")
    except ValueError:
        logger.exception("Error handling request %s", "/en/find/zqaxb")
    logger.error("Error %s", "zqaxb")
    logger.warning("Invalid request from ip=%s: %s", "203.0.113.9", "zqaxb")
    logger.critical("WORKER %s", "zqaxb")
    logger.debug("%s %s", "GET", "zqaxb")
    logger.access(None, None, {}, None)
    logger.info("Booting worker with pid: %s", 4711)
    text = capfd.readouterr().err
    assert "zqaxb" not in text
    assert "203.0.113.9" not in text
    assert [line["event"] for line in lines(text)][0] == "Error handling request %s"
    assert lines(text)[0]["error"] == "ValueError"
    assert lines(text)[-1]["event"] == "Booting worker with pid: 4711"
