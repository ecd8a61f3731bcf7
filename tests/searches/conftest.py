"""Matching on the starter listings, loaded once for all tests that only ask."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.catalog import queries, seeding
from service.catalog.views import GroupView
from service.catalog.where.places import Gazetteer
from service.catalog.words.vocabulary import load_taxonomy
from service.matching import Answer, Matching, Where
from service.matching.meaning.understanding import Understanding
from service.matching.queries import CatalogSource
from tests import stores

SEEDS = Path(__file__).parents[2] / "seeds"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Town:
    """Sale and around, to be asked."""

    engine: Engine
    matching: Matching
    gazetteer: Gazetteer

    def ask(self, profile: Mapping[str, Any]) -> Answer:
        """Return what suits somebody."""
        read = self.matching.read(dict(profile), strict=True, resolve_place=self._where)
        return self.matching.match(read, now=NOW)

    def groups(self, answer: Answer) -> list[GroupView]:
        """Return the groups of an answer in its order."""
        ids = [UUID(match.group_id) for match in answer.matches]
        with Session(self.engine) as session:
            found = queries.load_groups(session, set(ids), today=NOW.date())
        return [found[group_id] for group_id in ids]

    def _where(self, text: str) -> Where:
        place = self.gazetteer.resolve(text, country="gb")
        return Where(
            label=place.label,
            latitude=place.latitude,
            longitude=place.longitude,
            uncertainty_km=place.uncertainty_km,
        )


@contextmanager
def opened(databases: stores.Stores, folder: Path) -> Iterator[Town]:
    """Give everything that `seeds/` holds, and an index of it, understood as an installation understands it."""
    url = databases.migrated()
    with stores.opened(url) as engine:
        with Session(engine.execution_options(writes=True)) as session:
            seeding.seed(session, SEEDS, now=NOW)
            session.commit()
        taxonomy = load_taxonomy(SEEDS / "taxonomy")
        source = CatalogSource(lambda: engine, lambda: NOW)
        understands = Understanding(SEEDS / "vectors", folder / "vectors")
        matching = Matching(folder / "index", source, taxonomy, understands)
        matching.rebuild()
        yield Town(engine, matching, Gazetteer(SEEDS / "countries"))
    databases.drop(url)


@pytest.fixture(scope="session")
def town(databases: stores.Stores, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The starter catalogue, open for questions."""
    with opened(databases, tmp_path_factory.mktemp("town")) as made:
        yield made
