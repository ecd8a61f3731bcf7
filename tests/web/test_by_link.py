"""By the link in a message a person says how it goes, and a leader whether they came: two presses, no account, once."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from service.accounts.models import AuditEntry
from service.catalog.models import Group
from service.clock import now
from service.db import committing
from service.notifications import outbox
from service.referrals.following import letters
from service.referrals.following.letters import Letters
from service.referrals.kept import PURPOSE
from service.referrals.models import Introduction, Referral
from tests.referrals import cast as made
from tests.referrals.following.conftest import Hands

DAY = timedelta(days=1)
ANSWERS = {
    "check_in": ["going_well", "not_for_me", "call_me", "very_low"],
    "remind": ["coming", "cannot_come", "call_me"],
    "waiting": ["still", "no_more", "call_me"],
}
NEEDS = {"not_for_me": "not_for_me", "call_me": "asks_for_call", "very_low": "safety", "cannot_come": "asks_for_call"}


@contextmanager
def acting(app: Flask) -> Iterator[Hands]:
    """Move things on in the application's database, two weeks ago."""
    with app.app_context(), committing() as unit:
        yield Hands(unit, made.world(unit), made.Post(), now() - 14 * DAY)


def post_of(app: Flask, token: str) -> Letters:
    kith = app.extensions["kith"]
    return Letters(
        sealer=kith.sealer(PURPOSE),
        post=kith.sealer(outbox.PURPOSE),
        new_token=lambda: token,
        public_url="http://127.0.0.1:8000",
        mail="console",
        zone=ZoneInfo("Europe/London"),
    )


def link_to(app: Flask, kind: str) -> str:
    """Bring somebody to where they are asked this; return the address in their message."""
    token = uuid4().hex
    with acting(app) as hands:
        row = hands.refer() if kind == "waiting" else hands.booked(now() + (3 if kind == "remind" else -7) * DAY)
        if kind == "waiting":
            hands.accept(row, "waitlisted")
        if kind == "check_in":
            hands.now = now() - 7 * DAY
            hands.mark(row, "attended")
        letters.to_person(
            hands.session,
            post_of(app, token),
            row,
            hands.person(row),
            kind=kind,
            which="1",
            template="check_in",
            params={},
            now=now(),
        )
    return f"/en/check-in/{token}"


def press(client: FlaskClient, link: str, answer: str) -> TestResponse:
    token = re.findall(r'name="csrf_token" value="([^"]+)"', client.get("/en/sign-in").text)[0]
    return client.post(link, data={"csrf_token": token, "answer": answer})


def look(app: Flask) -> tuple[Introduction, Referral]:
    with app.app_context(), committing() as unit:
        row = unit.scalars(select(Introduction)).one()
        referral = unit.scalars(select(Referral)).one()
        unit.expunge_all()
    return row, referral


@pytest.mark.parametrize(("kind", "answer"), [(kind, answer) for kind in ANSWERS for answer in ANSWERS[kind]])
def test_one_press_says_it_and_the_link_is_used(app: Flask, client: FlaskClient, kind: str, answer: str) -> None:
    link = link_to(app, kind)
    for _ in range(3):
        shown = client.get(link)
        assert shown.status_code == 200
    assert re.findall(r'name="answer" value="(\w+)"', shown.text) == ANSWERS[kind]
    assert "zqax" not in shown.text
    assert "Singers" not in shown.text, "others may read the message"
    thanked = press(client, link, answer)
    assert thanked.status_code == 200
    assert ("You matter" in thanked.text) == (answer == "very_low")
    if answer in NEEDS:
        assert look(app)[1].need == NEEDS[answer]
    assert press(client, link, answer).status_code == 410
    assert client.get(link).status_code == 410


def test_a_page_of_a_person_s_link_is_kept_by_nobody(app: Flask, client: FlaskClient) -> None:
    headers = client.get(link_to(app, "check_in")).headers
    assert (headers["Cache-Control"], headers["X-Robots-Tag"]) == ("no-store", "noindex")


@pytest.mark.parametrize("answer", ["", "because"])
def test_a_press_on_nothing_shows_the_buttons_again(app: Flask, client: FlaskClient, answer: str) -> None:
    link = link_to(app, "check_in")
    assert press(client, link, answer).status_code == 422
    assert press(client, link, "going_well").status_code == 200


@pytest.mark.parametrize("path", ["check-in", "came"])
def test_a_link_that_is_none_says_so(client: FlaskClient, path: str) -> None:
    for answer in (client.get(f"/en/{path}/nothing"), press(client, f"/en/{path}/nothing", "came")):
        assert answer.status_code == 404
        assert "This link does not work" in answer.text


# ---- the leader ------------------------------------------------------------------------------------------------------


@pytest.fixture
def asked(app: Flask) -> str:
    token = uuid4().hex
    with acting(app) as hands:
        row = hands.booked(now() - DAY)
        group_with_mail(hands.session, row.group_id)
        letters.to_group(
            hands.session,
            post_of(app, token),
            row,
            kind="outcome",
            which="1",
            template="outcome_wanted",
            purpose="attendance",
            path="came",
            until=now() + 14 * DAY,
            now=now(),
        )
    return f"/en/came/{token}"


def group_with_mail(session: Session, group_id: UUID) -> None:
    session.get_one(Group, group_id).email = "eli@example.org"
    session.flush()


@pytest.mark.parametrize(
    ("answer", "state"), [("came", "attended"), ("not_come", "no_show"), ("not_met", "session_cancelled")]
)
def test_a_leader_says_with_one_press_whether_they_came(
    app: Flask, client: FlaskClient, asked: str, answer: str, state: str
) -> None:
    shown = client.get(asked)
    assert re.findall(r'name="answer" value="(\w+)"', shown.text) == ["came", "not_come", "not_met", "who"]
    assert "zqax" not in shown.text
    assert press(client, asked, answer).status_code == 200
    assert look(app)[0].state == state
    assert client.get(asked).status_code == 410


def test_a_leader_of_several_newcomers_asks_who_it_is_and_that_is_recorded(
    app: Flask, client: FlaskClient, asked: str
) -> None:
    told = press(client, asked, "who")
    assert "zqaxname" in told.text
    assert "zqaxcontact" not in told.text
    with app.app_context(), committing() as unit:
        last = unit.scalars(select(AuditEntry).order_by(AuditEntry.sequence.desc()).limit(1)).one()
        assert (last.action, last.role) == ("see_person", "group_leader")
    assert press(client, asked, "came").status_code == 200


def test_another_word_shows_the_leader_the_buttons_again(client: FlaskClient, asked: str) -> None:
    assert press(client, asked, "perhaps").status_code == 422
