"""Groups are asked by mail: in time, once for each step, never in vain, and never where they must not be."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from dateutil.relativedelta import relativedelta
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accounts.record.telling import Post
from service.catalog import models as m
from service.catalog.fresh import chase
from service.catalog.models_fresh import ChaseSent
from service.catalog.models_links import ListingLink
from service.db.sealing import Sealer
from service.notifications import outbox
from service.notifications.models import OutboxMessage
from tests.catalog.making import NOW, TODAY, group

POST = Post(
    channel="console",
    sealer=Sealer("only-for-tests-0123456789-0123456789", outbox.PURPOSE),
    public_url="https://kith.example.org",
)
OLD = TODAY - relativedelta(months=10)


def ask(store: Session, now: datetime = NOW) -> int:
    @contextmanager
    def unit() -> Iterator[Session]:
        yield store
        store.flush()

    return chase.ask_all(unit, POST, now=now)


def old(store: Session, name: str = "Table", **more: Any) -> m.Group:
    known = {"email": f"{name.lower()}@example.org", "last_confirmed_on": OLD, **more}
    return group(store, name, **known)


def asked(store: Session) -> set[tuple[UUID, int]]:
    return {(row[0], row[1]) for row in store.execute(select(ChaseSent.group_id, ChaseSent.step))}


def test_a_mail_with_a_link_goes_when_the_first_step_has_come(store: Session) -> None:
    made = old(store)
    assert ask(store, NOW - timedelta(days=1)) == 0
    assert ask(store) == 1
    assert asked(store) == {(made.id, 10)}
    [letter] = outbox.take_due(store, now=NOW, sealer=POST.sealer)
    assert letter.to == "table@example.org"
    assert str(letter.params["link"]).startswith("https://kith.example.org/en/confirm/")
    [link] = store.scalars(select(ListingLink))
    assert (link.group_id, link.purpose, link.expires_at - link.made_at) == (made.id, "confirm", timedelta(days=30))
    assert str(letter.params["link"]).rpartition("/")[2].encode() not in link.token_hash


def test_each_step_is_asked_once_however_often_the_job_runs(store: Session) -> None:
    made = old(store)
    for day in range(0, 400, 5):
        ask(store, NOW + timedelta(days=day))
    assert asked(store) == {(made.id, step) for step in (10, 11, 12)}
    assert len(store.scalars(select(OutboxMessage)).all()) == 3


@pytest.mark.parametrize(
    "why",
    [
        {"status": "held"},
        {"status": "archived"},
        {"status": "draft"},
        {"status": "paused"},
        {"status": "submitted"},
        {"is_example": True},
        {"joinable": False},
        {"email": None},
        {"email": ""},
        {"email": "two@example.org, three@example.org"},
        {"last_confirmed_on": OLD + timedelta(days=9)},
        {"last_confirmed_on": None, "created_at": NOW},
    ],
    ids=str,
)
def test_nobody_is_asked_about_what_is_not_shown_made_up_or_fresh(store: Session, why: dict[str, Any]) -> None:
    old(store, **why)
    assert ask(store) == 0


def test_what_was_never_confirmed_grows_old_from_its_making(store: Session) -> None:
    made = old(store, last_confirmed_on=None, created_at=NOW - timedelta(days=400))
    assert ask(store) == 1
    assert asked(store) == {(made.id, 10)}


def test_without_an_address_of_its_own_the_organisation_is_asked_once_a_day(store: Session) -> None:
    body = m.Organisation(name="Sale Tables", email="office@example.org")
    made = {old(store, name, email=None, organisation=body).id for name in ("One", "Two", "Three")}
    store.flush()
    for day in range(3):
        assert ask(store, NOW + timedelta(days=day)) == 1
    assert {group_id for group_id, _ in asked(store)} == made
    assert ask(store, NOW + timedelta(days=3)) == 0


def test_a_whole_catalogue_is_gone_through(store: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chase, "BATCH", 3)
    for number in range(8):
        old(store, f"Table{number}")
    assert ask(store) == 8
    monkeypatch.setattr(chase, "MOST", 5)
    assert ask(store, NOW + timedelta(days=40)) == 5
