"""A day that does not pass, groups to look for, and people with accounts."""

from collections.abc import Iterator
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.people import Cast, settle, signed_in
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


@pytest.fixture
def cast(app: Flask) -> Cast:
    """Somebody in each role, at two organisations."""
    return settle(app)


@pytest.fixture
def ada(app: Flask, cast: Cast) -> FlaskClient:
    """The browser of the administrator."""
    return signed_in(app, cast.ada)
