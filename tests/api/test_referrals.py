"""Referring by JSON: with a key and a consent, once, read by the own organisation only; the leader's link stays out."""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from service.accounts.models import AuditEntry
from service.accounts.permissions import VISITOR
from service.accounts.programs.keys import create_api_key
from service.api.referrals import EXAMPLE
from service.clock import now
from service.notifications import outbox
from service.notifications.channels import Message
from service.referrals.models import Introduction, Person, Referral
from tests.referrals.cast import World, world

ADDRESS = "/api/v1/referrals"


@pytest.fixture
def cast(engine: Engine) -> World:
    with Session(engine.execution_options(writes=True)) as unit:
        made = world(unit)
        unit.commit()
    return made


@pytest.fixture
def keys(engine: Engine, cast: World) -> dict[str, str]:
    wanted = {
        "clinic": (cast.clinic, ("refer", "refer.read")),
        "colleague": (cast.clinic, ("refer", "refer.read")),
        "elsewhere": (cast.elsewhere, ("refer", "refer.read")),
        "writes": (cast.clinic, ("refer",)),
        "reads": (cast.clinic, ("refer.read",)),
    }
    with Session(engine.execution_options(writes=True)) as unit:
        made = {
            name: create_api_key(
                unit, organisation_id=organisation, name=name, scopes=scopes, actor=VISITOR, now=now()
            ).key
            for name, (organisation, scopes) in wanted.items()
        }
        unit.commit()
    return made


@pytest.fixture
def look(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session:
        yield session


def body(cast: World, **changes: Any) -> dict[str, Any]:
    """A referral that can be sent; `person.needs=…` is written `person__needs=…`, and `...` removes a field."""
    made: dict[str, Any] = json.loads(json.dumps({**EXAMPLE, "group_id": str(cast.group)}))
    made["consent"]["given_at"] = (now() - timedelta(hours=1)).isoformat()
    for name, value in changes.items():
        *inside, last = name.split("__")
        place = made[inside[0]] if inside else made
        if value is ...:
            del place[last]
        else:
            place[last] = value
    return made


def send(client: FlaskClient, key: str | None, sent: Any, once: str | None = None) -> TestResponse:
    headers = {"Idempotency-Key": once or f"test-{uuid4()}"}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    return client.post(ADDRESS, json=sent, headers=headers)


def get(client: FlaskClient, key: str | None, address: str = ADDRESS) -> TestResponse:
    return client.get(address, headers={"Authorization": f"Bearer {key}"} if key else {})


def rows(look: Session) -> int:
    look.rollback()
    return sum(look.scalar(select(func.count()).select_from(table)) or 0 for table in (Person, Referral, Introduction))


def test_a_professional_refers_and_reads_what_became_of_it(
    client: FlaskClient, cast: World, keys: dict[str, str]
) -> None:
    made = send(client, keys["clinic"], body(cast))
    assert made.status_code == 201
    told = made.get_json()
    assert made.headers["Location"] == f"{ADDRESS}/{told['id']}"
    assert (told["state"], told["introductions"][0]["state"]) == ("introduced", "sent")
    read = get(client, keys["clinic"], made.headers["Location"])
    assert read.get_json() == told
    assert read.headers["Cache-Control"] == "no-store"
    listed = get(client, keys["clinic"]).get_json()
    assert [one["id"] for one in listed["referrals"]] == [told["id"]]
    assert listed["next_page"] is None


@pytest.mark.asvs("V15.3.1", "V8.2.3", "V14.2.6")
def test_no_answer_holds_the_leader_s_link_or_the_person_s_words(
    client: FlaskClient, cast: World, keys: dict[str, str], app: Any, look: Session
) -> None:
    sent = body(cast, person__preferred_name="zqaxname", person__contact="zqaxcontact", person__needs="zqaxneeds")
    made = send(client, keys["clinic"], sent)
    answers = [made, get(client, keys["clinic"], made.headers["Location"]), get(client, keys["clinic"])]
    refused = send(client, keys["clinic"], {**sent, "group_id": str(uuid4())})
    assert refused.status_code == 422
    message = letter(app, look)
    token = str(message.params["link"]).rpartition("/")[2]
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)
    assert "zqax" not in repr((message.to, message.params))
    for answer in (*answers, refused):
        text = answer.get_data(as_text=True) + str(answer.headers)
        assert token not in text
        assert "zqax" not in text


