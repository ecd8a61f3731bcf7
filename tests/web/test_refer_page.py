"""One page on which somebody is referred: sent once however often, nothing lost, nobody else's people."""

import re
from html import unescape
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from service.accounts.models import AuditEntry, Membership
from service.accounts.permissions import Actor
from service.catalog.models import Group, Organisation
from service.referrals.models import Consent, Introduction, Person, Referral
from service.referrals.queries import unseal
from tests import people
from tests.referrals import cast as referring
from tests.referrals.cast import World

NAME, NUMBER, WORDS = "Joan zqaxfast", "01632 960 187", "I miss the noise zqaxwords"


@pytest.fixture
def cast(engine: Engine) -> World:
    with Session(engine.execution_options(writes=True)) as unit:
        made = referring.world(unit)
        unit.get_one(Organisation, made.elsewhere).acts_as = ["referring", "link_work"]
        unit.commit()
    return made


@pytest.fixture
def bo(app: Flask, cast: World) -> FlaskClient:
    assert cast.bo.user_id
    return people.signed_in(app, cast.bo.user_id)


def browse(app: Flask, who: Actor) -> FlaskClient:
    assert who.user_id
    return people.signed_in(app, who.user_id)


def hidden(page: TestResponse) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.get_data(as_text=True))
    return {name: unescape(value) for name, value in found}


def form(client: FlaskClient, **fields: object) -> dict[str, object]:
    page = client.get("/en/refer")
    assert page.status_code == 200
    services = re.findall(r'name="to" type="radio" value="([^"]+)"', page.get_data(as_text=True))
    filled = {"name": NAME, "rule": "phone", "contact": NUMBER, "why": ["lonely"], "words": WORDS, "yes": "yes"}
    return {**filled, "to": services[0], "step": "send", **hidden(page), **fields}


def send(client: FlaskClient, **fields: object) -> TestResponse:
    return client.post("/en/refer", data=form(client, **fields))


def rows(engine: Engine, table: type) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_somebody_new_is_handed_to_link_workers(app: Flask, engine: Engine, cast: World, bo: FlaskClient) -> None:
    answer = send(bo, tell="yes", born="4/3/1955", notes="Mornings", safety="yes")
    assert answer.status_code == 303
    thanks = bo.get(answer.location)
    assert thanks.status_code == 200
    assert "Thank you. It is sent." in thanks.text
    assert "A link worker takes it on." in thanks.text
    with Session(engine) as session:
        row, person = session.execute(select(Referral, Person).join(Referral.person)).one()
        assert (row.state, row.source, row.organisation_id) == ("sent", "web", cast.clinic)
        assert row.service_organisation_id is None
        assert (row.need, row.wants) == ("take_on", ["triage", "first_visit", "week_12", "close"])
        sealer = app.extensions["kith"].sealer("referrals")
        assert unseal(sealer, person, "preferred_name") == NAME
        assert unseal(sealer, person, "born") == "1955-03-04"
        assert unseal(sealer, person, "story") == WORDS
        assert unseal(sealer, person, "care") == "safety"
        said = {(one.purpose, one.organisation_id) for one in session.scalars(select(Consent))}
        assert said == {("link_work", cast.clinic), ("tell_referrer", cast.clinic)}


def test_link_workers_elsewhere_are_asked_where_one_has_none(app: Flask, engine: Engine, cast: World) -> None:
    with Session(engine.execution_options(writes=True)) as unit:
        for one in unit.scalars(select(Membership).where(Membership.user_id == cast.lin.user_id)):
            unit.delete(one)
        unit.commit()
    browser = browse(app, cast.bo)
    assert "Choose for me: Elm Clinic" in browser.get("/en/refer").text
    assert send(browser).status_code == 303
    with Session(engine) as session:
        row = session.scalars(select(Referral)).one()
        assert (row.organisation_id, row.service_organisation_id) == (cast.clinic, cast.elsewhere)
        assert session.scalars(select(Consent)).one().organisation_id == cast.elsewhere
    assert NAME in browse(app, cast.dee).get("/en/referrals").text


