"""Proving oneself again by a code, and giving the second step up: what is rarer than a password works as well."""

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from service.accounts.models import Authenticator, RecoveryCode, User
from service.clock import now
from service.db import committing, db
from tests.web.signing_in.acting import ELI, PASSWORD, audit, code_of, enrol, make_link, post, sign_in, templates

AGAIN, SECOND = "/en/sign-in/again", "/en/account/second-factor"
NEW = "three loud herons"


def without_password(app: Flask, user_id: UUID) -> None:
    with app.app_context(), committing() as unit:
        unit.execute(update(User).where(User.id == user_id).values(password_hash=None))


@pytest.mark.asvs("V7.5.1")
@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_who_has_no_password_proves_themselves_again_by_a_code(
    app: Flask, client: FlaskClient, eli: UUID, kind: str
) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        phone = enrol(client, ELI)
        without_password(app, eli)
        clock.shift(timedelta(minutes=6))
        assert client.get("/en/dangerous").location == f"{AGAIN}?next=%2Fen%2Fdangerous"
        wrong = post(client, AGAIN, code="000000")
        assert wrong.status_code == 422
        assert client.get("/en/dangerous").status_code == 303
        code = code_of(phone.secret) if kind == "app" else phone.recovery_codes[0]
        assert post(client, AGAIN, code=code, next="/en/dangerous").location == "/en/dangerous"
        assert client.get("/en/dangerous").status_code == 200
        clock.shift(timedelta(minutes=6))
        assert post(client, AGAIN, code=code).status_code == 422, "each works once"


def test_a_recovery_code_tells_its_owner(app: Flask, client: FlaskClient, eli: UUID) -> None:
    phone = enrol(client, ELI)
    without_password(app, eli)
    before = len(templates(app))
    post(client, AGAIN, code=phone.recovery_codes[1].lower())
    assert templates(app)[before:] == ["sign_in_changed"]


@pytest.mark.asvs("V7.5.1")
@pytest.mark.usefixtures("eli")
def test_a_password_is_changed_after_a_proof_by_link_and_code(app: Flask, client: FlaskClient) -> None:
    """The present password is asked for in any case; the proof that opens the page may be another."""
    with time_machine.travel(now(), tick=False) as clock:
        phone = enrol(client, ELI)
        clock.shift(timedelta(minutes=6))
        other = app.test_client()
        post(other, f"/en/sign-in/{make_link(app)}")
        assert post(other, "/en/sign-in/second", code=code_of(phone.secret)).status_code == 303
        assert post(other, "/en/account/password", present=NEW, password=NEW).status_code == 422
        assert post(other, "/en/account/password", present=PASSWORD, password=NEW).status_code == 303
        assert client.get("/en/answer").status_code == 303
        assert sign_in(app.test_client(), password=NEW).status_code == 303


@pytest.mark.usefixtures("eli")
def test_whoever_may_gives_the_second_step_up(app: Flask, client: FlaskClient) -> None:
    elsewhere = app.test_client()
    phone = enrol(client, ELI)
    with time_machine.travel(now() + timedelta(minutes=1), tick=False):
        sign_in(elsewhere)
        post(elsewhere, "/en/sign-in/second", code=code_of(phone.secret))
        assert elsewhere.get("/en/answer").status_code == 200
    found = client.get(SECOND).text
    assert "Turn the second step off" in found
    token = found.split('name="csrf_token" value="')[1].split('"')[0]
    assert client.post(f"{SECOND}/off", data={"csrf_token": token}).location == SECOND
    assert "Set it up" in client.get(SECOND).text
    with app.app_context():
        left = [db.session().scalar(select(func.count()).select_from(one)) for one in (Authenticator, RecoveryCode)]
    assert left == [0, 0]
    assert elsewhere.get("/en/answer").status_code == 303, "everywhere else is signed out"
    assert templates(app)[-1] == "sign_in_changed"
    assert ("turn_off_second_factor", "authenticator", "done") in audit(app)
    fresh = app.test_client()
    assert sign_in(fresh).status_code == 303
    assert fresh.get("/en/answer").status_code == 200, "one step is enough now"


@pytest.mark.asvs("V6.2.11")
@pytest.mark.usefixtures("eli")
def test_a_password_chosen_by_a_mailed_link_is_not_the_organisation_s_name(app: Flask, client: FlaskClient) -> None:
    page = f"/en/sign-in/password/{make_link(app, purpose='set_password')}"
    for weak in ("SaleTables2026", "sale-tables-sale", "Eli@Example.org"):
        refused = post(client, page, password=weak)
        assert refused.status_code == 422, weak
        assert 'id="password-error"' in refused.text
    assert post(client, page, password=NEW).status_code == 303
