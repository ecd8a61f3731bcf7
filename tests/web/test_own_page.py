"""A person's own page in a browser without an account: two presses from the mail, and nothing by opening it."""

import re
from html import unescape
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from service.accounts import operations as accounts
from service.accounts.permissions import Role
from service.clock import now
from service.db import Base
from service.referrals import links
from service.referrals.models import Consent, Introduction, Person, PersonLink, Referral
from service.referrals.models_people import PersonAsk
from service.referrals.people import operations
from service.referrals.people.given import PersonGiven
from tests import people
from tests.referrals import cast as referring
from tests.referrals.cast import Post, World
from tests.web.test_referring_pages import refer

OTTO = PersonGiven(
    preferred_name="Otto zqaxname", contact="otto.zqax@example.org", contact_rule="email", born="1948-02-29"
)
# Reading is recorded, and a browser that signs nothing in keeps nothing else.
RECORD = {"audit_entry", "audit_head"}


@pytest.fixture
def cast(engine: Engine) -> World:
    with Session(engine.execution_options(writes=True)) as unit:
        made = referring.world(unit)
        unit.commit()
    return made


@pytest.fixture
def token(app: Flask, engine: Engine, cast: World) -> str:
    """The link of somebody who was referred to the singers."""
    referral_id = refer(app, engine, cast, Post())
    with Session(engine) as session:
        person_id = session.scalars(select(Referral.person_id).where(Referral.id == referral_id)).one()
    return link(engine, cast, person_id)


@pytest.fixture
def guarded(app: Flask, engine: Engine, cast: World) -> str:
    """The link of somebody whose day of birth is kept."""
    with Session(engine.execution_options(writes=True)) as unit:
        sealer = app.extensions["kith"].sealer("referrals")
        made = operations.add(unit, sealer=sealer, given=OTTO, actor=cast.lin, now=now())
        unit.commit()
    return link(engine, cast, made)


def link(engine: Engine, cast: World, person_id: UUID) -> str:
    token = uuid4().hex
    with Session(engine.execution_options(writes=True)) as unit:
        links.give(unit, person_id=person_id, organisation_id=cast.clinic, purpose="own", token=token, now=now())
        unit.commit()
    return token


def hidden(page: TestResponse) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.get_data(as_text=True))
    return {name: unescape(value) for name, value in found}


def press(client: FlaskClient, token: str, shown: TestResponse, act: str, **fields: str) -> TestResponse:
    return client.post(f"/en/my/{token}", data={**hidden(shown), "act": act, **fields})


def everything(engine: Engine) -> dict[str, int]:
    with Session(engine) as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
            if table.name not in RECORD
        }


def test_from_the_mail_to_a_yes_taken_back_in_two_presses(client: FlaskClient, engine: Engine, token: str) -> None:
    opened = client.get(f"/en/my/{token}")  # one: the link
    text = opened.get_data(as_text=True)
    assert opened.status_code == 200
    assert "Evening Singers" in text
    assert "To go there: First name, How to reach you, What helps you" in text
    done = press(client, token, opened, "withdraw")  # two: the button
    assert done.status_code == 200
    assert "Taken back" in done.get_data(as_text=True)
    with Session(engine) as session:
        assert session.scalars(select(Consent)).one().withdrawn_at is not None
        assert session.scalars(select(Introduction)).one().state == "withdrawn"


def test_programs_that_open_the_link_change_nothing(client: FlaskClient, engine: Engine, token: str) -> None:
    before = everything(engine)
    for _ in range(20):
        client.get(f"/en/my/{token}")
    client.head(f"/en/my/{token}")
    assert everything(engine) == before


def test_nothing_keeps_the_page_or_finds_it(client: FlaskClient, token: str) -> None:
    shown = client.get(f"/en/my/{token}")
    assert shown.headers["Cache-Control"] == "no-store"
    assert "noindex" in shown.headers["X-Robots-Tag"]
    assert shown.headers["Referrer-Policy"] == "no-referrer"


def test_the_day_of_birth_comes_before_anything_else(client: FlaskClient, engine: Engine, guarded: str) -> None:
    asked = client.get(f"/en/my/{guarded}")
    assert "zqax" not in asked.get_data(as_text=True)
    for act in ("stop", "copy", "reach", "withdraw"):
        again = press(client, guarded, asked, act, consent=str(uuid4()), proof="x")
        assert "zqax" not in again.get_data(as_text=True)
        assert "When were you born?" in again.get_data(as_text=True)
    opened = press(client, guarded, asked, "born", day="29", month="2", year="1948")
    assert OTTO.contact in opened.get_data(as_text=True)
    saved = press(client, guarded, opened, "reach", contact_rule="none", contact="", contact_notes="")
    assert "Saved." in saved.get_data(as_text=True)
    with Session(engine) as session:
        assert session.scalars(select(Person)).one().contact_rule == "none"


