"""A process of its own that records deeds from several threads, some of them undone: see test_audit.py."""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.accounts.permissions import VISITOR
from service.accounts.record import audit
from tests import stores

THREADS = 4
EVERY = 5  # so many deeds, one is undone after it was recorded
_writing = threading.Lock()


class UndoneError(Exception):
    """A deed that fails after it was recorded."""


def deeds(engine: Engine, many: int) -> int:
    """Record so many deeds; return how many were kept."""
    kept = 0
    for number in range(many):
        # As `committing` does: on SQLite the writers of one process queue there first.
        with _writing if engine.dialect.name == "sqlite" else nullcontext():
            try:
                with Session(engine.execution_options(writes=True)) as session, session.begin():
                    audit.record(
                        session, actor=VISITOR, action="try", subject="x", subject_id=uuid4(), now=datetime.now(UTC)
                    )
                    if number % EVERY == 0:
                        raise UndoneError
                kept += 1
            except UndoneError:
                continue
    return kept


def write(url: str, many: int, threads: int = THREADS) -> int:
    """Record from so many threads, `many` deeds each; return how many were kept."""
    with stores.opened(url) as engine, ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(lambda _: deeds(engine, many), range(threads)))


if __name__ == "__main__":
    print(write(sys.argv[1], int(sys.argv[2])))
