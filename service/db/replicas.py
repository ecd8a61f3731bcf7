"""Copies of the database that only read (PostgreSQL's streaming replicas): whether one is fit to be read from now.

How late a copy is follows from where the main database's log had come and where the copy has come in it, by this
process's own clock that never goes back. Neither the clocks of servers nor an idle main database can deceive that. A
look happens beside the requests and only where there are some; on a look that is too old nobody relies.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import Engine, NullPool, create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from service import metrics
from service.db import failing
from service.db.engine import OPTIONS, prepare
from service.errors import NotFound

T = TypeVar("T")
AWAY, LATE, NO_REPLICA, CUT_OFF, UNKNOWN = "away", "late", "no_replica", "cut_off", "unknown"
LOOK_S = 1.0  # seconds between two looks
ALONE_S = 600.0  # seconds that a copy which was up to date is good for while the main database is away
REACH_S = 2  # for a connection to a copy: there is another to read from
REMEMBERED = 120  # looks
CHOSEN = "kith_chosen"  # in the session's own notes
READS_ONLY = {"postgresql_readonly": True}
CAME_TO = text("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')")
STANDS = text(
    "SELECT pg_is_in_recovery(), pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0'), "
    "EXISTS (SELECT 1 FROM pg_stat_wal_receiver WHERE pid IS NOT NULL), "
    "EXTRACT(EPOCH FROM now() - pg_last_xact_replay_timestamp())"
)
_log = logging.getLogger("kith")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one copy stands, as an operator is told: `code` is '' where all is well; `late_s` None: it does not say."""

    number: int
    code: str
    late_s: float | None


class Replica:
    """One copy. Threads may share it.

    Parameters
    ----------
    number : int
        By which an operator knows it: its place among the settings.
    url : str
    primary : callable
        Gives the main database's engine; called at each use, so that a process may fork before its first connection.
    most_late_s : float
        Seconds.
    """

    def __init__(self, number: int, url: str, primary: Callable[[], Engine], most_late_s: float) -> None:
        self.number = number
        self.engine = make(url)
        self._primary = primary
        self._most_late_s = most_late_s
        self._came_to: deque[tuple[int, float]] = deque(maxlen=REMEMBERED)  # where the log was, and when it was asked
        self._as_of = float("-inf")  # the copy holds all that was committed before
        self._alone = False  # the main database did not answer at the last look
        self._why = UNKNOWN
        self._looked_at = float("-inf")
        self._looking = threading.Lock()

    def is_fit(self) -> bool:
        """Whether it may be read from. Never waits: where it is time to look again, that is done beside."""
        now = time.monotonic()
        if now - self._looked_at >= LOOK_S and self._looking.acquire(blocking=False):
            try:
                threading.Thread(target=self._look, name=f"replica-{self.number}", daemon=True).start()
            except RuntimeError:  # no thread can be had now
                self._looking.release()
        return not self._why and self._late_s(now) <= self._most_late_s

    def leave_out(self, why: str = AWAY) -> None:
        """Read from it no more until a look finds it fit."""
        self._says(why)

    def look(self) -> None:
        """Look at it now."""
        with self._looking:
            self._looked()

    def _look(self) -> None:
        try:
            self._looked()
        finally:
            self._looking.release()

    def _looked(self) -> None:
        began = time.monotonic()
        try:
            self._ask_primary(began)
            self._says(self._asked())
        finally:
            self._looked_at = time.monotonic()

    def _ask_primary(self, began: float) -> None:
        try:
            with self._primary().connect() as connection:
                came_to = int(connection.scalar(CAME_TO) or 0)
        except SQLAlchemyError:
            self._alone = True
            return
        self._alone = False
        if self._came_to and came_to < self._came_to[-1][0]:  # another server has become the main one
            self._came_to.clear()
            self._as_of = float("-inf")
        self._came_to.append((came_to, began))

    def _asked(self) -> str:
        """Ask the copy how far it is; return why it is not fit, or ''."""
        try:
            with self.engine.connect() as connection:
                is_replica, stands, receives, _ = connection.execute(STANDS).one()
        except SQLAlchemyError:
            return AWAY
        if not is_replica or stands is None:
            return NO_REPLICA
        held = [asked_at for came_to, asked_at in self._came_to if came_to <= stands]
        self._as_of = max([self._as_of, *held])
        if not (receives or self._alone):
            return CUT_OFF
        return LATE if self._late_s(time.monotonic()) > self._most_late_s else ""

    def _late_s(self, now: float) -> float:
        """Return how late it may be at most. While the main database is away nothing new can be missing."""
        asked_at = self._came_to[-1][1] if self._came_to else float("-inf")
        alone = self._alone and now - asked_at <= ALONE_S
        return (asked_at if alone else now) - self._as_of

    def _says(self, why: str) -> None:
        if why == self._why:
            return
        self._why = why
        if why:
            metrics.replica("left_out")
            _log.warning("a replica is not read from", extra={"check": f"replica {self.number}", "code": why})
        else:
            _log.info("a replica is read from", extra={"check": f"replica {self.number}"})


