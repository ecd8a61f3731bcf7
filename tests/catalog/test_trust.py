"""How far a body is known: what was seen bears the level, its end ends it by itself, and everybody hears of it."""

from datetime import date, timedelta
from itertools import combinations
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accounts.permissions import GRANTS, VISITOR, Actor, Role
from service.catalog import models as m
from service.catalog.editing.keeping import Save
from service.catalog.freshness import vetting
from service.catalog.models_proposals import EVIDENCE, VettingEvidence
from service.catalog.queries import catalog_sequence, group_by_id
from service.catalog.trust import levels, papers
from service.catalog.trust.levels import LEVELS, Seen
from service.catalog.trust.papers import Paper
from service.errors import Conflict, Forbidden, Invalid, NotFound
from tests.catalog import making
from tests.catalog.making import NOW, TODAY

ADA = Actor(role=Role.EDITOR, user_id=uuid4(), permissions=GRANTS[Role.EDITOR])
SAVE = Save(actor=ADA, reason=None, now=NOW)
DAYS = st.none() | st.integers(-400, 400).map(lambda days: TODAY + timedelta(days=days))
SEEN = st.lists(st.builds(Seen, kind=st.sampled_from(EVIDENCE), until=DAYS), max_size=6)


def body(store: Session, **more: Any) -> UUID:
    made = m.Organisation(id=uuid4(), name="Sale Tables", **more)
    making.group(store, organisation=made)
    return made.id


def add(store: Session, of: UUID, kind: str, until: date | None = None, save: Save = SAVE, **more: Any) -> None:
    seen_on = more.pop("seen_on", TODAY - timedelta(days=3))
    papers.add(store, organisation_id=of, paper=Paper(kind=kind, seen_on=seen_on, until=until, **more), save=save)


def trust(store: Session, of: UUID, today: date = TODAY) -> papers.TrustView:
    return papers.trust_of(store, of, today=today)


def level(store: Session, of: UUID, wanted: str, save: Save = SAVE) -> None:
    version = trust(store, of).version
    papers.set_level(store, organisation_id=of, level=wanted, expected_version=version, save=save)


def test_every_kind_is_a_paper_or_a_talk() -> None:
    assert set(EVIDENCE) == levels.PAPERS | levels.SPOKEN
    assert m.VETTING == LEVELS
    assert not levels.PAPERS & levels.SPOKEN


def test_more_that_was_seen_never_bears_less() -> None:
    for size in range(len(EVIDENCE) + 1):
        for kinds in combinations(EVIDENCE, size):
            for more in EVIDENCE:
                higher = LEVELS.index(levels.highest({*kinds, more}))
                assert higher >= LEVELS.index(levels.highest(kinds))


@given(seen=SEEN, wanted=st.sampled_from(LEVELS))
def test_a_level_holds_to_its_last_day_and_not_a_day_longer(seen: list[Seen], wanted: str) -> None:
    if not levels.bears(wanted, seen, TODAY):
        return
    last = levels.lasts_until(wanted, seen, TODAY)
    if last is None:
        assert levels.bears(wanted, seen, TODAY + timedelta(days=5000))
        return
    assert levels.bears(wanted, seen, last)
    assert not levels.bears(wanted, seen, last + timedelta(days=1))
    left = levels.settled(wanted, seen, last + timedelta(days=1))
    assert LEVELS.index("contacted") <= LEVELS.index(left) < LEVELS.index(wanted)
    assert levels.bears(left, seen, last + timedelta(days=1))


def test_a_level_needs_what_bears_it_and_ends_with_it(store: Session) -> None:
    of = body(store)
    for wanted in ("checked", "trusted"):
        with pytest.raises(Invalid) as refused:
            level(store, of, wanted)
        assert refused.value.fields["level"].code == "not_borne"
    add(store, of, "insurance", TODAY + timedelta(days=30))
    level(store, of, "checked")
    seen = trust(store, of)
    assert (seen.level, seen.until, seen.set_by) == ("checked", TODAY + timedelta(days=30), "editor")
    add(store, of, "safeguarding_policy", TODAY + timedelta(days=90))
    assert trust(store, of).until == TODAY + timedelta(days=90)
    assert trust(store, of, TODAY + timedelta(days=91)).level == "contacted"


