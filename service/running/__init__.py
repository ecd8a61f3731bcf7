"""How this installation runs: what its operator sees on the page, in the metrics and by `kith jobs list`. Reads only.

Counts are of the whole: how long a queue is, never whose message waits in it.
"""

import os
import platform
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from service.accounts import runs
from service.accounts.models import SignedInSession
from service.backups import places
from service.config import Settings
from service.db import replicas as copies
from service.db import version as schema
from service.db.replicas import Standing
from service.jobs import DONE, JOBS
from service.matching.index import generation
from service.notifications import queue
from service.notifications.queue import Stuck

LEAST_FREE = 0.1  # of the disk: below, backups and the index soon have no room
LEAST_FREE_BYTES = 1_000_000_000
OVERDUE = timedelta(minutes=15)  # a job that nobody began when its time came
LIBRARIES = ("flask", "sqlalchemy", "gunicorn", "cryptography", "numpy", "onnxruntime", "prometheus-client")


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSeen:
    """One job: how its last run went, and when the next comes.

    `next_at` is the earliest time; a job that `waits` runs only when there is something to do.
    """

    name: str
    every: timedelta
    waits: bool
    began: datetime | None
    lasted: timedelta | None
    outcome: str | None  # done, or the class of what went wrong; None: never ended
    count: int
    failures: int
    succeeded_at: datetime | None
    next_at: datetime
    running: bool
    asked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """The outbox as a whole."""

    states: dict[str, int]
    oldest_due: datetime | None
    last_sent: datetime | None
    waiting: Sequence[Stuck]
    given_up: Sequence[Stuck]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexSeen:
    """The published search index."""

    sequence: int
    groups: int
    written_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """Room on the disk, in bytes."""

    free: int
    whole: int
    database: int | None
    parts: Sequence[tuple[str, int]]  # of the data folder, largest first

    @property
    def is_low(self) -> bool:
        """Whether somebody should make room."""
        return self.free < LEAST_FREE_BYTES or self.free < self.whole * LEAST_FREE


def job_list(session: Session, *, now: datetime) -> list[JobSeen]:
    """Return every job, in the order in which they run."""
    known = runs.known(session)
    seen = []
    for job in JOBS:
        row = known.get(job.name)
        began, ended = (row.started_at, row.finished_at) if row else (None, None)
        seen.append(
            JobSeen(
                name=job.name,
                every=job.every,
                waits=job.waits is not None,
                began=began,
                lasted=ended - began if began and ended else None,
                outcome=row.outcome if row and ended else None,
                count=row.done if row else 0,
                failures=row.failures if row else 0,
                succeeded_at=row.succeeded_at if row else None,
                next_at=runs.next_at(row, every=job.every, now=now),
                running=bool(row and ended is None and row.claimed_until and row.claimed_until > now),
                asked=bool(row and row.asked_at),
            )
        )
    return seen


def mail(session: Session, *, now: datetime) -> Mail:
    """Return how the outbox stands."""
    return Mail(
        states=queue.by_state(session),
        oldest_due=queue.oldest_due(session, now=now),
        last_sent=queue.last_sent(session),
        waiting=queue.waiting_again(session),
        given_up=queue.given_up_lately(session, now=now),
    )


def index(settings: Settings) -> IndexSeen | None:
    """Return what is published to search in; None: nothing that can be used."""
    told = generation.told(settings.index_folder)
    if told is None:
        return None
    at = datetime.fromtimestamp(told.written_at, UTC)
    return IndexSeen(sequence=told.sequence, groups=told.groups, written_at=at)


def storage(engine: Engine, settings: Settings) -> Storage:
    """Return how much room there is, and what takes it."""
    folder = settings.data_folder
    there = next(path for path in (folder, *folder.parents) if path.is_dir())  # nothing may have been written yet
    whole, _, free = shutil.disk_usage(there)
    sizes = ((path.name, _size(path)) for path in (folder.iterdir() if there == folder else ()))
    parts = sorted(sizes, key=lambda one: (-one[1], one))
    return Storage(free=free, whole=whole, database=database_bytes(engine), parts=[one for one in parts if one[1]])


def database_bytes(engine: Engine) -> int | None:
    """Return how large the database is; None where it does not say."""
    if engine.dialect.name == "sqlite":
        file = Path(str(engine.url.database))
        return sum(_size(file.with_name(file.name + end)) for end in ("", "-wal"))
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            return int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0)
    return None


def replicas(engine: Engine, settings: Settings) -> list[Standing]:
    """Return how each copy of the database stands that the public's pages may be read from."""
    return copies.seen(engine, settings.replica_urls, most_late_s=settings.replica_late_s)


def sessions_open(session: Session, *, now: datetime) -> int:
    """Return how many browsers are signed in, of all who work here together."""
    live = select(func.count()).where(SignedInSession.ended_at.is_(None), SignedInSession.ends_at > now)
    return session.scalar(live.select_from(SignedInSession)) or 0


def versions(engine: Engine) -> dict[str, str]:
    """Return what runs here, by name."""
    told = {"kith": own_version(), "schema": schema.current(engine) or "", "python": platform.python_version()}
    with engine.connect() as connection:
        one = "SELECT sqlite_version()" if engine.dialect.name == "sqlite" else "SHOW server_version"
        told[engine.dialect.name] = str(connection.scalar(text(one)))
    return told | {name: _version(name) for name in LIBRARIES}


def last_backup(settings: Settings, *, now: datetime) -> timedelta | None:
    """Return how long ago the last backup that counts was made; None where there is none."""
    return places.newest_age(settings.backups_folder, now)


def troubles(session: Session, engine: Engine, settings: Settings, *, now: datetime) -> dict[str, tuple[str, ...]]:
    """Return what wants somebody and no check of /readyz tells: a code, and what it is about."""
    seen = job_list(session, now=now)
    found: dict[str, tuple[str, ...]] = {}
    failing = tuple(one.name for one in seen if one.failures and one.outcome != DONE)
    overdue = tuple(one.name for one in seen if late_by(one, now) > OVERDUE)
    if failing:
        found["jobs_failing"] = failing
    if overdue:
        found["jobs_overdue"] = overdue
    if index(settings) is None:
        found["no_index"] = ()
    if storage(engine, settings).is_low:
        found["disk_low"] = ()
    if left_out := tuple(str(one.number) for one in replicas(engine, settings) if one.code):
        found["replica_left_out"] = left_out
    return found


def late_by(one: JobSeen, now: datetime) -> timedelta:
    """Return how late a job is that should have begun again; one that waits for something is never late."""
    if one.began is None or one.running or one.waits:
        return timedelta(0)
    return max(now - one.began - one.every, timedelta(0))


def own_version() -> str:
    """Return which Kith this is."""
    return _version("kith")


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _size(path: Path) -> int:
    """Return the bytes of a file, or of all files in a folder; what goes away meanwhile counts nothing."""
    try:
        if not path.is_dir():
            return path.stat().st_size
        return sum(_size(Path(entry.path)) for entry in os.scandir(path) if not entry.is_symlink())
    except OSError:
        return 0
