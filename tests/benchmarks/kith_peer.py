"""Kith itself, behind the same few doors as its peers: the one file of the benchmark that knows the engine.

A catalogue is laid out straight from the made-up groups, and read by a worker as a process of the service reads it: the
published files, and a database for what was edited since.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, create_engine

from service.catalog.views import ListedGroup
from service.catalog.words.taxonomy import Taxonomy
from service.db import engine as engines
from service.db import migrations
from service.matching import matcher
from service.matching.index import generation, index
from service.matching.profile import Profile
from service.matching.queries import CatalogSource
from service.matching.snapshot import Snapshot
from tests.benchmarks import stored
from tests.benchmarks.clock import NOW, TODAY
from tests.benchmarks.peers import written
from tests.benchmarks.vectors import I8, Meanings

DATABASE, FILES = "kith.sqlite", "index"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A profile, and the vector of its text when that is known already."""

    profile: Profile
    vector: I8 | None


class Kith:
    """A whole match: gates, distance, words, barriers, times, order and ten groups explained."""

    name = "Kith"
    without: str | None = None

    def __init__(self) -> None:
        self.encoding_s = 0.0  # of a build: not counted
        self._writer: Engine | None = None
        self._index: index.Index | None = None
        self._snapshot: Snapshot | None = None

    def build(self, folder: Path, groups: Iterable[ListedGroup], taxonomy: Taxonomy) -> None:
        seen: list[ListedGroup] = []
        meanings = Meanings(taxonomy)

        def noted() -> Iterator[ListedGroup]:
            for group in groups:
                seen.append(group)
                yield group

        def encode(texts: Sequence[str]) -> I8:
            """Return vectors of the lot just read: made up by group, not by text."""
            before = time.perf_counter()
            made = meanings.of_groups(seen[: len(texts)])
            del seen[: len(texts)]
            self.encoding_s += time.perf_counter() - before
            return made

        generation.publish(folder / FILES, Snapshot.build(noted(), taxonomy, 1, encode), "")

    def store(self, folder: Path, groups: Iterable[ListedGroup], taxonomy: Taxonomy) -> None:
        """Fill the database the catalogue is kept in: what an edit is made in."""
        engine = opened(f"sqlite:///{folder / DATABASE}")
        stored.store(engine, groups, taxonomy)
        engine.dispose()

    def open(self, folder: Path, taxonomy: Taxonomy) -> None:
        if (folder / DATABASE).exists():
            engine = opened(f"sqlite:///{folder / DATABASE}")
            self._index = index.Index(folder / FILES, CatalogSource(lambda: engine, lambda: NOW), taxonomy)
        self._snapshot = self._index.current() if self._index else self._load(folder / FILES, taxonomy)
        self._meanings = Meanings(taxonomy)

    @staticmethod
    def _load(folder: Path, taxonomy: Taxonomy) -> Snapshot:
        return generation.load(generation.generations(folder)[0], taxonomy, "")

    def size(self, folder: Path) -> float:
        return written(folder / FILES)

    def read(self, profile: Profile) -> Person:
        return Person(profile=profile, vector=self._meanings.of_texts([profile.text])[0])

    def ask(self, person: Any) -> list[int]:
        found = self._index.current() if self._index else self._snapshot
        assert found is not None
        answer = matcher.match(found, person.profile, TODAY, lambda _: person.vector)
        return [UUID(match.group_id).int - 1 for match in answer.matches]

    def edit(self, folder: Path, old: ListedGroup, new: ListedGroup, taxonomy: Taxonomy) -> None:
        self._writer = self._writer or opened(f"sqlite:///{folder / DATABASE}")  # a process of the service has it open
        stored.rename(self._writer, new.id, new.name)


def encoder() -> Callable[[str], object] | None:
    """Return what turns a text into numbers, remembering none of them; None where there is no model here."""
    try:
        found = import_module("service.matching.meaning.encoder")
        made = found.Encoder.load()
        made.embed("warm")
    except Exception:  # any reason will do: the line is then left out, and the report says so
        return None

    def encode(text: str) -> object:
        return found.quantised(made.embed(text))

    return encode


def opened(url: str) -> Engine:
    """Open and migrate a database."""
    engine = create_engine(url, **engines.OPTIONS)
    engines.prepare(engine)
    migrations.upgrade(engine)
    return engine
