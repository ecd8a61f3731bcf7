"""The cast, on a database of each test's own."""

import pytest
from sqlalchemy.orm import Session

from tests.referrals.cast import Post, World, world


@pytest.fixture
def cast(store: Session) -> World:
    return world(store)


@pytest.fixture
def post() -> Post:
    return Post()
