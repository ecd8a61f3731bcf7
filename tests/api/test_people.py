"""A program keeps somebody once, keeps what they say yes to and takes it back; it is never told a word of them."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from service.accounts.models import AuditEntry
from service.accounts.permissions import VISITOR
from service.accounts.programs.keys import create_api_key
from service.clock import now
from service.db import committing, db
from service.referrals.models import Consent, Introduction, Person
from service.referrals.people.given import WORDS_VERSION
from tests.api.test_events import refer
from tests.people import Cast, settle

ADDRESS = "/api/v1/people"
CAI = {"preferred_name": "Cai zqaxname", "contact": "01632 960123", "contact_rule": "phone", "needs": "zqaxneeds"}


@pytest.fixture
def cast(app: Flask) -> Cast:
    return settle(app)


def post(client: FlaskClient, key: str, address: str, body: Any = None, once: str = "") -> TestResponse:
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": once or f"test-{uuid4()}"}
    return client.post(address, json=body, headers=headers)


def get(client: FlaskClient, key: str, address: str) -> TestResponse:
    return client.get(address, headers={"Authorization": f"Bearer {key}"})


def keep(client: FlaskClient, key: str, **changes: Any) -> Any:
    made = post(client, key, ADDRESS, {**CAI, **changes})
    assert made.status_code == 201, made.text
    return made.get_json()


def yes(body: UUID, **changes: Any) -> dict[str, Any]:
    made = {"purpose": "tell_referrer", "recipient": str(body), "items": ["outcome"], "method": "spoken"}
    return {**made, "words_version": WORDS_VERSION, "given": True, **changes}


def test_somebody_is_kept_and_known_by_their_id_alone(client: FlaskClient, cast: Cast) -> None:
    made = post(client, cast.bo_key, ADDRESS, CAI)
    told = made.get_json()
    assert made.headers["Location"] == f"{ADDRESS}/{told['id']}"
    read = get(client, cast.bo_key, made.headers["Location"])
    assert read.get_json() == {name: told[name] for name in ("id", "version", "contact_rule", "language", "referrals")}
    assert "zqax" not in made.text + read.text
    again = client.get(
        made.headers["Location"],
        headers={"Authorization": f"Bearer {cast.bo_key}", "If-None-Match": read.headers["ETag"]},
    )
    assert again.status_code == 304


def test_sent_again_with_its_key_nobody_is_kept_twice(client: FlaskClient, app: Flask, cast: Cast) -> None:
    first, again = (post(client, cast.bo_key, ADDRESS, CAI, once="one-person") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.get_json() == again.get_json()
    other = post(client, cast.bo_key, ADDRESS, {**CAI, "needs": ""}, once="one-person")
    assert other.get_json()["code"] == "idempotency_reused"
    with app.app_context():
        assert db.session().scalar(select(func.count()).select_from(Person)) == 1


def test_who_looks_the_same_is_named_by_id_inside_the_own_organisation_only(client: FlaskClient, cast: Cast) -> None:
    first = keep(client, cast.bo_key)
    assert [(one["person_id"], one["by"]) for one in keep(client, cast.bo_key)["looks_like"]] == [(first["id"], "both")]
    assert keep(client, cast.dee_key)["looks_like"] == []


def test_a_person_shows_which_referrals_they_have(client: FlaskClient, cast: Cast) -> None:
    made = refer(client, cast.bo_key, cast)
    told = get(client, cast.bo_key, f"{ADDRESS}/{made['person_id']}").get_json()
    assert told["referrals"] == [made["id"]]


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"preferred_name": " "}, "preferred_name", "missing"),
        ({"contact": ""}, "contact", "contact_needed"),
        ({"contact_rule": "email"}, "contact", "no_email"),
        ({"contact_rule": "text", "contact": "by hand"}, "contact", "no_text"),
        ({"born": "2026-13-01"}, "born", "no_day"),
        ({"born": "1 May 1950"}, "born", "wrong_form"),
        ({"language": "xx"}, "language", "wrong_form"),
        ({"diagnosis": "x"}, "diagnosis", "unknown_field"),
        ({"under_18": "yes"}, "under_18", "wrong_type"),
    ],
)
def test_what_cannot_be_kept_is_named(
    client: FlaskClient, app: Flask, cast: Cast, changes: Any, field: str, code: str
) -> None:
    refused = post(client, cast.bo_key, ADDRESS, {**CAI, **changes})
    assert refused.status_code == 422
    assert [(one["field"], one["code"]) for one in refused.get_json()["errors"]] == [(field, code)]
    with app.app_context():
        assert not db.session().scalar(select(func.count()).select_from(Person))


def patch(client: FlaskClient, key: str, address: str, body: Any, tag: str = "") -> TestResponse:
    seen = {"If-Match": tag} if tag else {}
    return client.patch(address, json=body, headers={"Authorization": f"Bearer {key}", **seen})


def test_somebody_is_changed_by_whoever_has_read_them(client: FlaskClient, cast: Cast) -> None:
    where = f"{ADDRESS}/{keep(client, cast.bo_key)['id']}"
    tag = get(client, cast.bo_key, where).headers["ETag"]
    assert patch(client, cast.bo_key, where, {"contact_rule": "none"}).status_code == 428
    made = patch(client, cast.bo_key, where, {"contact_rule": "none"}, tag)
    assert (made.status_code, made.get_json()["contact_rule"]) == (200, "none"), made.text
    assert "zqax" not in made.text
    assert made.headers["ETag"] == get(client, cast.bo_key, where).headers["ETag"] != tag
    late = patch(client, cast.bo_key, where, {"language": "de"}, tag)
    assert (late.status_code, late.get_json()["code"]) == (412, "changed_meanwhile")
    wrong = patch(client, cast.bo_key, where, {"contact_rule": "email"}, "*")
    assert [(one["field"], one["code"]) for one in wrong.get_json()["errors"]] == [("contact", "no_email")]
    assert keep(client, cast.bo_key)["looks_like"][0]["by"] == "both", "the name and the number are as they were"
    assert patch(client, cast.dee_key, where, {"language": "de"}, "*").status_code == 404


def test_a_yes_is_kept_read_and_taken_back(client: FlaskClient, cast: Cast) -> None:
    where = f"{ADDRESS}/{keep(client, cast.bo_key)['id']}/consents"
    made = post(client, cast.bo_key, where, yes(cast.surgery), once="one-yes-of-cai")
    assert made.status_code == 201, made.text
    told = made.get_json()
    assert (told["purpose"], told["recipient"], told["holds"]) == ("tell_referrer", str(cast.surgery), True)
    assert post(client, cast.bo_key, where, yes(cast.surgery), once="one-yes-of-cai").status_code == 200
    assert [one["id"] for one in get(client, cast.bo_key, where).get_json()["consents"]] == [told["id"]]
    for _ in range(2):
        back = post(client, cast.bo_key, f"{where}/{told['id']}/withdraw")
        assert back.status_code == 200
        assert back.get_json()["holds"] is False
    assert post(client, cast.bo_key, f"{where}/{uuid4()}/withdraw").get_json()["code"] == "consent"


def test_with_a_yes_taken_back_what_rested_on_it_ends(client: FlaskClient, app: Flask, cast: Cast) -> None:
    made = refer(client, cast.bo_key, cast)
    where = f"{ADDRESS}/{made['person_id']}/consents"
    [given] = get(client, cast.bo_key, where).get_json()["consents"]
    assert (given["purpose"], given["recipient"]) == ("introduction", str(cast.eli_group))
    assert post(client, cast.bo_key, f"{where}/{given['id']}/withdraw").status_code == 200
    with app.app_context():
        assert db.session().scalars(select(Introduction.state)).all() == ["withdrawn"]


def test_a_yes_runs_out(client: FlaskClient, cast: Cast) -> None:
    where = f"{ADDRESS}/{keep(client, cast.bo_key)['id']}/consents"
    post(client, cast.bo_key, where, yes(cast.surgery, months=1))
    with time_machine.travel(now() + timedelta(days=32), tick=False):
        [told] = get(client, cast.bo_key, where).get_json()["consents"]
    assert told["holds"] is False


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"given": False}, "given", "consent_needed"),
        ({"items": ["name"]}, "items", "unknown_choice"),
        ({"items": []}, "items", "unknown_choice"),
        ({"words_version": "2001-01"}, "given", "words_changed"),
        ({"recipient": str(UUID(int=5))}, "recipient", "unknown_choice"),
        ({"given_by": "representative"}, "representative", "representative_needed"),
        ({"months": 13}, "months", "out_of_range"),
        ({"purpose": "anything"}, "purpose", "unknown_choice"),
    ],
)
def test_a_yes_that_is_none_is_not_kept(
    client: FlaskClient, app: Flask, cast: Cast, changes: Any, field: str, code: str
) -> None:
    where = f"{ADDRESS}/{keep(client, cast.bo_key)['id']}/consents"
    refused = post(client, cast.bo_key, where, yes(cast.surgery, **changes))
    assert refused.status_code == 422
    assert [(one["field"], one["code"]) for one in refused.get_json()["errors"]] == [(field, code)]
    with app.app_context():
        assert not db.session().scalar(select(func.count()).select_from(Consent))


@pytest.mark.asvs("V8.4.1", "V8.2.2")
def test_another_organisation_s_person_looks_as_if_they_were_not_there(
    client: FlaskClient, app: Flask, cast: Cast
) -> None:
    kept = keep(client, cast.bo_key)["id"]
    doors = [("GET", ""), ("GET", "/consents"), ("POST", "/consents"), ("POST", f"/consents/{uuid4()}/withdraw")]
    for method, rest in doors:
        answers = [
            client.open(
                f"{ADDRESS}/{one}{rest}",
                method=method,
                json=yes(cast.elsewhere) if method == "POST" else None,
                headers={"Authorization": f"Bearer {cast.dee_key}", "Idempotency-Key": f"test-{uuid4()}"},
            )
            for one in (kept, uuid4())
        ]
        assert [one.status_code for one in answers] == [404, 404]
        assert answers[0].get_data() == answers[1].get_data()
    with app.app_context():
        denied = select(func.count()).where(AuditEntry.action == "read_person", AuditEntry.outcome == "denied")
        assert db.session().scalar(denied) == 2 * len(doors)


def test_a_key_that_reads_keeps_nobody_and_one_that_refers_reads_nobody(
    client: FlaskClient, app: Flask, cast: Cast
) -> None:
    with app.app_context(), committing() as unit:
        one = {"organisation_id": cast.surgery, "actor": VISITOR, "now": now()}
        reads, refers = (
            create_api_key(unit, name=scope, scopes=[scope], **one).key  # type: ignore[arg-type]
            for scope in ("refer.read", "refer")
        )
    kept = keep(client, refers)["id"]
    assert post(client, reads, ADDRESS, CAI).status_code == 403
    assert post(client, reads, f"{ADDRESS}/{kept}/consents", yes(cast.surgery)).status_code == 403
    assert get(client, refers, f"{ADDRESS}/{kept}").status_code == 403
    assert get(client, reads, f"{ADDRESS}/{kept}").status_code == 200
