"""A letter for somebody who is reached by post: what the message would say, on paper, and nothing on the outside."""

import io
import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from service.accounts.models import AuditEntry
from service.accounts.permissions import Actor
from service.clock import now
from service.referrals.models import Consent, Introduction, Person, PersonLink, Referral
from service.referrals.models_desk import ContactAttempt
from service.referrals.models_following import FollowUp
from service.referrals.queries import place
from service.web import pdf
from tests.referrals.cast import World
from tests.rows import rows
from tests.web.seeking import said
from tests.web.test_caseload import Make, browse, case, clinic, fields  # noqa: F401  # fixtures

PDF = pytest.mark.skipif(not pdf.is_possible(), reason="needs the system's Pango library")
ADDRESS = "4, Elm Road, Sale, M33 1AB"
TELLING = ("health", "nhs", "doctor", "patient", "lonel", "refer", "gp ")


@pytest.fixture
def mine(app: Flask, engine: Engine, case: Make, clinic: tuple[World, Actor]) -> UUID:  # noqa: F811
    """A case of somebody who chose letters."""
    made = case("in_contact", owner=clinic[0].lin)
    choose(app, engine, made, "letter", ADDRESS)
    return made


@pytest.fixture
def lin(app: Flask, clinic: tuple[World, Actor]) -> FlaskClient:  # noqa: F811
    return browse(app, clinic[0].lin)


def choose(app: Flask, engine: Engine, made: UUID, rule: str, contact: str, language: str = "en") -> None:
    sealer = app.extensions["kith"].sealer("referrals")
    with Session(engine.execution_options(writes=True)) as unit:
        person = unit.get_one(Person, unit.get_one(Referral, made).person_id)
        person.contact_rule, person.language = rule, language
        person.contact = sealer.seal(place("person", person.id, "contact"), contact.encode())
        unit.commit()


def there(made: UUID, name: str = "letter") -> str:
    return f"/en/people/{made}/{name}"


def form(browser: FlaskClient, made: UUID) -> dict[str, str]:
    return {**fields(browser.get(there(made)).text, there(made)), "number": "01632 960 111"}


def write(browser: FlaskClient, made: UUID, **typed: str) -> TestResponse:
    return browser.post(there(made), data={**form(browser, made), "about": "own_link", **typed})


def read(answer: TestResponse) -> str:
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    found = PdfReader(io.BytesIO(answer.get_data()))
    assert len(found.pages) == 1
    return " ".join(found.pages[0].extract_text().split()).replace("\u00a0", " ")


def address_in(text: str) -> str:
    """Read the address off the paper; where a line ends or letters stand wide apart is no part of it."""
    [found] = re.findall(r"/(?:my|check-in)/((?:[2-9a-z]{4}-){6}[2-9a-z]{4})", text.replace(" ", ""))
    return str(found)


@PDF
def test_the_letter_says_what_the_message_says_and_its_address_opens_their_page(
    app: Flask, lin: FlaskClient, mine: UUID
) -> None:
    assert "Write a letter" in said(lin.get(f"/en/people/{mine}"))
    text = read(write(lin, mine))
    for words in ("Your own page", "Cai", "4, Elm Road", "M33 1AB", "01632 960 111", "The link works for 30 days"):
        assert words in text
    assert not any(word in text.casefold() for word in TELLING)
    assert str(now().year) in text
    assert app.test_client().get(f"/en/my/{address_in(text)}").status_code == 200


@PDF
def test_the_same_form_sent_again_is_the_same_letter_and_a_new_one_ends_the_old(
    app: Flask, lin: FlaskClient, mine: UUID
) -> None:
    filled = form(lin, mine)
    first, again = (address_in(read(write(lin, mine, **filled))) for _ in range(2))
    assert first == again, "a program that shows PDFs may ask twice"
    assert len(rows(app, PersonLink)) == 1
    newer = address_in(read(write(lin, mine)))
    assert app.test_client().get(f"/en/my/{newer}").status_code == 200
    assert app.test_client().get(f"/en/my/{first}").status_code == 410


@PDF
def test_only_the_address_stands_in_the_window_and_letters_are_large(lin: FlaskClient, mine: UUID) -> None:
    found = PdfReader(io.BytesIO(write(lin, mine).get_data()))
    page, held = found.pages[0], []
    sizes: list[float] = []

    def note(text: str, cm: list[float], matrix: list[float], _font: object, size: float) -> None:
        if not text.strip():
            return
        x, y = matrix[4] * cm[0] + cm[4], matrix[5] * cm[3] + cm[5]
        sizes.append(size * abs(matrix[3] * cm[3]))
        from_left, from_top = x / 72 * 25.4, (float(page.mediabox.height) - y) / 72 * 25.4
        if from_left < 100 and from_top < 99:
            held.append((text, from_left, from_top))

    page.extract_text(visitor_text=note)
    assert [round(float(side) / 72 * 25.4) for side in (page.mediabox.width, page.mediabox.height)] == [210, 297]
    assert min(sizes) >= 13.9
    shown = " ".join(" ".join(text for text, _x, _y in held).split())
    assert shown == "Cai 4, Elm Road Sale M33 1AB"
    assert all(20 <= left <= 100 and 45 <= top <= 85 for _text, left, top in held)