def test_after_three_wrong_days_the_right_one_opens_nothing(client: FlaskClient, guarded: str) -> None:
    asked = client.get(f"/en/my/{guarded}")
    for number in range(3):
        wrong = press(client, guarded, asked, "born", day="1", month="1", year="1948")
        assert wrong.status_code == 422, number
    assert press(client, guarded, asked, "born", day="29", month="2", year="1948").status_code == 410


@pytest.mark.parametrize("act", ["copy", "erasure"])
def test_a_wish_is_taken_once_and_shown_as_taken(client: FlaskClient, engine: Engine, token: str, act: str) -> None:
    opened = client.get(f"/en/my/{token}")
    for _ in range(2):
        done = press(client, token, opened, act)
        assert done.status_code == 200
    assert f'value="{act}"' not in done.get_data(as_text=True)
    with Session(engine) as session:
        assert [row.kind for row in session.scalars(select(PersonAsk))] == [act]


def test_somebody_who_stops_is_asked_nothing_more(client: FlaskClient, engine: Engine, token: str) -> None:
    done = press(client, token, client.get(f"/en/my/{token}"), "stop")
    assert "I do not want to go on" not in done.get_data(as_text=True)
    with Session(engine) as session:
        assert session.scalars(select(Referral)).one().state == "closed"


def test_a_way_that_leads_nowhere_is_shown_again_with_what_was_typed(client: FlaskClient, token: str) -> None:
    opened = client.get(f"/en/my/{token}")
    again = press(client, token, opened, "reach", contact_rule="email", contact="nowhere", contact_notes="")
    assert again.status_code == 422
    assert 'value="nowhere"' in again.get_data(as_text=True)
    stale = press(client, token, opened, "reach", contact_rule="none", contact="", version="99")
    assert stale.status_code == 409
    assert press(client, token, opened, "pony").status_code == 422
    assert press(client, token, opened, "withdraw", consent="x").status_code == 422


@pytest.mark.parametrize("ended", ["used_at", "revoked_at", "expires_at"])
def test_a_link_that_has_ended_says_so(client: FlaskClient, engine: Engine, token: str, ended: str) -> None:
    with Session(engine.execution_options(writes=True)) as unit:
        setattr(unit.scalars(select(PersonLink)).one(), ended, now())
        unit.commit()
    assert client.get(f"/en/my/{token}").status_code == 410
    assert client.post(f"/en/my/{token}", data={"act": "stop"}).status_code in (403, 410)
    assert client.get("/en/my/no-such-link").status_code == 404


def test_what_is_kept_of_how_to_reach_somebody_is_theirs_to_change(
    client: FlaskClient, app: Flask, engine: Engine, token: str
) -> None:
    opened = client.get(f"/en/my/{token}")
    done = press(client, token, opened, "reach", contact_rule="phone", contact="01632 960777", contact_notes="mornings")
    assert done.status_code == 200
    assert "01632 960777" in done.get_data(as_text=True)


def test_whoever_runs_the_organisation_finds_what_was_asked_for_and_ticks_it_off(
    app: Flask, client: FlaskClient, engine: Engine, cast: World, token: str
) -> None:
    press(client, token, client.get(f"/en/my/{token}"), "copy")
    with Session(engine.execution_options(writes=True)) as unit:
        olga = accounts.make_user(
            unit,
            email="olga@example.org",
            name="Olga",
            role=Role.ORG_MANAGER,
            organisation_id=cast.clinic,
            password_hash=None,
            now=now(),
        )
        unit.commit()
    hers = people.signed_in(app, olga)
    page = hers.get("/en/organisation/privacy")
    assert "A copy of all that is kept" in page.get_data(as_text=True)
    assert "zqax" not in page.get_data(as_text=True)
    form = dict(re.findall(r'name="(ask)" value="([^"]+)"', page.get_data(as_text=True)))
    assert hers.post("/en/organisation/privacy/asked", data={**hidden(page), "ask": "x"}).status_code == 422
    assert hers.post("/en/organisation/privacy/asked", data={**hidden(page), "ask": str(uuid4())}).status_code == 404
    assert hers.post("/en/organisation/privacy/asked", data={**hidden(page), **form}).status_code == 303
    assert "A copy of all" not in hers.get("/en/organisation/privacy").get_data(as_text=True)
