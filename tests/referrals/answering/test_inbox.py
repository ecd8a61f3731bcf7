"""A leader with an account sees what waits for their own groups, and answers without looking for the mail."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accounts.permissions import GRANTS, Actor, Role
from service.catalog.models import Group
from service.errors import Conflict, Gone, NotFound
from service.referrals import operations, queries
from service.referrals.answering import inbox
from service.referrals.answering import operations as answers
from service.referrals.answering.replies import Reply
from service.referrals.models import Introduction, LeaderLink, Move
from tests.referrals.answering.conftest import LATER
from tests.referrals.cast import NAME, SEALER, Post, World, refer, request


@pytest.fixture
def eli(store: Session, cast: World) -> Actor:
    hall = store.get_one(Group, cast.group).organisation_id
    return Actor(
        role=Role.GROUP_LEADER,
        user_id=cast.bo.user_id,
        organisation_id=hall,
        permissions=GRANTS[Role.GROUP_LEADER],
    )


def waiting(store: Session) -> UUID:
    return store.scalars(select(Introduction.id).where(Introduction.state == "sent")).one()


def say(store: Session, post: Post, who: Actor, which: UUID, version: int = 2) -> answers.Answered:
    reply = Reply(kind="accept", version=version)
    return answers.answer_own(store, means=post.means, introduction_id=which, reply=reply, actor=who, now=LATER)


def test_the_list_names_groups_and_nobody(store: Session, eli: Actor, token: str) -> None:
    [one] = inbox.waiting(store, actor=eli)
    assert (one.group_name, one.state) == ("Evening Singers", "sent")
    assert "zqax" not in repr(one)


def test_an_answer_given_signed_in_ends_the_link(store: Session, post: Post, eli: Actor, token: str) -> None:
    which = waiting(store)
    seen = answers.see_own(store, sealer=SEALER, introduction_id=which, actor=eli, now=LATER)
    assert seen.preferred_name == NAME
    assert say(store, post, eli, which, seen.asked.version).accepted
    assert inbox.waiting(store, actor=eli) == ()
    with pytest.raises(Gone, match="link_used"):
        queries.asked(store, token=token, now=LATER)
    with pytest.raises(NotFound, match="introduction"):
        say(store, post, eli, which)
    assert store.scalars(select(Move.by_role).where(Move.to_state == "accepted", Move.entity == "introduction")).all()


def test_a_link_that_ran_out_keeps_nobody_from_answering(store: Session, post: Post, eli: Actor, token: str) -> None:
    store.scalars(select(LeaderLink)).one().expires_at = LATER - timedelta(days=operations.LINK_DAYS)
    store.flush()
    version = inbox.asked(store, introduction_id=waiting(store), actor=eli).version
    assert say(store, post, eli, waiting(store), version).accepted


def test_an_answer_to_an_older_state_is_refused(store: Session, post: Post, eli: Actor, token: str) -> None:
    with pytest.raises(Conflict, match="stale"):
        say(store, post, eli, waiting(store), version=99)


def test_another_organisation_s_groups_do_not_exist(
    store: Session, cast: World, post: Post, eli: Actor, token: str
) -> None:
    others = Actor(role=Role.GROUP_LEADER, organisation_id=cast.elsewhere, permissions=eli.permissions)
    nobody = Actor(role=Role.REFERRER, organisation_id=eli.organisation_id, permissions=GRANTS[Role.REFERRER])
    for stranger in (others, nobody):
        assert inbox.waiting(store, actor=stranger) == ()
        with pytest.raises(NotFound, match="introduction"):
            say(store, post, stranger, waiting(store))


def test_who_waits_for_a_place_comes_after_what_waits_for_an_answer(
    store: Session, cast: World, post: Post, eli: Actor, token: str
) -> None:
    version = queries.asked(store, token=token, now=LATER).version
    reply = Reply(kind="waitlist", version=version)
    answers.answer(store, means=post.means, token=token, reply=reply, now=LATER)
    refer(store, post, cast.bo, request(cast.group), now=LATER)
    assert [(one.state, one.position) for one in inbox.waiting(store, actor=eli)] == [("sent", None), ("waitlisted", 1)]
