"""The cast of referrals, on a database of each test's own, and mail that a test can read."""

import pytest
from sqlalchemy.orm import Session

from tests.referrals.cast import Post as Links
from tests.referrals.cast import World, world


@pytest.fixture
def cast(store: Session) -> World:
    return world(store)


@pytest.fixture
def asking() -> Links:
    return Links()
