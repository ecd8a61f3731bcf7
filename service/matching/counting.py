"""How often something was asked for: a store of its own, which keeps no word and no id and shows nothing below ten.

On SQLite the counts have a small file of their own, so that they never wait for the main writer; on PostgreSQL the
table of the main database. A count that cannot be kept is lost, and nobody waits for it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import Date, Engine, bindparam, create_engine, text
from sqlalchemy.schema import CreateTable

from service.db.engine import OPTIONS, prepare
from service.matching.answer import Answer
from service.matching.models import AskedCount

LEAST = 10  # searches: fewer are told to nobody
LEAST_DAYS = 3  # on which they came, so that nobody who tries ten times in an evening is told of
KEPT_DAYS = 396  # thirteen months
MOST_TERMS = 5  # counted of one search
FACET = "activity."  # what people like to do; nothing that is true of them is counted
ADD = text(
    "INSERT INTO asked_count (day, area, term, outcome, n) VALUES (:day, :area, :term, :outcome, 1) "
    "ON CONFLICT (day, area, term, outcome) DO UPDATE SET n = asked_count.n + 1"
).bindparams(bindparam("day", type_=Date))
UNMET = text(
    "SELECT area, term, SUM(n) AS asked FROM asked_count WHERE outcome = 'none' AND day >= :since "
    "GROUP BY area, term HAVING SUM(n) >= :least AND COUNT(DISTINCT day) >= :days "
    "ORDER BY asked DESC, area, term LIMIT :most"
).bindparams(bindparam("since", type_=Date))
FORGET = text("DELETE FROM asked_count WHERE day < :before").bindparams(bindparam("before", type_=Date))


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmet:
    """What at least ten searches asked for in one district and did not find."""

    area: str
    term: str
    asked: int


class Counts:
    """The counts of one installation.

    Parameters
    ----------
    engine : Engine
        Where the table `asked_count` is; see `open_counts`.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(writes=True)

    def add(self, *, day: date, area: str, terms: Iterable[str], outcome: str) -> None:
        """Count one search under each of its terms."""
        rows = [{"day": day, "area": area, "term": term, "outcome": outcome} for term in terms]
        if rows:
            with self._engine.begin() as connection:
                connection.execute(ADD, rows)

    def unmet(self, *, since: date, most: int = 200) -> tuple[Unmet, ...]:
        """Return what was asked for and not found, most first; whatever is below ten never leaves the store."""
        asked = {"since": since, "least": LEAST, "days": LEAST_DAYS, "most": most}
        with self._engine.connect() as connection:
            rows = connection.execute(UNMET, asked).all()
        return tuple(Unmet(area=area, term=term, asked=int(n)) for area, term, n in rows)

    def forget_old(self, *, today: date) -> int:
        """Remove counts that are older than thirteen months; returns how many rows they were."""
        with self._engine.begin() as connection:
            return connection.execute(FORGET, {"before": today - timedelta(days=KEPT_DAYS)}).rowcount

    def close(self) -> None:
        """Let go of the connections."""
        self._engine.dispose()


def open_counts(*, database_url: str, data_folder: Path) -> Counts:
    """Open the counts that belong to a main database; on SQLite make their file when it is missing."""
    if not database_url.startswith("sqlite"):
        engine = create_engine(database_url, pool_size=1, **OPTIONS)
        prepare(engine)
        return Counts(engine)
    data_folder.mkdir(parents=True, exist_ok=True)
    engine = create_engine(f"sqlite:///{data_folder / 'counts.sqlite'}", **OPTIONS)
    prepare(engine)
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(CreateTable(AskedCount.__table__, if_not_exists=True))  # type: ignore[arg-type]
    engine.dispose()  # a connection must not be carried into a worker that is forked later
    return Counts(engine)


def terms_of(interests: Iterable[str], answer: Answer) -> tuple[str, ...]:
    """Return what a search was for, as codes: chosen interests first, then what was read from its words."""
    wished = (*interests, *(wish.code for wish in answer.understood))
    return tuple(dict.fromkeys(code for code in wished if code.startswith(FACET)))[:MOST_TERMS]


def outcome_of(answer: Answer) -> str:
    """Return what became of a search: `found` with three good groups, `few` with less, `none` with none that fits."""
    good = 0 if answer.nothing_fits else sum(match.fit != "weak" for match in answer.matches)
    return "found" if good >= 3 else "few" if good else "none"
