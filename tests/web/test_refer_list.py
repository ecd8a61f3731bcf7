"""A running caseload as a table: looked at line by line, taken whole or not at all, once."""

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service.clock import now
from service.referrals.models import Consent, Person, Referral
from tests import people
from tests.referrals import cast as referring
from tests.referrals.cast import World

HEAD = "name;way;contact;reasons;yes_on\n"


@pytest.fixture
def cast(engine: Engine) -> World:
    with Session(engine.execution_options(writes=True)) as unit:
        made = referring.world(unit)
        unit.commit()
    return made


@pytest.fixture
def lin(app: Flask, cast: World) -> FlaskClient:
    assert cast.lin.user_id
    return people.signed_in(app, cast.lin.user_id)


def table(*lines: str) -> str:
    return HEAD + "\n".join(line.replace("TODAY", now().date().isoformat()) for line in lines)


GOOD = ("Ann zqax;phone;01632 960 151;lonely carer;TODAY", "Bea zqax;email;bea@example.org;;TODAY")


def form(client: FlaskClient, text: str, step: str) -> dict[str, str]:
    page = client.get("/en/refer/list").text
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {**{name: unescape(value) for name, value in hidden}, "rows": text, "step": step}


def test_a_table_is_looked_at_first_and_then_on_the_desk_once(lin: FlaskClient, engine: Engine, cast: World) -> None:
    looked = lin.post("/en/refer/list", data=form(lin, table(*GOOD), "check"))
    assert looked.status_code == 200
    assert "2 lines are right." in looked.text
    with Session(engine) as session:
        assert session.scalars(select(Person)).all() == []
    filled = form(lin, table(*GOOD), "add")
    assert lin.post("/en/refer/list", data=filled).status_code == 303
    lin.post("/en/refer/list", data=filled)
    with Session(engine) as session:
        found = session.scalars(select(Referral)).all()
        assert {(one.state, one.source, one.owner_user_id) for one in found} == {("accepted", "list", cast.lin.user_id)}
        assert len(found) == len(session.scalars(select(Consent)).all()) == 2


def test_each_wrong_line_is_named_and_nobody_is_taken(lin: FlaskClient, engine: Engine) -> None:
    bad = table(GOOD[0], ";phone;;lonely;TODAY", "Cy;owl;1;;TODAY", "Di;phone;01632 960 152;bored;4/3/2001", GOOD[0])
    for step in ("check", "add"):
        answer = lin.post("/en/refer/list", data=form(lin, bad, step))
        assert answer.status_code == 422
        assert "1 line is right." in answer.text
        for number in (3, 4, 5, 6):
            assert f"Line {number}:" in answer.text
        assert "over a year old" in answer.text
        assert "01632 960 152" in answer.text
    with Session(engine) as session:
        assert session.scalars(select(Person)).all() == []


@pytest.mark.parametrize("text", ["", "name,contact\nAnn,1", HEAD + "x;\n" * 301, "\x00"])
def test_what_is_no_such_table_is_said(lin: FlaskClient, text: str) -> None:
    answer = lin.post("/en/refer/list", data=form(lin, text, "check"))
    assert answer.status_code == 422
    assert 'href="#rows"' in answer.text


def test_whoever_only_refers_has_no_desk_to_bring_it_to(app: Flask, cast: World) -> None:
    assert cast.bo.user_id
    assert people.signed_in(app, cast.bo.user_id).get("/en/refer/list").status_code == 403
