"""People on the pages of those who help: kept after a look at who is there, asked in plain words, never twice."""

import re
from html import unescape
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from service.accounts.permissions import Actor
from service.notifications.models import OutboxMessage
from service.referrals.models import Consent, Introduction, Person, PersonLink, Referral
from service.referrals.people.given import WORDS_VERSION
from service.web.professional.people import words
from tests import people
from tests.referrals import cast as referring
from tests.referrals.cast import Post, World
from tests.web.test_referring_pages import refer

UMA = {
    "preferred_name": "Uma zqaxname",
    "contact": "uma.zqax@example.org",
    "contact_rule": "email",
    "language": "en",
    "needs": "zqaxneeds",
}
# What is read out, by its version: change a sentence, and a yes to the old one must not pass for a yes to the new.
READ_OUT = {
    "2026-11": (
        "May we tell %(name)s what is ticked here, so that they can welcome you? They use it for nothing else.",
        "May those who help people at %(name)s know what is ticked here, so that they can look with you?",
        "May %(name)s hear how it goes: whether you went, and whether you liked it?",
        "May %(name)s keep your answers about how you feel, to see what changes? No group sees them.",
        "You can take it back at any time. A no costs you nothing.",
    )
}


@pytest.fixture
def cast(engine: Engine) -> World:
    with Session(engine.execution_options(writes=True)) as unit:
        made = referring.world(unit)
        unit.commit()
    return made


def browse(app: Flask, who: Actor) -> FlaskClient:
    assert who.user_id
    return people.signed_in(app, who.user_id)


def hidden(page: TestResponse) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.get_data(as_text=True))
    return {name: unescape(value) for name, value in found}


def send(client: FlaskClient, path: str, **fields: object) -> TestResponse:
    return client.post(path, data={**hidden(client.get(path)), **fields})


def add(client: FlaskClient, **fields: str) -> UUID:
    done = send(client, "/en/people/add", **{**UMA, **fields})
    assert done.status_code == 303, done.get_data(as_text=True)
    return UUID(done.headers["Location"].split("/")[-2])


def count(engine: Engine, of: type) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(of)) or 0


def test_the_words_that_are_read_out_belong_to_their_version() -> None:
    assert READ_OUT[WORDS_VERSION] == (*map(str, words.ASKED.values()), str(words.ALWAYS))


def test_somebody_is_added_and_the_words_to_read_out_come_next(app: Flask, cast: World) -> None:
    client = browse(app, cast.lin)
    made = add(client)
    page = client.get(f"/en/people/{made}/consents").get_data(as_text=True)
    assert "Uma zqaxname" in page
    assert "May those who help people at Oak Clinic know" in page
    assert "Nothing yet. Nothing is shared." in page


def test_what_is_wrong_is_shown_beside_what_was_typed(app: Flask, cast: World, engine: Engine) -> None:
    again = send(browse(app, cast.lin), "/en/people/add", **{**UMA, "preferred_name": "", "contact": "zqaxnowhere"})
    text = again.get_data(as_text=True)
    assert again.status_code == 422
    assert "zqaxnowhere" in text
    assert "Tell us what to call them." in text
    assert "Write a whole e-mail address" in text
    assert count(engine, Person) == 0


def test_who_looks_the_same_is_offered_before_anybody_is_added(app: Flask, cast: World, engine: Engine) -> None:
    client = browse(app, cast.lin)
    made = add(client)
    asked = send(client, "/en/people/add", **UMA)
    assert asked.status_code == 409
    assert f"/en/people/{made}/change" in asked.get_data(as_text=True)
    assert count(engine, Person) == 1
    kept = client.post("/en/people/add", data={**hidden(asked), **UMA})
    assert kept.status_code == 303
    assert count(engine, Person) == 2


def test_people_of_others_are_neither_offered_nor_opened(app: Flask, cast: World) -> None:
    made = add(browse(app, cast.bo))
    for stranger in (cast.dee, cast.beth):
        client = browse(app, stranger)
        for page in ("change", "consents"):
            assert client.get(f"/en/people/{made}/{page}").status_code == 404
            assert (
                client.post(f"/en/people/{made}/{page}", data=hidden(client.get("/en/people/add"))).status_code == 404
            )
        assert add(client) != made


def test_two_records_are_put_together_with_one_press(app: Flask, cast: World, engine: Engine) -> None:
    client = browse(app, cast.lin)
    first = add(client)
    second = add(client, other="yes")
    shown = client.get(f"/en/people/{first}/change")
    form = dict(re.findall(r'name="(other|other_version)" value="([^"]+)"', shown.get_data(as_text=True)))
    assert form["other"] == str(second)
    done = client.post(f"/en/people/{first}/together", data={**hidden(shown), **form})
    assert done.status_code == 303
    assert client.get(f"/en/people/{second}/change").status_code == 404
    assert count(engine, Person) == 1


