"""A group welcomes no more new people a week than it said; whoever comes later waits for a Monday, and is not lost."""

import threading
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from service.accounts.permissions import GRANTS, Actor, Role
from service.catalog.models import Group
from service.errors import Invalid, NotFound
from service.notifications.models import OutboxMessage
from service.referrals.answering import welcoming
from service.referrals.desk import filtering
from service.referrals.desk import queries as desk
from service.referrals.following import rounds
from service.referrals.following.letters import Letters
from service.referrals.history import step
from service.referrals.lifecycle import Part
from service.referrals.models import Consent, Introduction, Referral
from service.referrals.queries import ReferralView
from service.referrals.weekly import day_of
from tests.referrals import cast as actors
from tests.referrals.cast import SEALER, Post, World
from tests.referrals.following.conftest import POST

ZONE = ZoneInfo("Europe/London")
MONDAY = date(2026, 3, 2)
NEXT = MONDAY + timedelta(weeks=1)
THIRD = NEXT + timedelta(weeks=1)
NOW = actors.NOW  # that Monday, half past nine
LATER = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)


def letters() -> Letters:
    return Letters(
        sealer=SEALER,
        post=POST,
        new_token=lambda: uuid4().hex,
        public_url="http://127.0.0.1:8000",
        mail="console",
        zone=ZONE,
    )


def refer(store: Session, cast: World, *, now: datetime = NOW) -> ReferralView:
    asked = actors.request(
        cast.group, who=actors.person(preferred_name=f"Cai {uuid4().hex[:6]}"), said=actors.consent(given_at=now)
    )
    return actors.refer(store, Post(), cast.lin, asked, now=now)


def several(store: Session, cast: World, many: int) -> list[ReferralView]:
    return [refer(store, cast, now=NOW + timedelta(minutes=one)) for one in range(many)]


def welcome(store: Session, cast: World, most: int | None) -> None:
    store.get_one(Group, cast.group).new_people_a_week = most
    store.flush()


def leader(organisation: UUID) -> Actor:
    return Actor(role=Role.GROUP_LEADER, organisation_id=organisation, permissions=GRANTS[Role.GROUP_LEADER])


def run(store: Session, at: datetime) -> list[str]:
    mine = letters()
    found = [one for one in rounds.due(store, mine, now=at) if one.kind == "by_week"]
    return [one.kind for one in found if rounds.do(store, mine, one, now=at)]


def states(views: list[ReferralView]) -> list[tuple[str, date | None]]:
    return [(one.introductions[0].state, one.introductions[0].asks_on) for one in views]


def asked_of(store: Session, view: ReferralView) -> Introduction:
    wanted = select(Introduction).where(Introduction.referral_id == view.id)
    return store.scalars(wanted.execution_options(populate_existing=True)).one()


def stand(store: Session, views: list[ReferralView]) -> list[tuple[str, date | None]]:
    rows = [asked_of(store, one) for one in views]
    return [(row.state, row.asks_on) for row in rows]


def need(store: Session, view: ReferralView) -> tuple[str | None, date | None]:
    referral = store.get_one(Referral, view.id)
    return referral.need, referral.due_on


def mails(store: Session) -> int:
    wanted = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.template == "group_answer_link")
    return store.scalar(wanted) or 0


def test_without_a_number_everybody_is_asked_about_at_once(store: Session, cast: World) -> None:
    assert states(several(store, cast, 4)) == [("sent", None)] * 4


def test_who_comes_after_the_number_is_held_back_week_by_week_and_stands_on_the_desk(
    store: Session, cast: World
) -> None:
    welcome(store, cast, 2)
    made = several(store, cast, 5)
    assert states(made) == [("sent", None)] * 2 + [("proposed", NEXT)] * 2 + [("proposed", THIRD)]
    assert mails(store) == 2
    assert need(store, made[2]) == ("asked_later", NEXT)
    for one in made:
        store.get_one(Referral, one.id).owner_user_id = cast.lin.user_id
    store.flush()
    seen = desk.caseload(store, sealer=SEALER, actor=cast.lin, wanted=filtering.read({"view": "waiting"}), now=NOW)
    assert [row.need for row in seen.rows] == ["await_answer"] * 2 + ["asked_later"] * 3
    assert seen.counts["waiting"] == 5


def test_on_monday_by_day_the_next_ones_are_asked_about_and_no_more(store: Session, cast: World) -> None:
    welcome(store, cast, 2)
    made = several(store, cast, 5)
    assert run(store, NOW + timedelta(days=3)) == []
    assert run(store, LATER - timedelta(hours=7)) == [], "nobody is written to at night"
    assert len(run(store, LATER)) == 2
    assert run(store, LATER) == []
    assert [state for state, _ in stand(store, made)] == ["sent"] * 4 + ["proposed"]
    assert store.get_one(Referral, made[2].id).state == "introduced"
    assert need(store, made[2])[0] == "await_answer"
    assert mails(store) == 4
    assert asked_of(store, made[2]).sent_at == LATER, "from then on the group has its time to answer"


