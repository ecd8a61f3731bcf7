"""Which feeds are asked, and how each went. Only an administrator names one, by the command;
an editor the calendar of one group. Never commits.
"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.catalog.importing.runs.sources import check_name
from service.catalog.importing.runs.targets import tie
from service.catalog.models_lists import FEED_KINDS, Feed, FeedItem
from service.errors import Conflict, Invalid, NotFound, Problem

LONGEST = 500  # characters of an address


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedView:
    """One feed."""

    source: str
    kind: str
    url: str
    trusted: bool
    failures: int
    problem: str | None
    read_at: datetime | None


def add_feed(
    session: Session, *, source: str, kind: str, url: str, trusted: bool, now: datetime, group_id: UUID | None = None
) -> UUID:
    """Have an address asked each day; `group_id`: the group whose times a calendar holds.

    Raises
    ------
    Invalid
        `source_name`, or fields `kind`: `not_a_choice`, `url`: `not_url`.
    Conflict
        `feed_there`: this source has a feed already.
    """
    check_name(source)
    url = https(url)
    if kind not in FEED_KINDS or (group_id is not None and kind != "ical"):
        raise Invalid("feed_kind", fields={"kind": Problem("not_a_choice")})
    if len(url) > LONGEST or urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise Invalid("feed_url", fields={"url": Problem("not_url")})
    if session.scalar(select(Feed.id).where(Feed.source == source)) is not None:
        raise Conflict("feed_there")
    made = Feed(
        id=uuid4(), source=source, kind=kind, url=url, group_id=group_id, trusted=trusted, marks={}, made_at=now
    )
    session.add(made)
    if group_id is not None:
        tie(session, source=source, group_id=group_id, now=now)
    session.flush()
    return made.id


def https(url: str) -> str:
    """Return the address that calendars write with a name of their own.

    >>> https(" webcal://example.org/a.ics ")
    'https://example.org/a.ics'
    """
    bare = url.strip()
    return f"https{bare[6:]}" if bare[:9].casefold() == "webcal://" else bare


def remove_feed(session: Session, source: str) -> None:
    """Ask no more; what was taken in stays. NotFound `feed`."""
    key = session.scalar(select(Feed.id).where(Feed.source == source))
    if key is None:
        raise NotFound("feed")
    session.execute(delete(FeedItem).where(FeedItem.feed_id == key))
    session.execute(delete(Feed).where(Feed.id == key))


def feeds(session: Session) -> list[FeedView]:
    """Return every feed, by the name of its source."""
    return [
        FeedView(
            source=row.source,
            kind=row.kind,
            url=row.url,
            trusted=row.trusted,
            failures=row.failures,
            problem=row.problem,
            read_at=row.read_at,
        )
        for row in session.scalars(select(Feed).order_by(Feed.source))
    ]
