"""What a person reads of coming dates: real ones, with days off left out, and none that nobody has confirmed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from service.catalog.queries import load_groups
from service.catalog.schedule import Meeting
from service.catalog.views import GroupView, SessionView
from service.catalog.words.taxonomy import Taxonomy
from service.matching import matcher
from service.matching.dates import coming, with_dates
from service.matching.snapshot import Snapshot
from tests.matching.making import TEN_ON_TUESDAYS, TODAY, group, meets, person
from tests.web.seeking import catalogue

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture
def larks(store: Session) -> GroupView:
    """A choir on Tuesdays at ten that does not meet on 24 November."""
    key = catalogue(store)["larks"]
    return load_groups(store, {key}, today=TODAY)[key]


def dates(view: GroupView, location_id: str = "", now: datetime = NOW) -> list[str]:
    return [str(found.starts.date()) for found in coming(view, location_id, now)]


def at(view: GroupView, *sessions: Meeting, place: UUID | None = None) -> GroupView:
    made = (SessionView(id=uuid4(), location_id=place, words=None, note=None, meeting=one) for one in sessions)
    return replace(view, sessions=tuple(made))


def test_the_next_three_dates_are_told_and_a_day_off_is_not_among_them(larks: GroupView) -> None:
    assert dates(larks) == ["2026-12-01", "2026-12-08", "2026-12-15"]


def test_dates_of_all_sessions_come_in_order(larks: GroupView) -> None:
    tuesday = replace(larks.sessions[0].meeting, exceptions=())
    friday = replace(tuesday, rule="FREQ=WEEKLY;BYDAY=FR")
    assert dates(at(larks, friday, tuesday)) == ["2026-11-24", "2026-11-27", "2026-12-01"]


def test_dates_are_those_of_the_place_that_was_found(larks: GroupView) -> None:
    here, there = larks.places[0].id, uuid4()
    elsewhere = at(larks, larks.sessions[0].meeting, place=there)
    assert dates(elsewhere, str(here)) == []
    assert len(dates(elsewhere, str(there))) == len(dates(elsewhere)) == 3
    assert len(dates(at(larks, larks.sessions[0].meeting), str(here))) == 3


def test_nothing_further_than_two_months_and_nothing_unconfirmed_is_told(larks: GroupView) -> None:
    far = replace(larks.sessions[0].meeting, rule=None, starts_at=datetime(2027, 2, 2, 10))  # noqa: DTZ001
    assert dates(at(larks, far)) == []
    assert dates(at(larks, far), now=NOW + timedelta(days=30)) == ["2027-02-02"]
    assert dates(replace(larks, times_confirmed=False)) == []


def test_dates_are_laid_into_the_answer_and_change_nothing_else(larks: GroupView) -> None:
    listed = group(id=larks.id, places=(), sessions=(meets(TEN_ON_TUESDAYS),))
    answer = matcher.match(Snapshot.build([listed, group(2)], Taxonomy(()), 1), person(), TODAY)
    told = with_dates(answer, {larks.id: larks}, NOW)
    found = {match.group_id: match.next_dates for match in told.matches}
    assert len(found[str(larks.id)]) == 3
    assert found[str(UUID(int=2))] == ()
    assert [replace(match, next_dates=()) for match in told.matches] == list(answer.matches)
