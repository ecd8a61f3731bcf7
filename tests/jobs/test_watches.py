"""/readyz says when nobody does what is done on a clock: it warns whoever runs Kith, and stops nothing."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from service import jobs
from service.accounts.models import JobRun
from service.accounts.permissions import VISITOR
from service.accounts.record import audit, audit_check
from service.clock import now
from service.config import Settings
from service.db import committing, db
from service.notifications import outbox
from service.notifications.models import OutboxMessage

Ran = Callable[..., None]
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def warned(client: FlaskClient) -> dict[str, str]:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()["status"]) == (200, "ok"), "a warning stops nothing"
    found: dict[str, str] = answer.get_json()["warnings"]
    return {name: code for name, code in found.items() if name in jobs.WATCHES}


@pytest.fixture
def ran(app: Flask) -> Ran:
    """Have a job begin so long ago, and end in one way or not yet."""

    def begun(name: str, ago: timedelta, outcome: str | None = jobs.DONE) -> None:
        with app.app_context(), committing() as session:
            row = session.get(JobRun, name) or JobRun(name=name)
            row.started_at, row.outcome, row.done = now() - ago, outcome, 0
            session.add(row)

    return begun


@pytest.mark.parametrize(
    ("ago", "outcome", "told"),
    [
        (HOUR, jobs.DONE, {}),
        (HOUR, None, {}),  # it runs just now
        (3 * HOUR, jobs.DONE, {"jobs": "not_running"}),
        (HOUR, "OSError", {"jobs": "failing"}),
    ],
)
def test_a_loop_that_stands_still_is_told_of(
    client: FlaskClient, ran: Ran, ago: timedelta, outcome: str | None, told: dict[str, str]
) -> None:
    assert warned(client) == {"jobs": "not_running"}, "none ever ran"
    ran("tidy", ago, outcome)
    assert warned(client) == told


def test_one_loop_of_two_is_enough(client: FlaskClient, ran: Ran) -> None:
    ran("audit_check", 20 * HOUR)
    ran("tidy", HOUR)
    assert warned(client) == {}


def test_a_message_that_waits_too_long_is_told_of(app: Flask, client: FlaskClient, ran: Ran) -> None:
    ran("tidy", MINUTE)
    sealer = app.extensions["kith"].sealer(outbox.PURPOSE)
    with app.app_context(), committing() as session:
        outbox.put(
            session,
            channel="email",
            to="group@example.org",
            template="trial",
            params={},
            now=now(),
            key="one",
            sealer=sealer,
        )
    assert warned(client) == {}

    def message(**values: object) -> None:
        with app.app_context(), committing() as session:
            session.execute(update(OutboxMessage).values(**values))

    message(created_at=now() - HOUR, due_at=now() + HOUR)
    assert warned(client) == {}, "it is to go later"
    message(due_at=now() - 20 * MINUTE)
    assert warned(client) == {"mail": "waits"}, "nobody took it"
    message(attempts=6, due_at=now() + MINUTE)
    assert warned(client) == {"mail": "waits"}, "it was tried, and did not go"
    message(state="sent")
    assert warned(client) == {}


def test_a_record_whose_end_nobody_keeps_outside_is_told_of(
    app: Flask, client: FlaskClient, ran: Ran, settings: Settings
) -> None:
    ran("tidy", MINUTE)

    def recorded(ago: timedelta) -> None:
        with app.app_context(), committing() as session:
            audit.record(session, actor=VISITOR, action="sign_in", subject="user", subject_id=None, now=now() - ago)

    def published() -> None:
        with app.app_context():
            audit_check.publish_head(db.session(), settings.data_folder / audit_check.HEADS, now=now())
            db.session.remove()

    recorded(HOUR)
    assert warned(client) == {}, "it is not time yet"
    recorded(5 * HOUR)
    published()
    assert warned(client) == {}, "all of it is covered"
    recorded(4 * HOUR)
    assert warned(client) == {"record": "end_not_kept"}
    published()
    assert warned(client) == {}
    (settings.data_folder / audit_check.HEADS).unlink()
    assert warned(client) == {}, "none is kept, but the first row of all is an hour old"
