"""A program of whoever helps reads and changes a plan, having seen it; asks one more group; reads what each said."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.catalog.models import Organisation
from service.clock import now
from service.db import committing
from service.referrals.models import Referral
from service.referrals.people.given import WORDS_VERSION
from tests.api.test_events import refer
from tests.api.test_people import get, post
from tests.catalog import making
from tests.people import Cast, keyed, settle


@pytest.fixture
def cast(app: Flask) -> Cast:
    return settle(app)


@pytest.fixture
def referred(client: FlaskClient, cast: Cast) -> Any:
    return refer(client, cast.bo_key, cast)


@pytest.fixture
def where(referred: Any) -> str:
    return f"/api/v1/people/{referred['person_id']}/plan"


def change(client: FlaskClient, key: str, where: str, body: Any, tag: str = "") -> TestResponse:
    seen = {"If-Match": tag} if tag else {}
    return client.patch(where, json=body, headers={**keyed(key), **seen})


def another(app: Flask) -> UUID:
    with app.app_context(), committing() as unit:
        body = Organisation(id=uuid4(), name="Sale Walks", vetting="checked")
        unit.add(body)
        unit.flush()
        return making.group(unit, "Walks", organisation=body, email="walks@example.org").id


def asking(group_id: UUID, /, **changes: Any) -> dict[str, Any]:
    said = {"given": True, "items": ["name", "contact"], "words_version": WORDS_VERSION, "method": "spoken"}
    given_at = (now() - timedelta(hours=1)).isoformat()
    return {"group_id": str(group_id), "consent": {**said, "given_at": given_at, **changes}}


def test_a_plan_is_changed_by_whoever_has_read_it(client: FlaskClient, cast: Cast, where: str) -> None:
    read = get(client, cast.bo_key, where)
    assert read.get_json()["goals"] == []
    wishes = {"text": "I like singing", "barriers": {"transport": "helps"}}
    sent = {"add_goals": ["Sing again"], "groups": [str(cast.eli_group)], "wishes": wishes}
    changed = change(client, cast.bo_key, where, sent, read.headers["ETag"])
    assert changed.status_code == 200, changed.text
    told = changed.get_json()
    assert [one["words"] for one in told["goals"]] == ["Sing again"]
    assert told["groups"] == [{"group_id": str(cast.eli_group), "asked": True}]
    assert told["wishes"] == {"text": "I like singing", "place": "", "barriers": {"transport": "helps"}}
    again = get(client, cast.bo_key, where)
    assert again.headers["ETag"] == changed.headers["ETag"]
    reached = change(client, cast.bo_key, where, {"reached": [told["goals"][0]["id"]], "groups": []}, "*").get_json()
    assert reached["goals"][0]["reached_at"]
    assert reached["groups"] == []
    assert reached["wishes"]["text"] == "I like singing"


def test_nobody_changes_what_they_have_not_seen(client: FlaskClient, cast: Cast, where: str) -> None:
    old = get(client, cast.bo_key, where).headers["ETag"]
    assert change(client, cast.bo_key, where, {"add_goals": ["One"]}).status_code == 428
    assert change(client, cast.bo_key, where, {"add_goals": ["One"]}, f"W/{old}").status_code == 200
    late = change(client, cast.bo_key, where, {"add_goals": ["Two"]}, old)
    assert (late.status_code, late.get_json()["code"]) == (412, "changed_meanwhile")
    assert [one["words"] for one in get(client, cast.bo_key, where).get_json()["goals"]] == ["One"]


@pytest.mark.parametrize(
    ("sent", "field", "code"),
    [
        ({"groups": [str(uuid4())]}, "groups", "not_a_choice"),
        ({"groups": [str(uuid4()) for _ in range(4)]}, "groups", "too_many"),
        ({"reached": [str(uuid4())]}, "add_goals", "not_a_choice"),
        ({"add_goals": ["  "]}, "add_goals", "missing"),
        ({"add_goals": ["x" * 501]}, "add_goals.0", "too_long"),
        ({"wishes": {"place": "Nowhere-at-all"}}, "wishes.place", "place_unknown"),
        ({"story": "x"}, "story", "unknown_field"),
    ],
)
def test_what_cannot_be_planned_is_named(
    client: FlaskClient, cast: Cast, where: str, sent: Any, field: str, code: str
) -> None:
    refused = change(client, cast.bo_key, where, sent, "*")
    assert refused.status_code == 422, refused.text
    assert [(one["field"], one["code"]) for one in refused.get_json()["errors"]] == [(field, code)]


def test_whoever_helps_reads_what_was_handed_to_them_and_whoever_referred_reads_no_plan(
    client: FlaskClient, app: Flask, cast: Cast, referred: Any, where: str
) -> None:
    address = f"/api/v1/referrals/{referred['id']}"
    assert get(client, cast.dee_key, address).status_code == 404
    with app.app_context(), committing() as unit:
        unit.get_one(Referral, UUID(referred["id"])).service_organisation_id = cast.elsewhere
    assert get(client, cast.dee_key, address).get_json()["id"] == referred["id"]
    assert get(client, cast.dee_key, f"{address}/introductions").status_code == 200
    assert get(client, cast.dee_key, where).status_code == 404, "nobody agreed that they know of the person"
    assert get(client, cast.bo_key, where).status_code == 404, "another organisation makes the plan"


def test_each_group_s_answer_is_read_and_one_more_is_asked(
    client: FlaskClient, app: Flask, cast: Cast, referred: Any
) -> None:
    where = f"/api/v1/referrals/{referred['id']}/introductions"
    walks = another(app)
    made = post(client, cast.bo_key, where, asking(walks), once="one-more-group")
    assert made.status_code == 201, made.text
    assert (made.get_json()["group_id"], made.get_json()["state"]) == (str(walks), "sent")
    assert post(client, cast.bo_key, where, asking(walks), once="one-more-again").get_json()["code"] == "asked_already"
    told = get(client, cast.bo_key, where).get_json()["introductions"]
    assert [(one["group_id"], one["state"]) for one in told] == [(str(cast.eli_group), "sent"), (str(walks), "sent")]


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"given": False}, "consent.given", "consent_needed"),
        ({"group_id": str(uuid4())}, "consent.group_id", "consent_for_another_group"),
        ({"purpose": "link_work"}, "consent.purpose", "unknown_choice"),
    ],
)
def test_no_group_is_asked_without_a_yes_for_it(
    client: FlaskClient, app: Flask, cast: Cast, referred: Any, changes: Any, field: str, code: str
) -> None:
    where = f"/api/v1/referrals/{referred['id']}/introductions"
    refused = post(client, cast.bo_key, where, asking(another(app), **changes))
    assert refused.status_code == 422
    assert [(one["field"], one["code"]) for one in refused.get_json()["errors"]] == [(field, code)]
