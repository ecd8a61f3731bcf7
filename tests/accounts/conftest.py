"""Accounts for tests: cheap password hashes, an organisation, and a moment in time."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.orm import Session

from service.accounts import limits as limiting
from service.accounts import operations
from service.accounts.credentials import Hasher
from service.accounts.limits import Limits
from service.catalog.models import Organisation

T = TypeVar("T")
NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
SECRET = "only-for-tests-0123456789-0123456789"
PASSWORD = "seven quiet otters"

Unit = Callable[[], AbstractContextManager[Session]]


@pytest.fixture(scope="session")
def hasher() -> Hasher:
    """Hashes in a moment instead of 40 milliseconds."""
    return Hasher(memory_kib=64, passes=1)


@pytest.fixture
def limits(database_url: str, tmp_path: Path) -> Iterator[Limits]:
    """The counters that belong to this test's database."""
    made = limiting.open_limits(database_url=database_url, data_folder=tmp_path / "instance", secret=SECRET)
    yield made
    made.close()


@pytest.fixture
def unit(engine: Engine) -> Unit:
    """What opens a writing unit of work: commits on the way out, rolls back on an exception."""

    @contextmanager
    def opened() -> Iterator[Session]:
        with Session(engine.execution_options(writes=True)) as session, session.begin():
            yield session

    return opened


@pytest.fixture
def organisation_id(unit: Unit) -> UUID:
    """An organisation that refers."""
    made = uuid4()
    with unit() as session:
        session.add(Organisation(id=made, name="Willow Surgery (example)"))
    return made


def at_once(times: int, work: Callable[[], T]) -> list[T]:
    """Do the same thing many times side by side."""
    with ThreadPoolExecutor(10) as pool:
        return [found.result() for found in [pool.submit(work) for _ in range(times)]]


def bytes_of(url: str) -> bytes:
    """Everything that a database keeps: the bytes of its file and log, or the rows of all its tables as text."""
    if url.startswith("sqlite"):
        file = Path(str(make_url(url).database))
        return b"".join(path.read_bytes() for path in sorted(file.parent.glob(f"{file.name}*")))
    engine = create_engine(url)
    with engine.connect() as connection:
        tables = connection.exec_driver_sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").scalars()
        rows = [connection.exec_driver_sql(f'SELECT t::text FROM "{table}" t').scalars().all() for table in tables]  # noqa: S608
    engine.dispose()
    return "\n".join(text for found in rows for text in found).encode()


@pytest.fixture
def ada(unit: Unit, hasher: Hasher) -> UUID:
    """An administrator with a password."""
    kept = hasher.hash(PASSWORD)
    with unit() as session:
        return operations.make_administrator(session, email="ada@example.org", name="Ada", password_hash=kept, now=NOW)
