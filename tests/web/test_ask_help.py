"""Asking for help oneself, and at home with a slip: without an account, once, told to nobody else."""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from service.catalog.models import Group, Organisation
from service.clock import now
from service.referrals.models import Consent, Person, PersonLink, Referral
from service.referrals.referring.arriving import HELP_ADDRESS, SLIP_ADDRESS
from service.web.self_service.mistakes import TRAP
from tests import people
from tests.referrals import cast as referring
from tests.referrals.cast import World

NAME, NUMBER, WORDS = "Cai zqaxself", "01632 960 111", "A full table zqaxmatters"
WISH = {"name": NAME, "rule": "phone", "contact": NUMBER, "notes": "", "words": WORDS, "yes": "yes"}


@pytest.fixture
def cast(engine: Engine) -> World:
    with Session(engine.execution_options(writes=True)) as unit:
        made = referring.world(unit)
        unit.get_one(Organisation, made.elsewhere).acts_as = ["link_work"]
        unit.commit()
    return made


@pytest.fixture
def bo(app: Flask, cast: World) -> FlaskClient:
    assert cast.bo.user_id
    return people.signed_in(app, cast.bo.user_id)


def ask(client: FlaskClient, where: str = "/en/ask-for-help", **changed: str) -> TestResponse:
    return client.post(where, data={**WISH, "nonce": str(uuid4()), **changed})


def rows(engine: Engine, table: type) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_somebody_asks_and_is_told_by_when(client: FlaskClient, engine: Engine, cast: World) -> None:
    form = client.get("/en/ask-for-help")
    assert form.status_code == 200
    assert "The link workers of Elm Clinic" in form.text
    answer = ask(client)
    assert answer.status_code == 303
    thanks = client.get(answer.location)
    assert "You hear from them by" in thanks.text
    for one in (form, answer, thanks):
        assert "Set-Cookie" not in one.headers
        assert "zqax" not in one.headers.get("Location", "")
        assert one.headers["Cache-Control"] == "no-store"
    with Session(engine) as session:
        row = session.scalars(select(Referral)).one()
        assert (row.organisation_id, row.source, row.state) == (cast.elsewhere, "self", "sent")
        assert (row.need, row.requested_by_user_id) == ("take_on", None)
        said = session.scalars(select(Consent)).one()
        assert (said.purpose, said.organisation_id, said.method) == ("link_work", cast.elsewhere, "online")


def test_the_link_workers_see_it_and_nobody_else(app: Flask, client: FlaskClient, cast: World) -> None:
    ask(client)
    for who, sees in ((cast.dee, True), (cast.lin, False), (cast.bo, False)):
        assert who.user_id
        assert (NAME in people.signed_in(app, who.user_id).get("/en/referrals").text) is sees


def test_sent_twice_it_asks_once(client: FlaskClient, engine: Engine, cast: World) -> None:
    once = str(uuid4())
    locations = {ask(client, nonce=once).status_code for _ in range(3)}
    assert locations == {303}
    assert rows(engine, Referral) == rows(engine, Person) == 1


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"name": ""}, "name"),
        ({"contact": ""}, "contact"),
        ({"rule": "email"}, "contact"),
        ({"rule": "none"}, "rule"),
        ({"yes": ""}, "yes"),
        ({"words": "x" * 2500}, "words"),
        ({"nonce": ""}, "main"),
    ],
)
def test_what_is_wrong_is_said_and_no_word_is_lost(
    client: FlaskClient, engine: Engine, cast: World, fields: dict[str, str], where: str
) -> None:
    answer = ask(client, **fields)
    assert answer.status_code == 422
    assert f'href="#{where}"' in answer.text
    for name in ("name", "contact", "words"):
        assert {**WISH, **fields}[name] in answer.text
    assert rows(engine, Person) == rows(engine, Referral) == 0


def test_where_there_are_several_services_one_is_chosen(client: FlaskClient, engine: Engine, cast: World) -> None:
    with Session(engine.execution_options(writes=True)) as unit:
        unit.get_one(Organisation, cast.clinic).acts_as = ["referring", "link_work"]
        unit.commit()
    assert 'href="#service"' in ask(client).text
    assert ask(client, service=str(cast.clinic)).status_code == 303
    with Session(engine) as session:
        assert session.scalars(select(Referral)).one().organisation_id == cast.clinic


def test_where_nobody_can_take_it_the_page_says_whom_to_ring(client: FlaskClient, app: Flask) -> None:
    page = client.get("/en/ask-for-help")
    assert "No link workers are named here yet." in page.text
    assert "tel:" in page.text
    assert "<form method" not in page.text.partition("<main")[2].partition("</main>")[0]
    assert ask(client).status_code == 422


