"""How many new people a group can welcome in a week, and who is held back until it has room. Flushes, never commits.

A week is Monday to Sunday by the clocks on the walls here. Whoever waits is asked in the order in which they came; a
place that falls free goes to them first. Whoever reads how full a week is holds the group until the end of the unit, so
that two at once never pass the number.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor
from service.catalog.models import Group
from service.referrals import history
from service.referrals.lifecycle import Part
from service.referrals.models import Introduction, Referral

WEEK = timedelta(weeks=1)
GAVE_BACK = ("proposed", "declined", "expired")  # states that take no place of a week
HELD = and_(Introduction.state == "proposed", Introduction.asks_on.is_not(None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How full the running week of one group is."""

    most: int | None  # None: as many as come
    asked: int
    monday: date

    def day_for(self, place: int) -> date | None:
        """Return the Monday on which somebody is asked before whom so many wait; None: at once.

        Examples
        --------
        >>> room = Room(most=2, asked=1, monday=date(2026, 11, 23))
        >>> [None if day is None else day.day for day in map(room.day_for, range(4))]
        [None, 30, 30, 7]
        """
        if self.most is None:
            return None
        free = max(self.most - self.asked, 0)
        return None if place < free else self.monday + WEEK * (1 + (place - free) // self.most)


def monday_of(now: datetime, zone: ZoneInfo) -> date:
    """Return the day on which the running week began."""
    today = now.astimezone(zone).date()
    return today - timedelta(days=today.weekday())


def room(session: Session, group_id: UUID, *, now: datetime, zone: ZoneInfo, lock: bool = False) -> Room:
    """Return how full the running week is; `lock` keeps others from asking this group until the end of the unit."""
    wanted = select(Group.new_people_a_week).where(Group.id == group_id)
    most = session.scalar(wanted.with_for_update(key_share=True) if lock else wanted)
    monday = monday_of(now, zone)
    begins, ends = (datetime.combine(day, time(), zone) for day in (monday, monday + WEEK))
    of_week = (Introduction.sent_at >= begins, Introduction.sent_at < ends)
    asked = select(func.count()).where(Introduction.group_id == group_id, *of_week, _took_a_place())
    return Room(most=most, asked=(session.scalar(asked) or 0) if most is not None else 0, monday=monday)


def held(session: Session, group_id: UUID) -> Sequence[Introduction]:
    """Return who waits for a week with room, in the order in which they came."""
    found = select(Introduction).where(Introduction.group_id == group_id, HELD)
    return session.scalars(found.order_by(Introduction.sent_at, Introduction.id)).all()


def day_of(session: Session, group_id: UUID, *, now: datetime, zone: ZoneInfo, lock: bool = False) -> date | None:
    """Return the Monday on which this group would be asked for somebody more; None: at once."""
    found = room(session, group_id, now=now, zone=zone, lock=lock)
    return None if found.most is None else found.day_for(len(held(session, group_id)))


def days_of(session: Session, ids: Collection[UUID], *, now: datetime, zone: ZoneInfo) -> dict[UUID, date]:
    """Return, of those of many groups that have no room this week, the Monday on which each would be asked."""
    monday = monday_of(now, zone)
    begins, ends = (datetime.combine(day, time(), zone) for day in (monday, monday + WEEK))
    of_week = and_(Introduction.sent_at >= begins, Introduction.sent_at < ends, _took_a_place())
    found = (
        select(Group.id, Group.new_people_a_week, func.count().filter(of_week), func.count().filter(HELD))
        .join(Introduction, Introduction.group_id == Group.id)
        .where(Group.id.in_(ids), Group.new_people_a_week.is_not(None))
        .group_by(Group.id, Group.new_people_a_week)
    )
    days = (
        (group_id, Room(most=most, asked=asked, monday=monday).day_for(waiting))
        for group_id, most, asked, waiting in session.execute(found)
    )
    return {group_id: day for group_id, day in days if day is not None}


def ask_or_hold(
    session: Session, row: Introduction, referral: Referral, *, actor: Actor, now: datetime, zone: ZoneInfo
) -> bool:
    """Go on to asking the group, or hold it back until it has room; says whether it is asked now."""
    row.asks_on = day_of(session, row.group_id, now=now, zone=zone, lock=True)
    if row.asks_on is not None:
        session.flush()
        history.renew(session, referral, today=now.astimezone(zone).date())
        return False
    planned = [(referral, "introduced", Part.LINK_WORKER)] if referral.state == "planned" else []
    history.steps(session, [(row, "sent", Part.LINK_WORKER), *planned], actor, now)
    return True


def _took_a_place() -> ColumnElement[bool]:
    """Leave out what a group said no to, and who went away before it answered."""
    left = and_(Introduction.state == "withdrawn", Introduction.answered_at.is_(None))
    return ~or_(Introduction.state.in_(GAVE_BACK), left)
