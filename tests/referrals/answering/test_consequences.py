"""What an answer leads to at once: a place on a list, nobody sent to who is full, editors told, safety first."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog import reports
from service.catalog.models import Group, Report, Revision
from service.db.sealing import Sealer
from service.errors import Conflict, Invalid
from service.notifications.models import OutboxMessage
from service.referrals import queries
from service.referrals.answering import operations as answers
from service.referrals.answering.operations import Answered
from service.referrals.answering.replies import Reply
from service.referrals.models import Introduction, LeaderLink, Referral
from tests.referrals.answering.conftest import LATER
from tests.referrals.cast import SECRET, Post, World, refer, request


def say(store: Session, post: Post, token: str, kind: str, *, at: datetime = LATER, **said: object) -> Answered:
    version = queries.asked(store, token=token, now=at).version
    reply = Reply(kind=kind, version=version, **said)  # type: ignore[arg-type]
    return answers.answer(store, means=post.means, token=token, reply=reply, now=at)


def another(store: Session, cast: World, post: Post) -> str:
    refer(store, post, cast.bo, request(cast.group))
    return post.last


def test_on_a_waiting_list_everybody_has_a_place_that_stays_true(
    store: Session, cast: World, post: Post, token: str
) -> None:
    tokens = [token, another(store, cast, post), another(store, cast, post)]
    again = []
    for number, one in enumerate(tokens, start=1):
        assert say(store, post, one, "waitlist").position == number
        again.append(post.last)
    assert say(store, post, again[0], "accept").accepted, "the link that came with the wait says when a place is free"
    waiting = select(Introduction.position).where(Introduction.state == "waitlisted").order_by(Introduction.position)
    assert store.scalars(waiting).all() == [1, 2]
    assert store.scalars(select(Introduction.state).order_by(Introduction.state)).all()[0] == "accepted"


def test_from_a_waiting_list_there_is_only_a_yes(store: Session, post: Post, token: str) -> None:
    say(store, post, token, "waitlist")
    with pytest.raises(Conflict, match="not_allowed_from_here"):
        say(store, post, post.last, "decline", reason="full")


def test_a_group_that_is_full_until_a_day_says_so_on_its_page_and_is_sent_nobody(
    store: Session, cast: World, post: Post, token: str
) -> None:
    told = say(store, post, token, "full", until=date(2026, 4, 1))
    assert told.until == date(2026, 4, 1)
    row = store.scalars(select(Introduction)).one()
    assert (row.state, row.reason, row.full_until) == ("declined", "full", date(2026, 4, 1))
    group = store.get_one(Group, cast.group)
    assert (group.capacity_state, group.capacity_until) == ("full", date(2026, 4, 1))
    assert store.scalars(select(Revision.actor_role).where(Revision.entity_id == cast.group)).all() == ["group_leader"]
    with pytest.raises(Invalid) as refused:
        refer(store, post, cast.bo, request(cast.group), now=LATER)
    assert refused.value.fields["group_id"].code == "group_full"
    found = queries.group_to_refer(store, cast.group, date(2026, 4, 2))
    assert found
    assert not found.standing.full


@pytest.mark.parametrize("until", [None, LATER.date(), LATER.date() + timedelta(days=367)])
def test_full_needs_a_day_ahead_and_not_years(store: Session, post: Post, token: str, until: date | None) -> None:
    with pytest.raises(Invalid) as refused:
        say(store, post, token, "full", until=until)
    assert set(refused.value.fields) == {"until"}


@pytest.mark.parametrize(
    ("said", "wrong", "words"),
    [
        ({"reason": "closed", "note": "since May"}, "closed", "since May"),
        ({"reason": "not_eligible", "rule": "for women over 60"}, "other", "for women over 60"),
        ({"reason": "not_eligible"}, None, None),
        ({"reason": "wrong_time", "note": "mornings"}, None, None),
    ],
)
def test_editors_are_told_what_is_wrong_with_the_page_and_nothing_else(
    store: Session, post: Post, token: str, said: dict[str, Any], wrong: str | None, words: str | None
) -> None:
    say(store, post, token, "decline", **said)
    told = store.scalars(select(Report)).all()
    opener = Sealer(SECRET, reports.PURPOSE)
    opened = [(one.wrong, opener.open(f"report:{one.id}:words", one.words or b"").decode()) for one in told]
    assert opened == ([] if wrong is None else [(wrong, words)])


@pytest.mark.parametrize(
    ("reason", "need", "rank"), [("not_safe_for_group", "safety", 0), ("access_not_possible", "next_group", 2)]
)
def test_after_a_no_the_person_is_not_forgotten_and_safety_comes_first(
    store: Session, post: Post, token: str, reason: str, need: str, rank: int
) -> None:
    say(store, post, token, "decline", reason=reason)
    referral = store.scalars(select(Referral)).one()
    assert (referral.state, referral.need, referral.need_rank) == ("planned", need, rank)


def test_no_answer_puts_a_name_into_a_mail(store: Session, post: Post, token: str) -> None:
    say(store, post, token, "waitlist")
    outbox = post.means.mail.sealer
    bodies = [
        outbox.open(f"outbox_message:{one.id}:params", one.params_sealed or b"").decode()
        for one in store.scalars(select(OutboxMessage))
    ]
    assert len(bodies) == 2
    assert "zqax" not in "".join(bodies)
    ends = store.scalars(select(LeaderLink.expires_at).where(LeaderLink.used_at.is_(None))).one()
    assert ends > datetime(2026, 5, 1, tzinfo=UTC)
