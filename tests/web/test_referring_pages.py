"""The leader's link and the professional's pages: nothing before a button, one answer, own people only."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from service.accounts.models import AuditEntry
from service.accounts.permissions import Actor
from service.clock import now
from service.db import Base
from service.referrals import operations
from service.referrals.models import Introduction, LeaderLink
from tests import people
from tests.referrals import cast as referring
from tests.referrals.cast import CONTACT, NAME, NEEDS, Post, World

NOTHING_OF_CAI = ("zqax", "Cai", CONTACT)


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def cast(engine: Engine) -> World:
    with Session(engine.execution_options(writes=True)) as unit:
        made = referring.world(unit)
        unit.commit()
    return made


@pytest.fixture
def token(app: Flask, engine: Engine, cast: World, post: Post) -> str:
    refer(app, engine, cast, post)
    return post.last


def refer(app: Flask, engine: Engine, cast: World, post: Post, **who: Any) -> UUID:
    """Have Bo refer Cai, sealed as this application seals."""
    sealer = app.extensions["kith"].sealer("referrals")
    with Session(engine.execution_options(writes=True)) as unit:
        said = referring.consent(given_at=now() - timedelta(hours=1))
        asked = referring.request(cast.group, who=referring.person(**who), said=said)
        made = operations.refer(
            unit, sealer=sealer, mail=post.mail, referral_id=uuid4(), request=asked, actor=cast.bo, now=now()
        )
        unit.commit()
    return made.id


def address(token: str) -> str:
    return f"/en/answer/{token}"


def hidden(page: TestResponse) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.get_data(as_text=True))
    return {name: unescape(value) for name, value in found}


def see(client: FlaskClient, token: str) -> TestResponse:
    opened = client.get(address(token))
    return client.post(address(token), data={**hidden(opened), "step": "see"})


def say(client: FlaskClient, token: str, **fields: str) -> TestResponse:
    return client.post(address(token), data={**hidden(see(client, token)), **fields})


def browse(app: Flask, who: Actor) -> FlaskClient:
    assert who.user_id
    return people.signed_in(app, who.user_id)


def one(engine: Engine, wanted: Any) -> Any:
    with Session(engine) as session:
        return session.scalars(select(wanted)).one()


def test_from_the_link_to_a_yes_in_three_plain_pages(client: FlaskClient, engine: Engine, token: str) -> None:
    opened = client.get(address(token))
    assert opened.status_code == 200
    text = opened.get_data(as_text=True)
    assert "Evening Singers" in text
    assert not [word for word in NOTHING_OF_CAI if word in text]
    seen = see(client, token).get_data(as_text=True)
    assert NAME in seen
    assert NEEDS in seen
    assert CONTACT not in seen
    done = say(client, token, answer="accept")
    assert done.status_code == 200
    assert CONTACT in done.get_data(as_text=True)
    assert one(engine, Introduction).state == "accepted"


def test_not_suitable_is_taken_with_its_reason_and_tells_no_contact(
    client: FlaskClient, engine: Engine, token: str
) -> None:
    done = say(client, token, answer="decline", reason="wrong_time", note="Mornings would do")
    assert done.status_code == 200
    assert CONTACT not in done.get_data(as_text=True)
    row = one(engine, Introduction)
    assert (row.state, row.reason) == ("declined", "wrong_time")


@pytest.mark.parametrize("fields", [{}, {"reason": ""}, {"reason": "because"}, {"reason": "full", "note": "x" * 301}])
def test_a_no_that_cannot_be_taken_is_shown_again_with_what_to_mend(
    client: FlaskClient, engine: Engine, token: str, fields: dict[str, str]
) -> None:
    again = say(client, token, answer="decline", **fields)
    assert again.status_code == 422
    text = again.get_data(as_text=True)
    assert "Error:" in text
    assert NAME in text
    assert one(engine, Introduction).state == "sent"
    assert say(client, token, answer="accept").status_code == 200


def everything(engine: Engine) -> dict[str, int]:
    with Session(engine) as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def test_programs_that_open_the_link_use_nothing_up_and_see_nothing(
    client: FlaskClient, engine: Engine, token: str
) -> None:
    before = everything(engine)
    for _ in range(100):
        opened = client.get(address(token))
    for _ in range(10):
        assert client.head(address(token)).status_code == 200
    assert not [word for word in NOTHING_OF_CAI if word in opened.get_data(as_text=True)]
    assert everything(engine) == before
    assert one(engine, LeaderLink).used_at is None
    assert say(client, token, answer="accept").status_code == 200


def test_a_used_link_says_so_and_tells_nothing_more(app: Flask, client: FlaskClient, token: str) -> None:
    form = hidden(see(client, token))
    say(client, token, answer="accept")
    for again in (
        client.get(address(token)),
        client.post(address(token), data={**form, "step": "see"}),
        client.post(address(token), data={**form, "answer": "decline", "reason": "full"}),
    ):
        assert again.status_code == 410
        text = again.get_data(as_text=True)
        assert "used already" in text
        assert "What you can do" in text
        assert not [word for word in NOTHING_OF_CAI if word in text]


def test_a_link_that_has_run_out_and_one_that_never_was(client: FlaskClient, token: str) -> None:
    with time_machine.travel(now() + timedelta(days=11)):
        ended = client.get(address(token))
    assert ended.status_code == 410
    assert "It worked until" in ended.get_data(as_text=True)
    unknown = client.get(address("x" * 43))
    assert unknown.status_code == 404
    assert "What you can do" in unknown.get_data(as_text=True)


def test_an_answer_to_an_older_page_is_not_taken(client: FlaskClient, engine: Engine, token: str) -> None:
    for version in ("0", "99", "x", ""):
        assert say(client, token, answer="accept", version=version).status_code == 409
    assert one(engine, Introduction).state == "sent"


def test_another_site_cannot_answer(client: FlaskClient, engine: Engine, token: str) -> None:
    form = hidden(see(client, token))
    sent = {**form, "answer": "accept"}
    assert client.post(address(token), data={**sent, "csrf_token": "forged"}).status_code == 403
    for headers in ({"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert client.post(address(token), data=sent, headers=headers).status_code == 403
    assert one(engine, Introduction).state == "sent"


def test_pages_behind_a_link_are_kept_and_found_by_nobody(client: FlaskClient, token: str) -> None:
    for page in (client.get(address(token)), see(client, token), client.get(address("x" * 43))):
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in page.headers["X-Robots-Tag"]


def test_somebody_who_must_not_be_contacted_is_protected(
    app: Flask, client: FlaskClient, engine: Engine, cast: World, post: Post
) -> None:
    refer(app, engine, cast, post, contact_rule="none")
    text = say(client, post.last, answer="accept").get_data(as_text=True)
    assert CONTACT not in text
    assert "do not write or ring" in text


def test_text_is_text(app: Flask, client: FlaskClient, engine: Engine, cast: World, post: Post) -> None:
    nasty = "<script>alert(1)</script>"
    made = refer(app, engine, cast, post, preferred_name=nasty, needs=nasty, contact=nasty)
    bo = browse(app, cast.bo)
    pages = [see(client, post.last), say(client, post.last, answer="accept")]
    pages += [bo.get("/en/referrals"), bo.get(f"/en/referrals/{made}")]
    for page in pages:
        assert page.status_code == 200
        assert "<script>alert" not in page.get_data(as_text=True)


def test_whoever_referred_reads_the_list_and_the_answer(
    app: Flask, client: FlaskClient, engine: Engine, cast: World, post: Post
) -> None:
    made = refer(app, engine, cast, post)
    bo = browse(app, cast.bo)
    assert "Waiting for an answer" in bo.get("/en/referrals").get_data(as_text=True)
    waiting = bo.get(f"/en/referrals/{made}").get_data(as_text=True)
    assert NAME in waiting
    assert CONTACT not in waiting
    say(client, post.last, answer="decline", reason="wrong_time", note="Mornings would do")
    answered = bo.get(f"/en/referrals/{made}")
    text = answered.get_data(as_text=True)
    assert "The group said no" in text
    assert "The time does not fit" in text
    assert "Mornings would do" in text
    assert answered.headers["Cache-Control"] == "no-store"


def test_who_was_sent_to_no_group_yet_has_had_no_answer(app: Flask, engine: Engine, cast: World, post: Post) -> None:
    made = refer(app, engine, cast, post)
    with Session(engine.execution_options(writes=True)) as unit:
        unit.execute(delete(LeaderLink))
        unit.execute(delete(Introduction).where(Introduction.referral_id == made))
        unit.commit()
    page = browse(app, cast.bo).get("/en/referrals").get_data(as_text=True)
    assert "No group was asked yet" in page
    assert "Everyone has had an answer." not in page


def test_no_organisation_and_no_other_referrer_sees_a_person(
    app: Flask, engine: Engine, cast: World, post: Post
) -> None:
    made = refer(app, engine, cast, post)
    for colleague, status in ((cast.lin, 200), (cast.beth, 404), (cast.dee, 404)):
        browser = browse(app, colleague)
        page, listed = browser.get(f"/en/referrals/{made}"), browser.get("/en/referrals")
        assert page.status_code == status
        assert (NAME in listed.get_data(as_text=True)) is (status == 200)
    dee = browse(app, cast.dee)
    foreign, unknown = dee.get(f"/en/referrals/{made}"), dee.get(f"/en/referrals/{uuid4()}")
    assert alike(foreign) == alike(unknown)


def alike(page: TestResponse) -> str:
    """A page without what differs at every request: its address, its reference and its form token."""
    text = re.sub(r"/referrals/[0-9a-f-]{36}", "", page.get_data(as_text=True))
    reference = page.headers.get("X-Request-Id")
    return text.replace(reference, "") if reference else text


def test_a_visitor_is_led_to_sign_in_and_an_editor_turned_away(app: Flask, client: FlaskClient) -> None:
    cast = people.settle(app)
    for path in ("/en/referrals", f"/en/referrals/{uuid4()}"):
        assert client.get(path).status_code == 303
        assert people.signed_in(app, cast.ada).get(path).status_code == 403


def test_each_reading_is_recorded(app: Flask, client: FlaskClient, engine: Engine, cast: World, post: Post) -> None:
    made = refer(app, engine, cast, post)
    browse(app, cast.bo).get(f"/en/referrals/{made}")
    browse(app, cast.dee).get(f"/en/referrals/{made}")
    see(client, post.last)
    with Session(engine) as session:
        rows = session.execute(select(AuditEntry.action, AuditEntry.outcome).order_by(AuditEntry.sequence)).all()
    told = [tuple(row) for row in rows if row.action != "sign_in"]
    assert told == [
        ("refer", "done"),
        ("read_referrals", "done"),
        ("read_referrals", "denied"),
        ("see_person", "done"),
    ]
