"""What an editor is promised at the desk: what waits is told, a choice can be kept, many are changed and put back."""

import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.catalog import models as m
from service.catalog.desk import batches, counted, turns
from service.catalog.history import revisions
from service.clock import now
from service.db import committing, db
from service.web.admin.desk import together
from tests.catalog.making import group
from tests.people import Cast, settle
from tests.web.test_admin import form_of

LIST, MANY = "/en/admin", "/en/admin/together"


@pytest.fixture
def cast(app: Flask) -> Cast:
    made = settle(app)
    with app.app_context(), committing() as session:
        for number in range(3):
            group(session, f"Walk {number}", phone="01632 960001", status=("draft", "published", "held")[number])
        session.add(m.Report(group_id=made.eli_group, wrong="unsafe", state="open", created_at=now()))
    return made


def value(app: Flask, name: str, field: str) -> Any:
    with app.app_context():
        return db.session().query(getattr(m.Group, field)).filter_by(name=name).scalar()


def sent(page: Any) -> dict[str, str]:
    return form_of(page.text)


def preview(ada: FlaskClient, choice: str, **more: str) -> Any:
    form = sent(ada.get(f"{MANY}?{choice}"))
    return ada.post(f"{MANY}/check", data={**form, "reason": "Rang them", **more})


def test_the_home_tells_what_waits_and_nothing_that_does_not(ada: FlaskClient) -> None:
    page = ada.get(LIST).text
    for line in ("What needs you today", "Unkind or unsafe", "Draft", "On hold"):
        assert line in page
    assert "Not confirmed for a year" not in page
    assert "What needs you today" not in ada.get(f"{LIST}?status=draft").text


def test_a_filter_narrows_the_list_and_each_part_can_be_taken_away(ada: FlaskClient) -> None:
    page = ada.get(f"{LIST}?q=walk&status=draft&missing=contact").text
    assert "No listing by those words" in page
    assert "Take away:" in page
    page = ada.get(f"{LIST}?q=walk&status=draft&area=sale").text
    assert "Walk 0" in page
    assert "Walk 1" not in page
    assert ada.get(f"{LIST}?status=x&confirmed=x&sort=x&page=-1&q=%00%FF").status_code == 200


def test_a_filter_is_kept_under_a_name_and_taken_away(ada: FlaskClient) -> None:
    form = sent(ada.get(f"{LIST}?status=draft&missing=cost"))
    refused = ada.post(f"{LIST}/filters", data={**form, "name": ""})
    assert refused.status_code == 422
    saved = ada.post(f"{LIST}/filters", data={**form, "name": "Mine"})
    assert saved.headers["Location"] == f"{LIST}?status=draft&missing=cost"
    page = ada.get(LIST).text
    assert f'href="{LIST}?status=draft&amp;missing=cost"><bdi>Mine</bdi>' in page
    taken = ada.post(page.split(f'action="{LIST}/filters/')[1].split('"')[0].join((f"{LIST}/filters/", "")), data=form)
    assert taken.status_code == 303
    assert "<bdi>Mine</bdi>" not in ada.get(LIST).text


def test_many_are_shown_saved_and_taken_back(app: Flask, ada: FlaskClient) -> None:
    shown = preview(ada, "q=walk&kind=replace", what="phone", find="960001", value="960002")
    assert "3 listings will change" in shown.text
    assert value(app, "Walk 0", "phone") == "01632 960001"
    form = sent(shown)
    saved = ada.post(f"{MANY}/save", data=form)
    assert value(app, "Walk 2", "phone") == "01632 960002"
    assert ada.post(f"{MANY}/save", data=form).headers["Location"] == saved.headers["Location"]
    done = ada.get(saved.headers["Location"])
    assert "3 listings were changed" in done.text
    assert "Rang them" in ada.get(f"{MANY}/done").text
    ada.post(f"{saved.headers['Location']}/undo", data=sent(done))
    assert value(app, "Walk 2", "phone") == "01632 960001"
    assert "3 listings are as they were" in ada.get(saved.headers["Location"]).text


