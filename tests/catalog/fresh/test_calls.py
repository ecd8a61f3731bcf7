"""The telephone round: who waits, the worst first, and what each answer does."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from dateutil.relativedelta import relativedelta
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service.accounts.permissions import VISITOR
from service.accounts.record.audit import NOWHERE
from service.catalog import models as m
from service.catalog import reports
from service.catalog.fresh import calls, renewing
from service.catalog.fresh.calls import Answer
from service.catalog.models_fresh import ChaseSent, ToConfirm
from service.db.sealing import Sealer
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.notifications import outbox
from service.notifications.models import OutboxMessage
from tests.catalog.editing import ADA, DEE
from tests.catalog.making import NOW, TODAY, group, statements, unit_of

SEALER = Sealer("only-for-tests-0123456789-0123456789", reports.PURPOSE)
OLD = TODAY - relativedelta(months=13)
DAY = timedelta(days=1)


def old(store: Session, name: str = "Table", **more: Any) -> m.Group:
    return group(store, name, **{"phone": "01632 960111", "last_confirmed_on": OLD, **more})


def refresh(store: Session, **referrals: int) -> int:
    lately = {UUID(key): many for key, many in referrals.items()}
    return renewing.refresh(unit_of(store), unit_of(store), referrals=lately, now=NOW)


def names(store: Session, today: date = TODAY) -> list[str]:
    return [line.name for line in calls.queue(store, actor=ADA, today=today)]


def answer(store: Session, made: m.Group, outcome: str, **more: Any) -> None:
    row = store.get(ToConfirm, made.id, populate_existing=True)
    group_version = store.scalars(select(m.Group.version).where(m.Group.id == made.id)).one()
    known = {"call_version": row.version if row else 1, "group_version": group_version, "words": "Rung", **more}
    said = Answer(outcome=outcome, **{name: known[name] for name in ("call_version", "group_version", "words")})
    at = more.get("now", NOW)
    calls.answer(
        store, group_id=made.id, said=said, sealer=SEALER, actor=more.get("actor", ADA), now=at, origin=NOWHERE
    )


def test_the_worst_comes_first(store: Session) -> None:
    often, doubted = old(store, "Often sent to"), old(store, "Doubted")
    old(store, "Quiet")
    old(store, "Online", mode="online")
    old(store, "Very old", last_confirmed_on=TODAY - relativedelta(years=7))
    old(store, "No number", phone=None, last_confirmed_on=TODAY - relativedelta(years=9))
    store.add(m.Report(group_id=doubted.id, wrong="times", created_at=NOW))
    refresh(store, **{str(often.id): 3})
    assert names(store) == ["Often sent to", "Very old", "Doubted", "Quiet", "Online", "No number"]


def test_who_waits_is_written_anew_and_tries_are_remembered(store: Session) -> None:
    first, second = old(store, "First"), old(store, "Second")
    assert refresh(store) == 2
    answer(store, first, "no_answer")
    first.last_confirmed_on, second.status = OLD - timedelta(days=400), "held"
    third = old(store, "Third")
    assert refresh(store) == 2
    assert names(store, TODAY) == ["Third"]
    assert names(store, TODAY + DAY) == ["Third", "First"], "whom nobody reached comes last, another day"
    for one in (first, third):
        one.last_confirmed_on = TODAY
    assert refresh(store) == 0
    assert store.scalars(select(ToConfirm)).all() == []


@pytest.mark.parametrize(
    "why",
    [
        {"status": "held"},
        {"status": "archived"},
        {"is_example": True},
        {"joinable": False},
        {"last_confirmed_on": TODAY - timedelta(days=200)},
        {"email": "table@example.org"},
    ],
    ids=str,
)
def test_nobody_rings_about_what_is_not_shown_or_fresh_or_will_be_asked_by_mail(
    store: Session, why: dict[str, Any]
) -> None:
    old(store, **why)
    assert refresh(store) == 0


def test_after_three_mails_in_vain_or_one_that_came_back_somebody_rings(store: Session) -> None:
    silent, back = old(store, "Silent", email="a@example.org"), old(store, "Came back", email="b@example.org")
    store.add(ChaseSent(group_id=silent.id, since=OLD, step=12, sent_at=NOW - timedelta(days=14)))
    outbox.put(
        store, channel="console", to="b@example.org", template="listing_check", params={"link": "x", "days": 30},
        now=NOW, key=f"chase:{back.id}:{OLD}:10", sealer=SEALER,
    )  # fmt: skip
    assert refresh(store) == 1
    store.scalars(select(OutboxMessage)).one().state = "failed"
    store.flush()
    assert refresh(store) == 2
    assert names(store) == ["Came back", "Silent"]


def test_still_right_confirms_and_nobody_rings_again(store: Session) -> None:
    made = old(store)
    refresh(store)
    answer(store, made, "right")
    store.refresh(made)
    assert (made.last_confirmed_on, made.confirmed_by) == (TODAY, "editor")
    assert refresh(store) == 0


def test_closed_takes_it_off_the_list_with_a_reason(store: Session) -> None:
    made = old(store)
    refresh(store)
    answer(store, made, "closed", words="They said so")
    store.refresh(made)
    assert made.status == "archived"
    assert store.scalars(select(m.Revision.reason)).one() == "They said so"


def test_no_answer_goes_to_the_end_is_tried_another_day_and_marked_after_three(store: Session) -> None:
    made = old(store, "Nobody there")
    old(store, "Online", mode="online")
    refresh(store)
    day = TODAY
    for tries in (1, 2, 3):
        answer(store, made, "no_answer", now=NOW + (day - TODAY))
        assert calls.call(store, group_id=made.id, actor=ADA)[1] == tries
        assert names(store, day) == ["Online"]
        day += DAY
        assert names(store, day) == (["Online", "Nobody there"] if tries < 3 else ["Online"])
    last = calls.queue(store, actor=ADA, today=day + calls.LATER)[-1]
    assert (last.name, last.tries) == ("Nobody there", calls.MANY_TRIES)


def test_a_wrong_number_is_told_to_the_editors(store: Session) -> None:
    made = old(store)
    refresh(store)
    answer(store, made, "wrong_number")
    assert store.scalars(select(m.Report.wrong)).one() == "contact"
    assert names(store) == []


def test_what_changed_waits_for_the_edit_and_comes_back_if_there_is_none(store: Session) -> None:
    made = old(store)
    refresh(store)
    answer(store, made, "changed")
    assert names(store) == []
    assert names(store, TODAY + DAY) == ["Table"]


def test_two_editors_do_not_both_answer_for_one_call(store: Session) -> None:
    made = old(store)
    refresh(store)
    seen = calls.call(store, group_id=made.id, actor=DEE)[0]
    answer(store, made, "no_answer")
    with pytest.raises(Conflict):
        answer(store, made, "no_answer", call_version=seen, actor=DEE)
    with pytest.raises(Conflict):
        answer(store, made, "right", group_version=made.version - 1)
    answer(store, made, "right")
    with pytest.raises(NotFound):
        answer(store, made, "right")


def test_only_editors_ring(store: Session) -> None:
    made = old(store)
    refresh(store)
    with pytest.raises(Forbidden):
        calls.queue(store, actor=VISITOR, today=TODAY)
    with pytest.raises(Forbidden):
        answer(store, made, "right", actor=VISITOR)
    with pytest.raises(Invalid):
        answer(store, made, "maybe")
    with pytest.raises(NotFound):
        calls.call(store, group_id=uuid4(), actor=ADA)


def test_a_page_costs_the_same_however_long_the_queue(store: Session, engine: Engine) -> None:
    for number in range(calls.PAGE + 5):
        old(store, f"Table {number:02}")
    refresh(store)
    store.commit()
    with statements(engine) as seen:
        first = calls.queue(store, actor=ADA, today=TODAY)
        second = calls.queue(store, actor=ADA, today=TODAY, page=2)
    assert (len(first), len(second)) == (calls.PAGE + 1, 5)
    assert len(seen) == 6
    ids = [line.group_id for line in (*first[: calls.PAGE], *second)]
    assert len(set(ids)) == calls.PAGE + 5
    assert ids == sorted(ids), "equal harm: by id"
