"""A meeting in plain English words, such that reading them gives the same meeting. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from service.catalog.when.heard import MONTHS
from service.catalog.when.plan import OUTSIDE_TERMS, PUBLIC_HOLIDAYS, Plan, Rhythm, take_apart

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NTHS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}


def say(plan: Plan, *, first_day: bool = True) -> str:
    """Return words for a meeting; empty where its rule is none that words can say.

    `first_day` says from which day on; without it the words read well, and are read back with that day as the anchor.

    Examples
    --------
    >>> tuesdays = Plan(rule="FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", starts_at=datetime(2026, 1, 6, 10), minutes=120)
    >>> say(tuesdays)
    'Every 2 weeks on Tuesday, 10:00 to 12:00, from 6 January 2026'
    """
    rhythm = take_apart(plan.rule) if plan.rule else None
    if plan.rule and rhythm is None:
        return ""
    return ", ".join(_parts(plan, rhythm, first_day))


def _parts(plan: Plan, rhythm: Rhythm | None, first_day: bool) -> Iterator[str]:  # noqa: FBT001
    yield _often(rhythm) if rhythm else f"{WEEKDAYS[plan.starts_at.weekday()]} {_day(plan.starts_at)}"
    yield _hours(plan.starts_at, plan.minutes)
    if rhythm and first_day:
        yield f"from {_day(plan.starts_at)}"
    if rhythm and rhythm.until:
        yield f"until {_day(datetime.combine(rhythm.until, datetime.min.time()))}"
    if off := _off(plan, rhythm):
        yield f"except {_listed(off)}"
    if OUTSIDE_TERMS in plan.rests:
        yield "in term time only"


def _often(rhythm: Rhythm) -> str:
    days = _listed([WEEKDAYS[day] for day in rhythm.weekdays])
    if not rhythm.nths and rhythm.every == 1 and len(rhythm.weekdays) == len(WEEKDAYS):
        return "Every day"
    if not rhythm.nths:
        return f"Every {days}" if rhythm.every == 1 else f"Every {rhythm.every} weeks on {days}"
    which = _listed([NTHS[nth] for nth in rhythm.nths])
    months = "the month" if rhythm.every == 1 else f"every {rhythm.every} months"
    return f"{which.capitalize()} {days} of {months}"


def _hours(starts: datetime, minutes: int | None) -> str:
    if minutes is None:
        return f"at {starts:%H:%M}"
    ends = starts + timedelta(minutes=minutes)
    if ends.date() != starts.date():
        return f"at {starts:%H:%M} for {minutes} minutes"
    return f"{starts:%H:%M} to {ends:%H:%M}"


def _off(plan: Plan, rhythm: Rhythm | None) -> list[str]:
    months = [MONTHS[month - 1].capitalize() for month in (rhythm.months_off if rhythm else ())]
    days = [_day(datetime.combine(day, datetime.min.time())) for day in plan.exceptions]
    return [*months, *days, *(["public holidays"] if PUBLIC_HOLIDAYS in plan.rests else [])]


def _day(day: datetime) -> str:
    return f"{day.day} {MONTHS[day.month - 1].capitalize()} {day.year}"


def _listed(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
