"""Asks a routing service how long ways take: the table request of OSRM, and of services that speak like it.

Only where an operator gave its address. What leaves is where the person is, as roughly as the search knows it, and the
places of the groups that would be shown; no name, no word, nothing that says who asks. A service that fails is left
alone for a minute, and the estimates stand.
"""

import json
import logging
import math
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from service.matching.profile import Travel
from service.matching.travel import SPEED_KMH, Hour, Point
from service.outgoing import OutsideError, Ways, ask

WAIT_SECONDS = 2.0  # for a whole answer
REST_SECONDS = 60.0  # after a failure
DECIMALS = 4  # of a degree: about ten metres
# A table service knows roads, not timetables: by bus the estimates stand.
PROFILES: Mapping[Travel, str] = {"walk": "foot", "wheel": "foot", "cycle": "bike", "car": "car"}
_log = logging.getLogger("kith")


class _UnusableError(Exception):
    """The answer is late, too long, or not what was asked for; never leaves this module."""


class TableService:
    """A routing service behind one address.

    Parameters
    ----------
    url : str
        http or https, with ``{profile}`` where foot, bike or car is put.
    wait_seconds : float
    clock : callable
        Seconds that only go up.
    """

    def __init__(
        self, url: str, *, wait_seconds: float = WAIT_SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._url = url.rstrip("/")
        # The operator wrote this address, so it may lie in the own network: most run such a service beside Kith.
        self._ways = {one: Ways.to(_of(url, one), own=[urlsplit(url).hostname or ""]) for one in PROFILES.values()}
        self._wait = wait_seconds
        self._clock = clock
        self._rests_until = -math.inf

    def minutes(
        self, origin: Point, targets: Sequence[Point], travel: Travel, at: Sequence[Hour]
    ) -> Sequence[float | None]:
        """Return minutes for each target; None where it is not known. It asks at most once, and never raises."""
        profile = PROFILES.get(travel)
        if profile is None or not targets or self._clock() < self._rests_until:
            return [None] * len(targets)
        try:
            seconds = self._table(profile, [origin, *targets])
        except (OutsideError, ValueError, RecursionError, _UnusableError) as error:
            self._rests_until = self._clock() + REST_SECONDS
            _log.warning(
                "the routing service did not answer: ways are estimated", extra={"error": type(error).__name__}
            )
            return [None] * len(targets)
        slower = SPEED_KMH["walk"] / SPEED_KMH["wheel"] if travel == "wheel" else 1.0
        return [None if one is None else one * slower / 60 for one in seconds]

    def _table(self, profile: str, points: Sequence[Point]) -> list[float | None]:
        """Return seconds from the first point to all others."""
        asked = ";".join(f"{longitude:.{DECIMALS}f},{latitude:.{DECIMALS}f}" for latitude, longitude in points)
        path = f"/table/v1/{profile}/{asked}?sources=0"
        answer = ask(
            _of(self._url, profile) + path,
            ways=self._ways[profile],
            headers={"Accept": "application/json"},
            wait_seconds=self._wait,
        )
        if answer.status != 200:
            raise _UnusableError
        return _read(json.loads(answer.body), len(points) - 1)


def _of(url: str, profile: str) -> str:
    return url.replace("{profile}", profile)


def _read(told: Any, many: int) -> list[float | None]:
    """Take the one row of durations out of an answer, or refuse all of it."""
    rows = told.get("durations") if isinstance(told, dict) and told.get("code") == "Ok" else None
    if not isinstance(rows, list) or len(rows) != 1 or not isinstance(rows[0], list) or len(rows[0]) != many + 1:
        raise _UnusableError
    return [_seconds(one) for one in rows[0][1:]]


def _seconds(told: object) -> float | None:
    if told is None:
        return None
    if isinstance(told, bool) or not isinstance(told, int | float) or not 0 <= told < math.inf:
        raise _UnusableError
    return float(told)
