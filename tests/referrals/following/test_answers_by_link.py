"""What a person and a leader say by the links in our messages: once, by a press, and it moves what it should."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from service.catalog.models import Group
from service.errors import Gone, Invalid, NotFound
from service.referrals.following import attendance, checking_in, rounds
from service.referrals.following.letters import Letters
from service.referrals.models import Consent, Introduction
from service.referrals.models_following import FollowUp
from tests.referrals.cast import NAME, NOW, SEALER
from tests.referrals.following.conftest import DAY, Hands
from tests.referrals.following.test_rounds import words_of, written

AT = datetime(2026, 3, 12, 10, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


def token_of(hands: Hands, letters: Letters, template: str, at: datetime) -> str:
    """Let the job run; return the secret of the link it wrote."""
    hands.now = at
    for one in rounds.due(hands.session, letters, now=at):
        rounds.do(hands.session, letters, one, now=at)
    return words_of(written(hands, template)[-1])["link"].rpartition("/")[2]


def visited(hands: Hands) -> Introduction:
    row = hands.booked(AT)
    hands.now = AT + HOUR
    hands.mark(row, "attended")
    return row


def say(hands: Hands, token: str, answer: str) -> str:
    return checking_in.say(hands.session, sealer=SEALER, token=token, answer=answer, now=hands.now)


@pytest.mark.parametrize(
    ("answer", "need", "rank"),
    [
        ("going_well", "check_in", 4),
        ("not_for_me", "not_for_me", 2),
        ("call_me", "asks_for_call", 2),
        ("very_low", "safety", 0),
    ],
)
def test_what_somebody_says_stands_before_whoever_helps_them(
    hands: Hands, letters: Letters, answer: str, need: str, rank: int
) -> None:
    row = visited(hands)
    token = token_of(hands, letters, "check_in", AT + 7 * DAY)
    assert "zqax" not in repr(checking_in.opened(hands.session, token=token, now=hands.now))
    assert say(hands, token, answer) == "check_in"
    referral = hands.referral(row)
    assert (referral.need, referral.need_rank, referral.changed_at) == (need, rank, hands.now)
    kept = hands.session.scalars(select(FollowUp)).one()
    assert answer.encode() not in (kept.answer or b"")
    assert SEALER.open(f"follow_up:{kept.id}:answer", kept.answer or b"") == answer.encode()


def test_whoever_still_goes_after_four_and_twelve_weeks_has_found_their_group(hands: Hands, letters: Letters) -> None:
    row = visited(hands)
    for week in (1, 4, 12):
        say(hands, token_of(hands, letters, "check_in", AT + 7 * week * DAY), "going_well")
    assert (row.attended, row.state, hands.referral(row).state) == (3, "settled", "settled")


def test_a_link_answers_once_and_opening_it_uses_nothing_up(hands: Hands, letters: Letters) -> None:
    visited(hands)
    token = token_of(hands, letters, "check_in", AT + 7 * DAY)
    for _ in range(20):
        assert checking_in.opened(hands.session, token=token, now=hands.now).kind == "check_in"
    with pytest.raises(Invalid, match="answer"):
        say(hands, token, "because")
    say(hands, token, "going_well")
    with pytest.raises(Gone, match="link_used"):
        say(hands, token, "very_low")
    with pytest.raises(NotFound, match="link_unknown"):
        say(hands, f"{token}x", "very_low")


def test_whoever_cannot_come_says_so_and_somebody_rings(hands: Hands, letters: Letters) -> None:
    row = hands.booked(AT)
    token = token_of(hands, letters, "appointment", AT - 3 * DAY)
    assert checking_in.opened(hands.session, token=token, now=hands.now).at == AT
    say(hands, token, "cannot_come")
    assert hands.referral(row).need == "asks_for_call"


@pytest.mark.parametrize(
    ("answer", "state", "need"), [("still", "waitlisted", "still_waiting"), ("no_more", "withdrawn", "next_group")]
)
def test_whoever_waits_says_whether_they_still_do(
    hands: Hands, letters: Letters, answer: str, state: str, need: str
) -> None:
    row = hands.refer()
    hands.accept(row, "waitlisted")
    say(hands, token_of(hands, letters, "still_waiting", NOW + 29 * DAY), answer)
    assert (row.state, hands.referral(row).need) == (state, need)


def test_of_what_has_ended_nothing_is_asked(hands: Hands, letters: Letters) -> None:
    row = visited(hands)
    token = token_of(hands, letters, "check_in", AT + 7 * DAY)
    hands.close(row, "moved_away")
    with pytest.raises(Gone):
        say(hands, token, "very_low")


# ---- the leader ------------------------------------------------------------------------------------------------------


@pytest.fixture
def asked(hands: Hands, letters: Letters) -> tuple[Introduction, str]:
    hands.session.get_one(Group, hands.world.group).email = "eli@example.org"
    row = hands.booked(AT)
    return row, token_of(hands, letters, "outcome_wanted", AT + DAY)


@pytest.mark.parametrize(
    ("answer", "state", "need"),
    [
        ("came", "attended", "check_in"),
        ("not_come", "no_show", "kind_call"),
        ("not_met", "session_cancelled", "offer_date"),
    ],
)
def test_one_press_says_whether_they_came(
    hands: Hands, asked: tuple[Introduction, str], answer: str, state: str, need: str
) -> None:
    row, token = asked
    for _ in range(20):
        assert "zqax" not in repr(attendance.opened(hands.session, token=token, now=hands.now))
    attendance.say(hands.session, token=token, answer=answer, now=hands.now)
    assert (row.state, hands.referral(row).need) == (state, need)
    with pytest.raises(Gone, match="link_used"):
        attendance.say(hands.session, token=token, answer=answer, now=hands.now)


def test_a_name_is_told_only_when_asked_for_and_only_while_it_is_agreed(
    hands: Hands, asked: tuple[Introduction, str]
) -> None:
    _, token = asked
    assert attendance.who(hands.session, sealer=SEALER, token=token, now=hands.now) == NAME
    for consent in hands.session.scalars(select(Consent)):
        consent.withdrawn_at = NOW
    hands.session.flush()
    with pytest.raises(Gone, match="link_revoked"):
        attendance.who(hands.session, sealer=SEALER, token=token, now=hands.now)


def test_what_somebody_else_said_before_is_not_asked_again(hands: Hands, asked: tuple[Introduction, str]) -> None:
    row, token = asked
    hands.mark(row, "attended", on=AT.date())
    with pytest.raises(Gone, match="link_revoked"):
        attendance.opened(hands.session, token=token, now=hands.now)


@pytest.mark.parametrize("answer", ["", "yes", "attended"])
def test_another_word_is_no_answer(hands: Hands, asked: tuple[Introduction, str], answer: str) -> None:
    with pytest.raises(Invalid, match="answer"):
        attendance.say(hands.session, token=asked[1], answer=answer, now=hands.now)
    assert attendance.opened(hands.session, token=asked[1], now=hands.now).at == AT
