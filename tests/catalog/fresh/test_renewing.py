"""The queue of calls and the sample of a month are written in pieces: others write between, nobody is rung twice."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from service.accounts.record.audit import NOWHERE
from service.catalog import models as m
from service.catalog.fresh import deeds, renewing, sample
from service.catalog.models_fresh import ChaseSent, ToConfirm, TruthSample
from tests.catalog.editing import ADA
from tests.catalog.imports.importing import unit_of
from tests.catalog.making import NOW, TODAY, group
from tests.catalog.stopping import stopped_at

OLD = TODAY - relativedelta(months=13)
Unit = Callable[[], AbstractContextManager[Session]]
Row = tuple[UUID, float, int, date]


def old(session: Session, name: str = "Table", **more: Any) -> UUID:
    made: UUID = group(session, name, **{"phone": "01632 960111", "last_confirmed_on": OLD, **more}).id
    return made


def filled(engine: Engine, many: int) -> list[UUID]:
    """Put so many old listings there, and return their ids in order."""
    with unit_of(engine)() as session:
        return sorted(old(session, f"Table {n}", last_confirmed_on=OLD - timedelta(days=n)) for n in range(many))


def refresh(engine: Engine, reading: Unit | None = None, writing: Unit | None = None) -> int:
    unit = unit_of(engine)
    return renewing.refresh(reading or unit, writing or unit, referrals={}, now=NOW)


def queue(engine: Engine) -> list[Row]:
    columns = (ToConfirm.group_id, ToConfirm.place, ToConfirm.tries, ToConfirm.again_on)
    with Session(engine) as session:
        return [
            (row[0], row[1], row[2], row[3]) for row in session.execute(select(*columns).order_by(ToConfirm.group_id))
        ]


def before(unit: Unit, number: int, does: Callable[[], None]) -> Unit:
    """Return what opens units, and lets another do something before one of them."""
    left = number

    @contextmanager
    def opened() -> Iterator[Session]:
        nonlocal left
        left -= 1
        if left == 0:
            does()
        with unit() as session:
            yield session

    return opened


def confirms(engine: Engine, group_id: UUID) -> None:
    with unit_of(engine)() as session:
        deeds.confirm(session, group_id=group_id, version=1, actor=ADA, now=NOW, origin=NOWHERE)


def says_it_changed(engine: Engine, group_id: UUID) -> None:
    with unit_of(engine)() as session:
        since = session.scalars(select(m.Group.last_confirmed_on).where(m.Group.id == group_id)).one()
        session.add(ChaseSent(group_id=group_id, since=since, step=12, sent_at=NOW - timedelta(days=3)))
        session.flush()
        deeds.answered(session, group_id=group_id, now=NOW)


LISTING = st.fixed_dictionaries(
    {
        "status": st.sampled_from(["published", "published", "held"]),
        "last_confirmed_on": st.sampled_from([None, TODAY, OLD, OLD - timedelta(days=400)]),
        "phone": st.sampled_from([None, "01632 960111"]),
    }
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(LISTING, st.booleans()), max_size=9), st.integers(1, 4))
def test_in_pieces_it_is_as_in_one(engine: Engine, known: list[tuple[dict[str, Any], bool]], size: int) -> None:
    with unit_of(engine)() as session:
        session.execute(update(m.Group).values(status="archived"))  # those of the example before
        made = [(old(session, f"Table {n}", **more), there) for n, (more, there) in enumerate(known)]
    waiting = [one for one, there in made if there]
    found = []
    for piece in (size, 1000):
        begins(engine, waiting)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(renewing, "CHUNK", piece)
            assert refresh(engine) == len(queue(engine))
        found.append(queue(engine))
    assert found[0] == found[1]
    assert all(row[2] == 2 * (row[0] in waiting) for row in found[0]), "tries are remembered"


def begins(engine: Engine, waiting: Sequence[UUID]) -> None:
    """Have these wait, tried twice, and nobody else."""
    with unit_of(engine)() as session:
        session.execute(delete(ToConfirm))
        kept = {"place": -0.5, "tries": 2, "again_on": TODAY + timedelta(days=1)}
        session.add_all(ToConfirm(group_id=one, **kept) for one in waiting)


def test_killed_at_every_write_and_begun_again_it_is_as_one_run(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renewing, "CHUNK", 2)
    ids = filled(engine, 7)
    with unit_of(engine)() as session:
        session.execute(update(m.Group).where(m.Group.id == ids[3]).values(last_confirmed_on=TODAY))
    begins(engine, ids[2:5])
    refresh(engine)
    wanted = queue(engine)
    assert [row[2] for row in wanted] == [0, 0, 2, 2, 0, 0]
    number, stopped = 0, True
    while stopped:
        number += 1
        begins(engine, ids[2:5])
        stopped = stopped_at(engine, number, partial(refresh, engine))
        assert refresh(engine) == len(wanted)
        assert queue(engine) == wanted, number
    assert number > 5, "each piece wrote"


@pytest.mark.parametrize("does", [confirms, says_it_changed])
@pytest.mark.parametrize(("which", "units"), [("reading", 4), ("writing", 3)])
def test_who_answers_between_two_pieces_is_not_rung(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, which: str, units: int, does: Callable[[Engine, UUID], None]
) -> None:
    monkeypatch.setattr(renewing, "CHUNK", 2)
    for number in range(1, units + 1):
        with unit_of(engine)() as session:
            session.execute(update(m.Group).values(status="archived"))
        ids = filled(engine, 5)
        refresh(engine)
        with unit_of(engine)() as session:
            session.execute(update(ToConfirm).values(place=0.0))
        refresh(engine, **{which: before(unit_of(engine), number, partial(does, engine, ids[3]))})
        assert [row[0] for row in queue(engine)] == [*ids[:3], ids[4]], number
        assert refresh(engine) == len(ids) - 1


def test_a_sample_is_drawn_once_though_two_draw_it_and_who_is_taken_off_meanwhile_is_not_in_it(engine: Engine) -> None:
    filled(engine, 9)
    unit = unit_of(engine)
    with unit() as session:
        first = sample.choose(session, size=3, now=NOW)
    assert len(first) == 3 * sample.SPARE

    def held() -> None:
        with unit() as session:
            session.execute(update(m.Group).where(m.Group.id == first[0]).values(status="held"))

    assert sample.draw(unit, before(unit, 1, held), size=3, now=NOW) == 3
    with unit() as session:
        assert set(session.scalars(select(TruthSample.group_id))) == set(first[1:4])
        session.execute(delete(TruthSample))
    twice = before(unit, 1, lambda: assert_drawn(engine))
    assert sample.draw(unit, twice, size=4, now=NOW) == 2
    with unit() as session:
        assert len(session.scalars(select(TruthSample)).all()) == 2


def assert_drawn(engine: Engine) -> None:
    unit = unit_of(engine)
    assert sample.draw(unit, unit, size=2, now=NOW) == 2
