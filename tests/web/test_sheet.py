"""What the monthly sheet promises: what is sure by day, what is off, whom to ask first, and what was left out."""

import io
import re
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog.around import groups_around
from service.catalog.operations import touch
from service.web import pdf
from service.web.self_service.sheet import window
from tests.house.test_get_never_writes import tables
from tests.web.seeking import NOW, PLACE, further_away, many, said

pytestmark = pytest.mark.usefixtures("clock")


def sheet(client: FlaskClient, **form: Any) -> str:
    """Send the form; return the address of the sheet."""
    answer = client.post("/en/sheet", data={"place": PLACE, "reach": "10", **form})
    assert answer.status_code == 303, said(answer)
    return str(answer.headers["Location"])


def days(client: FlaskClient, there: str) -> list[str]:
    page = client.get(there).text
    found = re.findall(r'<section class="kith-day"><h2[^>]*>([^<]+)</h2>', page)
    return [day for day in found if day != "Ask first"]


def test_a_sheet_goes_by_day_and_says_what_is_off(client: FlaskClient, groups: dict[str, UUID]) -> None:
    there = sheet(client)
    assert days(client, there) == ["Tuesday, 24 November", "Thursday, 26 November"]
    text = said(client.get(there))
    assert "The Larks : Off. No meeting on this day." in text
    thursday = text.partition("Thursday, 26 November")[2]
    assert "19:00 to 21:00 Night Owls Choir" in thursday
    assert "£4.50" in thursday
    assert "999" in text


def test_the_next_month_is_whole_and_each_group_is_described_once(client: FlaskClient, groups: dict[str, UUID]) -> None:
    there = sheet(client, month="next")
    found = days(client, there)
    assert found[0] == "Tuesday, 1 December"
    assert found[-1] == "Thursday, 31 December"
    assert len(found) == 10
    text = said(client.get(there))
    assert "What is on in December 2026" in text
    assert text.count("Bev meets you at the door.") == 1
    assert "More about it on Tuesday, 1 December." in text


def test_what_nobody_confirmed_stands_under_ask_first_and_never_on_a_day(
    client: FlaskClient, groups: dict[str, UUID]
) -> None:
    text = said(client.get(sheet(client)))
    before, _, ask = text.partition("Ask first")
    assert "Urmston Rooks" not in before
    assert "Urmston Rooks" in ask


def test_only_what_is_free_leaves_out_what_costs_and_asks_where_the_price_is_not_known(
    client: FlaskClient, groups: dict[str, UUID]
) -> None:
    text = said(client.get(sheet(client, free="yes")))
    assert "Night Owls" not in text
    assert "The Larks" in text
    assert "Urmston Rooks" in text.partition("Ask first")[2]


def test_only_some_kinds(client: FlaskClient, groups: dict[str, UUID]) -> None:
    text = said(client.get(sheet(client, interests="activity.games")))
    assert "Urmston Rooks" in text
    assert "Larks" not in text


def test_nobody_who_cannot_be_joined_or_is_held_is_on_a_sheet(
    client: FlaskClient, store: Session, groups: dict[str, UUID]
) -> None:
    assert "Fund" not in said(client.get(sheet(client)))
    larks = store.get(m.Group, groups["larks"])
    assert larks
    larks.status = "held"
    touch(store, [larks.id], now=NOW)
    store.commit()
    assert "Larks" not in said(client.get(sheet(client)))


def test_only_what_is_near_is_on_it(client: FlaskClient, store: Session, groups: dict[str, UUID]) -> None:
    further_away(store, "northern", 15)
    assert "Northern" not in said(client.get(sheet(client)))
    assert "Northern" in said(client.get(sheet(client, reach="20")))


def test_a_full_sheet_says_what_was_left_out(client: FlaskClient, store: Session, groups: dict[str, UUID]) -> None:
    many(store, 20)
    there = sheet(client, month="next")
    text = said(client.get(there))
    lines = len(re.findall(r"\d\d:\d\d to \d\d:\d\d", text))
    assert 50 <= lines <= 60
    assert re.search(r"There was no room for \d+ groups that are further away", text)


