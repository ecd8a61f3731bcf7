"""Proposals: what they change of a listing, what is read from a form, and how long anything of them is kept."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accounts.permissions import VISITOR
from service.catalog.changes import preview, snapshot
from service.catalog.models_proposals import Proposal
from service.catalog.proposals import comparing, doubting, hearing, saying, taking
from service.catalog.proposals.saying import Said
from service.catalog.proposals.taking import Arrival
from service.catalog.queries import group_by_id
from service.db.sealing import Sealer
from service.errors import Forbidden, Invalid
from tests.catalog import making
from tests.catalog.editing import ADA
from tests.catalog.making import NOW, TODAY

SEALER = Sealer("only-for-tests-0123456789-0123456789", taking.PURPOSE)
KEY = UUID(int=7)
SOUND = Arrival(trapped=False, age=timedelta(minutes=1))
VALUES = st.dictionaries(st.sampled_from(saying.FIELDS["change"]), st.text("abc £2.50", min_size=1), min_size=1)


def take(store: Session, days_ago: float = 0, arrival: Arrival = SOUND, **values: str) -> UUID:
    made, at = uuid4(), NOW - timedelta(days=days_ago)
    told = Said(kind="change", values=values or {"cost": "4"}, email="cai@example.org")
    group_id = making.group(store).id
    taking.take(store, sealer=SEALER, proposal_id=made, group_id=group_id, said=told, arrival=arrival, now=at)
    return made


def row(store: Session, wanted: UUID) -> Proposal | None:
    found = select(Proposal).where(Proposal.id == wanted).execution_options(populate_existing=True)
    return store.scalars(found).first()


def test_a_contact_goes_after_ninety_days_and_words_ninety_days_after_the_end(store: Session) -> None:
    made = take(store)
    assert taking.forget(store, now=NOW + timedelta(days=90)) == 0
    assert taking.forget(store, now=NOW + timedelta(days=91)) == 1
    kept = row(store, made)
    assert kept is not None
    assert (kept.contact, taking.opened(SEALER, kept, "said")) == (None, {"cost": "4"})
    kept.state, kept.closed_at = "rejected", NOW + timedelta(days=100)
    store.flush()
    assert taking.forget(store, now=NOW + timedelta(days=190)) == 0
    assert taking.forget(store, now=NOW + timedelta(days=191)) == 1
    emptied = row(store, made)
    assert emptied is not None
    assert (emptied.said, emptied.outcome, emptied.contact) == (None, None, None)


def test_what_may_come_from_a_program_and_nobody_opened_is_gone_after_as_long(store: Session) -> None:
    made = take(store, arrival=Arrival(trapped=True, age=None))
    assert taking.forget(store, now=NOW + timedelta(days=90)) == 0
    taking.forget(store, now=NOW + timedelta(days=91))
    assert row(store, made) is None


@given(values=VALUES)
def test_what_was_taken_is_offered_no_more(values: dict[str, str]) -> None:
    """Taking everything makes a listing that says all of it, but for what is seen to by hand."""
    before: dict[str, Any] = {"name": "Tea", "status": "published"}
    offered = comparing.offers(values, before)
    made = comparing.changes(offered, before, new_session=KEY, time_zone="Europe/London")
    after = preview(before, made, today=TODAY)
    left = comparing.offers(values, after)
    assert {one.field for one in left if not one.by_hand} <= {"closed"}


@given(values=VALUES, some=st.sets(st.sampled_from(saying.FIELDS["change"])))
def test_taking_a_part_changes_nothing_else(values: dict[str, str], some: set[str]) -> None:
    before: dict[str, Any] = {"name": "Tea", "phone": "01632 960114", "price_pence": 200, "status": "published"}
    chosen = [one for one in comparing.offers(values, before) if one.field in some]
    made = comparing.changes(chosen, before, new_session=KEY, time_zone="Europe/London")
    touched = {"price_pence", "price_note"} if "cost" in some else set()
    assert set(made.fields) <= (some & set(comparing.PLAIN)) | touched
    assert bool(made.sessions) <= ("when" in some)


def test_times_that_are_a_rule_are_changed_by_hand_and_words_by_themselves(store: Session) -> None:
    now = snapshot(group_by_id(store, making.group(store).id, today=TODAY))
    [one] = comparing.offers({"when": "Fridays at 2"}, now)
    assert one.by_hand
    assert comparing.changes([one], now, new_session=KEY, time_zone="Europe/London").sessions == {}
    [one] = comparing.offers({"when": "Fridays at 2"}, {"name": "Tea"})
    made = comparing.changes([one], {}, new_session=KEY, time_zone="Europe/London")
    change = made.sessions[KEY]
    assert change is not None
    assert (change.words, change.rule) == ("Fridays at 2", None)


@pytest.mark.parametrize(("text", "pence"), [("£2.50", 250), ("4", 400), ("Free.", 0), ("about 3 pounds", None)])
def test_a_price_is_an_amount_or_words(text: str, pence: int | None) -> None:
    assert saying.pence(text) == pence
    assert comparing.price_field(text) == ("price_note" if pence is None else "price_pence")


@pytest.mark.parametrize(
    ("kind", "typed", "wrong"),
    [
        ("change", {}, {"main"}),
        ("change", {"url": "example"}, {"url"}),
        ("change", {"name": "a\nb"}, {"name"}),
        ("new", {}, {"name", "description", "place"}),
        ("claim", {"proof": "mail"}, {"your_name", "your_email"}),
        ("claim", {"your_name": "Cai", "your_email": "cai@example.org", "proof": "x"}, {"proof"}),
    ],
)
def test_what_cannot_be_taken_is_told_by_field(kind: str, typed: dict[str, str], wrong: set[str]) -> None:
    with pytest.raises(Invalid) as refused:
        saying.said(kind, typed)
    assert set(refused.value.fields) == wrong


def test_what_was_said_is_in_no_repr() -> None:
    told = saying.said("change", {"cost": "zebra", "your_email": "quokka@example.org"})
    assert "zebra" not in repr(told)
    assert "quokka" not in repr(told)


def test_links_are_counted_where_none_belongs() -> None:
    spam = {"description": "https://a.example.org and www.example.org"}
    asked = {"trapped": False, "age": timedelta(minutes=1), "again": False}
    assert doubting.doubt(spam, **asked) == "links"  # type: ignore[arg-type]  # one table of mixed arguments
    assert doubting.doubt({"url": "https://a.example.org"}, **asked) is None  # type: ignore[arg-type]  # the same


def test_only_who_helps_or_refers_tells_of_a_group_by_name(store: Session) -> None:
    said = saying.said("heard", {"name": "Zebra Knitters"})
    for actor in (ADA, VISITOR):
        with pytest.raises(Forbidden):
            hearing.hear(store, sealer=SEALER, proposal_id=KEY, said=said, actor=actor, now=NOW)
    assert row(store, KEY) is None