class Replicas:
    """The copies of one installation.

    Parameters
    ----------
    replicas : sequence of Replica
    newest : callable
        The number of the catalogue's last change by the main database; may raise what that raises.
    number : callable
        The same, as the database of a session has it.
    """

    def __init__(
        self, replicas: Sequence[Replica], newest: Callable[[], int], number: Callable[[Session], int]
    ) -> None:
        self._replicas = tuple(replicas)
        self._newest = newest
        self._number = number
        self._turn = 0

    def read(self, session: Session, work: Callable[[], T]) -> T:
        """Do what only reads, on a copy if one is fit; what a copy cannot tell, the main database is asked."""
        chosen = session.info[CHOSEN] = Chosen(self)
        try:
            return work()
        except (SQLAlchemyError, NotFound) as error:
            if chosen.replica is None or not self._was_its_fault(chosen.replica, error):
                raise
        finally:
            session.info.pop(CHOSEN, None)
        session.rollback()
        return work()

    def choose(self) -> Replica | None:
        """Return a copy to read from, in turn."""
        self._turn = (self._turn + 1) % len(self._replicas)
        fit = [one for one in (*self._replicas[self._turn :], *self._replicas[: self._turn]) if one.is_fit()]
        newest = self._newest() if fit else 0
        for one in fit:
            try:
                if self.number_in(one) == newest:
                    metrics.replica("read")
                    return one
                metrics.replica("behind")
            except SQLAlchemyError as error:
                self._was_its_fault(one, error)
        return None

    def number_in(self, one: Replica) -> int:
        """Return the number of the catalogue's last change that a copy has. Raises what it raises."""
        with Session(one.engine) as session:
            return self._number(session)

    def look(self) -> None:
        """Look at every one now."""
        for one in self._replicas:
            one.look()

    def close(self) -> None:
        """Let go of the connections."""
        for one in self._replicas:
            one.engine.dispose()

    @staticmethod
    def _was_its_fault(one: Replica, error: Exception) -> bool:
        if isinstance(error, SQLAlchemyError):
            if failing.meaning(error) is None:
                return False
            one.leave_out()
        metrics.replica("asked_again")
        return True


class Chosen:
    """What one request reads from, decided when it first reads anything."""

    def __init__(self, replicas: Replicas) -> None:
        self._replicas = replicas
        self._decided = False
        self.replica: Replica | None = None

    def engine(self) -> Engine | None:
        """Return a copy's engine; None: the main database is read."""
        if not self._decided:
            self._decided = True
            self.replica = self._replicas.choose()
        return None if self.replica is None else self.replica.engine


class Routed(FlaskSession):
    """A session that reads from a copy where the request was found to be one that may."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Any:
        """Return where the next statement goes."""
        return copied(self) or super().get_bind(*args, **kwargs)


def copied(session: Session) -> Engine | None:
    """Return the copy that this session reads from; None: it is the main database."""
    chosen = session.info.get(CHOSEN)
    return chosen.engine() if isinstance(chosen, Chosen) else None


def write(session: Session) -> None:
    """Have everything from now on come from the main database: somebody is about to write, and sees it."""
    session.info.pop(CHOSEN, None)


def make(url: str, **options: Any) -> Engine:
    """Return an engine that can only read."""
    found = create_engine(
        url, **OPTIONS, **options, connect_args={"connect_timeout": REACH_S}, execution_options=READS_ONLY
    )
    prepare(found)
    return found


def seen(primary: Engine, urls: Sequence[str], *, most_late_s: float) -> list[Standing]:
    """Look at each copy once, from outside what answers people. How late is then told by the servers' own clocks."""
    with primary.connect() as connection:
        came_to = int(connection.scalar(CAME_TO) or 0) if urls else 0
    return [_seen(number, url, came_to, most_late_s) for number, url in enumerate(urls, 1)]


def _seen(number: int, url: str, came_to: int, most_late_s: float) -> Standing:
    engine = make(url, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            is_replica, stands, receives, since = connection.execute(STANDS).one()
    except SQLAlchemyError:
        return Standing(number=number, code=AWAY, late_s=None)
    if not is_replica or stands is None:
        return Standing(number=number, code=NO_REPLICA, late_s=None)
    late_s = 0.0 if stands >= came_to else None if since is None else max(0.0, float(since))
    code = CUT_OFF if not receives else LATE if late_s is None or late_s > most_late_s else ""
    return Standing(number=number, code=code, late_s=late_s)
