"""A group answers by the link in its mail: once, without an account, and the listing follows."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accounts.models import AuditEntry
from service.accounts.record.audit import NOWHERE
from service.catalog import leader_links, reports
from service.catalog import models as m
from service.catalog.fresh import leading
from service.catalog.models_fresh import ChaseSent, ToConfirm
from service.catalog.queries import group_by_id
from service.catalog.reports import Said
from service.db.sealing import Sealer
from service.errors import Conflict, Gone
from tests.catalog.making import NOW, TODAY, fact, group

SEALER = Sealer("only-for-tests-0123456789-0123456789", reports.PURPOSE)
OLD = date(2026, 1, 3)


@pytest.fixture
def made(store: Session) -> m.Group:
    found = group(store, last_confirmed_on=OLD, facts=[fact("host_meets_you", on=OLD), fact("bsl", "no", on=OLD)])
    store.add(ChaseSent(group_id=found.id, since=OLD, step=10, sent_at=NOW))
    store.add(ToConfirm(group_id=found.id, place=-1.0, again_on=TODAY))
    store.flush()
    return found


def link(store: Session, made: m.Group) -> str:
    return leader_links.make(store, group_id=made.id, purpose="confirm", now=NOW, lives=timedelta(days=30))


def right(store: Session, token: str, version: int) -> None:
    leading.still_right(store, token=token, version=version, now=NOW, origin=NOWHERE)


def changed(store: Session, token: str, _version: int) -> None:
    leading.changed(store, token=token, sealer=SEALER, said=Said(wrong="times", words="Now at 11"), now=NOW)


def closed(store: Session, token: str, version: int) -> None:
    leading.closed(
        store, token=token, sealer=SEALER, words="The group says so", version=version, now=NOW, origin=NOWHERE
    )


DEEDS: dict[str, Callable[[Session, str, int], None]] = {"right": right, "changed": changed, "closed": closed}


def state(store: Session) -> dict[str, list[Any]]:
    """Return what anything could have changed."""
    return {
        table.__tablename__: [
            tuple(row) for row in store.execute(select(*table.__table__.columns).order_by(*table.__table__.primary_key))
        ]
        for table in (m.Group, m.Fact, m.Report, m.Revision, ChaseSent, ToConfirm, m.CatalogState)
    }


def test_opening_changes_nothing_however_often(store: Session, made: m.Group) -> None:
    token, before = link(store, made), state(store)
    assert {leading.opened(store, token=token, now=NOW).id for _ in range(4)} == {made.id}
    assert state(store) == before


def test_still_right_makes_it_fresh_and_is_kept_as_any_change(store: Session, made: m.Group) -> None:
    before = store.scalar(select(m.CatalogState.sequence)) or 0
    right(store, link(store, made), made.version)
    shown = group_by_id(store, made.id, today=TODAY)
    assert (shown.last_confirmed_on, shown.confirmed_by) == (TODAY, "group_leader")
    assert {(one.confirmed_on, one.source, one.role) for one in shown.facts} == {(TODAY, "leader", "group_leader")}
    assert (store.scalar(select(m.CatalogState.sequence)) or 0) > before, "every worker sees it"
    [kept] = store.scalars(select(m.Revision).where(m.Revision.entity_id == made.id))
    assert (kept.actor_role, kept.actor_id) == ("group_leader", None)
    [entry] = store.scalars(select(AuditEntry))
    assert (entry.role, entry.subject_id) == ("group_leader", made.id)


def test_what_changed_lands_with_the_editors_and_touches_nothing(store: Session, made: m.Group) -> None:
    changed(store, link(store, made), made.version)
    [report] = store.scalars(select(m.Report))
    assert (report.group_id, report.wrong, report.state) == (made.id, "times", "open")
    assert b"11" not in (report.words or b"")
    assert group_by_id(store, made.id, today=TODAY).last_confirmed_on == OLD


def test_what_has_closed_rests_at_once_and_an_editor_is_told(store: Session, made: m.Group) -> None:
    closed(store, link(store, made), made.version)
    shown = group_by_id(store, made.id, today=TODAY, public=False)
    assert shown.status == "paused"
    [report] = store.scalars(select(m.Report))
    assert report.wrong == "closed"
    [kept] = store.scalars(select(m.Revision))
    assert kept.reason == "The group says so"


@pytest.mark.parametrize("first", DEEDS)
@pytest.mark.parametrize("second", DEEDS)
def test_a_link_answers_once_and_tells_what_was_answered(
    store: Session, made: m.Group, first: str, second: str
) -> None:
    token = link(store, made)
    DEEDS[first](store, token, made.version)
    after = state(store)
    with pytest.raises(Gone, match="link_used") as refusal:
        DEEDS[second](store, token, made.version)
    assert refusal.value.params["answer"] == first
    assert state(store) == after


@pytest.mark.parametrize("deed", DEEDS)
def test_after_any_answer_nobody_writes_or_rings(store: Session, made: m.Group, deed: str) -> None:
    DEEDS[deed](store, link(store, made), made.version)
    [sent] = store.scalars(select(ChaseSent).execution_options(populate_existing=True))
    assert sent.answered_at == NOW
    assert store.scalars(select(ToConfirm)).all() == []


@pytest.mark.parametrize("deed", ["right", "closed"])
def test_what_was_changed_meanwhile_is_shown_again_first(store: Session, made: m.Group, deed: str) -> None:
    token = link(store, made)
    with pytest.raises(Conflict, match="stale_version"):
        DEEDS[deed](store, token, made.version - 1)
    assert leading.opened(store, token=token, now=NOW).id == made.id, "the link still works"


@pytest.mark.parametrize("status", ["held", "archived", "paused", "draft"])
@pytest.mark.parametrize("deed", DEEDS)
def test_a_link_changes_nothing_that_is_not_shown(store: Session, status: str, deed: str) -> None:
    made = group(store, status=status, id=uuid4())
    with pytest.raises(Gone, match="link_paused"):
        DEEDS[deed](store, link(store, made), made.version)
