"""Loads `seeds/` into the catalogue: twice is the same as once, and what a person edited stays as it is. Never commits.

Everything is compared as rows before anything is written, so that a second run writes nothing.
"""

import hashlib
import json
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import Table, and_, delete, insert, select, tuple_, update
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog.importing.drafts import DraftGroup
from service.catalog.importing.listings import Spot, draft
from service.catalog.importing.placing import Placer
from service.catalog.importing.rules import ListingRules
from service.catalog.operations import touch
from service.catalog.seed_rows import EXAMPLE, Row, Rows, add_examples, add_listing, add_terms, seed_id
from service.catalog.terms.queries import now_standing
from service.catalog.where.packs import CountryPack, load_pack
from service.catalog.where.place_index import CountryIndex, plain
from service.catalog.words.taxonomy import Taxonomy
from service.catalog.words.vocabulary import load_taxonomy

T = TypeVar("T")
Progress = Callable[[int, int], None]  # rows done, rows in all

CHUNK = 400  # parameters of one statement: SQLite of old allowed 999
PARENTS: tuple[tuple[str, Any], ...] = (
    ("term", m.Term),
    ("organisation", m.Organisation),
    ("location", m.Location),
    ("group", m.Group),
)
PARTS: tuple[tuple[str, Any], ...] = (
    ("group_location", m.GroupLocation),
    ("group_session", m.Session),
    ("service_area", m.ServiceArea),
    ("group_term", m.GroupTerm),
    ("group_language", m.GroupLanguage),
    ("fact", m.Fact),
)
OURS_ONCE = frozenset({"slug"})  # set when a row is made; a link that was shared stays
# Dates of the examples move with the day; they are written anew only when they are off by more than this.
DRIFT_DAYS = {"last_confirmed_on": 30, "confirmed_on": 30, "capacity_until": 7}


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedReport:
    """What loading did. `kept` counts groups that a person had edited; `rows_changed` is 0 on a second run."""

    inserted: int
    updated: int
    unchanged: int
    kept: int
    rows_changed: int
    terms: int


def seed(
    session: Session, folder: Path, *, now: datetime, progress: Progress | None = None, examples: bool = True
) -> SeedReport:
    """Load terms, real listings and examples.

    Parameters
    ----------
    folder : Path
        `seeds/`.
    now : datetime
        Dates the examples and what is written.
    progress : callable, optional
        Told how many rows are done, and of how many.
    examples : bool
        Load the invented groups too.
    """
    taxonomy = now_standing(session, load_taxonomy(folder / "taxonomy"))
    pack, drafts = _real_drafts(folder, fingerprint(folder), taxonomy)
    rows = Rows()
    add_terms(rows, taxonomy.terms)
    _add_drafts(rows, drafts, pack, now.date())
    if examples:
        add_examples(rows, read_examples(folder), pack, today=now.date())
    report = _load(session, rows, now=now, progress=progress)
    _mark(session, folder)
    return report


def load_listings(
    session: Session, listings: Iterable[Mapping[str, Any]], folder: Path, *, now: datetime, taxonomy: Taxonomy
) -> dict[str, UUID]:
    """Load somebody's listings of the seeds' shape, as for an evaluation; return the group of each listing's id."""
    pack, placer = _reader(folder)
    rows = Rows()
    add_terms(rows, taxonomy.terms)
    spot = spotter(taxonomy, placer.rules)
    drafts = [draft(row, placer=placer, spot=spot) for row in listings]
    ids = _add_drafts(rows, drafts, pack, now.date())
    _load(session, rows, now=now, progress=None)
    return ids


def seeded(folder: Path) -> dict[str, UUID]:
    """Return the group of each listing's id and of each example's key, as `seed` makes them."""
    pack, drafts = _real_drafts(folder, fingerprint(folder), load_taxonomy(folder / "taxonomy"))
    ids = _add_drafts(Rows(), drafts, pack, date(2000, 1, 1))
    return ids | {known["key"]: seed_id("group", EXAMPLE, known["key"]) for known in read_examples(folder)["group"]}


