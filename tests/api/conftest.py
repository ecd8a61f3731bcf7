"""The application on the starter listings, loaded once for all tests that only read."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.app import create_app
from service.catalog import seeding
from service.clock import now
from service.config import Settings
from service.db import committing
from tests import stores
from tests.pages import CLIENT

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def town(databases: stores.Stores, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application of Sale and around. Tests that use it change nothing."""
    url = databases.migrated()
    folder = tmp_path_factory.mktemp("town")
    settings = Settings.from_env({"KITH_MODE": "demo", "KITH_DATA": str(folder), "KITH_DATABASE_URL": url})
    app = create_app(replace(settings, testing=True, seeds_folder=ROOT / "seeds"))
    app.test_client_class = CLIENT
    with app.app_context(), committing() as session:
        seeding.seed(session, ROOT / "seeds", now=now())
    yield app
    stores.close(app)


@pytest.fixture
def visitor(town: Flask) -> FlaskClient:
    """Somebody who asks the API without a key."""
    return town.test_client()
