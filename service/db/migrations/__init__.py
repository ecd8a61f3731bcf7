"""Schema changes, in order: up, down, and whether tables and models agree. Never guesses about data.

Each run is one transaction on SQLite and PostgreSQL alike, so a run that is killed half way leaves the old schema. Of
two at once the second waits and finds nothing to do. People go on working meanwhile: a run that would have them wait
behind it for a table gives all of its own up and comes again.
"""

import time
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from service.db import Base, failing
from service.errors import Unavailable

HERE = Path(__file__).parent
ALONE = "SELECT pg_advisory_xact_lock(5204417280)"  # any number, always the same
# Less than the second after which PostgreSQL looks who waits for whom, so that it is never a person's request it ends.
PATIENCE = "SET LOCAL lock_timeout = '500ms'"
BETWEEN = 1.0  # seconds, in which whoever waited gets on
TIMES = 60


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the tables up to a revision; at it already, nothing happens."""
    _run(engine, lambda config: command.upgrade(config, revision))


def upgrade_within(connection: Connection, revision: str = "head") -> None:
    """Bring the tables up in a transaction that somebody else began and will end. SQLite's foreign keys must be off."""
    command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the tables back to a revision; `base` is an empty database."""
    _run(engine, lambda config: command.downgrade(config, revision))


def differences(engine: Engine) -> list[Any]:
    """Return what the models say otherwise than the tables; empty when they agree. All models must be imported."""
    with engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection, opts=options()), Base.metadata))


def write(engine: Engine, message: str, revision: str) -> None:
    """Write the migration that makes the tables agree with the models; for whoever changes a model."""
    _run(engine, lambda config: command.revision(config, message, autogenerate=True, rev_id=revision))


def options() -> dict[str, Any]:
    """Return how tables and models are compared."""
    return {
        "target_metadata": Base.metadata,
        "render_as_batch": True,
        "compare_type": True,
        "compare_server_default": True,
        "transactional_ddl": True,
    }


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def _run(engine: Engine, what: Any) -> None:
    """Run one command in one transaction; again and again while people hold a table that it needs for itself."""
    for left in range(TIMES, 0, -1):
        try:
            _run_once(engine, what)
        except OperationalError as error:
            if engine.dialect.name == "sqlite" or failing.meaning(error) != failing.BUSY:
                raise
            if left == 1:
                raise Unavailable("tables_busy") from error
            time.sleep(BETWEEN)
        else:
            return


def _run_once(engine: Engine, what: Any) -> None:
    """Do without foreign-key actions: SQLite changes a table by replacing it."""
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect().execution_options(writes=True) as connection:
        driver = connection.connection.dbapi_connection
        if sqlite and driver is not None:
            driver.execute("PRAGMA foreign_keys=OFF")  # has no effect inside a transaction, so it comes before one
        try:
            with connection.begin():
                for said in () if sqlite else (ALONE, PATIENCE):
                    connection.exec_driver_sql(said)
                what(_config(connection))
                if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    msg = "rows would point at nothing after this change"
                    raise RuntimeError(msg)
        finally:
            if sqlite and driver is not None:
                driver.execute("PRAGMA foreign_keys=ON")
