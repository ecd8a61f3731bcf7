"""What stands beside the groups of a batch: organisations, places, and the facts of places. Never commits.

Each change of an organisation or a place keeps a revision of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from sqlalchemy import Table, and_, bindparam, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog.changes import Difference
from service.catalog.facts import Source
from service.catalog.importing.files.incoming import IncomingIdentifier
from service.catalog.importing.runs.freeing import scheme
from service.catalog.importing.runs.knowing import chunks
from service.catalog.importing.runs.saying import PLACE_FIELDS, made_id, own_id
from service.catalog.sharing import IMPORTED

if TYPE_CHECKING:
    from service.catalog.importing.runs.writing import Batch

Row = dict[str, Any]
BODY, PLACE = "organisation.", "place"


@dataclass(slots=True)
class Beside:
    """What will be written beside the groups."""

    bodies: dict[UUID, Row] = field(default_factory=dict)  # group -> what its organisation shall be
    fact_days: dict[tuple[UUID, str], date] = field(default_factory=dict)
    facts: dict[tuple[UUID, str], tuple[str, str] | None] = field(default_factory=dict)  # of places
    numbers: list[Row] = field(default_factory=list)
    changed_bodies: set[UUID] = field(default_factory=set)
    changed_places: set[UUID] = field(default_factory=set)
    own_places: set[str] = field(default_factory=set)  # under the ids of the list

    def body(self, group_id: UUID, difference: Difference) -> None:
        """Write what differs of the organisation of a group; a name stays."""
        found = {name.removeprefix(BODY): pair[1] for name, pair in difference.items() if name.startswith(BODY)}
        if found.get("name", "") is None:
            found.pop("name")
        if found:
            self.bodies[group_id] = found

    def fact_day(self, group_id: UUID, code: str, day: date | None, difference: Difference) -> None:
        """Write when a fact was confirmed that itself stays."""
        if day is not None and f"facts.{code}" not in difference:
            self.fact_days[group_id, code] = day

    def place_facts(self, pair: Sequence[Any]) -> None:
        """Write the facts of places; what was said and is said no more is taken back."""
        before, after = (side or {} for side in pair)
        for place, stated in before.items():
            for code in stated:
                self.facts[UUID(place), code] = None
        for place, stated in after.items():
            for code, said in stated.items():
                self.facts[UUID(place), code] = (said[0], said[1])

    def number(self, entity: str, key: UUID, one: IncomingIdentifier) -> None:
        """Keep what a register calls something; under which ids lists are kept, no list may say."""
        if one.scheme.startswith(IMPORTED):
            return
        made = own_id(one.key or "") or made_id("external", entity, one.scheme, one.identifier)
        self.numbers.append(
            {"id": made, "entity": entity, "entity_id": key, "scheme": one.scheme, "identifier": one.identifier}
        )

    def send(self, session: Session, batch: Batch) -> None:
        """Write everything."""
        self._send_bodies(session, batch)
        self._send_days(session)
        self._send_facts(session)
        self._send_numbers(session)

    def sharing(self, session: Session) -> set[UUID]:
        """Return every group that shares what has changed."""
        found: set[UUID] = set()
        places = self.changed_places | {place for place, _ in self.facts}
        at = m.GroupLocation
        for part in chunks(sorted(self.changed_bodies)):
            found.update(session.scalars(select(m.Group.id).where(m.Group.organisation_id.in_(part))))
        for part in chunks(sorted(places)):
            found.update(session.scalars(select(at.group_id).where(at.location_id.in_(part))))
        return found

    def _send_bodies(self, session: Session, batch: Batch) -> None:
        wanted: dict[UUID, Row] = {}
        for part in chunks(self.bodies):
            for key, body in session.execute(select(m.Group.id, m.Group.organisation_id).where(m.Group.id.in_(part))):
                wanted.setdefault(body, {}).update(self.bodies[key])
        for part in chunks(sorted(wanted)):
            for row in session.scalars(select(m.Organisation).where(m.Organisation.id.in_(part))):
                changed = _differing(row, wanted[row.id])
                if changed:
                    for name, (_, value) in changed.items():
                        setattr(row, name, value)
                    batch.revise("organisation", row.id, row.version + 1, changed)
                    self.changed_bodies.add(row.id)
        session.flush()

    def _send_days(self, session: Session) -> None:
        for (group_id, code), day in self.fact_days.items():
            mine = and_(m.Fact.group_id == group_id, m.Fact.code == code)
            session.execute(update(m.Fact).where(mine).values(confirmed_on=day))

    def _send_facts(self, session: Session) -> None:
        for part in chunks(self.facts):
            mine = [and_(m.Fact.location_id == place, m.Fact.code == code) for place, code in part]
            session.execute(delete(m.Fact).where(or_(*mine)))
        rows = [
            {
                "id": made_id("fact", str(place), code),
                "location_id": place,
                "code": code,
                "value": said[0],
                "source": Source.IMPORT.value,
                "confirmed_on": date.fromisoformat(said[1]),
            }
            for (place, code), said in self.facts.items()
            if said is not None
        ]
        if rows:
            session.execute(insert(m.Fact), rows)

    def _send_numbers(self, session: Session) -> None:
        """A number that is known stays whose it is."""
        rows = {(row["entity"], row["scheme"], row["identifier"]): row for row in self.numbers}
        ids: set[UUID] = set()
        for part in chunks(rows.values()):
            same = m.ExternalId.identifier.in_([row["identifier"] for row in part])
            columns = (m.ExternalId.entity, m.ExternalId.scheme, m.ExternalId.identifier)
            for entity, number, identifier in session.execute(select(*columns).where(same)):
                rows.pop((entity, number, identifier), None)
            mine = m.ExternalId.id.in_([row["id"] for row in part])
            ids.update(session.scalars(select(m.ExternalId.id).where(mine)))
        fresh: dict[UUID, Row] = {}
        for row in rows.values():
            key = row["id"]
            if key in ids or key in fresh:
                key = made_id("external", row["entity"], row["scheme"], row["identifier"])
            fresh[key] = {**row, "id": key}
        if fresh:
            session.execute(insert(m.ExternalId), list(fresh.values()))


def _differing(row: Any, wanted: Mapping[str, Any]) -> Difference:
    return {name: [getattr(row, name), value] for name, value in wanted.items() if getattr(row, name) != value}


def send_places(session: Session, batch: Batch, places: Mapping[UUID, Row]) -> None:
    """Add the places that are new and write what differs of the others."""
    there: dict[UUID, Any] = {}
    columns = [getattr(m.Location, name) for name in ("id", "version", *PLACE_FIELDS)]
    for part in chunks(places):
        there |= {row.id: row for row in session.execute(select(*columns).where(m.Location.id.in_(part)))}
    again: list[Row] = []
    for key, row in places.items():
        if key not in there:
            batch.rows[m.Location].append(row)
            continue
        changed = _differing(there[key], {name: row[name] for name in PLACE_FIELDS})
        if changed:
            again.append({"of": key, **{f"new_{name}": row[name] for name in PLACE_FIELDS}})
            batch.revise(PLACE, key, there[key].version + 1, changed)
            batch.beside.changed_places.add(key)
    batch.rows[m.ExternalId] += _named(batch, (key for key in places if key not in there))
    if again:
        table = cast(Table, m.Location.__table__)
        values: Row = {name: bindparam(f"new_{name}") for name in PLACE_FIELDS}
        statement = update(table).where(table.c.id == bindparam("of")).values(version=table.c.version + 1, **values)
        session.connection().execute(statement, again)


def _named(batch: Batch, keys: Iterable[UUID]) -> list[Row]:
    """Remember under whose ids places stand, so that no other list can move them."""
    mine = scheme(batch.source)
    return [
        {
            "id": made_id("external", "location", batch.source, str(key)),
            "entity": "location",
            "entity_id": key,
            "scheme": mine,
            "identifier": str(key),
        }
        for key in keys
        if str(key) in batch.beside.own_places
    ]
