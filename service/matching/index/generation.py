"""A layer on disk: written whole beside the others, checked by sums, published by one rename, shared by all workers.

A generation is a folder of two files: the arrays end to end, and a description of them with their sum and its own. Its
name tells its sequence and its kind (what it was made with), so that two releases of Kith can share a folder without
undoing one another's work. A file that a worker still maps stays readable after its generation was removed.
"""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

import numpy as np

from service.catalog.words.taxonomy import Taxonomy
from service.matching import intact
from service.matching.columns import Columns
from service.matching.ground import Ground
from service.matching.intact import Intact
from service.matching.layer import Layer, Posts
from service.matching.lexical import Lexicon, Words
from service.matching.meaning.products import Vectors
from service.matching.snapshot import Snapshot

FORMAT = 10  # raise it when the arrays change their meaning: older generations are then rebuilt
KEPT = 2  # generations of a kind kept on disk: the current one, and the one to fall back on
ARRAYS, META = "arrays.bin", "meta.json"
_POINTER = "current"
_NAME = re.compile(r"generation-[0-9a-f-]+")
_ALIGNED = 64  # bytes: where an array begins
_OTHERS_KEPT = 86_400  # seconds that generations of another kind are left for processes that still want them


class DamagedError(Exception):
    """A generation cannot be used; never leaves the index."""


class OtherKindError(DamagedError):
    """A generation of another format, other terms or labels, or another model: nothing is wrong with it."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Which generation is published: changes with every publication."""

    written: int
    inode: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A generation in memory, and the files it came from."""

    snapshot: Snapshot
    files: tuple[Intact, ...]


def mark(folder: Path) -> Mark | None:
    """Return what stands for the published generation; None when there is none. Takes microseconds."""
    try:
        found = os.stat(folder / _POINTER)
    except OSError:
        return None
    return Mark(found.st_mtime_ns, found.st_ino)


def publish(
    folder: Path, snapshot: Snapshot, model: str, damaged: frozenset[str] = frozenset(), multilingual: str = ""
) -> Path:
    """Write the base of a snapshot as a generation and point to it; return where it is.

    `model` and `multilingual` name what made its vectors, '' where there are none. Older generations but the last are
    removed, those named in `damaged`, and what writers that died left behind. The caller holds the folder's lock, so
    that no other writer's work is taken for such.

    Raises
    ------
    OSError
        Nothing could be written; what is published stays as it was.
    """
    kind = kind_of(snapshot.taxonomy, model)
    name = f"generation-{snapshot.sequence:012d}-{kind}-{uuid4().hex[:8]}"
    work = folder / f".{name}"
    work.mkdir(parents=True)
    try:
        _write(work, snapshot, {"model": model, "multilingual": multilingual})
        work.rename(folder / name)
    except OSError:
        shutil.rmtree(work, ignore_errors=True)
        raise
    point(folder, name)
    tidy(folder, kind, damaged)
    return folder / name


def point(folder: Path, name: str) -> None:
    """Make this generation the published one.

    Raises
    ------
    OSError
        The pointer stays as it was.
    """
    pointer = folder / f".{_POINTER}-{uuid4().hex[:8]}"
    try:
        pointer.write_text(f"{name}\n")
        intact.put(pointer, folder / _POINTER)
    except OSError:
        pointer.unlink(missing_ok=True)
        raise


def pointed(folder: Path) -> str:
    """Return the name in the pointer; '' when there is none or it names nothing that is here."""
    try:
        name, end, more = (folder / _POINTER).read_text(encoding="ascii").partition("\n")
        known = _NAME.fullmatch(name) and end and not more and (folder / name).exists()
        return name if known else ""
    except (OSError, ValueError):
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an operator may know of the published generation, without its being read whole."""

    sequence: int
    groups: int
    written_at: float  # seconds since 1970


def told(folder: Path) -> Told | None:
    """Tell of the published generation; None where there is none, or its description is damaged."""
    name = pointed(folder)
    if not name:
        return None
    try:
        meta = _opened(intact.take(folder / name / META))
        return Told(
            sequence=int(meta["sequence"]), groups=int(meta["n_documents"]), written_at=_written(folder / _POINTER)
        )
    except (OSError, ValueError, KeyError, TypeError, DamagedError):
        return None


def kind_of(taxonomy: Taxonomy, model: str) -> str:
    """Return what tells generations apart that were made with other things."""
    return hashlib.sha256(f"{FORMAT} {taxonomy.layout} {model}".encode()).hexdigest()[:8]


def kind_in(name: str) -> str:
    """Return the kind that the name of a generation tells."""
    return "".join(name.split("-")[2:3])


def number_of(place: Path) -> int:
    """Return the change of the catalogue that the name of a generation tells; -1: none."""
    told = "".join(place.name.split("-")[1:2])
    return int(told) if told.isdecimal() else -1


def _write(work: Path, snapshot: Snapshot, models: Mapping[str, str]) -> None:
    """Write both files through to the disk. The sum is of what was meant, not of what was read back."""
    total, places, at = hashlib.sha256(), {}, 0
    with (work / ARRAYS).open("wb") as file:
        for name, array in _arrays(snapshot.base).items():
            whole = np.ascontiguousarray(array)
            places[name] = (_told_type(whole.dtype), whole.shape, at)
            for part in (whole.reshape(-1).view(np.uint8).data, bytes(-whole.nbytes % _ALIGNED)):
                total.update(part)
                at += file.write(part)
        _through(file)
    own = snapshot.base.lexicon.words
    meta = {
        "format": FORMAT,
        "sequence": snapshot.sequence,
        "terms": snapshot.taxonomy.layout,
        **models,
        "n_documents": own.n_documents,
        "mean_length": own.mean_length,
        "stop_words": sorted(own.stop_words),
        "arrays": places,
        "sum": total.hexdigest(),
    }
    with (work / META).open("wb") as file:
        file.write(_sealed(meta))
        _through(file)


