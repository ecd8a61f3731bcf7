"""How a group answers is counted fairly: nobody is held to an answer before its time, and nobody's person is read."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from service.referrals.models import Introduction
from service.referrals.queries import introductions_by_group
from tests.referrals.cast import NOW, Post, World, refer, request


def introduce(
    store: Session, cast: World, post: Post, days_ago: float, answered_after: float | None, state: str = "accepted"
) -> None:
    told = refer(store, post, cast.bo, request(cast.group), now=NOW)
    sent = NOW - timedelta(days=days_ago)
    answered: datetime | None = None if answered_after is None else sent + timedelta(days=answered_after)
    state = "sent" if answered_after is None and state == "accepted" else state
    changed = update(Introduction).where(Introduction.referral_id == told.id)
    store.execute(changed.values(sent_at=sent, answered_at=answered, state=state))


def counts(store: Session, cast: World) -> tuple[int, int, int]:
    return introductions_by_group(store, now=NOW).get(cast.group, (0, 0, 0))


def test_yes_no_and_waiting_list_are_answers(store: Session, cast: World, post: Post) -> None:
    for state in ("accepted", "declined", "waitlisted", "settled"):
        introduce(store, cast, post, 60, 3, state)
    assert counts(store, cast) == (4, 4, 0)


def test_an_answer_after_two_weeks_came_too_late(store: Session, cast: World, post: Post) -> None:
    introduce(store, cast, post, 60, 13.9)
    introduce(store, cast, post, 60, 14.1)
    introduce(store, cast, post, 60, None, "expired")
    assert counts(store, cast) == (3, 1, 0)


def test_what_was_asked_a_week_ago_is_not_held_against_anybody_yet(store: Session, cast: World, post: Post) -> None:
    introduce(store, cast, post, 7, None)
    assert counts(store, cast) == (0, 0, 1)
    introduce(store, cast, post, 7, 1)
    assert counts(store, cast) == (1, 1, 2)


def test_half_a_year_is_remembered_and_four_weeks_are_lately(store: Session, cast: World, post: Post) -> None:
    for days in (181, 179, 29, 27):
        introduce(store, cast, post, days, 1)
    assert counts(store, cast) == (3, 3, 1)


def test_who_was_never_asked_is_not_counted_and_nothing_else_is_told(store: Session, cast: World, post: Post) -> None:
    introduce(store, cast, post, 60, None, "withdrawn")
    introduce(store, cast, post, 60, None, "proposed")
    assert introductions_by_group(store, now=NOW) == {}
    introduce(store, cast, post, 60, 1)
    found = introductions_by_group(store, now=NOW)
    assert set(found) == {cast.group}
    assert isinstance(next(iter(found)), UUID)
