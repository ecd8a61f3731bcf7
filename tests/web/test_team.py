"""The team for whoever runs the place: how many each helps, nobody named, cases given to another link worker."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from service.accounts.models import AuditEntry
from service.accounts.permissions import Actor, Role
from service.clock import now
from service.db import db
from service.referrals.models import Referral
from service.referrals.models_desk import HandOver
from tests import people
from tests.catalog import making
from tests.referrals.cast import World
from tests.web.test_caseload import Make, browse, case, clinic, fields  # noqa: F401  # fixtures
from tests.web.test_members import person

TEAM = "/en/organisation/team"
Place = tuple[World, Actor]


@pytest.fixture
def mia(app: Flask, clinic: Place) -> FlaskClient:  # noqa: F811
    """The manager's browser."""
    return people.signed_in(app, person(app, "mia", Role.ORG_MANAGER, clinic[0].clinic))


def line(page: str, name: str) -> str:
    """Return what the board says of somebody."""
    [found] = [part for part in re.findall(r"<li>.*?</li>", page, re.DOTALL) if f"<bdi>{name}</bdi></a>" in part]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found))


def owner(app: Flask, made: UUID) -> UUID | None:
    with app.app_context():
        return db.session().get_one(Referral, made).owner_user_id


def give(browser: FlaskClient, *made: UUID, to: object, of: object = "", words: str = "") -> tuple[int, str]:
    page = browser.get(TEAM).get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    sent = {"csrf_token": token[1], "of": of, "to": to, "words": words, "cases": [str(one) for one in made]}
    answer = browser.post(TEAM, data=sent)
    return answer.status_code, answer.get_data(as_text=True)


def test_it_says_how_much_each_has_to_do_and_names_nobody_who_is_helped(
    app: Flask,
    clinic: Place,  # noqa: F811
    case: Make,  # noqa: F811
    mia: FlaskClient,
) -> None:
    world, today = clinic[0], now().date()
    case(owner=world.lin, need="first_call", need_rank=2, due_on=today - timedelta(days=1))
    case(owner=world.lin, need="safety", need_rank=0, due_on=today + timedelta(days=9))
    case("closed", owner=world.lin)
    case("sent", need="take_on", need_rank=2, due_on=today)
    with app.app_context(), making.statements(db.engine) as asked:
        page = mia.get(f"{TEAM}?of={world.lin.user_id}").get_data(as_text=True)
    said = [one for one in asked if one.split()[0] in ("SELECT", "INSERT", "UPDATE")]
    assert len(said) <= 12, said
    assert "2 people" in line(page, "Lin")
    assert "Need somebody now: 2" in line(page, "Lin")
    assert "Late: 1" in line(page, "Lin")
    assert "0 people" in line(page, "Lou")
    assert "1 person" in line(page, "Nobody helps yet")
    assert "Dee" not in page
    for word in ("Cai", "chess", "01632", "Worried about safety", "First call"):
        assert word not in page


def test_cases_are_given_to_a_link_worker_with_a_word_for_them(
    app: Flask,
    clinic: Place,  # noqa: F811
    case: Make,  # noqa: F811
    mia: FlaskClient,
) -> None:
    world, lou = clinic
    one, two = case(owner=world.lin), case("sent")
    assert give(mia, one, to=lou.user_id, of=world.lin.user_id, words="Lin is away")[0] == 303
    assert give(mia, two, to=lou.user_id)[0] == 303
    assert [owner(app, made) for made in (one, two)] == [lou.user_id] * 2
    with app.app_context():
        assert len(db.session().scalars(select(HandOver)).all()) == 2
        done = select(AuditEntry.subject_id).where(AuditEntry.action == "hand_over")
        assert set(db.session().scalars(done)) == {one, two}
    assert "2 people" in line(mia.get(TEAM).get_data(as_text=True), "Lou")


def test_what_cannot_be_given_stays_where_it_is(
    app: Flask,
    clinic: Place,  # noqa: F811
    case: Make,  # noqa: F811
    mia: FlaskClient,
) -> None:
    world, lou = clinic
    held, over = case(owner=world.lin), case("closed", owner=world.lin)
    foreign = case(owner=world.dee, organisation_id=world.elsewhere)
    for wrong in (foreign, over):
        status, page = give(mia, held, wrong, to=lou.user_id, of=world.lin.user_id, words="Take care")
        assert status == 422
        assert "Take care" in page
        assert f'value="{held}" checked' in page
    for nobody in (world.dee.user_id, world.bo.user_id, "x", ""):
        assert give(mia, held, to=nobody)[0] == 422
    assert give(mia, to=lou.user_id)[0] == 422
    assert [owner(app, one) for one in (held, over)] == [world.lin.user_id] * 2
    assert owner(app, foreign) == world.dee.user_id


def test_only_a_manager_sees_the_team(app: Flask, clinic: Place) -> None:  # noqa: F811
    for actor in (clinic[0].lin, clinic[0].bo):
        assert browse(app, actor).get(TEAM).status_code == 403
    assert people.signed_in(app, person(app, "ida", Role.ADMIN, None)).get(TEAM).status_code == 403
    elsewhere = people.signed_in(app, person(app, "ola", Role.ORG_MANAGER, clinic[0].elsewhere))
    page = elsewhere.get(f"{TEAM}?of={clinic[0].lin.user_id}").get_data(as_text=True)
    assert "<bdi>Lin</bdi>" not in page
    assert "<bdi>Dee</bdi>" in page
