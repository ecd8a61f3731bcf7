"""What editors note of a body that runs groups, the hold with one press, and where papers that ran out are shown."""

import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service import jobs
from service.catalog import models as m
from service.cli.jobs import tools
from service.clock import now
from service.db import committing, db
from tests.people import Cast, signed_in
from tests.web.seeking import NOW, said


@pytest.fixture(autouse=True)
def later() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def body(app: Flask, cast: Cast) -> UUID:
    with app.app_context():
        row = db.session.get(m.Group, cast.eli_group)
        assert row is not None
        found: UUID = row.organisation_id
        db.session.rollback()
        return found


def press(client: FlaskClient, there: str, **typed: str) -> TestResponse:
    page = client.get(there).text
    token, version = (re.findall(rf'name="{name}" value="([^"]+)"', page)[0] for name in ("csrf_token", "version"))
    return client.post(there, data={"csrf_token": token, "version": version, **typed})


def test_papers_bear_a_level_run_out_by_themselves_and_stand_in_the_queue_until_renewed(
    app: Flask, cast: Cast, later: time_machine.Traveller
) -> None:
    ada, there = signed_in(app, cast.ada), f"/en/admin/organisations/{body(app, cast)}/trust"
    assert "Nobody has noted anything yet" in said(ada.get(there))
    assert there in ada.get(f"/en/admin/groups/{cast.eli_group}/page").text
    refused = press(ada, there, what="level", level="checked")
    assert refused.status_code == 422
    assert "Nothing that was seen is enough" in said(refused)
    paper = {"what": "add", "kind": "insurance", "seen_on": "2026-11-18", "until": "2026-12-31", "note": "Policy 7"}
    assert press(ada, there, **paper).status_code == 303
    assert press(ada, there, what="level", level="checked").status_code == 303
    assert "Holds until 31 December 2026" in said(ada.get(there))
    assert "An administrator" in said(ada.get(there))
    later.shift(timedelta(days=60))
    ada = signed_in(app, cast.ada)
    assert there in ada.get("/en/admin/suggestions").text
    with app.app_context():
        by_name = {job.name: job for job in jobs.JOBS}
        ran = jobs.run_if_due(tools(app), by_name["papers"])
    assert ran is not None
    assert (ran.outcome, ran.count) == ("done", 1)
    assert "By itself, when papers ran out" in said(ada.get(there))
    assert there in ada.get("/en/admin/suggestions").text
    press(ada, there, **paper | {"seen_on": "2027-01-10", "until": ""})
    press(ada, there, what="level", level="checked")
    assert there not in ada.get("/en/admin/suggestions").text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"kind": "insurance", "seen_on": "soon"}, "Write a day"),
        ({"kind": "", "seen_on": "2026-11-18"}, "Choose one of the list"),
        ({"kind": "insurance", "seen_on": "2027-11-18"}, "not come yet"),
    ],
)
def test_what_cannot_be_noted_stays_in_the_form(app: Flask, cast: Cast, typed: dict[str, str], sentence: str) -> None:
    ada, there = signed_in(app, cast.ada), f"/en/admin/organisations/{body(app, cast)}/trust"
    answer = press(ada, there, what="add", note="Policy 7", **typed)
    assert answer.status_code == 422
    assert sentence in said(answer)
    assert 'value="Policy 7"' in answer.text


def test_a_listing_is_held_with_one_press_from_its_form(app: Flask, cast: Cast) -> None:
    ada, form = signed_in(app, cast.ada), f"/en/admin/groups/{cast.eli_group}"
    page = ada.get(form)
    assert f"{form}/hold" in page.text
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[0]
    assert ada.post(f"{form}/hold", data={"csrf_token": token}).status_code == 303
    assert app.test_client().get(f"/en/groups/{cast.eli_slug}").status_code == 200, "only the button itself holds"
    assert ada.post(f"{form}/hold", data={"csrf_token": token, "hold": "yes"}).status_code == 303
    assert app.test_client().get(f"/en/groups/{cast.eli_slug}").status_code != 200
    assert f"{form}/hold" not in ada.get(form).text
    assert now() == NOW


def test_more_is_asked_where_more_can_go_wrong_and_little_of_singers_in_a_hall(app: Flask, cast: Cast) -> None:
    there = f"/en/admin/organisations/{body(app, cast)}/trust"
    ada = signed_in(app, cast.ada)
    assert "one paper is enough" in said(ada.get(there))
    with app.app_context(), committing() as unit:
        unit.get_one(m.Group, cast.eli_group).age_max = 17
    asked = said(ada.get(there))
    assert "people under 18 come" in asked
    assert "Risk assessment" in asked.split("Still to see")[1]
    paper = {"what": "add", "seen_on": "2026-11-18"}
    press(ada, there, kind="insurance", **paper)
    refused = press(ada, there, what="level", level="checked")
    assert refused.status_code == 422
    assert "asks for more papers" in said(refused)
    for kind in ("safeguarding_policy", "record_checks", "risk_assessment"):
        press(ada, there, kind=kind, **paper)
    assert "Still to see" not in said(ada.get(there))
    assert press(ada, there, what="level", level="checked").status_code == 303
