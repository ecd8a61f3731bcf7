"""What people send is in no log, count, record, temporary file or page of an error, however it is written."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from werkzeug.routing import Rule

from service.clock import now
from service.db import Base, db
from service.running.exposing import Exposed
from tests.house import canaries
from tests.people import keyed, signed_in
from tests.walk import address, rules

# One word for each way in; letters that nothing else holds. The second half of each has signs that get escaped.
WAYS = ("path", "query", "form", "json", "header", "cookie", "file", "password", "token", "key", "code", "postcode")
WORDS = {way: f"zqaxsink{way}" for way in WAYS}
SIGNS = " \"Ö'<&>%\\"
# Tables that tell what was done or counted, and hold no word of anybody.
DRY: tuple[str, ...] = (
    "audit_entry",
    "audit_head",
    "counter",
    "idempotency",
    "job_run",
    "asked_count",
    "ended_list",
    "used_assertion",
)
DRY += ("access_token", "sign_in_link", "signed_in_session", "erasure", "do_not_contact", "catalog_state")
STATUSES = {400, 401, 403, 404, 405, 413, 415, 422, 500, 503}


def spellings(word: str) -> Iterator[bytes]:
    """Yield a word as a program may write it: as it is, in capitals, in two bytes a letter, hex, base64, escaped."""
    for form in (word, word.upper(), word.title(), quote(word + SIGNS), escape(word + SIGNS), json.dumps(word + SIGNS)):
        yield form.encode()
    yield word.encode("utf-16-le")
    yield word.encode().hex().encode()
    for offset in range(3):
        coded = base64.b64encode(b"\0" * offset + word.encode())
        yield coded[-(-offset * 8 // 6) : (offset + len(word)) * 8 // 6]


NEEDLES = {needle for word in WORDS.values() for needle in spellings(word)}


def found(data: bytes) -> list[bytes]:
    return sorted(needle for needle in NEEDLES if needle in data)


@dataclass
class Walk:
    """Everybody asks every door for something that holds a word of each way."""

    app: Flask
    answered: dict[int, int] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    def ask(self, client: FlaskClient, where: str, method: str, **sent: Any) -> None:
        headers = {
            **sent.pop("headers", {}),
            **dict.fromkeys(("User-Agent", "Referer", "X-Request-Id", "X-Forwarded-For", "Accept-Language"), HEADER),
        }
        answer = client.open(where, method=method, query_string={"q": WORDS["query"] + SIGNS}, headers=headers, **sent)
        self.answered[answer.status_code] = self.answered.get(answer.status_code, 0) + 1
        seen = " ".join(f"{name}: {value}" for name, value in answer.headers if name != "Location").encode()
        if hits := found(seen):
            self.told.append(f"{method} {where}: headers {hits}")
        # A page shows its own form again with what was typed; a header or a secret never stands in it.
        outside = [hit for hit in found(answer.get_data()) if any(WORDS[w].encode() in hit.lower() for w in UNSEEN)]
        if answer.status_code >= 400 and outside:
            self.told.append(f"{method} {where}: page {outside}")


HEADER = WORDS["header"] + " a"
UNSEEN = ("header", "cookie", "password", "token", "key", "file")
FORM = {
    **dict.fromkeys(("text", "name", "words", "about", "contact", "number", "reason", "title"), WORDS["form"] + SIGNS),
    "password": WORDS["password"] + SIGNS,
    "code": WORDS["code"],
    "place": WORDS["postcode"],
    "step": WORDS["form"],
    "email": f"{WORDS['form']}@example.org",
    "csrf_token": WORDS["token"],
    "next": f"/en/{WORDS['form']}",
}
BODY = {"text": WORDS["json"] + SIGNS, "place": WORDS["postcode"], "person": {"preferred_name": WORDS["json"]}}


def token(app: Flask, client: FlaskClient) -> str:
    """Return the form token of somebody's browser."""
    with client.session_transaction() as cookie:
        raw = cookie.setdefault("csrf_token", "0" * 40)
    return str(URLSafeTimedSerializer(app.secret_key or "", salt="wtf-csrf-token").dumps(raw))


def form(rule: Rule) -> dict[str, str]:
    """Return what is typed into a form. The form of a listing carries on whatever it was sent, so it gets no secret."""
    secret = {"password", "code"} if rule.rule.endswith("/check") else set()
    return {name: text for name, text in FORM.items() if name not in secret}


