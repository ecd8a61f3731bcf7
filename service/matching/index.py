"""The search index on disk: generations that are written whole, checked by sum and published by one rename.

A generation is only a faster way to a snapshot. The database is the truth: edits since a generation was written are
read from it, and a generation that is missing, old or damaged is rebuilt from it.
"""

import hashlib
import json
import os
import shutil
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import numpy as np
from scipy import sparse

from service.catalog.taxonomy import Taxonomy
from service.catalog.views import ListedGroup
from service.matching.columns import Columns
from service.matching.lexical import Lexicon
from service.matching.snapshot import Snapshot

FORMAT = 3  # raise it when the arrays change their meaning: older generations are then rebuilt
KEPT = 2  # generations kept on disk: the current one, and the one a worker may still be reading
_PARTS = ("data", "indices", "indptr")  # of a sparse matrix
Progress = Callable[[Iterable[ListedGroup]], Iterable[ListedGroup]]


class Source(Protocol):
    """Where the catalogue comes from: the composition root gives one that reads the database."""

    def sequence(self) -> int:
        """Return the number of the catalogue's last change."""

    def everything(self) -> Iterable[ListedGroup]:
        """Return every group that search may show."""

    def changed_since(self, sequence: int) -> tuple[set[str], Sequence[ListedGroup]]:
        """Return the ids of all groups changed since, and those among them that search may show."""

    def listed(self) -> frozenset[str]:
        """Return the ids of all groups that are published: what is no longer there was removed."""


class DamagedError(Exception):
    """A generation cannot be used; never leaves this module."""


class Index:
    """The current snapshot of one process, kept up with the database.

    Parameters
    ----------
    folder : Path
        Where generations live; made when missing.
    source : Source
    taxonomy : Taxonomy
    """

    def __init__(self, folder: Path, source: Source, taxonomy: Taxonomy) -> None:
        self._folder = folder
        self._source = source
        self._taxonomy = taxonomy
        self._snapshot: Snapshot | None = None
        self._changing = threading.Lock()

    @property
    def taxonomy(self) -> Taxonomy:
        """The terms this index understands."""
        return self._taxonomy

    def current(self) -> Snapshot:
        """Return a snapshot that holds every change committed before the call."""
        sequence = self._source.sequence()
        held = self._snapshot
        if held is not None and held.sequence == sequence:
            return held
        with self._changing:
            held = self._snapshot or self._load() or self.rebuild()
            sequence = self._source.sequence()
            if held.sequence != sequence:
                gone, groups = self._source.changed_since(held.sequence)
                gone |= set(held.columns.ids.tolist()) - self._source.listed()
                held = held.changed(gone, groups, sequence)
            self._snapshot = held
            return held

    def rebuild(self, progress: Progress | None = None) -> Snapshot:
        """Lay out the whole catalogue anew and publish it as a generation."""
        sequence = self._source.sequence()
        everything = self._source.everything()
        groups = list(progress(everything) if progress else everything)
        built = Snapshot.build(groups, self._taxonomy, sequence)
        publish(self._folder, built)
        self._snapshot = built
        return built

    def is_published(self) -> bool:
        """Whether a generation is on disk that a new process could start from."""
        return self._load() is not None

    def _load(self) -> Snapshot | None:
        try:
            return load(self._folder, self._taxonomy)
        except DamagedError:
            return None


def publish(folder: Path, snapshot: Snapshot) -> None:
    """Write a generation beside the others, then point to it by one atomic rename; older ones are removed."""
    name = f"generation-{snapshot.sequence:012d}-{uuid4().hex[:8]}"
    work = folder / f".{name}"
    work.mkdir(parents=True)
    for key, array in _arrays(snapshot).items():
        np.save(work / f"{key}.npy", np.ascontiguousarray(array), allow_pickle=False)
    (work / "vocabulary.json").write_text(json.dumps(snapshot.lexicon.words(), ensure_ascii=False))
    sums = {path.name: _sum(path) for path in sorted(work.iterdir())}
    meta = {
        "format": FORMAT,
        "sequence": snapshot.sequence,
        "terms": snapshot.taxonomy.digest,
        "mean_length": snapshot.lexicon.mean_length,
        "sums": sums,
    }
    (work / "meta.json").write_text(json.dumps(meta, indent=1))
    work.rename(folder / name)
    pointer = folder / f".current-{uuid4().hex[:8]}"
    pointer.write_text(name)
    os.replace(pointer, folder / "current")
    _tidy(folder)


def load(folder: Path, taxonomy: Taxonomy) -> Snapshot | None:
    """Map the published generation into memory; None when there is none.

    Raises
    ------
    DamagedError
        A file is missing, does not match its sum, or is of another format or other terms.
    """
    pointer = folder / "current"
    if not pointer.exists():
        return None
    place = folder / pointer.read_text().strip()
    try:
        meta: dict[str, Any] = json.loads((place / "meta.json").read_text())
        _check(place, meta, taxonomy)
        arrays = {
            path.stem: np.load(path, mmap_mode="r" if path.stat().st_size > 4096 else None, allow_pickle=False)
            for path in place.glob("*.npy")
        }
        words = json.loads((place / "vocabulary.json").read_text())
    except (OSError, ValueError, KeyError) as error:
        raise DamagedError(place.name) from error
    shape = (len(arrays["ids"]), len(words))
    matrices = {
        name: sparse.csc_array(tuple(arrays.pop(f"{name}_{part}") for part in _PARTS), shape=shape)
        for name in ("impacts", "names")
    }
    lexicon = Lexicon(
        vocabulary={word: number for number, word in enumerate(words)},
        weights=arrays.pop("lexicon_weights"),
        mean_length=meta["mean_length"],
        name_weights=arrays.pop("lexicon_name_weights"),
        **matrices,
    )
    return Snapshot(columns=Columns(**arrays), lexicon=lexicon, taxonomy=taxonomy, sequence=meta["sequence"])


def _arrays(snapshot: Snapshot) -> dict[str, Any]:
    lexicon = snapshot.lexicon
    matrices = {"impacts": lexicon.impacts, "names": lexicon.names}
    return {
        **snapshot.columns.arrays(),
        **{f"{name}_{part}": getattr(matrix, part) for name, matrix in matrices.items() for part in _PARTS},
        "lexicon_weights": lexicon.weights,
        "lexicon_name_weights": lexicon.name_weights,
    }


def _check(place: Path, meta: dict[str, Any], taxonomy: Taxonomy) -> None:
    if meta["format"] != FORMAT or meta["terms"] != taxonomy.digest:
        raise DamagedError(place.name)
    for name, expected in meta["sums"].items():
        if _sum(place / name) != expected:
            raise DamagedError(name)


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _tidy(folder: Path) -> None:
    """Remove all but the newest generations; a file a worker still maps stays readable until it lets go."""
    current = (folder / "current").read_text().strip()
    old = sorted(
        (path for path in folder.glob("generation-*") if path.name != current), key=lambda path: path.stat().st_mtime
    )
    for path in old[: max(0, len(old) - KEPT + 1)]:
        shutil.rmtree(path, ignore_errors=True)
