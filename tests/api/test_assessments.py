"""A program keeps what somebody answered, with their yes alone; it is scored here, and read while the yes holds."""

from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from service.accounts.permissions import VISITOR
from service.accounts.programs.keys import create_api_key
from service.clock import now
from service.db import committing, db
from service.referrals.models_measures import Assessment, MeasureLicence
from tests.api.test_people import ADDRESS, get, keep, post, yes
from tests.people import Cast, settle

FELT = {"company": "often", "left_out": "often", "cut_off": "sometimes"}


@pytest.fixture
def cast(app: Flask) -> Cast:
    return settle(app)


@pytest.fixture
def where(client: FlaskClient, cast: Cast) -> str:
    return f"{ADDRESS}/{keep(client, cast.bo_key)['id']}/assessments"


def sitting(**changes: Any) -> dict[str, Any]:
    made = {"measure": "ucla3", "answers": FELT, "mode": "phone", "taken_on": now().date().isoformat(), "yes": True}
    return {**made, **changes}


def problems(answer: TestResponse) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(one["field"], one["code"]) for one in answer.get_json()["errors"]]


def test_answers_are_scored_here_and_read_back(client: FlaskClient, cast: Cast, where: str) -> None:
    made = post(client, cast.bo_key, where, sitting())
    told = made.get_json()
    assert made.status_code == 201, made.text
    assert [(one["scale"], one["value"]) for one in told["figures"]] == [("sum", 8)]
    assert told["comfort"] is True
    read = get(client, cast.bo_key, where).get_json()
    assert read["agreed"] is True
    assert read["assessments"] == [{name: value for name, value in told.items() if name != "comfort"}]


def test_any_question_may_be_left_open(client: FlaskClient, cast: Cast, where: str) -> None:
    told = post(client, cast.bo_key, where, sitting(answers={"company": "often"})).get_json()
    assert (told["answers"], told["figures"]) == ({"company": "often"}, [])


def test_sent_again_with_its_key_nothing_is_kept_twice(client: FlaskClient, app: Flask, cast: Cast, where: str) -> None:
    first, again = (post(client, cast.bo_key, where, sitting(), once="one-sitting") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.get_json() == again.get_json()
    with app.app_context():
        assert db.session().scalar(select(func.count()).select_from(Assessment)) == 1


def test_without_a_yes_nothing_is_kept_and_with_it_taken_back_nothing_stays(
    client: FlaskClient, app: Flask, cast: Cast, where: str
) -> None:
    assert problems(post(client, cast.bo_key, where, sitting(yes=False))) == [("yes", "no_yes")]
    consents = where.replace("assessments", "consents")
    given = post(client, cast.bo_key, consents, yes(cast.surgery, purpose="measures", items=["measures"])).get_json()
    assert post(client, cast.bo_key, where, sitting(yes=False)).status_code == 201
    assert post(client, cast.bo_key, f"{consents}/{given['id']}/withdraw").status_code == 200
    assert get(client, cast.bo_key, where).get_json() == {"agreed": False, "assessments": []}
    with app.app_context():
        assert db.session().scalar(select(func.count()).select_from(Assessment)) == 0


def test_a_measure_that_others_license_takes_a_sum_and_a_licence(
    client: FlaskClient, app: Flask, cast: Cast, where: str
) -> None:
    who5 = sitting(measure="who5", answers={}, total=9)
    assert problems(post(client, cast.bo_key, where, who5)) == [("measure", "licence_needed")]
    with app.app_context(), committing() as unit:
        unit.add(MeasureLicence(organisation_id=cast.surgery, instrument="who5", number="W-1", entered_at=now()))
    told = post(client, cast.bo_key, where, who5).get_json()
    assert [(one["value"], one["band"]) for one in told["figures"]] == [(9, "low")]
    assert problems(post(client, cast.bo_key, where, {**who5, "answers": {"q1": "5"}})) == [
        ("answers", "unknown_field")
    ]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"answers": {"company": "always"}}, ("answers.company", "unknown_choice")),
        ({"answers": {"mood": "low"}}, ("answers.mood", "unknown_field")),
        ({"answers": {}}, ("answers", "nothing_answered")),
        ({"total": 5}, ("total", "unknown_field")),
        ({"taken_on": "2099-01-01"}, ("taken_on", "in_future")),
        ({"taken_on": "2026-02-30"}, ("taken_on", "wrong_form")),
        ({"measure": "phq9"}, ("measure", "unknown_choice")),
        ({"mode": "guess"}, ("mode", "unknown_choice")),
    ],
)
def test_what_cannot_be_kept_is_named(
    client: FlaskClient, cast: Cast, where: str, changes: Any, wrong: tuple[str, str]
) -> None:
    assert problems(post(client, cast.bo_key, where, sitting(**changes))) == [wrong]


def test_a_key_without_the_scope_neither_keeps_nor_reads(
    client: FlaskClient, app: Flask, cast: Cast, where: str
) -> None:
    with app.app_context(), committing() as unit:
        refers = create_api_key(
            unit,
            organisation_id=cast.surgery,
            name="refers",
            scopes=["refer", "refer.read"],
            actor=VISITOR,
            now=now(),
        ).key
    assert post(client, refers, where, sitting()).status_code == 403
    assert get(client, refers, where).status_code == 403


def test_another_organisation_s_person_is_not_there(client: FlaskClient, cast: Cast, where: str) -> None:
    assert post(client, cast.dee_key, where, sitting()).status_code == 404
    assert get(client, cast.dee_key, where).status_code == 404
    assert get(client, cast.bo_key, f"{ADDRESS}/{UUID(int=7)}/assessments").status_code == 404
