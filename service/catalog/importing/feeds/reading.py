"""Reads feeds page by page, each written with the address of the next, then takes in what they say as one list.

A reading that was killed goes on at the page it had come to. A feed says what is there now: what it withdrew, or has no
more, is weighed as with every list. Opens units that are handed in; asks nobody but the host of the feed's own address.
"""

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.catalog.importing.feeds import calendars
from service.catalog.importing.feeds.asking import FEEDS, FeedError, asked
from service.catalog.importing.feeds.openactive import service_of
from service.catalog.importing.lists.working import Tool
from service.catalog.importing.runs.preparing import prepare
from service.catalog.importing.runs.running import Work, run_for
from service.catalog.importing.runs.saying import made_id
from service.catalog.models_lists import Feed, FeedItem
from service.errors import Conflict, Invalid, NotFound
from service.outgoing import Answer, OutsideError, Ways

EVERY = timedelta(days=1)
AGAIN = timedelta(hours=1)  # after it did not answer
PER_PAGE = 50
MOST_ITEMS = 200_000
LONGEST_ID = 300
READY = "ready"  # the last page is read, and what was read is not yet taken in


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page: what it says of each id (None: withdrawn), and where to go on; no `following`: it was the last."""

    items: Mapping[str, dict[str, Any] | None]
    following: str | None
    keep: str | None = None  # from where the next reading begins
    marks: Mapping[str, str] | None = None


def due(session: Session, now: datetime) -> list[UUID]:
    """Return the feeds whose time has come, or whose reading was broken off."""
    found = session.scalars(select(Feed).where(Feed.paused.is_(False)).order_by(Feed.source))
    return [one.id for one in found if _is_due(one, now)]


def _is_due(feed: Feed, now: datetime) -> bool:
    if feed.tried_at is None or (feed.marks.get("open") and not feed.failures):
        return True
    return feed.tried_at <= now - (AGAIN if feed.failures else EVERY)


def read_due(tool: Tool, own_hosts: Sequence[str]) -> int:
    """Read the feeds that are due, as long as there is time; one that fails is not the next one's failure."""
    with tool.reading() as session:
        found = due(session, tool.now)
    done = 0
    for feed_id in found:
        if tool.going():
            read(tool, feed_id, own_hosts)
            done += 1
    return done


def read(tool: Tool, feed_id: UUID, own_hosts: Sequence[str]) -> None:
    """Read one feed to its end, or as far as there is time, and take in what it says."""
    try:
        while True:
            with tool.reading() as session:
                feed = session.get(Feed, feed_id)
                if feed is None:
                    return
                session.expunge(feed)
            if feed.kind == "ical":
                calendars.read(tool, feed, Ways.to(feed.url, own=own_hosts))
                return
            if feed.marks.get(READY):
                _take_in(tool, feed)
                return
            page = _page(feed, Ways.to(feed.url, own=own_hosts))
            _keep(tool, feed_id, page)
            if not tool.going():
                return
    except (OutsideError, FeedError, Invalid, Conflict, NotFound) as error:
        why = error.params.get("why", error.code) if isinstance(error, OutsideError) else str(error.args[0])
        _failed(tool, feed_id, str(why)[:60])


# ---- one page --------------------------------------------------------------------------------------------------------


def _page(feed: Feed, ways: Ways) -> Page:
    return _of_rpde(feed, ways) if feed.kind == "rpde" else _of_hsds(feed, ways)


def _read(answer: Answer) -> Any:
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        raise FeedError("json_damaged") from None


def _of_hsds(feed: Feed, ways: Ways) -> Page:
    """Read a page of services, one after another those that the list tells of only briefly."""
    number, home = int(feed.cursor or 1), feed.url.rstrip("/")
    answer = asked(
        f"{home}/services?page={number}&per_page={PER_PAGE}&full=true", ways, feed.marks if number == 1 else {}
    )
    if answer.status == 304:
        return Page(items={}, following=None, marks={"unchanged": "1"})
    read = _read(answer)
    rows = read.get("contents", read.get("content")) if isinstance(read, dict) else read
    if not isinstance(rows, list):
        raise FeedError("services_missing")
    items: dict[str, dict[str, Any] | None] = {}
    for row in rows:
        key = str(row.get("id") or "")[:LONGEST_ID] if isinstance(row, dict) else ""
        if key:
            whole = "service_at_locations" in row or "attributes" in row or "schedules" in row
            items[key] = row if whole else _read(asked(f"{home}/services/{key}", ways, {}))
    pages = read.get("total_pages") if isinstance(read, dict) else 1
    last = not rows or number >= int(pages or number)
    marks = {"etag": answer.headers.get("etag", ""), "changed": answer.headers.get("last-modified", "")}
    return Page(items=items, following=None if last else str(number + 1), marks=marks if number == 1 else None)