@PDF
def test_who_wrote_no_address_gets_a_letter_without_one(
    app: Flask, engine: Engine, lin: FlaskClient, mine: UUID
) -> None:
    choose(app, engine, mine, "any", "01632 960 187")
    text = read(write(lin, mine))
    assert "Cai" not in text
    assert "960 187" not in text


def test_in_urdu_it_is_written_from_right_to_left(app: Flask, engine: Engine, lin: FlaskClient, mine: UUID) -> None:
    choose(app, engine, mine, "letter", ADDRESS, "ur")
    answer = write(lin, mine)
    assert answer.status_code == 200
    if answer.mimetype == "application/pdf":
        root: Any = PdfReader(io.BytesIO(answer.get_data())).trailer["/Root"]
        assert root["/Lang"] == "ur"
        return
    assert '<html lang="ur" dir="rtl">' in answer.text, "without letters for it, a page to print"
    assert "سلام" in answer.text
    assert "/ur/my/" in answer.text


@PDF
def test_what_no_message_could_say_waits_for_a_letter(
    app: Flask,
    engine: Engine,
    lin: FlaskClient,
    case: Make,  # noqa: F811
    clinic: tuple[World, Actor],  # noqa: F811
) -> None:
    made = case("introduced", owner=clinic[0].lin)
    choose(app, engine, made, "letter", ADDRESS, "de")
    with Session(engine.execution_options(writes=True)) as unit:
        group, since = clinic[0].group, now() - timedelta(days=30)
        asked = Introduction(id=uuid4(), referral_id=made, group_id=group, state="waitlisted", sent_at=since)
        person_id = unit.get_one(Referral, made).person_id
        yes = Consent(
            id=uuid4(), person_id=person_id, group_id=group, items=["name", "contact"], purpose="introduction"
        )
        yes.words_version, yes.given_by, yes.method = "2026-01", "self", "spoken"
        yes.given_at, yes.expires_at = since, now() + timedelta(days=100)
        unit.add_all([asked, yes])
        unit.flush()
        done = FollowUp(id=uuid4(), introduction_id=asked.id, kind="waiting", which="1", way="task", at=now())
        unit.add(done)
        unit.commit()
        number = done.id.hex
    assert "Do they still wait?" in said(lin.get(there(made)))
    text = read(write(lin, made, about=number))
    assert f"{now().year}" in text
    assert "Möchten" in text or "möchten" in text
    page = app.test_client().get(f"/de/check-in/{address_in(text)}")
    assert page.status_code == 200


def test_one_press_after_posting_is_a_try_by_letter(app: Flask, lin: FlaskClient, mine: UUID) -> None:
    posted = there(mine, "call")
    data = fields(lin.get(there(mine)).text, posted)
    for _ in range(2):
        assert lin.post(posted, data=data).status_code == 303
    [tried] = rows(app, ContactAttempt)
    assert (tried.channel, tried.reached) == ("letter", False)
    assert "Letter: Posted" in said(lin.get(f"/en/people/{mine}"))


@pytest.mark.parametrize("rule", ["phone", "email", "text", "none"])
def test_no_letter_goes_to_who_chose_another_way(
    app: Flask, engine: Engine, lin: FlaskClient, mine: UUID, rule: str
) -> None:
    filled = form(lin, mine)
    choose(app, engine, mine, rule, "01632 960 187")
    assert "Write a letter" not in said(lin.get(f"/en/people/{mine}"))
    assert "They did not choose letters" in said(lin.get(there(mine)))
    assert lin.post(there(mine), data={**filled, "about": "own_link"}).status_code == 422
    assert rows(app, PersonLink) == []


@pytest.mark.parametrize("typed", [{"about": "x"}, {"number": "ring me"}, {"number": "0" * 41}])
def test_what_cannot_be_printed_is_said(app: Flask, lin: FlaskClient, mine: UUID, typed: dict[str, str]) -> None:
    answer = write(lin, mine, **typed)
    assert answer.status_code == 422
    assert "One thing to put right" in said(answer)
    assert rows(app, PersonLink) == []


def test_without_the_library_the_letter_is_a_page_to_print(
    lin: FlaskClient, mine: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing() -> None:
        raise pdf.NotHere("no_library")

    monkeypatch.setattr(pdf, "_library", nothing)
    answer = write(lin, mine)
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert "Your own page" in said(answer)


def test_a_colleagues_letter_asks_for_a_reason_and_writing_one_is_recorded(
    app: Flask,
    lin: FlaskClient,
    mine: UUID,
    clinic: tuple[World, Actor],  # noqa: F811
) -> None:
    filled = form(lin, mine)
    other = browse(app, clinic[1])
    assert "A colleague helps this person" in said(other.get(there(mine)))
    token = fields(other.get("/en/refer").text, "/en/refer")["csrf_token"]
    assert other.post(there(mine), data={**filled, "csrf_token": token, "about": "own_link"}).status_code == 404
    assert browse(app, clinic[0].dee).get(there(mine)).status_code == 404
    write(lin, mine)
    told = [(row.action, row.columns) for row in rows(app, AuditEntry) if row.action == "write_letter"]
    assert told == [("write_letter", ["preferred_name", "contact"])]
    assert "Elm Road" not in repr([vars(row) for row in rows(app, AuditEntry)])
    assert timedelta(days=29) < rows(app, PersonLink)[0].expires_at - now() <= timedelta(days=30)
