"""One running pair for the tests of this folder; where there is no nginx they are skipped with one loud line."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url

from service.app import create_app
from service.config import Settings
from tests import stores
from tests.deploy.pair import Pair, production, running
from tests.people import settle


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all of them: they start real servers."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.pair)


@pytest.fixture(scope="session", autouse=True)
def _nginx() -> None:
    if shutil.which("nginx") is None:
        assert not os.environ.get("KITH_NEEDS_BROWSER"), "nginx is missing"
        pytest.skip("THERE IS NO nginx HERE: the shipped pair was not tested")


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the cast and nothing else: the pair runs on SQLite, whatever the other tests run on."""
    folder = tmp_path_factory.mktemp("pair")
    with stores.running("sqlite", folder) as made:
        url = made.migrated()
    Path(str(make_url(url).database)).chmod(0o600)
    folder.chmod(0o700)
    settings = production(folder, "https://127.0.0.1") | {"KITH_DATABASE_URL": url}
    app = create_app(Settings.from_env(settings))
    settle(app)
    stores.close(app)
    with closing(sqlite3.connect(str(make_url(url).database))) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # what is copied is the file alone
    return Path(str(make_url(url).database))


@pytest.fixture(scope="session")
def pair(migrated: Path) -> Iterator[Pair]:
    """Both at work, for all tests that leave them as they were."""
    with running(migrated) as made:
        yield made
