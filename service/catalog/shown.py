"""The groups that pages show, kept as plain values until they change: what most pages ask most.

A search names ten groups, and reading each with all its parts takes nine statements and half of the page's time. What
was read once is good until the catalogue's number says otherwise, which every writer raises (`operations.touch`). While
the database is away, the last number that was told counts on for a few minutes: whoever searches finds.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import date
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from service.catalog import queries
from service.catalog.views import GroupView
from service.db import failing
from service.db.replicas import copied
from service.errors import Unavailable

MOST = 4000  # groups in one process: some forty megabytes
AWAY_S = 600.0  # seconds that what was told last is good for while the database is away
ASK_AGAIN_S = 2.0  # seconds between two tries to reach it then


class Latest:
    """The number of the catalogue's last change, and whether the database told it just now.

    Parameters
    ----------
    engine : callable
        Gives the engine; called at each use, so that a process may fork before its first connection.
    """

    def __init__(self, engine: Callable[[], Engine]) -> None:
        self._engine = engine
        self._told: tuple[int, float] | None = None  # and when, by the clock that never goes back
        self._failed_at = float("-inf")

    def number(self) -> tuple[int, bool]:
        """Return the number, and whether it is told now. Raises what the database raises, when that lasts."""
        began = time.monotonic()
        told = self._told
        if told is not None and began - self._failed_at < ASK_AGAIN_S and began - told[1] < AWAY_S:
            return told[0], False
        try:
            with Session(self._engine()) as session:
                number = queries.catalog_sequence(session)
        except SQLAlchemyError as error:
            if failing.meaning(error) != failing.AWAY or told is None or began - told[1] >= AWAY_S:
                raise
            self._failed_at = time.monotonic()
            return told[0], False
        self._told, self._failed_at = (number, began), float("-inf")
        return number, True


class Shown:
    """Groups as the public sees them. Threads may share it."""

    def __init__(self, latest: Latest) -> None:
        self._latest = latest
        self._changing = threading.Lock()
        self._held: OrderedDict[UUID, GroupView] = OrderedDict()
        self._as_of: tuple[int, date] | None = None

    def groups(self, session: Session, ids: Collection[UUID], *, today: date) -> dict[UUID, GroupView]:
        """Return the groups of these ids that may be seen, with all their parts.

        Raises
        ------
        Unavailable
            `not_ready`: the database is away, and not all of them are known by heart.
        """
        number, live = self._latest.number()
        if not live and copied(session) is None:
            with suppress(SQLAlchemyError):
                session.rollback()
            found = self._known(ids) if self._as_of == (number, today) else {}
            if len(found) < len(set(ids)):
                raise Unavailable(failing.AWAY)
            return found
        if self._as_of != (number, today):
            self._forget_changed(session, number, today)
        found = self._known(ids)
        if missing := set(ids) - found.keys():
            same = queries.catalog_sequence(session) == number  # else the session reads an earlier state than was told
            read = queries.load_groups(session, missing, today=today)
            if same:
                self._keep(read, (number, today))
            found |= read
        return found

    def _known(self, ids: Collection[UUID]) -> dict[UUID, GroupView]:
        with self._changing:
            found = {one: self._held[one] for one in ids if one in self._held}
            for one in found:
                self._held.move_to_end(one)
            return found

    def _keep(self, read: dict[UUID, GroupView], as_of: tuple[int, date]) -> None:
        with self._changing:
            if self._as_of != as_of:  # another thread has seen a later change
                return
            self._held.update(read)
            while len(self._held) > MOST:
                self._held.popitem(last=False)

    def _forget_changed(self, session: Session, number: int, today: date) -> None:
        """Forget what changed since; everything, where some change left no row behind or it is another day."""
        before = self._as_of
        changed, whole = dict[UUID, int](), False
        if before is not None and before[1] == today and before[0] < number:
            changed = queries.changed_since(session, before[0])
            whole = set(range(before[0] + 1, number + 1)) <= set(changed.values())
        with self._changing:
            if self._as_of != before:
                return  # another thread did it
            if whole:
                for one in changed:
                    self._held.pop(one, None)
            else:
                self._held.clear()
            self._as_of = (number, today)
