"""Groups, terms and places: public reads that other sites may make, and places that never stand in an address."""

from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.catalog.models import Group
from service.db import committing
from tests.people import settle


def test_a_group_is_told_with_its_facts_sessions_and_places(app: Flask, client: FlaskClient) -> None:
    cast = settle(app)
    answer = client.get(f"/api/v1/groups/{cast.eli_group}")
    group = answer.get_json()
    assert answer.status_code == 200
    assert group["slug"] == cast.eli_slug
    assert {fact["code"]: fact["value"] for fact in group["facts"]} == {"booking_needed": "no", "host_meets_you": "yes"}
    assert group["sessions"][0]["meeting"]["rule"] == "FREQ=WEEKLY;BYDAY=TU"
    assert group["sessions"][0]["meeting"]["starts_at"] == "2026-01-06T10:00:00", "local wall time, without a zone"
    assert group["places"][0]["city"] == "Sale"
    assert group["organisation"]["vetting"] == "checked"


def test_a_group_that_has_not_changed_is_not_sent_again(app: Flask, client: FlaskClient) -> None:
    path = f"/api/v1/groups/{settle(app).eli_group}"
    first = client.get(path)
    assert first.headers["Cache-Control"] == "public, no-cache"
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")


def test_a_group_that_is_not_public_does_not_exist(app: Flask, client: FlaskClient) -> None:
    cast = settle(app)
    unknown = client.get(f"/api/v1/groups/{uuid4()}")
    with app.app_context(), committing() as session:
        group = session.get(Group, cast.eli_group)
        assert group is not None
        group.status = "draft"
    hidden = client.get(f"/api/v1/groups/{cast.eli_group}")
    assert (hidden.status_code, hidden.get_data()) == (404, unknown.get_data())
    assert client.get("/api/v1/groups/no-uuid").status_code == 404


def test_terms_are_codes_with_plain_names_and_a_family_above(client: FlaskClient) -> None:
    terms = client.get("/api/v1/terms").get_json()["terms"]
    codes = {term["code"] for term in terms}
    assert {"activity.music.singing", "activity.reading.book_club"} <= codes
    assert all(term["broader"] is None or term["broader"] in codes for term in terms)
    assert all(term["label"] for term in terms)


@pytest.mark.asvs("V3.4.2")
@pytest.mark.parametrize("path", ["/api/v1/terms", "/api/v1/openapi.json"])
def test_pages_of_other_sites_may_read_what_is_public(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers={"Origin": "https://library.example.org"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.asvs("V3.4.2")
def test_pages_of_other_sites_may_not_search_or_read_referrals(client: FlaskClient) -> None:
    for answer in (client.post("/api/v1/places", json={"place": "Sale"}), client.get("/api/v1/referrals")):
        assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize(
    ("place", "country", "label"),
    [("M33 4ND", None, "M33 4ND"), ("m33", "gb", "M33"), ("Sale", "GB", "Sale"), ("90210", "us", "90210")],
)
def test_a_place_is_found_offline(client: FlaskClient, place: str, country: str | None, label: str) -> None:
    sent = {"place": place} | ({"country": country} if country else {})
    answer = client.post("/api/v1/places", json=sent)
    assert answer.status_code == 200, answer.text
    assert label in answer.get_json()["label"]
    assert answer.get_json()["uncertainty_km"] > 0


def test_a_place_is_never_asked_for_in_an_address(client: FlaskClient) -> None:
    answer = client.get("/api/v1/places?place=M33")
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}
