"""Asking to be rung: no account, no cookie, nothing in an address, help first, and a list for those who ring."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from service.accounts.models import AuditEntry
from service.app import create_app
from service.config import Helpline, Settings
from service.db import db
from service.errors import Invalid
from service.referrals.models import RingRequest
from service.referrals.ringing import BY_ADDRESS, BY_NUMBER
from service.web.self_service.mistakes import TRAP
from tests import stores
from tests.pages import CLIENT
from tests.people import settle, signed_in
from tests.web.refused import denied
from tests.web.seeking import said

pytestmark = pytest.mark.usefixtures("clock")
WISH = {"name": "Cai", "number": "01632 960 123", "suits": "morning", "language": "en", "message": "no", "about": ""}


def ask(client: FlaskClient, **changed: str) -> TestResponse:
    return client.post("/en/ring-me", data={**WISH, "once": str(uuid4()), **changed})


def rows(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(RingRequest)) or 0


def test_somebody_asks_and_is_told_by_when(app: Flask, client: FlaskClient) -> None:
    form = client.get("/en/ring-me")
    assert "within 2 working days" in said(form)
    assert form.headers["Cache-Control"] == "no-store"
    answer = ask(client, about="I hear badly")
    assert answer.status_code == 303
    thanks = client.get(answer.headers["Location"])
    assert "Tuesday 24 November" in said(thanks)
    assert "in the morning" in said(thanks)
    for one in (form, answer, thanks):
        assert "Set-Cookie" not in one.headers
        for word in ("Cai", "960", "hear"):
            assert word not in one.headers.get("Location", "")
    assert "Cai" not in said(thanks)
    assert rows(app) == 1


def test_it_is_offered_in_every_language(client: FlaskClient) -> None:
    for language in ("de", "es", "pt", "fr", "it", "pl", "ur"):
        assert client.get(f"/{language}/ring-me").status_code == 200


def test_sent_twice_it_asks_once(app: Flask, client: FlaskClient) -> None:
    once = str(uuid4())
    assert ask(client, once=once).status_code == ask(client, once=once).status_code == 303
    assert rows(app) == 1


def test_nothing_typed_is_lost_and_what_is_wrong_is_said(app: Flask, client: FlaskClient) -> None:
    answer = ask(client, number="0909 8790123", about="Knock first", suits="evening")
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "a plain number in this country" in said(answer)
    for typed in ("0909 8790123", "Knock first", 'value="Cai"'):
        assert typed in page
    assert re.search(r'value="evening" checked', page)
    assert rows(app) == 0


@pytest.mark.parametrize("changed", [{"number": ""}, {}], ids=["something else is wrong", "all is well"])
def test_risk_words_bring_help_first_and_are_kept_out_of_the_address(
    client: FlaskClient, changed: dict[str, str]
) -> None:
    answer = ask(client, about="I can't go on", **changed)
    calm = ask(client, about="I like a chat", **changed)
    if answer.status_code == 303:
        assert abs(len(answer.headers["Location"]) - len(calm.headers["Location"])) == 0
        answer, calm = client.get(answer.headers["Location"]), client.get(calm.headers["Location"])
    told = said(answer)
    assert told.startswith("You matter. Please talk to someone now. Nobody reads this at once.")
    assert "116 123" in told
    assert "You matter" not in said(calm)


def test_a_machine_that_fills_in_everything_is_thanked_and_forgotten(app: Flask, client: FlaskClient) -> None:
    assert ask(client, **{TRAP: "https://spam.example.org"}).status_code == 303
    assert rows(app) == 0


@pytest.mark.usefixtures("groups")
def test_no_browser_fills_in_what_nobody_sees_and_so_makes_a_machine_of_a_person(client: FlaskClient) -> None:
    for path in ("/en/ring-me", "/en/groups/larks/wrong"):
        (trap,) = re.findall(rf'<input[^>]*name="{TRAP}"[^>]*>', client.get(path).get_data(as_text=True))
        assert 'autocomplete="off"' in trap
        assert 'tabindex="-1"' in trap
    # What browsers look for in the name of a field: the kinds of the HTML standard, and what people call them.
    kinds = "name user pass org company job street address line level city state region post zip country cc card bday"
    more = "birth day month year sex gender url web site photo tel phone mobile mail impp lang code number"
    assert not [kind for kind in (kinds + " " + more).split() if kind in TRAP]


def test_one_number_can_be_asked_for_three_times_a_day_and_one_address_five_times(
    app: Flask, client: FlaskClient
) -> None:
    assert [ask(client).status_code for _ in range(4)] == [303, 303, 303, 429]
    last = ask(client, number="+44 1632 960123", name="Zoë")
    assert last.status_code == 429
    assert int(last.headers["Retry-After"]) > 3600
    assert "Zoë" in last.get_data(as_text=True), "nothing typed is lost"
    assert ask(client, number="01632 960 555").status_code == 429, "the address has had its five"
    other = app.test_client()
    elsewhere = other.post("/en/ring-me", data=WISH, environ_base={"REMOTE_ADDR": "198.51.100.7"})
    assert elsewhere.status_code == 429, "the number has had its three from wherever"
    assert rows(app) == 3
    reached = [(action, subject) for action, subject, _, _ in denied(app)]
    assert reached == [("limit", BY_NUMBER.scope), ("limit", BY_ADDRESS.scope)], "each once in its window"


def test_an_address_of_thanks_that_was_made_up_has_gone(client: FlaskClient) -> None:
    assert client.get("/en/ring-me/asked/AAAA").status_code == 410


@pytest.mark.asvs("V16.2.5")
def test_nothing_typed_reaches_the_log(client: FlaskClient, capfd: pytest.CaptureFixture[str]) -> None:
    ask(client, about="zqaxabout")
    ask(client, number="zqaxnumber")
    out = "".join(capfd.readouterr())
    assert "/<lang>/ring-me" in out
    for word in ("zqax", "960 123", "960123", "Cai"):  # no shorter: ids and times have figures too
        assert word not in out


# where nobody rings, and what stands on every page


@pytest.fixture
def elsewhere(settings: Settings) -> Iterator[Any]:
    made: list[Flask] = []

    def start(**changed: Any) -> FlaskClient:
        app = create_app(replace(settings, **changed))
        app.test_client_class = CLIENT
        made.append(app)
        client: FlaskClient = app.test_client()
        return client

    yield start
    for app in made:
        stores.close(app)


def test_where_nobody_rings_nothing_is_offered(elsewhere: Any) -> None:
    client = elsewhere(ring_back=False)
    assert client.get("/en/ring-me").status_code == 404
    assert ask(client).status_code == 404
    assert "Ask us to ring you" not in client.get("/en/").get_data(as_text=True)


def test_the_operator_s_number_stands_on_every_page_as_the_operator_wrote_it(elsewhere: Any) -> None:
    line = Helpline(number="01632 960 777", name="Sale Friends", hours="Monday to Friday, 10 to 4")
    client = elsewhere(mode="production", public_url="https://kith.example.org", proxy_hops=1, helpline=line)
    for path in ("/en/", "/en/privacy", "/en/ring-me", "/en/nothing"):
        page = client.get(path, base_url="https://kith.example.org").get_data(as_text=True)
        assert 'href="tel:01632960777"' in page, path
        for words in ("Sale Friends", "Monday to Friday, 10 to 4"):
            assert words in page, path
        assert "01632\u00a0960\u00a0777" in page, path
        assert "(example)" not in page.partition("<footer")[2], path


def test_without_a_number_production_shows_none(elsewhere: Any) -> None:
    client = elsewhere(mode="production", public_url="https://kith.example.org", proxy_hops=1, ring_back=False)
    page = client.get("/en/", base_url="https://kith.example.org").get_data(as_text=True)
    assert "Rather talk to someone?" not in page


def test_the_demonstration_shows_an_example(client: FlaskClient) -> None:
    page = client.get("/en/").get_data(as_text=True)
    assert "01632\u00a0960100" in page
    assert "(example)" in page.partition("<footer")[2]


# whoever rings


def test_who_waits_is_shown_to_those_who_ring_and_the_reading_is_recorded(app: Flask, client: FlaskClient) -> None:
    cast = settle(app)
    ask(client, about="I hear badly", language="pl")
    ada = signed_in(app, cast.ada)
    page = ada.get("/en/admin/ring-back")
    told = said(page)
    for words in (
        "1 person waits",
        "Cai",
        "01632 960 123",
        "Mornings suit",
        "Leave no message",
        "hear badly",
        "Polski",
    ):
        assert words in told, words
    assert page.headers["Cache-Control"] == "no-store"
    with app.app_context():
        entries = db.session.scalars(select(AuditEntry).where(AuditEntry.subject == "ring_request")).all()
        assert [entry.action for entry in entries] == ["ring_back"]
    assert signed_in(app, cast.bo).get("/en/admin/ring-back").status_code == 403


def test_no_answer_keeps_them_and_reached_forgets_them(
    app: Flask, client: FlaskClient, clock: time_machine.Traveller
) -> None:
    cast = settle(app)
    ask(client)
    ada = signed_in(app, cast.ada)
    page = ada.get("/en/admin/ring-back").get_data(as_text=True)
    action = re.search(r'action="([^"]+/ring-back/[^"]+)"', page)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert action
    assert token

    def rang(outcome: str) -> TestResponse:
        return ada.post(action[1], data={"csrf_token": token[1], "outcome": outcome})

    assert rang("").status_code == 303, "what was not said is no answer"
    clock.shift(timedelta(minutes=5))
    assert rang("no_answer").status_code == 303
    assert "Tried 2 times" in said(ada.get("/en/admin/ring-back"))
    assert rang("done").status_code == 303
    assert "Nobody waits" in said(ada.get("/en/admin/ring-back"))
    assert rang("done").status_code == 409


def test_where_nobody_rings_the_room_is_not_shown(elsewhere: Any) -> None:
    client = elsewhere(ring_back=False)
    cast = settle(client.application)
    ada = signed_in(client.application, cast.ada)
    assert "/admin/ring-back" not in ada.get("/en/admin").get_data(as_text=True)


# what an operator sets


PLAIN = {"KITH_MODE": "demo", "KITH_SECRET": "x" * 40}
LINE = {"KITH_HELPLINE_NUMBER": "01632 960 777", "KITH_HELPLINE_NAME": "Us", "KITH_HELPLINE_HOURS": "Weekdays"}


def test_the_helpline_is_read_whole() -> None:
    assert Settings.from_env({**PLAIN, **LINE}).helpline == Helpline(
        number="01632 960 777", name="Us", hours="Weekdays"
    )
    assert Settings.from_env(PLAIN).helpline is None


@pytest.mark.parametrize(
    ("changed", "variable"),
    [
        ({"KITH_HELPLINE_HOURS": ""}, "KITH_HELPLINE_HOURS"),
        ({"KITH_HELPLINE_NUMBER": ""}, "KITH_HELPLINE_NUMBER"),
        ({"KITH_HELPLINE_NUMBER": "ring us"}, "KITH_HELPLINE_NUMBER"),
        ({"KITH_HELPLINE_NAME": "x" * 121}, "KITH_HELPLINE_NAME"),
        ({"KITH_RING_BACK": "yes"}, "KITH_RING_BACK"),
        ({"KITH_RING_BACK_DAYS": "0"}, "KITH_RING_BACK_DAYS"),
        ({"KITH_RING_BACK_DAYS": "soon"}, "KITH_RING_BACK_DAYS"),
    ],
)
def test_a_setting_that_cannot_be_kept_stops_the_start(changed: dict[str, str], variable: str) -> None:
    with pytest.raises(Invalid) as refused:
        Settings.from_env({**PLAIN, **LINE, **changed})
    assert refused.value.params["variable"] == variable


def test_nobody_is_promised_a_call_unless_somebody_said_so() -> None:
    assert Settings.from_env(PLAIN).ring_back
    production = {
        "KITH_SECRET": "Q4w9Zr2LmX8vTb6NcY1HdJ5sGpKfU3eR",
        "KITH_MAIL": "off",
        "KITH_PUBLIC_URL": "https://kith.example.org",
        "KITH_PROXY_HOPS": "1",
        "KITH_HELP_LINES_CONFIRMED": "yes",
    }
    assert not Settings.from_env(production).ring_back
    assert Settings.from_env({**production, "KITH_RING_BACK": "1"}).ring_back
