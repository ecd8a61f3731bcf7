"""Making sure that what was erased is gone from the database's own files too."""

import sqlite3
from contextlib import closing

from sqlalchemy import Connection, Engine, MetaData, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import PoolProxiedConnection

from service.db.classes import Class, kept_of

LONGEST_WAIT = 5  # seconds for a table that is in use
TELLS = frozenset({Class.PERSONAL, Class.HEALTH})


def scrub(engine: Engine, metadata: MetaData) -> bool:
    """Rewrite the tables that tell of somebody without what was erased; False: somebody was in the way, so try later.

    On SQLite erased cells and freed pages are overwritten at once (`secure_delete`); what is left to do is to give back
    the pages they stood in, and to empty the write-ahead log, which still holds those pages as they were. VACUUM would
    do it for the whole file, listings and all, and whoever writes would wait for that. On PostgreSQL the tables are
    written anew; its log is given back after the next checkpoint, and an archive of that log keeps what it was given.
    """
    try:
        if engine.dialect.name == "sqlite":
            with closing(engine.raw_connection()) as connection:
                return _scrub_file(connection, metadata)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as server:
            _scrub_tables(server, metadata)
            return True
    except (sqlite3.OperationalError, OperationalError):  # somebody was writing for longer than one waits
        return False


def _scrub_file(connection: PoolProxiedConnection, metadata: MetaData) -> bool:
    cursor = connection.cursor()  # the driver begins no transaction by itself: see engine.py
    quote = sqlite.dialect().identifier_preparer.format_table
    cursor.execute("PRAGMA temp_store = MEMORY")
    cursor.execute("PRAGMA foreign_keys = OFF")  # the same rows come back: nothing may go with them
    try:
        for table in _telling(metadata):
            _rewrite(cursor, quote(table))
    finally:
        cursor.execute("PRAGMA foreign_keys = ON")
    busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    cursor.close()
    return bool(busy == 0)


def _rewrite(cursor: DBAPICursor, table: str) -> None:
    """Take every row out and put it in again: each page of the table and of its indexes is overwritten on the way."""
    cursor.execute("BEGIN IMMEDIATE")
    try:
        cursor.execute(f"CREATE TEMP TABLE scrubbed AS SELECT * FROM {table}")  # noqa: S608  # our own table's name
        cursor.execute(f"DELETE FROM {table}")  # noqa: S608
        cursor.execute(f"INSERT INTO {table} SELECT * FROM temp.scrubbed")  # noqa: S608
        cursor.execute("DROP TABLE temp.scrubbed")
        cursor.execute("COMMIT")
    except sqlite3.Error:
        cursor.execute("ROLLBACK")
        raise


def _telling(metadata: MetaData) -> list[Table]:
    """Return the tables that tell of somebody; the record of deeds holds no word of anybody, and stays as it is."""
    found = []
    for table in metadata.sorted_tables:
        kept = kept_of(table)
        if kept is not None and TELLS & set(kept.classes.values()) and kept.kind != "audit":
            found.append(table)
    return found


def _scrub_tables(connection: Connection, metadata: MetaData) -> None:
    quote = connection.dialect.identifier_preparer.format_table
    connection.exec_driver_sql(f"SET lock_timeout = '{LONGEST_WAIT}s'")
    try:
        for table in _telling(metadata):
            connection.exec_driver_sql(f"VACUUM FULL {quote(table)}")
    finally:
        connection.exec_driver_sql("RESET lock_timeout")
