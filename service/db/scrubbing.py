"""Making sure that what was erased is gone from the database's own files too."""

import sqlite3
from contextlib import closing

from sqlalchemy import Connection, Engine, MetaData
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import PoolProxiedConnection

from service.db.classes import Class, kept_of

LONGEST_WAIT = 5  # seconds for a table that is in use
TELLS = frozenset({Class.PERSONAL, Class.HEALTH})


def scrub(engine: Engine, metadata: MetaData) -> bool:
    """Rewrite the tables that tell of somebody without what was erased; False: somebody was in the way, so try later.

    On SQLite erased cells are overwritten at once (`secure_delete`); what is left to do is to rewrite the pages they
    stood in, and to empty the write-ahead log, which still holds those pages as they were. On PostgreSQL the tables are
    written anew; its log is given back after the next checkpoint, and an archive of that log keeps what it was given.
    """
    try:
        if engine.dialect.name == "sqlite":
            with closing(engine.raw_connection()) as connection:
                return _scrub_file(connection)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as server:
            _scrub_tables(server, metadata)
            return True
    except (sqlite3.OperationalError, OperationalError):  # somebody was writing for longer than one waits
        return False


def _scrub_file(connection: PoolProxiedConnection) -> bool:
    cursor = connection.cursor()  # the driver begins no transaction by itself: see engine.py
    cursor.execute("VACUUM")
    busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    cursor.close()
    return bool(busy == 0)


def _scrub_tables(connection: Connection, metadata: MetaData) -> None:
    quote = connection.dialect.identifier_preparer.format_table
    connection.exec_driver_sql(f"SET lock_timeout = '{LONGEST_WAIT}s'")
    try:
        for table in metadata.sorted_tables:
            kept = kept_of(table)
            if kept is not None and TELLS & set(kept.classes.values()) and kept.kind != "audit":
                connection.exec_driver_sql(f"VACUUM FULL {quote(table)}")
    finally:
        connection.exec_driver_sql("RESET lock_timeout")