def _told_type(kind: np.dtype[Any]) -> Any:
    """Return a type of numbers or records as JSON can hold it."""
    if kind.fields is None or kind.names is None:
        return kind.str
    found = [(name, *kind.fields[name][:2]) for name in kind.names]
    parts = [(name, part.base.str, part.shape, offset) for name, part, offset in found]
    return {"size": kind.itemsize, "parts": parts}


def _type(told: Any) -> np.dtype[Any]:
    """Return the type that `_told_type` told."""
    if isinstance(told, str):
        return np.dtype(told)
    names, kinds, shapes, offsets = zip(*told["parts"], strict=True)
    formats = [(kind, tuple(shape)) for kind, shape in zip(kinds, shapes, strict=True)]
    return np.dtype({"names": names, "formats": formats, "offsets": offsets, "itemsize": told["size"]})


def _through(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _sealed(meta: Mapping[str, Any]) -> bytes:
    """Return the description with a sum of its own in the last line."""
    text = json.dumps(meta, indent=1).encode()
    return text + _seal(text)


def _seal(text: bytes) -> bytes:
    return f"\n{hashlib.sha256(text).hexdigest()}\n".encode()


def _opened(file: Intact) -> dict[str, Any]:
    whole = file.data.tobytes()
    text = whole[: -len(_seal(b""))]
    if whole != text + _seal(text):
        raise DamagedError(META)
    found: dict[str, Any] = json.loads(text)
    return found


def generations(folder: Path) -> list[Path]:
    """Return the generations on disk, the published one first, then the newest."""
    current = pointed(folder)
    try:
        found = sorted(folder.glob("generation-*"), key=lambda path: path.name, reverse=True)
    except OSError:
        return []
    return sorted(found, key=lambda path: path.name != current)


def take(place: Path, taxonomy: Taxonomy, model: str, multilingual: str = "") -> Taken:
    """Copy or map one generation into memory, checked whole.

    One whose multilingual vectors are missing, or by another model, comes without them: it is good for English.

    Raises
    ------
    DamagedError
        A file is missing, cannot be read or does not match its sum.
    OtherKindError
        It is of another format, other terms or another model (a process that has no model, '', takes any: the vectors
        are then not asked).
    """
    try:
        described = intact.take(place / META)
        meta = _opened(described)
        if (meta["format"], meta["terms"]) != (FORMAT, taxonomy.layout) or meta["model"] != (model or meta["model"]):
            raise OtherKindError(place.name)
        file = intact.take(place / ARRAYS)
        if file.digest != meta["sum"]:
            raise DamagedError(ARRAYS)
        arrays = {
            name: np.ndarray(tuple(shape), _type(told), buffer=file.data, offset=at)
            for name, (told, shape, at) in meta["arrays"].items()
        }
        if meta["multilingual"] != (multilingual or meta["multilingual"]):
            arrays |= {name: arrays[name][:0] for name in arrays if name.startswith("multilingual_")}
        snapshot = Snapshot(base=_layer(arrays, meta), taxonomy=taxonomy, sequence=meta["sequence"])
        return Taken(snapshot=snapshot, files=(described, file))
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise DamagedError(place.name) from error


def load(place: Path, taxonomy: Taxonomy, model: str, multilingual: str = "") -> Snapshot:
    """Return the snapshot of one generation. Raises as `take` does."""
    return take(place, taxonomy, model, multilingual).snapshot


_LEXICON = ("starts", "entries", "lengths", "name_weights")
_GROUND = ("blocks", "cells", "more_cells", "more_groups")
_POSTS = ("starts", "groups", "weights")
_LAYER = ("by_name", "by_id")
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
        **{f"multilingual_{name}": getattr(layer.multilingual, name) for name in _VECTORS},
    }


def _layer(arrays: Mapping[str, Any], meta: Mapping[str, Any]) -> Layer:
    columns = Columns.from_arrays(arrays)
    own = Words(
        arrays["word_stems"],
        arrays["word_weights"],
        meta["n_documents"],
        meta["mean_length"],
        frozenset(meta["stop_words"]),
    )
    return Layer(
        columns=columns,
        lexicon=Lexicon(own, **{name: arrays[f"lexicon_{name}"] for name in _LEXICON}),
        posts=Posts(**{name: arrays[f"posts_{name}"] for name in _POSTS}),
        ground=Ground(columns, **{name: arrays[f"ground_{name}"] for name in _GROUND}),
        vectors=Vectors(**{name: arrays[f"vectors_{name}"] for name in _VECTORS}),
        multilingual=Vectors(**{name: arrays[f"multilingual_{name}"] for name in _VECTORS}),
        **{name: arrays[f"layer_{name}"] for name in _LAYER},
    )


def tidy(folder: Path, kind: str, damaged: frozenset[str]) -> None:
    """Remove what nobody needs: see `publish`. What cannot be removed is tried again the next time."""
    left = (*folder.glob(".generation-*"), *folder.glob(f".{_POINTER}-*"))
    for path in (*_unneeded(folder, kind, damaged), *left):
        shutil.rmtree(path, ignore_errors=True)
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _unneeded(folder: Path, kind: str, damaged: frozenset[str]) -> Iterator[Path]:
    ours, newest = 0, _written(folder / _POINTER)
    for path in generations(folder):
        if path.name in damaged or not path.is_dir():
            yield path
        elif kind_in(path.name) == kind:
            ours += 1
            if ours > KEPT:
                yield path
        elif newest - _written(path) > _OTHERS_KEPT:
            yield path


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
