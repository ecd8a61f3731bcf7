"""A program reads all people of its organisation, in the order in which they changed, and nobody else's."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from service.clock import now
from service.referrals.people import listing
from tests.api.test_people import ADDRESS, CAI, get, keep, post
from tests.people import Cast, settle


@pytest.fixture
def cast(app: Flask) -> Cast:
    return settle(app)


def ids(told: Any) -> list[str]:
    return [one["id"] for one in told["people"]]


def test_the_own_organisation_s_people_are_listed_by_id_and_nobody_else_s(client: FlaskClient, cast: Cast) -> None:
    ours, theirs = keep(client, cast.bo_key)["id"], keep(client, cast.dee_key)["id"]
    told = get(client, cast.bo_key, ADDRESS)
    assert ids(told.get_json()) == [ours]
    assert set(told.get_json()["people"][0]) == {
        *("id", "version", "contact_rule", "language", "changed_at", "referrals"),
    }
    assert "zqax" not in told.text
    assert ids(get(client, cast.dee_key, ADDRESS).get_json()) == [theirs]


def test_whoever_reads_on_gets_everybody_once_also_when_many_came_at_one_moment(
    client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAGE", 2)
    with time_machine.travel(now(), tick=False):
        kept = {keep(client, cast.bo_key)["id"] for _ in range(5)}
    found: list[str] = []
    query: dict[str, str] | None = {}
    while query is not None:
        answer = client.get(ADDRESS, query_string=query, headers={"Authorization": f"Bearer {cast.bo_key}"})
        assert answer.status_code == 200, answer.text
        found += ids(answer.get_json())
        query = answer.get_json()["next"]
    assert (len(found), set(found)) == (5, kept)


def test_who_changed_since_is_asked_for_by_a_time(client: FlaskClient, cast: Cast) -> None:
    at = now()
    with time_machine.travel(at - timedelta(days=2), tick=False):
        keep(client, cast.bo_key)
    late = keep(client, cast.bo_key, preferred_name="Una")["id"]
    since = (at - timedelta(days=1)).isoformat()
    answer = client.get(
        ADDRESS, query_string={"updated_since": since}, headers={"Authorization": f"Bearer {cast.bo_key}"}
    )
    assert ids(answer.get_json()) == [late]


def test_somebody_is_found_by_what_the_record_system_calls_them(client: FlaskClient, cast: Cast) -> None:
    kept = keep(client, cast.bo_key, reference="pat-0017")["id"]
    keep(client, cast.bo_key, preferred_name="Una")
    assert ids(get(client, cast.bo_key, f"{ADDRESS}?reference=pat-0017").get_json()) == [kept]
    assert ids(get(client, cast.bo_key, f"{ADDRESS}?reference=pat-0018").get_json()) == []
    assert ids(get(client, cast.dee_key, f"{ADDRESS}?reference=pat-0017").get_json()) == []
    assert keep(client, cast.dee_key, reference="pat-0017")["id"] != kept


def test_one_reference_is_one_person_s_and_no_public_number(client: FlaskClient, cast: Cast) -> None:
    kept = keep(client, cast.bo_key, reference="pat-0017")["id"]
    again = post(client, cast.bo_key, ADDRESS, {**CAI, "reference": "pat-0017"})
    [wrong] = again.get_json()["errors"]
    assert (again.status_code, wrong["code"], wrong["suggestions"]) == (422, "reference_taken", [kept])
    public = post(client, cast.bo_key, ADDRESS, {**CAI, "reference": "9434765919"})
    assert [(one["field"], one["code"]) for one in public.get_json()["errors"]] == [("reference", "public_number")]


@pytest.mark.parametrize(
    "query",
    [
        {"after": str(uuid4())},
        {"updated_since": "yesterday"},
        {"updated_since": "-40714"},
        {"page": "1"},
        {"reference": "a b"},
    ],
)
def test_what_cannot_be_asked_for_is_refused(client: FlaskClient, cast: Cast, query: dict[str, str]) -> None:
    answer = client.get(ADDRESS, query_string=query, headers={"Authorization": f"Bearer {cast.bo_key}"})
    assert answer.status_code == 422
    assert answer.get_json()["errors"]
