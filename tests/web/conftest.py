"""A day that does not pass, and groups to look for."""

from collections.abc import Iterator
from uuid import UUID

import pytest
import time_machine
from sqlalchemy.orm import Session

from tests.web.seeking import NOW, catalogue


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The moment of the small catalogue; it moves only when a test moves it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def groups(store: Session) -> dict[str, UUID]:
    """The small catalogue: ids by the names tests call them."""
    return catalogue(store)
