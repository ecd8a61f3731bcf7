"""Makes catalogue rows for tests: one plausible group with every kind of part."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from service.catalog import models as m

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
TODAY = NOW.date()
TERM = "activity.making.jigsaw"


def fact(code: str, value: str = "yes", on: date = date(2026, 11, 2), source: str = "leader") -> m.Fact:
    """Make a fact without a subject yet."""
    return m.Fact(code=code, value=value, source=source, confirmed_on=on, confirmed_by_role="group_leader")


def location(**more: Any) -> m.Location:
    """Make a hall that a group can meet in."""
    known = {"name": "Lantern Hall", "address_1": "Lantern Yard", "city": "Sale", "postal_code": "M33 4"}
    return m.Location(**{**known, "id": uuid4(), "latitude": 53.41438, "longitude": -2.34401, **more})


def group(session: Session, name: str = "Jigsaw and Tea Table", **more: Any) -> m.Group:
    """Add a published group with a session, a place, facts, a term, a language, a price and an area."""
    if session.get(m.Term, TERM) is None:
        session.add(m.Term(code="activity.making", facet="activity", label="Making"))
        session.flush()
        session.add(m.Term(code=TERM, facet="activity", label="Jigsaws", broader="activity.making"))
    hall = more.pop("hall", None) or location(facts=[fact("step_free"), fact("toilets")])
    organisation = more.pop("organisation", None) or m.Organisation(id=uuid4(), name="Sale Tables")
    session.add_all([hall, organisation])
    session.flush()
    meets = m.Session(
        location_id=hall.id,
        words="Every Tuesday, 10 to 12",
        rule="FREQ=WEEKLY;BYDAY=TU",
        starts_at=datetime(2026, 1, 6, 10, 0),  # noqa: DTZ001  # local wall time
        minutes=120,
        exceptions=["2026-12-29"],
        level=3,
    )
    known = {
        "slug": f"{name.lower().replace(' ', '-')}-{uuid4().hex[:8]}",
        "description": "A big table and a pot of tea.",
        "status": "published",
        "price_pence": 0,
        "capacity_state": "open",
        "capacity_available": 4,
        "capacity_until": date(2026, 11, 30),
        "last_confirmed_on": date(2026, 11, 2),
        "created_at": NOW,
        "changed_at": NOW,
        "sessions": [meets],
        "places": [m.GroupLocation(location_id=hall.id)],
        "facts": [fact("host_meets_you"), fact("booking_needed", "no")],
        "terms": [m.GroupTerm(code=TERM)],
        "languages": [m.GroupLanguage(code="en")],
        "prices": [m.Price(option="everyone", amount_pence=0)],
        "areas": [m.ServiceArea(name="Trafford", latitude=53.42, longitude=-2.35, radius_km=8.0)],
    }
    made = m.Group(**{"id": uuid4(), "name": name, "organisation_id": organisation.id, **known, **more})
    session.add(made)
    session.flush()
    return made


def groups(session: Session, number: int) -> list[UUID]:
    """Add many groups."""
    made = [group(session, f"Table {n:03}").id for n in range(number)]
    session.commit()
    session.expunge_all()
    return made


def unit_of(session: Session) -> Callable[[], AbstractContextManager[Session]]:
    """Return what gives this session to whoever opens units of work."""
    return lambda: nullcontext(session)


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """Collect the statements sent inside the block, without those that begin or end a transaction."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
