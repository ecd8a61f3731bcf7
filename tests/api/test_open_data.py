"""The catalogue for other systems: what is asked is what is given, and nothing that is nobody else's is in it."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from service.accounts.permissions import Actor, Permission, Role
from service.api.hsds import ROOTS
from service.api.hsds.lists import LISTS
from service.catalog import models as m
from service.catalog import operations
from service.clock import now
from service.db import committing
from service.interop.hsds import terms
from tests.catalog import making

EDITOR = Actor(role=Role.EDITOR, user_id=uuid4(), permissions=frozenset({Permission.EDIT_CATALOG}))
BOTH = pytest.mark.parametrize("root", ROOTS)
EVERY = [f"{root}/{name}" for root in ROOTS for name in LISTS]


@pytest.fixture
def group(app: Flask) -> UUID:
    """One group with every kind of part."""
    with app.app_context(), committing() as session:
        return made(session).id


def made(session: Any, name: str = "Jigsaw and Tea Table", **more: Any) -> m.Group:
    today = now().date()
    found = making.group(session, name, **{"changed_at": now(), "capacity_until": today + timedelta(days=9), **more})
    for fact in found.facts:
        fact.confirmed_on = today
    for code in ("activity.music", "activity.music.singing"):
        if session.get(m.Term, code) is None:
            session.add(m.Term(code=code, facet="activity", label=code))
            session.flush()
    found.terms = [m.GroupTerm(code="activity.music.singing")]
    return found


def got(client: FlaskClient, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def ids(client: FlaskClient, path: str) -> list[str]:
    return [row["id"] for row in got(client, path)["contents"]]


def values(thing: Any) -> Iterator[Any]:
    """Give everything inside, containers too."""
    yield thing
    for inner in thing.values() if isinstance(thing, dict) else thing if isinstance(thing, list) else ():
        yield from values(inner)


# ---- what is told ----------------------------------------------------------------------------------------------------


def test_a_service_is_told_with_everything_of_it(client: FlaskClient, group: UUID) -> None:
    found = got(client, f"/hsds/services/{group}")
    assert (found["id"], found["status"], found["name"]) == (str(group), "active", "Jigsaw and Tea Table")
    assert found["organization"]["id"] == found["organization_id"]
    assert found["cost_options"][0] | {"id": "", "service_id": ""} == {
        "id": "",
        "service_id": "",
        "option": "everyone",
        "amount": 0,
        "currency": "GBP",
    }
    assert found["capacities"][0]["available"] == 4
    assert found["languages"][0]["name"] == "English"
    assert json.loads(found["service_areas"][0]["extent"])["type"] == "Polygon"
    [there] = found["service_at_locations"]
    assert there["location"]["addresses"][0]["postal_code"] == "M33 4"
    [times] = there["schedules"]
    assert {"freq": "WEEKLY", "byday": "TU", "opens_at": "10:00", "closes_at": "12:00"}.items() <= times.items()
    assert times["id"] != found["schedules"][0]["id"]
    said = {(one["link_type"], one["taxonomy_term"]["code"]): one["value"] for one in found["attributes"]}
    assert said["fact", "host_meets_you"] == "yes"
    assert said["fact", "booking_needed"] == "no"
    assert said["fact", "confirmed_on"] == now().date().isoformat()
    assert said["activity", "music.singing"] == "music.singing"
    assert said["format", "in_person"] == "in_person"


WHOLE = ("services?full=true", "service_at_locations?full=true", "organizations?full_service=true", "taxonomy_terms")


@BOTH
@pytest.mark.parametrize("path", WHOLE)
def test_nothing_is_null_or_empty(client: FlaskClient, group: UUID, root: str, path: str) -> None:
    rows = got(client, f"{root}/{path}")["contents"]
    assert rows
    assert not [value for value in values(rows) if value is None or value in ("", [], {})]


def test_the_same_row_has_the_same_id_each_time(client: FlaskClient, group: UUID) -> None:
    first, again = got(client, f"/hsds/services/{group}"), got(client, f"/oruk/services/{group}")
    for name in ("service_at_locations", "attributes", "schedules", "languages", "cost_options"):
        assert [one["id"] for one in first[name]] == [one["id"] for one in again[name]], name
    [there] = first["service_at_locations"]
    assert got(client, f"/hsds/service_at_locations/{there['id']}")["location"]["id"] == there["location_id"]


def test_the_uk_description_says_how_to_join(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), committing() as session:
        key = made(session, how_to_join="Just come along.").id
    assert "Just come along." in got(client, f"/oruk/services/{key}")["description"]
    assert got(client, f"/hsds/services/{key}")["application_process"] == "Just come along."


# ---- what is never told ----------------------------------------------------------------------------------------------


def test_no_person_is_told_of(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), committing() as session:
        words = {
            name: f"zqwho {name}, 07700 900123, zqann@example.org" for name in ("description", "how_to_join", "who_for")
        }
        more: dict[str, Any] = {
            "host": "zqhost",
            "door": {"who_meets_you": "zqdoor"},
            "phone": "07700 900123",
            "confirmed_by": "zqrole",
        }
        body = m.Organisation(id=uuid4(), name="Sale Tables", email="zqann.smith@example.org")
        key = made(session, organisation=body, email="zqbob.jones@example.org", **(more | words)).id
    for root in ROOTS:
        for path in (
            f"/services/{key}",
            "/services?format=ndjson&full=true",
            "/service_at_locations?full=true",
            "/organizations?full=true",
        ):
            told = client.get(f"{root}{path}").text
            assert "zqwho" in told or "organizations" in path
            for secret in ("zqann", "zqbob", "zqhost", "zqdoor", "zqrole", "900123", "07700"):
                assert secret not in told, (path, secret)


@pytest.mark.parametrize("status", ["draft", "submitted", "held", "archived"])
def test_what_the_public_never_saw_is_not_there(app: Flask, client: FlaskClient, status: str) -> None:
    with app.app_context(), committing() as session:
        key = made(session, status=status).id
    for root in ROOTS:
        assert got(client, f"{root}/services")["total_items"] == 0
        assert got(client, f"{root}/organizations")["empty"] is True
        assert client.get(f"{root}/services/{key}").status_code == 404


def test_a_secret_place_is_told_by_its_town_and_a_secret_group_not_at_all(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), committing() as session:
        place = making.location(
            name="zqhall", address_1="zqstreet", postal_code="M33 9", latitude=53.123456, confidential=True
        )
        key = made(session, "Safe table", hall=place, areas=[]).id
        gone = made(session, "Refuge", facts=[making.fact("confidential_location", on=now().date())]).id
    told = client.get(f"/hsds/services/{key}")
    assert [area["name"] for area in told.get_json()["service_areas"]] == ["Sale"]
    assert "service_at_locations" not in told.get_json()
    assert not [word for word in ("zqhall", "zqstreet", "M33 9", "53.12") if word in told.text]
    assert ids(client, "/hsds/service_at_locations") == []
    assert client.get(f"/hsds/services/{gone}").status_code == 404


# ---- changes ---------------------------------------------------------------------------------------------------------


def test_a_closed_group_is_told_of_for_90_days_by_its_name_alone(app: Flask, client: FlaskClient, group: UUID) -> None:
    before = now() - timedelta(seconds=1)
    move(app, group, "paused")
    assert got(client, f"/hsds/services/{group}")["status"] == "temporarily closed"
    move(app, group, "archived")
    found = got(client, f"/hsds/services/{group}")
    assert found["status"] == "defunct"
    assert set(found) == {"id", "organization_id", "organization", "name", "status", "last_modified"}
    since = before.isoformat().replace("+00:00", "Z")
    assert ids(client, f"/hsds/services?modified_after={since}") == [str(group)]
    with app.app_context(), committing() as session:
        row = session.get(m.Group, group)
        assert row is not None
        row.changed_at = now() - timedelta(days=91)
    assert client.get(f"/hsds/services/{group}").status_code == 404


def move(app: Flask, group: UUID, status: str) -> None:
    with app.app_context(), committing() as unit:
        operations.set_status(
            unit, group_id=group, status=status, expected_version=None, actor=EDITOR, reason="closed", now=now()
        )


def test_modified_after_is_inclusive_to_the_moment(client: FlaskClient, group: UUID) -> None:
    [row] = got(client, "/hsds/services?minimal=true")["contents"]
    assert set(row) == {"id", "name", "status", "last_modified", "modified_date"}
    assert ids(client, f"/hsds/services?modified_after={row['last_modified']}") == [str(group)]
    assert ids(client, "/hsds/services?modified_after=2999-01-01T00:00:00%2B01:00") == []
    assert ids(client, "/hsds/services?modified_after=2020-01-01T00:00:00+01:00") == [str(group)], "+ became a space"
    assert ids(client, "/hsds/services?modified_after=2020-01-01") == [str(group)]


@pytest.mark.parametrize("path", EVERY)
def test_what_has_not_changed_is_not_sent_again(app: Flask, client: FlaskClient, group: UUID, path: str) -> None:
    first = client.get(path)
    assert first.headers["Cache-Control"] == "public, no-cache"
    for known in ({"If-None-Match": first.headers["ETag"]}, {"If-Modified-Since": first.headers["Last-Modified"]}):
        again = client.get(path, headers=known)
        assert (again.status_code, again.get_data()) == (304, b""), known
        assert again.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get(f"{path}?page=2", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200
    move(app, group, "paused")
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


# ---- asking ----------------------------------------------------------------------------------------------------------


def test_filters_narrow_one_another(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), committing() as session:
        body = m.Organisation(id=uuid4(), name="Elm Street")
        one = made(session, "Jigsaw table", organisation=body, age_min=18, age_max=30).id
        two = made(session, "Jigsaw circle", age_min=60).id
        three = made(session, "Tea table", organisation=session.get(m.Organisation, body.id)).id
        asked = {
            "search=jigsaw": {one, two},
            "search=STREET jigsaw": {one},
            "search=elm": {one, three},
            f"organization_id={body.id}": {one, three},
            f"organization_id={body.id}&search=jigsaw": {one},
            "minimum_age=18": {one, two},
            "minimum_age=19": {two},
            "maximum_age=40": {one},
            "day=TU": {one, two, three},
            "day=Tuesday&start_time=10:00&end_time=12:00": {one, two, three},
            "day=MO": set(),
            "start_time=10:01": set(),
            "end_time=11:59": set(),
            f"taxonomy_term_id={terms.term_id('activity.music.singing')}": {one, two, three},
            f"taxonomy_term_id={terms.term_id('activity.music')}": {one, two, three},
            f"taxonomy_term_id={terms.term_id('activity.nature')}": set(),
            f"taxonomy_term_id={terms.term_id('fact.host_meets_you')}": {one, two, three},
            f"taxonomy_term_id={terms.term_id('fact.step_free')}&search=circle": {two},
            f"taxonomy_id={terms.list_id('life')}": set(),
            f"taxonomy_id={terms.list_id('fact')}&minimum_age=60": {two},
            f"taxonomy_term_id={uuid4()}": set(),
        }
    for root in ROOTS:
        for question, wanted in asked.items():
            answer = got(client, f"{root}/services?{question}")
            assert {row["id"] for row in answer["contents"]} == {str(one) for one in wanted}, question
            assert answer["total_items"] == len(wanted), question
            assert len(ids(client, f"{root}/service_at_locations?{question}")) == len(wanted), question


def test_pages_are_disjoint_and_together_all(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), committing() as session:
        known = sorted(str(made(session, f"Table {number}").id) for number in range(7))
    seen = []
    for number in (1, 2, 3):
        answer = got(client, f"/hsds/services?page={number}&per_page=3")
        seen += [row["id"] for row in answer["contents"]]
        flags = (answer["total_items"], answer["total_pages"], answer["first_page"], answer["last_page"])
        assert flags == (7, 3, number == 1, number == 3)
    assert seen == known, "by id"
    past = got(client, "/hsds/services?page=9&perPage=3")
    assert (past["contents"], past["empty"], past["total_items"]) == ([], True, 7)
    lines = client.get("/hsds/services?format=ndjson&full=true&page=2")
    assert lines.mimetype == "application/x-ndjson"
    assert [json.loads(line)["id"] for line in lines.text.splitlines()] == known


@BOTH
def test_places_are_asked_for_by_postcode(app: Flask, client: FlaskClient, root: str) -> None:
    with app.app_context(), committing() as session:
        near = made(session, "Near").id
        online = made(session, "Online", mode="online", places=[], areas=[], sessions=[]).id
        far = made(session, "Far", hall=making.location(latitude=51.5, longitude=-0.12), areas=[]).id

    def asked(question: str) -> set[str]:
        return {row["service_id"] for row in got(client, f"{root}/service_at_locations?{question}")["contents"]}

    assert asked("") == {str(near), str(online), str(far)}
    assert asked("postcode=M33 4") == {str(near), str(online)}, "who serves it, and who is anywhere"
    assert asked("postcode=M33 4&proximity=5000") == {str(near)}
    assert asked("postcode=M33 4&proximity=10") == set()
    assert asked("postcode=M33 4&proximity=5000&search=far") == set()
    for wrong in ("postcode=nowhere at all", "proximity=500", "postcode=M33 4&proximity=-1"):
        assert client.get(f"{root}/service_at_locations?{wrong}").status_code == 400, wrong


def test_a_postcode_may_be_asked_for_without_standing_in_the_address(client: FlaskClient, group: UUID) -> None:
    answer = client.post("/hsds/service_at_locations", json={"postcode": "M33 4", "proximity": 5000, "page": 1})
    assert [row["service_id"] for row in answer.get_json()["contents"]] == [str(group)]
    assert answer.headers["Cache-Control"] == "no-store"
    for name in LISTS:
        assert client.post(f"/hsds/{name}", json={}).status_code == 200, name
        assert client.post(f"/oruk/{name}", json={}).status_code == 405, name


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(
    "wrong", ["page=0", "page=abc", "page=", "per_page=501", "per_page=-1", "page=1&page=2", "search=%00", "format=xml"]
)
@BOTH
def test_what_cannot_be_used_is_refused_by_name(client: FlaskClient, root: str, name: str, wrong: str) -> None:
    answer = client.get(f"{root}/{name}?{wrong}")
    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"
    assert [one["field"] for one in answer.get_json()["errors"]] == [wrong.partition("=")[0]]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"page": "1"}', b'{"page": true}', b'{"full": "true"}', b"[" * 9999, b'{"page": NaN}']
)
def test_a_body_that_cannot_be_used_is_refused(client: FlaskClient, body: bytes) -> None:
    assert client.post("/hsds/services", data=body, content_type="application/json").status_code == 400
    assert client.post("/hsds/services", data=body, content_type="text/plain").status_code == 415


def test_parameters_that_there_are_not_are_named(client: FlaskClient, group: UUID) -> None:
    answer = client.get("/hsds/services?colour=red&page=1&%0d%0aSet-Cookie=x&a b=1")
    assert answer.status_code == 200
    assert answer.headers["X-Ignored-Parameters"] == "colour"


@BOTH
def test_unknown_rows_are_not_there(client: FlaskClient, root: str) -> None:
    for name in LISTS:
        for key in (str(uuid4()), "not-a-uuid", "7"):
            answer = client.get(f"{root}/{name}/{key}")
            assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
            assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_pages_of_any_site_may_ask(client: FlaskClient) -> None:
    asked = client.options(
        "/hsds/services", headers={"Origin": "https://a.example", "Access-Control-Request-Method": "POST"}
    )
    assert "POST" in asked.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in asked.headers["Access-Control-Allow-Headers"]
    answer = client.post(
        "/hsds/services", json={}, headers={"Origin": "https://a.example", "Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Set-Cookie" not in answer.headers


# ---- how much it costs -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question", ["services?full=true", "services", "service_at_locations?full=true", "organizations?full=true"]
)
def test_a_page_costs_the_same_few_statements_however_long_it_is(
    app: Flask, engine: Engine, client: FlaskClient, question: str
) -> None:
    from service.db import db

    counts = []
    with app.app_context():
        own = db.engine
    for more in (1, 20):
        with app.app_context(), committing() as session:
            for number in range(more):
                made(session, f"Table {more} {number}")
        client.get(f"/hsds/{question}")
        with making.statements(own) as seen:
            assert got(client, f"/hsds/{question}")["total_items"] >= more
        # Whether editors changed a word is asked once a second, whoever comes.
        counts.append(sum("term_change" not in statement for statement in seen))
    assert counts[0] == counts[1] <= 16
