"""Changing one's own address: proved by its mail, told to the old one, and nobody learns who else has an account."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from service.accounts.models import AuditEntry, EmailChange, ExternalIdentity, User
from service.accounts.record.audit import NOWHERE
from service.accounts.signing_in import passwords
from service.clock import now
from service.db import committing, db
from tests.web.signing_in.acting import ADA, ELI, PASSWORD, TOKEN, mails, make_link, post, sign_in
from tests.web.signing_in.acting import audit as recorded

HERE = "/en/account/email"
NEW = "eli.new@example.org"
OURS = "http://127.0.0.1:8000"


def asked(app: Flask, client: FlaskClient, email: str = NEW) -> str:
    """Ask for another address, and return the page that the mailed link opens."""
    assert post(client, HERE, email=email).location == f"{HERE}?done=asked"
    links = [str(params["link"]) for template, _, params in mails(app) if template == "new_address"]
    return links[-1].removeprefix(OURS)


def address(app: Flask, user_id: UUID) -> str:
    with app.app_context():
        return db.session().scalars(select(User.email).where(User.id == user_id)).one()


@pytest.mark.asvs("V7.5.1")
def test_the_link_to_the_new_address_changes_it_and_both_are_told(app: Flask, client: FlaskClient, eli: UUID) -> None:
    other = app.test_client()
    sign_in(other)
    sign_in(client)
    link = asked(app, client, " Eli.New@Example.org ")
    assert [(template, to) for template, to, _ in mails(app)] == [("new_address", NEW), ("address_wanted", ELI)]
    for _ in range(20):
        assert NEW in client.get(link).text
    assert client.head(link).status_code == 200
    assert address(app, eli) == ELI, "looking changes nothing"
    under_way = make_link(app)
    assert post(client, link).location == f"{HERE}?done=changed"
    assert NEW in client.get(f"{HERE}?done=changed").text
    assert [(template, to) for template, to, _ in mails(app)][-1] == ("sign_in_changed", ELI)
    assert other.get("/en/answer").status_code == 303, "everywhere else is signed out"
    assert client.get("/en/answer").status_code == 200
    assert client.get(link).status_code == 410
    assert app.test_client().get(f"/en/sign-in/{under_way}").status_code == 410, "the old address opens nothing"
    assert sign_in(app.test_client(), ELI).status_code == 422
    assert sign_in(app.test_client(), NEW).status_code == 303


def test_the_record_names_columns_and_what_for_and_no_address(app: Flask, client: FlaskClient, eli: UUID) -> None:
    sign_in(client)
    post(client, asked(app, client))
    with app.app_context():
        wanted = select(AuditEntry).where(AuditEntry.action.in_(("ask_email", "change_email")))
        rows = db.session().scalars(wanted.order_by(AuditEntry.sequence)).all()
        told = [(row.action, row.user_id, row.subject_id, row.columns, row.purpose) for row in rows]
        everything = str([vars(row) for row in db.session().scalars(select(AuditEntry)).all()])
    assert told == [(action, eli, eli, ["email"], "account") for action in ("ask_email", "change_email")]
    assert NEW not in everything


@pytest.mark.usefixtures("eli", "ada")
def test_the_answer_is_the_same_whoever_has_the_address(app: Flask, client: FlaskClient) -> None:
    sign_in(client)
    found = TOKEN.search(client.get(HERE).text)
    assert found
    form, both = {"csrf_token": found[1]}, (ADA, "nobody@example.org")
    answers = [client.post(HERE, data={**form, "email": email}) for email in both]
    assert answers[0].status_code == answers[1].status_code == 303
    assert answers[0].data == answers[1].data
    assert answers[0].location == answers[1].location
    sent = [(template, to) for template, to, _ in mails(app)]
    assert sorted(sent) == [
        ("address_wanted", ELI),
        ("address_wanted", ELI),
        ("new_address", ADA),
        ("new_address", "nobody@example.org"),
    ]


@pytest.mark.usefixtures("ada")
def test_an_address_of_another_account_is_not_taken_over(app: Flask, client: FlaskClient, eli: UUID) -> None:
    """Whoever opens the link reads the mail of that address, so they may be told."""
    sign_in(client)
    link = asked(app, client, ADA)
    refused = post(client, link)
    assert refused.status_code == 409
    assert "This address has an account already" in refused.text
    assert address(app, eli) == ELI
    assert ("change_email", "user_account", "done") not in recorded(app)


@pytest.mark.usefixtures("eli", "ada")
def test_the_link_is_worth_nothing_to_anybody_else(app: Flask, client: FlaskClient) -> None:
    sign_in(client)
    link = asked(app, client)
    stranger = app.test_client()
    assert stranger.get(link).location == f"/en/sign-in?next={link.replace('/', '%2F')}"
    sign_in(stranger, ADA)
    stranger.get("/en/account/second-factor")
    assert stranger.get(link).status_code in (303, 404)
    again = app.test_client()
    sign_in(again, next=link)
    assert again.get(link).status_code == 200, "its owner may open it in another browser, once signed in"


def test_of_ten_presses_one_changes_it(app: Flask, client: FlaskClient, eli: UUID) -> None:
    sign_in(client)
    link = asked(app, client)
    cookie, found = client.get_cookie("session"), TOKEN.search(client.get(link).text)
    assert cookie
    assert found

    def press(_: int) -> int:
        other = FlaskClient(app, app.response_class)
        other.set_cookie("session", cookie.value)
        return other.post(link, data={"csrf_token": found[1]}).status_code

    with ThreadPoolExecutor(5) as pool:
        answers = sorted(pool.map(press, range(10)))
    assert answers == [303] + [410] * 9
    assert address(app, eli) == NEW


@pytest.mark.usefixtures("eli")
def test_it_works_for_ten_minutes_and_the_newest_one_alone(app: Flask, client: FlaskClient) -> None:
    began = now()
    with time_machine.travel(began, tick=False) as clock:
        sign_in(client)
        first = asked(app, client)
        clock.shift(timedelta(seconds=1))
        second = asked(app, client, "eli.other@example.org")
        assert client.get(first).status_code == 404
        clock.shift(timedelta(minutes=9, seconds=59))
        assert client.get(second).status_code == 200
        clock.shift(timedelta(seconds=1))
        assert client.get(second).status_code == 410


def test_a_new_password_stops_it(app: Flask, client: FlaskClient, eli: UUID) -> None:
    """As the note to the old address says."""
    sign_in(client)
    link = asked(app, client)
    kept = app.extensions["kith-hasher"].hash("three loud herons")
    token = make_link(app, purpose="set_password")
    with app.app_context(), committing() as unit:
        passwords.set_password(unit, token=token, password_hash=kept, browser=None, now=now(), origin=NOWHERE)
    sign_in(client, password="three loud herons")  # nobody's
    assert client.get(link).status_code == 404
    assert address(app, eli) == ELI


@pytest.mark.asvs("V7.5.1")
@pytest.mark.usefixtures("eli")
def test_a_new_proof_is_asked_for_and_what_was_typed_is_not_lost(client: FlaskClient) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        sign_in(client)
        found = TOKEN.search(client.get(HERE).text)
        assert found
        clock.shift(timedelta(minutes=6))
        assert client.get(HERE).location == "/en/sign-in/again?next=%2Fen%2Faccount%2Femail"
        asked_again = client.post(HERE, data={"csrf_token": found[1], "email": NEW}).location
        assert NEW not in asked_again
        shown = client.get(asked_again).text
        after = re.search(r'name="next" value="([^"]+)"', shown)
        assert after
        back = post(client, asked_again, password=PASSWORD, next=after[1].replace("&amp;", "&"))
        assert f'value="{NEW}"' in client.get(back.location).text


@pytest.mark.parametrize("typed", ["", "no address", "a@b@c", "x" * 300 + "@example.org", "two words@example.org"])
@pytest.mark.usefixtures("eli")
def test_what_is_no_address_is_said_and_stays(app: Flask, client: FlaskClient, typed: str) -> None:
    sign_in(client)
    answer = post(client, HERE, email=typed)
    assert answer.status_code == 422
    assert 'id="email-error"' in answer.text
    assert f'value="{typed[:254]}"' in answer.text
    assert mails(app) == []


@pytest.mark.usefixtures("eli")
def test_five_times_in_six_hours(app: Flask, client: FlaskClient) -> None:
    sign_in(client)
    answers = [post(client, HERE, email=f"eli{number}@example.org").status_code for number in range(6)]
    assert answers == [303] * 5 + [429]
    assert len(mails(app)) == 10


def test_who_signs_in_through_an_organisation_still_does(app: Flask, client: FlaskClient, eli: UUID) -> None:
    """Its service knows somebody by a number, which stays."""
    with app.app_context(), committing() as unit:
        known = ExternalIdentity(id=uuid4(), user_id=eli, issuer="https://id.example.org", subject="17")
        known.created_at = now()
        unit.add(known)
    sign_in(client)
    post(client, asked(app, client))
    with app.app_context():
        assert db.session().scalars(select(ExternalIdentity.user_id)).all() == [eli]


@pytest.mark.usefixtures("eli")
def test_the_new_address_is_kept_sealed(app: Flask, client: FlaskClient) -> None:
    sign_in(client)
    asked(app, client)
    with app.app_context():
        assert NEW.encode() not in db.session().scalars(select(EmailChange.email)).one()
