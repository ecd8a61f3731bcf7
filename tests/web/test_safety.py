"""Telling of a worry about safety: help first, nothing lost, sent once; a lead reads it, to others it is not there."""

import logging
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service.accounts.models import AuditEntry
from service.accounts.permissions import GRANTS, Actor, Role
from service.clock import now
from service.db import committing, db
from service.referrals.desk import leads
from service.referrals.models_desk import Incident
from tests import people
from tests.catalog.making import group as make_group
from tests.house.test_sinks import spellings
from tests.referrals.cast import Post, World, refer, request
from tests.referrals.cast import person as person_in
from tests.web.test_caseload import Make, browse, case, clinic, fields  # noqa: F401  # fixtures
from tests.web.test_members import person

WORDS = "zqaxworry she flinched"
TELL = "/en/safety/tell"


@pytest.fixture
def mia(app: Flask, clinic: tuple[World, Actor]) -> Actor:  # noqa: F811
    """The manager of the clinic."""
    made = person(app, "mia", Role.ORG_MANAGER, clinic[0].clinic)
    return Actor(
        role=Role.ORG_MANAGER, user_id=made, organisation_id=clinic[0].clinic, permissions=GRANTS[Role.ORG_MANAGER]
    )


def name_lead(app: Flask, who: Actor, by: Actor) -> None:
    with app.app_context(), committing() as unit:
        leads.name_lead(unit, user_id=who.user_id, actor=by, now=now())


def send(browser: FlaskClient, path: str = TELL, **typed: str) -> tuple[int, str]:
    page = browser.get(path).get_data(as_text=True)
    answer = browser.post(path, data={**fields(page, path), "kind": "person", "words": WORDS, **typed})
    return answer.status_code, answer.get_data(as_text=True)


def told(app: Flask) -> list[UUID]:
    with app.app_context():
        return list(db.session().scalars(select(Incident.id).order_by(Incident.at)))


def test_help_comes_before_the_form_and_the_form_says_who_reads_it(
    app: Flask,
    clinic: tuple[World, Actor],  # noqa: F811
    mia: Actor,
) -> None:
    lin = browse(app, clinic[0].lin)
    page = lin.get(TELL).get_data(as_text=True)
    assert page.index("Is somebody in danger now?") < page.index("Ring first") < page.index('name="words"')
    assert 'href="tel:999"' in page
    assert "Nobody reads it yet" in page
    assert "Tell your manager today" in page
    name_lead(app, clinic[1], mia)
    page = lin.get(TELL).get_data(as_text=True)
    assert "Nobody reads it yet" not in page
    assert "Lou" in page


def test_it_is_told_once_however_often_it_is_sent_and_who_told_sees_no_word_of_it(
    app: Flask,
    clinic: tuple[World, Actor],  # noqa: F811
    case: Make,  # noqa: F811
) -> None:
    made, lin = case(owner=clinic[0].lin), browse(app, clinic[0].lin)
    path = f"/en/referrals/{made}/safety"
    assert path in lin.get(f"/en/people/{made}").get_data(as_text=True)
    page = lin.get(path).get_data(as_text=True)
    assert "Cai" in page
    form = {**fields(page, path), "kind": "person", "words": WORDS}
    answers = [lin.post(path, data=form) for _ in range(2)]
    assert [answer.location for answer in answers] == ["/en/safety?done=told"] * 2
    assert len(told(app)) == 1
    own = lin.get("/en/safety").get_data(as_text=True)
    assert "You told the safeguarding lead on" in own
    assert "Not read yet" in own
    for page in (own, lin.get(f"/en/people/{made}").get_data(as_text=True), lin.get("/en/desk").get_data(as_text=True)):
        assert "zqax" not in page


def test_nothing_typed_is_lost(app: Flask, clinic: tuple[World, Actor]) -> None:  # noqa: F811
    lin = browse(app, clinic[0].lin)
    for wrong in ({"kind": ""}, {"words": ""}, {"words": "x" * 4001}, {"nonce": ""}):
        status, page = send(lin, **{"done_now": "Rang the GP", **wrong})
        assert status == 422
        assert "Rang the GP" in page
        assert wrong.get("words", WORDS) in page
        assert 'name="nonce" value=""' not in page
    assert told(app) == []


def test_a_lead_sees_it_first_reads_it_and_closes_it(
    app: Flask,
    clinic: tuple[World, Actor],  # noqa: F811
    case: Make,  # noqa: F811
    mia: Actor,
) -> None:
    made, lou = case(owner=clinic[0].lin), browse(app, clinic[1])
    name_lead(app, clinic[1], mia)
    assert send(browse(app, clinic[0].lin), f"/en/referrals/{made}/safety", done_now="Rang")[0] == 303
    assert "1 note about safety is not read yet." in lou.get("/en/desk").get_data(as_text=True)
    [incident] = told(app)
    path = f"/en/safety/{incident}"
    assert path in lou.get("/en/safety").get_data(as_text=True)
    page = lou.get(path).get_data(as_text=True)
    for words in (WORDS, "Rang", "Cai", "Lin"):
        assert words in page
    assert "not read yet" not in lou.get("/en/desk").get_data(as_text=True)
    assert lou.post(path, data=fields(page, path)).status_code == 422
    for _ in range(2):
        assert lou.post(path, data={**fields(page, path), "outcome": "Passed on"}).status_code == 303
    page = lou.get(path).get_data(as_text=True)
    assert "Passed on" in page
    assert 'name="outcome"' not in page


