"""A meeting that does not take place: nobody who was to come then stands before a closed door."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog.models import Session as Meeting
from service.catalog.queries import group_by_id
from service.errors import NotFound
from service.notifications.models import OutboxMessage
from service.referrals import queries
from service.referrals.answering import off
from service.referrals.answering import operations as answers
from service.referrals.answering.replies import Reply
from service.referrals.models import Consent, Introduction, Referral
from tests.referrals.answering.conftest import LATER
from tests.referrals.cast import Post, World, person, refer, request

TODAY, NEXT = (datetime(2026, 3, day, 19, 0, tzinfo=UTC) for day in (3, 10))
MAIL = "zqaxcai@example.org"


def book(store: Session, cast: World, post: Post, on: datetime = TODAY, **who: object) -> None:
    refer(store, post, cast.bo, request(cast.group, who=person(**who)))
    reply = Reply(kind="accept", on=on, version=queries.asked(store, token=post.last, now=LATER).version)
    answers.answer(store, means=post.means, token=post.last, reply=reply, now=LATER)


def call_off(store: Session, post: Post, token: str, starts: datetime = TODAY) -> int:
    asked = queries.asked(store, token=token, now=LATER)
    return off.call_off(store, means=post.means, asked=asked, starts=starts, now=LATER)


def letters(store: Session, post: Post) -> list[str]:
    found = store.scalars(select(OutboxMessage).where(OutboxMessage.template == off.TEMPLATE))
    return [post.means.mail.sealer.open(f"outbox_message:{one.id}:to", one.to_sealed or b"").decode() for one in found]


def test_everybody_expected_that_day_is_told_and_nobody_else(
    store: Session, cast: World, post: Post, tuesdays: Meeting, token: str
) -> None:
    book(store, cast, post, contact=MAIL)
    book(store, cast, post, contact="01632 960123")
    book(store, cast, post, contact="zqaxother@example.org", contact_rule="phone")
    book(store, cast, post, on=NEXT, contact="zqaxnext@example.org")
    assert call_off(store, post, token) == 3
    states = store.scalars(select(Introduction.state).order_by(Introduction.state)).all()
    assert states == ["booked", "sent", *["session_cancelled"] * 3]
    assert letters(store, post) == [MAIL]
    needs = store.scalars(select(Referral.need)).all()
    assert needs.count("offer_date") == 3, "who cannot be written to is rung the same day"


def test_the_group_s_page_says_so_and_the_question_stays_open(
    store: Session, cast: World, post: Post, tuesdays: Meeting, token: str
) -> None:
    assert call_off(store, post, token) == 0
    group = group_by_id(store, cast.group, today=LATER.date(), public=False)
    assert TODAY.date() in group.sessions[0].meeting.exceptions
    with pytest.raises(NotFound, match="meeting"):
        call_off(store, post, token)
    reply = Reply(kind="accept", on=NEXT, version=queries.asked(store, token=token, now=LATER).version)
    assert answers.answer(store, means=post.means, token=token, reply=reply, now=LATER).accepted


def test_a_meeting_that_was_moved_can_be_called_off_too(
    store: Session, cast: World, post: Post, tuesdays: Meeting, token: str
) -> None:
    moved = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)
    tuesdays.moved = [["2026-03-03", "2026-03-04T18:00"]]
    store.flush()
    book(store, cast, post, on=moved)
    assert call_off(store, post, token, moved) == 1
    group = group_by_id(store, cast.group, today=LATER.date(), public=False)
    assert TODAY.date() in group.sessions[0].meeting.exceptions


def test_whoever_took_their_consent_back_is_not_written_to(
    store: Session, cast: World, post: Post, tuesdays: Meeting, token: str
) -> None:
    book(store, cast, post, contact=MAIL)
    for one in store.scalars(select(Consent)):
        one.withdrawn_at = LATER
    store.flush()
    call_off(store, post, token)
    assert letters(store, post) == []