def letter(app: Any, look: Session) -> Message:
    """Open the one message that waits in the outbox."""
    look.rollback()
    found = outbox.take_due(look, now=now(), sealer=app.extensions["kith"].sealer(outbox.PURPOSE))
    look.rollback()
    [message] = found
    return message


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"consent__given": False}, "consent.given", "consent_needed"),
        ({"consent": ...}, "consent", "missing"),
        ({"consent__items": ["name"]}, "consent.items", "consent_items_missing"),
        ({"consent__items": ["everything"]}, "consent.items.0", "unknown_choice"),
        ({"consent__given_at": "2020-01-01T10:00:00Z"}, "consent.expires_at", "consent_expired"),
        ({"consent__given_at": "2026-01-01T10:00:00"}, "consent.given_at", "wrong_type"),
        ({"consent__given_at": 1767261600}, "consent.given_at", "wrong_type"),
        ({"consent__given_at": "1767261600"}, "consent.given_at", "wrong_type"),
        ({"consent__given": "yes"}, "consent.given", "wrong_type"),
        ({"consent__expires_at": "2099-01-01T10:00:00Z"}, "consent.expires_at", "out_of_range"),
        ({"person__contact": ...}, "person.contact", "contact_needed"),
        ({"person__preferred_name": ""}, "person.preferred_name", "too_short"),
        ({"person__needs": "x" * 1001}, "person.needs", "too_long"),
        ({"person__preferred_name": "Cai\x00"}, "person.preferred_name", "wrong_form"),
        ({"person__diagnosis": "x"}, "person.diagnosis", "unknown_field"),
        ({"person__organisation_id": "x"}, "person.organisation_id", "unknown_field"),
        ({"state": "settled"}, "state", "unknown_field"),
        ({"group_id": "here"}, "group_id", "wrong_type"),
        ({"group_id": "6b6d2f5e-0c34-4c1f-9d57-7f8f2f0c9a11"}, "group_id", "unknown_group"),
    ],
)
def test_what_cannot_be_used_is_named_and_nothing_is_stored(
    client: FlaskClient, cast: World, keys: dict[str, str], look: Session, changes: Any, field: str, code: str
) -> None:
    refused = send(client, keys["clinic"], body(cast, **changes))
    assert refused.status_code == 422
    assert [(one["field"], one["code"]) for one in refused.get_json()["errors"]] == [(field, code)]
    assert rows(look) == 0


def test_an_unchecked_group_needs_a_reason_and_never_takes_a_person_at_risk(
    client: FlaskClient, cast: World, keys: dict[str, str]
) -> None:
    group = str(cast.unchecked)
    refused = send(client, keys["clinic"], body(cast, group_id=group))
    assert refused.get_json()["errors"][0]["code"] == "tick_needed"
    assert (
        send(client, keys["clinic"], body(cast, group_id=group, acknowledge_unvetted="I go there")).status_code == 201
    )
    at_risk = body(cast, group_id=group, acknowledge_unvetted="I go there", person__safety=True)
    assert send(client, keys["clinic"], at_risk).get_json()["errors"][0]["code"] == "group_not_checked"


@pytest.mark.asvs("V8.2.1")
def test_a_key_opens_only_what_its_scopes_say(
    client: FlaskClient, cast: World, keys: dict[str, str], look: Session
) -> None:
    assert send(client, keys["reads"], body(cast)).status_code == 403
    assert get(client, keys["writes"]).status_code == 403
    for wrong in (None, "kith_00000000_wrong"):
        assert send(client, wrong, body(cast)).status_code == 401
        assert get(client, wrong).status_code == 401
    assert rows(look) == 0
    denied = look.scalars(select(AuditEntry.action).where(AuditEntry.outcome == "denied")).all()
    assert sorted(denied) == ["read_referrals", "refer"]


