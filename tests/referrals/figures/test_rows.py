"""Figures read from the tables: in the scope of whoever looks, of whatever became of each referral."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accounts.permissions import GRANTS, Actor, Role
from service.catalog.models import Group
from service.errors import NotFound
from service.referrals.figures import counting, queries
from service.referrals.figures.counting import By
from service.referrals.history import step
from service.referrals.lifecycle import Part
from service.referrals.measures import operations
from service.referrals.measures.definitions import SHEETS
from service.referrals.measures.operations import Sitting
from service.referrals.models import Introduction, Referral
from tests.referrals.cast import NOW, SEALER, Post, World, refer, request

LATER = NOW + timedelta(days=100)


def actor(role: Role, organisation: UUID | None) -> Actor:
    return Actor(role=role, user_id=uuid4(), organisation_id=organisation, permissions=GRANTS[role])


def go_on(store: Session, referral: UUID, cast: World, *states: str) -> None:
    """Move the one introduction of a referral on, by its group's leader."""
    row = store.scalars(select(Introduction).where(Introduction.referral_id == referral)).one()
    for state in states:
        if state == "attended":
            row.attended += 1
        step(store, row, state, Part.LEADER, cast.bo, NOW)


@pytest.fixture
def sent(store: Session, cast: World, post: Post) -> list[UUID]:
    """Four that Bo sent, of whom one came once, one three times, one to stay; and one of Beth's, and of Dee's."""
    made = [refer(store, post, cast.bo, request(cast.group)).id for _ in range(4)]
    go_on(store, made[1], cast, "accepted", "booked", "attended")
    go_on(store, made[2], cast, "accepted", "booked", "attended", "attended", "attended")
    go_on(store, made[3], cast, "accepted", "booked", "attended", "attended", "attended", "settled")
    made.append(refer(store, post, cast.beth, request(cast.group)).id)
    made.append(refer(store, post, cast.dee, request(cast.group)).id)
    return made


def funnel(store: Session, by: Actor) -> tuple[int, ...]:
    found = queries.journeys(store, actor=by, since=NOW - timedelta(days=1))
    return counting.funnel(one.furthest for one in found)


def test_everybody_counts_what_is_theirs(store: Session, cast: World, sent: list[UUID]) -> None:
    assert funnel(store, cast.bo) == (4, 4, 4, 3, 3, 2, 1)
    assert funnel(store, cast.lin) == (5, 5, 5, 3, 3, 2, 1)
    assert funnel(store, actor(Role.ORG_MANAGER, cast.clinic)) == (5, 5, 5, 3, 3, 2, 1)
    assert funnel(store, actor(Role.ORG_MANAGER, cast.elsewhere)) == (1, 1, 1, 0, 0, 0, 0)
    for over_all in (Role.INSIGHT, Role.ADMIN):
        assert funnel(store, actor(over_all, None)) == (6, 6, 6, 3, 3, 2, 1)
    with pytest.raises(NotFound):
        funnel(store, actor(Role.EDITOR, None))


def test_what_was_before_is_not_counted(store: Session, cast: World, sent: list[UUID]) -> None:
    assert queries.journeys(store, actor=cast.bo, since=NOW + timedelta(seconds=1)) == []


def test_every_referral_lies_in_one_part_of_each_table(store: Session, cast: World, sent: list[UUID]) -> None:
    found = queries.journeys(store, actor=actor(Role.INSIGHT, None), since=NOW)
    assert counting.table(found, By.TIME) == {"2026-1": (6, 6, 6, 3, 3, 2, 1)}
    assert {name: row[0] for name, row in counting.table(found, By.REFERRER).items()} == {
        "Oak Clinic": 5,
        "Elm Clinic": 1,
    }
    assert set(counting.table(found, By.GROUP)) == {"Evening Singers"}
    assert set(counting.table(found, By.AREA)) == {""}


def test_a_group_s_sheet_counts_who_was_sent_by_whom_one_may_see(store: Session, cast: World, sent: list[UUID]) -> None:
    assert queries.of_group(store, group_id=cast.group, actor=cast.bo).steps == (4, 3, 3, 2, 1)
    assert queries.of_group(store, group_id=cast.group, actor=actor(Role.INSIGHT, None)).steps == (6, 3, 3, 2, 1)
    with pytest.raises(NotFound):
        queries.of_group(store, group_id=uuid4(), actor=cast.bo)


def test_a_leader_sees_own_groups_whoever_sent_people(store: Session, cast: World, sent: list[UUID]) -> None:
    hall = store.get_one(Group, cast.group).organisation_id
    (led,) = queries.led_by(store, actor=actor(Role.GROUP_LEADER, hall))
    assert (led.name, led.steps) == ("Evening Singers", (6, 3, 3, 2, 1))
    assert queries.led_by(store, actor=actor(Role.GROUP_LEADER, None)) == []
    assert queries.led_by(store, actor=cast.bo) == []


def test_how_long_each_wait_took(store: Session, cast: World, post: Post) -> None:
    made = refer(store, post, cast.bo, request(cast.group)).id
    waits = queries.waits(store, actor=cast.bo, since=NOW)
    assert waits == {pair: [0.0] for pair in queries.WAITS}
    step(store, store.get_one(Referral, made), "planned", Part.LINK_WORKER, cast.lin, NOW + timedelta(days=9))
    step(store, store.get_one(Referral, made), "introduced", Part.LINK_WORKER, cast.lin, NOW + timedelta(days=12))
    assert queries.waits(store, actor=cast.bo, since=NOW)["planned", "introduced"] == [3.0]


def test_two_answers_of_one_person_are_set_side_by_side(store: Session, cast: World, post: Post) -> None:
    made = refer(store, post, cast.bo, request(cast.group)).id
    for days, answer in ((0, "often"), (84, "sometimes")):
        operations.take(
            store,
            sealer=SEALER,
            referral_id=made,
            measures=SHEETS["feeling"],
            answers=dict.fromkeys(("company", "left_out", "cut_off"), answer),
            sitting=Sitting(mode="phone", taken_on=(NOW + timedelta(days=days)).date(), yes=True),
            actor=cast.lin,
            now=LATER,
        )

    def pairs(by: Actor, at: datetime = LATER) -> list[tuple[int, int]]:
        return queries.before_and_after(store, sealer=SEALER, actor=by, since=NOW, now=at)

    assert pairs(cast.lin) == [(9, 6)]
    assert pairs(actor(Role.INSIGHT, None)) == [(9, 6)]
    assert pairs(cast.dee) == []
    assert pairs(cast.lin, LATER + timedelta(days=366)) == [], "their yes has run out"
