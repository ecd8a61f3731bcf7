"""A leader who is signed in: what waits names nobody, the same answers as by link, and nothing of other groups."""

import re
from html import unescape
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from service.accounts import operations as accounts
from service.accounts.models import AuditEntry
from service.accounts.permissions import Role
from service.catalog.models import Group
from service.clock import now
from service.db import committing
from service.referrals.models import Introduction
from tests.people import signed_in
from tests.referrals import cast as referring
from tests.referrals.cast import CONTACT, NAME, Post, World
from tests.web.test_referring_pages import one, refer


@pytest.fixture
def cast(engine: Engine) -> World:
    with Session(engine.execution_options(writes=True)) as unit:
        made = referring.world(unit)
        unit.commit()
    return made


def leader(app: Flask, organisation: UUID) -> FlaskClient:
    with app.app_context(), committing() as unit:
        user = accounts.make_user(
            unit,
            email=f"{organisation.hex}@example.org",
            name="Eli",
            role=Role.GROUP_LEADER,
            organisation_id=organisation,
            password_hash=None,
            now=now(),
        )
    return signed_in(app, user)


@pytest.fixture
def eli(app: Flask, engine: Engine, cast: World) -> FlaskClient:
    refer(app, engine, cast, Post())
    with Session(engine) as session:
        hall = session.get_one(Group, cast.group).organisation_id
    return leader(app, hall)


def hidden(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found}


def where(engine: Engine) -> str:
    return f"/en/inbox/{one(engine, Introduction).id}"


def test_the_list_names_the_group_and_nobody(eli: FlaskClient) -> None:
    page = eli.get("/en/inbox")
    assert "Evening Singers" in page.text
    assert "zqax" not in page.text


def test_the_same_answers_as_by_link(engine: Engine, eli: FlaskClient) -> None:
    page = eli.get(where(engine)).text
    assert NAME in page
    assert CONTACT not in page
    done = eli.post(where(engine), data={**hidden(page), "answer": "accept", "host": "Ama"})
    assert CONTACT in done.text
    assert one(engine, Introduction).state == "accepted"
    assert "Nobody is waiting for your answer." in eli.get("/en/inbox").text


def test_what_cannot_be_taken_is_shown_again_with_what_to_mend(engine: Engine, eli: FlaskClient) -> None:
    sent = hidden(eli.get(where(engine)).text)
    again = eli.post(where(engine), data={**sent, "answer": "decline"})
    assert again.status_code == 422
    assert "Choose why it does not fit" in again.text
    gone = eli.post(where(engine), data={**sent, "on": "1999-01-01T10:00:00+00:00"})
    assert gone.status_code == 422
    assert "Choose another one" in gone.text
    assert one(engine, Introduction).state == "sent"


def test_a_leader_of_another_group_learns_nothing_and_is_recorded(
    app: Flask, engine: Engine, cast: World, eli: FlaskClient
) -> None:
    other = leader(app, cast.elsewhere)
    assert other.get(where(engine)).status_code == 404
    sent = {**hidden(other.get("/en/inbox").text), "answer": "accept", "version": "2"}
    assert other.post(where(engine), data=sent).status_code == 404
    assert "Evening Singers" not in other.get("/en/inbox").text
    with Session(engine) as session:
        denied = select(func.count()).select_from(AuditEntry).where(AuditEntry.outcome == "denied")
        assert session.scalar(denied) == 2
    assert one(engine, Introduction).state == "sent"


def test_a_leader_says_how_many_new_people_a_week_and_who_waits_is_told_when(
    app: Flask, eli: FlaskClient, engine: Engine, cast: World
) -> None:
    page = eli.get("/en/inbox")
    assert "New people a week" in page.text
    typed = {**hidden(page.text), "group": cast.group.hex, "new_people_a_week": "1"}
    saved = eli.post("/en/inbox/week", data=typed)
    assert (saved.status_code, saved.headers["Location"]) == (303, "/en/inbox")
    late = refer(app, engine, cast, Post(), preferred_name="Una zqaxlate")
    assert "1 more waits for a week with room." in eli.get("/en/inbox").text

    bo = signed_in(app, cast.bo.user_id)  # type: ignore[arg-type]
    for where in (f"/en/referrals/{late}", f"/en/refer/sent/{late}"):
        told = bo.get(where).text
        assert "They can welcome 1 new person a week." in told
        assert re.search(r"This one is asked on Monday, \d+ \w+", told)
    with Session(engine) as session:
        slug = session.get_one(Group, cast.group).slug
    assert re.search(r"If you ask them now, they hear of it on Monday, \d+ \w+", bo.get(f"/en/refer?group={slug}").text)


def test_a_number_that_is_none_comes_back_as_it_was_typed(eli: FlaskClient, engine: Engine, cast: World) -> None:
    typed = {**hidden(eli.get("/en/inbox").text), "group": cast.group.hex, "new_people_a_week": "lots"}
    back = eli.post("/en/inbox/week", data=typed)
    assert back.status_code == 422
    assert "Write a number from 1 to 1000, or leave it empty" in back.text
    assert 'value="lots"' in back.text
    with Session(engine) as session:
        assert session.get_one(Group, cast.group).new_people_a_week is None


@pytest.mark.parametrize("group", ["", "none", "unchecked"])
def test_nobody_says_it_for_a_group_of_others(eli: FlaskClient, engine: Engine, cast: World, group: str) -> None:
    asked = cast.unchecked.hex if group == "unchecked" else group
    typed = {**hidden(eli.get("/en/inbox").text), "group": asked, "new_people_a_week": "2"}
    assert eli.post("/en/inbox/week", data=typed).status_code == (404 if group == "unchecked" else 303)
    with Session(engine) as session:
        assert session.scalars(select(Group.new_people_a_week)).unique().all() == [None]
