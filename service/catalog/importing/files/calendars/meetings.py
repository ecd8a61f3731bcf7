"""What meetings of one group come to: rules with days off, habits among single dates, and a few dates. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from service.catalog.changes import LONGEST_WORDS, MOST_EXCEPTIONS
from service.catalog.importing.files.calendars.events import Event
from service.catalog.importing.files.calendars.patterns import Pattern, patterns
from service.catalog.importing.files.calendars.series import Series
from service.catalog.importing.files.incoming import IncomingSession, Remark
from service.catalog.when.plan import Plan
from service.catalog.when.saying import say

MOST_DATES = 12  # single dates of one group that are taken
MOST_MEETINGS = 30  # of one group


@dataclass(slots=True, kw_only=True)
class Meetings:
    """The sessions of one group, and what is said of them."""

    sessions: list[IncomingSession] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    over: list[Event] = field(default_factory=list)  # what will not meet again
    once: list[Event] = field(default_factory=list)  # what meets once more, and no more


def meetings(series: Sequence[Series], singles: Sequence[Event], *, zone: str, today: date) -> Meetings:
    """Return what a group's events come to."""
    made = Meetings()
    dates: list[tuple[datetime, Event]] = [(one.wall, one) for one in singles if isinstance(one.starts, datetime)]
    for one in singles:
        if not isinstance(one.starts, datetime):
            _day(one, made, today)
    for each in sorted(series, key=lambda one: (one.event.wall, one.event.uid)):
        dates += [(extra, each.event) for extra in each.extra]
        if each.event.rule is None:
            dates.append((each.event.wall, each.event))
        elif (until := last_day(each)) is not None and until < today:
            made.over.append(each.event)
        else:
            made.sessions.append(_repeating(each, zone))
            made.remarks += each.event.remarks
            if not isinstance(each.event.starts, datetime):
                made.remarks.append(Remark(row=each.event.row, column="DTSTART", code="all_day"))
    _dated(dates, made, today)
    if len(made.sessions) > MOST_MEETINGS:
        row = dates[0][1].row if dates else series[0].event.row
        made.remarks.append(Remark(row=row, column="", code="too_many", params={"limit": MOST_MEETINGS}))
        del made.sessions[MOST_MEETINGS:]
    return made


def last_day(one: Series) -> date | None:
    """Return the last day that a rule allows, or a meeting was moved to."""
    _, found, until = (one.event.rule or "").partition("UNTIL=")
    if not found:
        return None
    return max(date.fromisoformat(until[:8]), *(at.date() for _, at in one.moved), date.min)


def _day(event: Event, made: Meetings, today: date) -> None:
    """Put a single day without a time to what happens once, or is over."""
    (made.over if event.wall.date() + timedelta(days=event.days) <= today else made.once).append(event)


def _repeating(one: Series, zone: str) -> IncomingSession:
    event = one.event
    if not isinstance(event.starts, datetime):
        plan = Plan(rule=event.rule, starts_at=event.wall)
        words = say(plan, first_day=False).partition(", at ")[0] or event.summary
        return IncomingSession(key=key_of(event), words=words[:LONGEST_WORDS] or "–", time_zone=event.zone)
    return IncomingSession(
        key=key_of(event), rule=event.rule, starts_at=event.wall, minutes=event.minutes,
        time_zone=event.zone or zone, exceptions=one.off, moved=one.moved,
    )  # fmt: skip


def key_of(event: Event) -> str:
    """Return by what a meeting is known again."""
    return f"uid:{event.uid}" if event.uid else f"row:{event.summary}:{event.wall.isoformat()}"


def _dated(dates: Sequence[tuple[datetime, Event]], made: Meetings, today: date) -> None:
    """Read habits out of single dates; of the others the coming ones are taken, if one can come back."""
    by_date = dict(reversed(dates))
    habits, rest = patterns(by_date)
    for habit in habits:
        if habit.dates[-1].date() < today:
            made.over += [by_date[one] for one in habit.dates]
            continue
        made.sessions.append(_of_habit(habit, [by_date[one] for one in habit.dates]))
        first = by_date[habit.first]
        said = say(Plan(rule=habit.rule, starts_at=habit.first), first_day=False)
        params = {"count": len(habit.dates)}
        made.remarks.append(Remark(row=first.row, column="DTSTART", code="dates_alike", params=params, said=said[:80]))
        made.remarks += [remark for one in habit.dates for remark in by_date[one].remarks][:MOST_DATES]
    coming = [one for one in rest if one.date() >= today]
    made.over += _each_once(by_date[one] for one in rest if one.date() < today)
    if not made.sessions and len(coming) < 2:
        made.once += _each_once(by_date[one] for one in coming)
        return
    for one in coming[:MOST_DATES]:
        made.sessions.append(_single(one, by_date[one]))
        made.remarks += by_date[one].remarks
    if len(coming) > MOST_DATES:
        row = by_date[coming[MOST_DATES]].row
        made.remarks.append(Remark(row=row, column="DTSTART", code="too_many", params={"limit": MOST_DATES}))


def _each_once(events: Iterable[Event]) -> list[Event]:
    return list({one.row: one for one in events}.values())


def _of_habit(habit: Pattern, events: Sequence[Event]) -> IncomingSession:
    minutes = Counter(one.minutes for one in events if one.minutes).most_common(1)
    return IncomingSession(
        key=f"dates:{habit.first.weekday()}:{habit.first:%H%M}", rule=habit.rule, starts_at=habit.first,
        minutes=minutes[0][0] if minutes else None, time_zone=events[0].zone, exceptions=habit.off[-MOST_EXCEPTIONS:],
    )  # fmt: skip


def _single(at: datetime, event: Event) -> IncomingSession:
    return IncomingSession(
        key=f"{key_of(event)}/{at:%Y%m%dT%H%M}", starts_at=at, minutes=event.minutes, time_zone=event.zone
    )