def test_a_no_gives_the_place_to_whoever_waits_longest(store: Session, cast: World) -> None:
    welcome(store, cast, 1)
    made = several(store, cast, 3)
    first = asked_of(store, made[0])
    first.reason = "wrong_time"
    step(store, first, "declined", Part.LEADER, cast.lin, NOW)
    newest = refer(store, cast, now=NOW + timedelta(hours=1))
    assert states([newest]) == [("proposed", THIRD)], "whoever waits goes first"
    run(store, NOW + timedelta(hours=2))
    assert stand(store, [*made[1:], newest]) == [("sent", None), ("proposed", NEXT), ("proposed", THIRD)]


def test_a_higher_number_frees_those_who_wait_and_none_frees_all(store: Session, cast: World) -> None:
    eli = leader(store.get_one(Group, cast.group).organisation_id)
    welcome(store, cast, 1)
    made = several(store, cast, 4)
    [mine] = welcoming.mine(store, actor=eli, now=NOW, zone=ZONE)
    assert (mine.most, mine.asked, mine.held) == (1, 1, 3)
    welcoming.say(store, group_id=cast.group, typed="2", actor=eli, now=NOW)
    run(store, NOW + timedelta(minutes=10))
    assert stand(store, made[1:]) == [("sent", None), ("proposed", NEXT), ("proposed", NEXT)]
    welcoming.say(store, group_id=cast.group, typed=" ", actor=eli, now=NOW)
    run(store, NOW + timedelta(minutes=20))
    assert stand(store, made) == [("sent", None)] * 4


@pytest.mark.parametrize("typed", ["0", "-1", "many", "1001", "9" * 30, "²"])
def test_what_is_no_number_is_refused(store: Session, cast: World, typed: str) -> None:
    eli = leader(store.get_one(Group, cast.group).organisation_id)
    with pytest.raises(Invalid) as refused:
        welcoming.say(store, group_id=cast.group, typed=typed, actor=eli, now=NOW)
    assert "new_people_a_week" in refused.value.fields


def test_a_leader_speaks_for_their_own_groups_only(store: Session, cast: World) -> None:
    dee = leader(cast.elsewhere)
    with pytest.raises(NotFound):
        welcoming.say(store, group_id=cast.group, typed="2", actor=dee, now=NOW)
    assert welcoming.mine(store, actor=dee, now=NOW, zone=ZONE) == ()


def test_a_smaller_number_says_a_later_day(store: Session, cast: World) -> None:
    welcome(store, cast, 2)
    made = several(store, cast, 4)
    welcome(store, cast, 1)
    run(store, NOW + timedelta(hours=1))
    assert stand(store, made[2:]) == [("proposed", NEXT), ("proposed", THIRD)]
    assert need(store, made[3]) == ("asked_later", THIRD)


@pytest.mark.parametrize("what", ["consent", "full", "held"])
def test_a_group_that_may_not_be_asked_any_more_is_not_and_the_next_is_needed(
    store: Session, cast: World, what: str
) -> None:
    welcome(store, cast, 1)
    [_, late] = several(store, cast, 2)
    group = store.get_one(Group, cast.group)
    if what == "consent":
        for one in store.scalars(select(Consent)):
            one.withdrawn_at = NOW
    elif what == "full":
        group.capacity_state, group.capacity_until = "full", NEXT + timedelta(days=30)
    else:
        group.status = "held"
    store.flush()
    run(store, LATER)
    assert stand(store, [late])[0][0] == "withdrawn"
    assert need(store, late)[0] == "next_group"
    assert mails(store) == 1


def test_a_week_is_of_the_clocks_here(store: Session, cast: World) -> None:
    welcome(store, cast, 1)
    late = datetime(2026, 6, 14, 22, 30, tzinfo=UTC)  # Sunday, half past eleven in London
    refer(store, cast, now=late)
    assert day_of(store, cast.group, now=late, zone=ZONE) == date(2026, 6, 15)
    assert day_of(store, cast.group, now=late + timedelta(minutes=31), zone=ZONE) is None


def test_many_at_once_do_not_pass_the_number(engine: Engine, store: Session, cast: World) -> None:
    welcome(store, cast, 3)
    store.commit()
    together = threading.Barrier(12)
    answers: list[str] = []

    def one() -> None:
        together.wait()
        with Session(engine.execution_options(writes=True)) as mine:
            answers.append(refer(mine, cast).introductions[0].state)
            mine.commit()

    threads = [threading.Thread(target=one) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["proposed"] * 9 + ["sent"] * 3
    days = store.scalars(select(Introduction.asks_on).where(Introduction.asks_on.is_not(None))).all()
    assert sorted(map(days.count, set(days))) == [3, 3, 3]


def test_jobs_at_once_ask_for_each_once(engine: Engine, store: Session, cast: World) -> None:
    welcome(store, cast, 1)
    several(store, cast, 4)
    store.commit()
    due = [one for one in rounds.due(store, letters(), now=LATER) if one.kind == "by_week"]
    store.rollback()
    done: list[UUID] = []
    together = threading.Barrier(4)

    def one() -> None:
        together.wait()
        for each in due:
            with Session(engine.execution_options(writes=True)) as mine:
                if rounds.do(mine, letters(), each, now=LATER):
                    done.append(each.id)
                mine.commit()

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 1
    assert store.scalar(select(func.count()).select_from(Introduction).where(Introduction.state == "sent")) == 2
    assert mails(store) == 2
