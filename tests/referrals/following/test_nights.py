"""A date is reminded of twice, by day and at the right hour, also where clocks change in between or ours goes wrong."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from service.referrals.following import nights

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
STEP = timedelta(minutes=10)
# The days on which clocks change: forward and back.
CHANGES = {
    "Europe/London": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Australia/Sydney": (date(2026, 10, 4), date(2026, 4, 5)),
}
TIMES = (time(7, 30), time(10, 30), time(20, 59), time(22, 0))


def put(first_date: datetime, zone: ZoneInfo, skew: timedelta) -> dict[int, datetime]:
    """Let a clock that is wrong by so much run up to a date; tell when each reminder was put, as that clock says."""
    found: dict[int, datetime] = {}
    moment = first_date - timedelta(days=5)
    while moment < first_date + timedelta(hours=3):
        said = moment + skew
        hours = nights.reminder(first_date, agreed_at=LONG_AGO, now=said, zone=zone)
        if hours is not None and not nights.is_night(said, zone):
            found.setdefault(hours, said)
        moment += STEP
    return found


@pytest.mark.parametrize("skew", [-2, 0, 2])
@pytest.mark.parametrize("at", TIMES)
@pytest.mark.parametrize("days", [0, 1, 2, 3])
@pytest.mark.parametrize(("name", "change"), [(name, day) for name, both in CHANGES.items() for day in both])
def test_two_reminders_by_day_at_the_hour_of_the_date(name: str, change: date, days: int, at: time, skew: int) -> None:
    zone = ZoneInfo(name)
    first_date = datetime.combine(change + timedelta(days=days), at, zone).astimezone(UTC)
    found = put(first_date, zone, timedelta(hours=skew))
    assert sorted(found) == [24, 72]
    for hours, moment in found.items():
        here = moment.astimezone(zone)
        planned = datetime.combine(change + timedelta(days=days) - timedelta(hours=hours), at, zone)
        wanted = nights.by_day(planned.astimezone(UTC), zone)
        assert timedelta(0) <= moment - wanted < STEP
        assert time(8) <= here.time() < time(21)
        assert moment < first_date
