"""Enabler services that remove a barrier to a group: a lift, a buddy, an interpreter. Pure.

Enablers are ordinary rows of the catalogue. A result with a removable barrier is shown with its enabler, never dropped
for a barrier that only helps.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.catalog.barriers import BARRIERS, FIRST_VISIT_FACTS
from service.matching.asked import Asked
from service.matching.columns import BARRIER_BIT
from service.matching.filters import OUT, area
from service.matching.scorers import FIRST_VISIT_BARRIERS

MOST = 3  # beside one group


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """One enabler service, and the barrier it removes. `km` is None for a service that comes to the person."""

    barrier: str
    group_id: str
    km: float | None


def enablers(asked: Asked) -> dict[str, Support]:
    """Return the best enabler for each stated barrier: for the person's area first, then the nearest, then by id."""
    columns = asked.columns
    rows = np.flatnonzero(asked.on.by_group(columns.enabler))
    if not len(rows) or not asked.profile.barriers:
        return {}
    inside = area(asked)
    rows = rows if inside is None else rows[inside[rows] != OUT]
    found: dict[str, Support] = {}
    for barrier in asked.profile.barriers:
        helping = rows[(asked.on.by_group(columns.removes)[rows] & BARRIER_BIT[barrier]) != 0]
        if len(helping):
            found[barrier] = _best(asked, barrier, helping)
    return found


def _best(asked: Asked, barrier: str, rows: NDArray[np.int64]) -> Support:
    km = np.nan_to_num(np.where(asked.columns.radius_km[rows] > 0, 0.0, asked.km[rows]), nan=0.0)
    ids = asked.columns.ids[asked.columns.group[rows]]
    first = rows[np.lexsort((ids, km))[0]]
    distance = float(asked.minutes[first])
    known = None if np.isnan(distance) else round(float(asked.km[first]), 1)
    return Support(barrier=barrier, group_id=str(asked.columns.ids[asked.columns.group[first]]), km=known)


def beside(asked: Asked, row: int, found: Mapping[str, Support]) -> tuple[Support, ...]:
    """Return at most three enablers for one group: for barriers that the group is not known to remove itself."""
    own = str(asked.columns.ids[asked.columns.group[row]])
    open_barriers = (code for code in sorted(found) if not _removed(asked, row, code) and found[code].group_id != own)
    return tuple(found[code] for code in _musts_first(asked, open_barriers))[:MOST]


def _removed(asked: Asked, row: int, barrier: str) -> bool:
    facts = BARRIERS[barrier].gate or asked.facts_of(barrier)
    if barrier in FIRST_VISIT_BARRIERS:
        facts = (*facts, *FIRST_VISIT_FACTS)
    if barrier == "cost":
        return int(asked.on.price[row]) == 0
    if barrier == "language":
        return int(asked.speaks[row]) == 1
    return any(asked.fact_at(row, code) == 1 for code in facts)


def _musts_first(asked: Asked, codes: Iterable[str]) -> list[str]:
    return sorted(codes, key=lambda code: (not asked.profile.must(code), code))
