"""One process for each way to search, so that none warms another's memory; it does what it is told through a pipe."""

import multiprocessing
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from service.catalog.views import ListedGroup
from service.catalog.words.vocabulary import load_taxonomy
from service.matching.profile import Profile, Where
from tests.benchmarks import made_up
from tests.benchmarks.kith_peer import Kith, encoder
from tests.benchmarks.peers import Fts5, Peer, Tantivy
from tests.benchmarks.postgresql import Postgresql

SEEDS = Path(__file__).parents[2] / "seeds"
PEERS: dict[str, Callable[[], Peer]] = {made.name: made for made in (Kith, Fts5, Tantivy, Postgresql)}
MB = 1e6
EDITS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Megabytes of one process.

    Attributes
    ----------
    own, mapped : float
        What it holds alone, and what is mapped from files and can be shared.
    opened_own, opened_mapped : float
        The part of both that came with opening and answering; the rest is Python and its packages.
    pss, shared_clean, private, peak : float
        As Linux counts them.
    """

    own: float
    mapped: float
    opened_own: float
    opened_mapped: float
    pss: float
    shared_clean: float
    private: float
    peak: float


def memory(before: Memory | None = None) -> Memory | None:
    """Read this process's memory from Linux, and what came on top of `before`; None on other systems."""
    rollup, status = Path("/proc/self/smaps_rollup"), Path("/proc/self/status")
    if not rollup.exists():
        return None
    lines = [*rollup.read_text().splitlines()[1:], *status.read_text().splitlines()]
    kb = {line.split()[0].rstrip(":"): int(line.split()[1]) for line in lines if line.endswith(" kB")}
    mb = {name: value * 1024 / MB for name, value in kb.items()}
    return Memory(
        own=mb["RssAnon"],
        mapped=mb["RssFile"],
        opened_own=mb["RssAnon"] - (before.own if before else 0.0),
        opened_mapped=mb["RssFile"] - (before.mapped if before else 0.0),
        pss=mb["Pss"],
        shared_clean=mb["Shared_Clean"],
        private=mb["Private_Clean"] + mb["Private_Dirty"],
        peak=mb["VmHWM"],
    )


class Bench:
    """What a worker can be told to do. `folder` holds what this peer's build wrote."""

    def __init__(self, name: str, groups: int, folder: Path) -> None:
        self._peer, self._groups, self._folder = PEERS[name](), groups, folder
        self._taxonomy = load_taxonomy(SEEDS / "taxonomy")
        self._people: list[Any] = []
        self._encode: Callable[[str], object] | None = None
        self._before: Memory | None = None

    def build(self) -> tuple[float, float, Memory | None]:
        """Build; returns seconds (without making the groups up), megabytes on disk, and memory."""
        clock = Clock(made_up.world(self._groups, self._taxonomy))
        before = time.perf_counter()
        self._peer.build(self._folder, clock, self._taxonomy)
        seconds = time.perf_counter() - before - clock.seconds - getattr(self._peer, "encoding_s", 0.0)
        return seconds, self._peer.size(self._folder) / MB, memory()

    def store(self) -> float:
        """Fill Kith's database; returns seconds."""
        before = time.perf_counter()
        assert isinstance(self._peer, Kith)
        self._peer.store(self._folder, made_up.world(self._groups, self._taxonomy), self._taxonomy)
        return time.perf_counter() - before

    def open(self, people: int) -> float:
        """Open what was built and read so many people's questions; returns seconds until the first answer."""
        profiles = made_up.askers(people, self._taxonomy, groups=self._groups)
        self._before = memory()
        before = time.perf_counter()
        self._peer.open(self._folder, self._taxonomy)
        self._peer.ask(self._peer.read(profiles[0]))
        seconds = time.perf_counter() - before
        self._people = [(profile.text, self._peer.read(profile)) for profile in profiles]
        return seconds

    def encodes(self) -> bool:
        """Make the encoder ready; returns whether there is one."""
        self._encode = encoder()
        return self._encode is not None

    def ask(self, first: int, until: int, encoding: bool = False) -> list[float]:  # noqa: FBT001, FBT002
        """Answer some people; returns milliseconds of each."""
        taken = []
        for text, person in self._people[first:until]:
            before = time.perf_counter()
            if encoding and self._encode is not None:
                self._encode(text)
            self._peer.ask(person)
            taken.append((time.perf_counter() - before) * 1000)
        return taken

    def memory(self) -> Memory | None:
        """Tell the memory of this process."""
        return memory(self._before)

    def ready(self) -> list[int]:
        """Have the groups at hand that will be edited; returns their numbers."""
        return sorted(self._editable)[:EDITS]

    def edit(self, number: int, name: str) -> None:
        """Give a group another name."""
        old = self._editable[number]
        self._peer.edit(self._folder, old, replace(old, name=name), self._taxonomy)

    def sees(self, number: int, word: str) -> bool:
        """Tell whether somebody next door who asks for the word is shown the group."""
        place = self._editable[number].places[0]
        home = Where(label="next door", latitude=place.latitude or 0.0, longitude=place.longitude or 0.0)
        return number in self._peer.ask(self._peer.read(Profile(text=word, place=home, max_km=2.0)))

    def fresh(self) -> None:
        """Look again at the files, where a peer does not do so by itself."""
        if isinstance(self._peer, Tantivy):
            self._peer.fresh()

    @cached_property
    def _editable(self) -> dict[int, ListedGroup]:
        first = islice(made_up.world(self._groups, self._taxonomy), 100)
        return {group.id.int - 1: group for group in first if group.places and group.age_min is None}


class Clock:
    """Counts the seconds that making groups up takes, so that they can be taken off."""

    def __init__(self, groups: Iterable[ListedGroup]) -> None:
        self._groups, self.seconds = groups, 0.0

    def __iter__(self) -> Iterator[ListedGroup]:
        before = time.perf_counter()
        for group in self._groups:
            self.seconds += time.perf_counter() - before
            yield group
            before = time.perf_counter()


def serve(pipe: Connection, name: str, groups: int, folder: Path) -> None:
    """Do as told until told to stop."""
    bench = Bench(name, groups, folder)
    while (told := pipe.recv()) is not None:
        what, arguments = told
        try:
            pipe.send((True, getattr(bench, what)(*arguments)))
        except Exception:  # whatever it was, the run goes on without this peer and says so
            pipe.send((False, traceback.format_exc(limit=-3)))


class Failed(Exception):
    """A worker could not do what it was told."""


class Worker:
    """The near end of a worker."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    def tell(self, what: str, *arguments: object) -> Any:
        """Have it do something and return what it says; raises Failed."""
        try:
            self._pipe.send((what, arguments))
            well, said = self._pipe.recv()
        except (EOFError, OSError) as error:
            raise Failed("the process ended, perhaps for want of memory") from error
        if not well:
            raise Failed(said)
        return said


@contextmanager
def working(name: str, groups: int, folder: Path) -> Iterator[Worker]:
    """Start a worker; it is ended in the end."""
    context = multiprocessing.get_context("spawn")
    near, far = context.Pipe()
    process = context.Process(target=serve, args=(far, name, groups, folder), daemon=True)
    process.start()
    far.close()
    try:
        yield Worker(near)
    finally:
        try:
            near.send(None)
        except OSError:
            process.terminate()
        process.join(timeout=20)
        near.close()
