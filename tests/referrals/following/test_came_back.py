"""A message that came back is somebody's to look after, once; one that was stopped on purpose is nobody's."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from service.notifications import outbox
from service.notifications.channels import Never
from service.notifications.models import OutboxMessage
from service.referrals.clocks import NEEDS, RAISED
from service.referrals.following.letters import Letters
from service.referrals.models import Introduction
from service.referrals.models_following import FollowUp
from tests.referrals.following.conftest import DAY, POST, Hands
from tests.referrals.following.test_rounds import AT, run


def reminded(hands: Hands, letters: Letters) -> tuple[Introduction, datetime]:
    """A date is agreed, and its first reminder is put."""
    row, at = hands.booked(AT), AT - 3 * DAY
    assert "remind" in run(hands, letters, at)
    return row, at


def fail(hands: Hands, reason: str, at: datetime) -> None:
    """The server refuses whatever is due."""
    for message in outbox.take_due(hands.session, now=at + timedelta(hours=12), sealer=POST):
        if message.template == "appointment":
            assert outbox.mark_failed(hands.session, message, Never(reason), now=at, sealer=POST)


@pytest.mark.parametrize("reason", ["smtp_550", "smtp_553", "address", "address_letters", "too_late"])
def test_whoever_helps_is_asked_for_another_way_once(hands: Hands, letters: Letters, reason: str) -> None:
    row, at = reminded(hands, letters)
    fail(hands, reason, at)
    assert "way" in run(hands, letters, at + timedelta(hours=13))
    referral = hands.referral(row)
    assert (referral.need, referral.raised) == ("way", "way")
    [done] = hands.session.scalars(select(FollowUp).where(FollowUp.kind == "remind"))
    assert done.way == "task"
    assert "way" not in run(hands, letters, at + timedelta(hours=14))


@pytest.mark.parametrize("reason", ["closed", "withdrawn", "quiet"])
def test_what_was_stopped_on_purpose_asks_nothing_of_anybody(hands: Hands, letters: Letters, reason: str) -> None:
    row, at = reminded(hands, letters)
    fail(hands, reason, at)
    assert "way" not in run(hands, letters, at + timedelta(hours=13))
    assert hands.referral(row).raised is None


def test_a_message_that_went_asks_nothing(hands: Hands, letters: Letters) -> None:
    _row, at = reminded(hands, letters)
    for message in outbox.take_due(hands.session, now=at + timedelta(hours=12), sealer=POST):
        outbox.mark_sent(hands.session, message, now=at)
    assert "way" not in run(hands, letters, at + timedelta(hours=13))


def test_of_somebody_whose_case_has_ended_nothing_is_asked(hands: Hands, letters: Letters) -> None:
    row, at = reminded(hands, letters)
    fail(hands, "smtp_550", at)
    hands.close(row, "moved_away")
    assert "way" not in run(hands, letters, at + timedelta(hours=13))
    assert hands.referral(row).need is None


def test_all_that_can_be_raised_at_once_has_room_in_its_column() -> None:
    assert len(" ".join(RAISED)) <= 200
    assert set(RAISED) <= set(NEEDS)


def test_an_old_failure_is_no_news(hands: Hands, letters: Letters) -> None:
    _row, at = reminded(hands, letters)
    fail(hands, "smtp_550", at)
    kept = hands.session.scalars(select(OutboxMessage).where(OutboxMessage.template == "appointment")).all()
    assert kept
    for one in kept:
        one.created_at = at - 15 * DAY
    hands.session.flush()
    assert "way" not in run(hands, letters, at + timedelta(hours=13))
