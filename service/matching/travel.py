"""How long the way takes: stated estimates by mode and hour, and what a routing service may put in their place. Pure.

No source gives a better rule of thumb; every number is proposed. A routing service is asked only where an operator
switched one on (`service.matching.routing`), and only about the few groups that would be shown.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from service.matching.profile import Travel

F64 = NDArray[np.float64]
Bools = NDArray[np.bool_]
Hour = Literal["day", "late"]
Point = tuple[float, float]  # degrees: latitude, longitude

# Door to door, as estimates (proposed): straight line × detour at these speeds, and by bus a wait.
DETOUR = 1.3
SPEED_KMH: Mapping[Travel, float] = {"walk": 4.8, "wheel": 3.0, "cycle": 14.0, "bus": 15.0, "car": 30.0}
BUS_WAIT_MINUTES: Mapping[Hour, float] = {"day": 10.0, "late": 20.0}  # late: from 19:00 and on Sunday, fewer run
LATE_FROM = 19 * 60  # minute of the day
WEEKDAYS = sum(1 << bit for bit in range(6 * 3))  # Monday to Saturday, of the 21 bits of a week
DEFAULT_TRAVEL: Travel = "bus"


class Routing(Protocol):
    """Something that knows roads or timetables."""

    def minutes(
        self, origin: Point, targets: Sequence[Point], travel: Travel, at: Sequence[Hour]
    ) -> Sequence[float | None]:
        """Return minutes door to door for each target; None where it cannot say, and then the estimate stands.

        Parameters
        ----------
        origin : Point
        targets : sequence of Point
        travel : Travel
            How the person gets about; by bus, whichever is quicker of that and on foot.
        at : sequence of {'day', 'late'}
            By target, the hour at which the group meets. Never raises: a service that fails says None for all.
        """


def minutes_by(travel: Travel, km: F64, late: Bools | None = None) -> F64:
    """Return estimated minutes door to door; by bus never longer than the same way on foot.

    Parameters
    ----------
    km : ndarray
        Straight line.
    late : ndarray of bool, of the shape of `km`, or None
        Where the group meets only in the evening or on Sunday; None: by day.

    Examples
    --------
    >>> minutes_by("bus", np.array([5.0, 0.2]), np.array([True, True])).round().tolist()
    [46.0, 3.0]
    """
    ride = km * DETOUR / SPEED_KMH[travel] * 60
    if travel != "bus":
        return ride
    day, evening = BUS_WAIT_MINUTES["day"], BUS_WAIT_MINUTES["late"]
    wait = day if late is None else np.where(late, evening, day)
    return np.minimum(ride + wait, km * DETOUR / SPEED_KMH["walk"] * 60)


def way_of(travel: Travel, km: float, minutes: float) -> Travel:
    """Return by which mode a figure is meant: who goes by bus walks where that is quicker.

    Examples
    --------
    >>> way_of("bus", 0.5, 8), way_of("bus", 5.0, 46), way_of("car", 0.5, 8)
    ('walk', 'bus', 'car')
    """
    if travel != "bus":
        return travel
    on_foot, ride = (km * DETOUR / SPEED_KMH[way] * 60 for way in ("walk", "bus"))
    apart = min(abs(minutes - ride - wait) for wait in BUS_WAIT_MINUTES.values())
    return "walk" if abs(minutes - on_foot) <= apart else "bus"
