"""Which groups meet near a point, the nearest first. It reads, ranks nothing and knows no wish."""

import math
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog.addresses import said_secret
from service.catalog.listing import rough
from service.catalog.where.distance import km_between

KM_A_DEGREE = 111.2  # of latitude, on the mean sphere
MARGIN_KM = 1.0  # a rough position is never so far from the true one: the true one decides nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A group, where it meets near by, and how far the nearest of these places is."""

    group_id: UUID
    location_ids: frozenset[UUID]
    km: float


def groups_around(session: Session, *, latitude: float, longitude: float, km: float) -> tuple[Near, ...]:
    """Return the groups one can join that meet within `km` of a point, the nearest first, then by id.

    Of a confidential place no more than its rough position counts.
    """
    high = (km + MARGIN_KM) / KM_A_DEGREE
    wide = high / max(0.01, math.cos(math.radians(latitude)))
    box = m.Location.latitude.between(latitude - high, latitude + high) & m.Location.longitude.between(
        longitude - wide, longitude + wide
    )
    of_group, of_place = said_secret()
    secret = m.Location.confidential | m.Group.id.in_(of_group) | m.Location.id.in_(of_place)
    rows = session.execute(
        select(m.Group.id, m.Location.id, m.Location.latitude, m.Location.longitude, secret)
        .join(m.GroupLocation, m.GroupLocation.group_id == m.Group.id)
        .join(m.Location, m.Location.id == m.GroupLocation.location_id)
        .where(m.Group.status == "published", m.Group.joinable, box)
    )
    found: dict[UUID, dict[UUID, float]] = {}
    for group_id, location_id, north, east, confidential in rows:
        if north is None or east is None:
            continue
        at = (rough(north) or 0.0, rough(east) or 0.0) if confidential else (north, east)
        far = float(km_between(latitude, longitude, [at[0]], [at[1]])[0])
        if far <= km:
            found.setdefault(group_id, {})[location_id] = far
    near = [
        Near(group_id=one, location_ids=frozenset(places), km=min(places.values())) for one, places in found.items()
    ]
    return tuple(sorted(near, key=lambda one: (one.km, one.group_id)))
