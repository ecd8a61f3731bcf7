"""Which migration the tables are at, and which is the newest: told without the library that runs migrations.

/readyz asks this, and a start would take a tenth longer if it loaded that library too.
"""

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect

TABLE = "alembic_version"
VERSIONS = Path(__file__).parent / "migrations" / "versions"


def current(engine: Engine) -> str | None:
    """Return the revision the tables are at, None for an empty database."""
    with engine.connect() as connection:
        return seen(connection)


def seen(connection: Connection) -> str | None:
    """Return the same as one connection sees it."""
    if not inspect(connection).has_table(TABLE):
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if found is None else str(found)


def head() -> str:
    """Return the newest revision: the number that the last file begins with."""
    return max(path.name.partition("_")[0] for path in VERSIONS.glob("[0-9]*_*.py"))