def test_the_page_of_a_group_leads_there_with_its_name(client: FlaskClient, engine: Engine, cast: World) -> None:
    with Session(engine) as session:
        slug = session.get_one(Group, cast.group).slug
    assert f"/en/ask-for-help?group={slug}" in client.get(f"/en/groups/{slug}").text
    assert "I would like to try Evening Singers." in client.get(f"/en/ask-for-help?group={slug}").text


def test_words_of_danger_show_help_first(client: FlaskClient, cast: World) -> None:
    answer = ask(client, words="I want to end my life")
    assert "You matter. Please talk to someone now." in client.get(answer.location).text


def test_somebody_asking_again_is_marked_for_whoever_helps_and_told_nothing(
    client: FlaskClient, engine: Engine, cast: World
) -> None:
    first, second = ask(client), ask(client, words="More words")
    pages = [client.get(one.location).text.partition("<main")[2].partition("</main>")[0] for one in (first, second)]
    assert pages[0] == pages[1]
    with Session(engine) as session:
        one, two = session.scalars(select(Referral).order_by(Referral.replaces_id.is_(None).desc())).all()
        assert (one.replaces_id, two.replaces_id) == (None, one.id)


def test_programs_and_floods_are_stopped(client: FlaskClient, engine: Engine, cast: World) -> None:
    assert ask(client, **{TRAP: "x"}).status_code == 303
    assert rows(engine, Referral) == 0
    answers = [ask(client).status_code for _ in range(HELP_ADDRESS.most + 1)]
    assert answers[-1] == 429


def make_slip(bo: FlaskClient) -> tuple[str, str]:
    page = bo.get("/en/refer/slip")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token
    made = bo.post("/en/refer/slip", data={"csrf_token": unescape(token[1])})
    assert made.status_code == 200
    number = re.search(r'<code class="kith-letters" dir="ltr">([^<]+)</code>', made.text)
    assert number
    return number[1], f"/en/slip/{number[1]}"


def test_a_slip_is_filled_in_at_home_and_works_once(
    bo: FlaskClient, client: FlaskClient, engine: Engine, cast: World
) -> None:
    number, address = make_slip(bo)
    found = client.post("/en/slip", data={"number": number.upper().replace("-", " ")})
    assert found.status_code == 303
    for _ in range(20):  # programs that look at links use nothing up
        form = client.get(found.location)
    assert "You may tell Oak Clinic how it goes." in form.text
    assert ask(client, address, yes="").status_code == 422
    once = str(uuid4())
    for _ in range(2):
        assert ask(client, address, tell="yes", nonce=once).status_code == 303
    with Session(engine) as session:
        row = session.scalars(select(Referral)).one()
        assert (row.organisation_id, row.source) == (cast.clinic, "slip")
        assert row.requested_by_user_id == cast.bo.user_id
        assert len(session.scalars(select(Consent)).all()) == 2
    assert client.get(address).status_code == 410
    assert ask(client, address).status_code == 410
    assert "has been used" in client.post("/en/slip", data={"number": number}).text
    assert rows(engine, Referral) == 1
    assert NAME in bo.get("/en/referrals").text


def test_a_slip_ends_and_a_number_nobody_gave_is_unknown(bo: FlaskClient, client: FlaskClient, cast: World) -> None:
    number, address = make_slip(bo)
    with time_machine.travel(now() + timedelta(days=29)):
        assert client.get(address).status_code == 410
    assert client.get("/en/slip/2222-2222").status_code == 404
    wrong = client.post("/en/slip", data={"number": "2222-2222"})
    assert wrong.status_code == 422
    assert "We do not know this number" in wrong.text
    assert 'value="2222-2222"' in wrong.text
    assert number not in client.post("/en/slip", data={"number": number[:-1]}).headers.get("Location", "")


def test_numbers_cannot_be_tried_one_after_another(client: FlaskClient, engine: Engine) -> None:
    answers = [client.get(f"/en/slip/2222-22{number:02}").status_code for number in range(SLIP_ADDRESS.most + 1)]
    assert answers[-1] == 429
    assert rows(engine, PersonLink) == 0


def test_only_the_hash_of_a_number_is_kept(bo: FlaskClient, engine: Engine, cast: World) -> None:
    number, _ = make_slip(bo)
    with Session(engine) as session:
        kept = session.scalars(select(PersonLink)).one()
        assert (kept.person_id, kept.organisation_id, kept.purpose) == (None, cast.clinic, "slip")
        assert number.replace("-", "").encode() not in bytes(kept.token_hash)
