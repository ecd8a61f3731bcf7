"""What an editor is promised of the figures: they are those of a plain count, in a fixed number of statements."""

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog.desk.coverage import Coverage, Shares, coverage
from tests.catalog.making import TODAY, fact, group, location, statements

FAMILIES = {"activity.making": "Making"}
TOWNS = ("Sale", "Altrincham", "Sale", None)


def settle(store: Session, many: int) -> None:
    """Add listings that each lack something of their own; every sixth is not shown, every seventh in two places."""
    for number in range(many):
        hall = location(city=TOWNS[number % 4], latitude=None if number % 5 == 0 else 53.4)
        made = group(
            store,
            f"Table {number}",
            hall=hall,
            status="paused" if number % 6 == 5 else "published",
            last_confirmed_on=TODAY - timedelta(days=100 * (number % 6)) if number % 9 else None,
            facts=[fact("lift")] if number % 2 else [],
            phone="01632 960001" if number % 3 else None,
        )
        if number % 7 == 0:
            other = location(city=TOWNS[number % 4], id=uuid4())
            store.add(other)
            store.flush()
            made.places.append(m.GroupLocation(location_id=other.id))
        if number % 4 == 0:
            made.sessions = []
        if number % 8 == 0:
            made.price_pence, made.prices = None, []
    store.flush()


def plain(many: int, town: str | None = "") -> Shares:
    """Count the same by hand."""
    of = [n for n in range(many) if n % 6 != 5 and (town == "" or TOWNS[n % 4] == town)]
    days = {n: 100 * (n % 6) if n % 9 else 10_000 for n in of}
    return Shares(
        listings=len(of),
        fresh=sum(days[n] <= 184 for n in of),
        ageing=sum(184 < days[n] <= 365 for n in of),
        times=sum(n % 4 != 0 for n in of),
        position=sum(n % 5 != 0 or n % 7 == 0 for n in of),
        cost=sum(n % 8 != 0 for n in of),
        contact=sum(n % 3 != 0 for n in of),
        facts=sum(n % 2 for n in of),
    )


def asked(store: Session) -> Coverage:
    return coverage(store, families=FAMILIES, today=TODAY)


def test_the_figures_are_those_of_a_plain_count(store: Session) -> None:
    settle(store, 72)
    found = asked(store)
    assert found.whole == plain(72)
    assert list(found.areas) == [("Sale", plain(72, "Sale")), ("Altrincham", plain(72, "Altrincham"))]
    assert list(found.terms) == [("Making", plain(72))]
    assert found.whole.fresh + found.whole.ageing + found.whole.stale == found.whole.listings


def test_of_few_listings_no_share_is_told(store: Session) -> None:
    assert asked(store).whole.share("fresh") == 0
    settle(store, 8)
    assert (asked(store).areas, asked(store).terms) == ([], [])


def test_it_asks_no_more_often_for_more_listings(engine: Engine, store: Session) -> None:
    def asked_for(many: int) -> int:
        settle(store, many)
        with statements(engine) as seen:
            asked(store)
        return len(seen)

    assert asked_for(5) == asked_for(40) == 3
