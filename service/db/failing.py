"""What a failure of the database means for whoever asked, as a code. Messages are never read to anybody: they quote."""

import sqlite3
from collections.abc import Iterator

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

BUSY, FULL, READ_ONLY, AWAY = "store_busy", "store_full", "store_read_only", "not_ready"

KNOWN: dict[int | str, str] = {
    # SQLite, by the first eight bits of its number: the rest tells more exactly why
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_IOERR: AWAY,
    sqlite3.SQLITE_CORRUPT: AWAY,
    sqlite3.SQLITE_NOTADB: AWAY,
    sqlite3.SQLITE_CANTOPEN: AWAY,
    sqlite3.SQLITE_PERM: AWAY,
    sqlite3.SQLITE_NOMEM: AWAY,
    # PostgreSQL, appendix A: a state, else its class
    "55P03": BUSY,  # lock_not_available
    "57014": BUSY,  # query_canceled: it took longer than a request may
    "40001": BUSY,  # serialization_failure
    "40P01": BUSY,  # deadlock_detected
    "53300": BUSY,  # too_many_connections
    "53100": FULL,  # disk_full
    "25006": READ_ONLY,  # read_only_sql_transaction
    "08": AWAY,
    "53": AWAY,
    "57": AWAY,
    "58": AWAY,
    "XX": AWAY,
}


def meaning(error: SQLAlchemyError) -> str | None:
    """Return what it means that the database failed; None: it did not, the fault is ours."""
    if isinstance(error, PoolTimeoutError):
        return BUSY
    if not isinstance(error, DBAPIError):
        return None
    for code in _codes(error):
        if code in KNOWN:
            return KNOWN[code]
    return AWAY if isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated else None


def exact(error: SQLAlchemyError) -> str:
    """Return the database's own name of a failure, for the log; '' where it has none."""
    original = getattr(error, "orig", None)
    return str(getattr(original, "sqlite_errorname", None) or getattr(original, "sqlstate", None) or "")


def _codes(error: DBAPIError) -> Iterator[int | str]:
    number, state = getattr(error.orig, "sqlite_errorcode", None), getattr(error.orig, "sqlstate", None)
    if isinstance(number, int):
        yield number & 0xFF
    if isinstance(state, str):
        yield from (state, state[:2])
