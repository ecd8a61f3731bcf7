"""Writes what was decided for a batch of groups: rows gathered by table, then sent together. Never commits."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, and_, bindparam, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor
from service.catalog import models as m
from service.catalog.addresses import as_slug
from service.catalog.changes import Difference, read_session
from service.catalog.facts import Source
from service.catalog.importing.runs.beside import Beside, send_places
from service.catalog.importing.runs.knowing import PLAIN, chunks, day_of
from service.catalog.importing.runs.saying import MORE, PLACE_FIELDS, Setting, made_id
from service.catalog.operations import touch
from service.catalog.short_codes import short_code
from service.catalog.snapshots import moved_json

Row = dict[str, Any]
# In the order of their foreign keys.
TABLES: tuple[Any, ...] = (
    m.Organisation, m.Location, m.Group, m.ExternalId, m.GroupLocation, m.Session, m.Fact, m.GroupTerm,
    m.GroupLanguage, m.Price, m.ServiceArea, m.Revision,
)  # fmt: skip
NEVER_EMPTY: Row = {
    "mode": "in_person",
    "nationwide": False,
    "joinable": True,
    "removes": [],
    "confirmed_precision": "day",
}
DATES = ("capacity_until", "last_confirmed_on")
WHOLE_LISTS: Mapping[str, Any] = {
    "terms": m.GroupTerm,
    "languages": m.GroupLanguage,
    "prices": m.Price,
    "places": m.GroupLocation,
    "areas": m.ServiceArea,
}
AREA_COLUMNS = ("name", "code", "latitude", "longitude", "radius_km")


@dataclass(slots=True)
class Batch:
    """What will be written, by table."""

    session: Session
    actor: Actor
    now: datetime
    reason: str
    source: str
    rows: defaultdict[Any, list[Row]] = field(default_factory=lambda: defaultdict(list))
    updates: defaultdict[tuple[str, ...], list[Row]] = field(default_factory=lambda: defaultdict(list))
    gone: defaultdict[Any, list[Any]] = field(default_factory=lambda: defaultdict(list))
    places: dict[UUID, Row] = field(default_factory=dict)
    touched: dict[UUID, Difference] = field(default_factory=dict)
    made: set[UUID] = field(default_factory=set)
    beside: Beside = field(default_factory=Beside)

    @property
    def today(self) -> date:
        """The day of this run."""
        return self.now.date()

    def add_group(self, group_id: UUID, body: UUID, setting: Setting, difference: Difference) -> None:
        """Add a group of an organisation with all that is said of it."""
        row = {
            "id": group_id,
            "organisation_id": body,
            "source": setting.source,
            "currency": setting.currency,
            "created_at": self.now,
            "changed_at": self.now,
        }
        row |= {"status": "draft", "door": {}, "is_enabler": False}
        row |= {name: column(name, None) for name in MORE if name != "currency"}
        row |= {name: None for name in (*PLAIN, "last_confirmed_on") if name not in ("mode", "joinable", "nationwide")}
        row |= {"mode": "in_person", "joinable": True, "nationwide": False}
        row |= {name: column(name, pair[1]) for name, pair in difference.items() if is_column(name)}
        row["is_enabler"] = bool(row["removes"])
        self.rows[m.Group].append(row)
        self.made.add(group_id)
        self._parts(group_id, difference)
        self.touched[group_id] = difference

    def change(self, group_id: UUID, difference: Difference) -> None:
        """Write what differs of a group that is there."""
        columns = {name: column(name, pair[1]) for name, pair in difference.items() if is_column(name)}
        if "removes" in columns:
            columns["is_enabler"] = bool(columns["removes"])
        self.beside.body(group_id, difference)
        self.updates[tuple(sorted(columns))].append({"of": group_id, **{f"new_{k}": v for k, v in columns.items()}})
        self._parts(group_id, difference)
        self.touched[group_id] = difference

    def _parts(self, group_id: UUID, difference: Difference) -> None:
        sessions = sorted(name for name in difference if name.startswith("sessions."))
        for position, name in enumerate(sessions):
            self._session(group_id, UUID(name[9:]), difference[name][1], position)
        for name, (_, said) in difference.items():
            if name in WHOLE_LISTS:
                if group_id not in self.made:
                    self.gone[WHOLE_LISTS[name]].append(group_id)
                for one in said if isinstance(said, list) else ():
                    self._listed(name, group_id, one)
            elif name == "place_facts":
                self.beside.place_facts(difference[name])
        self._facts(group_id, difference)

    def _facts(self, group_id: UUID, difference: Difference) -> None:
        confirmed = day_of(difference.get("last_confirmed_on", [None, None])[1]) or self.today
        for name, (_, said) in difference.items():
            if name.startswith("facts."):
                on = day_of(difference.get(f"facts_on.{name[6:]}", [None, None])[1])
                self._fact(group_id, name[6:], said, on or confirmed)
            elif name.startswith("facts_on."):
                self.beside.fact_day(group_id, name[9:], day_of(said), difference)

    def _session(self, group_id: UUID, key: UUID, said: object, position: int) -> None:
        change = read_session(said)
        self.gone[m.Session].append(key)
        if change is None:
            return
        names = ("location_id", "words", "rule", "starts_at", "minutes", "time_zone", "level", "note")
        row = {name: getattr(change, name) for name in names}
        days = [day.isoformat() for day in change.exceptions]
        row |= {"exceptions": days, "rests": list(change.rests), "moved": moved_json(change)}
        self.rows[m.Session].append({"id": key, "group_id": group_id, "position": position, **row})

    def _fact(self, group_id: UUID, code: str, said: object, confirmed: date) -> None:
        if group_id not in self.made:
            self.gone[m.Fact].append((group_id, code))
        if said in (None, "not_confirmed"):
            return
        key = made_id("fact", str(group_id), code)
        row = {"id": key, "group_id": group_id, "code": code, "value": said, "source": Source.IMPORT.value}
        self.rows[m.Fact].append({**row, "confirmed_on": confirmed})

    def _listed(self, name: str, group_id: UUID, one: Any) -> None:
        if name == "terms":
            self.rows[m.GroupTerm].append({"group_id": group_id, "code": one, "source": "import", "weight": 1.0})
        elif name == "languages":
            self.rows[m.GroupLanguage].append({"group_id": group_id, "code": one})
        elif name == "prices":
            key = made_id("price", str(group_id), str(len(self.rows[m.Price])), str(sorted(one.items())))
            self.rows[m.Price].append({"id": key, "group_id": group_id, "note": None, **one})
        elif name == "areas":
            row = {name: one.get(name) for name in AREA_COLUMNS}
            self.rows[m.ServiceArea].append({"id": UUID(one["id"]), "group_id": group_id, **row})
        else:
            key = UUID(one["id"])
            self.places[key] = {"id": key, **{column: one.get(column) for column in PLACE_FIELDS}}
            self.rows[m.GroupLocation].append({"group_id": group_id, "location_id": key})

    def send(self) -> None:
        """Write everything, tell the workers, and keep a revision of each group."""
        self._name_groups()
        send_places(self.session, self, self.places)
        self._remove()
        self._update()
        for table in TABLES[:-1]:
            _insert(self.session, table, self.rows[table])
        self.beside.send(self.session, self)
        touch(self.session, self.touched.keys() | self.beside.sharing(self.session), now=self.now)
        self._revise()

    def _remove(self) -> None:
        facts = self.gone.pop(m.Fact, [])
        for part in chunks(facts):
            pairs = [and_(m.Fact.group_id == group, m.Fact.code == code) for group, code in part]
            self.session.execute(delete(m.Fact).where(or_(*pairs)))
        for table, keys in self.gone.items():
            column = m.Session.id if table is m.Session else table.group_id
            for part in chunks(dict.fromkeys(keys)):
                self.session.execute(delete(table).where(column.in_(part)))

    def _update(self) -> None:
        table = cast(Table, m.Group.__table__)
        for columns, rows in self.updates.items():
            values: Row = {name: bindparam(f"new_{name}") for name in columns}
            statement = update(table).where(table.c.id == bindparam("of")).values(version=table.c.version + 1, **values)
            self.session.connection().execute(statement, rows)

    def _name_groups(self) -> None:
        """Give new groups their words and short codes, which no other has or had."""
        fresh = self.rows[m.Group]
        wanted = {row["id"]: as_slug(str(row["name"])) or "group" for row in fresh}
        taken = _taken_slugs(self.session, wanted.values())
        codes = {row["id"]: short_code(row["id"]) for row in fresh}
        held = _taken_codes(self.session, codes.values())
        for row in fresh:
            slug, code, attempt = wanted[row["id"]], codes[row["id"]], 0
            row["slug"] = f"{slug}-{row['id'].hex[:8]}" if slug in taken else slug
            taken.add(row["slug"])
            while code in held:
                attempt += 1
                code = short_code(row["id"], attempt=attempt)
                held |= _taken_codes(self.session, [code])
            held.add(code)
            row["short_code"] = code

    def revise(self, entity: str, key: UUID, version: int, changed: Difference) -> None:
        """Keep what changed of one row."""
        self.rows[m.Revision].append(
            {
                "id": made_id("revision", str(key), str(version)),
                "entity": entity,
                "entity_id": key,
                "version": version,
                "difference": changed,
                "reason": self.reason,
                "actor_id": self.actor.user_id,
                "actor_role": self.actor.role.value,
                "at": self.now,
            }
        )

    def _revise(self) -> None:
        for part in chunks(self.touched):
            versions = self.session.execute(select(m.Group.id, m.Group.version).where(m.Group.id.in_(part)))
            for group_id, version in versions:
                self.revise("group", group_id, version, self.touched[group_id])
        _insert(self.session, m.Revision, self.rows[m.Revision])


def is_column(name: str) -> bool:
    """Tell whether a field is a column of the group's own table."""
    return name in PLAIN or name in MORE or name in ("status", "last_confirmed_on")


def column(name: str, value: object) -> object:
    """Return a value as its column keeps it."""
    if value is None and name in NEVER_EMPTY:
        return NEVER_EMPTY[name]
    return day_of(value) if name in DATES else value


def _insert(session: Session, table: Any, rows: Collection[Row]) -> None:
    by_columns: defaultdict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        by_columns[tuple(sorted(row))].append(row)
    for same in by_columns.values():
        session.execute(insert(table.__table__), same)


def _taken_slugs(session: Session, slugs: Iterable[str]) -> set[str]:
    taken: set[str] = set()
    for part in chunks(sorted(set(slugs))):
        taken.update(session.scalars(select(m.Group.slug).where(m.Group.slug.in_(part))))
        taken.update(session.scalars(select(m.FormerSlug.slug).where(m.FormerSlug.slug.in_(part))))
    return taken


def _taken_codes(session: Session, codes: Iterable[str]) -> set[str]:
    taken: set[str] = set()
    for part in chunks(sorted(set(codes))):
        found = session.scalars(select(m.Group.short_code).where(m.Group.short_code.in_(part)))
        taken.update(code for code in found if code is not None)
    return taken
