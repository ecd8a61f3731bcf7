"""Referring to link workers and to groups: all or nothing, once however many ask at once, one open at a time."""

import threading
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from service.accounts.once import Replay, idempotent
from service.accounts.permissions import Actor
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.referrals.history import step
from service.referrals.lifecycle import Part
from service.referrals.models import Consent, Introduction, Person, Referral
from service.referrals.people.given import PersonGiven
from service.referrals.referring import operations
from service.referrals.referring.asking import Asking, problems
from service.referrals.referring.queries import services
from tests.referrals.cast import NOW, SEALER, Post, World, add_group, consent, reader

MANY = 50


def wish(**values: object) -> Asking:
    given = PersonGiven(preferred_name="Joan zqaxop", contact="01632 960187", contact_rule="phone")
    return Asking(**{"given": given, "yes": True, "reasons": frozenset({"lonely"}), **values})  # type: ignore[arg-type]


def hand_over(session: Session, by: Actor, asked: Asking, referral_id: UUID | None = None) -> UUID:
    made = operations.refer_to_service(
        session, sealer=SEALER, referral_id=referral_id or uuid4(), request=asked, actor=by, now=NOW
    )
    return made.id


def test_many_at_once_are_one_referral_with_one_answer(engine: Engine, store: Session, cast: World) -> None:
    store.commit()
    answers: list[UUID] = []
    together = threading.Barrier(MANY)

    def one() -> None:
        together.wait()
        with Session(engine.execution_options(writes=True)) as mine:
            claim = idempotent(mine, actor=cast.bo, route="refer", key="one-page-sent-often", body={"a": 1}, now=NOW)
            if not isinstance(claim, Replay):
                hand_over(mine, cast.bo, wish(), claim.resource_id)
            mine.commit()
            answers.append(claim.resource_id)

    threads = [threading.Thread(target=one) for _ in range(MANY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == MANY
    assert len(set(answers)) == 1
    assert store.scalar(select(func.count()).select_from(Referral)) == 1
    assert store.scalar(select(func.count()).select_from(Person)) == 1


def test_the_same_page_opened_often_and_sent_at_once_leaves_one_open_referral(
    engine: Engine, store: Session, cast: World
) -> None:
    first = hand_over(store, cast.bo, wish())
    person = store.get_one(Referral, first).person_id
    store.get_one(Referral, first).state = "closed"
    store.commit()
    outcomes: list[str] = []
    together = threading.Barrier(8)

    def one() -> None:
        together.wait()
        with Session(engine.execution_options(writes=True)) as mine:
            try:
                hand_over(mine, cast.bo, wish(known=person))
                mine.commit()
                outcomes.append("sent")
            except Invalid as error:
                outcomes.append(error.fields["known"].code)

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["already_open"] * 7 + ["sent"]


def test_an_error_half_way_leaves_nothing_and_the_retry_makes_one(
    monkeypatch: pytest.MonkeyPatch, engine: Engine, store: Session, cast: World
) -> None:
    store.commit()

    def fail(*_args: object, **_more: object) -> None:
        raise ConnectionError

    def send() -> UUID:
        with Session(engine.execution_options(writes=True)) as mine:
            claim = idempotent(mine, actor=cast.bo, route="refer", key="sent-and-failed", body={}, now=NOW)
            if not isinstance(claim, Replay):
                hand_over(mine, cast.bo, wish(), claim.resource_id)
            mine.commit()
            return claim.resource_id

    with monkeypatch.context() as patch:
        patch.setattr(operations, "_note", fail)
        with pytest.raises(ConnectionError):
            send()
    assert store.scalar(select(func.count()).select_from(Person)) == 0
    store.rollback()  # and so lets go of the store
    assert send() == send()
    assert store.scalar(select(func.count()).select_from(Referral)) == 1


def test_everything_that_is_wrong_is_said_at_once_and_nothing_is_kept(store: Session, cast: World) -> None:
    empty = Asking(given=PersonGiven(preferred_name=" ", contact_rule="phone"), reasons=frozenset({"bored"}))
    with pytest.raises(Invalid) as refused:
        hand_over(store, cast.bo, empty)
    assert set(refused.value.fields) == {"preferred_name", "contact", "reasons", "yes"}
    assert store.scalar(select(func.count()).select_from(Person)) == 0
    assert problems(wish(), date(2026, 3, 2)) == {}


def test_whoever_may_not_refer_cannot(store: Session, cast: World) -> None:
    with pytest.raises(Forbidden):
        hand_over(store, reader(cast.clinic), wish())


def test_only_link_workers_that_are_named_or_ones_own_can_be_asked(store: Session, cast: World) -> None:
    assert [one.own for one in services(store, organisation_id=cast.clinic, now=NOW)] == [True]
    with pytest.raises(Invalid) as refused:
        hand_over(store, cast.bo, wish(service_id=cast.elsewhere))
    assert refused.value.fields["service"].code == "unknown_choice"


def planned(store: Session, cast: World) -> Referral:
    row = store.get_one(Referral, hand_over(store, cast.bo, wish()))
    for state in ("accepted", "in_contact", "planned"):
        step(store, row, state, Part.LINK_WORKER, cast.lin, NOW)
    return row


def introduce(store: Session, post: Post, by: Actor, referral: UUID, group: UUID, **more: object) -> UUID:
    return operations.introduce(
        store,
        sealer=SEALER,
        mail=post.mail,
        referral_id=referral,
        group_id=group,
        consent=more.pop("said", consent()),  # type: ignore[arg-type]
        actor=by,
        now=NOW,
        **more,  # type: ignore[arg-type]
    )


def test_one_more_group_is_asked_from_a_plan_each_once(store: Session, cast: World, post: Post) -> None:
    row = planned(store, cast)
    made = introduce(store, post, cast.lin, row.id, cast.group, own_words="I sing low")
    assert (row.state, store.get_one(Introduction, made).state) == ("introduced", "sent")
    assert len(post.tokens) == 1
    with pytest.raises(Conflict) as again:
        introduce(store, post, cast.lin, row.id, cast.group)
    assert again.value.code == "asked_already"
    second = add_group(store, cast.elsewhere, "Second Table")
    with pytest.raises(Invalid) as unasked:
        introduce(store, post, cast.lin, row.id, second.id, said=None)
    assert {"consent.given", "acknowledge_unvetted", "unvetted"} & set(unasked.value.fields)
    introduce(store, post, cast.lin, row.id, second.id, unvetted="They know each other")
    assert row.state == "introduced"


def test_a_group_is_asked_for_nobody_of_another_organisation_and_only_from_a_plan(
    store: Session, cast: World, post: Post
) -> None:
    row = store.get_one(Referral, hand_over(store, cast.bo, wish()))
    with pytest.raises(NotFound):
        introduce(store, post, cast.dee, row.id, cast.group)
    with pytest.raises(Conflict):
        introduce(store, post, cast.lin, row.id, cast.group)
    assert store.scalar(select(func.count()).select_from(Introduction)) == 0
    assert post.tokens == []


def test_a_yes_that_has_ended_is_none(store: Session, cast: World, post: Post) -> None:
    row = planned(store, cast)
    old = consent(given_at=NOW - timedelta(days=500), expires_at=NOW - timedelta(days=200))
    with pytest.raises(Invalid):
        introduce(store, post, cast.lin, row.id, cast.group, said=old)
    kept = store.scalars(select(Consent.group_id)).all()
    assert cast.group not in kept
