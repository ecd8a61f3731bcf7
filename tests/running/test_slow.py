"""A statement that takes long is told by its shape, its request and its time: never with a value."""

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from service.accounts.models import User
from service.config import Settings
from service.db import db, watching
from service.db.watching import shape

WORD = "zqaxbslow"


def lines(said: str, event: str) -> list[dict[str, Any]]:
    return [line for line in map(json.loads, said.splitlines()) if line["event"] == event]


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("SELECT 1 FROM a WHERE b = 'zqaxb' AND c = 'O''zqaxb'", "SELECT ? FROM a WHERE b = ? AND c = ?"),
        ("INSERT INTO a (b, c) VALUES (?, ?), (?, ?)", "INSERT INTO a (b, c) VALUES (…), (…)"),
        ("SELECT a FROM t WHERE id IN (%(id_1)s, %(id_2)s)", "SELECT a FROM t WHERE id IN (…)"),
        ("SELECT t1.a FROM t1 LIMIT 20 OFFSET 7.5", "SELECT t1.a FROM t1 LIMIT ? OFFSET ?"),
        ("SELECT E'zqaxb\\' zqaxb'", "SELECT (text)"),
        ("SELECT $tag$zqaxb$tag$", "SELECT (text)"),
        ("SELECT 'zqaxb", "SELECT (text)"),
    ],
)
def test_a_shape_holds_no_value(statement: str, told: str) -> None:
    assert shape(statement) == told


def test_a_slow_statement_is_told_with_its_request_and_no_value(
    app: Flask, settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    with app.app_context():
        watching.watch(db.engine, slow_ms=0.000_001)

    @app.get("/en/slowly")
    def slowly() -> str:
        for _ in range(3):
            db.session.scalars(select(User).where(User.name == WORD, User.id.in_([]))).all()
        db.session.execute(text("SELECT 'zqaxbslow', :word"), {"word": WORD})
        return "done"

    answer = FlaskClient(app).get("/en/slowly")
    said = capfd.readouterr().err
    assert WORD not in said
    told = [line for line in lines(said, "slow statement") if line.get("rule") == "/en/slowly"]
    assert {line["request_id"] for line in told} == {answer.headers["X-Request-Id"]}
    assert {line["statement"] for line in told} & {"SELECT ?, ?", "SELECT ?, %(word)s"}
    assert all(line["ms"] >= 0 for line in told)
    [request] = lines(said, "request")
    assert request["statements"] >= 4, "many statements of one request are seen at a glance"


def test_a_fast_statement_is_not_told(app: Flask, capfd: pytest.CaptureFixture[str]) -> None:
    assert app.test_client().get("/readyz").status_code == 200
    assert lines(capfd.readouterr().err, "slow statement") == []
