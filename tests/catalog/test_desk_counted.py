"""What an editor is promised of kept figures: they are a plain reading of the rows, and say when they were counted."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog import operations
from service.catalog.desk import counted, coverage, turns
from service.catalog.desk.coverage import Shares
from service.catalog.freshness import Freshness, freshness
from tests.catalog.imports.importing import unit_of
from tests.catalog.making import NOW, TERM, TODAY, fact, group, location, statements

TOWNS = ("Sale", "Altrincham", None)
FAMILIES = {"activity.making": "Making", "activity.music": "Music"}
DAYS = (0, 183, 184, 185, 364, 365, 366, 900)
LISTING = st.fixed_dictionaries(
    {
        "status": st.sampled_from(["published", "published", "published", "paused"]),
        "joinable": st.sampled_from([True, True, True, False]),
        "last_confirmed_on": st.sampled_from([None, *(TODAY - timedelta(days=day) for day in DAYS)]),
        "mode": st.sampled_from(["in_person", "online"]),
        "phone": st.sampled_from([None, "01632 960001"]),
        "price_pence": st.sampled_from([None, 0]),
        "town": st.sampled_from(TOWNS),
        "placed": st.booleans(),
        "stated": st.booleans(),
        "meets": st.booleans(),
        "more": st.sampled_from([(), ("activity.music",), ("activity.music", "activity.music.choir")]),
    }
)


@pytest.fixture(autouse=True)
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have one listing be so many that a job counts, and every line be shown."""
    monkeypatch.setattr(counted, "FEW", 0)
    monkeypatch.setattr(coverage, "LEAST", 1)


def add(session: Session, known: dict[str, Any]) -> None:
    said = dict(known)
    hall = location(city=said.pop("town"), latitude=53.4 if said.pop("placed") else None)
    stated, meets, more = said.pop("stated"), said.pop("meets"), said.pop("more")
    made = group(session, hall=hall, facts=[fact("lift")] if stated else [], **said)
    made.sessions = made.sessions if meets else []
    made.prices = []
    made.terms += [m.GroupTerm(code=code) for code in more]


def terms(session: Session) -> None:
    group(session, status="archived")
    for code, above in (("activity.music", None), ("activity.music.choir", "activity.music")):
        session.add(m.Term(code=code, facet="activity", label=code, broader=above))
        session.flush()


def plain(groups: Iterable[m.Group]) -> Shares:
    """Read the rows one by one."""
    of = list(groups)
    age = [freshness(one.last_confirmed_on, TODAY) for one in of]
    return Shares(
        listings=len(of),
        fresh=age.count(Freshness.FRESH),
        ageing=age.count(Freshness.AGEING),
        times=sum(any(each.starts_at for each in one.sessions) for one in of),
        position=sum(one.mode == "online" or any(at.location.latitude is not None for at in one.places) for one in of),
        cost=sum(one.price_pence is not None for one in of),
        contact=sum(bool(one.phone or one.email or one.url) for one in of),
        facts=sum(bool(one.facts) for one in of),
    )


def lines(named: dict[str, list[m.Group]]) -> list[tuple[str, Shares]]:
    made = [(name, plain(of)) for name, of in named.items() if of]
    return sorted(made, key=lambda line: (-line[1].listings, line[0]))


def job(engine: Engine, now: Any = NOW) -> int:
    return turns.count_coverage(unit_of(engine), unit_of(engine), lambda: now)


def seen(session: Session, today: date = TODAY) -> counted.Counted:
    return counted.read(session, families=FAMILIES, today=today)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(LISTING, min_size=1, max_size=8))
def test_kept_figures_are_a_plain_reading_of_the_rows(engine: Engine, known: list[dict[str, Any]]) -> None:
    with unit_of(engine)() as session:
        session.execute(update(m.Group).values(status="archived"))  # those of the example before
        if session.get(m.Term, "activity.music") is None:
            terms(session)
        for one in known:
            add(session, one)
    job(engine)
    with Session(engine) as session:
        shown = [one for one in session.scalars(select(m.Group)) if one.status == "published" and one.joinable]
        at = {one.id: {place.location.city for place in one.places} for one in shown}
        found = seen(session)
        assert found.at == NOW
        assert found.figures.whole == plain(shown)
        towns = {town: [one for one in shown if town in at[one.id]] for town in TOWNS if town}
        assert list(found.figures.areas) == lines(towns)
        music = [one for one in shown if any(term.code.startswith("activity.music") for term in one.terms)]
        assert sorted(found.figures.terms) == sorted(lines({"Making": shown, "Music": music}))
        assert found.figures == coverage.coverage(session, families=FAMILIES, today=TODAY)


def test_the_job_counts_when_something_changed_or_the_day_did_and_not_otherwise(engine: Engine) -> None:
    unit = unit_of(engine)
    with unit() as session:
        made = group(session).id
        operations.touch(session, [made], now=NOW)
        assert counted.is_stale(session, NOW)
    assert job(engine) == 1
    with unit() as session:
        assert not counted.is_stale(session, NOW)
        assert counted.is_stale(session, NOW + timedelta(days=1))
        group(session)
        assert seen(session).figures.whole.listings == 1, "as it was counted"
        operations.touch(session, [made], now=NOW)
        assert counted.is_stale(session, NOW)
    assert job(engine, NOW + timedelta(hours=1)) == 2
    with unit() as session:
        assert not counted.is_stale(session, NOW)
        assert (seen(session).at, seen(session).figures.whole.listings) == (NOW + timedelta(hours=1), 2)


def test_of_few_listings_the_page_counts_and_no_job_does(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with unit_of(engine)() as session:
        group(session)
    job(engine)
    with unit_of(engine)() as session:
        group(session)
        monkeypatch.setattr(counted, "FEW", 2)
        assert not counted.is_stale(session, NOW + timedelta(days=1))
        assert (seen(session).at, seen(session).figures.whole.listings) == (None, 2)


def test_before_the_job_has_run_the_page_counts(store: Session) -> None:
    group(store)
    assert (seen(store).at, seen(store).figures.whole.listings) == (None, 1)


def test_a_family_that_is_none_any_more_is_left_out_and_another_name_is_shown(engine: Engine) -> None:
    with unit_of(engine)() as session:
        assert TERM.startswith("activity.making.")
        group(session)
    job(engine)
    with unit_of(engine)() as session:
        for families, named in (({}, []), ({"activity.making": "Things made"}, ["Things made"])):
            found = counted.read(session, families=families, today=TODAY)
            assert [name for name, _ in found.figures.terms] == named


def test_kept_figures_are_read_in_two_statements(engine: Engine) -> None:
    with unit_of(engine)() as session:
        group(session)
    job(engine)
    with Session(engine) as session, statements(engine) as sent:
        seen(session)
    assert len(sent) == 2
