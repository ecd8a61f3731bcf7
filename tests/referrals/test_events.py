"""Each step of a referral is an event of whoever refers and whoever helps: in one order, once, and of nobody else."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from service.accounts.models import AuditEntry
from service.accounts.record.audit import Purpose
from service.db import migrations
from service.referrals import erasure
from service.referrals.answering import operations as answers
from service.referrals.answering.replies import Reply
from service.referrals.events import feed
from service.referrals.events.feed import EventView
from service.referrals.following.operations import mark
from service.referrals.history import step
from service.referrals.lifecycle import Part
from service.referrals.models import Introduction, Move, Person, Referral
from service.referrals.models_events import Event
from tests.referrals.cast import NOW, SEALER, Post, World, reader, refer, request


def events(store: Session, organisation: object, after: int = 0, limit: int = 100) -> tuple[EventView, ...]:
    return feed.read(store, after=after, actor=reader(organisation), now=NOW, limit=limit)  # type: ignore[arg-type]


def test_every_step_is_told_in_order_with_numbers_and_states_only(store: Session, cast: World, post: Post) -> None:
    made = refer(store, post, cast.bo, request(cast.group))
    assert events(store, cast.clinic) == (), "no number yet"
    assert feed.give_numbers(store) == 6
    told = events(store, cast.clinic)
    assert [one.number for one in told] == [1, 2, 3, 4, 5, 6]
    assert {one.referral_id for one in told} == {made.id}
    assert (told[0].from_state, told[0].to_state, told[0].by_role) == ("draft", "sent", "referrer")
    [asked] = [one for one in told if one.introduction_id]
    assert (asked.introduction_id, asked.group_id) == (made.introductions[0].id, cast.group)
    assert "zqax" not in repr(told)


def test_what_happens_in_one_instant_is_numbered_as_it_happened(store: Session, cast: World, post: Post) -> None:
    made = refer(store, post, cast.bo, request(cast.group))
    [row] = store.scalars(select(Introduction).where(Introduction.referral_id == made.id))
    for to in ("accepted", "booked"):
        step(store, row, to, Part.LEADER, cast.lin, NOW)
    for days in (1, 2, 3):
        mark(
            store,
            introduction_id=row.id,
            what="attended",
            on=NOW.date() + timedelta(days=days),
            part=Part.LINK_WORKER,
            actor=cast.lin,
            now=NOW + timedelta(days=4),
        )
    feed.give_numbers(store)
    told = [("introduction" if one.introduction_id else "referral", one.to_state) for one in events(store, cast.clinic)]
    assert told[6:] == [
        ("introduction", "accepted"),
        ("introduction", "booked"),
        ("introduction", "attended"),
        ("referral", "attending"),
        ("introduction", "attended"),
        ("introduction", "attended"),
        ("introduction", "settled"),
        ("referral", "settled"),
    ]


def test_reading_on_gives_each_event_once_whatever_the_page(store: Session, cast: World, post: Post) -> None:
    for _ in range(3):
        refer(store, post, cast.bo, request(cast.group))
    assert feed.give_numbers(store) == 18
    for limit in (1, 5, 18, 100):
        seen: list[int] = []
        while found := events(store, cast.clinic, after=seen[-1] if seen else 0, limit=limit)[:limit]:
            seen += [one.number for one in found]
        assert seen == list(range(1, 19))


def test_what_is_written_later_is_numbered_later_whenever_it_happened(store: Session, cast: World, post: Post) -> None:
    refer(store, post, cast.bo, request(cast.group))
    feed.give_numbers(store)
    before = events(store, cast.clinic)
    refer(store, post, cast.bo, request(cast.group), now=NOW - timedelta(minutes=20))
    feed.give_numbers(store)
    after = events(store, cast.clinic)
    assert after[: len(before)] == before
    assert [one.number for one in after] == list(range(1, 13))
    assert not feed.give_numbers(store), "nothing is numbered twice"


def test_another_organisation_s_events_are_not_told(store: Session, cast: World, post: Post) -> None:
    refer(store, post, cast.bo, request(cast.group))
    refer(store, post, cast.dee, request(cast.group))
    feed.give_numbers(store)
    ours, theirs = events(store, cast.clinic), events(store, cast.elsewhere)
    assert not {one.referral_id for one in ours} & {one.referral_id for one in theirs}
    assert [one.number for one in theirs] == [1, 2, 3, 4, 5, 6], "numbers do not tell how much others do"
    assert feed.read(store, after=0, actor=cast.bo, now=NOW)
    assert feed.read(store, after=0, actor=reader(uuid4()), now=NOW) == ()


def test_who_helps_hears_of_it_too(store: Session, cast: World, post: Post) -> None:
    made = refer(store, post, cast.bo, request(cast.group))
    row = store.get_one(Referral, made.id)
    row.service_organisation_id = cast.elsewhere
    step(store, row, "attending", Part.LINK_WORKER, cast.lin, NOW)
    feed.give_numbers(store)
    assert len(events(store, cast.clinic)) == 7
    assert [one.to_state for one in events(store, cast.elsewhere)] == ["attending"]


def test_reading_is_recorded_only_where_something_was_told(store: Session, cast: World, post: Post) -> None:
    made = refer(store, post, cast.bo, request(cast.group))
    feed.give_numbers(store)
    wanted = select(AuditEntry).where(AuditEntry.action == "read_referrals")
    assert events(store, cast.clinic, after=6) == ()
    assert not store.scalars(wanted).all()
    events(store, cast.clinic)
    [row] = store.scalars(wanted)
    assert row.columns == ["state", f"id:{made.id}"]


def test_whoever_is_erased_is_in_no_event(store: Session, cast: World, post: Post) -> None:
    other, made = (refer(store, post, cast.bo, request(cast.group)) for _ in range(2))
    feed.give_numbers(store)
    store.flush()
    erasure.erase_person(store, person_id=made.person_id, purpose=Purpose.SUBJECT_REQUEST, now=NOW)
    assert {one.referral_id for one in events(store, cast.clinic)} == {other.id}
    assert store.get(Person, made.person_id) is None
    refer(store, post, cast.bo, request(cast.group))
    feed.give_numbers(store)
    assert events(store, cast.clinic)[-1].number == 18, "numbers go on"


def test_an_answer_of_a_group_is_an_event(store: Session, cast: World, post: Post) -> None:
    refer(store, post, cast.bo, request(cast.group))
    feed.give_numbers(store)
    reply = Reply(kind="accept", version=2)
    seen = answers.see(store, sealer=SEALER, token=post.last, now=NOW)
    reply = Reply(kind="accept", version=seen.asked.version)
    answers.answer(store, means=post.means, token=post.last, reply=reply, now=NOW + timedelta(hours=1))
    feed.give_numbers(store)
    [told] = events(store, cast.clinic, after=6)
    assert (told.to_state, told.by_role) == ("accepted", "group_leader")


@pytest.mark.parametrize("organisations", [1, 2])
def test_an_upgrade_numbers_what_happened_before(engine: Engine, organisations: int) -> None:
    from tests.referrals.cast import world

    with Session(engine.execution_options(writes=True)) as unit:
        cast = world(unit)
        for _ in range(2):
            made = refer(unit, Post(), cast.bo, request(cast.group))
        if organisations == 2:
            unit.get_one(Referral, made.id).service_organisation_id = cast.elsewhere
        unit.commit()
    [file] = (migrations.HERE / "versions").glob("*_who_is_told.py")
    migrations.downgrade(engine, f"{int(file.name[:4]) - 1:04}")
    migrations.upgrade(engine)
    with Session(engine) as session:
        steps = session.scalar(select(func.count()).select_from(Move))
        ours = events(session, cast.clinic)
        assert [one.number for one in ours] == list(range(1, (steps or 0) + 1))
        assert [one.at for one in ours] == sorted(one.at for one in ours)
        assert len(events(session, cast.elsewhere)) == (6 if organisations == 2 else 0)
        assert session.scalar(select(func.count()).where(Event.number.is_(None))) == 0
