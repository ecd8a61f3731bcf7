"""Just before a message goes it is asked again: another way, a yes taken back, a death or the night hold it back."""

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from service.catalog.models import Group
from service.notifications import outbox
from service.notifications.models import OutboxMessage
from service.notifications.smtp import Email
from service.referrals.following import rounds
from service.referrals.following.before import may_go
from service.referrals.following.letters import Letters
from service.referrals.models import Consent, Introduction
from tests.notifications.sinks import Sink, running, saying
from tests.notifications.test_outbox import Postbox
from tests.referrals.cast import NOW, SEALER
from tests.referrals.following.conftest import DAY, POST, Hands

AT = datetime(2026, 3, 12, 10, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
TO_GROUP = ("group_answer_link", "group_answer_again", "outcome_wanted")


def run(hands: Hands, letters: Letters, at: datetime) -> None:
    hands.now = at
    for one in rounds.due(hands.session, letters, now=at):
        rounds.do(hands.session, letters, one, now=at)


def going(hands: Hands, letters: Letters, postbox: Any, at: datetime) -> list[str]:
    """Send what is due; tell what went."""

    @contextmanager
    def unit() -> Any:
        yield hands.session

    box = postbox if isinstance(postbox, Postbox) else None
    outbox.send_due(unit, {"console": postbox}, sealer=POST, clock=lambda: at, before=may_go(letters))
    return [one.template for one in box.carried] if box else []


def reasons(hands: Hands) -> set[str]:
    return {lost.reason for lost in outbox.given_up(hands.session, sealer=POST)}


def put_reminder(hands: Hands, letters: Letters) -> Introduction:
    row = hands.booked(AT)
    outbox.stop_about(hands.session, [row.id], reason="test", sealer=POST)
    run(hands, letters, AT - 3 * DAY)
    return row


def change_contact(hands: Hands, row: Introduction) -> None:
    person = hands.person(row)
    person.contact = SEALER.seal(f"person:{person.id}:contact", b"new@example.org")


def take_back(hands: Hands, _row: Introduction) -> None:
    for one in hands.session.scalars(select(Consent)):
        one.withdrawn_at = NOW


CHANGES: dict[str, tuple[Callable[[Hands, Introduction], object], str]] = {
    "no contact": (lambda h, r: setattr(h.person(r), "contact_rule", "none"), "unsafe"),
    "by letter": (lambda h, r: setattr(h.person(r), "contact_rule", "letter"), "unsafe"),
    "another address": (change_contact, "unsafe"),
    "yes taken back": (take_back, "not_agreed"),
    "off": (lambda h, r: h.mark(r, "session_cancelled"), "not_so_any_more"),
    "moved": (lambda _h, r: setattr(r, "first_date", AT + DAY), "not_so_any_more"),
    "died": (lambda h, r: h.close(r, "died"), "closed"),
    "died, and the message stayed": (lambda h, r: setattr(h.referral(r), "close_reason", "died"), "died"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_reminder_that_may_not_go_any_more_does_not(hands: Hands, letters: Letters, change: str) -> None:
    row = put_reminder(hands, letters)
    act, reason = CHANGES[change]
    act(hands, row)
    hands.session.flush()
    assert going(hands, letters, Postbox(), AT - 3 * DAY) == []
    assert reason in reasons(hands)


def test_a_reminder_that_may_go_goes(hands: Hands, letters: Letters) -> None:
    put_reminder(hands, letters)
    assert going(hands, letters, Postbox(), AT - 3 * DAY) == ["appointment"]


def test_what_was_held_up_does_not_ring_at_night_but_in_the_morning(hands: Hands, letters: Letters) -> None:
    put_reminder(hands, letters)
    evening = datetime(2026, 3, 9, 21, 5, tzinfo=UTC)
    postbox = Postbox()
    assert going(hands, letters, postbox, evening) == []
    assert going(hands, letters, postbox, evening + 10 * HOUR) == []
    assert going(hands, letters, postbox, datetime(2026, 3, 10, 8, 0, tzinfo=UTC)) == ["appointment"]


def test_a_reminder_that_comes_after_its_date_is_none(hands: Hands, letters: Letters) -> None:
    hands.booked(AT)
    run(hands, letters, AT - DAY)
    assert "appointment" not in going(hands, letters, Postbox(), AT)


@pytest.mark.parametrize("template", TO_GROUP)
def test_a_group_hears_nothing_of_somebody_who_took_their_yes_back(
    hands: Hands, letters: Letters, template: str
) -> None:
    hands.session.get_one(Group, hands.world.group).email = "eli@example.org"
    at = {"group_answer_link": NOW, "group_answer_again": NOW + 3 * DAY, "outcome_wanted": AT + DAY}[template]
    row = hands.booked(AT) if template == "outcome_wanted" else hands.refer()
    run(hands, letters, at)
    [message] = hands.session.scalars(select(OutboxMessage).where(OutboxMessage.template == template))
    take_back(hands, row)
    hands.session.flush()
    assert going(hands, letters, Postbox(), at) == []
    assert (message.state, row.first_date) == ("failed", row.first_date)


def test_messages_of_causes_we_know_nothing_of_go(hands: Hands, letters: Letters) -> None:
    for key in ("introduction:1", "introduction", "person:cai"):
        outbox.put(
            hands.session,
            channel="console",
            to="eli@example.org",
            template="group_answer_link",
            params={"link": "http://127.0.0.1:8000/en/answer/x", "days": 1},
            now=NOW,
            key=key,
            sealer=POST,
        )
    assert len(going(hands, letters, Postbox(), NOW)) == 3


# ---- real mail servers -----------------------------------------------------------------------------------------------


def mailed(hands: Hands, letters: Letters, server: Any, at: datetime) -> tuple[int, int]:
    @contextmanager
    def unit() -> Any:
        yield hands.session

    email = Email(server, clock=lambda: at, seconds=0.4, whole=0.8)
    done = outbox.send_due(unit, {"email": email}, sealer=POST, clock=lambda: at, before=may_go(letters))
    email.close()
    return done.sent, done.failed


def test_a_server_that_refuses_or_is_slow_delays_a_reminder_and_loses_nothing(hands: Hands, letters: Letters) -> None:
    letters = replace(letters, mail="email")
    put_reminder(hands, letters)
    at, sink = AT - 3 * DAY, Sink(recipients=["450 busy"])
    with running(sink) as server:
        assert mailed(hands, letters, server, at) == (0, 1)
        at += timedelta(minutes=1)
        with saying() as slow:
            assert mailed(hands, letters, slow, at) == (0, 1)
        at += timedelta(minutes=5)
        assert mailed(hands, letters, server, at) == (1, 0)
        assert mailed(hands, letters, server, at + HOUR) == (0, 0)
    [got] = sink.kept
    assert "Thursday, 12 March 2026, 10:30" in got.get_content()
    assert "zqax" not in str(got["Subject"])


def test_a_sender_that_dies_between_sending_and_marking_sends_again_under_the_same_name(
    hands: Hands, letters: Letters
) -> None:
    put_reminder(hands, replace(letters, mail="email"))
    sink, at = Sink(), AT - 3 * DAY
    made = replace(letters, mail="email")
    with running(sink) as server:
        dead = outbox.take_due(hands.session, now=at, sealer=POST, before=may_go(made))
        email = Email(server, clock=lambda: at)
        for message in dead:
            email.send(message)
        email.close()
        assert mailed(hands, made, server, at + timedelta(minutes=4)) == (0, 0)
        assert mailed(hands, made, server, at + timedelta(minutes=6)) == (1, 0)
    assert len({one["Message-ID"] for one in sink.kept}) == 1
    assert len(sink.kept) == 2
