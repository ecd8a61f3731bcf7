"""Small promises of the whole house, each seen with one look at every page."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import BaseModel

from service.web.headers import STATIC
from tests.house import canaries
from tests.people import keyed, settle, signed_in
from tests.walk import address, rules

TEXT = {"text", "email", "tel", "password", "search", "url", None}


def pages(app: Flask, client: FlaskClient, **ids: object) -> Iterator[tuple[str, str]]:
    """Yield every page somebody sees, with its address."""
    for rule in rules(app):
        if "GET" in (rule.methods or ()) and not rule.rule.startswith(("/api/", "/static/", "/embed/")):
            where = address(app, rule, **ids)
            answer = client.get(where)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                yield where, answer.text


@pytest.mark.asvs("V7.4.4")
def test_whoever_is_signed_in_can_sign_out_on_every_page_of_work(app: Flask) -> None:
    house = canaries.settle(app)[canaries.OURS]
    seen = 0
    for role in ("admin", "referrer"):
        client = signed_in(app, house.users[role])
        for where, text in pages(app, client, slug=house.slug, group_id=house.group):
            if re.match(r"/en/(admin|referrals|organisation|account)", where):
                assert re.search(r'action="/en/sign-out"', text), (role, where)
                seen += 1
    assert seen > 8


@pytest.mark.asvs("V6.2.6", "V6.2.7", "V6.4.2")
def test_a_password_can_be_pasted_and_kept_by_a_manager_and_has_no_hint(app: Flask) -> None:
    cast, seen = settle(app), 0
    for client in (app.test_client(), signed_in(app, cast.ada)):
        for where, text in pages(app, client):
            for field in re.findall(r"<input[^>]*>", text):
                if 'type="password"' in field:
                    assert re.search(r'autocomplete="(current|new)-password"', field), where
                    assert "maxlength" not in field or int(re.findall(r'maxlength="(\d+)"', field)[0]) >= 128, where
                    seen += 1
            assert not re.search(r"secret question|password hint|mother.s maiden", text, re.I), where
    assert seen >= 1
    for script in STATIC.rglob("kith/*.js"):
        assert not re.search(r"[\"']paste[\"']|onpaste", script.read_text(encoding="utf-8")), script.name


@pytest.mark.asvs("V14.2.5", "V14.3.2")
def test_a_page_that_is_called_like_a_file_is_kept_by_nobody(app: Flask) -> None:
    cast = settle(app)
    client = signed_in(app, cast.bo)
    for rule in rules(app):
        if "GET" not in (rule.methods or ()) or rule.rule.startswith("/static/"):
            continue
        where = address(app, rule, slug=cast.eli_slug, group_id=cast.eli_group).rstrip("/")
        for ending in ("/x.css", ";x.css", "%2Fx.css", ".js"):
            answer = client.get(f"{where}{ending}")
            assert answer.status_code >= 300 or "eli" not in answer.text.lower() or answer.mimetype != "text/html", (
                where
            )
            assert answer.headers["Cache-Control"] == "no-store" or answer.mimetype != "text/html", (where, ending)


@pytest.mark.asvs("V6.3.4")
def test_nobody_becomes_somebody_but_in_the_ways_that_are_told() -> None:
    """One function begins a session; each place that calls it stands in the table of ways, and no other does."""
    begun = {
        path.as_posix()
        for path in Path("service").rglob("*.py")
        if re.search(r"(?<!def )(?<![_\w])(?:sessions\.)?open_session\(", path.read_text(encoding="utf-8"))
    }
    assert begun == {"service/web/signing_in/entering.py"}
    ways = {
        way
        for path in Path("service").rglob("*.py")
        for way in re.findall(r"Proved\([^)]*way=\"(\w+)\"", path.read_text(encoding="utf-8"))
    }
    assert ways == {"password", "link", "passkey", "organisation"}
    told = Path("docs/threat-model.md").read_text(encoding="utf-8").partition("## Ways in")[2].partition("\n## ")[0]
    assert all(way in told for way in ways)


@pytest.mark.asvs("V15.3.7")
def test_of_two_of_one_name_a_form_takes_the_first_and_json_the_last(app: Flask, client: FlaskClient) -> None:
    """One rule for each face, as docs/inputs.md says; nothing is put together from two."""
    settle(app)
    body = b'{"text": "jigsaws", "place": "Sale", "limit": 0, "limit": 1}'
    assert client.post("/api/v1/match", data=body, content_type="application/json").status_code == 200
    body = b'{"text": "jigsaws", "place": "Sale", "limit": 1, "limit": 0}'
    assert client.post("/api/v1/match", data=body, content_type="application/json").status_code == 422
    assert client.post("/en/find", data={"text": "jigsaws", "place": ["Sale", "Nowhere at all"]}).status_code == 303
    assert client.post("/en/find", data={"text": "jigsaws", "place": ["Nowhere at all", "Sale"]}).status_code == 422


@pytest.mark.asvs("V5.4.2")
def test_a_name_of_a_file_is_ours_and_plainly_quoted() -> None:
    found = [
        name
        for path in Path("service").rglob("*.py")
        for name in re.findall(r"[\"'](?:attachment|inline); filename=.*", path.read_text(encoding="utf-8"))
    ]
    assert len(found) >= 3
    for name in found:
        assert re.fullmatch(r"'(attachment|inline); filename=\"[a-z-]+\.[a-z]+\"'", name), name


@pytest.mark.asvs("V15.3.3", "V8.2.3")
def test_what_a_program_may_not_say_is_refused_by_name(app: Flask, client: FlaskClient) -> None:
    """Every column of every table as one more field of every body: none is taken."""
    from service.api.referrals import EXAMPLE
    from service.db import Base

    cast = settle(app)
    columns = {column.name for table in Base.metadata.sorted_tables for column in table.columns}
    known = {name: set(_model(name).model_fields) for name in ("", "person", "consent")}
    for part, fields in known.items():
        extra = sorted(columns - fields)
        for first in range(0, len(extra), 100):  # a body with more problems is refused without naming them
            some = extra[first : first + 100]
            body: dict[str, Any] = {**EXAMPLE, "group_id": str(cast.eli_group)}
            body.update(
                {part: {**EXAMPLE[part], **dict.fromkeys(some, "zqax")}} if part else dict.fromkeys(some, "zqax")
            )
            headers = {**keyed(cast.bo_key), "Idempotency-Key": f"key-{part}-{first:08}"}
            answer = client.post("/api/v1/referrals", json=body, headers=headers)
            told = {one["field"] for one in answer.get_json()["errors"] if one["code"] == "unknown_field"}
            assert answer.status_code == 422
            assert told == {f"{part}.{name}" if part else name for name in some}
        assert len(extra) > 100


def _model(name: str) -> type[BaseModel]:
    from service.api import referrals

    models: dict[str, type[BaseModel]] = {
        "": referrals.ReferralIn,
        "person": referrals.PersonIn,
        "consent": referrals.ConsentIn,
    }
    return models[name]
