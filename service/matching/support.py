"""Enabler services that remove a barrier to a group: a lift, a buddy, an interpreter. Pure.

Enablers are ordinary rows of the catalogue. A result with a removable barrier is shown with its enabler, never dropped
for a barrier that only helps.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from service.catalog.barriers import BARRIERS, FIRST_VISIT_FACTS
from service.catalog.where.distance import km_from
from service.matching.asked import Asked, are_aside, horizon
from service.matching.columns import AREA, PLACE, Columns
from service.matching.profile import Profile
from service.matching.scorers import FIRST_VISIT_BARRIERS
from service.matching.snapshot import Snapshot

I64 = NDArray[np.int64]
MOST = 3  # beside one group


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """One enabler service, and the barrier it removes. `km` is None for a service that comes to the person."""

    barrier: str
    group_id: str
    km: float | None


def enablers(snapshot: Snapshot, profile: Profile) -> dict[str, Support]:
    """Return the best enabler for each stated barrier: for the person's area first, then the nearest, then by id."""
    best: dict[str, tuple[float, int, int, bool]] = {}
    if not profile.barriers:
        return {}
    for layer, gone in snapshot.layers():
        for barrier in profile.barriers:
            groups, columns = layer.enablers[barrier]
            found = _nearest(columns, _left(groups, gone, columns, profile), profile)
            if found is not None:
                best[barrier] = min(found, best.get(barrier, found))
    return {
        barrier: Support(
            barrier=barrier,
            group_id=str(UUID(int=(high << 64) | low)),
            km=round(km, 1) if placed and profile.place is not None else None,
        )
        for barrier, (km, high, low, placed) in best.items()
    }


def _left(groups: I64, gone: I64, columns: Columns, profile: Profile) -> NDArray[np.bool_] | None:
    """By group: those that are still there and not put aside; None: all."""
    left = np.isin(groups, gone, invert=True) if len(gone) else None
    if not profile.left_out:
        return left
    mine = ~are_aside(columns, profile)
    return mine if left is None else left & mine


def _nearest(columns: Columns, left: NDArray[np.bool_] | None, profile: Profile) -> tuple[float, int, int, bool] | None:
    """Return km, id in two halves and whether it is at a place, for the best of some enablers; None: none can help.

    `left`: by group, those that are still there; None: all.
    """
    place, kind = profile.place, columns.kind
    km = np.zeros(columns.n_rows)
    if place is not None:
        apart = km_from(place.latitude, place.longitude, columns.position.T)
        inside = np.where(apart - columns.radius_km <= place.uncertainty_km, 0.0, np.inf)
        km = np.where(kind == PLACE, apart, np.where(kind == AREA, inside, 0.0))
        km[km > horizon(profile)] = np.inf
    if left is not None:
        km[~left[columns.group]] = np.inf
    if not len(km) or not np.isfinite(least := km.min()):
        return None
    nearest = np.flatnonzero(km == least)
    owner = columns.group[nearest]
    ids = zip(columns.id_high[owner].tolist(), columns.id_low[owner].tolist(), nearest.tolist(), strict=True)
    high, low, row = min(ids)
    return float(least), high, low, bool(kind[row] == PLACE)


def beside(asked: Asked, row: int, found: Mapping[str, Support]) -> tuple[Support, ...]:
    """Return at most three enablers for one group: for barriers that the group is not known to remove itself."""
    own = asked.columns.id_of(int(asked.columns.group[row]))
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
