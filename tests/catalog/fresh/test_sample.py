"""The sample of a month: by chance, the same each time, and a share only where enough have answered."""

from collections import Counter
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accounts.permissions import VISITOR
from service.accounts.record.audit import NOWHERE
from service.catalog import models as m
from service.catalog.fresh import sample
from service.catalog.fresh.interval import wilson
from service.catalog.models_fresh import TruthSample
from service.errors import Conflict, Forbidden, Invalid, NotFound
from tests.catalog.editing import ADA
from tests.catalog.making import NOW, TODAY, group, groups, unit_of

MONTH = date(2026, 11, 1)


def drawn(store: Session) -> list[sample.Drawn]:
    return list(sample.of_month(store, actor=ADA, month=MONTH))


def found(store: Session, one: sample.Drawn, what: str, **more: Any) -> None:
    version = store.scalars(select(m.Group.version).where(m.Group.id == one.group_id)).one()
    known = {"version": one.version, "group_version": version, "words": "Rung", "actor": ADA, "now": NOW, **more}
    sample.answer(store, sample_id=one.id, found=what, origin=NOWHERE, **known)


def answered(store: Session, right: int, wrong: int, days_ago: int = 0) -> None:
    """Put answers of one month there, each about a group of its own."""
    for number in range(right + wrong):
        row = TruthSample(month=MONTH - timedelta(days=days_ago), group_id=group(store, f"Table {number}").id)
        row.found, row.found_at = ("right" if number < right else "partly"), NOW - timedelta(days=days_ago)
        store.add(row)
    store.flush()


def test_a_month_is_drawn_once_and_the_same_each_time(store: Session) -> None:
    groups(store, 12)
    assert sample.draw(unit_of(store), unit_of(store), size=5, now=NOW) == 5
    first = {one.group_id for one in drawn(store)}
    groups(store, 3)
    assert sample.draw(unit_of(store), unit_of(store), size=5, now=NOW + timedelta(days=3)) == 5
    assert {one.group_id for one in drawn(store)} == first
    assert sample.draw(unit_of(store), unit_of(store), size=5, now=NOW + timedelta(days=30)) == 5
    assert sample.draw(unit_of(store), unit_of(store), size=0, now=NOW + timedelta(days=61)) == 0


@pytest.mark.parametrize("why", [{"status": "held"}, {"is_example": True}, {"joinable": False}], ids=str)
def test_only_what_visitors_find_is_drawn(store: Session, why: dict[str, Any]) -> None:
    group(store, **why)
    assert sample.draw(unit_of(store), unit_of(store), size=5, now=NOW) == 0


@given(st.lists(st.uuids(), min_size=8, max_size=30, unique=True), st.randoms(use_true_random=False))
def test_the_draw_does_not_depend_on_order_and_keeps_nearly_all_when_one_is_added(ids: list[UUID], chance: Any) -> None:
    def first(known: list[UUID]) -> set[UUID]:
        return set(sorted(known, key=lambda one: sample.lot(MONTH, one))[:5])

    shuffled = list(ids)
    chance.shuffle(shuffled)
    assert first(ids) == first(shuffled)
    assert len(first(ids) & first([*ids, uuid4()])) >= 4


def test_the_draw_is_fair() -> None:
    ids = [UUID(int=number) for number in range(40)]
    months = [date(2000 + number // 12, number % 12 + 1, 1) for number in range(600)]
    drawn_by = Counter(one for month in months for one in sorted(ids, key=lambda each: sample.lot(month, each))[:10])
    assert set(drawn_by) == set(ids)
    square = sum((many - 150) ** 2 / 150 for many in drawn_by.values()) / 0.75  # without putting back
    assert square < 73, "chi square of 39 degrees of freedom stays below 73 in 999 of 1,000"


def test_each_answer_does_what_it_says(store: Session) -> None:
    groups(store, 4)
    sample.draw(unit_of(store), unit_of(store), size=4, now=NOW)
    right, partly, closed, silent = drawn(store)
    found(store, right, "right")
    found(store, partly, "partly")
    found(store, closed, "closed")
    found(store, silent, "not_reached")
    assert [one.found for one in drawn(store)] == ["not_reached", "right", "partly", "closed"]
    store.expire_all()
    known = {row.id: (row.last_confirmed_on, row.status) for row in store.scalars(select(m.Group))}
    assert known[right.group_id] == (TODAY, "published")
    assert known[partly.group_id] == (date(2026, 11, 2), "published")
    assert known[closed.group_id] == (date(2026, 11, 2), "archived")
    [again] = [one for one in drawn(store) if one.id == silent.id]
    found(store, again, "right", now=NOW + timedelta(days=1))


def test_an_answer_is_given_once_by_an_editor(store: Session) -> None:
    groups(store, 1)
    sample.draw(unit_of(store), unit_of(store), size=1, now=NOW)
    [one] = drawn(store)
    with pytest.raises(Forbidden):
        found(store, one, "right", actor=VISITOR)
    with pytest.raises(Invalid):
        found(store, one, "perhaps")
    found(store, one, "right")
    with pytest.raises(Conflict):
        found(store, one, "closed")
    with pytest.raises(Conflict):
        found(store, sample.one(store, sample_id=one.id, actor=ADA), "closed")
    with pytest.raises(NotFound):
        sample.one(store, sample_id=uuid4(), actor=ADA)


def test_no_share_is_told_of_a_few(store: Session) -> None:
    answered(store, 15, 4)
    assert sample.truth(store, now=NOW) is None
    answered(store, 1, 0)
    told = sample.truth(store, now=NOW)
    assert told is not None
    assert (told.asked, told.right, (told.low, told.high)) == (20, 16, wilson(16, 20))


def test_what_is_older_than_a_year_is_not_told_and_the_unreached_are_told_apart(store: Session) -> None:
    answered(store, 40, 0, days_ago=370)
    answered(store, 18, 2)
    store.add(TruthSample(month=MONTH, group_id=group(store).id, found="not_reached", found_at=NOW))
    told = sample.truth(store, now=NOW)
    assert told is not None
    assert (told.asked, told.right, told.not_reached) == (20, 18, 1)
