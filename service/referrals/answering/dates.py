"""The next meetings a newcomer can come to: what takes place, is not too full, and is not too soon to know of.

Reads only.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.catalog.schedule import next_dates
from service.catalog.views import GroupView, SessionView
from service.referrals.models import Introduction

SHOWN = 2
LOOKED_AT = 12  # meetings of each session: beyond them nobody promises a first date
NOTICE = timedelta(hours=2)  # a meeting that begins sooner is no date to offer (proposed)
EXPECTED = ("booked",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Date:
    """One meeting, by which session it is and when it begins, in the session's own zone."""

    session_id: UUID
    starts: datetime


def offered(session: Session, group: GroupView, *, now: datetime) -> tuple[Date, ...]:
    """Return the meetings a newcomer may be given, soonest first; none where only words are known of the times."""
    taken = _expected(session, group.id, now)
    return tuple(one for one in coming(group, now=now + NOTICE) if _has_room(group, one, taken))


def coming(group: GroupView, *, now: datetime) -> tuple[Date, ...]:
    """Return the next meetings that take place: days called off and days of rest are none."""
    each = (_of(one, now) for one in group.sessions)
    return tuple(islice(merge(*each, key=lambda one: (one.starts, one.session_id)), LOOKED_AT))


def _of(one: SessionView, now: datetime) -> list[Date]:
    found = next_dates(one.meeting, after=now, limit=LOOKED_AT)
    return [Date(session_id=one.id, starts=each.starts) for each in found]


def _has_room(group: GroupView, one: Date, taken: dict[datetime, int]) -> bool:
    """Whether the group, by what it said, can take one more at that meeting."""
    stated = group.capacity_until is not None and one.starts.date() <= group.capacity_until
    if not stated:
        return True
    if group.capacity_state == "full":
        return False
    return group.capacity_available is None or taken.get(one.starts, 0) < group.capacity_available


def _expected(session: Session, group_id: UUID, now: datetime) -> dict[datetime, int]:
    found = (
        select(Introduction.first_date, func.count())
        .where(Introduction.group_id == group_id, Introduction.state.in_(EXPECTED), Introduction.first_date >= now)
        .group_by(Introduction.first_date)
    )
    return {starts: many for starts, many in session.execute(found) if starts is not None}
