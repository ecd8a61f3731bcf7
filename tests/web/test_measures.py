"""Measures on the pages of whoever helps, on paper, and by a person's own link: asked kindly, kept with a yes only."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from service.accounts import operations as accounts
from service.accounts.permissions import Role
from service.clock import now
from service.db import committing
from service.referrals.measures.definitions import MOST_GROUPS, ONS4, SHEETS
from service.referrals.models import Referral
from service.referrals.models_measures import Assessment
from tests import people
from tests.people import signed_in
from tests.referrals import cast as referring
from tests.referrals.cast import NAME, Post, World
from tests.rows import rows
from tests.web.test_referring_pages import refer

LONELY = {"company": "often", "left_out": "often", "cut_off": "often", "lonely": "always"}
CONTENT = {"company": "hardly_ever", "left_out": "hardly_ever", "cut_off": "hardly_ever", "lonely": "never"}
LINK = re.compile(r"/en/your-answers/[\w-]+")


@pytest.fixture
def cast(engine: Engine) -> World:
    with Session(engine.execution_options(writes=True)) as unit:
        made = referring.world(unit)
        unit.commit()
    return made


@pytest.fixture
def referral(app: Flask, engine: Engine, cast: World) -> UUID:
    return refer(app, engine, cast, Post())


@pytest.fixture
def lin(app: Flask, cast: World) -> FlaskClient:
    assert cast.lin.user_id is not None
    return signed_in(app, cast.lin.user_id)


def home(referral: UUID) -> str:
    return f"/en/people/{referral}/measures"


def hidden(page: TestResponse) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))


def take(client: FlaskClient, referral: UUID, sheet: str = "feeling", **said: str) -> TestResponse:
    where = f"{home(referral)}/{sheet}"
    common = {"mode": "phone", "taken_on": now().date().isoformat(), "yes": "yes"}
    return client.post(where, data={**hidden(client.get(where)), **common, **said})


def test_answers_are_taken_kept_and_shown_with_their_day(app: Flask, lin: FlaskClient, referral: UUID) -> None:
    answer = take(lin, referral, **CONTENT)
    assert (answer.status_code, answer.location) == (303, home(referral))
    page = lin.get(home(referral)).text
    assert NAME in page
    for words in ("3 of 9", "On the phone", "not a diagnosis", "We ask again about"):
        assert words in page, words
    assert {row.instrument for row in rows(app, Assessment)} == {"ucla3", "ons_direct"}


def test_every_question_may_be_left_out_and_then_there_is_no_sum(lin: FlaskClient, referral: UUID) -> None:
    assert take(lin, referral, company="often", left_out="", cut_off="").status_code == 303
    page = lin.get(home(referral)).text
    assert "Left open" in page
    assert "of 9" not in page


def test_without_a_yes_the_page_asks_for_one_and_keeps_the_typing(app: Flask, lin: FlaskClient, referral: UUID) -> None:
    answer = take(lin, referral, **{**CONTENT, "yes": ""})
    assert answer.status_code == 422
    assert "Ask first." in answer.text
    assert len(re.findall(r'value="hardly_ever" checked', answer.text)) == 3
    assert rows(app, Assessment) == []


def test_the_same_form_sent_twice_counts_once(app: Flask, lin: FlaskClient, referral: UUID) -> None:
    where = f"{home(referral)}/life"
    form = {**hidden(lin.get(where)), "mode": "help", "taken_on": now().date().isoformat(), "yes": "yes", "happy": "7"}
    assert [lin.post(where, data=form).status_code for _ in range(2)] == [303, 303]
    assert len(rows(app, Assessment)) == 1


def test_high_answers_bring_kind_words_and_who_to_talk_to_and_nothing_else(lin: FlaskClient, referral: UUID) -> None:
    take(lin, referral, **CONTENT)
    assert "This sounds hard" not in lin.get(home(referral)).text
    take(lin, referral, **LONELY)
    page = lin.get(home(referral)).text
    assert "This sounds hard. Ask how they are today." in page
    assert page.count("116 123") >= 1


def test_a_history_is_drawn_beside_its_table(lin: FlaskClient, referral: UUID) -> None:
    then = (now() - timedelta(weeks=13)).date().isoformat()
    take(lin, referral, **{**LONELY, "taken_on": then})
    due = lin.get(home(referral)).text
    assert "It is time to ask again." in due
    assert "<polyline" not in due
    take(lin, referral, **CONTENT)
    page = lin.get(home(referral)).text
    assert len(re.findall("<polyline", page)) == 1
    assert "9 of 9" in page
    assert "3 of 9" in page
    assert "time to ask again" not in page


def test_groups_that_matter_are_shown_as_a_list_without_any_score(lin: FlaskClient, referral: UUID) -> None:
    said = {"name_1": "Ely zqaxchoir", "wish_1": "restart", "often_1": "before", "name_8": "Street", "weight_8": "2"}
    assert take(lin, referral, "groups", **said).status_code == 303
    page = lin.get(home(referral)).text
    assert "Ely zqaxchoir" in page
    assert "Begin again" in page
    ninth = f'name="name_{MOST_GROUPS + 1}"'
    assert ninth not in lin.get(f"{home(referral)}/groups").text


def test_a_licensed_measure_is_there_only_with_the_licence(
    app: Flask, cast: World, lin: FlaskClient, referral: UUID
) -> None:
    where = f"{home(referral)}/who5"
    assert lin.get(where).status_code == 404
    manager = _manager(app, cast)
    shown = manager.get("/en/organisation/licences")
    wrong = {**hidden(shown), "instrument": "who5", "number": "x" * 101}
    assert manager.post("/en/organisation/licences", data=wrong).status_code == 422
    assert manager.post("/en/organisation/licences", data={**wrong, "number": "W-77"}).status_code == 303
    assert "W-77" in manager.get("/en/organisation/licences").text
    assert "WHO-5" in lin.get(home(referral)).text
    answer = take(lin, referral, "who5", total="26")
    assert answer.status_code == 422
    assert "Type a whole number that is on the scale." in answer.text
    assert take(lin, referral, "who5", total="7").status_code == 303
    page = lin.get(home(referral)).text
    assert "7 of 25" in page
    assert "This sounds hard" in page


def test_nobody_else_may_see_or_take(app: Flask, cast: World, referral: UUID) -> None:
    for other, status in ((cast.bo, 403), (cast.dee, 404)):
        assert other.user_id is not None
        client = signed_in(app, other.user_id)
        for path in (home(referral), f"{home(referral)}/feeling"):
            assert client.get(path).status_code == status
    assert app.test_client().get(home(referral)).status_code == 303


def test_what_matters_is_written_beside_it(lin: FlaskClient, referral: UUID) -> None:
    where = f"{home(referral)}/story"
    form = {**hidden(lin.get(home(referral))), "story": "Tuesdays, and her sister’s kitchen"}
    assert lin.post(where, data=form).status_code == 303
    assert "her sister’s kitchen" in lin.get(home(referral)).text
    assert lin.post(where, data=form).status_code == 409
    long = {**hidden(lin.get(home(referral))), "story": "x" * 4001}
    answer = lin.post(where, data=long)
    assert answer.status_code == 422
    assert "Say it in fewer words" in answer.text


def own_link(client: FlaskClient, referral: UUID) -> str:
    page = client.post(f"{home(referral)}/link", data=hidden(client.get(home(referral))))
    assert page.status_code == 200
    found = LINK.search(page.text)
    assert found
    return found[0]


@pytest.mark.parametrize(("keep", "kept"), [("yes", 2), ("no", 0), ("", 0)])
def test_a_person_answers_by_their_own_link_once(
    app: Flask, client: FlaskClient, lin: FlaskClient, referral: UUID, keep: str, kept: int
) -> None:
    link = own_link(lin, referral)
    page = client.get(link)
    assert client.get(link).status_code == 200, "opening it uses nothing up"
    assert "Oak Clinic" in page.text
    assert NAME not in page.text
    answer = client.post(link, data={**hidden(page), **LONELY, "keep": keep})
    assert answer.status_code == 200
    assert "You need not carry it alone." in answer.text
    assert ("We kept nothing of it." in answer.text) is (kept == 0)
    assert len(rows(app, Assessment)) == kept
    assert client.post(link, data={**hidden(page), **LONELY}).status_code == 410
    assert client.get(link).status_code == 410


def test_a_link_answered_with_nothing_or_nonsense_stays_open(
    client: FlaskClient, lin: FlaskClient, referral: UUID
) -> None:
    link = own_link(lin, referral)
    for said in ({}, {"company": "x"}, {"name_1": "x" * 121}):
        assert client.post(link, data={**hidden(client.get(link)), **said}).status_code == 422
    assert client.get("/en/your-answers/none").status_code == 404
    answer = client.post(link, data={**hidden(client.get(link)), **CONTENT, "keep": "yes"})
    assert answer.status_code == 200
    assert "This sounds hard" not in answer.text


def test_the_paper_form_asks_all_and_names_nobody(lin: FlaskClient, referral: UUID) -> None:
    page = lin.get("/en/people/paper-form").text
    assert NAME not in page
    assert "Are you short of company?" in page
    assert page.count("☐") > 40
    assert "No group sees your answers" in page


def test_four_figures_are_asked_apart(lin: FlaskClient, referral: UUID) -> None:
    page = lin.get(f"{home(referral)}/life").text
    assert all(f'name="{item}"' in page for item in ONS4.items)
    take(lin, referral, "life", satisfied="4", anxious="10")
    shown = lin.get(home(referral)).text
    assert "4 of 10" in shown
    assert "10 of 10" in shown
    assert list(SHEETS) == ["feeling", "life", "ties", "groups"]


def _somebody(app: Flask, cast: World, role: Role) -> UUID:
    with app.app_context(), committing() as unit:
        return accounts.make_user(
            unit,
            email=f"{role.value}@example.org",
            name="Mara",
            role=role,
            organisation_id=cast.clinic,
            password_hash=None,
            now=people.LONG_AGO,
        )


def _manager(app: Flask, cast: World) -> FlaskClient:
    return signed_in(app, _somebody(app, cast, Role.ORG_MANAGER))


def test_a_case_that_a_colleague_holds_opens_with_a_reason_only(
    app: Flask, engine: Engine, cast: World, lin: FlaskClient, referral: UUID
) -> None:
    colleague = _somebody(app, cast, Role.LINK_WORKER)
    with Session(engine.execution_options(writes=True)) as unit:
        unit.get_one(Referral, referral).owner_user_id = colleague
        unit.commit()
    for path in (home(referral), f"{home(referral)}/feeling"):
        answer = lin.get(path)
        assert (answer.status_code, answer.location) == (303, f"/en/people/{referral}")
    assert lin.post(f"{home(referral)}/link", data=hidden(lin.get("/en/desk"))).status_code == 303
    assert rows(app, Assessment) == []
