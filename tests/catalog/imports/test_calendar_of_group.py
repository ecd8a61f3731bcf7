"""A calendar tells one group's times: they follow it, what was called off here stays, an editor's word is shown."""

from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog.importing.feeds import calendars, reading
from service.catalog.importing.feeds.keeping import add_feed, feeds, remove_feed
from service.catalog.importing.runs.undoing import undo_run
from service.catalog.importing.runs.weighing import weigh
from service.catalog.models_import import ImportLine
from service.outgoing import Ways
from tests.catalog.editing import ADA
from tests.catalog.imports.calendars import WEEKLY, calendar, event
from tests.catalog.imports.importing import unit_of
from tests.catalog.imports.test_feeds import OWN, Server, tool
from tests.catalog.imports.test_feeds import server as server
from tests.catalog.making import NOW, group

SOURCE = "calendar-tea"


@pytest.fixture
def tea(engine: Engine) -> UUID:
    with unit_of(engine)() as session:
        return group(session).id


def follow(engine: Engine, url: str, group_id: UUID) -> None:
    with unit_of(engine)() as session:
        add_feed(session, source=SOURCE, kind="ical", url=url, trusted=False, now=NOW, group_id=group_id)


def meets(engine: Engine) -> list[m.Session]:
    with Session(engine, expire_on_commit=False) as session:
        return list(session.scalars(select(m.Session).order_by(m.Session.starts_at)))


def say(server: Server, *events: str) -> None:
    server.pages["/tea.ics"] = calendar(*events)


def read(engine: Engine, day: int = 0) -> None:
    assert reading.read_due(tool(engine, day), OWN) == 1
    with Session(engine) as session:
        [one] = feeds(session)
    assert (one.failures, one.problem) == (0, None)


def test_the_times_of_a_group_follow_its_calendar_and_all_else_stays(engine: Engine, server: Server, tea: UUID) -> None:
    [before] = meets(engine)
    say(server, event("a@x", WEEKLY, "DURATION:PT1H30M", at="20260106T110000"))
    follow(engine, f"{server.url}/tea.ics", tea)
    read(engine)
    [now] = meets(engine)
    assert (now.id, now.location_id, now.level) == (before.id, before.location_id, before.level)
    assert (now.starts_at, now.minutes) == (datetime(2026, 1, 6, 11), 90)  # noqa: DTZ001  # local wall time
    assert now.words is None, "the old words say the old time"
    with Session(engine) as session:
        one = session.get(m.Group, tea)
        assert one is not None
        assert (one.status, one.name, one.price_pence) == ("published", "Jigsaw and Tea Table", 0)


def test_what_is_called_off_in_the_calendar_and_weeks_of_rest_are_days_off(
    engine: Engine, server: Server, tea: UUID
) -> None:
    say(
        server,
        event("a@x", WEEKLY),
        event("a@x", "RECURRENCE-ID;TZID=Europe/London:20261201T100000", "STATUS:CANCELLED", at="20261201T100000"),
        event("r@x", "DTSTART;VALUE=DATE:20261221", "DTEND;VALUE=DATE:20270104", summary="No tea: Christmas break"),
        event("p@x", summary="Outing", at="20261212T130000"),
    )
    follow(engine, f"{server.url}/tea.ics", tea)
    read(engine)
    table, outing = meets(engine)
    assert table.exceptions == ["2026-12-01", "2026-12-22", "2026-12-29"]
    assert (outing.rule, outing.note) == (None, "Outing")
    runs = len(lines(engine))
    read(engine, 2)
    assert len(lines(engine)) == runs, "the same calendar again changes nothing"


def lines(engine: Engine) -> list[ImportLine]:
    with Session(engine, expire_on_commit=False) as session:
        return list(session.scalars(select(ImportLine).order_by(ImportLine.run_id)))


def change(engine: Engine, **values: object) -> None:
    """Change the meeting here, as an editor or a leader does."""
    with unit_of(engine)() as session:
        [one] = session.scalars(select(m.Session))
        for name, value in values.items():
            setattr(one, name, value)


def test_a_day_that_was_called_off_here_stays_when_the_calendar_says_a_new_time(
    engine: Engine, server: Server, tea: UUID
) -> None:
    say(server, event("a@x", WEEKLY, "DURATION:PT2H"))
    follow(engine, f"{server.url}/tea.ics", tea)
    read(engine)
    change(engine, exceptions=["2026-12-08"])
    say(
        server, event("a@x", WEEKLY, "DURATION:PT2H", "EXDATE;TZID=Europe/London:20261215T110000", at="20260106T110000")
    )
    read(engine, 2)
    [now] = meets(engine)
    assert now.exceptions == ["2026-12-08", "2026-12-15"]
    assert now.starts_at == datetime(2026, 1, 6, 11)  # noqa: DTZ001  # local wall time
    say(server, event("a@x", WEEKLY, "DURATION:PT2H", at="20260106T110000"))
    read(engine, 4)
    [now] = meets(engine)
    assert now.exceptions == ["2026-12-08"], "what the calendar takes back is taken back, and no more"


