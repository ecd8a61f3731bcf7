"""What a visitor says is wrong: kept sealed, once, read on the record, and forgotten in time."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accounts.models import AuditEntry
from service.accounts.permissions import GRANTS, VISITOR, Actor, Role
from service.accounts.record.audit import NOWHERE
from service.catalog import models as m
from service.catalog import reports
from service.catalog.reports import Said, said
from service.db.sealing import Sealer
from service.errors import Conflict, Forbidden, Invalid, NotFound
from tests.catalog import making
from tests.catalog.making import NOW

SEALER = Sealer("only-for-tests-0123456789-0123456789", reports.PURPOSE)
ADA = Actor(role=Role.EDITOR, user_id=uuid4(), permissions=GRANTS[Role.EDITOR])
WORDS, CONTACT = "The door was locked and nobody came", "cai@example.org"


def take(store: Session, group: m.Group, wrong: str = "times", days_ago: int = 0, **more: Any) -> UUID:
    report_id: UUID = more.pop("report_id", None) or uuid4()
    told = Said(**{"wrong": wrong, "words": WORDS, "contact": CONTACT, **more})
    at = NOW - timedelta(days=days_ago)
    reports.take(store, sealer=SEALER, report_id=report_id, group_id=group.id, said=told, now=at)
    return report_id


def read(store: Session, report_id: UUID, actor: Actor = ADA) -> reports.ReportView:
    return reports.read(store, sealer=SEALER, report_id=report_id, actor=actor, now=NOW, origin=NOWHERE)


def close(store: Session, report_id: UUID, **more: Any) -> None:
    wanted = {"state": "done", "outcome": "Times mended", "expected_version": 1, "actor": ADA, **more}
    reports.close(store, sealer=SEALER, report_id=report_id, now=NOW, origin=NOWHERE, **wanted)


def stored(store: Session) -> m.Report:
    row = store.scalars(select(m.Report).execution_options(populate_existing=True)).one()
    assert isinstance(row, m.Report)
    return row


def test_words_and_contact_are_sealed_and_a_second_sending_is_the_same_report(store: Session) -> None:
    group = making.group(store)
    made = take(store, group)
    assert take(store, group, report_id=made, words="other words") == made
    row = stored(store)
    for column in (row.words, row.contact):
        assert column is not None
        assert b"door" not in column
        assert b"cai" not in column
    view = read(store, made)
    assert (view.words, view.contact, view.state) == (WORDS, CONTACT, "open")


def test_what_may_harm_comes_first_then_the_oldest(store: Session) -> None:
    group = making.group(store)
    new, old = take(store, group, days_ago=1), take(store, group, "cost", days_ago=9)
    harm, harm_old = take(store, group, "unsafe"), take(store, group, "unsafe", days_ago=3)
    shown = reports.open_reports(store, actor=ADA)
    assert [line.id for line in shown] == [harm_old, harm, old, new]
    assert reports.count_open(store) == 4
    assert WORDS not in repr(shown)
    assert CONTACT not in repr(shown)


def test_reading_is_recorded_and_visitors_read_nothing(store: Session) -> None:
    made = take(store, making.group(store))
    read(store, made)
    [entry] = store.scalars(select(AuditEntry))
    assert (entry.action, entry.subject_id, entry.columns) == ("read_report", made, ["words", "contact"])
    with pytest.raises(Forbidden):
        read(store, made, VISITOR)
    with pytest.raises(Forbidden):
        reports.open_reports(store, actor=VISITOR)
    with pytest.raises(Forbidden):
        close(store, made, actor=VISITOR)
    with pytest.raises(NotFound):
        read(store, uuid4())


def test_closing_says_what_was_done_and_erases_how_to_reach_them(store: Session) -> None:
    made = take(store, making.group(store))
    close(store, made)
    row, view = stored(store), read(store, made)
    assert (row.state, row.contact, row.closed_by) == ("done", None, ADA.user_id)
    assert view.outcome == "Times mended"
    assert reports.open_reports(store, actor=ADA) == ()
    with pytest.raises(Conflict):
        close(store, made, expected_version=row.version)


def test_two_editors_do_not_both_close_it(store: Session) -> None:
    made = take(store, making.group(store))
    close(store, made)
    with pytest.raises(Conflict):
        close(store, made)


@pytest.mark.parametrize(
    ("more", "field"),
    [({"outcome": " "}, "outcome"), ({"outcome": "x" * 501}, "outcome"), ({"state": "open"}, "state")],
)
def test_closing_needs_a_choice_and_a_word(store: Session, more: dict[str, str], field: str) -> None:
    made = take(store, making.group(store))
    with pytest.raises(Invalid) as refused:
        close(store, made, **more)
    assert list(refused.value.fields) == [field]


def test_contacts_go_after_ninety_days_and_words_ninety_days_after_closing(store: Session) -> None:
    made = take(store, making.group(store), days_ago=89)
    assert reports.forget(store, now=NOW) == 0
    assert reports.forget(store, now=NOW + timedelta(days=2)) == 1
    assert stored(store).contact is None
    assert stored(store).words is not None
    close(store, made, expected_version=stored(store).version)
    assert reports.forget(store, now=NOW + timedelta(days=89)) == 0
    assert reports.forget(store, now=NOW + timedelta(days=91)) == 1
    assert stored(store).words is None
    assert reports.forget(store, now=NOW + timedelta(days=400)) == 0


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({}, {"wrong"}),
        ({"wrong": "nonsense"}, {"wrong"}),
        ({"wrong": "unsafe"}, {"words"}),
        ({"wrong": "other", "words": "  "}, {"words"}),
        ({"wrong": "times", "words": "x" * 2001}, {"words"}),
        ({"wrong": "times", "contact": "y" * 201, "words": "\x00"}, {"words", "contact"}),
    ],
)
def test_what_cannot_be_taken_is_told_by_field(typed: dict[str, str], wrong: set[str]) -> None:
    with pytest.raises(Invalid) as refused:
        said(typed)
    assert set(refused.value.fields) == wrong


def test_a_choice_alone_is_enough() -> None:
    assert said({"wrong": "closed"}) == Said(wrong="closed")
    assert said({"wrong": "other", "words": "a\r\nb "}) == Said(wrong="other", words="a\nb")
