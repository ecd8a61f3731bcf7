"""One process of all machines at a time: a lock that the database keeps, and lets go of when its holder dies."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

INDEX = 2_026_097  # who makes the search index; any number will do that nothing else here takes
LONGEST_WAIT_S = 900.0  # for a process that is taken for stuck after that
STEP_S = 0.25
TAKE, LET_GO = text("SELECT pg_try_advisory_lock(:number)"), text("SELECT pg_advisory_unlock(:number)")


@contextmanager
def alone(engine: Engine, number: int) -> Iterator[None]:
    """Hold the lock of this number, on a line of its own; PostgreSQL only. Raises what the database raises.

    Whoever waited too long goes on without it: they have to answer somebody.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as line:
        until = time.monotonic() + LONGEST_WAIT_S
        while not (held := bool(line.scalar(TAKE, {"number": number}))) and time.monotonic() < until:
            time.sleep(STEP_S)
        try:
            yield
        finally:
            if held:
                with suppress(SQLAlchemyError):  # the line is lost, and the lock with it
                    line.execute(LET_GO, {"number": number})