def test_to_everybody_else_it_is_not_there_and_that_they_asked_is_kept(
    app: Flask,
    engine: Engine,
    clinic: tuple[World, Actor],  # noqa: F811
    mia: Actor,
) -> None:
    world = clinic[0]
    send(browse(app, world.lin))
    [incident] = told(app)
    admin = person(app, "ida", Role.ADMIN, None)
    eli = person(app, "eli", Role.GROUP_LEADER, world.clinic)
    browsers = [browse(app, one) for one in (world.lin, clinic[1], world.bo, world.dee, mia)]
    browsers += [people.signed_in(app, eli)]
    for number, browser in enumerate(browsers, 1):
        missing = browser.get(f"/en/safety/{uuid4()}")
        found = browser.get(f"/en/safety/{incident}")
        assert (found.status_code, missing.status_code) == (404, 404)
        assert "zqax" not in found.get_data(as_text=True)
        form = fields(browser.get(TELL).get_data(as_text=True), TELL)
        assert browser.post(f"/en/safety/{incident}", data={**form, "outcome": "x"}).status_code == 404
        with Session(engine) as session:
            denied = select(AuditEntry).where(AuditEntry.subject == "incident", AuditEntry.outcome == "denied")
            assert len(session.scalars(denied).all()) == 3 * number
    assert people.signed_in(app, admin).get(f"/en/safety/{incident}").status_code == 403
    assert app.test_client().get(f"/en/safety/{incident}").status_code == 303


def test_a_form_of_another_site_tells_nothing(app: Flask, clinic: tuple[World, Actor]) -> None:  # noqa: F811
    lin = browse(app, clinic[0].lin)
    form = {**fields(lin.get(TELL).get_data(as_text=True), TELL), "kind": "person", "words": WORDS}
    assert lin.post(TELL, data={**form, "csrf_token": "forged"}).status_code == 403
    assert told(app) == []


def test_no_word_of_it_is_in_a_log(
    app: Flask,
    clinic: tuple[World, Actor],  # noqa: F811
    mia: Actor,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    name_lead(app, clinic[1], mia)
    with caplog.at_level(logging.DEBUG):
        send(browse(app, clinic[0].lin))
        browse(app, clinic[1]).get(f"/en/safety/{told(app)[0]}")
    said = (caplog.text + "".join(capsys.readouterr())).encode()
    assert not [needle for needle in spellings("zqaxworry") if needle in said]


def test_a_group_leader_tells_of_it_too(app: Flask, clinic: tuple[World, Actor]) -> None:  # noqa: F811
    with app.app_context(), committing() as unit:
        make_group(unit, "Walkers")
    eli = people.signed_in(app, person(app, "eli", Role.GROUP_LEADER, clinic[0].clinic))
    assert send(eli, kind="group")[0] == 303
    assert len(told(app)) == 1


# ---- who is a lead ---------------------------------------------------------------------------------------------------

LEADS = "/en/organisation/safety"


def test_whoever_runs_the_place_hears_that_there_is_no_lead_and_names_one(
    app: Flask,
    clinic: tuple[World, Actor],  # noqa: F811
    mia: Actor,
) -> None:
    browser, lou = browse(app, mia), clinic[1]
    assert "There is no safeguarding lead here" in browser.get("/en/organisation/members").get_data(as_text=True)
    page = browser.get(LEADS).get_data(as_text=True)
    assert "There is none" in page
    form = {"csrf_token": fields(page, LEADS)["csrf_token"]}
    assert browser.post(LEADS, data={**form, "user": "x"}).status_code == 422
    assert browser.post(LEADS, data={**form, "user": str(clinic[0].dee.user_id)}).status_code == 422
    assert browser.post(LEADS, data={**form, "user": str(lou.user_id)}).status_code == 303
    assert "There is no safeguarding lead here" not in browser.get("/en/organisation/members").get_data(as_text=True)
    page = browser.get(LEADS).get_data(as_text=True)
    assert browser.post(LEADS, data={**form, "end": str(uuid4())}).status_code == 404
    assert browser.post(LEADS, data=fields(page, LEADS)).status_code == 303
    assert "There is none" in browser.get(LEADS).get_data(as_text=True)


def test_nobody_but_a_manager_names_a_lead(app: Flask, clinic: tuple[World, Actor]) -> None:  # noqa: F811
    for actor in (clinic[0].lin, clinic[0].bo):
        assert browse(app, actor).get(LEADS).status_code == 403
    assert people.signed_in(app, person(app, "ida", Role.ADMIN, None)).get(LEADS).status_code == 403


def test_whoever_wrote_words_of_danger_is_told_whom_to_ring_and_the_lead_reads_that_a_list_found_them(
    app: Flask,
    engine: Engine,
    clinic: tuple[World, Actor],  # noqa: F811
    mia: Actor,
) -> None:
    cast, _ = clinic
    name_lead(app, cast.lin, mia)
    with app.app_context(), committing() as unit:
        wish = request(cast.group, who=person_in(needs="She is suicidal"))
        made = refer(unit, Post(), cast.bo, wish).id
        calm = refer(unit, Post(), cast.bo, request(cast.group)).id
    bo, lin = browse(app, cast.bo), browse(app, cast.lin)
    page = bo.get(f"/en/refer/sent/{made}").get_data(as_text=True)
    assert page.index("What you wrote may mean danger.") < page.index("Is somebody in danger now?")
    assert f"/en/referrals/{made}/safety" in page
    assert "What you wrote may mean danger." not in bo.get(f"/en/refer/sent/{calm}").get_data(as_text=True)
    [incident] = told(app)
    shown = lin.get(f"/en/safety/{incident}").get_data(as_text=True)
    assert "A list of words found something that may mean danger." in shown
    assert "suicidal" not in shown
