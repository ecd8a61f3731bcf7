"""Reads the catalogue for the index, in short sessions of its own; never writes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.catalog import queries
from service.catalog.shown import Latest
from service.catalog.terms import queries as terms
from service.catalog.views import ListedGroup
from service.catalog.words.overlay import Change


class CatalogSource:
    """The catalogue as the index reads it.

    Parameters
    ----------
    engine : callable
        Gives the engine; called at each use, so that a process may fork before its first connection.
    now : callable
        Gives the instant; handed in, never asked here.
    latest : Latest or None
        Tells the number of the catalogue's last change; None: it is read each time.
    """

    def __init__(self, engine: Callable[[], Engine], now: Callable[[], datetime], latest: Latest | None = None) -> None:
        self._engine = engine
        self._now = now
        self._latest = latest

    def sequence(self) -> int:
        """Return the number of the catalogue's last change."""
        if self._latest is not None:
            return self._latest.number()[0]
        with Session(self._engine()) as session:
            return queries.catalog_sequence(session)

    def everything(self) -> Iterator[ListedGroup]:
        """Return every group that search may show."""
        with Session(self._engine()) as session:
            for group in queries.iter_searchable(session, today=self._now().date()):
                if group.joinable:
                    yield group

    def changed_since(self, sequence: int) -> tuple[Mapping[str, int], Sequence[ListedGroup]]:
        """Return the ids of all groups changed since with the number of their last change, and those among them that
        search may show.
        """
        with Session(self._engine()) as session:
            numbers = queries.changed_since(session, sequence)
            found = queries.iter_searchable(session, today=self._now().date(), ids=tuple(numbers))
            return {str(key): number for key, number in numbers.items()}, [group for group in found if group.joinable]

    def listed(self) -> frozenset[str]:
        """Return the ids of all groups that are published."""
        with Session(self._engine()) as session:
            return frozenset(str(group_id) for group_id in queries.listed_ids(session))

    def words_number(self) -> int:
        """Return the number of the last act of an editor on the taxonomy; 0: there was none."""
        with Session(self._engine()) as session:
            return terms.last_number(session)

    def words_changes(self) -> tuple[int, tuple[Change, ...]]:
        """Return every act of an editor on the taxonomy, with the number of the last."""
        with Session(self._engine()) as session:
            return terms.last_number(session), terms.changes(session)
