"""What a person is told about the way: minutes by how they get about, at the hour at which the group meets."""

from datetime import datetime
from typing import Any

import numpy as np
import pytest

from service.catalog.views import ListedGroup, SessionView
from service.catalog.words.taxonomy import Taxonomy
from service.matching.profile import Travel
from service.matching.travel import minutes_by, way_of
from tests.matching.making import SEVEN_ON_TUESDAYS, TEN_ON_TUESDAYS, group, meets, person, place
from tests.matching.test_matching import SINGING, ask, numbers

TEN_ON_SUNDAYS = datetime(2026, 1, 4, 10)  # noqa: DTZ001  # wall time
EVENINGS = frozenset((day, 2) for day in range(7))


def choir(*sessions: SessionView, **changes: Any) -> ListedGroup:
    return group(1, terms=[SINGING], places=(place(5.0),), sessions=sessions, **changes)


def minutes(found: ListedGroup, **wishes: Any) -> int | None:
    return ask(Taxonomy(()), person(**wishes), found).matches[0].minutes


@pytest.mark.parametrize(
    ("travel", "expected"), [("walk", 81), ("wheel", 130), ("cycle", 28), ("bus", 36), ("car", 13), (None, 36)]
)
def test_minutes_are_of_how_somebody_gets_about(travel: Travel | None, expected: int) -> None:
    assert minutes(choir(), travel=travel) == expected


@pytest.mark.parametrize("session", [meets(SEVEN_ON_TUESDAYS), meets(TEN_ON_SUNDAYS)], ids=["evening", "Sunday"])
def test_the_bus_is_waited_for_longer_in_the_evening_and_on_sunday(session: SessionView) -> None:
    assert minutes(choir(session)) == 46
    assert minutes(choir(session), travel="car") == 13


def test_the_way_is_that_to_the_session_that_is_wanted() -> None:
    both = choir(meets(TEN_ON_TUESDAYS), meets(SEVEN_ON_TUESDAYS))
    assert minutes(both) == 36
    assert minutes(both, slots=EVENINGS) == 46
    wednesdays = meets(TEN_ON_SUNDAYS, rule="FREQ=WEEKLY;BYDAY=WE,SU")
    assert minutes(choir(wednesdays)) == 36
    assert minutes(choir(wednesdays), slots=frozenset({(6, 0)})) == 46


def test_where_times_are_not_known_the_bus_is_that_of_the_day() -> None:
    old = choir(meets(SEVEN_ON_TUESDAYS), last_confirmed_on=None)
    assert minutes(old) == minutes(choir()) == 36


def test_of_two_groups_as_far_the_one_by_day_is_quicker_to_reach(taxonomy: Taxonomy) -> None:
    evening = group(1, places=(place(5.0),), sessions=(meets(SEVEN_ON_TUESDAYS),))
    by_day = group(2, places=(place(5.0),), sessions=(meets(TEN_ON_TUESDAYS),))
    assert numbers(ask(taxonomy, person(), evening, by_day)) == [2, 1]


def test_the_bus_is_never_slower_than_walking() -> None:
    km = np.linspace(0.0, 30.0, 301)
    for late in (False, True):
        by_bus = minutes_by("bus", km, np.full(len(km), late))
        assert (by_bus <= minutes_by("walk", km) + 1e-9).all()
        assert (np.diff(by_bus) >= 0).all()
        meant = [way_of("bus", float(far), float(took)) for far, took in zip(km[1:], by_bus[1:], strict=True)]
        assert meant == sorted(meant, reverse=True)
        assert set(meant) == {"walk", "bus"}


def test_an_estimate_is_called_one(taxonomy: Taxonomy) -> None:
    match = ask(taxonomy, person(), choir()).matches[0]
    assert match.estimated
    assert [point.params["estimated"] for point in (*match.reasons, *match.misfits) if "minutes" in point.params]
