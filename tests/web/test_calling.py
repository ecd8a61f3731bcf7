"""Editors ring groups: one press for what they heard, taken once, and the next one is there."""

import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.catalog import models as m
from service.catalog.fresh import calls, renewing, sample
from service.catalog.models_fresh import ToConfirm, TruthSample
from service.clock import now
from service.db import committing, db
from tests.catalog import making
from tests.web.seeking import said

OLD = date(2024, 3, 1)
ROUND = "/en/admin/to-confirm"
HIDDEN = ("csrf_token", "version", "group_version", "nonce")


def waiting(app: Flask, *names: str) -> list[UUID]:
    """Put listings into the queue, in this order."""
    with app.app_context(), committing() as unit:
        made = [
            making.group(
                unit, name, phone="01632 960555", last_confirmed_on=OLD - timedelta(days=99 * (len(names) - number))
            ).id
            for number, name in enumerate(names)
        ]
        renewing.refresh(making.unit_of(unit), making.unit_of(unit), referrals={}, now=now())
    return made


def answer(client: FlaskClient, where: str, what: str, **more: str) -> TestResponse:
    page = client.get(where).text
    fields = {name: re.findall(rf'name="{name}" value="([^"]+)"', page)[0] for name in HIDDEN}
    return client.post(where, data={**fields, "answer": what, **more})


def kept(app: Flask, model: Any, key: UUID) -> Any:
    with app.app_context():
        found = db.session.get(model, key)
        if found is not None:
            db.session.refresh(found)
            db.session.expunge(found)
        db.session.rollback()
        return found


def test_the_queue_names_the_worst_first_with_its_number(app: Flask, ada: FlaskClient) -> None:
    waiting(app, "Older table", "Younger table")
    page = said(ada.get(ROUND))
    assert "2 groups to ring." in page
    assert page.index("Older table") < page.index("Younger table")
    assert "01632 960555" in page
    assert f'href="{ROUND}"' in ada.get("/en/admin").text


def test_a_call_shows_number_words_lines_and_one_key_for_each_answer(app: Flask, ada: FlaskClient) -> None:
    [one] = waiting(app, "Quiet table")
    page = ada.get(f"{ROUND}/{one}")
    for line in (
        "Hello. I help to keep a list of local groups true.",
        "Every Tuesday, 10 to 12",
        "Lantern Hall",
        "Free",
    ):
        assert line in said(page)
    assert 'href="tel:+441632960555"' in page.text
    keys = re.findall(r'name="answer" value="(\w+)" accesskey="(\d)"', page.text)
    assert keys == [(code, str(key)) for key, code in enumerate(calls.OUTCOMES, start=1)]


def test_still_right_leads_to_the_next_one(app: Flask, ada: FlaskClient) -> None:
    first, second = waiting(app, "Older table", "Younger table")
    done = answer(ada, f"{ROUND}/{first}", "right")
    assert (done.status_code, done.headers["Location"]) == (303, f"{ROUND}/{second}")
    assert kept(app, m.Group, first).last_confirmed_on == now().date()
    assert answer(ada, f"{ROUND}/{second}", "closed").headers["Location"] == ROUND
    assert kept(app, m.Group, second).status == "archived"
    assert "Nothing waits" in said(ada.get(ROUND))


def test_what_changed_opens_the_form(app: Flask, ada: FlaskClient) -> None:
    [one] = waiting(app, "Quiet table")
    assert answer(ada, f"{ROUND}/{one}", "changed").headers["Location"] == f"/en/admin/groups/{one}"


def test_a_press_sent_twice_counts_once(app: Flask, ada: FlaskClient) -> None:
    [one] = waiting(app, "Quiet table")
    where = f"{ROUND}/{one}"
    answer(ada, where, "no_answer", nonce="a" * 20)
    again = answer(ada, where, "no_answer", nonce="a" * 20, version="1")
    assert again.status_code == 303
    assert kept(app, ToConfirm, one).tries == 1


def test_of_two_editors_one_is_told_that_somebody_else_was_first(app: Flask, ada: FlaskClient) -> None:
    [one] = waiting(app, "Quiet table")
    answer(ada, f"{ROUND}/{one}", "no_answer")
    late = answer(ada, f"{ROUND}/{one}", "no_answer", version="1")
    assert late.status_code == 409
    assert kept(app, ToConfirm, one).tries == 1


def test_a_wrong_number_stands_under_what_is_wrong(app: Flask, ada: FlaskClient) -> None:
    [one] = waiting(app, "Quiet table")
    answer(ada, f"{ROUND}/{one}", "wrong_number")
    assert "Number or address" in said(ada.get("/en/admin/reports"))


def draw(app: Flask, number: int) -> list[UUID]:
    with app.app_context(), committing() as unit:
        for n in range(number):
            making.group(unit, f"Table {n:02}", phone="01632 960555")
        sample.draw(making.unit_of(unit), making.unit_of(unit), size=number, now=now())
        return list(unit.scalars(select(TruthSample.id).order_by(TruthSample.id)))


def test_the_sample_is_rung_about_and_each_answer_is_kept(app: Flask, ada: FlaskClient) -> None:
    right, partly, closed, silent = draw(app, 4)
    assert "0 of 4 are done." in said(ada.get(ROUND))
    there = f"{ROUND}/drawn"
    assert answer(ada, f"{there}/{right}", "right").headers["Location"] == there
    assert "/en/admin/groups/" in answer(ada, f"{there}/{partly}", "partly").headers["Location"]
    answer(ada, f"{there}/{closed}", "closed")
    answer(ada, f"{there}/{silent}", "not_reached")
    found = {kept(app, TruthSample, one).found for one in (right, partly, closed, silent)}
    assert found == {"right", "partly", "closed", "not_reached"}
    page = said(ada.get(there))
    assert "3 of 4 are done." in page
    assert "Not reached" in page


def test_the_share_found_true_is_public_once_twenty_have_answered(app: Flask, ada: FlaskClient) -> None:
    drawn = draw(app, 21)
    with app.app_context(), committing() as unit:
        for number, row in enumerate(unit.scalars(select(TruthSample).order_by(TruthSample.id))):
            row.found = ("right", "not_reached", "partly")[min(number // 19, 2) if number < 20 else 2]
            row.found_at = now()
    assert len(drawn) == 21
    client = app.test_client()
    page = said(client.get("/en/sources"))
    assert "We rang 20 groups. With 19 of them all was right: 95%." in page
    assert "from 76% to 99%" in page
    assert "1 more did not answer." in page


def test_nothing_is_told_of_a_few(app: Flask) -> None:
    draw(app, 3)
    assert "How true it is" not in said(app.test_client().get("/en/sources"))
