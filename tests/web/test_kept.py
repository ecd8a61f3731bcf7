"""People get all that is kept of them, on a page and as a file, or have it erased: by whom it is for, and recorded."""

import json
import re
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.accounts import operations
from service.accounts.models import AuditEntry
from service.accounts.permissions import Role
from service.clock import now
from service.db import Base, committing, db
from service.db.classes import Class
from service.referrals.models import Person
from service.referrals.retention import TABLE
from service.web import kept_words
from tests.house import canaries
from tests.house.canaries import OURS, THEIRS, House
from tests.people import LONG_AGO, signed_in

ROOM = "/en/organisation/privacy"
# In the file alone: what went to a group carries no name, and a program's own name for a colleague says nothing more.
FILE_ONLY = {("outbox_message", "to_sealed"), ("outbox_message", "params_sealed")}


@pytest.fixture
def houses(app: Flask) -> dict[str, House]:
    return canaries.settle(app)


@pytest.fixture
def manager(app: Flask, houses: dict[str, House]) -> FlaskClient:
    """The browser of somebody who runs our organisation."""
    return signed_in(app, houses[OURS].users[Role.ORG_MANAGER.value])


def one(houses: dict[str, House], whose: str = OURS) -> UUID:
    return houses[whose].ids["referral_id"][0]


def post(client: FlaskClient, page: str, path: str, **fields: str) -> TestResponse:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    assert token
    return client.post(path, data={"csrf_token": token[1], **fields})


def recorded(app: Flask, action: str) -> list[tuple[str, str | None]]:
    with app.app_context():
        found = select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.sequence)
        return [(row.outcome, row.purpose) for row in db.session().scalars(found)]


def test_every_word_about_somebody_is_on_the_page_they_get(houses: dict[str, House], manager: FlaskClient) -> None:
    page = manager.get(f"{ROOM}/{one(houses)}/all")
    shown = ("personpreferredname", "personcontact", "personneeds", "consentrepresentative", "introductionnote")
    assert [word for word in shown if f"zqaxours{word}" not in page.text] == []
    assert "zqaxtheirs" not in page.text
    assert "Who looked" in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_every_column_about_somebody_has_words_or_is_in_the_file_alone() -> None:
    of_people = {("person", "consent", "referral", "introduction"), ("user_account", "passkey", "signed_in_session")}
    for table in (name for names in of_people for name in names):
        columns = Base.metadata.tables[table].columns
        named = {column.name for column in columns if column.info["class"] in (Class.PERSONAL, Class.HEALTH)}
        assert named - set(kept_words.LABELS[table][1]) == {column for name, column in FILE_ONLY if name == table}


def test_the_file_is_for_whoever_asked_and_no_cache(houses: dict[str, House], manager: FlaskClient) -> None:
    told = manager.get(f"{ROOM}/{one(houses)}/file")
    assert told.headers["Content-Disposition"].startswith("attachment")
    assert told.headers["Cache-Control"] == "no-store"
    kept = json.loads(told.text)["kept"]
    assert kept["person"][0]["preferred_name"].startswith("zqaxours")
    assert kept["leader_link"]
    assert "token_hash" not in told.text


def test_a_number_leads_to_the_person_however_it_was_copied(houses: dict[str, House], manager: FlaskClient) -> None:
    number = one(houses)
    for typed in (str(number), f" {str(number).upper()} ", f"http://127.0.0.1:8000/en/referrals/{number}"):
        answer = post(manager, ROOM, ROOM, number=typed)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"{ROOM}/{number}")
    page = manager.get(f"{ROOM}/{number}")
    assert "zqax" not in page.text.replace("zqaxoursuseraccountname", ""), "nothing of the person yet"


@pytest.mark.parametrize("typed", ["", "Cai", "6b6d2f5e-0c34-4c1f-9d57-7f8f2f0c9a11", "x" * 5000])
def test_a_number_that_leads_nowhere_says_so(manager: FlaskClient, typed: str) -> None:
    answer = post(manager, ROOM, ROOM, number=typed)
    assert answer.status_code == 422
    assert "no referral with this number" in answer.text


def test_another_organisation_s_number_looks_like_none(
    app: Flask, houses: dict[str, House], manager: FlaskClient
) -> None:
    theirs = one(houses, THEIRS)
    assert post(manager, ROOM, ROOM, number=str(theirs)).status_code == 422
    for path in ("", "/all", "/file"):
        assert manager.get(f"{ROOM}/{theirs}{path}").status_code == 404
    assert post(manager, ROOM, f"{ROOM}/{theirs}/erase", asked="yes").status_code == 404
    assert {outcome for outcome, _ in recorded(app, "privacy")} == {"denied"}


def test_erasing_needs_a_word_and_then_leaves_nothing(
    app: Flask, houses: dict[str, House], manager: FlaskClient
) -> None:
    page = f"{ROOM}/{one(houses)}"
    refused = post(manager, page, f"{page}/erase")
    assert refused.status_code == 422
    assert "Tick this first" in refused.text
    done = post(manager, page, f"{page}/erase", asked="yes")
    assert done.status_code == 303
    assert "All of it is erased" in manager.get(done.headers["Location"]).text
    assert manager.get(page).status_code == 404
    assert recorded(app, "erase") == [("done", "subject_request")]
    with app.app_context():
        assert len(db.session().scalars(select(Person)).all()) == 3, "of four one is gone"
    listed = app.extensions["kith"].settings.data_folder / "erasures"
    assert len(listed.read_text().splitlines()) == 1


def test_both_ask_again_who_it_is(app: Flask, houses: dict[str, House]) -> None:
    with time_machine.travel(now() - timedelta(minutes=6), tick=True):
        browser = signed_in(app, houses[OURS].users[Role.ORG_MANAGER.value])
    for path in (
        f"{ROOM}/{one(houses)}/all",
        f"{ROOM}/{one(houses)}/file",
        "/en/account/data",
        "/en/account/data/file",
    ):
        answer = browser.get(path)
        assert (answer.status_code, "/sign-in/again" in answer.headers["Location"]) == (303, True), path


def test_everybody_sees_what_is_kept_of_their_own_account(app: Flask, houses: dict[str, House]) -> None:
    with app.app_context(), committing() as session:
        zoe = operations.make_user(
            session, email="zoe@example.org", name="Zoe", role=Role.EDITOR, organisation_id=None, password_hash=None,
            now=LONG_AGO,
        )  # fmt: skip
    browser = signed_in(app, zoe)
    page = browser.get("/en/account/data")
    assert "zoe@example.org" in page.text
    assert "zqax" not in page.text, "and of nobody else"
    told = json.loads(browser.get("/en/account/data/file").text)
    assert told["kept"]["user_account"][0]["name"] == "Zoe"
    assert told["kept"]["signed_in_session"]
    assert "hash" not in json.dumps(told)
    assert recorded(app, "export") == [("done", "subject_request")] * 2


def test_everybody_is_told_what_is_kept_and_for_how_long(client: FlaskClient) -> None:
    page = client.get("/en/privacy").text
    for kind, (what, _said) in kept_words.KINDS.items():
        assert str(what) in page
        days = TABLE[kind].days
        assert days is None or f"{days} day" in page
    tells = {Class.PERSONAL, Class.HEALTH}
    kinds = {
        kept.kind
        for table in Base.metadata.tables.values()
        if tells & set((kept := table.info["kept"]).classes.values())
    }
    assert kinds <= set(kept_words.KINDS), "a new kind of data gets a line"
