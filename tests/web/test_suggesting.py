"""What people without an account propose: short forms that lose no word, kept once, and nothing tells a program."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.accounts.limits import CLAIM_GROUP, SUGGEST_ADDRESS
from service.catalog import models as m
from service.catalog.models_proposals import Proposal
from service.catalog.proposals import taking
from service.db import db
from service.notifications.models import OutboxMessage
from tests.rows import rows
from tests.web.seeking import said

pytestmark = pytest.mark.usefixtures("groups")
RIGHT, YOURS, NEW = "/en/groups/larks/right", "/en/groups/larks/yours", "/en/add-a-group"
CHANGE = {"cost": "£2.50 with zebra cake", "how_to_join": "Ring Bev", "your_email": "quokka@example.org"}
CLAIM = {"your_name": "Zeb Wombat", "your_email": "wombat@example.org", "role": "I lead it", "proof": "other"}
GROUP = {"name": "Zebra Knitters", "description": "We knit together.", "place": "Lantern Hall, Sale"}


@pytest.fixture(autouse=True)
def later(clock: time_machine.Traveller) -> time_machine.Traveller:
    return clock


def once(client: FlaskClient, form: str) -> str:
    [found] = re.findall(r'name="once" value="([^"]+)"', client.get(form).text)
    return str(found)


def send(client: FlaskClient, form: str, later: time_machine.Traveller, wait: Any = 20, **more: Any) -> TestResponse:
    token = more.pop("once", None) or once(client, form)
    later.shift(timedelta(seconds=wait))
    return client.post(form, data={**more, "once": token})


def words(app: Flask, row: Proposal, column: str = "said") -> dict[str, str]:
    return taking.opened(app.extensions["kith"].sealer(taking.PURPOSE), row, column)


def test_a_change_is_kept_sealed_and_no_address_and_no_log_tells_it(
    app: Flask, client: FlaskClient, later: time_machine.Traveller, capfd: pytest.CaptureFixture[str]
) -> None:
    assert RIGHT in client.get("/en/groups/larks/wrong").text
    answer = send(client, RIGHT, later, **CHANGE)
    assert answer.status_code == 303
    thanks = client.get(answer.headers["Location"])
    assert "What happens next" in said(thanks)
    assert "not safe" not in said(thanks)
    assert "Set-Cookie" not in answer.headers
    [row] = rows(app, Proposal)
    assert (row.kind, row.doubt, row.urgent) == ("change", None, False)
    assert words(app, row) == {"cost": CHANGE["cost"], "how_to_join": "Ring Bev"}
    assert words(app, row, "contact") == {"email": CHANGE["your_email"]}
    told = "".join((*capfd.readouterr(), answer.headers["Location"], repr(row.said), repr(row.contact)))
    for word in ("zebra", "quokka", "Bev"):
        assert word not in told


@pytest.mark.parametrize("form", [RIGHT, YOURS, NEW])
def test_the_form_fills_in_nothing_and_sets_no_cookie(client: FlaskClient, form: str) -> None:
    page = client.get(form)
    assert page.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in page.headers
    assert " checked" not in page.text
    assert 'name="leave_empty"' in page.text


def test_sent_twice_is_once_and_other_words_are_heard(
    app: Flask, client: FlaskClient, later: time_machine.Traveller
) -> None:
    token = once(client, RIGHT)
    for _ in range(3):
        assert send(client, RIGHT, later, once=token, **CHANGE).status_code == 303
    assert len(rows(app, Proposal)) == 1
    send(client, RIGHT, later, once=token, **CHANGE | {"cost": "4"})
    assert len(rows(app, Proposal)) == 2


@pytest.mark.parametrize(
    ("form", "typed", "sentence"),
    [
        (RIGHT, {"your_email": "quokka@example.org"}, "Write at least one thing"),
        (RIGHT, {"name": "x" * 201}, "at most 200"),
        (RIGHT, {"cost": "4", "your_email": "quokka"}, "hello@example.org"),
        (RIGHT, {"url": "quokka", "cost": "4"}, "https://"),
        (NEW, {"name": "Zebra Knitters"}, "This is needed"),
        (YOURS, CLAIM | {"proof": "mail"}, "Choose one of the list"),
        (YOURS, CLAIM | {"your_name": ""}, "This is needed"),
    ],
)
def test_what_must_be_put_right_loses_no_word(
    app: Flask, client: FlaskClient, later: time_machine.Traveller, form: str, typed: dict[str, str], sentence: str
) -> None:
    answer = send(client, form, later, **typed)
    assert answer.status_code == 422
    assert sentence in said(answer)
    for name, text in typed.items():
        assert text in answer.text, name
    assert "Error:" in answer.text
    assert rows(app, Proposal) == []


@pytest.mark.parametrize(
    ("more", "wait", "doubt"),
    [
        ({}, 20, None),
        ({"leave_empty": "https://buy.example.org"}, 20, "trap"),
        ({"once": "made-up-and-not-ours"}, 20, "form"),
        ({}, 1, "fast"),
        ({}, 90_000, "form"),
        ({"cost": "Buy at https://a.example.org and https://b.example.org"}, 20, "links"),
        ({"url": "https://larks.example.org"}, 20, None),
    ],
)
def test_what_may_come_from_a_program_is_thanked_like_all_and_only_marked(
    app: Flask, client: FlaskClient, later: time_machine.Traveller, more: Any, wait: float, doubt: str | None
) -> None:
    answer = send(client, RIGHT, later, wait, **CHANGE | more)
    assert answer.status_code == 303
    assert "Thank you" in said(client.get(answer.headers["Location"]))
    assert [row.doubt for row in rows(app, Proposal)] == [doubt]


def test_the_same_words_within_a_day_are_doubtful_and_after_it_are_not(
    app: Flask, client: FlaskClient, later: time_machine.Traveller
) -> None:
    for wait, spelled in ((20, CHANGE), (20, CHANGE | {"how_to_join": "RING  bev"}), (100_000, CHANGE)):
        later.shift(timedelta(seconds=wait))
        send(client, RIGHT, later, **spelled)
    told = sorted(rows(app, Proposal), key=lambda row: row.created_at)
    assert [row.doubt for row in told] == [None, "same", None]


def test_suggestions_are_limited_exactly_and_what_was_typed_stays(
    app: Flask, client: FlaskClient, later: time_machine.Traveller
) -> None:
    for number in range(SUGGEST_ADDRESS.most):
        assert send(client, RIGHT, later, cost=str(number)).status_code == 303
    late = send(client, RIGHT, later, **CHANGE)
    assert late.status_code == 429
    assert CHANGE["cost"] in late.text
    assert len(rows(app, Proposal)) == SUGGEST_ADDRESS.most


def test_who_is_in_danger_sees_help_first_and_an_editor_sees_it_first(
    app: Flask, client: FlaskClient, later: time_machine.Traveller
) -> None:
    answer = send(client, RIGHT, later, description="Somebody there hits me")
    text = said(client.get(answer.headers["Location"]))
    assert text.index("If you are not safe") < text.index("Thank you")
    assert [row.urgent for row in rows(app, Proposal)] == [True]


def test_a_new_group_is_kept_and_a_group_that_is_not_there_has_no_form(
    app: Flask, client: FlaskClient, later: time_machine.Traveller
) -> None:
    assert NEW in client.get("/en/").text
    assert send(client, NEW, later, **GROUP).status_code == 303
    [row] = rows(app, Proposal)
    assert (row.kind, row.group_id, words(app, row)) == ("new", None, GROUP)
    for form in ("right", "yours"):
        assert client.get(f"/en/groups/nothing/{form}").status_code == 404


def test_another_site_cannot_suggest_through_somebody_s_browser(app: Flask, client: FlaskClient) -> None:
    answer = client.post(RIGHT, data=CHANGE, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert rows(app, Proposal) == []


# ---- whoever runs a group --------------------------------------------------------------------------------------------


def with_mail(app: Flask) -> None:
    with app.app_context():
        row = db.session.scalars(select(m.Group).where(m.Group.slug == "larks")).one()
        row.email, row.phone = "larks@example.org", "01632 960 114"
        db.session.commit()


def links(app: Flask) -> list[str]:
    sealer = app.extensions["kith"].sealer("outbox")
    found = []
    for row in rows(app, OutboxMessage):
        assert row.template == "claim_link"
        assert sealer.open(f"outbox_message:{row.id}:to", row.to_sealed) == b"larks@example.org"
        found += re.findall(rb"/en/claims/[\w-]+", sealer.open(f"outbox_message:{row.id}:params", row.params_sealed))
    return [one.decode() for one in found]


def test_only_ways_that_the_listing_offers_are_offered(app: Flask, client: FlaskClient) -> None:
    assert YOURS in client.get("/en/groups/larks").text
    assert 'value="mail"' not in client.get(YOURS).text
    with_mail(app)
    page = client.get(YOURS).text
    assert 'value="mail"' in page
    assert 'value="phone"' in page
    assert "larks@example.org" not in page


def test_the_group_s_own_address_gets_a_link_that_proves_once_and_only_by_its_button(
    app: Flask, client: FlaskClient, later: time_machine.Traveller
) -> None:
    with_mail(app)
    answer = send(client, YOURS, later, **CLAIM | {"proof": "mail"})
    assert "Please open the link" in said(client.get(answer.headers["Location"]))
    [link] = links(app)
    for _ in range(2):
        page = client.get(link)
        assert "Is this your group?" in said(page)
        assert "Zeb" not in page.text
        assert page.headers["Cache-Control"] == "no-store"
    assert rows(app, Proposal)[0].proved_at is None
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[0]
    assert client.post(link, data={"csrf_token": token}).status_code == 200
    [row] = rows(app, Proposal)
    assert (row.proved_how, row.state) == ("link", "open")
    assert client.post(link, data={"csrf_token": token}).status_code == 410
    assert client.get(link).status_code == 410


def test_a_link_ends_after_a_week_and_an_unknown_one_tells_nothing(
    app: Flask, client: FlaskClient, later: time_machine.Traveller
) -> None:
    with_mail(app)
    send(client, YOURS, later, **CLAIM | {"proof": "mail"})
    [link] = links(app)
    later.shift(timedelta(days=8))
    assert client.get(link).status_code == 410
    assert client.get("/en/claims/unknown").status_code == 404


def test_a_group_is_not_flooded_with_links_and_a_doubtful_claim_sends_none(
    app: Flask, client: FlaskClient, later: time_machine.Traveller
) -> None:
    with_mail(app)
    send(client, YOURS, later, wait=1, **CLAIM | {"proof": "mail"})
    assert links(app) == []
    for number in range(CLAIM_GROUP.most + 2):
        claim = CLAIM | {"proof": "mail", "role": f"Number {number}"}
        assert send(client, YOURS, later, **claim).status_code == 303
    assert len(links(app)) <= CLAIM_GROUP.most
    assert len(rows(app, Proposal)) == CLAIM_GROUP.most + 3
