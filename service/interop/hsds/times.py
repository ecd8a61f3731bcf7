"""When a group meets, as schedules of HSDS: local wall time; what their rules cannot say is said in words. Pure."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from service.catalog.recurrence import DAYS, Rule, parse
from service.catalog.schedule import Meeting, dated, days_off
from service.catalog.views import GroupView, SessionView
from service.catalog.when.plan import OUTSIDE_TERMS
from service.errors import Invalid
from service.interop.hsds.attributes import of_schedule
from service.interop.hsds.shape import Thing, Writer, derived, told

ATTENDING = {"in_person": "In person", "online": "Online", "hybrid": "In person or online", "phone": "By phone"}
MOST_NAMED = 12  # dates on which it does not meet


def schedules(group: GroupView, sessions: Sequence[SessionView], writer: Writer, *, at: str = "") -> list[Thing]:
    """Return the schedules of a service; `at` is the id of the group at one place, for copies of them there."""
    return [_schedule(group, session, writer, at) for session in sessions]


def _schedule(group: GroupView, session: SessionView, writer: Writer, at: str) -> Thing:
    made = derived("schedule", at, session.id) if at else str(session.id)
    meeting = session.meeting
    link = {"service_at_location_id": at} if at else {"service_id": str(group.id)}
    starts = meeting.starts_at
    said = _rule(meeting)
    ends = starts + timedelta(minutes=meeting.minutes) if starts and meeting.minutes else None
    return told(
        {
            "id": made,
            **link,
            **said,
            "dtstart": f"{starts:%Y-%m-%d}" if starts else None,
            "opens_at": f"{starts:%H:%M}" if starts else None,
            "closes_at": f"{ends:%H:%M}" if ends else None,
            "attending_type": ATTENDING[group.mode],
            "description": session.words,
            "notes": _notes(session, writer.today),
            "schedule_link": f"{writer.base}/en/groups/{group.slug}/dates.ics" if starts else None,
            "attributes": of_schedule(session, made, writer, rule=None if said else meeting.rule),
        }
    )


def _notes(session: SessionView, today: date) -> str:
    meeting = session.meeting
    since = datetime.combine(today, time.min, ZoneInfo(meeting.time_zone))
    coming = days_off(meeting, after=since)[:MOST_NAMED]
    skipped = f"Does not meet on {', '.join(day.isoformat() for day in coming)}." if coming else ""
    instead = [
        f"Meets on {one.planned.starts:%Y-%m-%d at %H:%M}."
        for one in dated(meeting, after=since, limit=MOST_NAMED)
        if one.was
    ]
    terms = "Meets in term time only." if OUTSIDE_TERMS in meeting.rests else ""
    return " ".join(part for part in (session.note, skipped, *instead, terms) if part)


def _rule(meeting: Meeting) -> dict[str, Any]:
    """Return how it repeats; nothing where HSDS has no way to say it, so that nobody reads a wrong rule."""
    if meeting.starts_at is None:
        return {}
    if meeting.rule is None:
        day = meeting.starts_at.date().isoformat()
        return {"valid_from": day, "valid_to": day, "count": 1}
    try:
        rule = parse(meeting.rule)
    except Invalid:
        return {}
    return _said(rule, meeting.starts_at.weekday()) if _fits(rule) else {}


def _fits(rule: Rule) -> bool:
    """Tell whether weeks or months, days and an end say it all; every day is every week on each day."""
    plain = not rule.months and not rule.positions
    return plain and (rule.frequency in ("WEEKLY", "MONTHLY") or (rule.frequency == "DAILY" and rule.interval == 1))


def _said(rule: Rule, first: int) -> dict[str, Any]:
    daily = rule.frequency == "DAILY"
    if daily and (rule.weekdays or rule.month_days or rule.count):
        return {}
    days = tuple(f"{nth or ''}{DAYS[weekday]}" for nth, weekday in rule.weekdays)
    if rule.frequency == "WEEKLY" and not days:
        days = (DAYS[first],)
    until = None if rule.until is None else date(int(rule.until[:4]), int(rule.until[4:6]), int(rule.until[6:8]))
    return {
        "freq": "WEEKLY" if daily else rule.frequency,
        "interval": rule.interval,
        "byday": ",".join(DAYS if daily else days),
        "bymonthday": ",".join(str(day) for day in rule.month_days),
        "until": until and until.isoformat(),
        "valid_to": until and until.isoformat(),
        "count": rule.count,
        "wkst": DAYS[rule.week_start] if rule.week_start else None,
    }