def test_a_change_made_meanwhile_is_not_overwritten(app: Flask, cast: World) -> None:
    client = browse(app, cast.lin)
    path = f"/en/people/{add(client)}/change"
    old = hidden(client.get(path))
    assert client.post(path, data={**old, **UMA, "preferred_name": "Una"}).status_code == 303
    late = client.post(path, data={**old, **UMA, "preferred_name": "Ursa"})
    assert late.status_code == 409
    assert "Una" in late.get_data(as_text=True)


def asked_for(client: FlaskClient, path: str, recipient: str) -> str:
    page = client.get(path).get_data(as_text=True)
    offers: list[str] = re.findall(r'name="asked" value="([^"]+)"', page)
    return next(one for one in offers if one.startswith(recipient))


def test_a_yes_is_kept_as_it_was_said_and_taken_back_with_one_press(app: Flask, cast: World, engine: Engine) -> None:
    client = browse(app, cast.lin)
    path = f"/en/people/{add(client)}/consents"
    said = {"items": ["name", "contact"], "method": "spoken", "given_by": "self", "months": "3"}
    done = send(client, path, act="yes", asked=asked_for(client, path, "link_work"), **said)
    assert done.status_code == 303
    with Session(engine) as session:
        row = session.scalars(select(Consent)).one()
    assert (row.purpose, row.items, row.words_version) == ("link_work", ["contact", "name"], WORDS_VERSION)
    assert (row.expires_at - row.given_at).days in range(88, 94)
    back = send(client, path, act="withdraw", consent=str(row.id))
    assert back.status_code == 303
    assert "Taken back" in client.get(back.headers["Location"]).get_data(as_text=True)


def test_whoever_helps_goes_back_to_the_person_and_whoever_refers_to_the_referral(
    app: Flask, cast: World, engine: Engine
) -> None:
    made = refer(app, engine, cast, Post())
    with Session(engine.execution_options(writes=True)) as unit:
        row = unit.get_one(Referral, made)
        person, row.owner_user_id = row.person_id, cast.lin.user_id
        unit.commit()
    there = f"/en/people/{person}/consents"
    assert f'href="/en/people/{made}"' in browse(app, cast.lin).get(there).get_data(as_text=True)
    assert f'href="/en/referrals/{made}"' in browse(app, cast.bo).get(there).get_data(as_text=True)


@pytest.mark.parametrize(
    ("left_out", "sentence"),
    [
        ("items", "Tick what they said yes to."),
        ("method", "How did they say it?"),
        ("given_by", "Who decided?"),
        ("words_version", "The words have changed"),
    ],
)
def test_half_a_yes_is_none(app: Flask, cast: World, engine: Engine, left_out: str, sentence: str) -> None:
    client = browse(app, cast.lin)
    path = f"/en/people/{add(client)}/consents"
    said: dict[str, object] = {
        "asked": asked_for(client, path, "link_work"),
        "items": ["name"],
        "method": "spoken",
        "given_by": "self",
        "months": "12",
        "words_version": WORDS_VERSION,
    }
    again = send(client, path, act="yes", **{**said, left_out: ""})
    assert again.status_code == 422
    assert sentence in again.get_data(as_text=True)
    assert count(engine, Consent) == 0


def test_the_group_s_link_ends_when_a_worker_takes_the_yes_back(
    app: Flask, client: FlaskClient, cast: World, engine: Engine
) -> None:
    post = Post()
    referral_id = refer(app, engine, cast, post)
    with Session(engine) as session:
        person_id = session.get_one(Referral, referral_id).person_id
        yes = session.scalars(select(Consent)).one().id
    send(browse(app, cast.bo), f"/en/people/{person_id}/consents", act="withdraw", consent=str(yes))
    with Session(engine) as session:
        assert session.scalars(select(Introduction)).one().state == "withdrawn"
    assert client.get(f"/en/answer/{post.last}").status_code == 410


def test_the_link_to_their_own_page_goes_out_in_words_that_tell_nothing(
    app: Flask, cast: World, engine: Engine
) -> None:
    client = browse(app, cast.lin)
    path = f"/en/people/{add(client)}/consents"
    done = send(client, path, act="link")
    assert "on its way" in client.get(done.headers["Location"]).get_data(as_text=True)
    assert (count(engine, PersonLink), count(engine, OutboxMessage)) == (1, 1)
    quiet = f"/en/people/{add(client, contact_rule='none', other='yes')}/consents"
    refused = send(client, quiet, act="link")
    told = client.get(refused.headers["Location"]).get_data(as_text=True)
    assert "Nothing was sent." in told
    assert "That did not work" in told
    assert (count(engine, PersonLink), count(engine, OutboxMessage)) == (1, 1)
