"""Vectors of texts, kept by key in one file, so that only text that is new or changed is encoded.

The file is a numpy array of rows (key, vector) in order of key, followed by the SHA-256 of all before it. It is written
under another name and put in place by one rename, and copied or mapped into memory (`service/matching/intact.py`). What
is kept can always be made again: a file that is missing or damaged is as good as an empty one.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from service.catalog.views import ListedGroup
from service.matching import intact
from service.matching.intact import Intact
from service.matching.meaning.encoder import DIMENSIONS, Encoder, key

FILE = "vectors.npy"
KEY_BYTES = 16
ROW = np.dtype([("key", f"S{KEY_BYTES}"), ("vector", np.int8, (DIMENSIONS,))])  # of the English model
_SUM_BYTES = 32
_HEADER = 4096  # bytes: more than numpy's ever has
_LEFT_SECONDS = 86_400  # an unfinished file older than this was left by a process that died
Keys = NDArray[np.bytes_]
Vectors = NDArray[np.int8]
Progress = Callable[[int, int], None]  # texts encoded, texts to encode


class VectorStore:
    """What one folder held when it was opened; a later `publish` there does not change it.

    Parameters
    ----------
    folder : Path
        Need not exist.
    dimensions : int
        Of the vectors: a file of others is as good as damaged.

    Attributes
    ----------
    damaged : bool
        There is a file, and it is not as it was written; it is then ignored.
    """

    def __init__(self, folder: Path, dimensions: int = DIMENSIONS) -> None:
        self._file: Intact | None = None
        self._dimensions = dimensions
        self._rows: NDArray[np.void] = np.empty(0, row_of(dimensions))
        self._keys: Keys = self._rows["key"]
        self.damaged = False
        try:
            self._file, rows = _read(folder / FILE, row_of(dimensions))
        except FileNotFoundError:
            return
        except (OSError, ValueError):
            self.damaged = True
            return
        self._rows, self._keys = rows, np.ascontiguousarray(rows["key"])

    def __len__(self) -> int:
        return len(self._keys)

    def lookup(self, keys: Keys) -> tuple[NDArray[np.bool_], Vectors]:
        """Return which keys are here, shape (n,), and their vectors, shape (n, dimensions), or zeros."""
        held, rows = self._keys, self._rows
        if len(held) and self._is_safe():
            places = np.minimum(np.searchsorted(held, keys), len(held) - 1)
            found: NDArray[np.bool_] = held[places] == keys
            vectors = np.zeros((len(keys), self._dimensions), np.int8)
            vectors[found] = rows["vector"][places[found]]
            if self._is_safe():
                return found, vectors
        return np.zeros(len(keys), np.bool_), np.zeros((len(keys), self._dimensions), np.int8)

    def everything(self) -> tuple[Keys, Vectors]:
        """Return all keys, shape (n,), and their vectors, shape (n, dimensions); none if the file was written to."""
        keys, vectors = self._keys, self._rows["vector"]
        if self._file is not None and self._file.opened is not None:
            vectors = vectors.copy()
        return (keys, vectors) if self._is_safe() else (keys[:0], vectors[:0])

    def _is_safe(self) -> bool:
        """Whether the file is still what was read; forget it if not."""
        if self._file is not None and not self._file.safe():
            self.damaged, self._file = True, None
            self._rows = np.empty(0, row_of(self._dimensions))
            self._keys = self._rows["key"]
            return False
        return self._file is not None


def row_of(dimensions: int) -> np.dtype[np.void]:
    """Return what one row of a file is."""
    return ROW if dimensions == DIMENSIONS else np.dtype([("key", f"S{KEY_BYTES}"), ("vector", np.int8, (dimensions,))])


def _read(path: Path, row: np.dtype[np.void]) -> tuple[Intact, NDArray[np.void]]:
    """Return a file and its rows; OSError or ValueError if anything in it is not as it was written."""
    file = intact.take(path, _SUM_BYTES)
    if bytes.fromhex(file.digest) != file.data[-_SUM_BYTES:].tobytes():
        raise ValueError(path.name)
    header = BytesIO(file.data[:_HEADER].tobytes())
    np.lib.format.read_magic(header)
    shape, _, dtype = np.lib.format.read_array_header_1_0(header)
    if dtype != row or len(shape) != 1:
        raise ValueError(path.name)
    rows: NDArray[np.void] = np.ndarray(shape, row, buffer=file.data, offset=header.tell())
    return file, rows


def publish(folder: Path, keys: Keys, vectors: Vectors) -> None:
    """Keep these vectors in the folder, and only these.

    Parameters
    ----------
    folder : Path
        Made when missing.
    keys : array of S16, shape (n,)
        In any order; of a key that comes twice, the first is kept.
    vectors : array of int8, shape (n, dimensions)
    """
    ordered, first = np.unique(keys, return_index=True)
    rows = np.empty(len(ordered), row_of(vectors.shape[1]))
    rows["key"], rows["vector"] = ordered, vectors[first]
    folder.mkdir(parents=True, exist_ok=True)
    work = folder / f".{uuid4().hex}.unfinished"
    try:
        with work.open("w+b") as file:
            np.save(file, rows, allow_pickle=False)
            file.seek(0)
            file.write(hashlib.file_digest(file, "sha256").digest())
            file.flush()
            os.fsync(file.fileno())
        intact.put(work, folder / FILE)
    finally:
        work.unlink(missing_ok=True)
    _tidy(folder)


def _tidy(folder: Path) -> None:
    newest = (folder / FILE).stat().st_mtime
    for path in folder.glob(".*.unfinished"):
        try:
            if newest - path.stat().st_mtime > _LEFT_SECONDS:
                path.unlink()
        except FileNotFoundError:  # another process was quicker
            continue


def keys_of(texts: Iterable[str], model_id: str) -> Keys:
    """Return the key of each text, shape (n,)."""
    return np.array([key(text, model_id) for text in texts], dtype=f"S{KEY_BYTES}")


def look_up(
    keys: Keys, stores: Iterable[VectorStore], dimensions: int = DIMENSIONS
) -> tuple[NDArray[np.bool_], Vectors]:
    """Ask one store after the other for what the ones before did not have; return as `VectorStore.lookup`."""
    found, vectors = np.zeros(len(keys), np.bool_), np.zeros((len(keys), dimensions), np.int8)
    for store in stores:
        left = np.flatnonzero(~found)
        here, some = store.lookup(keys[left])
        found[left[here]] = True
        vectors[left[here]] = some[here]
    return found, vectors


def encode_missing(
    texts: Sequence[str], encoder: Encoder, stores: Iterable[VectorStore], progress: Progress | None = None
) -> Vectors:
    """Return every text's vector, encoding only what no store has, and equal texts once.

    Returns
    -------
    array of int8, shape (n, 384)

    Raises
    ------
    EncoderError
        A text had to be encoded and could not be.
    """
    keys = keys_of(texts, encoder.id)
    found, vectors = look_up(keys, stores)
    missing = np.flatnonzero(~found)
    _, first, again = np.unique(keys[missing], return_index=True, return_inverse=True)
    made = np.zeros((len(first), DIMENSIONS), np.int8)
    for number, place in enumerate(missing[first].tolist()):
        made[number] = encoder.encode(texts[place])
        if progress is not None:
            progress(number + 1, len(first))
    vectors[missing] = made[again]
    return vectors


def meaning_text(
    name: str, description: str | None, what_happens: str | None, who_for: str | None, labels: Sequence[str] = ()
) -> str:
    """Return the text that says what a group is, sentence by sentence, without where it is.

    Places stay out: they would draw groups of one town together, whatever they do.

    Examples
    --------
    >>> meaning_text("Sunny Choir (example)", "We sing!", None, "Everyone", ("Singing",))
    'Sunny Choir. We sing! Everyone. Singing.'
    """
    parts = (name.removesuffix("(example)"), description, who_for, what_happens, ", ".join(labels))
    sentences = (" ".join(part.split()) for part in parts if part)
    return " ".join(part if part[-1] in ".!?…" else f"{part}." for part in sentences if part)


def text_of(group: ListedGroup) -> str:
    """Return the text by which a group's vector is made and found again."""
    return meaning_text(group.name, group.description, group.what_happens, group.who_for)
