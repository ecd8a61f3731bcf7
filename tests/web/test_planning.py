"""A plan is made with the person: groups that suit their words, up to three chosen, goals as they say them."""

import re
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor
from service.referrals.models import Introduction, Referral
from service.referrals.models_plan import CasePlan, PlanGroup
from tests.referrals.cast import World, add_group
from tests.web.test_caseload import Make, browse, case, clinic, fields  # noqa: F401  # fixtures


def path(made: UUID, name: str = "plan") -> str:
    return f"/en/people/{made}/{name}"


def send(browser: FlaskClient, made: UUID, name: str, **typed: str) -> str:
    page = browser.get(path(made)).get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    answer = browser.post(path(made, name), data={"csrf_token": token[1], **typed}, follow_redirects=True)
    return answer.get_data(as_text=True)


@pytest.fixture
def groups(app: Flask, engine: Engine, clinic: tuple[World, Actor]) -> list[UUID]:  # noqa: F811
    """Four more groups beside the singers."""
    with Session(engine.execution_options(writes=True)) as unit:
        hall = clinic[0].elsewhere
        made = [add_group(unit, hall, f"Chess table {number}", description="We play chess") for number in range(4)]
        ids = [one.id for one in made]
        unit.commit()
    with app.app_context():
        app.extensions["kith"].matching.rebuild()
    return ids


@pytest.fixture
def mine(case: Make, clinic: tuple[World, Actor]) -> UUID:  # noqa: F811
    return case("in_contact", owner=clinic[0].lin)


@pytest.fixture
def lin(app: Flask, clinic: tuple[World, Actor]) -> FlaskClient:  # noqa: F811
    return browse(app, clinic[0].lin)


def test_the_plan_begins_with_the_story_and_finds_groups_that_suit(
    lin: FlaskClient, mine: UUID, groups: list[UUID]
) -> None:
    assert "Plays chess" in lin.get(path(mine)).get_data(as_text=True)
    found = send(lin, mine, "plan", text="chess", barrier_alone="helps")
    assert "Chess table 1" in found
    assert "Chess table 1" in lin.get(path(mine)).get_data(as_text=True), "it is kept"


def test_three_groups_are_enough_and_one_can_be_taken_off(
    engine: Engine, lin: FlaskClient, mine: UUID, groups: list[UUID]
) -> None:
    for one in groups[:3]:
        send(lin, mine, "group", on=str(one))
    send(lin, mine, "group", on=str(groups[0]))
    assert "Three are enough" in send(lin, mine, "group", on=str(groups[3]))
    send(lin, mine, "group", off=str(groups[0]))
    assert "Three are enough" not in send(lin, mine, "group", on=str(groups[3]))
    with Session(engine) as session:
        assert set(session.scalars(select(PlanGroup.group_id))) == set(groups[1:])


def test_what_was_chosen_becomes_a_leaflet(lin: FlaskClient, mine: UUID, groups: list[UUID]) -> None:
    page = send(lin, mine, "group", on=str(groups[0]))
    form = fields(page, "/en/referrals/leaflet")
    leaflet = lin.post("/en/referrals/leaflet", data={**form, "make": "normal"}, follow_redirects=True)
    assert "Chess table 0" in leaflet.get_data(as_text=True)


def test_goals_stand_in_their_own_words_until_they_are_reached(lin: FlaskClient, mine: UUID) -> None:
    page = send(lin, mine, "goal", goal="Be expected somewhere on a Tuesday")
    assert "Be expected somewhere on a Tuesday" in page
    number = re.search(r'name="reached" value="([0-9a-f]{32})"', page)
    assert number
    assert 'name="reached"' not in send(lin, mine, "goal", reached=number[1])


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("goal", {"goal": "x" * 501}),
        ("goal", {"reached": "x"}),
        ("group", {"on": "x"}),
        ("plan", {"place": "ZZ99 9ZZ"}),
    ],
)
def test_what_cannot_be_kept_is_said(lin: FlaskClient, mine: UUID, name: str, typed: dict[str, str]) -> None:
    assert "One thing to put right" in send(lin, mine, name, **typed)


def test_wishes_are_sealed_and_a_colleagues_plan_asks_for_a_reason(
    app: Flask,
    engine: Engine,
    lin: FlaskClient,
    mine: UUID,
    clinic: tuple[World, Actor],  # noqa: F811
) -> None:
    send(lin, mine, "plan", text="zqaxwish")
    with Session(engine) as session:
        assert b"zqax" not in session.scalars(select(CasePlan.wishes)).one()
    other = browse(app, clinic[1]).get(path(mine)).get_data(as_text=True)
    assert "A colleague helps this person" in other
    assert "zqaxwish" not in other
    assert browse(app, clinic[0].dee).get(path(mine)).status_code == 404


def test_asked_after_a_yes_and_once(engine: Engine, lin: FlaskClient, mine: UUID, groups: list[UUID]) -> None:
    send(lin, mine, "group", on=str(groups[0]))
    typed = {"group": groups[0].hex, "own_words": "I like to be expected", "unvetted": "She knows them"}
    assert "One thing to put right" in send(lin, mine, "ask", **typed)
    assert "The group was asked" in send(lin, mine, "ask", **typed, yes="yes")
    with Session(engine) as session:
        asked = session.scalars(select(Introduction)).one()
        assert (asked.group_id, asked.state, asked.own_words is not None) == (groups[0], "sent", True)
        assert session.get_one(Referral, mine).state == "introduced"


def test_who_was_not_chosen_is_not_asked(engine: Engine, lin: FlaskClient, mine: UUID, groups: list[UUID]) -> None:
    assert "One thing to put right" in send(lin, mine, "ask", group=groups[0].hex, yes="yes", unvetted="x")
    with Session(engine) as session:
        assert session.scalars(select(Introduction)).all() == []


def test_a_place_that_is_not_known_is_told_as_such(lin: FlaskClient, mine: UUID) -> None:
    page = send(lin, mine, "plan", text="chess", place="Nowhereville")
    assert "We do not know this place." in page
    assert "Choose one of the list" not in page
    assert 'value="Nowhereville"' in page


def test_what_was_written_to_one_group_stays_with_that_group(lin: FlaskClient, mine: UUID, groups: list[UUID]) -> None:
    for one in groups[:2]:
        send(lin, mine, "group", on=str(one))
    page = send(lin, mine, "ask", group=groups[1].hex, own_words="I play well")
    assert page.count("I play well</textarea>") == 1
    assert page.count('<details class="govuk-details" open>') == 1


def test_a_group_that_said_no_is_told_as_such(engine: Engine, lin: FlaskClient, mine: UUID, groups: list[UUID]) -> None:
    send(lin, mine, "group", on=str(groups[0]))
    send(lin, mine, "ask", group=groups[0].hex, yes="yes", unvetted="She knows them")
    with Session(engine.execution_options(writes=True)) as unit:
        unit.scalars(select(Introduction)).one().state = "declined"
        unit.commit()
    assert "The group said no" in lin.get(path(mine)).get_data(as_text=True)
