"""Lin's desk and the page of a person: what is needed now, one press for what is done often, own people only."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service.accounts.models import AuditEntry
from service.accounts.permissions import Actor
from service.clock import now
from service.db import db
from service.referrals.models import Person, Referral
from service.referrals.models_desk import CaseNote, CaseTask, ContactAttempt
from service.referrals.queries import place
from tests import people
from tests.catalog import making
from tests.referrals import cast as referring
from tests.referrals.cast import World
from tests.referrals.desk.working import Clinic
from tests.referrals.desk.working import clinic as settle

Make = Callable[..., UUID]


@pytest.fixture
def clinic(engine: Engine) -> tuple[World, Actor]:
    with Session(engine.execution_options(writes=True)) as unit:
        world = referring.world(unit)
        lou = settle(unit, world).lou
        unit.commit()
    return world, lou


@pytest.fixture
def case(app: Flask, engine: Engine, clinic: tuple[World, Actor]) -> Make:
    """Write a case, sealed as this application seals."""
    sealer = app.extensions["kith"].sealer("referrals")

    def make(state: str = "accepted", *, owner: Actor | None = None, name: str = "Cai", **values: Any) -> UUID:
        with Session(engine.execution_options(writes=True)) as unit:
            made = Clinic(session=unit, world=clinic[0], lou=clinic[1]).case(state, owner=owner, **values)
            person = unit.get_one(Person, unit.get_one(Referral, made).person_id)
            for column, text in (("preferred_name", name), ("contact", "01632 960123"), ("story", "Plays chess")):
                setattr(person, column, sealer.seal(place("person", person.id, column), text.encode()))
            unit.commit()
        return made

    return make


def browse(app: Flask, who: Actor) -> FlaskClient:
    assert who.user_id
    return people.signed_in(app, who.user_id)


def fields(page: str, path: str) -> dict[str, str]:
    """Return what is hidden in the form of the page that is sent to this path."""
    form = next(part for part in page.split("<form")[1:] if f'action="{path}"' in part)
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form.split("</form>")[0])
    return {name: unescape(value) for name, value in hidden}


def send(browser: FlaskClient, case: UUID, name: str, **typed: str) -> int:
    page = browser.get(f"/en/people/{case}").get_data(as_text=True)
    path = f"/en/people/{case}/{name}"
    return browser.post(path, data={**fields(page, path), **typed}).status_code


def test_the_desk_shows_who_needs_somebody_why_and_one_thing_to_do(
    app: Flask, clinic: tuple[World, Actor], case: Make
) -> None:
    world = clinic[0]
    made = case("accepted", owner=world.lin, need="first_call", need_rank=2, due_on=now().date() - timedelta(days=1))
    case("sent", name="Femi", need="take_on", need_rank=2, due_on=now().date())
    page = browse(app, world.lin).get("/en/desk").get_data(as_text=True)
    assert "1 person needs you now." in page
    assert "First call" in page
    assert "Was due on" in page
    assert f"/en/people/{made}#call" in page
    assert "Femi" not in page
    new = browse(app, world.lin).get("/en/desk?view=new").get_data(as_text=True)
    assert "Femi" in new
    assert "Take on" in new


def test_an_empty_desk_says_so(app: Flask, clinic: tuple[World, Actor]) -> None:
    page = browse(app, clinic[0].lin).get("/en/desk?view=nonsense&page=-4").get_data(as_text=True)
    assert "Nobody needs you now." in page
    assert "New people come here when somebody refers them, or asks for help." in page


def test_a_desk_with_nobody_due_leads_to_whoever_is_new(app: Flask, clinic: tuple[World, Actor], case: Make) -> None:
    case("sent", name="Femi", need="take_on", need_rank=2, due_on=now().date())
    page = browse(app, clinic[0].lin).get("/en/desk").get_data(as_text=True)
    assert "1 new person: nobody has taken them on yet." in page


def test_a_worry_of_whoever_referred_them_is_seen_before_they_are_taken_on(
    app: Flask, engine: Engine, clinic: tuple[World, Actor], case: Make
) -> None:
    sealer, made = app.extensions["kith"].sealer("referrals"), case("sent", need="take_on", need_rank=2)
    with Session(engine.execution_options(writes=True)) as unit:
        person = unit.get_one(Person, unit.get_one(Referral, made).person_id)
        person.care = sealer.seal(place("person", person.id, "care"), b"safety")
        unit.commit()
    assert "Worried about safety" in browse(app, clinic[0].lin).get("/en/desk?view=new").get_data(as_text=True)


def test_somebody_is_taken_on_with_one_press(app: Flask, clinic: tuple[World, Actor], case: Make) -> None:
    made, browser = case("sent"), browse(app, clinic[0].lin)
    path = f"/en/people/{made}/take"
    desk = browser.get("/en/desk?view=new").get_data(as_text=True)
    assert browser.post(path, data=fields(desk, path)).status_code == 303
    assert "Cai" in browser.get("/en/desk?view=everyone").get_data(as_text=True)


def test_a_note_a_call_and_a_task_are_each_written_once_however_often_they_are_sent(
    app: Flask, engine: Engine, clinic: tuple[World, Actor], case: Make
) -> None:
    made, browser = case("accepted", owner=clinic[0].lin), browse(app, clinic[0].lin)
    page = browser.get(f"/en/people/{made}").get_data(as_text=True)
    wanted = {
        "note": {"words": "Knee is better"},
        "call": {"channel": "phone", "reached": "no"},
        "task": {"what": "Ring the hall", "who": "person", "due_on": f"{now():%Y-%m-%d}"},
    }
    for name, typed in wanted.items():
        path = f"/en/people/{made}/{name}"
        sent = {**fields(page, path), **typed}
        assert [browser.post(path, data=sent).status_code for _ in range(2)] == [303, 303]
    with Session(engine) as session:
        assert [len(session.scalars(select(model)).all()) for model in (CaseNote, ContactAttempt, CaseTask)] == [1] * 3
    page = browser.get(f"/en/people/{made}").get_data(as_text=True)
    assert "Knee is better" in page
    assert "Phone: No answer" in page
    assert "Ring the hall" in browser.get("/en/desk").get_data(as_text=True)


@pytest.mark.parametrize(
    ("form", "typed", "kept"),
    [
        ("note", {"words": "x" * 4001}, "x" * 4001),
        ("task", {"what": "Ring", "who": "worker", "due_on": "soon"}, 'value="Ring"'),
        ("task", {"what": "Ring", "who": "worker", "due_on": "2020-01-01"}, "Choose today or a later day"),
        ("move", {"to": "closed", "reason": ""}, "Choose one of the list"),
        ("hand-over", {"colleague": "", "for_them": "He hears badly"}, "He hears badly"),
    ],
)
def test_what_must_be_put_right_is_said_and_what_was_typed_stays(
    app: Flask, clinic: tuple[World, Actor], case: Make, form: str, typed: dict[str, str], kept: str
) -> None:
    made, browser = case("accepted", owner=clinic[0].lin), browse(app, clinic[0].lin)
    page = browser.get(f"/en/people/{made}").get_data(as_text=True)
    path = f"/en/people/{made}/{form}"
    told = browser.post(path, data={**fields(page, path), **typed})
    assert told.status_code == 422
    assert kept in unescape(told.get_data(as_text=True))


def test_a_case_is_closed_with_its_reason_and_cannot_be_moved_after(
    app: Flask, engine: Engine, clinic: tuple[World, Actor], case: Make
) -> None:
    made, browser = case("planned", owner=clinic[0].lin), browse(app, clinic[0].lin)
    assert send(browser, made, "move", to="closed", reason="moved_away", because="To her son in Leeds") == 303
    page = browser.get(f"/en/people/{made}").get_data(as_text=True)
    assert "Closed: Moved away" in page
    assert "To her son in Leeds" in page
    assert f"/en/people/{made}/move" not in page


def test_a_colleagues_case_opens_after_a_reason_and_shows_nothing_before(
    app: Flask, engine: Engine, clinic: tuple[World, Actor], case: Make
) -> None:
    made, browser = case("planned", owner=clinic[0].lin), browse(app, clinic[1])
    before = browser.get(f"/en/people/{made}").get_data(as_text=True)
    assert "A colleague helps this person" in before
    assert "Cai" not in before
    path = f"/en/people/{made}/why"
    assert browser.post(path, data={**fields(before, path), "why": "because"}).status_code == 422
    assert browser.post(path, data={**fields(before, path), "why": "asked"}).status_code == 303
    assert "Cai" in browser.get(f"/en/people/{made}").get_data(as_text=True)
    with Session(engine) as session:
        assert session.scalars(select(AuditEntry.action).where(AuditEntry.action == "explain_case")).all()


def test_a_case_handed_over_leaves_the_desk(app: Flask, clinic: tuple[World, Actor], case: Make) -> None:
    made, browser = case("planned", owner=clinic[0].lin), browse(app, clinic[0].lin)
    assert send(browser, made, "hand-over", colleague=str(clinic[1].user_id), for_them="He hears badly") == 303
    assert "Cai" not in browser.get("/en/desk?view=everyone").get_data(as_text=True)
    assert "Handed over. They find it on their desk." in browser.get("/en/desk?done=handed").get_data(as_text=True)
    assert "Cai, from Lin" in browse(app, clinic[1]).get("/en/desk").get_data(as_text=True)
    page = browse(app, clinic[1]).get(f"/en/people/{made}").get_data(as_text=True)
    assert "He hears badly" in page


def test_a_desk_is_looked_after_until_a_day(app: Flask, clinic: tuple[World, Actor], case: Make) -> None:
    case("planned", owner=clinic[0].lin)
    browser = browse(app, clinic[0].lin)
    desk = browser.get("/en/desk").get_data(as_text=True)
    sent = {**fields(desk, "/en/desk/cover"), "by": str(clinic[1].user_id)}
    assert browser.post("/en/desk/cover", data={**sent, "until": "x"}).status_code == 422
    until = f"{now() + timedelta(days=3):%Y-%m-%d}"
    assert browser.post("/en/desk/cover", data={**sent, "until": until}).status_code == 303
    other = browse(app, clinic[1]).get("/en/desk?view=everyone").get_data(as_text=True)
    assert "You also look after the desk of Lin." in other
    assert "Cai" in other
    desk = browser.get("/en/desk").get_data(as_text=True)
    assert "Lou looks after your desk until" in desk
    assert browser.post("/en/desk/cover", data={**fields(desk, "/en/desk/cover"), "end": "yes"}).status_code == 303
    assert "Lou looks after" not in browser.get("/en/desk").get_data(as_text=True)
    assert "Cai" not in browse(app, clinic[1]).get("/en/desk?view=everyone").get_data(as_text=True)


def test_a_person_is_found_by_their_own_number_too(
    app: Flask, engine: Engine, clinic: tuple[World, Actor], case: Make
) -> None:
    made, browser = case("planned", owner=clinic[0].lin), browse(app, clinic[0].lin)
    with Session(engine) as session:
        person = session.get_one(Referral, made).person_id
    assert browser.get(f"/en/people/{person}").location == f"/en/people/{made}"


def test_nobody_elsewhere_finds_them_and_referrers_have_no_desk(
    app: Flask, clinic: tuple[World, Actor], case: Make
) -> None:
    made = case("planned", owner=clinic[0].lin)
    assert browse(app, clinic[0].dee).get(f"/en/people/{made}").status_code == 404
    assert browse(app, clinic[0].bo).get(f"/en/people/{made}").status_code == 403
    assert browse(app, clinic[0].bo).get("/en/desk").status_code == 403


def test_who_may_not_be_contacted_is_shown_without_a_number(
    app: Flask, engine: Engine, clinic: tuple[World, Actor], case: Make
) -> None:
    made = case("planned", owner=clinic[0].lin)
    with Session(engine.execution_options(writes=True)) as unit:
        unit.get_one(Person, unit.get_one(Referral, made).person_id).contact_rule = "none"
        unit.commit()
    page = browse(app, clinic[0].lin).get(f"/en/people/{made}").get_data(as_text=True)
    assert "Do not contact" in page
    assert "01632 960123" not in page


def test_the_desk_asks_the_database_at_most_twelve_questions(
    app: Flask, engine: Engine, clinic: tuple[World, Actor], case: Make
) -> None:
    for _ in range(5):
        case("planned", owner=clinic[0].lin, need="introduce", need_rank=2, due_on=now().date())
    browser = browse(app, clinic[0].lin)
    with app.app_context(), making.statements(db.engine) as asked:
        assert browser.get("/en/desk").status_code == 200
    every = [one for one in asked if one.split()[0] in ("SELECT", "INSERT", "UPDATE")]
    said = [one for one in every if " FROM site" not in one.replace("\n", " ")]  # asked once in two seconds at most
    assert 8 < len(said) <= 12, said
