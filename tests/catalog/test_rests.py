"""What a visitor is promised of days off: bank holidays of the place, and a moved meeting at its new time only."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from service.catalog.changes import GroupChanges, as_change, read_session, session_json, snapshot
from service.catalog.schedule import Meeting, dated, days_off, next_dates, unbroken
from service.catalog.when.rests import is_public_holiday, part_of
from service.catalog.where.packs import load_pack
from tests.catalog.editing import read, save
from tests.catalog.making import group, location

WALL = datetime  # local, as a meeting has it
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


def mondays(**more: Any) -> Meeting:
    known: dict[str, Any] = {"rule": "FREQ=WEEKLY;BYDAY=MO", "starts_at": WALL(2026, 1, 5, 19), "minutes": 60}
    return Meeting(**{"time_zone": "Europe/London", **known, **more})


def coming(meeting: Meeting, after: datetime = NOW, limit: int = 4) -> list[str]:
    return [f"{one.starts:%Y-%m-%d %H:%M}" for one in next_dates(meeting, after=after, limit=limit)]


def test_the_days_of_a_country_s_own_table_are_public_holidays() -> None:
    for country, part in (("GB", "GB-ENG"), ("US", "US")):
        days = load_pack(Path("seeds/countries").absolute(), country).holidays
        missing = [day for day in days if not is_public_holiday(part, day)]
        assert missing == []


def test_scotland_and_northern_ireland_keep_their_own_holidays() -> None:
    andrew, patrick = date(2026, 11, 30), date(2026, 3, 17)
    keeps = {
        part: [is_public_holiday(f"GB-{part}", day) for day in (andrew, patrick)] for part in ("SCT", "NIR", "ENG")
    }
    assert keeps == {"SCT": [True, False], "NIR": [False, True], "ENG": [False, False]}


@pytest.mark.parametrize(
    ("place", "part"),
    [
        (("GB", "G12 8QQ", None), "GB-SCT"),
        (("GB", "GL1 1AA", None), "GB-ENG"),
        (("GB", "bt1 5gs", "Ulster"), "GB-NIR"),
        (("GB", None, None), "GB-ENG"),
        (("US", "90210", "CA"), "US-CA"),
        (("US", "90210", "California"), "US"),
        (("FR", "75001", "Paris"), "FR"),
    ],
)
def test_whose_holidays_hold_is_told_by_the_place(place: tuple[str, str | None, str | None], part: str) -> None:
    assert part_of(*place) == part


def test_of_a_country_nobody_worked_out_no_holiday_is_known() -> None:
    assert not is_public_holiday("QQ", date(2026, 12, 25))
    assert is_public_holiday("GB-QQQ", date(2026, 12, 25)), "an unknown part keeps its country's"


def test_a_group_that_rests_on_public_holidays_does_not_meet_on_them_in_any_year() -> None:
    meeting = mondays(rests=("public_holidays",), part="GB-ENG")
    after = datetime(2031, 4, 10, tzinfo=UTC)  # Easter Monday is 14 April
    assert coming(meeting, after, 2) == ["2031-04-21 19:00", "2031-04-28 19:00"]
    assert days_off(meeting, after=after, horizon_days=30) == (date(2031, 4, 14), date(2031, 5, 5))
    assert coming(mondays(rests=("public_holidays",)), after, 1) == ["2031-04-14 19:00"], "where nobody knows the place"


def test_a_moved_meeting_is_at_its_new_time_and_not_at_its_old() -> None:
    meeting = mondays(moved=((date(2026, 11, 23), WALL(2026, 11, 25, 18, 30)),))
    assert coming(meeting, limit=2) == ["2026-11-25 18:30", "2026-11-30 19:00"]
    first, second, third = dated(meeting, after=NOW, limit=3)
    assert (first.off, first.instead, second.was) == (True, second.planned, date(2026, 11, 23))
    assert not third.off


def test_what_was_moved_from_a_day_that_the_rule_no_longer_has_does_not_take_place() -> None:
    meeting = mondays(rule="FREQ=WEEKLY;BYDAY=FR", moved=((date(2026, 11, 23), WALL(2026, 11, 25, 18)),))
    assert coming(meeting, limit=1) == ["2026-11-20 19:00"]


DAYS = st.sampled_from([date(2026, 11, 23) + timedelta(weeks=week) for week in range(20)])


@given(
    st.lists(DAYS, max_size=5, unique=True),
    st.dictionaries(DAYS, st.datetimes(WALL(2026, 11, 1), WALL(2027, 6, 1)), max_size=4),
    st.booleans(),
)
@settings(max_examples=200, deadline=None)
def test_what_takes_place_is_what_is_planned_without_what_is_off_and_with_what_was_moved(
    off: list[date],
    moved: dict[date, datetime],
    rests: bool,  # noqa: FBT001
) -> None:
    minutes = {day: at.replace(second=0, microsecond=0) for day, at in moved.items()}
    meeting = mondays(
        exceptions=tuple(off), moved=tuple(minutes.items()), part="GB-ENG", rests=("public_holidays",) * rests
    )
    days = dated(meeting, after=NOW, limit=500)
    held = [one.planned for one in days if not one.off]
    assert held == list(next_dates(meeting, after=NOW, limit=500))
    assert held == sorted(held, key=lambda one: one.starts)
    plan = [one.planned for one in days if one.was is None]
    assert plan == list(next_dates(unbroken(meeting), after=NOW, limit=500))


def test_days_of_rest_and_moves_are_kept_shown_and_taken_back(store: Session) -> None:
    made = group(store, hall=location(postal_code="EH1 2NG"))
    seen = read(store, made.id)
    (meets,) = seen.sessions
    moved = ((date(2026, 11, 24), WALL(2026, 11, 26, 10)),)
    change = replace(as_change(meets), rests=("public_holidays",), moved=moved)
    saved = save(store, seen, GroupChanges(sessions={meets.id: change}))
    meeting = saved.sessions[0].meeting
    assert (meeting.rests, meeting.moved, meeting.part) == (("public_holidays",), moved, "GB-SCT")
    kept = snapshot(saved)[f"sessions.{meets.id}"]
    assert read_session(kept) == as_change(saved.sessions[0])
    assert session_json(as_change(saved.sessions[0])) == kept
