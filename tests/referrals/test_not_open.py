"""Whoever introduced somebody to a group that is taken off the list is told once, and told nothing of anybody."""

import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accounts.models import User
from service.accounts.permissions import GRANTS, Actor, Role
from service.accounts.record.telling import Post as Letter
from service.catalog.models import Group
from service.catalog.operations import set_status
from service.db.sealing import Sealer
from service.notifications.channels import words
from service.notifications.models import OutboxMessage
from service.referrals import not_open, operations, queries
from service.referrals.models import Introduction
from tests.referrals import cast as referring
from tests.referrals.cast import NOW, SEALER, SECRET, Post, World

EDITORS = [Actor(role=Role.EDITOR, user_id=uuid4(), permissions=GRANTS[Role.EDITOR]) for _ in range(2)]
LETTER = Letter(channel="console", sealer=Sealer(SECRET, "outbox"), public_url="http://127.0.0.1:8000")


@pytest.fixture
def referral(store: Session, cast: World, post: Post) -> UUID:
    asked = referring.request(cast.group, who=referring.person(), said=referring.consent())
    made = operations.refer(
        store, sealer=SEALER, mail=post.mail, referral_id=uuid4(), request=asked, actor=cast.bo, now=NOW
    )
    return made.id


def move(store: Session, group: UUID, status: str, hours: int, editor: int = 0) -> None:
    at = NOW + timedelta(hours=hours)
    set_status(
        store, group_id=group, status=status, expected_version=None, actor=EDITORS[editor], reason="Asked", now=at
    )


def tell(store: Session, hours: int) -> list[OutboxMessage]:
    not_open.tell_of_closings(store, LETTER, now=NOW + timedelta(hours=hours))
    wanted = select(OutboxMessage).where(OutboxMessage.template == "group_not_open")
    return list(store.scalars(wanted.order_by(OutboxMessage.created_at, OutboxMessage.id)))


@pytest.mark.parametrize("status", ["held", "archived"])
def test_one_mail_for_one_closing_without_a_name(store: Session, cast: World, referral: UUID, status: str) -> None:
    assert tell(store, 0) == []
    move(store, cast.group, status, 1)
    for hours in (1, 2, 90):
        [message] = tell(store, hours)
    place = f"outbox_message:{message.id}"
    assert message.to_sealed is not None
    assert message.params_sealed is not None
    assert LETTER.sealer.open(f"{place}:to", message.to_sealed).decode() == "bo@example.org"
    params = json.loads(LETTER.sealer.open(f"{place}:params", message.params_sealed))
    assert params == {"link": "http://127.0.0.1:8000/en/referrals"}
    letter = words("group_not_open", "en")
    group = store.get(Group, cast.group)
    assert group is not None
    assert group.name not in letter.subject + letter.body


def test_a_second_hold_is_told_again_and_an_edit_of_what_is_held_is_not(
    store: Session, cast: World, referral: UUID
) -> None:
    move(store, cast.group, "held", 1)
    assert len(tell(store, 1)) == 1
    move(store, cast.group, "published", 2, editor=1)
    assert len(tell(store, 2)) == 1
    move(store, cast.group, "held", 3)
    assert len(tell(store, 3)) == 2


def test_nobody_is_told_of_what_is_over_of_old_news_or_without_an_account(
    store: Session, cast: World, referral: UUID
) -> None:
    move(store, cast.group, "held", 1)
    assert tell(store, 24 * 8) == [], "a week later it is no news"
    introduction = store.scalars(select(Introduction)).one()
    kept, introduction.state = introduction.state, "stopped"
    store.flush()
    assert tell(store, 2) == []
    introduction.state = kept
    bo = store.get(User, cast.bo.user_id)
    assert bo is not None
    bo.disabled_at = NOW
    store.flush()
    assert tell(store, 2) == []


def test_the_professional_s_page_tells_it_while_it_is_so(store: Session, cast: World, referral: UUID) -> None:
    def is_open() -> bool:
        found = queries.referral(store, sealer=SEALER, referral_id=referral, actor=cast.bo)
        assert found is not None
        return found.introductions[-1].group_open

    assert is_open()
    move(store, cast.group, "held", 1)
    assert not is_open()
    move(store, cast.group, "published", 2, editor=1)
    assert is_open()