def test_a_time_that_an_editor_put_right_stays_and_is_shown(engine: Engine, server: Server, tea: UUID) -> None:
    say(server, event("a@x", WEEKLY, "DURATION:PT2H"))
    follow(engine, f"{server.url}/tea.ics", tea)
    read(engine)
    change(engine, starts_at=datetime(2026, 1, 6, 9, 30))  # noqa: DTZ001  # local wall time
    say(server, event("a@x", WEEKLY, "DURATION:PT2H", at="20260106T140000"))
    read(engine, 2)
    [now] = meets(engine)
    assert now.starts_at == datetime(2026, 1, 6, 9, 30)  # noqa: DTZ001
    [told] = [one for one in lines(engine) if one.conflicts]
    [(said, stands)] = told.conflicts.values()
    assert (said["starts_at"], stands["starts_at"]) == ("2026-01-06T14:00", "2026-01-06T09:30")


def test_an_empty_or_broken_calendar_takes_nothing_away(engine: Engine, server: Server, tea: UUID) -> None:
    [before] = meets(engine)
    say(server, event("old@x", "RRULE:FREQ=WEEKLY;UNTIL=20260301"))
    follow(engine, f"{server.url}/tea.ics", tea)
    read(engine)
    assert [one.id for one in meets(engine)] == [before.id]
    server.pages["/tea.ics"] = "<html>Sign in</html>"
    reading.read_due(tool(engine, 2), OWN)
    with Session(engine) as session:
        [one] = feeds(session)
    assert (one.failures, one.problem) == (1, "not_a_calendar")
    assert [one.id for one in meets(engine)] == [before.id]


def test_the_first_look_changes_nothing_and_all_can_be_taken_back(engine: Engine, server: Server, tea: UUID) -> None:
    say(server, event("a@x", WEEKLY, at="20260106T110000"), event("b@x", "RRULE:FREQ=WEEKLY", at="20260108T110000"))
    [before] = meets(engine)
    ways = Ways.to(server.url, own=OWN)
    seen = calendars.look(tool(engine), url=f"{server.url}/tea.ics", source=SOURCE, group_id=tea, ways=ways)
    [one] = seen.shown
    assert (one.outcome, len(one.decision.changes), one.decision.conflicts) == ("changed", 2, {})
    assert [each.starts_at for each in meets(engine)] == [before.starts_at]
    follow(engine, f"{server.url}/tea.ics", tea)
    read(engine)
    assert len(meets(engine)) == 2
    undo_run(unit_of(engine), source=SOURCE, number=1, actor=ADA, now=NOW)
    assert [(each.id, each.starts_at) for each in meets(engine)] == [(before.id, before.starts_at)]
    with unit_of(engine)() as session:
        remove_feed(session, SOURCE)
    assert reading.read_due(tool(engine, 9), OWN) == 0


def test_a_calendar_feed_without_a_group_is_a_list_of_groups(engine: Engine, server: Server) -> None:
    say(server, event("a@x", WEEKLY), event("b@x", WEEKLY, summary="Walk"), event("c@x", summary="Party"))
    with unit_of(engine)() as session:
        add_feed(session, source="hall", kind="ical", url=f"{server.url}/tea.ics", trusted=False, now=NOW)
    read(engine)
    with Session(engine) as session:
        assert sorted(session.scalars(select(m.Group.name))) == ["Tea Table", "Walk"]


def test_days_are_weighed_one_by_one_and_the_rest_as_a_whole() -> None:
    was = {"sessions.1": {"rule": "W", "exceptions": ["1", "2"]}}
    here = {"sessions.1": {"rule": "W", "exceptions": ["3", "2"]}}
    assert weigh(was, here, was).kept, "nothing new is said"
    found = weigh(was, here, {"sessions.1": {"rule": "M", "exceptions": ["1", "4"]}})
    assert found.changes["sessions.1"][1] == {"rule": "M", "exceptions": ["3", "4"]}
    other = {"sessions.1": {"rule": "D", "exceptions": ["1", "2"]}}
    assert weigh(was, other, {"sessions.1": {"rule": "M"}}).conflicts