@pytest.mark.asvs("V8.4.1")
def test_another_organisation_s_referral_looks_as_if_it_were_not_there(
    client: FlaskClient, cast: World, keys: dict[str, str]
) -> None:
    made = send(client, keys["clinic"], body(cast))
    foreign = get(client, keys["elsewhere"], made.headers["Location"])
    unknown = get(client, keys["elsewhere"], f"{ADDRESS}/{uuid4()}")
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.get_data() == unknown.get_data()
    changing = {"X-Request-Id", "Date"}
    assert {name: value for name, value in foreign.headers if name not in changing} == {
        name: value for name, value in unknown.headers if name not in changing
    }
    assert get(client, keys["elsewhere"]).get_json()["referrals"] == []
    assert get(client, keys["reads"], made.headers["Location"]).status_code == 200


def test_sent_again_with_its_key_a_referral_is_the_same_one(
    client: FlaskClient, cast: World, keys: dict[str, str], look: Session
) -> None:
    sent = body(cast)
    first = send(client, keys["clinic"], sent, once="one-referral")
    again = send(client, keys["clinic"], sent, once="one-referral")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.get_json() == again.get_json()
    other = send(client, keys["clinic"], {**sent, "person": {**sent["person"], "needs": "x"}}, once="one-referral")
    assert other.status_code == 422
    assert other.get_json()["code"] == "idempotency_reused"
    assert rows(look) == 3
    assert send(client, keys["colleague"], sent, once="one-referral").status_code == 201, "a key is its sender's own"


def test_a_refused_referral_does_not_use_its_key_up(client: FlaskClient, cast: World, keys: dict[str, str]) -> None:
    refused = send(client, keys["clinic"], body(cast, consent__given=False), once="tried-twice")
    assert refused.status_code == 422
    assert send(client, keys["clinic"], body(cast), once="tried-twice").status_code == 201


@pytest.mark.parametrize("once", ["", "short", "x" * 201])
def test_a_referral_needs_a_key_of_its_own(client: FlaskClient, cast: World, keys: dict[str, str], once: str) -> None:
    headers = {"Authorization": f"Bearer {keys['clinic']}", "Idempotency-Key": once}
    refused = client.post(ADDRESS, json=body(cast), headers=headers)
    assert refused.status_code == 422
    assert refused.get_json()["code"] == "idempotency_key"


@pytest.mark.asvs("V2.3.4", "V15.4.2")
def test_many_identical_sendings_at_once_make_one_referral(
    app: Any, cast: World, keys: dict[str, str], look: Session
) -> None:
    sent = body(cast)

    def one(_number: int) -> TestResponse:
        return send(app.test_client(), keys["clinic"], sent, once="all-at-once")

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(one, range(16)))
    assert sorted(answer.status_code for answer in told) == [200] * 15 + [201]
    assert len({answer.get_json()["id"] for answer in told}) == 1
    assert rows(look) == 3


@pytest.mark.asvs("V15.3.5")
@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [(b"{", "application/json", 400), (b"[]", "application/json", 422), (b"{}", "text/plain", 415), (b"", "", 415)],
)
def test_bodies_that_are_not_a_json_object_are_refused(
    client: FlaskClient, keys: dict[str, str], data: bytes, kind: str, status: int
) -> None:
    headers = {"Authorization": f"Bearer {keys['clinic']}", "Idempotency-Key": "not-a-referral"}
    assert client.post(ADDRESS, data=data, content_type=kind, headers=headers).status_code == status


@pytest.mark.parametrize("query", ["page=0", "page=x", "page=10001", "size=3"])
def test_a_page_that_cannot_be_is_refused(client: FlaskClient, keys: dict[str, str], query: str) -> None:
    assert get(client, keys["clinic"], f"{ADDRESS}?{query}").status_code == 422


def test_reading_is_recorded(client: FlaskClient, cast: World, keys: dict[str, str], look: Session) -> None:
    made = send(client, keys["clinic"], body(cast))
    get(client, keys["clinic"], made.headers["Location"])
    get(client, keys["elsewhere"], made.headers["Location"])
    get(client, keys["clinic"])
    wanted = select(AuditEntry.outcome, AuditEntry.organisation_id).where(AuditEntry.action == "read_referrals")
    assert [tuple(row) for row in look.execute(wanted.order_by(AuditEntry.sequence))] == [
        ("done", cast.clinic),
        ("denied", cast.elsewhere),
        ("done", cast.clinic),
    ]
