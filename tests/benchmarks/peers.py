"""Other ways to search the same groups, each prepared as its makers advise; files on disk, one thread.

Every peer answers the same question: the best ten by its own word score among the groups in reach (a box) that pass the
simple gates: mode, price, age. None of them gives a reason, weighs a barrier or reads the times: that is their lead.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from math import cos, radians
from pathlib import Path
from typing import Any, Protocol

from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from service.catalog.views import ListedGroup
from service.catalog.words.taxonomy import Taxonomy
from service.matching.profile import Profile
from tests.benchmarks.vocabulary import apart

TOP = 10
SLACK = 1.25  # a stated reach gates at 1.25 × it, as in Kith
KM_A_DEGREE = 111.2
ANY_AGE, ANY_PRICE = 999, 0  # a group that says nothing takes anybody, for nothing
LOT = 5_000
ASKING = frozenset(
    apart(
        "like would love want need looking look something anything anyone think feel really also maybe new old just try"
        " used nobody need needs time times people group groups says said"
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A group as a peer sees it."""

    number: int
    words: str
    latitude: float | None
    longitude: float | None
    in_person: bool
    remote: bool
    price: int
    low: int
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A person's wish as a peer can read it; the box is south, north, west, east in degrees."""

    words: tuple[str, ...]
    box: tuple[float, float, float, float] | None
    mode: str | None
    price: int | None
    age: int | None


class Peer(Protocol):
    """A search that is built into a folder by one process and asked by another."""

    name: str
    without: str | None  # why it cannot be asked here; None: it can

    def build(self, folder: Path, groups: Iterable[ListedGroup], taxonomy: Taxonomy) -> None:
        """Write everything into the folder, reading the groups once."""

    def open(self, folder: Path, taxonomy: Taxonomy) -> None:
        """Open what was built."""

    def ask(self, person: Any) -> list[int]:
        """Return the numbers of the groups shown, best first."""

    def read(self, profile: Profile) -> Any:
        """Turn a profile into what `ask` takes, off the clock."""

    def edit(self, folder: Path, old: ListedGroup, new: ListedGroup, taxonomy: Taxonomy) -> None:
        """Put a group in place of what it was, in a process that has opened the search to write."""

    def size(self, folder: Path) -> float:
        """Return how many bytes were written."""


def written(folder: Path) -> float:
    """Return how many bytes the files in a folder hold."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def row(group: ListedGroup, taxonomy: Taxonomy) -> Row:
    """Return what a peer may know of a group: the words Kith searches, and what the gates read."""
    labels = [term.label for view in group.terms if (term := taxonomy.get(view.code)) is not None]
    place = (*group.places, *group.areas, None)[0]
    told = (group.name, group.description, group.what_happens, *labels, *(found.label for found in group.places))
    return Row(
        number=group.id.int - 1,
        words=" ".join(text for text in told if text),
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
        in_person=group.mode in ("in_person", "hybrid"),
        remote=group.mode != "in_person",
        price=ANY_PRICE if group.price_pence is None else group.price_pence,
        low=group.age_min or 0,
        high=ANY_AGE if group.age_max is None else group.age_max,
    )


def question(profile: Profile) -> Question:
    """Return the person's content words, and their gates."""
    box, place = None, profile.place
    if place is not None and profile.max_km is not None:
        high = profile.max_km * SLACK / KM_A_DEGREE
        wide = high / cos(radians(place.latitude))
        box = (place.latitude - high, place.latitude + high, place.longitude - wide, place.longitude + wide)
    said = dict.fromkeys(re.findall(r"[a-z]{2,}", profile.text.casefold().replace("'", "")))
    words = tuple(word for word in said if word not in ENGLISH_STOP_WORDS and word not in ASKING)
    return Question(words=words or tuple(said), box=box, mode=profile.mode, price=profile.price_limit, age=profile.age)