def test_a_place_we_do_not_know_keeps_every_answer(client: FlaskClient, groups: dict[str, UUID]) -> None:
    answer = client.post("/en/sheet", data={"place": "Zzyzzx", "month": "next", "free": "yes", "reach": "20"})
    assert answer.status_code == 422
    page = answer.text
    assert "We don’t know “Zzyzzx”" in said(answer)
    assert 'value="Zzyzzx"' in page
    assert re.search(r'name="month" type="radio" value="next" checked', page)
    assert re.search(r'name="reach" type="radio" value="20" checked', page)
    assert re.search(r'name="free" type="checkbox" value="yes" checked', page)
    assert client.post("/en/sheet", data={}).status_code == 422


def test_several_places_of_one_name_can_be_told_apart_with_one_press(client: FlaskClient) -> None:
    answer = client.post("/en/sheet", data={"place": "Newport"})
    assert answer.status_code == 422
    choices = re.findall(r'name="place_choice" type="radio" value="([^"]+)"', answer.text)
    assert len(choices) > 1
    assert client.post("/en/sheet", data={"place": "Newport", "place_choice": choices[0]}).status_code == 303


def test_nothing_typed_is_in_an_address_a_log_or_a_table(
    app: Flask, client: FlaskClient, groups: dict[str, UUID], capfd: pytest.CaptureFixture[str]
) -> None:
    before = tables(app)
    there = sheet(client)
    page = client.get(there)
    client.get(f"{there}/change")
    assert tables(app) == before
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in page.headers
    links = " ".join(re.findall(r'(?:href|action)="([^"]*)"', page.text))
    heard = "".join(capfd.readouterr())
    for word in ("M33", "4ND"):
        assert word not in there
        assert word not in links
        assert word not in heard


def test_answers_can_be_changed(client: FlaskClient, groups: dict[str, UUID]) -> None:
    there = sheet(client, month="next", free="yes")
    page = client.get(f"{there}/change").text
    assert f'value="{PLACE}"' in page
    assert re.search(r'name="month" type="radio" value="next" checked', page)


def test_a_sheet_runs_out_and_a_changed_address_opens_nothing(
    client: FlaskClient, groups: dict[str, UUID], clock: time_machine.Traveller
) -> None:
    there = sheet(client)
    for bad in (f"{there}A", there[:-1], "/en/sheet/x"):
        assert client.get(bad).status_code == 410
        assert client.get(f"{bad}/sheet.pdf").status_code == 410
    clock.shift(timedelta(days=63))
    assert client.get(there).status_code == 410


def test_a_month_ends_where_its_country_s_clocks_say() -> None:
    start, end = window(date(2027, 3, 1), NOW, "Europe/London")
    assert start == datetime(2027, 3, 1, tzinfo=ZoneInfo("Europe/London"))
    assert end == datetime(2027, 4, 1, tzinfo=ZoneInfo("Europe/London"))
    assert window(date(2026, 11, 1), NOW, "Europe/London")[0] == NOW


def test_near_is_counted_round_the_point(store: Session, groups: dict[str, UUID]) -> None:
    far = groups_around(store, latitude=53.41438, longitude=-2.34401, km=30)
    assert [one.km for one in far] == sorted(one.km for one in far)
    assert groups["fund"] not in {one.group_id for one in far}, "nobody can join it"
    for one in far:
        within = groups_around(store, latitude=53.41438, longitude=-2.34401, km=one.km + 0.001)
        assert one.group_id in {found.group_id for found in within}


def test_of_a_confidential_place_only_the_rough_position_counts(store: Session, groups: dict[str, UUID]) -> None:
    larks = store.get(m.Group, groups["larks"])
    assert larks
    place = larks.places[0].location
    place.confidential, place.latitude, place.longitude = True, 53.4149, -2.3449
    store.flush()
    (found,) = [
        one for one in groups_around(store, latitude=53.4149, longitude=-2.3449, km=5) if one.group_id == larks.id
    ]
    assert found.km > 0.3


@pytest.mark.skipif(not pdf.is_possible(), reason="needs the system's Pango library")
def test_the_sheet_as_pdf_says_the_same(client: FlaskClient, groups: dict[str, UUID]) -> None:
    answer = client.get(f"{sheet(client, month='next')}/sheet.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    found = PdfReader(io.BytesIO(answer.get_data()))
    text = " ".join(" ".join(page.extract_text() for page in found.pages).split())
    for one in ("What is on in December 2026", "Tuesday, 1 December", "The Larks", "Ask first", "999"):
        assert one in text
    root: Any = found.trailer["/Root"]
    assert root["/Lang"] == "en"
    assert "/StructTreeRoot" in root
    assert found.metadata
    assert found.metadata.title == "What is on near you"
    assert "M33" not in found.metadata.title
