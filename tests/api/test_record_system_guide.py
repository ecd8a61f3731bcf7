"""What the guide for a clinic's integrator shows is sent in its order, from token to event, and is so answered."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from service.accounts.permissions import SCOPES, VISITOR
from service.accounts.programs import assertions, keys
from service.clock import now
from service.db import committing
from service.referrals.events import delivering, feed, signing
from tests.accounts.signing import claims, key, public_set, signed
from tests.house.test_docs import FENCE, ROOT, accept, cast, within
from tests.people import Cast

__all__ = ["cast"]
GUIDE = ROOT / "docs/guides/record-system.md"
AUDIENCE = "http://127.0.0.1:8000/api/v1/token"


def steps() -> list[tuple[str, str, str, str, str]]:
    """Return each request of the guide with the answer below it: method, address, what is sent, status, answer."""
    found = [(info.partition(" ")[2], inside) for info, inside in FENCE.findall(GUIDE.read_text(encoding="utf-8"))]
    asked = [re.fullmatch(r"(GET|POST|PATCH) (/\S+)", info) for info, _ in found]
    return [
        (one[1], one[2], found[number][1], *found[number + 1]) for number, one in enumerate(asked) if one is not None
    ]


@pytest.fixture
def assertion(app: Flask, cast: Cast) -> str:
    with app.app_context(), committing() as unit:
        program = keys.create_api_key(
            unit,
            organisation_id=cast.surgery,
            name="record system",
            scopes=list(SCOPES),
            public_keys=assertions.key_set(public_set(key("P-384"))),
            actor=VISITOR,
            now=now(),
        )
    return signed(claims(program.id, now(), aud=AUDIENCE), key("P-384"))


def send(client: Any, known: dict[str, str], number: int, step: tuple[str, str, str, str, str]) -> TestResponse:
    method, address, sent, *_ = step
    for name, value in known.items():
        address, sent = address.replace(f"{{{name}}}", value), sent.replace(f"{{{name}}}", value)
    lines = [line.split("=" if address.endswith("/token") else ": ", 1) for line in sent.splitlines()]
    if address.endswith("/token"):
        return client.open(address, method=method, data=dict(lines))  # type: ignore[no-any-return]
    headers = {"Authorization": f"Bearer {known['token']}", "X-Acting-For": "Bo"}
    if method == "GET":
        return client.open(address, headers={**headers, **dict(lines)})  # type: ignore[no-any-return]
    body = json.loads(sent)
    if "consent" in body:
        body["consent"]["given_at"] = (now() - timedelta(hours=1)).isoformat()
    if method == "PATCH":
        headers["If-Match"] = known["etag"]
    headers["Idempotency-Key"] = f"of-the-guide-{number}"
    return client.open(address, method=method, json=body, headers=headers)  # type: ignore[no-any-return]


def test_the_steps_are_answered_as_they_are_told(app: Flask, cast: Cast, assertion: str) -> None:
    client, known = app.test_client(), {"assertion": assertion}
    walked = steps()
    assert len(walked) >= 7
    for number, step in enumerate(walked):
        if step[1] == "/api/v1/events?after=6":
            accept(app, "Ask for Eli at the door")
        with app.app_context(), committing() as unit:
            feed.give_numbers(unit)
        told = send(client, known, number, step)
        assert told.status_code == int(step[3]), (step, told.text)
        if step[4].strip():
            within(json.loads(step[4]), told.get_json(), step[1])
            known["token"] = told.get_json().get("access_token", known.get("token", ""))
            if step[1] == "/api/v1/referrals":
                known |= {"id": told.get_json()["id"], "person": told.get_json()["person_id"]}
        known["etag"] = told.headers.get("ETag", known.get("etag", ""))


def test_what_is_told_is_as_shown_and_the_check_on_the_page_takes_it_and_no_other(app: Flask, cast: Cast) -> None:
    shown = dict(FENCE.findall(GUIDE.read_text(encoding="utf-8")))
    room: dict[str, Callable[[str, dict[str, str], bytes], bool]] = {}
    exec(shown["python"], room)  # noqa: S102  # the page's own lines
    secret, event = b"k" * signing.SECRET_BYTES, _event()
    body = delivering.body(event, now())
    within(json.loads(shown["json POST to your address"]), json.loads(body))
    headers = signing.headers(secret, message_id=str(uuid4()), timestamp=int(now().timestamp()), body=body)
    check, written = room["from_kith"], signing.written(secret)
    assert check(written, headers, body)
    assert not check(written, headers, body + b" ")
    assert not check(signing.written(b"x" * 32), headers, body)
    assert not check(written, {**headers, "webhook-id": str(uuid4())}, body)
    old = signing.headers(secret, message_id="x", timestamp=int(now().timestamp()) - 301, body=body)
    assert not check(written, old, body)


def _event() -> feed.EventView:
    return feed.EventView(
        id=uuid4(),
        number=1,
        at=now(),
        referral_id=uuid4(),
        introduction_id=None,
        group_id=None,
        from_state="draft",
        to_state="sent",
        by_role="api_client",
    )
