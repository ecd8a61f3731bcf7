"""A group that is not listed and is spoken of: told to the editors without a word of anybody who is helped."""

import re
from html import unescape
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from service.accounts.operations import make_user
from service.accounts.permissions import VISITOR, Actor, Role
from service.catalog import models as m
from service.catalog.models_proposals import Proposal
from service.catalog.proposals import taking
from service.db import committing, db
from service.referrals.models import Introduction, Referral
from service.referrals.models_plan import PlanGoal
from tests.people import LONG_AGO, signed_in
from tests.referrals.cast import World
from tests.rows import rows
from tests.web.seeking import said
from tests.web.test_caseload import Make, browse, case, clinic, fields  # noqa: F401  # fixtures
from tests.web.test_planning import path

ZEBRA = {
    "new_name": "Zebra Knitters",
    "new_description": "We knit",
    "new_when": "Tuesdays at 2",
    "new_place": "Yew Hall",
    "new_reach": "Ask Quokka at the hall, 01632 960 999",
}
PERSON = {
    "name": "Joan zqaxfast",
    "rule": "phone",
    "contact": "01632 960 187",
    "words": "I miss zqaxwords",
    "yes": "yes",
}


@pytest.fixture
def mine(case: Make, clinic: tuple[World, Actor]) -> UUID:  # noqa: F811
    return case("in_contact", owner=clinic[0].lin)


@pytest.fixture
def lin(app: Flask, clinic: tuple[World, Actor]) -> FlaskClient:  # noqa: F811
    return browse(app, clinic[0].lin)


@pytest.fixture
def bo(app: Flask, clinic: tuple[World, Actor]) -> FlaskClient:  # noqa: F811
    return browse(app, clinic[0].bo)


@pytest.fixture
def ada(app: Flask) -> FlaskClient:
    """Ada is an editor."""
    role, nobody = Role.EDITOR, {"organisation_id": None, "password_hash": None}
    with app.app_context(), committing() as unit:
        made = make_user(unit, email="ada@example.org", name="Ada", role=role, **nobody, actor=VISITOR, now=LONG_AGO)
    return signed_in(app, made)


def tell(browser: FlaskClient, made: UUID, **typed: str) -> str:
    """Tell of a group on the page of a plan; return the page one comes back to."""
    there = path(made, "unlisted")
    form = fields(browser.get(path(made)).text, there)
    return browser.post(there, data={**form, **typed}, follow_redirects=True).text


def refer(browser: FlaskClient, step: str, **typed: str) -> str:
    page = browser.get("/en/refer").text
    hidden = {
        name: unescape(value) for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page)
    }
    [to, *_] = re.findall(r'name="to" type="radio" value="([^"]+)"', page)
    data = {**hidden, "to": to, "why": "lonely", **PERSON, "step": step, **typed}
    return browser.post("/en/refer", data=data, follow_redirects=True).text


def told(app: Flask) -> list[dict[str, str]]:
    """Return what the editors were told, opened."""
    sealer = app.extensions["kith"].sealer(taking.PURPOSE)
    with app.app_context():
        return [taking.opened(sealer, one, "said") for one in db.session().query(Proposal)]


def test_told_from_a_plan_it_waits_for_editors_and_stands_on_the_plan_unchecked(
    app: Flask,
    engine: Engine,
    lin: FlaskClient,
    mine: UUID,
    clinic: tuple[World, Actor],  # noqa: F811
) -> None:
    assert "Write nothing about the person you help" in said(lin.get(path(mine)))
    page = tell(lin, mine, **ZEBRA)
    assert "Zebra Knitters, Tuesdays at 2, Yew Hall" in page
    assert "Not checked yet" in page
    assert "Ask this group" not in page, "nobody is sent to a group that nobody looked at"
    [waits] = rows(app, Proposal)
    assert (waits.kind, waits.state, waits.doubt, waits.contact) == ("new", "open", None, None)
    assert (waits.by_user_id, waits.by_role) == (clinic[0].lin.user_id, "link_worker")
    assert waits.by_organisation_id == clinic[0].lin.organisation_id
    assert told(app) == [{name.removeprefix("new_"): text for name, text in ZEBRA.items()}]
    [line] = rows(app, PlanGoal)
    assert b"Zebra" not in line.words
    assert line.proposal_id == waits.id
    assert rows(app, Introduction) == []
    assert "Zebra" not in said(app.test_client().get("/en/find?text=knitting", follow_redirects=True))