def up_to_date(session: Session, folder: Path) -> bool:
    """Return whether these very files were loaded last, so that a start need not read them again."""
    known = session.scalar(select(m.ExternalId.identifier).where(m.ExternalId.id == _MARK))
    return known == fingerprint(folder)


def remove_examples(session: Session, *, now: datetime, keep: Collection[UUID] = ()) -> int:
    """Remove every invented group, venue and organisation; return how many groups there were.

    Groups to `keep`, because a referral names them, stay as bare names in the archive, seen by nobody who searches.
    """
    groups = list(session.scalars(select(m.Group.id).where(m.Group.is_example)))
    venues = list(session.scalars(select(m.Location.id).where(m.Location.is_example)))
    for part in _chunks(groups):
        for table in (m.Session, m.GroupLocation, m.ServiceArea, m.GroupTerm, m.GroupLanguage, m.Price, m.Fact):
            session.execute(delete(table).where(table.group_id.in_(part)))
        session.execute(delete(m.Revision).where(m.Revision.entity == "group", m.Revision.entity_id.in_(part)))
        session.execute(delete(m.Group).where(m.Group.id.in_(set(part) - set(keep))))
        session.execute(update(m.Group).where(m.Group.id.in_(part)).values(status="archived", changed_at=now))
    for part in _chunks(venues):
        session.execute(delete(m.Fact).where(m.Fact.location_id.in_(part)))
        session.execute(delete(m.Location).where(m.Location.id.in_(part)))
    named = select(m.Group.organisation_id)
    session.execute(delete(m.Organisation).where(m.Organisation.is_example, m.Organisation.id.not_in(named)))
    session.execute(delete(m.ExternalId).where(m.ExternalId.id == _MARK))
    session.expire_all()
    if groups:
        touch(session, (), now=now)
    return len(groups)


def real_listings(folder: Path) -> Iterator[dict[str, Any]]:
    """Read every listing in `seeds/listings`, file by file in order of name."""
    for path in sorted((folder / "listings").glob("*.jsonl")):
        with path.open(encoding="utf-8") as file:
            yield from (json.loads(line) for line in file if line.strip())


def read_examples(folder: Path) -> dict[str, Any]:
    """Read the example files as one."""
    joined: dict[str, Any] = {"venue": [], "group": []}
    for path in sorted((folder / "examples").glob("*.toml")):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        joined["venue"] += data.get("venue", [])
        joined["group"] += data.get("group", [])
        joined |= {key: data[key] for key in ("organisation",) if key in data}
    return joined


def spotter(taxonomy: Taxonomy, rules: ListingRules) -> Spot:
    """Return what finds terms in a listing's words: code to weight."""

    def spot(text: str) -> dict[str, float]:
        found: dict[str, float] = {}
        for one in taxonomy.spot(text, sides="listing"):
            if not one.negated and not rules.says_nothing(one.words, one.code):
                found[one.code] = max(one.weight, found.get(one.code, 0.0))
        return found

    return spot


