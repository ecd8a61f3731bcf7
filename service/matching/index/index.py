"""The search index of one process: a generation on disk, and the edits since, read from the database.

A generation is only a faster way to a snapshot. The database is the truth: edits since a generation was written are
read from it, and a generation that is missing, old or damaged is rebuilt from it, while search goes on with what is in
memory or with the generation before, where there is one.

Two locks, always taken in this order or alone: the folder's (one writer among all processes), then `_changing` (one
thread of this process decides what is held). `_first` alone takes them the other way round; nobody who holds the
folder's lock waits for `_changing`.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, TypeVar

from service.catalog.views import ListedGroup
from service.catalog.words.taxonomy import Taxonomy
from service.matching import intact
from service.matching.index import generation
from service.matching.index.generation import DamagedError, Mark, OtherKindError
from service.matching.index.sharing import Shared
from service.matching.index.writing import Beside, alone, in_parts, until_leaving
from service.matching.intact import Intact
from service.matching.meaning.nearness import Encode, Polyglot, Understands
from service.matching.snapshot import Snapshot

MANY_EDITS = 500  # since the last generation, from which a new one is written
NEW_AT_ONCE = 20  # changed groups that are encoded while somebody waits; of more, those not known yet follow later
PAUSE_S = 60.0  # seconds until a rebuild that failed is tried again
Progress = Callable[[Iterable[ListedGroup]], Iterable[ListedGroup]]
T = TypeVar("T")
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """What a process answers from.

    Attributes
    ----------
    mark : Mark or None
        What was published when this was decided on.
    files : tuple of Intact
        What the snapshot was read from; empty: it is this process's own work.
    watched : bool
        The files should be where they were; no: they are known to be lost.
    damaged : bool
        Something on disk should be written anew.
    behind : bool
        Some edits were not encoded yet.
    lacking : bool
        The catalogue was not encoded for other languages yet.
    """

    snapshot: Snapshot
    mark: Mark | None
    files: tuple[Intact, ...] = ()
    watched: bool = True
    damaged: bool = False
    behind: bool = False
    lacking: bool = False

    @property
    def due(self) -> bool:
        """Whether a new generation should be written."""
        many = len(self.snapshot.edited) + len(self.snapshot.gone) > MANY_EDITS
        return self.damaged or self.behind or self.lacking or many or self.snapshot.is_outdated

    def newest(self, folder: Path) -> bool:
        """Whether nothing was published since, and the files are as they were when they were checked."""
        return self.mark == generation.mark(folder) and (
            not self.watched or all(file.unchanged() for file in self.files)
        )

    def safe(self) -> bool:
        """Whether the snapshot is what was checked, whatever became of the files."""
        return all(file.safe() for file in self.files)


class Index:
    """The current snapshot of one process, kept up with the database. Threads may share it.

    Parameters
    ----------
    folder : Path
        Where generations live; made when missing.
    source : Source
    taxonomy : Taxonomy
    understands : Understands or None
        Texts to vectors; None: groups are found by terms and words only.
    multilingual : Polyglot or None
        The same for questions in other languages.
    shared : Shared or None
        Where machines give one another generations; None: this machine makes its own.
    """

    def __init__(
        self,
        folder: Path,
        source: Source,
        taxonomy: Taxonomy,
        understands: Understands | None = None,
        multilingual: Polyglot | None = None,
        shared: Shared | None = None,
    ) -> None:
        self._folder = folder
        self._shared = shared
        self._source = source
        self._taxonomy = taxonomy
        self._understands = understands
        self._multilingual = multilingual
        self._held: _Held | None = None
        self._changing = threading.Lock()
        self._damaged: frozenset[str] = frozenset()  # names of generations that were found so
        self._writer = Beside("index", PAUSE_S)
        self._reader = Beside("index-reading", PAUSE_S)

    @property
    def taxonomy(self) -> Taxonomy:
        """The terms this index understands."""
        return self._taxonomy

    def understand(self, taxonomy: Taxonomy) -> None:
        """Go on by another taxonomy: from the next question on, with a new generation where listings need one."""
        self._taxonomy = taxonomy

    @property
    def _models(self) -> tuple[str, str]:
        """Names of the English and the multilingual model, '' where there is none."""
        one, many = ("" if by is None else by.id for by in (self._understands, self._multilingual))
        return one, many

    def _encode(self, *, only_known: bool = False) -> tuple[Encode | None, Encode | None]:
        """Return what turns texts into vectors by each of the two."""
        one, many = (
            None if by is None or not by.id else by.known if only_known else by.many
            for by in (self._understands, self._multilingual)
        )
        return one, many

    def _lacks(self, snapshot: Snapshot) -> bool:
        return bool(self._models[1]) and snapshot.n_groups > 0 and not snapshot.is_multilingual

    def ask(self, question: Callable[[Snapshot], T]) -> T:
        """Answer a question from a snapshot whose files were sound before and after."""
        while True:
            held = self._now()
            try:
                answer = question(held.snapshot)
            except Exception:
                if held.safe():
                    raise
                continue  # the numbers changed under the question
            if held.safe():
                return answer

    def current(self) -> Snapshot:
        """Return a snapshot that holds every change committed before the call."""
        return self._now().snapshot

    def _now(self) -> _Held:
        sequence = self._source.sequence()
        held = self._held
        if held is None or held.snapshot.sequence != sequence or not self._is_newest(held):
            with self._changing:
                held = self._held = self._told(self._caught_up(self._newest() or self._first()))
        if held.due:
            seen = held.mark
            self._writer.start(lambda: self._rebuild_once(seen))
        return held

    def _is_newest(self, held: _Held) -> bool:
        told = held.snapshot.taxonomy is self._taxonomy
        return told and held.newest(self._folder) and held.safe()

    def _told(self, held: _Held) -> _Held:
        snapshot = held.snapshot.told_by(self._taxonomy)
        return held if snapshot is held.snapshot else replace(held, snapshot=snapshot)

    def _newest(self) -> _Held | None:
        """Return what to go on from: what is held, or a generation that was published since; None: there is none.

        What is held is gone on from too when only its taxonomy is another: a generation that another process made by
        the new one has been published since.
        """
        held = self._held
        if held is not None and held.safe():
            if held.newest(self._folder):
                return held
            if self._is_large():
                self._reader.start(self._read_beside)
                return held
        return self._on_disk(held)

    def _is_large(self) -> bool:
        """Whether checking the published generation takes longer than a question may."""
        name = generation.pointed(self._folder)
        try:
            return bool(name) and (self._folder / name / generation.ARRAYS).stat().st_size > intact.COPIED
        except OSError:
            return False

    def _read_beside(self) -> None:
        found = self._on_disk(self._held)
        if found is not None:
            with self._changing:
                self._held = self._told(self._caught_up(found))

    def _on_disk(self, held: _Held | None) -> _Held | None:
        """Return the best generation on disk, else what is held if that is safe."""
        mark, broken = generation.mark(self._folder), set[str]()
        for place in generation.generations(self._folder):
            try:
                taken = generation.take(place, self._taxonomy, *self._models)
            except OtherKindError:
                continue
            except DamagedError:
                if generation.mark(self._folder) != mark:  # another process published, and tidied this one away
                    return self._on_disk(held)
                broken.add(place.name)
                continue
            lacking = self._lacks(taken.snapshot)
            found = _Held(snapshot=taken.snapshot, mark=mark, files=taken.files, lacking=lacking)
            return self._mended(found, place.name, broken)
        self._damaged |= broken
        if held is None or not held.safe():
            return None
        _log.warning("no search index on disk can be used: going on with the one in memory")
        lost = bool(broken) or not generation.pointed(self._folder)  # else another release of Kith has published
        return replace(held, mark=mark, watched=False, damaged=lost)

    def _mended(self, held: _Held, name: str, broken: set[str]) -> _Held:
        """Have what is wrong on disk put right: by a new generation, or by the pointer alone."""
        if broken:
            _log.warning("the search index on disk is damaged: going on with a sound one, and writing it anew")
            self._damaged |= broken
            return replace(held, damaged=True)
        if generation.pointed(self._folder):
            return held
        _log.warning("nothing says which search index is the newest: written anew")
        try:
            generation.point(self._folder, name)
        except OSError as error:
            _not_written(error)
        return replace(held, mark=generation.mark(self._folder))

    def _caught_up(self, held: _Held) -> _Held:
        """Add what changed since, in time for whoever waits."""
        snapshot, sequence = held.snapshot, self._source.sequence()
        if snapshot.sequence == sequence:
            return held
        if snapshot.sequence > sequence:
            _log.warning("the database is older than the search index: built anew")
            with alone(self._folder, wait=True):
                return self._build()
        numbers, groups = self._source.changed_since(snapshot.sequence)
        gone = set(numbers)
        if not set(range(snapshot.sequence + 1, sequence + 1)) <= set(numbers.values()):
            gone |= snapshot.ids() - self._source.listed()  # some change left no row behind: groups were removed
        behind = held.behind or len(groups) > NEW_AT_ONCE
        changed = snapshot.changed(gone, groups, sequence, *self._encode(only_known=behind))
        return replace(held, snapshot=changed, behind=behind and any(self._models))

    def _first(self) -> _Held:
        """Build what nobody has built yet; whoever else wants it waits for it instead of building it as well."""
        with alone(self._folder, wait=True):
            return self._on_disk(None) or self._made(after=-1)

    def rebuild(self, progress: Progress | None = None) -> Snapshot:
        """Lay out the whole catalogue anew and publish it as a generation."""
        with alone(self._folder, wait=True), self._leading():
            built = self._given_on(self._build(progress))
        with self._changing:
            self._held = self._told(built)
        return built.snapshot

    def _rebuild_once(self, seen: Mark | None) -> None:
        """Write a new generation, in one process at a time, unless somebody did since `seen`."""
        with alone(self._folder, wait=False) as is_alone:
            if not is_alone or generation.mark(self._folder) != seen:
                return
            if (made := self._made_already()) is not None:
                with self._changing:
                    self._held = self._told(self._caught_up(made))
                return
            built = self._made(after=self._goes_on_from())
        if not built.files:  # it could not be written: at least the edits are folded in
            with self._changing:
                self._held = self._told(self._caught_up(built))
            raise OSError("not written")

    def _leading(self) -> AbstractContextManager[None]:
        return nullcontext() if self._shared is None else self._shared.leading()

    def _made(self, *, after: int) -> _Held:
        """Fetch what another machine has made of a change later than `after`, or else make it and give it on."""
        if self._shared is None:
            return self._build()
        if (fetched := self._fetched(after)) is not None:
            return fetched
        with self._leading():
            return self._fetched(after) or self._given_on(self._build())

    def _fetched(self, after: int) -> _Held | None:
        upto, own = self._source.sequence(), (self._folder, self._taxonomy, self._models)
        if self._shared is None or not self._shared.fetch(*own, after=after, up_to=upto, damaged=self._damaged):
            return None
        self._damaged = frozenset()
        return self._on_disk(None)

    def _given_on(self, built: _Held) -> _Held:
        name = generation.pointed(self._folder)
        if self._shared is not None and built.files and name:
            self._shared.offer(self._folder / name)
        return built

    def _goes_on_from(self) -> int:
        """Return which change a generation must be later than to be worth fetching; -1: any is, ours is damaged."""
        name = generation.pointed(self._folder)
        damaged = self._held is not None and self._held.damaged
        return -1 if damaged or not name else generation.number_of(self._folder / name)

    def _made_already(self) -> _Held | None:
        """Return a generation by the terms as they are now, where other terms are why one is wanted."""
        held = self._held
        return self._on_disk(None) if held is not None and held.snapshot.is_outdated else None

    def _build(self, progress: Progress | None = None) -> _Held:
        """Build and publish; the caller holds the folder's lock."""
        sequence, everything = self._source.sequence(), until_leaving(self._source.everything())
        built = Snapshot.build(
            progress(everything) if progress else everything,
            self._taxonomy,
            sequence,
            *(in_parts(encode) if encode else None for encode in self._encode()),
        )
        model, multilingual = self._models  # now: they may have failed on the way
        try:
            place = generation.publish(self._folder, built, model, self._damaged, multilingual)
            for by in (self._understands, self._multilingual):
                if by is not None:
                    by.keep()
            taken = generation.take(place, self._taxonomy, model, multilingual)
        except (OSError, DamagedError) as error:  # a full or read-only disk must not stop search
            _not_written(error)
            return _Held(snapshot=built, mark=generation.mark(self._folder), damaged=True)
        self._damaged = frozenset()
        return _Held(snapshot=taken.snapshot, mark=generation.mark(self._folder), files=taken.files)

    def is_published(self) -> bool:
        """Whether a generation is on disk that a new process could start from, with all that its models know."""
        return any(self._usable(place) for place in generation.generations(self._folder))

    def _usable(self, place: Path) -> bool:
        try:
            return not self._lacks(generation.load(place, self._taxonomy, *self._models))
        except DamagedError:
            return False


def _not_written(error: Exception) -> None:
    _log.warning("the search index could not be written", extra={"error": type(error).__name__})
