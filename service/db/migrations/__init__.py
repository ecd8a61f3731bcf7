"""Schema changes, in order: up, down, and whether tables and models agree. Never guesses about data.

Each run is one transaction on SQLite and PostgreSQL alike, so a run that is killed half way leaves the old schema.
"""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine

from service.db import Base

HERE = Path(__file__).parent


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
    """Run one command in one transaction, without foreign-key actions: SQLite changes a table by replacing it."""
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect().execution_options(writes=True) as connection:
        driver = connection.connection.dbapi_connection
        if sqlite and driver is not None:
            driver.execute("PRAGMA foreign_keys=OFF")  # has no effect inside a transaction, so it comes before one
        try:
            with connection.begin():
                what(_config(connection))
                if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    msg = "rows would point at nothing after this change"
                    raise RuntimeError(msg)
        finally:
            if sqlite and driver is not None:
                driver.execute("PRAGMA foreign_keys=ON")
