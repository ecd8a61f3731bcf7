"""Twelve weeks after somebody answered, whoever helps is told once that the same questions may be asked again."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from service.referrals.following import operations, rounds
from service.referrals.following.letters import Letters
from service.referrals.history import settle_need
from service.referrals.lifecycle import Part
from service.referrals.measures import operations as measures
from service.referrals.measures.definitions import SHEETS
from service.referrals.measures.operations import Sitting
from service.referrals.models import Consent, Introduction, Referral
from tests.referrals.cast import NOW, SEALER
from tests.referrals.following.conftest import DAY, Hands

WEEK = timedelta(weeks=1)
SAID = {"company": "often", "left_out": "often", "cut_off": "sometimes", "lonely": "always"}


@pytest.fixture
def asked(hands: Hands) -> Introduction:
    """Somebody who answered on the first day, and goes to a group."""
    row = hands.booked(NOW + 2 * WEEK)
    answer(hands, row, NOW)
    return row


def answer(hands: Hands, row: Introduction, at: datetime) -> None:
    measures.take(
        hands.session,
        sealer=SEALER,
        referral_id=row.referral_id,
        measures=SHEETS["feeling"],
        answers=SAID,
        sitting=Sitting(mode="phone", taken_on=at.date(), yes=True),
        actor=hands.world.lin,
        now=at,
    )


def run(hands: Hands, letters: Letters, at: datetime) -> list[str]:
    found = [one for one in rounds.due(hands.session, letters, now=at) if one.kind == "ask_again"]
    return [one.kind for one in found if rounds.do(hands.session, letters, one, now=at)]


def raised(hands: Hands, row: Introduction) -> str | None:
    return hands.session.get_one(Referral, row.referral_id).raised


def test_it_is_told_after_twelve_weeks_and_once(hands: Hands, letters: Letters, asked: Introduction) -> None:
    assert run(hands, letters, NOW + 12 * WEEK - DAY) == []
    assert run(hands, letters, NOW + 12 * WEEK) == ["ask_again"]
    assert raised(hands, asked) == "measure"
    assert run(hands, letters, NOW + 12 * WEEK) == []
    settle_need(hands.session, hands.session.get_one(Referral, asked.referral_id), today=(NOW + 13 * WEEK).date())
    assert run(hands, letters, NOW + 13 * WEEK) == [], "looked after is looked after"
    assert raised(hands, asked) is None


def test_who_answers_again_is_off_the_list(hands: Hands, letters: Letters, asked: Introduction) -> None:
    run(hands, letters, NOW + 12 * WEEK)
    answer(hands, asked, NOW + 12 * WEEK + DAY)
    assert raised(hands, asked) is None
    assert run(hands, letters, NOW + 30 * WEEK) == []


def test_who_answered_again_by_themselves_is_not_asked(hands: Hands, letters: Letters, asked: Introduction) -> None:
    answer(hands, asked, NOW + 9 * WEEK)
    assert run(hands, letters, NOW + 12 * WEEK) == []


def test_without_a_yes_or_after_the_end_nobody_is_asked(hands: Hands, letters: Letters, asked: Introduction) -> None:
    other = hands.refer(hands.world.group, preferred_name="Uma", contact="uma@example.org")
    answer(hands, other, NOW)
    operations.close(
        hands.session,
        referral_id=other.referral_id,
        reason="goals_met",
        part=Part.LINK_WORKER,
        actor=hands.world.lin,
        now=NOW + WEEK,
        post=letters.post,
    )
    person = hands.session.get_one(Referral, asked.referral_id).person_id
    theirs = select(Consent).where(Consent.purpose == "measures", Consent.person_id == person)
    hands.session.scalars(theirs).one().withdrawn_at = NOW + WEEK
    hands.session.flush()
    assert run(hands, letters, NOW + 12 * WEEK) == []
