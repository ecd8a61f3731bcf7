"""What an administrator is promised: one glance says whether all runs, and a press helps on what hangs."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from service import jobs
from service.accounts.models import AuditEntry, JobRun
from service.clock import now
from service.config import Settings
from service.db import committing, db
from service.notifications import outbox
from service.notifications.channels import Later
from service.notifications.models import OutboxMessage
from service.web.admin.running import words
from tests.people import Cast, signed_in
from tests.web.test_admin import form_of

PAGE = "/en/admin/running"


@pytest.fixture
def stuck(app: Flask) -> str:
    """A message that a mail server did not take, to an address that nobody should read."""
    sealer = app.extensions["kith"].sealer(outbox.PURPOSE)
    params = {"link": "https://example.org/zqaxblink", "days": 10}
    with app.app_context(), committing() as session:
        outbox.put(
            session,
            channel="email",
            to="zqaxb@example.org",
            template="group_answer_link",
            params=params,
            now=now() - timedelta(hours=2),
            key="zqaxbcause",
            sealer=sealer,
        )
        [message] = outbox.take_due(session, now=now() - timedelta(hours=1), sealer=sealer)
        outbox.mark_failed(session, message, Later("smtp_451"), now=now(), sealer=sealer)
    return "group_answer_link"


def done(app: Flask) -> set[str]:
    with app.app_context():
        found = db.session.scalars(select(AuditEntry.action)).all()
        db.session.remove()
    return set(found)


def test_whoever_runs_kith_sees_what_needs_them_and_what_to_do(app: Flask, ada: FlaskClient) -> None:
    page = ada.get(PAGE).text
    assert "Nothing runs on a clock" in page
    assert "Start “kith jobs”" in page
    with app.app_context(), committing() as session:
        for job in jobs.JOBS:
            session.add(
                JobRun(
                    name=job.name,
                    started_at=now(),
                    finished_at=now(),
                    outcome="done",
                    done=1,
                    failures=0,
                    succeeded_at=now(),
                )
            )
    assert "Nothing runs on a clock" not in ada.get(PAGE).text
    with app.app_context(), committing() as session:
        session.execute(update(JobRun).where(JobRun.name == "tidy").values(outcome="OSError", failures=3))
    page = ada.get(PAGE).text
    assert "A job fails" in page
    assert "3 failures in a row" in page
    assert "It failed (OSError)" in page


def test_every_job_has_a_name_in_plain_words(ada: FlaskClient) -> None:
    assert {job.name for job in jobs.JOBS} <= set(words.JOBS)
    page = ada.get(PAGE).text
    assert all(str(words.JOBS[job.name]) in page for job in jobs.JOBS)


def test_a_press_has_a_job_run_at_the_next_look_of_the_loop_and_is_recorded(app: Flask, ada: FlaskClient) -> None:
    form = form_of(ada.get(PAGE).text)
    answer = ada.post(f"{PAGE}/jobs", data=form | {"job": "tidy"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{PAGE}#job-tidy")
    with app.app_context():
        row = db.session.get(JobRun, "tidy")
        assert row is not None
        assert (row.asked_at is not None, row.started_at) == (True, None), "nothing ran inside the request"
        db.session.remove()
    assert "run_job" in done(app)
    assert ada.post(f"{PAGE}/jobs", data=form | {"job": "zqaxb"}).location == PAGE


def test_mail_that_hangs_is_tried_again_or_given_up_without_its_address_being_shown(
    app: Flask, ada: FlaskClient, stuck: str
) -> None:
    page = ada.get(PAGE).text
    assert "the mail server does not take it now" in page
    assert "smtp_451" in page
    assert "zqaxb" not in page
    form = {"template": stuck, "csrf_token": form_of(page)["csrf_token"]}
    assert ada.post(f"{PAGE}/mail", data=form | {"act": "again"}).status_code == 303
    with app.app_context():
        row = db.session.scalars(select(OutboxMessage)).one()
        assert (row.state, row.due_at <= now()) == ("queued", True)
        db.session.remove()
    assert ada.post(f"{PAGE}/mail", data=form | {"act": "stop"}).status_code == 303
    with app.app_context():
        row = db.session.scalars(select(OutboxMessage)).one()
        assert (row.state, row.to_sealed) == ("failed", None)
        db.session.remove()
    assert {"mail_again", "mail_given_up"} <= done(app)
    assert ada.post(f"{PAGE}/mail", data=form | {"act": "again"}).location == PAGE, "none hangs any more"


def test_the_page_tells_of_index_room_and_versions(ada: FlaskClient, settings: Settings) -> None:
    page = re.sub(r"<[^>]+>", " ", ada.get(PAGE).text)
    for told in ("Search index", "Room on the disk", "Free on the disk", "Versions", "python", "kith"):
        assert told in page
    assert settings.secret not in page
    assert str(settings.data_folder) not in page, "no path of this machine"


def test_nobody_else_sees_how_it_runs(app: Flask, cast: Cast, client: FlaskClient) -> None:
    assert signed_in(app, cast.bo).get(PAGE).status_code == 403
    assert client.get(PAGE).status_code == 303
