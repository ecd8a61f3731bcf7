"""HSDS as it is read: what holds is kept, what has passed is not, and no list says how our ids are kept."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service.catalog import models as m
from tests.catalog.imports.importing import planned, run, write
from tests.catalog.making import TODAY

PLACE = "5b0c1f7c-6a3e-4f5e-9f0d-0b8c8f1d2a11"
DAY = timedelta(days=1)


def said(engine: Engine, folder: Path, **more: Any) -> dict[str, Any]:
    record = {"id": "1", "name": "Sewing circle", "status": "active", **more}
    (one,) = planned(engine, write(folder, json.dumps([record]), "list.json")).shown
    return one.said or {}


@pytest.mark.parametrize(("until", "kept"), [(None, True), (TODAY, True), (TODAY - DAY, False)])
def test_a_price_holds_until_its_day(until: date | None, *, kept: bool, engine: Engine, tmp_path: Path) -> None:
    price = {"amount": 3, "currency": "GBP", "valid_to": until and until.isoformat()}
    assert ("price_pence" in said(engine, tmp_path, cost_options=[price])) is kept


@pytest.mark.parametrize(
    ("option", "usual"), [("everyone", 300), ("Entry", 300), ("Under 18s and Over 60s", None), ("Concessions", None)]
)
def test_a_price_for_some_is_not_what_everyone_pays(
    option: str, usual: int | None, engine: Engine, tmp_path: Path
) -> None:
    found = said(engine, tmp_path, cost_options=[{"option": option, "amount": 3, "currency": "GBP"}])
    assert found.get("price_pence") == usual
    assert usual or found["prices"][0]["amount_pence"] == 300


@pytest.mark.parametrize(
    ("unit", "told", "kept"),
    [("Places", TODAY, True), (None, TODAY, True), ("Kilogram", TODAY, False), ("Places", TODAY - 15 * DAY, False)],
)
def test_places_left_are_of_people_and_of_today(
    unit: str | None, told: date, *, kept: bool, engine: Engine, tmp_path: Path
) -> None:
    left = {"available": 4, "maximum": 10, "updated": f"{told}T10:00:00Z", "unit": unit and {"name": unit}}
    assert said(engine, tmp_path, capacities=[left]).get("capacity_available") == (4 if kept else None)


@pytest.mark.parametrize(
    ("words", "mode"),
    [
        ("You can attend in person or online", "hybrid"),
        ("By video call or face to face", "hybrid"),
        ("In person only, not online", "in_person"),
        ("By video", "in_person"),
    ],
)
def test_how_people_meet_is_read_only_where_it_is_plain(words: str, mode: str, engine: Engine, tmp_path: Path) -> None:
    there = {"id": "a", "location": {"id": PLACE, "location_type": "physical", "name": "Hall"}}
    meets = [{"id": "s", "description": "Mondays", "attending_type": words}]
    assert said(engine, tmp_path, service_at_locations=[there], schedules=meets)["mode"] == mode


def test_the_number_of_who_runs_it_is_rung_where_there_is_no_other(engine: Engine, tmp_path: Path) -> None:
    body = {"id": "b", "name": "Sewing", "phones": [{"number": "01632 960101"}]}
    assert said(engine, tmp_path, organization=body)["phone"] == "01632 960101"
    own = [{"number": "01632 960102", "extension": 7}]
    assert said(engine, tmp_path, organization=body, phones=own)["phone"] == "01632 960102 x7"
    person = [{"name": "Somebody", "phones": [{"number": "01632 960103"}]}]
    assert said(engine, tmp_path, contacts=person).get("phone") is None


def test_a_list_cannot_claim_the_ids_of_another(engine: Engine, tmp_path: Path) -> None:
    place = {"id": PLACE, "name": "Hall", "external_identifier": "x", "external_identifier_type": "import:library"}
    number = {"id": "n", "identifier_scheme": "import:library", "identifier": "y"}
    known = {"id": "n2", "identifier_scheme": "GB-CHC", "identifier": "1000001"}
    body = {"id": "b", "name": "Sewing", "organization_identifiers": [number, known]}
    there = [{"id": "a", "location": place}]
    record = {"id": "1", "name": "Sewing circle", "organization": body, "service_at_locations": there}
    run(engine, write(tmp_path, json.dumps([record]), "list.json"))
    with Session(engine) as session:
        schemes = set(session.scalars(select(m.ExternalId.scheme)))
    assert schemes == {"import:council", "GB-CHC"}
