"""Calendars that are asked each day: one file, read at once, as a list of groups or as the times of one.

Nothing of a calendar is kept but what is taken in: who organises and who comes may stand in it.
"""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from service.catalog.importing.feeds.asking import FEEDS, FeedError, asked
from service.catalog.importing.lists.working import Tool
from service.catalog.importing.runs.planning import Plan, plan
from service.catalog.importing.runs.preparing import Prepared, prepare
from service.catalog.importing.runs.running import Work, run_for
from service.catalog.models_lists import Feed
from service.outgoing import Answer, Ways

LONGEST_CALENDAR = 10_000_000  # bytes
OPEN = "open"  # its reading was broken off


def read(tool: Tool, feed: Feed, ways: Ways) -> None:
    """Ask a calendar and take in what it says, or as much of it as there is time for."""
    answer = _asked(feed.url, ways, feed.marks)
    whole = answer.status == 304 or _take_in(tool, feed, answer)
    with tool.writing() as session:
        row = session.get(Feed, feed.id, with_for_update=True, populate_existing=True)
        if row is None:
            return
        row.tried_at, row.failures, row.problem = tool.now, 0, None
        if not whole:
            row.marks = {OPEN: tool.now.isoformat()}
            return
        row.read_at = tool.now
        if answer.status != 304:
            row.marks = _marks(answer)


def look(tool: Tool, *, url: str, source: str, group_id: UUID, ways: Ways) -> Plan:
    """Return what a calendar would change of a group's times. Raises FeedError, Invalid, NotFound, OutsideError."""
    answer = _asked(url, ways, {})
    with _prepared(tool, answer, source=source, trusted=False, group_id=group_id) as made, tool.reading() as session:
        return plan(session, made.opened, made.setting)


def _asked(url: str, ways: Ways, marks: Mapping[str, str]) -> Answer:
    answer = asked(url, ways, marks, accept="text/calendar", longest=LONGEST_CALENDAR)
    if answer.status == 200 and b"BEGIN:VCALENDAR" not in answer.body[:2000].upper():
        raise FeedError("not_a_calendar")
    return answer


def _marks(answer: Answer) -> dict[str, str]:
    known = {"etag": answer.headers.get("etag", ""), "changed": answer.headers.get("last-modified", "")}
    return {name: value[:200] for name, value in known.items() if value}


def _take_in(tool: Tool, feed: Feed, answer: Answer) -> bool:
    with _prepared(tool, answer, source=feed.source, trusted=feed.trusted, group_id=feed.group_id) as made:
        work = Work(opened=made.opened, setting=made.setting, actor=FEEDS, now=tool.now)
        return run_for(tool.writing, work, tool.going) is not None


@contextmanager
def _prepared(tool: Tool, answer: Answer, *, source: str, trusted: bool, group_id: UUID | None) -> Iterator[Prepared]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "calendar.ics"
        path.write_bytes(answer.body)
        with tool.reading() as session:
            made = prepare(
                session,
                path,
                source=source,
                pack=tool.pack,
                today=tool.now.date(),
                trusted=trusted,
                taxonomy=tool.taxonomy,
                into=group_id,
            )
        yield made
