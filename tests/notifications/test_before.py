"""Just before a message goes it is asked whether it may; what became of it can be told; and days have names."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.notifications import outbox
from service.notifications.channels import Message, Never, Off
from service.notifications.models import OutboxMessage
from service.notifications.outbox import Before
from service.notifications.wording import filled
from tests.notifications.conftest import NOW, TO, Unit, letter
from tests.notifications.test_outbox import SEALER, Postbox, put

HOUR = timedelta(hours=1)


def send(unit: Unit, postbox: Postbox, before: Before, *, now: datetime = NOW) -> int:
    done = outbox.send_due(unit, {"post": postbox}, sealer=SEALER, clock=lambda: now, before=before)
    return done.sent


def states(unit: Unit) -> list[tuple[str, int]]:
    with unit() as session:
        found = session.execute(select(OutboxMessage.state, OutboxMessage.attempts).order_by(OutboxMessage.created_at))
        return [(state, tries) for state, tries in found]


def test_what_may_not_go_any_more_is_given_up_with_the_reason_and_the_others_go(unit: Unit) -> None:
    put(unit, key="person:1")
    put(unit, key="group:1")
    postbox = Postbox()
    assert send(unit, postbox, lambda _s, message, _n: "unsafe" if message.key == "person:1" else None) == 1
    assert [message.key for message in postbox.carried] == ["group:1"]
    with unit() as session:
        assert [lost.reason for lost in outbox.given_up(session, sealer=SEALER)] == ["unsafe"]


def test_what_may_go_later_waits_and_no_try_is_counted(unit: Unit) -> None:
    put(unit)
    postbox = Postbox()
    for _ in range(3):
        assert send(unit, postbox, lambda _s, _m, now: now + HOUR) == 0
        assert states(unit) == [("queued", 0)]
    with unit() as session:
        assert not outbox.is_late(session, now=NOW + HOUR), "it is not late: it waits"
    assert send(unit, postbox, lambda *_: None, now=NOW + HOUR) == 1


def test_it_is_asked_each_time_a_message_is_tried(unit: Unit) -> None:
    put(unit)
    asked: list[datetime] = []

    def before(_session: Session, _message: Message, now: datetime) -> str | None:
        asked.append(now)
        return "unsafe" if len(asked) > 1 else None

    postbox = Postbox(failures=1)
    assert send(unit, postbox, before) == 0
    assert send(unit, postbox, before, now=NOW + HOUR) == 0
    assert (postbox.carried, states(unit)) == ([], [("failed", 2)])


def test_messages_about_something_are_stopped_but_for_those_that_are_named(unit: Unit) -> None:
    one, other = uuid4(), uuid4()
    for key, template in ((f"a:{one}", "trial"), (f"b:{one}", "group_answer_link"), (f"c:{other}", "trial")):
        put(unit, key=key, template=template)
    with unit() as session:
        assert outbox.stop_about(session, [one], reason="over", sealer=SEALER, but=("group_answer_link",)) == 1
        assert outbox.stop_about(session, [], reason="over", sealer=SEALER) == 0
    postbox = Postbox()
    assert send(unit, postbox, lambda *_: None) == 2
    assert {message.key for message in postbox.carried} == {f"b:{one}", f"c:{other}"}


def test_what_became_of_messages_is_told_by_what_they_are_about_without_address_or_words(unit: Unit) -> None:
    one, other = uuid4(), uuid4()
    for key in (f"introduction:{one}:ask", f"introduction:{other}:ask", f"news:{one}"):
        put(unit, key=key)
    assert send(unit, Postbox(), lambda _s, message, _n: "unsafe" if "news" in message.key else None) == 2
    with unit() as session:
        told = outbox.about(session, [one], sealer=SEALER)
        assert outbox.about(session, [], sealer=SEALER) == []
    assert sorted((line.key.partition(":")[0], line.state, line.reason) for line in told) == [
        ("introduction", "sent", None),
        ("news", "failed", "unsafe"),
    ]
    assert TO not in repr(told)


def test_a_way_this_installation_does_not_have_gives_a_message_up_at_once() -> None:
    with pytest.raises(Never, match="no_gateway"):
        Off().send(letter())


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Sunday, 29 March 2026, 10:00"),
        ("de", "Sonntag, 29. März 2026, 10:00"),
        ("pl", "niedziela, 29 marca 2026, 10:00"),
    ],
)
def test_a_day_is_said_in_the_words_of_the_language(language: str, said: str) -> None:
    assert filled("{at}", {"at": "2026-03-29T10:00"}, language) == said


def test_a_day_that_cannot_be_read_is_text_like_any_other() -> None:
    assert filled("{at}", {"at": "see\r\nhttps://example.org"}) == "see https example. org"
