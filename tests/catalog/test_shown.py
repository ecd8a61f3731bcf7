"""Groups known by heart are what the database says, at once; while it is away they count on, and never some of them."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from service.catalog.models import Group
from service.catalog.operations import touch
from service.catalog.shown import Latest, Shown
from service.clock import now
from service.errors import Unavailable
from tests.catalog import making

TODAY = date(2026, 11, 23)


@pytest.fixture
def group(store: Session) -> UUID:
    made = making.group(store, name="Jigsaw and Tea Table").id
    touch(store, [made], now=now())
    store.commit()
    return made


@pytest.fixture
def shown(engine: Engine) -> Shown:
    return Shown(Latest(lambda: engine))


@pytest.fixture
def look(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session:
        yield session


def names(shown: Shown, session: Session, *ids: UUID) -> list[str]:
    found = [one.name for one in shown.groups(session, ids, today=TODAY).values()]
    session.rollback()
    return found


def change(store: Session, group: UUID, **values: str) -> None:
    for name, value in values.items():
        setattr(store.get_one(Group, group), name, value)
    touch(store, [group], now=now())
    store.commit()


def test_what_is_asked_again_is_not_read_again(shown: Shown, look: Session, engine: Engine, group: UUID) -> None:
    said: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda _c, _k, statement, *_: said.append(statement))
    assert names(shown, look, group) == ["Jigsaw and Tea Table"]
    first, said[:] = len(said), []
    assert names(shown, look, group) == ["Jigsaw and Tea Table"]
    assert len([one for one in said if one.startswith("SELECT")]) == 1 < first, "the number alone"


def test_an_edit_and_a_hold_are_seen_at_once(shown: Shown, look: Session, store: Session, group: UUID) -> None:
    assert names(shown, look, group) == ["Jigsaw and Tea Table"]
    change(store, group, name="Puzzles and Tea")
    assert names(shown, look, group) == ["Puzzles and Tea"]
    change(store, group, status="held")
    assert names(shown, look, group) == []


def test_who_still_reads_an_earlier_state_leaves_it_to_nobody(
    shown: Shown, look: Session, store: Session, group: UUID
) -> None:
    look.get_one(Group, group)  # on SQLite the state of now, until the transaction ends
    change(store, group, name="Puzzles and Tea")
    shown.groups(look, [group], today=TODAY)
    look.rollback()
    assert names(shown, look, group) == ["Puzzles and Tea"]


def test_while_the_database_is_away_what_is_known_counts_on_and_never_a_part_of_it(
    shown: Shown, look: Session, store: Session, engine: Engine, group: UUID
) -> None:
    other = making.group(store, name="Choir").id
    touch(store, [other], now=now())
    store.commit()
    assert names(shown, look, group) == ["Jigsaw and Tea Table"]

    def gone(*_: object) -> None:
        raise OperationalError("connect", None, ConnectionRefusedError())

    engine.dispose()
    event.listen(engine, "do_connect", gone)
    assert names(shown, look, group) == ["Jigsaw and Tea Table"]
    with pytest.raises(Unavailable, match="not_ready"):
        shown.groups(look, [group, other], today=TODAY)
    with pytest.raises(Unavailable, match="not_ready"):
        shown.groups(look, [group], today=date(2026, 11, 24))
    event.remove(engine, "do_connect", gone)
