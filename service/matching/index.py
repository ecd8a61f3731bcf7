"""The search index of one process: a generation on disk, and the edits since, read from the database.

A generation is only a faster way to a snapshot. The database is the truth: edits since a generation was written are
read from it, and a generation that is missing, old or damaged is rebuilt from it, while search goes on with the one
before where there is one.
"""

import fcntl
import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from service.catalog.taxonomy import Taxonomy
from service.catalog.views import ListedGroup
from service.matching import generation
from service.matching.generation import DamagedError, Mark
from service.matching.meaning import Encode, Understands
from service.matching.snapshot import Snapshot

MANY_EDITS = 500  # since the last generation, from which a new one is written
Progress = Callable[[Iterable[ListedGroup]], Iterable[ListedGroup]]
_log = logging.getLogger("kith")


class Source(Protocol):
    """Where the catalogue comes from: the composition root gives one that reads the database."""

    def sequence(self) -> int:
        """Return the number of the catalogue's last change."""

    def everything(self) -> Iterable[ListedGroup]:
        """Return every group that search may show."""

    def changed_since(self, sequence: int) -> tuple[Mapping[str, int], Sequence[ListedGroup]]:
        """Return the ids of all groups changed since with the number of their last change, and those among them that
        search may show.
        """

    def listed(self) -> frozenset[str]:
        """Return the ids of all groups that are published: what is no longer there was removed."""


class Index:
    """The current snapshot of one process, kept up with the database.

    Parameters
    ----------
    folder : Path
        Where generations live; made when missing.
    source : Source
    taxonomy : Taxonomy
    understands : Understands or None
        Texts to vectors; None: groups are found by terms and words only.
    """

    def __init__(
        self, folder: Path, source: Source, taxonomy: Taxonomy, understands: Understands | None = None
    ) -> None:
        self._folder = folder
        self._source = source
        self._taxonomy = taxonomy
        self._understands = understands
        self._snapshot: Snapshot | None = None
        self._mark: Mark | None = None
        self._changing = threading.Lock()
        self._writing = threading.Lock()

    @property
    def taxonomy(self) -> Taxonomy:
        """The terms this index understands."""
        return self._taxonomy

    @property
    def _model(self) -> str:
        return "" if self._understands is None else self._understands.id

    @property
    def _encode(self) -> Encode | None:
        return self._understands.many if self._understands is not None and self._model else None

    def current(self) -> Snapshot:
        """Return a snapshot that holds every change committed before the call."""
        sequence = self._source.sequence()
        held = self._snapshot
        if held is not None and held.sequence == sequence and self._mark == generation.mark(self._folder):
            return held
        with self._changing:
            held = self._newest() or self.rebuild()
            self._snapshot = held = self._caught_up(held)
        if len(held.edited) + len(held.gone) > MANY_EDITS:
            self._rebuild_beside()
        return held

    def _newest(self) -> Snapshot | None:
        """Return the snapshot to go on from: the one held, or a generation that was published since."""
        found = generation.mark(self._folder)
        if self._snapshot is not None and self._mark == found:
            return self._snapshot
        for number, place in enumerate(generation.generations(self._folder)):
            try:
                loaded = generation.load(place, self._taxonomy, self._model)
            except DamagedError:
                continue
            self._mark = found
            if number > 0:
                _log.warning("the published search index cannot be used: going on with the one before")
                self._rebuild_beside()
            return loaded
        if self._snapshot is not None and found is not None:
            _log.warning("no search index on disk can be used: going on with the one in memory")
            self._mark = found
            self._rebuild_beside()
        return self._snapshot

    def _caught_up(self, held: Snapshot) -> Snapshot:
        sequence = self._source.sequence()
        if held.sequence == sequence:
            return held
        numbers, groups = self._source.changed_since(held.sequence)
        gone = set(numbers)
        if not set(range(held.sequence + 1, sequence + 1)) <= set(numbers.values()):
            gone |= held.ids() - self._source.listed()  # some change left no row behind: groups were removed
        return held.changed(gone, groups, sequence, self._encode)

    def rebuild(self, progress: Progress | None = None) -> Snapshot:
        """Lay out the whole catalogue anew and publish it as a generation."""
        sequence = self._source.sequence()
        everything = self._source.everything()
        groups = progress(everything) if progress else everything
        built = Snapshot.build(groups, self._taxonomy, sequence, self._encode)
        self._publish(built)
        self._snapshot, self._mark = built, generation.mark(self._folder)
        return built

    def _publish(self, built: Snapshot) -> None:
        try:
            generation.publish(self._folder, built, self._model)
            if self._understands is not None:
                self._understands.keep()
        except OSError as error:  # a full or read-only disk must not stop search
            _log.warning("the search index could not be written", extra={"error": type(error).__name__})

    def _rebuild_beside(self) -> None:
        """Write a new generation in a thread of its own, in one process at a time; search goes on meanwhile."""
        if self._writing.locked():
            return
        threading.Thread(target=self._rebuild_once, name="index", daemon=True).start()

    def _rebuild_once(self) -> None:
        with self._writing, _alone(self._folder) as alone:
            if not alone:
                return
            sequence = self._source.sequence()
            built = Snapshot.build(self._source.everything(), self._taxonomy, sequence, self._encode)
            self._publish(built)

    def is_published(self) -> bool:
        """Whether a generation is on disk that a new process could start from."""
        return any(self._usable(place) for place in generation.generations(self._folder))

    def _usable(self, place: Path) -> bool:
        try:
            generation.load(place, self._taxonomy, self._model)
        except DamagedError:
            return False
        return True


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """Hold the folder's lock; False: another process holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True
