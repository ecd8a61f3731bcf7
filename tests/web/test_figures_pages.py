"""Figures on the page, in the file and on paper: with their denominators, and never of few."""

import csv
import re
from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.accounts import operations as accounts
from service.accounts.permissions import Role
from service.catalog.models import Group
from service.clock import now
from service.db import committing
from service.referrals import operations
from service.referrals.history import step
from service.referrals.lifecycle import Part
from service.referrals.models import Introduction
from tests import people
from tests.people import signed_in
from tests.referrals import cast as referring
from tests.referrals.cast import NAME, Post, World

FUNNEL = re.compile(r'kith-bar__label">([^<]+)</span>.*?kith-bar__n">([^<]+)<', re.DOTALL)
VISIT = ("accepted", "booked", "attended")


@pytest.fixture
def cast(engine: Engine) -> World:
    with Session(engine.execution_options(writes=True)) as unit:
        made = referring.world(unit)
        unit.commit()
    return made


def send(app: Flask, engine: Engine, cast: World, many: int, states: Sequence[str] = ()) -> None:
    """Have Bo send people to the group, and its leader move each of them on."""
    sealer = app.extensions["kith"].sealer("referrals")
    with Session(engine.execution_options(writes=True)) as unit:
        for _ in range(many):
            said = referring.consent(given_at=now())
            asked = referring.request(cast.group, who=referring.person(), said=said)
            made = operations.refer(
                unit, sealer=sealer, mail=Post().mail, referral_id=uuid4(), request=asked, actor=cast.bo, now=now()
            )
            row = unit.get_one(Introduction, made.introductions[0].id)
            for state in states:
                row.attended += state == "attended"
                step(unit, row, state, Part.LEADER, cast.bo, now())
        unit.commit()


def browser(app: Flask, role: Role, organisation: UUID | None) -> FlaskClient:
    with app.app_context(), committing() as unit:
        made = accounts.make_user(
            unit,
            email=f"{role.value}@example.org",
            name=role.value,
            role=role,
            organisation_id=organisation,
            password_hash=None,
            now=people.LONG_AGO,
        )
    return signed_in(app, made)


def bo(app: Flask, cast: World) -> FlaskClient:
    assert cast.bo.user_id is not None
    return signed_in(app, cast.bo.user_id)


def bars(page: str) -> dict[str, str]:
    return {name: " ".join(text.split()) for name, text in FUNNEL.findall(page)}


def test_a_funnel_tells_each_step_with_its_denominator_and_interval(app: Flask, engine: Engine, cast: World) -> None:
    send(app, engine, cast, 12)
    send(app, engine, cast, 13, VISIT)
    page = bo(app, cast).get("/en/figures").text
    found = bars(page)
    assert found["Offered help"] == "25"
    assert found["First visit"] == "13 of 25, 52 in 100 (33 to 70)"
    assert found["Third visit"] == found["Settled"] == "Hidden: too few people"
    assert "Fewer than 50 people" in page
    assert "This does not show that groups caused it." in page
    assert NAME not in page


def test_few_people_are_not_told_of_anywhere(app: Flask, engine: Engine, cast: World) -> None:
    send(app, engine, cast, 9, VISIT)
    client = bo(app, cast)
    for by in ("time", "area", "group", "referrer"):
        page = client.get(f"/en/figures?by={by}").text
        assert set(bars(page).values()) == {"Hidden: too few people"}
        assert not re.search(r"<td[^>]*>9</td>", page)
        assert "9" not in client.get(f"/en/figures/figures.csv?by={by}").text
    assert set(bars(client.get(f"/en/figures/groups/{cast.group}").text).values()) == {"Hidden: too few people"}


def test_who_left_between_two_steps_is_not_told_when_they_are_few(app: Flask, engine: Engine, cast: World) -> None:
    send(app, engine, cast, 3)
    send(app, engine, cast, 20, VISIT)
    found = bars(bo(app, cast).get("/en/figures").text)
    assert found["Offered help"] == "23"
    assert found["First visit"] == "Hidden: too few people", "23 less 20 would tell of three"


def test_the_file_says_what_the_page_says(app: Flask, engine: Engine, cast: World) -> None:
    send(app, engine, cast, 12, VISIT)
    answer = bo(app, cast).get("/en/figures/figures.csv?by=referrer")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Cache-Control"] == "no-store"
    head, *rows = csv.reader(answer.text.splitlines())
    assert head[:3] == ["referrer", "offered", "referred"]
    assert rows == [["Oak Clinic", *["12"] * 5, "", ""], ["all", *["12"] * 5, "", ""]]


def test_everybody_sees_what_is_theirs_and_visitors_nothing(app: Flask, engine: Engine, cast: World) -> None:
    send(app, engine, cast, 12)
    dee = cast.dee.user_id
    assert dee is not None
    assert bars(browser(app, Role.INSIGHT, None).get("/en/figures").text)["Offered help"] == "12"
    assert bars(browser(app, Role.ORG_MANAGER, cast.clinic).get("/en/figures").text)["Offered help"] == "12"
    assert "12" not in bars(signed_in(app, dee).get("/en/figures").text)["Offered help"]
    assert browser(app, Role.EDITOR, None).get("/en/figures").status_code == 403
    assert app.test_client().get("/en/figures").status_code == 303


def test_a_leader_sees_small_counts_of_own_groups_and_of_no_other(app: Flask, engine: Engine, cast: World) -> None:
    send(app, engine, cast, 3, VISIT)
    with Session(engine) as unit:
        hall = unit.get_one(Group, cast.group).organisation_id
    leader = browser(app, Role.GROUP_LEADER, hall)
    page = leader.get("/en/figures/own").text
    assert "Evening Singers" in page
    assert bars(page)["First visit"].startswith("3 of 3")
    assert "Open Shed" not in page
    assert NAME not in page
    assert leader.get(f"/en/figures/groups/{cast.group}").status_code == 403


def test_an_unknown_way_to_tell_apart_is_by_quarter(app: Flask, cast: World) -> None:
    client = bo(app, cast)
    assert client.get("/en/figures?by=name").status_code == 200
    assert client.get(f"/en/figures/groups/{uuid4()}").status_code == 404
