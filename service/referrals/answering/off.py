"""A group does not meet one time: whoever was to come then is told, and offered another date. Never commits.

A person is written to only by the way they chose, in words that say nothing of what or why.
"""

from collections.abc import Collection
from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from service.accounts.permissions import Actor, Role
from service.accounts.record.audit import NOWHERE, Origin
from service.catalog.fresh import calling_off
from service.catalog.queries import group_by_id
from service.catalog.views import GroupView
from service.errors import NotFound
from service.notifications import outbox
from service.referrals import consent, queries, safe
from service.referrals.answering import dates
from service.referrals.answering.dates import Date
from service.referrals.answering.means import Means
from service.referrals.history import step
from service.referrals.lifecycle import TERMINAL, Machine, Part
from service.referrals.models import Introduction, Referral
from service.referrals.queries import Asked

TEMPLATE = "meeting_off"
LEADER = Actor(role=Role.GROUP_LEADER)


def call_off(
    session: Session, *, means: Means, asked: Asked, starts: datetime, now: datetime, origin: Origin = NOWHERE
) -> int:
    """Call one meeting off for everybody; returns how many people were to come. What was asked stays open.

    Raises
    ------
    NotFound
        `meeting`: there is none then, or it was called off already.
    """
    group = group_by_id(session, asked.group_id, today=now.date(), public=False)
    before = dates.coming(group, now=now)
    meant = next((one for one in before if one.starts == starts), None)
    if meant is None:
        raise NotFound("meeting")
    calling_off.call_off_of(
        session, group=group, session_id=meant.session_id, day=_planned_day(group, meant, now), now=now, origin=origin
    )
    return cancelled(session, means=means, group_id=group.id, starts=[starts], now=now)


def _planned_day(group: GroupView, meant: Date, now: datetime) -> date:
    """Return the day of its rule by which the catalogue knows a meeting, also one that was moved."""
    for one in calling_off.coming(group, now=now):
        instead = one.dated.instead
        if one.session.id == meant.session_id and meant.starts in (
            one.dated.planned.starts,
            instead and instead.starts,
        ):
            return one.day
    raise NotFound("meeting")


def gone(before: GroupView, after: GroupView, *, now: datetime) -> tuple[datetime, ...]:
    """Return when a group was to meet before a change, and does not any more."""
    still = {one.starts for one in dates.coming(after, now=now)}
    return tuple(one.starts for one in dates.coming(before, now=now)[: calling_off.SHOWN] if one.starts not in still)


def cancelled(session: Session, *, means: Means, group_id: UUID, starts: Collection[datetime], now: datetime) -> int:
    """Note for everybody who was to come then that it is off, and tell them; returns how many those are."""
    found = (
        select(Introduction)
        .join(Introduction.referral)
        .join(Referral.person)
        .options(contains_eager(Introduction.referral).contains_eager(Referral.person))
        .where(
            Introduction.group_id == group_id,
            Introduction.state == "booked",
            Introduction.first_date.in_(starts),
            Referral.state.not_in(TERMINAL[Machine.REFERRAL]),
        )
        .order_by(Introduction.id)
    )
    rows = session.scalars(found).all() if starts else []
    for row in rows:
        step(session, row, "session_cancelled", Part.LEADER, LEADER, now)
        at = next(one for one in starts if one == row.first_date)
        _tell(session, means, row, at, now)
    return len(rows)


def _tell(session: Session, means: Means, row: Introduction, at: datetime, now: datetime) -> None:
    """Write to somebody, where that is safe; `at` is by the clocks of where the group meets."""
    person = row.referral.person
    given = queries.agreements(session, person_id=person.id, recipient=row.group_id)
    way = safe.way_for(means.sealer, person)
    if way is None or way.kind != "email" or not consent.check(given, row.group_id, ["name"], now):
        return  # whoever helps them rings: that is what is needed next, and due today
    outbox.put(
        session,
        channel=means.mail.channel,
        to=way.address,
        template=TEMPLATE,
        params={"at": at.replace(tzinfo=None).isoformat(timespec="minutes")},
        now=now,
        key=f"introduction:{row.id}:off:{at.astimezone(UTC).isoformat()}",
        sealer=means.mail.sealer,
        language=person.language,
    )
