"""Turns texts into vectors where there is a model, and says so where there is none: search then goes on by words."""

import logging
import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from service.matching.encoder import Encoder, EncoderError
from service.matching.meaning import I8
from service.matching.reading import EncodeOne
from service.matching.vectors import VectorStore, keys_of, look_up, publish

_log = logging.getLogger("kith")


@lru_cache(maxsize=1)
def _loaded() -> Encoder:
    """Return the encoder of this process; what could not be loaded is tried again by the next who asks."""
    return Encoder.load()


@lru_cache(maxsize=1)
def _sound() -> bool:
    """Whether this process's encoder does what it should, by its own test."""
    return _loaded().check().usable


class Understanding:
    """What encodes for one process. Never raises: what cannot be encoded has no meaning, and `trouble` says why.

    Parameters
    ----------
    shipped, own : Path
        Folders of vectors: of the starter catalogue, and of what was encoded here.

    Attributes
    ----------
    trouble : str or None
        Code of `EncoderError`, or `model_differs` where the self-test failed; None: all is well, as far as known.
    """

    def __init__(self, shipped: Path, own: Path) -> None:
        self._stores = [VectorStore(shipped), VectorStore(own)]
        self._own = own
        if any(store.damaged for store in self._stores):
            _log.warning("kept vectors are damaged: texts are encoded again", extra={"check": "meaning"})
        self._new: dict[bytes, I8] = {}
        self._checked = False
        self._checking = threading.Lock()
        self.trouble: str | None = None
        try:
            self.id = _loaded().id
        except EncoderError as error:
            self._failed(error.code)

    def _failed(self, code: str) -> None:
        _log.warning("meaning is not understood", extra={"check": "meaning", "error": code})
        self.id, self.trouble = "", code

    def warning(self) -> str | None:
        """Return what an operator should know: `trouble`, or `vectors_damaged`, which costs time and nothing else."""
        return self.trouble or ("vectors_damaged" if any(store.damaged for store in self._stores) else None)

    def _works(self) -> bool:
        """Whether there is an encoder, and it has shown in this process that it does what it should."""
        with self._checking:
            if self.trouble is None and not self._checked:
                self._checked = True
                try:
                    if not _sound():
                        self._failed("model_differs")
                except EncoderError as error:
                    self._failed(error.code)
        return self.trouble is None

    def one(self, text: str) -> I8 | None:
        """Return the vector of a question, shape (384,); None where there is no model, or nothing to encode."""
        if not text or not self._works():
            return None
        try:
            return _loaded().encode(text)
        except EncoderError as error:
            self._failed(error.code)
            return None

    def many(self, texts: Sequence[str]) -> I8:
        """Return the vectors of listings, shape (n, 384), encoding only what is new; zeros where it fails."""
        return self._vectors(texts, self.one)

    def known(self, texts: Sequence[str]) -> I8:
        """Return those vectors of listings that need not be encoded, shape (n, 384); zeros for the others."""
        return self._vectors(texts, lambda _: None)

    def _vectors(self, texts: Sequence[str], encode: EncodeOne) -> I8:
        keys = keys_of(texts, self.id)
        found, vectors = look_up(keys, self._stores)
        for place in np.flatnonzero(~found).tolist():
            key = bytes(keys[place])
            made = self._new.get(key)
            if made is None:
                made = encode(texts[place])
                if made is None:
                    continue
                self._new[key] = made
            vectors[place] = made
        return vectors

    def keep(self) -> None:
        """Write what was encoded since the last time; what cannot be written is encoded again when needed.

        The caller sees to it that no other process does the same at the same time.
        """
        new, now = self._new.copy(), VectorStore(self._own)  # as it is now: another process may have added some
        if not new and not now.damaged:
            return
        held = (now if not now.damaged else self._stores[1]).everything()
        keys = np.concatenate([held[0], np.array(list(new), dtype=held[0].dtype)])
        made = np.array(list(new.values()), dtype=np.int8).reshape(len(new), -1) if new else held[1][:0]
        try:
            publish(self._own, keys, np.concatenate([held[1], made]))
        except OSError as error:
            _log.warning("vectors could not be written", extra={"error": type(error).__name__})
            return
        self._stores = [self._stores[0], VectorStore(self._own)]
        for key in new:
            self._new.pop(key, None)
