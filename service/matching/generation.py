"""A layer on disk: written whole beside the others, checked by sums, published by one rename, mapped into memory.

All workers of a machine share the mapped files. A file that a worker still maps stays readable after its generation was
removed.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np

from service.catalog.taxonomy import Taxonomy
from service.matching.columns import Columns
from service.matching.ground import Ground
from service.matching.layer import Layer, Posts
from service.matching.lexical import Lexicon, Words
from service.matching.products import Vectors
from service.matching.snapshot import Snapshot

FORMAT = 5  # raise it when the arrays change their meaning: older generations are then rebuilt
KEPT = 2  # generations kept on disk: the current one, and the one to fall back on
_POINTER = "current"
_MAPPED = 4096  # bytes from which a file is mapped rather than read


class DamagedError(Exception):
    """A generation cannot be used; never leaves the index."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Which generation is published: changes with every publication."""

    written: int
    inode: int


def mark(folder: Path) -> Mark | None:
    """Return what stands for the published generation; None when there is none. Takes microseconds."""
    try:
        found = os.stat(folder / _POINTER)
    except OSError:
        return None
    return Mark(found.st_mtime_ns, found.st_ino)


def publish(folder: Path, snapshot: Snapshot, model: str) -> None:
    """Write the base of a snapshot as a generation and point to it; older ones but the last are removed.

    Raises
    ------
    OSError
        Nothing could be written; what is published stays as it was.
    """
    name = f"generation-{snapshot.sequence:012d}-{uuid4().hex[:8]}"
    work = folder / f".{name}"
    work.mkdir(parents=True)
    try:
        _write(work, snapshot, model)
        work.rename(folder / name)
    except OSError:
        shutil.rmtree(work, ignore_errors=True)
        raise
    pointer = folder / f".{_POINTER}-{uuid4().hex[:8]}"
    pointer.write_text(name)
    os.replace(pointer, folder / _POINTER)
    _tidy(folder)


def _write(work: Path, snapshot: Snapshot, model: str) -> None:
    for key, array in _arrays(snapshot.base).items():
        np.save(work / f"{key}.npy", np.ascontiguousarray(array), allow_pickle=False)
    own = snapshot.base.lexicon.words
    meta = {
        "format": FORMAT,
        "sequence": snapshot.sequence,
        "terms": snapshot.taxonomy.digest,
        "model": model,
        "n_documents": own.n_documents,
        "mean_length": own.mean_length,
        "sums": {path.name: _sum(path) for path in sorted(work.iterdir())},
    }
    (work / "meta.json").write_text(_sealed(meta))


def _sealed(meta: Mapping[str, Any]) -> str:
    """Return the description with a sum of its own in the last line."""
    text = json.dumps(meta, indent=1)
    return f"{text}\n{hashlib.sha256(text.encode()).hexdigest()}\n"


def _opened(path: Path) -> dict[str, Any]:
    text, _, seal = path.read_text(encoding="utf-8").rstrip("\n").rpartition("\n")
    if hashlib.sha256(text.encode()).hexdigest() != seal:
        raise DamagedError(path.name)
    found: dict[str, Any] = json.loads(text)
    return found


def generations(folder: Path) -> list[Path]:
    """Return the generations on disk, the published one first, then the newest."""
    try:
        current = (folder / _POINTER).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        current = ""
    found = sorted(folder.glob("generation-*"), key=lambda path: path.name, reverse=True)
    return sorted(found, key=lambda path: path.name != current)


def load(place: Path, taxonomy: Taxonomy, model: str) -> Snapshot:
    """Map one generation into memory.

    Raises
    ------
    DamagedError
        A file is missing, does not match its sum, or is of another format, other terms or another model (a process
        that has no model, '', takes any: the vectors are then not asked).
    """
    try:
        meta = _opened(place / "meta.json")
        if (meta["format"], meta["terms"]) != (FORMAT, taxonomy.digest) or meta["model"] != (model or meta["model"]):
            raise DamagedError(place.name)
        arrays = {Path(name).stem: _checked(place / name, known) for name, known in meta["sums"].items()}
        return Snapshot(base=_layer(arrays, meta), taxonomy=taxonomy, sequence=meta["sequence"])
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise DamagedError(place.name) from error


def _checked(path: Path, known: str) -> Any:
    """Map a file and check what is mapped, so that what was checked is what is used."""
    if path.stat().st_size > _MAPPED:
        array: Any = np.load(path, mmap_mode="r", allow_pickle=False)
    else:
        array = np.load(path, allow_pickle=False)
    if _sum(path) != known:
        raise DamagedError(path.name)
    return np.asarray(array)  # the memory map's own class is slow to cut


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


_LEXICON = ("starts", "documents", "counts", "lengths", "name_weights")
_GROUND = ("blocks", "cells", "more_cells", "more_groups")
_POSTS = ("starts", "groups", "weights")
_LAYER = ("names", "named")
_VECTORS = ("blocks", "sums")


def _arrays(layer: Layer) -> dict[str, Any]:
    own = layer.lexicon.words
    return {
        **layer.columns.arrays(),
        "word_stems": own.stems,
        "word_weights": own.weights,
        **{f"lexicon_{name}": getattr(layer.lexicon, name) for name in _LEXICON},
        **{f"posts_{name}": getattr(layer.posts, name) for name in _POSTS},
        **{f"ground_{name}": getattr(layer.ground, name) for name in _GROUND},
        **{f"layer_{name}": getattr(layer, name) for name in _LAYER},
        **{f"vectors_{name}": getattr(layer.vectors, name) for name in _VECTORS},
    }


def _layer(arrays: Mapping[str, Any], meta: Mapping[str, Any]) -> Layer:
    columns = Columns(**{field.name: arrays[field.name] for field in fields(Columns)})
    own = Words(arrays["word_stems"], arrays["word_weights"], meta["n_documents"], meta["mean_length"])
    return Layer(
        columns=columns,
        lexicon=Lexicon(own, **{name: arrays[f"lexicon_{name}"] for name in _LEXICON}),
        posts=Posts(**{name: arrays[f"posts_{name}"] for name in _POSTS}),
        ground=Ground(columns, **{name: arrays[f"ground_{name}"] for name in _GROUND}),
        vectors=Vectors(**{name: arrays[f"vectors_{name}"] for name in _VECTORS}),
        **{name: arrays[f"layer_{name}"] for name in _LAYER},
    )


def _tidy(folder: Path) -> None:
    """Remove all but the newest generations."""
    for path in generations(folder)[KEPT:]:
        shutil.rmtree(path, ignore_errors=True)
