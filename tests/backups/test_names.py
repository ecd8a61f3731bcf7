"""Which backups are kept: the last of each young day, week and month, and never none."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from service.backups.names import Keep, kept, moment, named

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
KEEP = Keep(days=7, weeks=5, months=12)


def nights(many: int) -> list[datetime]:
    return [NOW - timedelta(days=number) for number in range(many)]


def test_of_two_years_of_nights_a_week_of_days_five_weeks_and_twelve_months_stay() -> None:
    found = kept(nights(730), KEEP, now=NOW)
    assert set(nights(7)) <= found
    weeks = {NOW, *(datetime(2026, 11, day, 3, 0, tzinfo=UTC) for day in (22, 15, 8, 1))}
    assert weeks <= found
    months = {one for one in found if (one + timedelta(days=1)).day == 1}
    assert len(months) == 11, "and this month's is the newest"
    assert len(found) <= 7 + 5 + 12
    assert min(found) == datetime(2025, 12, 31, 3, 0, tzinfo=UTC), "nothing is older than twelve months"


def test_of_many_in_one_day_the_newest_stays() -> None:
    day = [NOW - timedelta(minutes=number) for number in range(100)]
    assert kept(day, KEEP, now=NOW) == {NOW}


@settings(deadline=None)  # not timed
@given(
    st.lists(st.datetimes(datetime(2020, 1, 1), datetime(2026, 11, 23)), min_size=1),  # noqa: DTZ001
    st.builds(Keep, days=st.integers(1, 9), weeks=st.integers(0, 9), months=st.integers(0, 15)),
)
def test_the_newest_always_stays_and_throwing_away_twice_is_once(found: list[datetime], keep: Keep) -> None:
    moments = {one.replace(tzinfo=UTC) for one in found}
    once = kept(moments, keep, now=NOW)
    assert max(moments) in once
    assert once <= moments
    assert kept(once, keep, now=NOW) == once


def test_a_name_tells_its_moment_and_no_other_name_does() -> None:
    at = datetime(2026, 11, 23, 3, 0, 0, 123456, tzinfo=UTC)
    assert moment(named(at)) == at
    for name in (
        f"{named(at)}.part",
        "kith.backup",
        "kith-20261399T000000.000000Z.backup",
        "erasures",
        f"x{named(at)}",
    ):
        assert moment(name) is None
