"""A yes may come with a date: one on which the group really meets, and has room."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog.models import Group
from service.catalog.models import Session as Meeting
from service.errors import Invalid
from service.referrals.answering import operations as answers
from service.referrals.answering.operations import Answered, Seen
from service.referrals.answering.replies import Reply
from service.referrals.models import Introduction, Move, Referral
from tests.referrals.answering.conftest import LATER
from tests.referrals.cast import CONTACT, SEALER, Post, World, refer, request

TODAY, NEXT, AFTER = (datetime(2026, 3, day, 19, 0, tzinfo=UTC) for day in (3, 10, 17))


def seen(store: Session, token: str) -> Seen:
    return answers.see(store, sealer=SEALER, token=token, now=LATER)


def yes(store: Session, post: Post, token: str, on: datetime | None, host: str | None = None) -> Answered:
    reply = Reply(kind="accept", on=on, host=host, version=seen(store, token).asked.version)
    return answers.answer(store, means=post.means, token=token, reply=reply, now=LATER)


def starts(store: Session, token: str) -> list[datetime]:
    return [one.starts for one in seen(store, token).dates]


def test_a_yes_with_a_date_books_the_first_visit(store: Session, post: Post, tuesdays: Meeting, token: str) -> None:
    assert starts(store, token)[:2] == [TODAY, NEXT]
    told = yes(store, post, token, NEXT, host=" Ama ")
    assert (told.kind, told.on, told.contact) == ("accept", NEXT, CONTACT)
    row = store.scalars(select(Introduction)).one()
    assert (row.state, row.first_date) == ("booked", NEXT)
    assert row.host is not None
    assert b"Ama" not in row.host
    moves = store.scalars(select(Move.to_state).where(Move.entity_id == row.id).order_by(Move.number)).all()
    assert moves == ["sent", "accepted", "booked"]
    referral = store.scalars(select(Referral)).one()
    assert (referral.need, referral.due_on) == ("first_visit", NEXT.date())


def test_without_a_date_somebody_has_to_agree_on_one(store: Session, post: Post, tuesdays: Meeting, token: str) -> None:
    yes(store, post, token, None)
    assert store.scalars(select(Introduction.state)).one() == "accepted"
    assert store.scalars(select(Referral.need)).one() == "agree_date"


def test_days_off_and_meetings_that_were_moved_are_offered_as_they_are(
    store: Session, tuesdays: Meeting, token: str
) -> None:
    tuesdays.exceptions = ["2026-03-03"]
    tuesdays.moved = [["2026-03-10", "2026-03-11T18:00"]]
    store.flush()
    assert starts(store, token)[:2] == [datetime(2026, 3, 11, 18, 0, tzinfo=UTC), AFTER]


def test_a_meeting_that_is_about_to_begin_is_not_offered(store: Session, tuesdays: Meeting, token: str) -> None:
    shortly = answers.see(store, sealer=SEALER, token=token, now=TODAY - timedelta(hours=1))
    assert shortly.dates[0].starts == NEXT


def test_summer_time_keeps_the_hour_on_the_wall(store: Session, tuesdays: Meeting, token: str) -> None:
    assert datetime(2026, 3, 31, 18, 0, tzinfo=UTC) in starts(store, token)


def test_a_full_group_offers_no_date_before_its_day(store: Session, cast: World, tuesdays: Meeting, token: str) -> None:
    group = store.get_one(Group, cast.group)
    group.capacity_state, group.capacity_until = "full", date(2026, 3, 12)
    store.flush()
    assert starts(store, token)[0] == AFTER


def test_a_meeting_is_offered_to_no_more_people_than_it_has_places_for(
    store: Session, cast: World, post: Post, tuesdays: Meeting, token: str
) -> None:
    group = store.get_one(Group, cast.group)
    group.capacity_state, group.capacity_available, group.capacity_until = "open", 1, date(2026, 4, 1)
    store.flush()
    yes(store, post, token, TODAY)
    refer(store, post, cast.bo, request(cast.group))
    assert starts(store, post.last)[0] == NEXT


@pytest.mark.parametrize("on", [NEXT + timedelta(hours=1), datetime(1970, 1, 1, tzinfo=UTC)])
def test_a_date_on_which_it_does_not_meet_is_refused_and_the_link_still_works(
    store: Session, post: Post, tuesdays: Meeting, token: str, on: datetime
) -> None:
    with pytest.raises(Invalid) as refused:
        yes(store, post, token, on)
    assert refused.value.fields["on"].code == "no_such_meeting"
    assert yes(store, post, token, NEXT).accepted
