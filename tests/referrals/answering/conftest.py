"""A group that meets on Tuesday evenings, and one introduction to it that waits for an answer."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from service.catalog.models import Session as Meeting
from tests.referrals.cast import NOW, Post, World, refer, request

LATER = NOW + timedelta(days=1)  # a Tuesday morning


@pytest.fixture
def tuesdays(store: Session, cast: World) -> Meeting:
    meeting = Meeting(
        id=uuid4(),
        group_id=cast.group,
        rule="FREQ=WEEKLY",
        starts_at=datetime.fromisoformat("2026-02-03T19:00"),
        minutes=90,
        time_zone="Europe/London",
    )
    store.add(meeting)
    store.flush()
    return meeting


@pytest.fixture
def token(store: Session, cast: World, post: Post) -> str:
    refer(store, post, cast.bo, request(cast.group))
    return post.last