def test_sent_twice_it_is_told_once(app: Flask, lin: FlaskClient, mine: UUID) -> None:
    there = path(mine, "unlisted")
    form = fields(lin.get(path(mine)).text, there)
    for _ in range(2):
        assert lin.post(there, data={**form, "new_name": "Zebra Knitters"}).status_code == 303
    assert (len(rows(app, Proposal)), len(rows(app, PlanGoal))) == (1, 1)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"new_name": ""}, "Write the name of the group"),
        ({"new_place": "x" * 301}, "Say it in fewer words"),
        ({"new_when": "at\n2"}, "This has signs we cannot keep"),
    ],
)
def test_what_cannot_be_kept_is_said_and_nothing_typed_is_lost(
    app: Flask, lin: FlaskClient, bo: FlaskClient, mine: UUID, typed: dict[str, str], words: str
) -> None:
    on_plan = tell(lin, mine, **{**ZEBRA, **typed})
    referring = refer(bo, "tell", **{**ZEBRA, **typed})
    for page in (on_plan, referring):
        assert words in page
        assert "Ask Quokka at the hall" in page
    assert PERSON["words"] in referring
    assert (rows(app, Proposal), rows(app, PlanGoal)) == ([], [])


def test_told_while_one_refers_the_page_stays_as_it_was(app: Flask, bo: FlaskClient) -> None:
    page = refer(bo, "tell", **ZEBRA)
    assert "The editors know of it now" in page
    assert all(text in page for name, text in PERSON.items() if name not in ("rule", "yes"))
    assert "Zebra" not in page
    assert rows(app, Referral) == []
    [waits] = rows(app, Proposal)
    assert waits.by_role == "referrer"
    assert not any("zqax" in text for one in told(app) for text in one.values()), "no word of who is helped"


def test_who_sends_the_referral_with_a_group_written_down_has_told_of_it_too(app: Flask, bo: FlaskClient) -> None:
    refer(bo, "send", **ZEBRA)
    assert (len(rows(app, Referral)), len(rows(app, Proposal))) == (1, 1)
    refer(bo, "send", name="Somebody else", contact="01632 960 188")
    assert (len(rows(app, Referral)), len(rows(app, Proposal))) == (2, 1)


def test_editors_see_who_told_and_whom_to_ask_and_the_plan_leads_to_what_they_list(
    app: Flask, ada: FlaskClient, lin: FlaskClient, mine: UUID
) -> None:
    tell(lin, mine, **ZEBRA)
    assert "Link worker" in said(ada.get("/en/admin/suggestions"))
    [waits] = rows(app, Proposal)
    there = f"/en/admin/suggestions/{waits.id}"
    shown = said(ada.get(there))
    assert all(text in shown for text in ("Link worker", "Lin", "Ask Quokka at the hall", "Yew Hall"))
    assert "Plays chess" not in shown
    assert "Cai" not in shown
    form = fields(ada.get(there).text, f"{there}/take")
    assert ada.post(f"{there}/take", data={**form, "take": ["name", "description", "when"]}).status_code == 303
    [group] = [row for row in rows(app, m.Group) if row.id == waits.id]
    assert (group.name, group.status) == ("Zebra Knitters", "draft")
    assert not any("Quokka" in str(value) for value in vars(group).values()), "who runs it is not asked yet"
    assert "An editor writes its page" in said(lin.get(path(mine)))
    with app.app_context(), committing() as unit:
        unit.get_one(m.Group, waits.id).status = "published"
    listed = said(lin.get(path(mine)))
    assert "It is listed now." in listed
    token = fields(lin.get(path(mine)).text, path(mine, "group"))
    chosen = said(lin.post(path(mine, "group"), data={**token, "on": waits.id.hex}, follow_redirects=True))
    assert "Ask this group" in chosen
    assert "It is listed now." not in chosen


def test_a_line_is_taken_off_and_one_that_is_not_listed_says_so(app: Flask, lin: FlaskClient, mine: UUID) -> None:
    tell(lin, mine, new_name="Zebra Knitters")
    with app.app_context(), committing() as unit:
        unit.query(Proposal).one().state = "rejected"
    page = lin.get(path(mine)).text
    assert "The editors did not list it." in page
    [number] = re.findall(r'name="reached" value="([0-9a-f]{32})"', page)
    token = fields(page, path(mine, "goal"))
    assert "Zebra" not in said(lin.post(path(mine, "goal"), data={**token, "reached": number}, follow_redirects=True))


def test_a_colleagues_plan_and_who_does_not_help_are_refused(
    app: Flask,
    mine: UUID,
    bo: FlaskClient,
    clinic: tuple[World, Actor],  # noqa: F811
) -> None:
    other = browse(app, clinic[1])
    token = fields(other.get("/en/refer").text, "/en/refer")["csrf_token"]
    answer = other.post(path(mine, "unlisted"), data={"csrf_token": token, **ZEBRA})
    assert answer.status_code == 404
    assert bo.post(path(mine, "unlisted"), data={"csrf_token": token, **ZEBRA}).status_code in (400, 403)
    assert rows(app, Proposal) == []
