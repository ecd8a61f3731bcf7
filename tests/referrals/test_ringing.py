"""Whoever asks to be rung is kept sealed until they were reached, and for fourteen days at most."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service.accounts.models import AuditEntry
from service.accounts.permissions import Actor, Role
from service.catalog.telephone import Telephone, international
from service.catalog.where.packs import load_pack
from service.db.sealing import Sealer
from service.errors import Conflict, Invalid, NotFound
from service.referrals import ringing
from service.referrals.models import RingRequest
from service.referrals.rings import RingIn, read, rung_by
from tests.conftest import ROOT

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
ADA = Actor(role=Role.ADMIN, user_id=uuid4())
SEALER = Sealer("only-for-tests-0123456789-0123456789", "referrals")
TYPED = {"name": " Cai ", "number": "01632 960 123", "suits": "morning", "language": "en", "message": "no"}
WISH = RingIn(
    name="Cai", number="01632 960123", suits="any", language="en", may_leave_message=True, about="I hear badly"
)


def telephone(country: str) -> Telephone:
    return load_pack(ROOT / "seeds" / "countries", country).telephone


def ask(store: Session, wish: RingIn = WISH, at: datetime = NOW) -> RingRequest:
    request_id = uuid4()
    ringing.ask(store, sealer=SEALER, request_id=request_id, wish=wish, now=at)
    return store.get_one(RingRequest, request_id)


def waiting(store: Session, at: datetime = NOW) -> tuple[ringing.RingView, ...]:
    return ringing.read_waiting(store, sealer=SEALER, actor=ADA, now=at)


def test_what_was_said_is_sealed_and_read_again_and_the_reading_is_recorded(store: Session) -> None:
    row = ask(store)
    for text in ("Cai", "960123", "badly"):
        for column in (row.name, row.number, row.about):
            assert column is not None
            assert text.encode() not in column
    (one,) = waiting(store)
    assert (one.name, one.number, one.about) == ("Cai", "01632 960123", "I hear badly")
    (entry,) = store.scalars(select(AuditEntry))
    assert (entry.action, entry.subject, entry.user_id) == ("ring_back", "ring_request", ADA.user_id)
    assert f"id:{one.id}" in entry.columns
    assert not {"Cai", "01632 960123"} & set(entry.columns)


def test_words_of_danger_come_first_and_then_the_longest_wait(store: Session) -> None:
    for hours, about in ((1, "I hear badly"), (2, "I want to die"), (3, "Chess")):
        ask(store, replace(WISH, about=about), NOW + timedelta(hours=hours))
    found = waiting(store, NOW + timedelta(hours=4))
    assert [(one.about, one.at_risk) for one in found] == [
        ("I want to die", True), ("I hear badly", False), ("Chess", False),
    ]  # fmt: skip


def test_sent_twice_it_is_one_wish_with_what_was_said_last(store: Session) -> None:
    row = ask(store)
    changed = RingIn(name="Cai", number="01632 960999", suits="any", language="en", may_leave_message=False, about="")
    ringing.ask(store, sealer=SEALER, request_id=row.id, wish=changed, now=NOW + timedelta(minutes=1))
    (one,) = waiting(store)
    assert (one.number, one.about, one.may_leave_message, one.asked_at) == ("01632 960999", "", False, NOW)


def test_whoever_was_reached_is_forgotten_at_once(store: Session) -> None:
    row = ask(store)
    ringing.rang(store, request_id=row.id, outcome="no_answer", actor=ADA, now=NOW + timedelta(hours=1))
    (one,) = waiting(store)
    assert one.tries == 1
    ringing.rang(store, request_id=row.id, outcome="done", actor=ADA, now=NOW + timedelta(hours=2))
    assert (row.state, row.name, row.number, row.about, row.may_leave_message) == ("reached", None, None, None, False)
    assert waiting(store) == ()
    with pytest.raises(Conflict):
        ringing.rang(store, request_id=row.id, outcome="no_answer", actor=ADA, now=NOW)
    ringing.ask(store, sealer=SEALER, request_id=row.id, wish=WISH, now=NOW)
    assert row.number is None, "an old form that is sent again brings nobody back"


def test_after_fourteen_days_nobody_is_shown_and_what_they_said_is_removed(store: Session) -> None:
    old, young = ask(store), ask(store, at=NOW + timedelta(days=1))
    at = NOW + timedelta(days=14)
    assert [one.id for one in waiting(store, at)] == [young.id]
    assert ringing.forget_old(store, now=at) == 1
    assert (old.state, old.name, old.number, old.about) == ("ran_out", None, None, None)
    assert ringing.forget_old(store, now=at) == 0
    assert young.number is not None


def test_a_removed_number_is_nowhere_in_the_file(store: Session, engine: Engine) -> None:
    row = ask(store)
    assert row.number is not None
    sealed = row.number
    store.commit()
    ringing.rang(store, request_id=row.id, outcome="done", actor=ADA, now=NOW)
    store.commit()
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            path = connection.exec_driver_sql("PRAGMA database_list").all()[0][2]
        with open(path, "rb") as file:
            assert sealed not in file.read()


def test_the_longest_waiting_comes_first(store: Session) -> None:
    late, early = ask(store, at=NOW), ask(store, at=NOW - timedelta(days=2))
    assert [one.id for one in waiting(store)] == [early.id, late.id]


def test_nobody_can_be_rung_who_never_asked(store: Session) -> None:
    with pytest.raises(NotFound):
        ringing.rang(store, request_id=uuid4(), outcome="done", actor=ADA, now=NOW)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        read({"suits": "never", "language": "xx", "message": "", "about": "x" * 501}, telephone("gb"), ("en",))
    codes = {field: problem.code for field, problem in refused.value.fields.items()}
    choice = "unknown_choice"
    assert codes == {
        "name": "needed",
        "number": "needed",
        "about": "too_long",
        **dict.fromkeys(("suits", "language", "message"), choice),
    }
    wish = read(TYPED, telephone("gb"), ("en",))
    assert (wish.name, wish.number, wish.may_leave_message, wish.about) == ("Cai", "01632 960 123", False, "")


@pytest.mark.parametrize(
    ("country", "written", "dialled"),
    [
        ("gb", "01632 960 123", "+441632960123"),
        ("gb", "(01632) 960-123", "+441632960123"),
        ("gb", "+44 (0)1632 960123", "+441632960123"),
        ("gb", "0044 1632 960123", "+441632960123"),
        ("gb", "07700 900123", "+447700900123"),
        ("gb", "020 7946 0123", "+442079460123"),
        ("us", "(202) 555-0123", "+12025550123"),
        ("us", "+1 202 555 0123", "+12025550123"),
    ],
)
def test_a_number_is_read_however_it_is_written(country: str, written: str, dialled: str) -> None:
    assert international(written, telephone(country)) == dialled


@pytest.mark.parametrize(
    ("country", "written", "code"),
    [
        ("gb", "ring me", "phone_unreadable"),
        ("gb", "01632 96x123", "phone_unreadable"),
        ("gb", "1" * 41, "phone_unreadable"),
        ("gb", "٠١٦٣٢٩٦٠١٢٣", "phone_unreadable"),
        ("gb", "0909 8790123", "phone_not_here"),
        ("gb", "070 1234 5678", "phone_not_here"),
        ("gb", "118 118", "phone_not_here"),
        ("gb", "999", "phone_not_here"),
        ("gb", "+33 1 99 00 12 34", "phone_not_here"),
        ("us", "900 555 0123", "phone_not_here"),
        ("us", "123", "phone_not_here"),
    ],
)
def test_what_costs_extra_or_is_no_number_is_refused(country: str, written: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        international(written, telephone(country))
    assert refused.value.code == code


@pytest.mark.parametrize("country", ["gb", "us"])
def test_the_example_of_each_country_is_a_number_there(country: str) -> None:
    found = telephone(country)
    assert re.fullmatch(r"\+[0-9]{8,15}", international(found.example, found))


def test_the_day_by_which_we_ring_leaves_out_weekends_and_holidays() -> None:
    holidays = load_pack(ROOT / "seeds" / "countries", "gb").holidays
    assert rung_by(date(2026, 11, 21), 1, holidays) == date(2026, 11, 23)
    assert rung_by(date(2026, 12, 24), 2, holidays) == date(2026, 12, 30)