def _of_rpde(feed: Feed, ways: Ways) -> Page:
    """Read a page of updates; one without any is the last, and where the next reading begins."""
    here = feed.cursor or feed.url
    read = _read(asked(here, ways, {}))
    if not isinstance(read, dict) or not isinstance(read.get("items"), list):
        raise FeedError("services_missing")
    items: dict[str, dict[str, Any] | None] = {}
    for item in read["items"]:
        if isinstance(item, dict) and (key := str(item.get("id") or "")[:LONGEST_ID]):
            said = item.get("data")
            data: dict[str, Any] = said if isinstance(said, dict) else {k: v for k, v in item.items() if k != "state"}
            gone = (item.get("state") or item.get("status")) == "deleted"
            kind = str(item.get("kind") or data.get("type") or data.get("@type") or "")
            items[key] = None if gone else service_of(key, kind, data)
    following = urljoin(here, str(read.get("next") or here))
    last = not read["items"] or following == here
    return Page(items=items, following=None if last else following, keep=following)


# ---- keeping and taking in -------------------------------------------------------------------------------------------


def _keep(tool: Tool, feed_id: UUID, page: Page) -> None:
    """Write a page together with where the next one is."""
    with tool.writing() as session:
        feed = session.get(Feed, feed_id, with_for_update=True, populate_existing=True)
        if feed is None:
            return
        marks = dict(feed.marks)
        stamp = marks.get("open") or tool.now.isoformat()
        _write_items(session, feed, page.items, stamp)
        marks |= {"open": stamp, **(page.marks or {})}
        feed.tried_at, feed.cursor = tool.now, page.following
        if page.following is None:
            marks[READY] = "1"
            feed.cursor = page.keep
            if feed.kind == "hsds" and not marks.get("unchanged"):
                old = (FeedItem.feed_id == feed_id, FeedItem.modified != stamp)
                session.execute(delete(FeedItem).where(*old))
        feed.marks = marks


def _write_items(session: Session, feed: Feed, items: Mapping[str, dict[str, Any] | None], stamp: str) -> None:
    mine = FeedItem.feed_id == feed.id
    known = {
        row.identifier: row for row in session.scalars(select(FeedItem).where(mine, FeedItem.identifier.in_(items)))
    }
    for key, data in items.items():
        row = known.get(key)
        if row is None:
            row = FeedItem(id=made_id("feed", str(feed.id), key), feed_id=feed.id, identifier=key)
            session.add(row)
        row.modified, row.data = stamp, data


def _take_in(tool: Tool, feed: Feed) -> None:
    if not feed.marks.get("unchanged"):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "feed.ndjson"
            with tool.reading() as session:
                lines = _lines(session, feed.id)
                if not lines:
                    raise FeedError("services_missing")
                path.write_text("".join(lines), encoding="utf-8")
                made = prepare(
                    session,
                    path,
                    source=feed.source,
                    pack=tool.pack,
                    today=tool.now.date(),
                    trusted=feed.trusted,
                    taxonomy=tool.taxonomy,
                )
            work = Work(opened=made.opened, setting=made.setting, actor=FEEDS, now=tool.now)
            if run_for(tool.writing, work, tool.going) is None:
                return
    with tool.writing() as session:
        row = session.get(Feed, feed.id, with_for_update=True, populate_existing=True)
        if row is not None:
            row.marks = {name: value for name, value in row.marks.items() if name in ("etag", "changed") and value}
            row.read_at, row.failures, row.problem = tool.now, 0, None


def _lines(session: Session, feed_id: UUID) -> list[str]:
    mine = select(FeedItem.data).where(FeedItem.feed_id == feed_id).order_by(FeedItem.identifier).limit(MOST_ITEMS)
    lines = [json.dumps(data, sort_keys=True) + "\n" for data in session.scalars(mine) if data is not None]
    return [*lines, "\n"] if len(lines) > 1 else lines


def _failed(tool: Tool, feed_id: UUID, why: str) -> None:
    with tool.writing() as session:
        feed = session.get(Feed, feed_id, with_for_update=True, populate_existing=True)
        if feed is not None:
            feed.failures, feed.problem, feed.tried_at = feed.failures + 1, why, tool.now