@pytest.mark.parametrize(
    ("fields", "where", "words"),
    [
        ({"yes": ""}, "yes", "Ask first"),
        ({"name": " "}, "name", "Write what to call them"),
        ({"contact": ""}, "contact", "Write how to reach them"),
        ({"rule": "email"}, "contact", "Write a whole e-mail address"),
        ({"rule": "owl"}, "rule", "Pick one"),
        ({"born": "yesterday"}, "born", "Write the day like"),
        ({"born": "4/3/2199"}, "born", "Write the day like"),
        ({"why": ["bored"]}, "why", "Pick one"),
        ({"words": f"{WORDS} " * 100}, "words", "fewer words"),
        ({"to": str(uuid4())}, "to", "Pick one"),
        ({"to": "group"}, "group_name", "Choose a group first"),
        ({"to": "group", "group": str(uuid4())}, "group", "Choose a group first"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_nothing_typed_is_lost(
    engine: Engine, bo: FlaskClient, fields: dict[str, object], where: str, words: str
) -> None:
    answer = send(bo, notes="Mornings zqaxnotes", **fields)
    assert answer.status_code == 422
    assert f'href="#{where}"' in answer.text
    assert words in answer.text
    kept = {"name": NAME, "contact": NUMBER, "words": WORDS, "notes": "Mornings zqaxnotes", **fields}
    for name in ("name", "contact", "notes", "words"):
        assert f'value="{str(kept[name]).strip()}' in answer.text
    assert rows(engine, Person) == rows(engine, Referral) == rows(engine, Consent) == 0
    assert rows(engine, Introduction) == 0


def test_a_page_sent_again_is_one_referral_with_the_same_answer(engine: Engine, bo: FlaskClient) -> None:
    filled = form(bo)
    answers = [bo.post("/en/refer", data=filled) for _ in range(3)]
    assert len({(one.status_code, one.location) for one in answers}) == 1
    assert rows(engine, Referral) == rows(engine, Person) == 1
    other = bo.post("/en/refer", data={**filled, "name": "Somebody else"})
    assert other.status_code == 422
    assert hidden(other)["nonce"] != filled["nonce"]


def test_text_from_a_record_is_read_into_the_fields_and_kept_nowhere(engine: Engine, bo: FlaskClient) -> None:
    text = "ZQAXSMITH, Joan (Mrs)\nNHS 943 476 5919\nBorn 04-Mar-1955\nTel. 01632 960187\nseen today, low"
    page = bo.post("/en/refer", data={**form(bo, name="", contact=""), "step": "read", "pasted": text})
    assert page.status_code == 200
    for value in ("Joan Zqaxsmith", "01632 960187", "1955-03-04", WORDS):
        assert f'value="{value}"' in page.text
    assert "seen today" not in page.text
    assert rows(engine, Person) == 0


def test_somebody_known_is_chosen_and_only_by_whom_they_are_known(
    app: Flask, engine: Engine, cast: World, bo: FlaskClient
) -> None:
    send(bo)
    with Session(engine.execution_options(writes=True)) as unit:
        row = unit.scalars(select(Referral)).one()
        person, row.state = row.person_id, "closed"
        unit.commit()
    assert f'<option value="{person}">{NAME}</option>' in bo.get("/en/refer").text
    prefilled = bo.get(f"/en/refer?person={person}").text
    assert "Known already" in prefilled
    assert NUMBER in prefilled
    for colleague in (cast.beth, cast.dee):
        other = browse(app, colleague)
        assert NAME not in other.get(f"/en/refer?person={person}").text
        assert send(other, known=str(person), name="").status_code == 422
    both = send(bo, known=str(person))
    assert both.status_code == 422
    assert "not both" in both.text
    assert send(bo, known=str(person), name="", contact="").status_code == 303
    assert (rows(engine, Person), rows(engine, Referral)) == (1, 2)
    again = send(bo, known=str(person), name="", contact="")
    assert again.status_code == 422
    assert "that is still open" in again.text
    assert "/en/referrals/" in again.text


def test_somebody_alike_is_asked_about_before_they_are_kept_twice(engine: Engine, bo: FlaskClient) -> None:
    send(bo)
    alike = send(bo, contact="+44 1632 960187")
    assert alike.status_code == 422
    assert "Is it the same person?" in alike.text
    assert rows(engine, Person) == 1
    answered = {**form(bo, contact="+44 1632 960187"), "same": "another"}
    assert bo.post("/en/refer", data=answered).status_code == 303
    assert rows(engine, Person) == 2


def test_whom_another_organisation_knows_is_not_told(app: Flask, cast: World, bo: FlaskClient) -> None:
    send(bo)
    assert send(browse(app, cast.dee)).status_code == 303


def test_a_group_chosen_already_is_looked_up_and_asked(engine: Engine, cast: World, bo: FlaskClient) -> None:
    shown = send(bo, to="group", group_name="evening")
    assert shown.status_code == 422
    assert "Evening Singers" in shown.text
    assert send(bo, to="group", group=str(cast.group)).status_code == 303
    with Session(engine) as session:
        row = session.scalars(select(Introduction)).one()
        assert (row.group_id, row.state) == (cast.group, "sent")
        assert row.own_words is not None
        said = session.scalars(select(Consent)).one()
        assert (said.group_id, said.organisation_id, said.items) == (cast.group, None, ["contact", "name"])
        assert session.scalars(select(Referral)).one().state == "introduced"


def test_one_tap_from_a_group_leads_to_it(cast: World, bo: FlaskClient, client: FlaskClient, engine: Engine) -> None:
    with Session(engine) as session:
        slug = session.get_one(Group, cast.group).slug
    assert f"/en/refer?group={slug}" in bo.get(f"/en/groups/{slug}").text
    assert "/en/refer?group" not in client.get(f"/en/groups/{slug}").text
    page = bo.get(f"/en/refer?group={slug}").text
    assert re.search(rf'value="{cast.group}" checked', page)


def test_a_group_nobody_checked_wants_a_reason_and_is_not_for_everybody(cast: World, bo: FlaskClient) -> None:
    to = {"to": "group", "group": str(cast.unchecked)}
    asked = send(bo, **to)
    assert "Say why it is right all the same" in asked.text
    assert "it is not for them" in send(bo, **to, safety="yes").text
    assert send(bo, **to, unvetted="They know each other").status_code == 303


def test_only_whoever_refers_opens_it(app: Flask, client: FlaskClient) -> None:
    roles = people.settle(app)
    assert client.get("/en/refer").status_code == 303
    assert people.signed_in(app, roles.ada).get("/en/refer").status_code == 403
    bo = people.signed_in(app, roles.bo)
    page = bo.get("/en/refer")
    assert "No link workers are named here yet." in page.text
    forged = bo.post("/en/refer", data={**hidden(page), "csrf_token": "forged", "step": "send"})
    assert forged.status_code == 403


def test_the_thanks_are_of_ones_own_and_each_reading_is_recorded(
    app: Flask, engine: Engine, cast: World, bo: FlaskClient
) -> None:
    sent = send(bo).location
    assert bo.get(sent).status_code == 200
    assert browse(app, cast.beth).get(sent).status_code == 404
    assert browse(app, cast.dee).get(sent).status_code == 404
    bo.get("/en/refer")
    with Session(engine) as session:
        told = session.execute(select(AuditEntry.action, AuditEntry.subject, AuditEntry.outcome)).all()
    assert ("refer", "referral", "done") in told
    assert ("read_referrals", "referral", "denied") in told
    assert ("read_referrals", "person", "done") in told


def test_text_is_text(bo: FlaskClient) -> None:
    nasty = "<script>alert(1)</script>"
    answer = send(bo, name=nasty, notes=nasty, words=nasty)
    assert "<script>alert" not in bo.get(answer.location).text
    assert "<script>alert" not in send(bo, name=nasty, words=nasty).text


def test_ids_that_are_none_are_only_wrong(bo: FlaskClient) -> None:
    for name in ("known", "same", "group", "to"):
        assert send(bo, **{name: "x' OR 1"}).status_code in (303, 422)
    assert bo.get("/en/refer?person=x&group=nothing-like-it").status_code == 200
    assert bo.get(f"/en/refer/sent/{UUID(int=1)}").status_code == 404