def lots(groups: Iterable[ListedGroup], taxonomy: Taxonomy) -> Iterator[list[Row]]:
    """Yield rows by the thousand."""
    lot: list[Row] = []
    for group in groups:
        lot.append(row(group, taxonomy))
        if len(lot) == LOT:
            yield lot
            lot = []
    if lot:
        yield lot


class Fts5:
    """SQLite FTS5: porter stems, `rank`, the gates in a table beside it.

    The optimised index, the memory map and the order by `rank` are the advice of SQLite's own pages on FTS5. `rank`
    scores every row that shares a word before any gate; with a box it is four times as fast to score what is left after
    the gates, so that is what it does then.
    """

    name = "SQLite FTS5"
    without: str | None = None
    _base: sqlite3.Connection

    def build(self, folder: Path, groups: Iterable[ListedGroup], taxonomy: Taxonomy) -> None:
        base = sqlite3.connect(folder / "fts5.sqlite")
        base.executescript(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
            "CREATE VIRTUAL TABLE listing USING fts5(words, content='', tokenize='porter unicode61');"
            "CREATE TABLE gate(id INTEGER PRIMARY KEY, latitude REAL, longitude REAL, in_person INT, remote INT,"
            " price INT, low INT, high INT);"
        )
        for lot in lots(groups, taxonomy):
            base.executemany("INSERT INTO listing(rowid, words) VALUES (?, ?)", ((r.number, r.words) for r in lot))
            base.executemany("INSERT INTO gate VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (self._gate(r) for r in lot))
        base.execute("INSERT INTO listing(listing) VALUES ('optimize')")
        base.commit()
        base.execute("ANALYZE")
        base.commit()
        base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        base.close()

    @staticmethod
    def _gate(r: Row) -> tuple[Any, ...]:
        return (r.number, r.latitude, r.longitude, r.in_person, r.remote, r.price, r.low, r.high)

    def open(self, folder: Path, taxonomy: Taxonomy) -> None:
        self._base = sqlite3.connect(folder / "fts5.sqlite", check_same_thread=False)
        self._base.executescript("PRAGMA mmap_size = 4294967296; PRAGMA cache_size = -65536;")

    def size(self, folder: Path) -> float:
        return written(folder)

    def read(self, profile: Profile) -> tuple[str, list[Any]]:
        asked = question(profile)
        tests, values = self._tests(asked)
        sql = f"SELECT gate.id FROM listing CROSS JOIN gate ON gate.id = listing.rowid WHERE listing MATCH ?{tests}"  # noqa: S608
        order = "listing.rank" if asked.box is None else "bm25(listing)"
        return f"{sql} ORDER BY {order} LIMIT {TOP}", [" OR ".join(f'"{word}"' for word in asked.words), *values]

    @staticmethod
    def _tests(asked: Question) -> tuple[str, list[Any]]:
        tests = ""
        values: list[Any] = []
        if asked.mode is not None:
            tests += " AND in_person" if asked.mode == "in_person" else " AND remote"
        if asked.box is not None:
            tests += " AND (remote OR latitude BETWEEN ? AND ? AND longitude BETWEEN ? AND ?)"
            values += asked.box
        if asked.price is not None:
            tests += " AND price <= ?"
            values.append(asked.price)
        if asked.age is not None:
            tests += " AND low <= ? AND high >= ?"
            values += [asked.age, asked.age]
        return tests, values

    def ask(self, person: Any) -> list[int]:
        return [found[0] for found in self._base.execute(*person)]

    def edit(self, folder: Path, old: ListedGroup, new: ListedGroup, taxonomy: Taxonomy) -> None:
        base, was, held = self._base, row(old, taxonomy), row(new, taxonomy)
        gone = "INSERT INTO listing(listing, rowid, words) VALUES ('delete', ?, ?)"
        base.execute(gone, (was.number, was.words))
        base.execute("INSERT INTO listing(rowid, words) VALUES (?, ?)", (held.number, held.words))
        base.execute("INSERT OR REPLACE INTO gate VALUES (?, ?, ?, ?, ?, ?, ?, ?)", self._gate(held))
        base.commit()


class Tantivy:
    """tantivy: English stems, word frequencies without positions, gates as range queries on fast fields."""

    name = "tantivy"
    without: str | None = None

    def __init__(self) -> None:
        self._writer: Any = None  # stays open from one edit to the next
        try:
            self._made: Any = import_module("tantivy")
        except ImportError:
            self.without = "pip install 'kith[bench]' brings it"

    def build(self, folder: Path, groups: Iterable[ListedGroup], taxonomy: Taxonomy) -> None:
        made = self._made.SchemaBuilder()
        made.add_text_field("words", tokenizer_name="en_stem", index_option="freq")
        for name in ("latitude", "longitude"):
            made.add_float_field(name, fast=True)
        for name in ("number", "price", "low", "high"):
            made.add_integer_field(name, fast=True, indexed=name == "number")
        for name in ("in_person", "remote"):
            made.add_boolean_field(name, indexed=True, fast=True)
        index = self._made.Index(made.build(), path=str(folder))
        writer = index.writer(heap_size=512_000_000, num_threads=1)
        for lot in lots(groups, taxonomy):
            for held in lot:
                writer.add_document(self._document(held))
        writer.commit()
        writer.wait_merging_threads()

    def _document(self, held: Row) -> Any:
        found = self._made.Document()
        found.add_text("words", held.words)
        for name in ("number", "price", "low", "high"):
            found.add_integer(name, getattr(held, name))
        for name in ("in_person", "remote"):
            found.add_boolean(name, getattr(held, name))
        if held.latitude is not None and held.longitude is not None:
            found.add_float("latitude", held.latitude)
            found.add_float("longitude", held.longitude)
        return found

    def open(self, folder: Path, taxonomy: Taxonomy) -> None:
        self._index = self._made.Index.open(str(folder))
        self._searcher = self._index.searcher()

    def size(self, folder: Path) -> float:
        return written(folder)

    def read(self, profile: Profile) -> Any:
        return question(profile)

    def ask(self, person: Any) -> list[int]:
        query = self._index.parse_query(" ".join(person.words), ["words"])
        must = self._made.Occur.Must
        whole = self._made.Query.boolean_query([(must, query), *((must, gate) for gate in self._gates(person))])
        hits = self._searcher.search(whole, limit=TOP, count=False).hits
        return self._searcher.fast_field_values("number", [place for _, place in hits])  # type: ignore[no-any-return]

    def _gates(self, asked: Question) -> Iterator[Any]:
        query, schema, kinds = self._made.Query, self._index.schema, self._made.FieldType
        if asked.mode is not None:
            yield query.term_query(schema, "in_person" if asked.mode == "in_person" else "remote", True)  # noqa: FBT003
        if asked.box is not None:
            south, north, west, east = asked.box
            high = query.range_query(schema, "latitude", kinds.Float, south, north)
            wide = query.range_query(schema, "longitude", kinds.Float, west, east)
            yield high.and_must_match(wide).or_should_match(query.term_query(schema, "remote", True))  # noqa: FBT003
        if asked.price is not None:
            yield query.range_query(schema, "price", kinds.Integer, None, asked.price)
        if asked.age is not None:
            yield query.range_query(schema, "low", kinds.Integer, None, asked.age)
            yield query.range_query(schema, "high", kinds.Integer, asked.age, None)

    def edit(self, folder: Path, old: ListedGroup, new: ListedGroup, taxonomy: Taxonomy) -> None:
        held = row(new, taxonomy)
        writer = self._writer = self._writer or self._index.writer(heap_size=15_000_000, num_threads=1)
        writer.delete_documents_by_term("number", held.number)
        writer.add_document(self._document(held))
        writer.commit()

    def fresh(self) -> None:
        """Look at the files again: a searcher sees what was committed before it was made."""
        self._index.reload()
        self._searcher = self._index.searcher()