def walk(app: Flask) -> Walk:
    made, house = Walk(app), canaries.settle(app)[canaries.OURS]
    browsers = [
        app.test_client(),
        *(signed_in(app, house.users[who]) for who in ("admin", "link_worker", "org_manager")),
    ]
    for client in browsers:
        client.set_cookie("other", WORDS["cookie"])
    tokens = [token(app, client) for client in browsers]
    key = next(iter(house.keys.values()))
    for rule in rules(app):
        texts = dict.fromkeys(("slug", "token", "sealed", "given", "wish", "filename"), WORDS["path"])
        where = address(app, rule, group_id=house.group, **texts)
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            if rule.rule.startswith("/api/"):
                for headers in (keyed(key, "Bo"), keyed(WORDS["key"]), {"Idempotency-Key": WORDS["key"]}):
                    made.ask(
                        browsers[0], where, method, headers=headers, **({"json": BODY} if method == "POST" else {})
                    )
            else:
                for client, good in zip(browsers, tokens, strict=True):
                    made.ask(
                        client,
                        where,
                        method,
                        **({"data": {**form(rule), "csrf_token": good}} if method == "POST" else {}),
                    )
    made.ask(browsers[0], f"/{WORDS['path']}", "GET")
    made.ask(browsers[0], "/en/sign-in", "DELETE")
    made.ask(browsers[0], "/api/v1/match", "POST", data=WORDS["json"], content_type="text/plain")
    made.ask(browsers[0], "/api/v1/match", "POST", data=b"{" + WORDS["json"].encode(), content_type="application/json")
    made.ask(
        browsers[0], "/api/v1/match", "POST", data=WORDS["json"].encode() * 90_000, content_type="application/json"
    )
    return made


@pytest.fixture
def quiet(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application as it is in production when something fails, with a folder of its own for temporary files."""
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    return app


@pytest.mark.asvs("V16.2.5", "V14.2.1", "V16.5.1", "V16.5.4")
def test_what_is_sent_is_in_no_sink(
    quiet: Flask, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = walk(quiet)
    fail(quiet, made, monkeypatch)
    said = capfd.readouterr()
    log = (said.out + said.err).encode()
    assert made.told == []
    assert found(log) == [], "the log"
    assert found(measured(quiet)) == [], "the metrics"
    assert log.count(b'"event": "request"') > 300
    tables, rows = dry(quiet)
    assert tables == {}
    files = [path for path in tmp_path.rglob("*") if path.is_file() and "databases" not in path.parts]
    assert {path.name: hits for path in files if (hits := found(path.read_bytes()))} == {}, "files"
    assert set(made.answered) >= STATUSES - {503}, made.answered
    with capfd.disabled():
        total = sum(made.answered.values())
        print(
            f"\nsinks: {len(WORDS)} words in {len(NEEDLES)} spellings, {total} answers, {rows} rows, "
            f"{len(log)} bytes of log, {len(files)} files: 0 hits"
        )


def measured(app: Flask) -> bytes:
    """Return what Prometheus would be told."""
    with app.app_context():
        told = Exposed(engine=db.engine, settings=app.extensions["kith"].settings, clock=now).text()
    assert told.count(b"kith_requests_total{") > 50
    return told


def fail(app: Flask, made: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have what is asked fail in the middle, with the very words in the failure."""
    for error in (
        RuntimeError(WORDS["json"]),
        OperationalError(WORDS["form"], {"q": WORDS["json"]}, ValueError(WORDS["path"])),
    ):

        def broken(*_: object, error: Exception = error, **__: object) -> None:
            raise error

        for endpoint in ("web.find", "web.sign_in_post", "web.ring_me_post"):
            if endpoint in app.view_functions:
                with monkeypatch.context() as patch:
                    patch.setitem(app.view_functions, endpoint, marked(app.view_functions[endpoint], broken))
                    for path in ("/en/find", "/en/sign-in", "/en/ring-me"):
                        made.ask(app.test_client(), path, "POST", data=FORM)


def marked(view: Any, broken: Any) -> Any:
    broken.without_token = True
    broken.permission = view.permission
    return broken


def dry(app: Flask) -> tuple[dict[str, list[bytes]], int]:
    """Return the tables of deeds and counts in which a word was found, and how many rows were looked at."""
    hits, rows = {}, 0
    with app.app_context():
        for name in DRY:
            table = Base.metadata.tables[name]
            kept = [tuple(row) for row in db.session.execute(select(table)).all()]
            rows += len(kept)
            if here := found(repr(kept).encode()):
                hits[name] = here
    return hits, rows


def test_each_word_would_be_found() -> None:
    for word in WORDS.values():
        for spelling in spellings(word):
            assert found(b"..." + spelling + b"...")
    assert found(json.dumps({"a": WORDS["path"]}).encode())
    assert found(base64.b64encode(f"xx{WORDS['key']}yy".encode()))
