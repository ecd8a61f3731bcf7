"""Whoever lost their telephone is let set the second step up again by an administrator, who never signs in for them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from service import cli
from service.accounts.models import AuditEntry, Passkey
from service.accounts.permissions import VISITOR
from service.accounts.record.telling import Post
from service.accounts.signing_in import proving, taking_off
from service.clock import now
from service.db import committing, db
from service.jobs import Tools, take_second_factors
from service.notifications.models import OutboxMessage
from tests.people import Cast, settle, signed_in

DAY = timedelta(hours=24)


def press(client: FlaskClient, page: str, act: str = "", second: str = "") -> int:
    """Press one button of a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    assert found
    return client.post(act or page, data={"csrf_token": found[1], "act": second}).status_code


def lost(app: Flask) -> Cast:
    """Bo has a passkey, and told Ada that it is lost."""
    cast = settle(app)
    with app.app_context(), committing() as session:
        key = Passkey(user_id=cast.bo, credential_id=b"k", public_key=b"", sign_count=0, name="phone", created_at=now())
        session.add(key)
    assert press(signed_in(app, cast.ada), f"/en/organisation/people/{cast.bo}", second="second") == 303
    return cast


def passkeys(app: Flask) -> int:
    with app.app_context():
        return len(db.session().scalars(select(Passkey.id)).all())


def told(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session().scalars(select(OutboxMessage.template).order_by(OutboxMessage.created_at)))


def acts(app: Flask, user_id: UUID) -> list[tuple[str, str, str | None]]:
    with app.app_context():
        rows = select(AuditEntry.action, AuditEntry.role, AuditEntry.purpose).where(AuditEntry.subject_id == user_id)
        wanted = rows.where(AuditEntry.subject == "authenticator").order_by(AuditEntry.sequence)
        return [(action, role, purpose) for action, role, purpose in db.session().execute(wanted)]


def run_the_timer(app: Flask) -> int:
    """Run the job of the clock, as the loop of jobs does."""
    made = app.extensions["kith"]

    @contextmanager
    def reading() -> Iterator[Session]:
        yield db.session()

    with app.app_context():
        tools = Tools(settings=made.settings, sealer=made.sealer, reading=reading, writing=committing, clock=now)
        return take_second_factors(tools)


@pytest.mark.asvs("V6.4.4")
def test_a_day_passes_before_it_goes_and_the_owner_is_told_at_once(app: Flask) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        cast = lost(app)
        bo, ada = signed_in(app, cast.bo), signed_in(app, cast.ada)
        assert told(app) == ["second_factor_ends"]
        assert "Their second step ends on" in ada.get(f"/en/organisation/people/{cast.bo}").text
        assert "Somebody said that you lost your phone" in bo.get("/en/account/second-factor").text
        clock.shift(DAY - timedelta(seconds=1))
        assert (run_the_timer(app), passkeys(app)) == (0, 1)
        clock.shift(timedelta(seconds=1))
        bo = signed_in(app, cast.bo)
        assert (run_the_timer(app), passkeys(app)) == (1, 0)
        assert run_the_timer(app) == 0
        assert bo.get("/en/referrals").status_code == 303, "every session is ended"
        assert told(app) == ["second_factor_ends", "sign_in_changed"]
    assert acts(app, cast.bo) == [
        ("announce_reset", "admin", "security"),
        ("reset_second_factor", "visitor", "security"),
    ]


@pytest.mark.asvs("V6.4.4")
@pytest.mark.parametrize("who", ["owner", "administrator"])
def test_it_can_be_stopped_within_the_day(app: Flask, who: str) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        cast = lost(app)
        clock.shift(DAY / 2)
        if who == "owner":
            page = "/en/account/second-factor"
            assert press(signed_in(app, cast.bo), page, f"{page}/keep") == 303
        else:
            page = f"/en/organisation/people/{cast.bo}"
            assert press(signed_in(app, cast.ada), page, second="second_stop") == 303
        clock.shift(DAY)
        assert (run_the_timer(app), passkeys(app)) == (0, 1)
    assert [action for action, _, _ in acts(app, cast.bo)] == ["announce_reset", "stop_reset"]


def test_asking_twice_neither_hastens_nor_delays_it(app: Flask) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        cast = lost(app)
        clock.shift(DAY / 2)
        with app.app_context(), committing() as unit:
            post = Post(channel="console", sealer=app.extensions["kith"].sealer("outbox"), public_url="http://x")
            taking_off.announce(unit, post, user_id=cast.bo, actor=VISITOR, now=now())
        assert told(app) == ["second_factor_ends"]
        clock.shift(DAY / 2)
        assert run_the_timer(app) == 1


def test_it_goes_at_the_next_sign_in_too(app: Flask) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        cast = lost(app)
        clock.shift(DAY)
        with app.app_context(), committing() as unit:
            token = proving.create_sign_in_link(unit, email="bo@example.org", now=now())
        client = app.test_client()
        assert press(client, f"/en/sign-in/{token}") == 303
        assert passkeys(app) == 0
        assert client.get("/en/referrals").location.startswith("/en/account/second-factor"), "a new one is set up"
    assert acts(app, cast.bo)[-1][0] == "reset_second_factor"


def test_at_once_it_goes_only_at_the_server(app: Flask, run: CliRunner) -> None:
    cast = lost(app)
    done = run.invoke(cli.main, ["admin", "second-step", "Bo@example.org"])
    assert done.exit_code == 0, done.output
    assert passkeys(app) == 0
    assert told(app)[-1] == "sign_in_changed"
    assert acts(app, cast.bo)[-1] == ("reset_second_factor", "visitor", "security")
    assert run.invoke(cli.main, ["admin", "second-step", "nobody@example.org"]).exit_code == 1


def test_nobody_but_an_administrator_may(app: Flask) -> None:
    cast = settle(app)
    bo, page = signed_in(app, cast.bo), f"/en/organisation/people/{cast.dee}"
    found = re.search(r'name="csrf_token" value="([^"]+)"', bo.get("/en/referrals").text)
    assert found
    assert bo.post(page, data={"csrf_token": found[1], "act": "second"}).status_code == 403