def test_who_may_not_is_named_and_the_others_change(app: Flask, cast: Cast, ada: FlaskClient) -> None:
    shown = preview(ada, "q=walk&kind=status", what="archived")
    assert "3 listings will change" in shown.text
    shown = preview(ada, "q=walk&kind=status", what="paused")
    assert "These stay as they are" in shown.text
    ada.post(f"{MANY}/save", data=sent(shown))
    assert [value(app, f"Walk {number}", "status") for number in range(3)] == ["draft", "paused", "paused"]


def test_what_is_no_more_as_it_was_shown_is_shown_again(app: Flask, ada: FlaskClient) -> None:
    form = sent(preview(ada, "q=walk&status=published&kind=confirm"))
    with app.app_context(), committing() as session:
        session.query(m.Group).filter_by(name="Walk 0").update({"status": "published"})
    again = ada.post(f"{MANY}/save", data=form)
    assert again.status_code == 409
    assert "Somebody else changed this first" in again.text
    assert "2 listings will change" in again.text
    assert value(app, "Walk 1", "version") == 1
    assert ada.post(f"{MANY}/save", data=sent(again)).status_code == 303
    assert value(app, "Walk 0", "version") == 2


def test_what_takes_longer_than_a_request_is_left_to_the_job(
    app: Flask, ada: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(together, "SECONDS", 0.0)
    saved = ada.post(f"{MANY}/save", data=sent(preview(ada, "q=walk&kind=confirm")))
    assert "3 listings are still to do" in ada.get(saved.headers["Location"]).text
    with app.app_context(), committing() as unit:
        assert not batches.go_on(unit, UUID(saved.headers["Location"].rsplit("/", 1)[1]), now=now())
    assert "3 listings were changed" in ada.get(saved.headers["Location"]).text


@pytest.mark.parametrize(
    ("choice", "more", "told"),
    [
        ("kind=fact", {"what": "lift", "value": ""}, "Choose one of the list"),
        ("kind=fact", {"what": "lift", "value": "yes", "reason": " "}, "This is needed"),
        ("kind=organisation", {"what": "No such"}, "We do not know this organisation"),
        ("kind=replace", {"what": "url", "find": ""}, "This is needed"),
    ],
)
def test_what_was_mistyped_is_told_beside_its_field(
    ada: FlaskClient, choice: str, more: dict[str, str], told: str
) -> None:
    shown = preview(ada, f"q=walk&{choice}", **more)
    assert shown.status_code == 422
    assert told in shown.text


def test_an_organisation_is_chosen_by_its_name(app: Flask, cast: Cast, ada: FlaskClient) -> None:
    shown = preview(ada, "q=walk&kind=organisation", what="elm surgery")
    ada.post(f"{MANY}/save", data=sent(shown))
    assert {value(app, f"Walk {number}", "organisation_id") for number in range(3)} == {cast.elsewhere}
    with app.app_context():
        walk = db.session().query(m.Group.id).filter_by(name="Walk 1").scalar()
        assert walk is not None
        newest = revisions(db.session(), "group", walk)[0].difference
        assert newest == {"organisation": ["Sale Tables", "Elm Surgery"]}


def test_what_is_known_says_when_it_was_counted(app: Flask, ada: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def known() -> str:
        return ada.get("/en/admin/coverage").text.partition("<main")[2].partition("</main>")[0]

    live = known()
    monkeypatch.setattr(counted, "FEW", 0)
    assert known() == live, "before the first count the page counts"
    at = datetime(2026, 11, 20, 10, 15, tzinfo=UTC)
    with app.app_context():
        turns.count_coverage(committing, committing, lambda: at)
    kept = known()
    told = re.search(r'<p class="kith-small kith-soft">([^<]*2026[^<]*)</p>', kept)
    assert told is not None
    assert told[1].startswith("20 November 2026, 10:15")
    assert kept.replace(told[0], "") == live
