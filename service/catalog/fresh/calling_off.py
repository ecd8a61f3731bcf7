"""A leader calls one meeting off, moves it, or takes that back, by the link in a mail. Never commits.

The link is for one group and may be used until it ends. Opening it changes nothing.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from service.accounts.record import audit
from service.accounts.record.telling import Post, tell
from service.catalog import leader_links
from service.catalog.changes import GroupChanges, SessionChange, as_change
from service.catalog.fresh.deeds import LEADER
from service.catalog.operations import edit_group
from service.catalog.queries import group_by_id
from service.catalog.schedule import Dated, Meeting, dated
from service.catalog.views import GroupView, SessionView
from service.errors import Gone, Invalid, NotFound, Problem

PURPOSE, TEMPLATE = "off", "listing_off"
LIVES = timedelta(days=180)
SHOWN = 3  # meetings
AHEAD = timedelta(days=180)  # how far a meeting may be moved
KEPT = timedelta(days=30)  # how long a move that is over stays known


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """One planned meeting, and what became of it."""

    session: SessionView
    dated: Dated

    @property
    def day(self) -> date:
        """The local day it is planned for."""
        return self.dated.planned.starts.date()


def send(session: Session, post: Post, *, group: GroupView, now: datetime) -> None:
    """Mail a link to whoever runs a group. Raises Invalid, field `email`: `needed` where no address is known."""
    to = group.email or group.organisation.email
    if not to:
        raise Invalid("invalid", fields={"email": Problem("needed")})
    token = leader_links.make(session, group_id=group.id, purpose=PURPOSE, now=now, lives=LIVES)
    link = f"{post.public_url}/{post.language}/off/{token}"
    tell(session, post, to=to, template=TEMPLATE, params={"link": link, "days": LIVES.days}, now=now)


def opened(session: Session, *, token: str, now: datetime) -> GroupView:
    """Return the group of a link. Raises as `leader_links.open_link`; Gone `link_paused` where nobody sees it."""
    group_id = leader_links.open_link(session, token=token, purpose=PURPOSE, now=now)
    group = group_by_id(session, group_id, today=now.date(), public=False)
    if group.status != "published":
        raise Gone("link_paused")
    return group


def coming(group: GroupView, *, now: datetime) -> tuple[Coming, ...]:
    """Return the next meetings that are planned, those called off among them; days of rest are none."""
    found = [Coming(session=one, dated=each) for one in group.sessions for each in _planned(one.meeting, now)]
    return tuple(sorted(found, key=lambda one: (one.dated.planned.starts, one.session.id))[:SHOWN])


def _planned(meeting: Meeting, now: datetime) -> list[Dated]:
    moved = dict(meeting.moved)
    days = dated(meeting, after=now, limit=SHOWN + len(meeting.exceptions) + len(moved) + SHOWN)
    return [one for one in days if one.was is None and (not one.off or _by_hand(one, meeting))]


def _by_hand(one: Dated, meeting: Meeting) -> bool:
    return one.instead is not None or one.planned.starts.date() in meeting.exceptions


def call_off(
    session: Session, *, token: str, session_id: UUID, day: date, now: datetime, origin: audit.Origin
) -> GroupView:
    """Say that a meeting does not take place. Raises as `opened`, or NotFound `meeting`."""
    group = opened(session, token=token, now=now)
    return call_off_of(session, group=group, session_id=session_id, day=day, now=now, origin=origin)


def call_off_of(
    session: Session, *, group: GroupView, session_id: UUID, day: date, now: datetime, origin: audit.Origin
) -> GroupView:
    """Say the same for whoever was found to lead this group in another way. Raises NotFound `meeting`."""
    change = _change(group, session_id, day, now)
    days = (*change.exceptions, day)
    return _save(session, group, session_id, replace(change, exceptions=days, moved=_without(change, day)), now, origin)


def restore(
    session: Session, *, token: str, session_id: UUID, day: date, now: datetime, origin: audit.Origin
) -> GroupView:
    """Say that a meeting takes place as planned after all. Raises as `call_off`."""
    group, change = _meant(session, token, session_id, day, now)
    days = tuple(each for each in change.exceptions if each != day)
    return _save(session, group, session_id, replace(change, exceptions=days, moved=_without(change, day)), now, origin)


def move(
    session: Session,
    *,
    token: str,
    session_id: UUID,
    day: date,
    to: datetime,
    now: datetime,
    origin: audit.Origin,
) -> GroupView:
    """Say that a meeting takes place at another local time. Raises as `call_off`; Invalid, field `to`: `not_ahead`."""
    group, change = _meant(session, token, session_id, day, now)
    if not now < to.replace(tzinfo=ZoneInfo(change.time_zone)) <= now + AHEAD:
        raise Invalid("invalid", fields={"to": Problem("not_ahead", {"days": AHEAD.days})})
    recent = tuple(one for one in _without(change, day) if one[1].date() >= (now - KEPT).date())
    days = tuple(each for each in change.exceptions if each != day)
    moved = replace(change, exceptions=days, moved=(*recent, (day, to)))
    return _save(session, group, session_id, moved, now, origin)


def _without(change: SessionChange, day: date) -> tuple[tuple[date, datetime], ...]:
    return tuple(one for one in change.moved if one[0] != day)


def _meant(session: Session, token: str, session_id: UUID, day: date, now: datetime) -> tuple[GroupView, SessionChange]:
    group = opened(session, token=token, now=now)
    return group, _change(group, session_id, day, now)


def _change(group: GroupView, session_id: UUID, day: date, now: datetime) -> SessionChange:
    found = next((one for one in coming(group, now=now) if (one.session.id, one.day) == (session_id, day)), None)
    if found is None:
        raise NotFound("meeting")
    return as_change(found.session)


def _save(
    session: Session, group: GroupView, session_id: UUID, change: SessionChange, now: datetime, origin: audit.Origin
) -> GroupView:
    return edit_group(
        session,
        group_id=group.id,
        changes=GroupChanges(sessions={session_id: change}),
        expected_version=group.version,
        actor=LEADER,
        reason=None,
        now=now,
        origin=origin,
    )
