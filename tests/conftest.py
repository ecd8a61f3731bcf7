"""What every test may ask for: a fresh database, the application, a client that checks each answer."""

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.config import Settings
from tests import stores, warm
from tests.pages import CLIENT

ROOT = Path(__file__).parent.parent


# They touch a database only to have pages to look at: doors, heads, forms, documents and languages are alike on each.
_OF_PAGES = """
api/test_document.py api/test_open_data_document.py house/test_access_matrix.py house/test_bombs.py
house/test_doors.py house/test_forgery.py house/test_headers.py house/test_inputs.py house/test_mail_and_paper.py
house/test_promises.py house/test_redirects.py web/test_every_language.py web/test_every_page.py web/test_titles.py
"""
OF_PAGES = frozenset(_OF_PAGES.split())


MEMORY = Path("/dev/shm")  # noqa: S108  # a folder there is made by pytest, for its owner alone
ROOM = 4 * 2**30  # bytes


def pytest_configure() -> None:
    """Have tests write into memory where there is room: nobody wants it after a power cut, and disks are slow."""
    free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    if MEMORY.is_dir() and min(free, shutil.disk_usage(MEMORY).free) > ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL run only what is about a database: the rest was run on the way to SQLite.

    Of a test with many sets of values the first is run, for its statements are those of the others; KITH_EVERY=yes
    runs them all.
    """
    if stores.KIND == "sqlite":
        return
    kept = [
        item
        for item in items
        if "databases" in getattr(item, "fixturenames", ()) and "/".join(item.path.parts[-2:]) not in OF_PAGES
    ]
    if os.environ.get("KITH_EVERY") != "yes":
        kept = list({item.nodeid.partition("[")[0]: item for item in reversed(kept)}.values())[::-1]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """Fail whatever would leave this machine."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        local = self.family not in (socket.AF_INET, socket.AF_INET6) or address[0] in ("127.0.0.1", "::1", "localhost")
        assert local, f"a test tried to reach {address}"
        real(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        yield


@pytest.fixture(scope="session", autouse=True)
def _warm() -> Iterator[None]:
    with warm.kept():
        yield


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[stores.Stores]:
    """Databases of the kind that this run of the tests is about (KITH_TEST_DATABASE: sqlite or postgresql)."""
    with stores.running(stores.KIND, tmp_path_factory.mktemp("databases")) as made:
        yield made


@pytest.fixture(scope="session")
def _template(databases: stores.Stores) -> str:
    return databases.migrated()


@pytest.fixture
def database_url(databases: stores.Stores, _template: str) -> Iterator[str]:
    """A database of this test alone, with all tables and no rows."""
    url = databases.copy(_template)
    yield url
    databases.drop(url)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on this test's database, for tests below the faces."""
    with stores.opened(database_url) as made:
        yield made


@pytest.fixture
def store(engine: Engine) -> Iterator[Session]:
    """A session that may write, on this test's database, for tests below the faces."""
    with Session(engine.execution_options(writes=True), expire_on_commit=False) as session:
        yield session


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """The settings of a demonstration on this test's database."""
    return Settings(
        mode="demo",
        secret="only-for-tests-0123456789-0123456789",
        data_folder=tmp_path / "instance",
        seeds_folder=ROOT / "seeds",
        database_url=database_url,
        public_url="http://127.0.0.1:8000",
        proxy_hops=0,
        country="gb",
        help_lines_confirmed=True,
        ring_back=True,
        embed_sites=("https://council.example.org",),
        testing=True,
    )


@pytest.fixture
def app(settings: Settings) -> Iterator[Any]:
    """The application on this test's database."""
    from service.app import create_app

    made = create_app(settings)
    made.test_client_class = CLIENT
    yield made
    stores.close(made)


@pytest.fixture
def client(app: Any) -> FlaskClient:
    """A visitor's browser. Every answer is checked: see tests/pages.py."""
    made: FlaskClient = app.test_client()
    return made


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """The `kith` command, asked in an installation on this test's database."""
    for name, value in {
        "KITH_MODE": "demo",
        "KITH_DATA": str(settings.data_folder),
        "KITH_SECRET": settings.secret,
        "KITH_DATABASE_URL": settings.database_url,
        "KITH_SEEDS": str(settings.seeds_folder),
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("KITH_PUBLIC_URL", raising=False)
    return CliRunner()
