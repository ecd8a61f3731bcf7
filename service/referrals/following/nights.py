"""When a message may be at somebody's door, which is not at night, and when a reminder of a date is due. Pure."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

MORNING, EVENING = 8, 21  # hours on the wall between which messages go to people (proposed)
REMINDERS = (72, 24)  # hours before a date, by the clock on the wall: three days and one day


def is_night(at: datetime, zone: ZoneInfo) -> bool:
    """Tell whether nobody should hear their telephone now.

    >>> is_night(datetime(2026, 3, 28, 20, 59, tzinfo=UTC), ZoneInfo("Europe/London"))
    False
    >>> is_night(datetime(2026, 3, 29, 20, 0, tzinfo=UTC), ZoneInfo("Europe/London"))
    True
    """
    return not MORNING <= at.astimezone(zone).hour < EVENING


def by_day(at: datetime, zone: ZoneInfo) -> datetime:
    """Return this moment, or the next morning where it lies at night.

    >>> by_day(datetime(2026, 3, 28, 23, 0, tzinfo=UTC), ZoneInfo("Europe/London"))
    datetime.datetime(2026, 3, 29, 7, 0, tzinfo=datetime.timezone.utc)
    """
    if not is_night(at, zone):
        return at
    here = at.astimezone(zone)
    day = here.date() + timedelta(days=here.hour >= EVENING)
    return datetime.combine(day, time(MORNING), zone).astimezone(UTC)


def reminders(first_date: datetime, zone: ZoneInfo) -> Iterator[tuple[int, datetime, datetime]]:
    """Give each reminder of a date: how many hours before, from when it is due, and until when it is worth anything.

    A reminder is due at the same time of day as the date itself, also where the clocks change in between.
    """
    here = first_date.astimezone(zone)
    days = [here.date() - timedelta(hours=hours) for hours in REMINDERS]
    due = [by_day(datetime.combine(day, here.time(), zone).astimezone(UTC), zone) for day in days]
    yield from zip(REMINDERS, due, [*due[1:], first_date.astimezone(UTC)], strict=True)


def reminder(first_date: datetime, *, agreed_at: datetime, now: datetime, zone: ZoneInfo) -> int | None:
    """Return which reminder should be out by now, as hours before the date; one that was past at the agreeing is none.

    Examples
    --------
    >>> at, agreed = datetime(2026, 4, 2, 9, 0, tzinfo=UTC), datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
    >>> london = ZoneInfo("Europe/London")
    >>> [reminder(at, agreed_at=agreed, now=at - timedelta(hours=ago), zone=london) for ago in (73, 72, 25, 24, 0)]
    [None, 72, 72, 24, None]
    """
    for hours, due, until in reminders(first_date, zone):
        if due <= now < until:
            return hours if agreed_at <= due else None
    return None
