"""A look at a store from outside the service: does it answer, and keep what it said it kept? Changes nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from service.db.engine import OPTIONS, prepare
from service.db.safe import READ_BACK

Store = Engine
StoreError = SQLAlchemyError
WRITES_THROUGH = ("fsync", "full_page_writes", "synchronous_commit")


@contextmanager
def opened(url: str) -> Iterator[Store]:
    """Open a store as the service does, and close it in the end."""
    store = create_engine(url, **OPTIONS)
    prepare(store)
    try:
        yield store
    finally:
        store.dispose()


def is_sqlite(store: Store) -> bool:
    return store.dialect.name == "sqlite"


def loses(store: Store) -> str | None:
    """Return a setting by which it can lose what it said was kept, when the power fails; None: there is none."""
    with store.connect() as connection:
        if is_sqlite(store):
            read = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in READ_BACK}
            return min((name for name, value in READ_BACK.items() if read[name] != value), default=None)
        shown = {name: connection.execute(text(f"SHOW {name}")).scalar() for name in WRITES_THROUGH}
    return min((name for name, value in shown.items() if value == "off"), default=None)


def holds_every_letter(store: Store) -> bool:
    with store.connect() as connection:
        return is_sqlite(store) or connection.execute(text("SHOW server_encoding")).scalar() == "UTF8"


def has_table(store: Store, name: str) -> bool:
    with store.connect() as connection:
        return store.dialect.has_table(connection, name)
