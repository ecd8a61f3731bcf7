"""The clinic and its link workers, on a database of each test's own."""

import pytest
from sqlalchemy.orm import Session

from tests.referrals.cast import World, world
from tests.referrals.desk.working import Clinic
from tests.referrals.desk.working import clinic as settle


@pytest.fixture
def clinic(store: Session) -> Clinic:
    made: World = world(store)
    return settle(store, made)
