"""Without a group a program hands somebody to link workers, who choose: with the person's yes, once, and sealed."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from service.accounts import operations
from service.accounts.permissions import Role
from service.db import committing, db
from service.referrals.models import Consent, Person, Referral
from tests.api.test_events import _World
from tests.api.test_people import keep
from tests.api.test_referrals import body as referral_body
from tests.api.test_referrals import get, send
from tests.people import LONG_AGO, Cast, settle


@pytest.fixture
def cast(app: Flask) -> Cast:
    """The cast, and a link worker at Bo's surgery."""
    made = settle(app)
    with app.app_context(), committing() as unit:
        operations.make_user(
            unit,
            email="wen@example.org",
            name="Wen",
            role=Role.LINK_WORKER,
            organisation_id=made.surgery,
            password_hash=None,
            now=LONG_AGO,
        )
    return made


def wish(cast: Cast, **changes: Any) -> dict[str, Any]:
    made = referral_body(_World(cast.eli_group), group_id=..., consent__purpose="link_work")  # type: ignore[arg-type]
    asked = {"reasons": ["lonely"], "own_words": "zqaxwords", "tell_referrer": True, **changes}
    return {name: value for name, value in {**made, **asked}.items() if value is not ...}


def test_link_workers_have_it_and_no_word_comes_back(client: FlaskClient, app: Flask, cast: Cast) -> None:
    made = send(client, cast.bo_key, wish(cast))
    assert made.status_code == 201, made.text
    told = made.get_json()
    assert (told["state"], told["introductions"]) == ("sent", [])
    assert set(told["agreed_items"]) == {"name", "contact", "access_needs", "outcome"}
    read = get(client, cast.bo_key, made.headers["Location"])
    assert read.get_json() == told
    assert "zqax" not in made.text + read.text
    with app.app_context():
        row = db.session().scalars(select(Referral)).one()
        assert (row.source, row.requested_by_user_id, bool(row.wants)) == ("api", None, True)
        assert row.reasons
        given = db.session().execute(select(Consent.purpose, Consent.organisation_id, Consent.words_version))
        assert {tuple(one) for one in given} == {
            ("link_work", cast.surgery, "2026-01"),
            ("tell_referrer", cast.surgery, "2026-01"),
        }


def test_sent_again_it_is_the_same(client: FlaskClient, app: Flask, cast: Cast) -> None:
    asked = wish(cast)
    first, again = (send(client, cast.bo_key, asked, once="one-wish-of-cai") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.get_json() == again.get_json()
    with app.app_context():
        assert db.session().scalar(select(func.count()).select_from(Person)) == 1


def test_somebody_known_is_referred_by_their_id_and_once(client: FlaskClient, cast: Cast) -> None:
    kept = keep(client, cast.bo_key, preferred_name="Cai", contact_rule="phone")["id"]
    refused = send(client, cast.bo_key, wish(cast)).get_json()["errors"]
    assert [(one["field"], one["code"], one["suggestions"]) for one in refused] == [("person", "known_already", [kept])]
    made = send(client, cast.bo_key, wish(cast, person=..., person_id=kept))
    assert made.get_json()["person_id"] == kept
    again = send(client, cast.bo_key, wish(cast, person=..., person_id=kept)).get_json()["errors"]
    assert [(one["field"], one["code"]) for one in again] == [("person_id", "already_open")]
    assert send(client, cast.bo_key, wish(cast, is_another=True)).status_code == 201


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"reasons": ["bored"]}, "reasons.0", "unknown_choice"),
        ({"own_words": "x" * 2001}, "own_words", "too_long"),
        ({"person": ...}, "person", "one_person"),
        ({"person_id": str(UUID(int=5))}, "person", "one_person"),
        ({"person": ..., "person_id": str(UUID(int=5))}, "person_id", "unknown_choice"),
        ({"service_id": str(UUID(int=5))}, "service_id", "unknown_choice"),
        ({"wants": ["close"]}, "wants", "unknown_field"),
    ],
)
def test_what_cannot_be_used_is_named(
    client: FlaskClient, app: Flask, cast: Cast, changes: Any, field: str, code: str
) -> None:
    refused = send(client, cast.bo_key, wish(cast, **changes))
    assert refused.status_code == 422
    assert [(one["field"], one["code"]) for one in refused.get_json()["errors"]] == [(field, code)]
    with app.app_context():
        assert not db.session().scalar(select(func.count()).select_from(Person))


def test_a_yes_to_a_group_is_no_yes_to_link_workers_nor_the_other_way_round(client: FlaskClient, cast: Cast) -> None:
    made = wish(cast)
    to_group = {**made, "consent": {**made["consent"], "purpose": "introduction"}}
    refused = send(client, cast.bo_key, to_group).get_json()["errors"]
    assert [(one["field"], one["code"]) for one in refused] == [("consent.purpose", "consent_for_link_work")]
    named = send(client, cast.bo_key, {**made, "group_id": str(cast.eli_group)}).get_json()["errors"]
    assert [(one["field"], one["code"]) for one in named] == [("consent.purpose", "unknown_choice")]
    without = send(client, cast.bo_key, {**made, "consent": {**made["consent"], "given": False}}).get_json()["errors"]
    assert [(one["field"], one["code"]) for one in without] == [("consent.given", "consent_needed")]


def test_another_organisation_s_person_cannot_be_referred(client: FlaskClient, cast: Cast) -> None:
    kept = keep(client, cast.bo_key)["id"]
    for one in (kept, str(uuid4())):
        refused = send(client, cast.dee_key, wish(cast, person=..., person_id=one)).get_json()["errors"]
        assert [(one["field"], one["code"]) for one in refused] == [("person_id", "unknown_choice")]
