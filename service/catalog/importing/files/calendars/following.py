"""A calendar as the times of one group: its meetings, what is called off, and weeks in which it rests. Pure.

A meeting that is there already keeps its place, its words and what is said of it: a calendar tells when, and no more.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from service.catalog.changes import MOST_EXCEPTIONS, SessionChange
from service.catalog.importing.files.calendars.events import Event
from service.catalog.importing.files.calendars.meetings import meetings
from service.catalog.importing.files.calendars.series import Read, alike, days_of
from service.catalog.importing.files.incoming import (
    Incoming,
    IncomingBody,
    IncomingGroup,
    IncomingSession,
    refuse,
)
from service.catalog.recurrence import days, parse
from service.catalog.schedule import Meeting, slots

# What people write across a day or a week on which they do not meet.
RESTS = re.compile(
    r"\b(no|not|closed|cancelled|canceled|called off|break|half[- ]term|holidays?|bank holiday|vacation|recess|off)\b",
    re.I,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The group whose times a calendar holds, with its meetings as they stand and as the calendar said them last."""

    group_id: UUID
    name: str
    standing: Mapping[UUID, SessionChange] = field(default_factory=dict)
    said: Mapping[UUID, SessionChange] = field(default_factory=dict)


def followed(read: Read, target: Target, *, today: date) -> Iterator[Incoming]:
    """Give the group with the times of its calendar, after what is refused; nothing is taken from an empty one."""
    resting = [one for one in read.singles if not isinstance(one.starts, datetime) and RESTS.search(one.summary)]
    others = [one for one in read.singles if one not in resting]
    found = meetings(read.series, others, zone=read.zone, today=today)
    once = [one for one in found.once if isinstance(one.starts, datetime)]
    sessions = [*found.sessions, *(_once(one) for one in once)]
    yield from read.refused
    yield from (refuse(one.row, "DTSTART", "all_day", said=one.summary[:80]) for one in found.once if one not in once)
    if not sessions:
        yield refuse(1, "", "calendar_empty")
        return
    off = sorted({day for one in resting for day in days_of(one)})
    sessions = [_resting(one, off) for one in _noted(sessions, read, others)]
    yield IncomingGroup(
        source_id=str(target.group_id),
        row=1,
        into=target.group_id,
        organisation=IncomingBody(key=target.name, name=target.name),
        fields={"name": target.name},
        sessions=tuple(_matched(sessions, target)),
        remarks=tuple(found.remarks),
    )


def _once(event: Event) -> IncomingSession:
    return IncomingSession(
        key=f"uid:{event.uid}/{event.wall:%Y%m%dT%H%M}",
        starts_at=event.wall,
        minutes=event.minutes,
        time_zone=event.zone,
    )


def _resting(one: IncomingSession, off: Sequence[date]) -> IncomingSession:
    """Take the days of rest out of a meeting that would be on them."""
    if one.rule is None or one.starts_at is None or not off:
        return one
    start = one.starts_at.date()
    meant = set(off) & set(days(parse(one.rule), start, max(start, off[0]), max(start, off[-1])))
    return replace(one, exceptions=tuple(sorted({*one.exceptions, *meant})[-MOST_EXCEPTIONS:]))


def _noted(sessions: Sequence[IncomingSession], read: Read, singles: Sequence[Event]) -> list[IncomingSession]:
    """Name what is called otherwise than most of the calendar: the outing among the meetings."""
    events = [*(one.event for one in read.series), *singles]
    names = {f"uid:{one.uid}": one.summary for one in events}
    usual = Counter(alike(one)[0] for one in events).most_common(1)[0][0]
    made = []
    for one in sessions:
        name = names.get(one.key, names.get(one.key.rpartition("/")[0], ""))
        other = name and " ".join(name.casefold().split()) != usual
        made.append(replace(one, note=name[:200]) if other else one)
    return made


# ---- which meeting is which ------------------------------------------------------------------------------------------


def _matched(sessions: Sequence[IncomingSession], target: Target) -> list[IncomingSession]:
    """Give each meeting the one of the group that it means: at the same time of the same days, else what is left."""
    left = dict(target.said or target.standing)
    pairs: dict[str, UUID] = {}
    for same in (_same_time, _same_days, _repeats):
        for one in sessions:
            if one.key not in pairs and (key := next((k for k, was in left.items() if same(one, was)), None)):
                pairs[one.key] = key
                del left[key]
    return [_kept(one, pairs.get(one.key), target) for one in sessions]


def _meeting(one: IncomingSession | SessionChange) -> Meeting:
    return Meeting(
        rule=one.rule, starts_at=one.starts_at, minutes=one.minutes, time_zone=one.time_zone or "Europe/London"
    )


def _same_days(one: IncomingSession, was: SessionChange) -> bool:
    return _repeats(one, was) and {day for day, _ in slots(_meeting(one))} == {day for day, _ in slots(_meeting(was))}


def _same_time(one: IncomingSession, was: SessionChange) -> bool:
    if one.starts_at is None or was.starts_at is None or one.starts_at.time() != was.starts_at.time():
        return False
    return one.starts_at == was.starts_at if one.rule is None else _same_days(one, was)


def _repeats(one: IncomingSession, was: SessionChange) -> bool:
    return one.rule is not None and was.rule is not None


def _kept(one: IncomingSession, key: UUID | None, target: Target) -> IncomingSession:
    """Leave a meeting what a calendar does not tell; its leader's words only while they still say the same times."""
    now = target.standing.get(key) if key else None
    own = str(key) if key else None
    if now is None:
        return replace(one, own=own)
    same = (now.rule, now.minutes) == (one.rule, one.minutes) and _same_time(one, now)
    return replace(
        one, own=own, location=now.location_id, words=now.words if same else one.words, note=now.note or one.note,
        level=now.level, rests=now.rests, minutes=one.minutes or now.minutes,
    )  # fmt: skip
