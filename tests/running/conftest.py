"""The cast, in the application of these tests."""

import pytest
from flask import Flask

from tests.people import Cast, settle


@pytest.fixture
def cast(app: Flask) -> Cast:
    return settle(app)