def test_newer_replaces_older_and_what_is_taken_back_counts_no_more(store: Session) -> None:
    of = body(store)
    add(store, of, "insurance", TODAY + timedelta(days=1))
    add(store, of, "insurance", TODAY + timedelta(days=400))
    level(store, of, "checked")
    [paper] = trust(store, of).papers
    assert paper.until == TODAY + timedelta(days=400)
    assert len(store.scalars(select(VettingEvidence)).all()) == 2
    papers.end(store, organisation_id=of, paper_id=paper.id, save=SAVE)
    assert (trust(store, of).level, trust(store, of).papers) == ("contacted", ())
    with pytest.raises(NotFound):
        papers.end(store, organisation_id=of, paper_id=paper.id, save=SAVE)


def test_a_level_from_an_older_list_is_not_lost_by_a_call(store: Session) -> None:
    of = body(store, vetting="checked", vetting_until=TODAY + timedelta(days=9))
    add(store, of, "phoned")
    assert (trust(store, of).level, trust(store, of).until) == ("checked", TODAY + timedelta(days=9))


def test_what_ran_out_is_brought_down_once_and_every_worker_and_an_editor_hear_of_it(store: Session) -> None:
    of = body(store)
    add(store, of, "insurance", TODAY + timedelta(days=30))
    add(store, of, "visited")
    level(store, of, "trusted")
    late = Save(actor=VISITOR, reason="Papers ran out", now=NOW + timedelta(days=31))
    assert papers.due(store, today=TODAY + timedelta(days=30)) == ()
    assert papers.due(store, today=late.now.date()) == (of,)
    before = catalog_sequence(store)
    assert papers.demote(store, organisation_id=of, save=late)
    assert not papers.demote(store, organisation_id=of, save=late)
    assert catalog_sequence(store) == before + 1
    assert papers.due(store, today=late.now.date()) == ()
    [group_id] = store.scalars(select(m.Group.id).where(m.Group.organisation_id == of))
    shown = group_by_id(store, group_id, today=late.now.date())
    assert shown.organisation.vetting == "contacted"
    assert [one.id for one in papers.ran_out(store, today=late.now.date())] == [of]
    again = Save(actor=ADA, reason=None, now=late.now)
    add(store, of, "insurance", TODAY + timedelta(days=400), save=again)
    level(store, of, "trusted", again)
    assert papers.ran_out(store, today=late.now.date()) == ()


def test_what_holds_at_once_is_what_the_job_writes(store: Session) -> None:
    of = body(store, vetting="trusted", vetting_until=TODAY)
    tomorrow = Save(actor=VISITOR, reason=None, now=NOW + timedelta(days=1))
    assert vetting("trusted", TODAY, tomorrow.now.date()) == "contacted"
    assert papers.demote(store, organisation_id=of, save=tomorrow)
    assert trust(store, of, tomorrow.now.date()).level == "contacted"
    assert [one.since for one in papers.ran_out(store, today=tomorrow.now.date())] == [TODAY]


@pytest.mark.parametrize(
    ("more", "field", "code"),
    [
        ({"kind": "diary"}, "kind", "not_a_choice"),
        ({"seen_on": None}, "seen_on", "needed"),
        ({"seen_on": TODAY + timedelta(days=1)}, "seen_on", "not_yet"),
        ({"until": TODAY - timedelta(days=30)}, "until", "before_seen"),
        ({"note": "x" * 301}, "note", "too_long"),
        ({"note": "a\x00b"}, "note", "unreadable"),
    ],
)
def test_what_cannot_be_noted_is_told_by_field(store: Session, more: dict[str, Any], field: str, code: str) -> None:
    known = {"kind": "insurance", "until": None, **more}
    with pytest.raises(Invalid) as refused:
        add(store, body(store), **known)
    assert refused.value.fields[field].code == code


def test_who_may_not_and_who_was_late_change_nothing(store: Session) -> None:
    of = body(store)
    with pytest.raises(Forbidden):
        add(store, of, "insurance", save=Save(actor=VISITOR, reason=None, now=NOW))
    with pytest.raises(Conflict):
        papers.set_level(store, organisation_id=of, level="contacted", expected_version=9, save=SAVE)
    with pytest.raises(NotFound):
        trust(store, uuid4())
    revisions = store.scalars(select(m.Revision).where(m.Revision.entity == "organisation")).all()
    assert revisions == []
