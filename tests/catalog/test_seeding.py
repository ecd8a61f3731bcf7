"""A first start fills the catalogue with real listings and examples; a second changes nothing; people's edits stay."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog import seeding
from service.catalog.seed_rows import seed_id
from service.catalog.seeding import SeedReport, seed
from service.catalog.words.vocabulary import load_taxonomy
from tests import stores

SEEDS = Path(__file__).parents[2] / "seeds"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def loaded(databases: stores.Stores) -> Iterator[tuple[Engine, SeedReport, float]]:
    """A database with everything that `seeds/` holds, how it was loaded and in how many seconds."""
    url = databases.copy(databases.migrated())
    with stores.opened(url) as engine:
        with Session(engine.execution_options(writes=True)) as session:
            began = time.process_time()
            report = seed(session, SEEDS, now=NOW)
            took = time.process_time() - began
            session.commit()
        yield engine, report, took
    databases.drop(url)


@pytest.fixture
def catalogue(loaded: tuple[Engine, SeedReport, float]) -> Iterator[Session]:
    """A session on the loaded database; what a test changes is rolled back."""
    with Session(loaded[0].execution_options(writes=True)) as session:
        yield session
        session.rollback()


def count(session: Session, *where: object) -> int:
    return session.scalar(select(func.count()).select_from(m.Group).where(*where)) or 0  # type: ignore[arg-type]


REAL = (m.Group.joinable, ~m.Group.is_example, m.Group.status == "published")


def test_a_thousand_real_groups_can_be_joined_and_nearly_all_are_placed(catalogue: Session) -> None:
    joinable = count(catalogue, *REAL)
    placed = count(catalogue, *REAL, m.Group.places.any() | m.Group.areas.any() | (m.Group.mode == "online"))
    assert joinable >= 1_000
    assert placed >= 0.9 * joinable
    at_a_place = select(func.count()).select_from(m.GroupLocation).join(m.Location).where(m.Location.latitude.is_(None))
    assert catalogue.scalar(at_a_place) == 0


def test_every_real_listing_says_its_source_and_year_and_is_confirmed_by_it(catalogue: Session) -> None:
    known = {path.stem for path in (SEEDS / "listings").glob("*.jsonl")}
    rows = catalogue.execute(
        select(m.Group.source, m.Group.source_year, m.Group.last_confirmed_on).where(~m.Group.is_example)
    ).all()
    assert {row.source for row in rows} == known
    assert all(2018 <= row.source_year <= 2025 and row.last_confirmed_on.year == row.source_year for row in rows)
    sources = (SEEDS / "SOURCES.md").read_text("utf-8")
    assert all(f"{name}.jsonl" in sources for name in known)


def test_loading_twice_changes_nothing(catalogue: Session) -> None:
    before = catalogue.scalar(select(m.CatalogState.sequence))
    assert seeding.up_to_date(catalogue, SEEDS)
    again = seed(catalogue, SEEDS, now=NOW + timedelta(days=2))
    assert (again.rows_changed, again.inserted, again.updated, again.kept) == (0, 0, 0, 0)
    assert again.unchanged == count(catalogue)
    assert catalogue.scalar(select(m.CatalogState.sequence)) == before


def test_the_examples_stay_fresh_when_a_demonstration_grows_old(catalogue: Session) -> None:
    def newest() -> date:
        found = catalogue.scalar(select(func.max(m.Group.last_confirmed_on)).where(m.Group.is_example))
        assert found is not None
        return found

    age, later = NOW.date() - newest(), NOW + timedelta(days=200)
    again = seed(catalogue, SEEDS, now=later)
    assert again.updated == count(catalogue, m.Group.is_example)
    assert later.date() - newest() == age


def test_a_listing_that_a_person_edited_is_left_as_it_is(catalogue: Session) -> None:
    group = catalogue.scalars(select(m.Group).where(m.Group.source == "gm-libraries").order_by(m.Group.id)).first()
    assert group is not None
    group.name = "The Library, as its own people call it"
    revision = {"entity": "group", "entity_id": group.id, "version": 2, "difference": {}, "at": NOW}
    catalogue.add(m.Revision(id=uuid4(), actor_id=uuid4(), actor_role="editor", **revision))
    catalogue.flush()
    again = seed(catalogue, SEEDS, now=NOW)
    assert (again.kept, again.rows_changed) == (1, 0)
    catalogue.refresh(group)
    assert group.name == "The Library, as its own people call it"


def test_a_row_that_changed_without_a_person_is_put_right_and_every_worker_is_told(catalogue: Session) -> None:
    group_id = seed_id("group", "trafford-charities", "trafford:charity:500729")
    group = catalogue.get(m.Group, group_id)
    assert group is not None
    wrong, version = "Somebody else's name", group.version
    group.name = wrong
    catalogue.flush()
    before = catalogue.scalar(select(m.CatalogState.sequence)) or 0
    again = seed(catalogue, SEEDS, now=NOW)
    assert (again.updated, again.rows_changed) == (1, 1)
    catalogue.refresh(group)
    assert (group.name, group.changed_sequence) == ("Altrincham Choral Society", before + 1)
    assert group.version > version


def test_a_fact_that_somebody_reported_is_not_overwritten(catalogue: Session) -> None:
    ours = catalogue.scalars(select(m.Fact).where(m.Fact.source == "import", m.Fact.location_id.is_not(None))).first()
    assert ours is not None
    said = {"location_id": ours.location_id, "code": ours.code, "source": "person_report"}
    catalogue.delete(ours)
    catalogue.flush()
    catalogue.add(m.Fact(id=uuid4(), value="no", confirmed_on=date(2026, 11, 1), **said))
    catalogue.flush()
    assert seed(catalogue, SEEDS, now=NOW).rows_changed == 0


def test_examples_are_named_so_and_go_in_one_call(catalogue: Session) -> None:
    names = catalogue.scalars(select(m.Group.name).where(m.Group.is_example)).all()
    assert len(names) >= 150
    assert all(name.endswith("(example)") for name in names)
    real = count(catalogue, *REAL)
    assert seeding.remove_examples(catalogue, now=NOW) == len(names)
    assert count(catalogue, m.Group.is_example) == 0
    assert count(catalogue, *REAL) == real
    assert catalogue.scalar(select(func.count()).select_from(m.Location).where(m.Location.is_example)) == 0
    assert not seeding.up_to_date(catalogue, SEEDS)
    assert seed(catalogue, SEEDS, now=NOW, examples=False).rows_changed == 0


def test_an_example_that_a_referral_names_stays_in_the_archive_only(catalogue: Session) -> None:
    kept = catalogue.scalars(select(m.Group.id).where(m.Group.is_example).order_by(m.Group.slug)).first()
    assert kept is not None
    seeding.remove_examples(catalogue, now=NOW, keep=[kept])
    left = catalogue.scalars(select(m.Group).where(m.Group.is_example)).all()
    assert [(group.id, group.status) for group in left] == [(kept, "archived")]


def test_closed_groups_and_parents_associations_are_kept_but_cannot_be_joined(catalogue: Session) -> None:
    closed = catalogue.scalars(select(m.Group).where(m.Group.name.like("Trafford Heart%"))).one()
    assert (closed.joinable, closed.not_joinable_reason) == (False, "closed")
    associations = catalogue.scalars(select(m.Group).where(m.Group.name.like("% PTA"), ~m.Group.is_example)).all()
    assert associations
    assert not any(group.joinable for group in associations)


def test_no_address_of_a_charity_or_amateur_club_is_exact(catalogue: Session) -> None:
    homes = ("trafford-charities", "casc-sports-clubs")
    rows = catalogue.execute(
        select(m.Location.address_1, m.Location.postal_code, m.Location.precision)
        .join(m.GroupLocation, m.GroupLocation.location_id == m.Location.id)
        .join(m.Group, m.Group.id == m.GroupLocation.group_id)
        .where(m.Group.source.in_(homes))
    ).all()
    assert len(rows) > 900
    assert all(row.address_1 is None and row.precision in ("district", "named") for row in rows)
    assert all(" " not in (row.postal_code or "") for row in rows)


@pytest.mark.parametrize(
    "code",
    [
        "activity.reading.book_club",
        "activity.sport.football",
        "activity.helping.volunteering",
        "activity.support.peer_support",
        "activity.support.reintegration",
        "activity.support.bereavement",
        "activity.music.singing",
        "activity.making.shed",
    ],
)
def test_each_kind_that_people_ask_for_is_there_near_sale(catalogue: Session, code: str) -> None:
    near = (
        select(m.Group.name)
        .join(m.GroupTerm, m.GroupTerm.group_id == m.Group.id)
        .join(m.GroupLocation, m.GroupLocation.group_id == m.Group.id)
        .join(m.Location, m.Location.id == m.GroupLocation.location_id)
        .where(m.GroupTerm.code == code, m.Group.joinable)
        .where(m.Location.latitude.between(53.33, 53.50), m.Location.longitude.between(-2.45, -2.20))
    )
    assert catalogue.scalars(near).first()


def test_loading_is_quick_and_tells_how_far_it_is(catalogue: Session, loaded: tuple[Engine, SeedReport, float]) -> None:
    _, report, took = loaded
    assert report.inserted == count(catalogue)
    assert took < 15
    steps: list[tuple[int, int]] = []
    seed(catalogue, SEEDS, now=NOW, progress=lambda done, of: steps.append((done, of)))
    assert steps == sorted(steps)
    assert steps[-1][0] == steps[-1][1]


def test_somebody_elses_listings_can_be_loaded_for_an_evaluation(store: Session) -> None:
    rows: list[dict[str, object]] = [
        {"id": "a", "source": "theirs", "name": "Sale Readers", "description": "A book club", "category": None},
        {"id": "b", "source": "theirs", "name": "SALE READERS", "lat": 53.42, "lon": -2.33, "geo_from": "source"},
    ]
    taxonomy = load_taxonomy(SEEDS / "taxonomy")
    ids = seeding.load_listings(store, rows, SEEDS, now=NOW, taxonomy=taxonomy)
    groups = {group.id: group for group in store.scalars(select(m.Group))}
    assert set(ids) == {"a", "b"}
    assert len({groups[found].slug for found in ids.values()}) == 2
    assert {term.code for term in groups[ids["a"]].terms} >= {"activity.reading.book_club"}