def fingerprint(folder: Path) -> str:
    """Return a digest of every file in `seeds/` that is loaded."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.suffix in (".toml", ".jsonl", ".csv")):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


_MARK = seed_id("seeds")


def _mark(session: Session, folder: Path) -> None:
    """Remember which files were loaded."""
    session.execute(delete(m.ExternalId).where(m.ExternalId.id == _MARK))
    mark = {"id": _MARK, "entity": "seeds", "entity_id": _MARK, "scheme": "sha256", "identifier": fingerprint(folder)}
    session.execute(insert(m.ExternalId).values(**mark))


@lru_cache(maxsize=2)
def _real_drafts(folder: Path, _digest: str, taxonomy: Taxonomy) -> tuple[CountryPack, tuple[DraftGroup, ...]]:
    """Read the real listings; once a process for the same files."""
    pack, placer = _reader(folder)
    spot = spotter(taxonomy, placer.rules)
    return pack, tuple(draft(row, placer=placer, spot=spot) for row in real_listings(folder))


def _reader(folder: Path) -> tuple[CountryPack, Placer]:
    data = tomllib.loads((folder / "listings" / "categories.toml").read_text(encoding="utf-8"))
    rules = ListingRules.from_mapping(data)
    pack = load_pack(folder / "countries", data["country"])
    return pack, Placer(CountryIndex(pack), rules)


def _add_drafts(rows: Rows, drafts: Sequence[DraftGroup], pack: CountryPack, today: date) -> dict[str, UUID]:
    ids = {}
    for one, slug in zip(drafts, _slugs(drafts), strict=True):
        ids[one.source_id] = add_listing(rows, one, pack, slug=slug, today=today)
    return ids


def _slugs(drafts: Sequence[DraftGroup]) -> list[str]:
    """Return a readable part of an address for each; namesakes get their town, then a piece of their id."""
    bases = [re.sub("[^a-z0-9]+", "-", plain(one.name)).strip("-")[:80] or "group" for one in drafts]
    often = Counter(bases)
    slugs = []
    for base, one in zip(bases, drafts, strict=True):
        mark = f"-{seed_id('group', one.source, one.source_id).hex[:6]}" if often[base] > 1 else ""
        slugs.append(base + mark)
    return slugs


def _load(session: Session, rows: Rows, *, now: datetime, progress: Progress | None) -> SeedReport:
    """Compare the rows with the tables and write what differs."""
    edited = _edited_by_people(session, list(rows.of("group")))
    writer = _Writer(session, rows, edited, now, progress)
    for name, model in PARENTS:
        writer.sync(name, model, remove=False)
    for name, model in PARTS:
        writer.sync(name, model, remove=True)
    writer.sync("external_id", m.ExternalId, remove=False)
    groups = set(rows.of("group")) - edited
    changed = (writer.touched & groups) - writer.new
    if writer.changed:
        touch(session, writer.touched & groups, now=now)
    session.expire_all()
    return SeedReport(
        inserted=len(writer.new),
        updated=len(changed),
        unchanged=len(groups) - len(writer.new) - len(changed),
        kept=len(edited),
        rows_changed=writer.changed,
        terms=len(rows.of("term")),
    )


def _edited_by_people(session: Session, ids: Sequence[UUID]) -> set[UUID]:
    found: set[UUID] = set()
    for part in _chunks(ids):
        by_people = and_(m.Revision.entity == "group", m.Revision.actor_id.is_not(None), m.Revision.entity_id.in_(part))
        found.update(session.scalars(select(m.Revision.entity_id).where(by_people)))
    return found


class _Writer:
    """Writes the difference between wanted rows and stored rows, table by table."""

    def __init__(
        self, session: Session, rows: Rows, edited: set[UUID], now: datetime, progress: Progress | None
    ) -> None:
        self.session = session
        self.rows = rows
        self.edited = edited
        self.now = now
        self.progress = progress
        self.total = sum(len(rows.of(name)) for name, _ in (*PARENTS, *PARTS, ("external_id", None)))
        self.done = 0
        self.changed = 0
        self.new: set[UUID] = set()
        self.touched: set[UUID] = set()

    def sync(self, name: str, model: Any, *, remove: bool) -> None:
        """Make one table hold what is wanted; only parts of a group are removed when no longer wanted."""
        table = cast(Table, model.__table__)
        wanted = {
            key: row for key, row in self.rows.of(name).items() if self.rows.owner.get((name, key)) not in self.edited
        }
        stored = self._stored(table, wanted, parts=remove)
        said = {_subject(row) for key, row in stored.items() if name == "fact" and not _is_ours(key, row)}
        wanted = {key: row for key, row in wanted.items() if name != "fact" or _subject(row) not in said}
        fresh = [key for key in wanted if key not in stored]
        for key in fresh:
            self._note(name, key, new=True)
        self._insert(table, [wanted[key] for key in fresh])
        for key in wanted.keys() & stored.keys():
            if differing := _difference(wanted[key], stored[key]):
                self._note(name, key, new=False)
                self._update(table, key, differing)
        if remove:
            self._remove(table, [key for key, row in stored.items() if key not in wanted and _is_ours(key, row)])
        self.done += len(self.rows.of(name))
        if self.progress is not None:
            self.progress(self.done, self.total)

    def _stored(self, table: Table, wanted: Mapping[Any, Row], *, parts: bool) -> dict[Any, Row]:
        """Return the stored rows by primary key: those wanted, or every part of the groups and places at hand."""
        keys = tuple(table.primary_key.columns)
        found: dict[Any, Row] = {}
        columns = [(keys[0], list(wanted))]
        if parts:
            columns = [(table.c.group_id, [key for key in self.rows.of("group") if key not in self.edited])]
            if "location_id" in table.c and table.name == m.Fact.__tablename__:
                columns.append((table.c.location_id, self._places()))
        for column, values in columns:
            for part in _chunks(values):
                for row in self.session.execute(select(table).where(column.in_(part))).mappings():
                    key = tuple(row[one.name] for one in keys)
                    found[key if len(key) > 1 else key[0]] = dict(row)
        return found

    def _places(self) -> list[UUID]:
        """Return the places at hand, without those of groups that a person edited."""
        return [key for key in self.rows.of("location") if self.rows.owner.get(("location", key)) not in self.edited]

    def _insert(self, table: Table, fresh: Sequence[Row]) -> None:
        if table.name == m.Group.__tablename__:
            taken = self._taken_slugs([row["slug"] for row in fresh])
            fresh = [
                {**row, "created_at": self.now, "changed_at": self.now}
                | ({"slug": f"{row['slug']}-{row['id'].hex[:6]}"} if row["slug"] in taken else {})
                for row in fresh
            ]
        by_columns: dict[tuple[str, ...], list[Row]] = {}
        for row in fresh:
            by_columns.setdefault(tuple(sorted(row)), []).append(row)
        for same in by_columns.values():
            self.session.execute(insert(table), same)

    def _taken_slugs(self, slugs: Sequence[str]) -> set[str]:
        taken: set[str] = set()
        for part in _chunks(slugs):
            taken.update(self.session.scalars(select(m.Group.slug).where(m.Group.slug.in_(part))))
            taken.update(self.session.scalars(select(m.FormerSlug.slug).where(m.FormerSlug.slug.in_(part))))
        return taken

    def _update(self, table: Table, key: Any, values: Row) -> None:
        keys = key if isinstance(key, tuple) else (key,)
        same = and_(*(column == value for column, value in zip(table.primary_key.columns, keys, strict=True)))
        more = {"version": table.c.version + 1} if "version" in table.c else {}
        self.session.execute(update(table).where(same).values(**values, **more))

    def _remove(self, table: Table, gone: Sequence[Any]) -> None:
        keys = tuple(table.primary_key.columns)
        for part in _chunks(gone):
            among = keys[0].in_(part) if len(keys) == 1 else tuple_(*keys).in_(part)
            self.session.execute(delete(table).where(among))
        self.changed += len(gone)

    def _note(self, name: str, key: Any, *, new: bool) -> None:
        self.changed += 1
        owner = self.rows.owner.get((name, key))
        if owner is not None:
            self.touched.add(owner)
        if new and name == "group":
            self.new.add(key)


def _difference(wanted: Row, stored: Row) -> Row:
    """Return the columns to be written; the moving dates of examples count only once they are well off."""
    changed = {column: value for column, value in wanted.items() if column not in OURS_ONCE and value != stored[column]}
    return {column: value for column, value in changed.items() if not _drifts(column, value, stored[column])}


def _drifts(column: str, wanted: Any, stored: Any) -> bool:
    days = DRIFT_DAYS.get(column)
    if days is None or not isinstance(wanted, date) or not isinstance(stored, date):
        return False
    return 0 <= (wanted - stored).days <= days


def _subject(fact: Row) -> tuple[Any, ...]:
    """Return what a fact is about: another's word on the same thing stands."""
    return fact["group_id"], fact["location_id"], fact["code"]


def _is_ours(key: Any, row: Row) -> bool:
    """Return whether a stored part was written by loading: its id was made from its source, or an import said it."""
    if isinstance(key, UUID):
        return key.version == 5
    return bool(row.get("source") != "editor")


def _chunks(values: Sequence[T]) -> Iterator[list[T]]:
    for start in range(0, len(values), CHUNK):
        yield list(values[start : start + CHUNK])
