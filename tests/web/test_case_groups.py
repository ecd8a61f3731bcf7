"""The page of a person says why they were referred, what a group asked and where to answer, and how often they went."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor
from service.clock import now
from service.referrals.answering import questions
from service.referrals.following.checking_in import ANSWERS
from service.referrals.models import Introduction, Move, Person, Referral
from service.referrals.models_following import FollowUp
from service.referrals.queries import place
from service.web.pressed_words import SAID
from tests.referrals.cast import World
from tests.web.test_caseload import Make, browse, case, clinic, fields, send  # noqa: F401  # fixtures


@pytest.fixture
def asked(app: Flask, engine: Engine, clinic: tuple[World, Actor], case: Make) -> Any:  # noqa: F811
    """Make a case of Lin's with one group that was asked, which may have asked back."""
    sealer = app.extensions["kith"].sealer("referrals")

    def make(state: str = "sent", question: str = "", **values: Any) -> UUID:
        made = case("introduced", owner=clinic[0].lin, need="question", need_rank=2, due_on=now().date())
        with Session(engine.execution_options(writes=True)) as unit:
            row = Introduction(id=uuid4(), referral_id=made, group_id=clinic[0].group, state=state, sent_at=now())
            for name, value in values.items():
                setattr(row, name, value)
            unit.add(row)
            unit.flush()
            referral = unit.get_one(Referral, made)
            referral.reasons = sealer.seal(place("referral", made, "reasons"), b"lonely new_here")
            if question:
                referral.raised = "question"
                questions.ask(unit, sealer=sealer, row=row, words=question, now=now())
            unit.commit()
        return made

    return make


def test_why_somebody_was_referred_is_read_by_whoever_helps(app: Flask, clinic: Any, asked: Any) -> None:  # noqa: F811
    page = browse(app, clinic[0].lin).get(f"/en/people/{asked()}").get_data(as_text=True)
    assert "Lonely or cut off" in page
    assert "New to the area" in page


def test_what_a_group_asks_is_answered_where_the_person_is_helped(app: Flask, clinic: Any, asked: Any) -> None:  # noqa: F811
    made, browser = asked(question="Can he walk a mile?"), browse(app, clinic[0].lin)
    page = browser.get(f"/en/people/{made}").get_data(as_text=True)
    assert "Can he walk a mile?" in page
    assert 'name="need" value="question"' not in page  # it is settled by an answer, not by a press that answers nobody
    path = next(part.split('"')[0] for part in page.split('action="')[1:] if "/questions/" in part.split('"')[0])
    answered = browser.post(path, data={**fields(page, path), "words": "Yes, slowly"})
    assert answered.location == f"/en/people/{made}"
    assert "Can he walk a mile?" not in browser.get(f"/en/people/{made}").get_data(as_text=True)


def test_visits_are_counted_on_the_page(app: Flask, clinic: Any, asked: Any) -> None:  # noqa: F811
    made = asked("attended", attended=2, last_attended_on=(now() - timedelta(days=1)).date())
    page = browse(app, clinic[0].lin).get(f"/en/people/{made}").get_data(as_text=True)
    assert "2 visits, the last one on" in page
    assert "The third visit settles." in page


def test_who_may_not_be_contacted_is_reached_through_whoever_referred_them(
    app: Flask,
    engine: Engine,
    clinic: Any,  # noqa: F811
    asked: Any,
) -> None:
    made = asked()
    with Session(engine.execution_options(writes=True)) as unit:
        referral = unit.get_one(Referral, made)
        referral.acting_for = "Dr Bello"
        unit.get_one(Person, referral.person_id).contact_rule = "none"
        told = Move(id=uuid4(), entity="referral", entity_id=made, number=1, from_state="draft", to_state="sent")
        told.part, told.by_role, told.at = "P", "referrer", now()
        unit.add(told)
        unit.commit()
    page = browse(app, clinic[0].lin).get(f"/en/people/{made}").get_data(as_text=True)
    assert "Ask Dr Bello, who referred them." in page


def test_what_happened_at_one_moment_is_told_in_the_order_it_led_on(
    app: Flask,
    clinic: Any,  # noqa: F811
    case: Make,  # noqa: F811
) -> None:
    lin = browse(app, clinic[0].lin)
    made = case("accepted", owner=clinic[0].lin)
    assert send(lin, made, "call", channel="phone", reached="yes", said="Likes cards") == 303
    page = lin.get(f"/en/people/{made}").get_data(as_text=True).partition("What happened")[2]
    told = ["<strong>In touch</strong>", "Likes cards", "<strong>Phone: Reached</strong>"]
    assert sorted(told, key=page.index) == told, "the newest first"


def test_what_they_answered_to_our_message_is_told_in_their_words(
    app: Flask,
    engine: Engine,
    clinic: Any,  # noqa: F811
    asked: Any,
) -> None:
    sealer, made = app.extensions["kith"].sealer("referrals"), asked("attended", attended=1)
    with Session(engine.execution_options(writes=True)) as unit:
        asked_of = unit.scalars(select(Introduction.id).where(Introduction.referral_id == made)).one()
        row = FollowUp(id=uuid4(), introduction_id=asked_of, kind="check_in", which="1", at=now(), answered_at=now())
        row.answer = sealer.seal(place("follow_up", row.id, "answer"), b"very_low")
        unit.add(row)
        unit.commit()
    page = browse(app, clinic[0].lin).get(f"/en/people/{made}").get_data(as_text=True)
    assert "They answered: I feel very low" in page


def test_every_answer_that_can_be_given_has_its_words() -> None:
    assert set(SAID) == {answer for answers in ANSWERS.values() for answer in answers}


def test_what_happened_long_ago_is_folded_and_still_there(app: Flask, clinic: Any, case: Make) -> None:  # noqa: F811
    lin, made = browse(app, clinic[0].lin), case("accepted", owner=clinic[0].lin)
    for number in range(10):
        assert send(lin, made, "note", words=f"Note number {number}") == 303
    page = lin.get(f"/en/people/{made}").get_data(as_text=True).partition("What happened")[2]
    assert page.index("Note number 9") < page.index("<details") < page.index("Note number 0")
