"""The next real dates of the groups in an answer, exceptions kept: laid in by whoever has read the groups. Pure.

The index knows the rhythm of a group and not its days off, so that it stays small; dates are worked out for the few
groups that are shown.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from service.catalog.schedule import Occurrence, next_dates
from service.catalog.views import GroupView
from service.matching.answer import Answer

MANY, DAYS = 3, 60  # dates shown, and how far ahead they may lie


def with_dates(answer: Answer, groups: Mapping[UUID, GroupView], now: datetime) -> Answer:
    """Return the same answer with `Match.next_dates` of each group that is among `groups`."""
    matches = tuple(
        replace(match, next_dates=coming(groups[UUID(match.group_id)], match.location_id, now))
        if UUID(match.group_id) in groups
        else match
        for match in answer.matches
    )
    return replace(answer, matches=matches)


def coming(group: GroupView, location_id: str, now: datetime) -> tuple[Occurrence, ...]:
    """Return the next dates of a group at one of its places ('': wherever), soonest first; at most `MANY`.

    Empty where times are not confirmed, or nothing is within `DAYS`.
    """
    if not group.times_confirmed:
        return ()
    here = (one for one in group.sessions if not location_id or str(one.location_id or location_id) == location_id)
    found = (one for s in here for one in next_dates(s.meeting, after=now, limit=MANY, horizon_days=DAYS))
    return tuple(sorted(found, key=lambda one: one.starts)[:MANY])
