"""Which ids of a list may become ours: those of no other list's places, meetings and areas. Never writes.

Without this a list could name the place of another and move it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog.importing.files.incoming import IncomingGroup
from service.catalog.importing.runs.knowing import chunks
from service.catalog.importing.runs.saying import own_id
from service.catalog.sharing import IMPORTED

NOTHING: Collection[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Free:
    """Ids that may be taken over: of places for the whole list, of meetings and areas for one group each."""

    places: Collection[str]
    parts: Mapping[UUID, Collection[str]]

    def parts_of(self, group_id: UUID) -> Collection[str]:
        """Return which ids of meetings and areas one group may have."""
        return self.parts.get(group_id, NOTHING)


def scheme(source: str) -> str:
    """Return under which scheme the ids of a source are kept."""
    return f"{IMPORTED}{source}"


def free_ids(session: Session, groups: Sequence[IncomingGroup], ids: Mapping[str, UUID], source: str) -> Free:
    """Return what these groups may have under their own ids."""
    places = {place.key for group in groups for place in group.places or () if own_id(place.key)}
    wanted: dict[str, UUID] = {}
    for group in groups:
        for key in _parts(group):
            wanted.setdefault(key, ids[group.source_id])
    taken = _of_others(session, m.Session, wanted) | _of_others(session, m.ServiceArea, wanted)
    parts: dict[UUID, set[str]] = {}
    for key, group_id in wanted.items():
        if key not in taken:
            parts.setdefault(group_id, set()).add(key)
    return Free(places=places - _strange(session, places, source), parts=parts)


def _parts(group: IncomingGroup) -> Iterable[str]:
    for key in (*(one.own for one in group.sessions or ()), *(one.key for one in group.areas or ())):
        if key and own_id(key):
            yield key


def _of_others(session: Session, table: Any, wanted: Mapping[str, UUID]) -> set[str]:
    found: set[str] = set()
    for part in chunks(UUID(key) for key in wanted):
        for key, group_id in session.execute(select(table.id, table.group_id).where(table.id.in_(part))):
            if wanted[str(key)] != group_id:
                found.add(str(key))
    return found


def _strange(session: Session, keys: Collection[str], source: str) -> set[str]:
    """Return the places that are there, and not from this source."""
    found: set[str] = set()
    for part in chunks(UUID(key) for key in sorted(keys)):
        found.update(str(key) for key in session.scalars(select(m.Location.id).where(m.Location.id.in_(part))))
    mine = (m.ExternalId.scheme == scheme(source), m.ExternalId.entity == "location")
    for some in chunks(sorted(found)):
        named = select(m.ExternalId.identifier).where(*mine, m.ExternalId.identifier.in_(some))
        found.difference_update(session.scalars(named))
    return found
