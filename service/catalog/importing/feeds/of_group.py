"""The calendar that one group's times follow: pointed at by an editor, looked at first, let go again. Never commits."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor, Permission, Role
from service.accounts.record import audit
from service.catalog import models as m
from service.catalog.importing.feeds.keeping import LONGEST, add_feed, https, remove_feed
from service.catalog.importing.runs.sources import plain_name
from service.catalog.keepers import check
from service.catalog.models_import import ImportLine, ImportRun, ImportSource
from service.catalog.models_lists import Feed
from service.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from service.outgoing import OutsideError, host_of

LONGEST_NAME = 30  # characters of a group's address in the name of its source


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """The calendar of a group, and what it did last.

    Attributes
    ----------
    host : str
        Of its address; the rest of which may be a secret of its owner.
    changes : mapping
        field -> [before, after] of the newest run that changed anything.
    stays : mapping
        field -> [said, stands]: what somebody put right here since, and the calendar says otherwise.
    """

    feed_id: UUID
    source: str
    host: str
    failures: int
    problem: str | None
    read_at: datetime | None
    changes: Mapping[str, Any] = field(default_factory=dict)
    stays: Mapping[str, Any] = field(default_factory=dict)
    told: tuple[Any, ...] = ()


def check_address(url: str, *, actor: Actor, own_hosts: Collection[str] = ()) -> str:
    """Return the address of a calendar as it will be asked.

    Raises
    ------
    Invalid
        Field `url`: `needed`, `not_url`: it is none, or leads to a host of the own network and whoever names it is no
        administrator.
    """
    asked = https(url)
    if not asked:
        raise Invalid("invalid", fields={"url": Problem("needed")})
    try:
        host = urlsplit(asked).hostname or ""
        if host in own_hosts and actor.role is Role.ADMIN:
            return asked
        if len(asked) > LONGEST or host in own_hosts:
            raise Invalid("invalid", fields={"url": Problem("not_url")})
        host_of(asked)
    except (ValueError, OutsideError):
        raise Invalid("invalid", fields={"url": Problem("not_url")}) from None
    return asked


def source_name(slug: str, group_id: UUID) -> str:
    """Return under which name the calendar of a group is known among the sources.

    >>> source_name("tea-table", UUID(int=5))
    'calendar-tea-table-000000'
    """
    return f"calendar-{plain_name(slug)[:LONGEST_NAME].strip('-')}-{group_id.hex[:6]}"


def follow(session: Session, *, group_id: UUID, url: str, actor: Actor, now: datetime) -> UUID:
    """Have the times of a group follow a calendar from now on.

    Raises
    ------
    Forbidden
        `edit_catalog`, `out_of_scope`.
    Conflict
        `feed_there`: it follows one already.
    """
    _permitted(session, group_id, actor)
    slug = session.scalar(select(m.Group.slug).where(m.Group.id == group_id))
    if slug is None:
        raise NotFound("group")
    if session.scalar(select(Feed.id).where(Feed.group_id == group_id)) is not None:
        raise Conflict("feed_there")
    source = session.scalar(_sources(group_id)) or source_name(slug, group_id)
    made = add_feed(session, source=source, kind="ical", url=url, trusted=False, now=now, group_id=group_id)
    _record(session, group_id, actor, now)
    return made


def let_go(session: Session, *, group_id: UUID, actor: Actor, now: datetime) -> None:
    """Follow it no more; the times stay as they are. NotFound `feed`."""
    _permitted(session, group_id, actor)
    source = session.scalar(select(Feed.source).where(Feed.group_id == group_id))
    if source is None:
        raise NotFound("feed")
    remove_feed(session, source)
    _record(session, group_id, actor, now)


def followed(session: Session, group_id: UUID) -> Followed | None:
    """Return the calendar that a group follows; None where it follows none."""
    feed = session.scalar(select(Feed).where(Feed.group_id == group_id))
    if feed is None:
        return None
    mine = select(ImportLine).join(ImportRun).join(ImportSource).where(ImportSource.name == feed.source)
    newest = mine.order_by(ImportRun.number.desc(), ImportLine.row.desc())
    about = newest.where(ImportLine.group_id == group_id)
    last = session.scalar(about.limit(1))
    written = session.scalar(about.where(ImportLine.outcome == "changed").limit(1))
    return Followed(
        feed_id=feed.id,
        source=feed.source,
        host=urlsplit(feed.url).hostname or "",
        failures=feed.failures,
        problem=feed.problem,
        read_at=feed.read_at,
        changes=written.difference if written else {},
        stays={**last.kept, **last.conflicts} if last else {},
        told=_remarks(session, newest),
    )


def _remarks(session: Session, newest: Any) -> tuple[Any, ...]:
    """Return what the newest run that says anything did not take, each with its row."""
    found = session.scalars(newest.limit(30)).all()
    return tuple(
        (one.row, *remark, one.outcome == "refused")  # row, column, code, figures
        for one in found
        if found and one.run_id == found[0].run_id
        for remark in one.remarks
    )


def _sources(group_id: UUID) -> Any:
    """Find the name under which the calendar of a group was known before: its address may have changed since."""
    ends = f"-{group_id.hex[:6]}"
    return select(ImportSource.name).where(
        ImportSource.name.startswith("calendar-"), ImportSource.name.endswith(ends, autoescape=True)
    )


def _permitted(session: Session, group_id: UUID, actor: Actor) -> None:
    if not actor.may(Permission.EDIT_CATALOG):
        raise Forbidden(Permission.EDIT_CATALOG.value)
    check.listing(session, group_id, actor)


def _record(session: Session, group_id: UUID, actor: Actor, now: datetime) -> None:
    audit.record(
        session,
        actor=actor,
        action=Permission.EDIT_CATALOG.value,
        subject="group",
        subject_id=group_id,
        columns=["calendar"],
        now=now,
    )
