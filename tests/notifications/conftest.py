"""What tests of sending share: units of work on a database of their own, a certificate, messages."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.notifications.channels import Message
from tests.authority import Certificate, certify

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
LINK = "http://127.0.0.1:8000/en/answer/zqaxtokenk7"
TO = "zqaxtok7@example.org"

Unit = Callable[[], AbstractContextManager[Session]]


@pytest.fixture
def unit(engine: Engine) -> Unit:
    """Opens a writing unit of work on this test's database."""

    @contextmanager
    def opened() -> Iterator[Session]:
        with Session(engine.execution_options(writes=True)) as session, session.begin():
            yield session

    return opened


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate for this machine, signed by an authority of the tests."""
    return certify(tmp_path_factory.mktemp("authority"), "127.0.0.1", "localhost")


def letter(to: str = TO, *, template: str = "group_answer_link", link: str = LINK) -> Message:
    """A message on its way out."""
    name = uuid4()
    return Message(
        id=name,
        message_id=f"<{name}@kith>",
        channel="email",
        template=template,
        language="en",
        to=to,
        params={"link": link, "days": 10, "minutes": 10},
        attempts=1,
    )
