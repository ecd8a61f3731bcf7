"""What somebody who takes dates along is promised: titles that tell nothing, and only dates that are sure."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from service.catalog import models as m
from service.catalog.operations import touch
from tests.web.seeking import NOW, said
from tests.web.test_shortlist import made

pytestmark = pytest.mark.usefixtures("clock")


def events(answer: TestResponse) -> list[Any]:
    assert answer.status_code == 200
    read: Any = Calendar.from_ical(answer.get_data())
    return list(read.walk("VEVENT"))


def test_a_group_s_dates_come_under_a_title_that_tells_nothing(client: FlaskClient, groups: dict[str, UUID]) -> None:
    answer = client.get("/en/groups/larks/dates.ics")
    (event,) = events(answer)
    assert str(event["SUMMARY"]) == "Appointment"
    text = answer.get_data(as_text=True)
    for telling in ("Larks", "larks", "singing", "Singing", "DESCRIPTION", "URL", "ORGANIZER"):
        assert telling not in text
    assert "larks" not in answer.headers["Content-Disposition"]


def test_the_name_stands_there_only_when_somebody_chose_it(client: FlaskClient, groups: dict[str, UUID]) -> None:
    (event,) = events(client.get("/en/groups/larks/dates-with-name.ics"))
    assert str(event["SUMMARY"]) == "The Larks"
    assert str(event["URL"]) == "http://localhost/en/groups/larks"


def test_headers_of_a_calendar(client: FlaskClient, groups: dict[str, UUID]) -> None:
    answer = client.get("/en/groups/larks/dates.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8; method=PUBLISH"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_the_dates_of_a_whole_list_in_one_file(app: Flask, client: FlaskClient, groups: dict[str, UUID]) -> None:
    there = made(app, [groups["larks"], groups["owls"], groups["rooks"]])
    found = events(client.get(f"{there}/dates.ics"))
    assert len(found) == 2, "nobody knows when the third meets"
    assert {str(event["SUMMARY"]) for event in found} == {"Appointment"}
    assert len({str(event["UID"]) for event in found}) == 2
    page = said(client.get(there))
    assert "No date is sure for: Urmston Rooks" in page
    named = events(client.get(f"{there}/dates-with-names.ics"))
    assert {str(event["SUMMARY"]) for event in named} == {"The Larks", "Night Owls Choir"}
    assert {str(event["UID"]) for event in named} == {str(event["UID"]) for event in found}


def test_a_date_without_a_meeting_is_an_exception(client: FlaskClient, groups: dict[str, UUID]) -> None:
    (event,) = events(client.get("/en/groups/larks/dates.ics"))
    (skipped,) = event["EXDATE"].dts
    assert f"{skipped.dt:%Y-%m-%d %H:%M}" == "2026-11-24 10:00"


def test_times_that_nobody_confirmed_lately_are_in_no_calendar(
    app: Flask, client: FlaskClient, store: Session, groups: dict[str, UUID]
) -> None:
    answer = client.get("/en/groups/rooks/dates.ics")
    assert answer.status_code == 404
    assert "No date is sure yet" in said(answer)
    larks = store.get(m.Group, groups["larks"])
    assert larks
    larks.last_confirmed_on = (NOW - timedelta(days=300)).date()
    touch(store, [larks.id], now=NOW)
    store.commit()
    assert client.get("/en/groups/larks/dates.ics").status_code == 404
    page = client.get(made(app, [groups["larks"]])).text
    assert "dates.ics" not in page, "and no link leads there"


def test_a_held_group_is_in_no_calendar(
    app: Flask, client: FlaskClient, store: Session, groups: dict[str, UUID]
) -> None:
    there = made(app, [groups["larks"], groups["owls"]])
    owls = store.get(m.Group, groups["owls"])
    assert owls
    owls.status = "held"
    touch(store, [owls.id], now=NOW)
    store.commit()
    assert len(events(client.get(f"{there}/dates.ics"))) == 1
    assert client.get("/en/groups/owls/dates.ics").status_code == 404


def test_another_language_gives_another_word_for_an_appointment_only(
    client: FlaskClient, groups: dict[str, UUID]
) -> None:
    (event,) = events(client.get("/de/groups/larks/dates.ics"))
    assert event["SUMMARY"].params["LANGUAGE"] == "de"
    (english,) = events(client.get("/en/groups/larks/dates.ics"))
    assert event["UID"] == english["UID"]


def test_a_confidential_place_is_in_no_calendar(client: FlaskClient, store: Session, groups: dict[str, UUID]) -> None:
    larks = store.get(m.Group, groups["larks"])
    assert larks
    larks.places[0].location.confidential = True
    touch(store, [larks.id], now=NOW)
    store.commit()
    for name in ("dates", "dates-with-name"):
        (event,) = events(client.get(f"/en/groups/larks/{name}.ics"))
        assert "LOCATION" not in event
        assert "GEO" not in event
