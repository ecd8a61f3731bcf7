"""Turns texts into vectors where there is a model, and says so where there is none: search then goes on by words."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import numpy as np

from service.matching.meaning import encoder, multilingual
from service.matching.meaning.encoder import Encoder, EncoderError, Remembering
from service.matching.meaning.multilingual import Multilingual
from service.matching.meaning.nearness import I8, EncodeOne
from service.matching.meaning.vectors import VectorStore, keys_of, look_up, publish

_log = logging.getLogger("kith")


@dataclass(frozen=True, slots=True)
class Model:
    """A model there may be: how it is made, the languages it reads, and the length of its vectors."""

    make: Callable[[], Remembering]
    speaks: frozenset[str]
    dimensions: int

    def load(self) -> Remembering:
        """Return the encoder of this process; what could not be loaded is tried again by the next who asks."""
        return _loaded(self)

    def sound(self) -> bool:
        """Whether this process's encoder does what it should, by its own test."""
        return _sound(self)


@lru_cache(maxsize=2)
def _loaded(model: Model) -> Remembering:
    return model.make()


@lru_cache(maxsize=2)
def _sound(model: Model) -> bool:
    return _loaded(model).check().usable


ENGLISH: Final = Model(lambda: Encoder.load(), frozenset({"en"}), encoder.DIMENSIONS)
MULTILINGUAL: Final = Model(lambda: Multilingual.load(), multilingual.SPEAKS, multilingual.DIMENSIONS)


class Understanding:
    """What encodes by one model for one process. Never raises: what cannot be encoded has no meaning.

    Parameters
    ----------
    shipped, own : Path
        Folders of vectors: of the starter catalogue, and of what was encoded here.
    model : Model

    Attributes
    ----------
    id : str
        Names the model; '' where it cannot be used.
    speaks : frozenset of str
        Languages it reads.
    trouble : str or None
        Code of `EncoderError`, or `model_differs` where the self-test failed; None: all is well, as far as known.
    """

    def __init__(self, shipped: Path, own: Path, model: Model = ENGLISH) -> None:
        self._model = model
        self.speaks = model.speaks
        self._stores = [VectorStore(shipped, model.dimensions), VectorStore(own, model.dimensions)]
        self._own = own
        if any(store.damaged for store in self._stores):
            _log.warning("kept vectors are damaged: texts are encoded again", extra={"check": "meaning"})
        self._new: dict[bytes, I8] = {}
        self._checked = False
        self._checking = threading.Lock()
        self.trouble: str | None = None
        try:
            self.id = model.load().id
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
                    if not self._model.sound():
                        self._failed("model_differs")
                except EncoderError as error:
                    self._failed(error.code)
        return self.trouble is None

    def one(self, text: str) -> I8 | None:
        """Return the vector of a question, shape (n_dimensions,); None without a model or anything to encode."""
        if not text or not self._works():
            return None
        try:
            return self._model.load().encode(text)
        except EncoderError as error:
            self._failed(error.code)
            return None

    def many(self, texts: Sequence[str]) -> I8:
        """Return the vectors of listings, shape (n, n_dimensions), encoding only what is new; zeros where it fails."""
        return self._vectors(texts, self.one)

    def known(self, texts: Sequence[str]) -> I8:
        """Return those vectors of listings that need not be encoded, shape (n, n_dimensions); zeros for the others."""
        return self._vectors(texts, lambda _: None)

    def _vectors(self, texts: Sequence[str], encode: EncodeOne) -> I8:
        keys = keys_of(texts, self.id)
        found, vectors = look_up(keys, self._stores, self._model.dimensions)
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
        new, now = self._new.copy(), self._kept()  # as it is now: another process may have added some
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
        self._stores = [self._stores[0], self._kept()]
        for key in new:
            self._new.pop(key, None)

    def _kept(self) -> VectorStore:
        return VectorStore(self._own, self._model.dimensions)


def multilingual_if_installed(shipped: Path, own: Path) -> Understanding | None:
    """Return what understands other languages; None without the extra, which nobody has to have."""
    return Understanding(shipped, own, MULTILINGUAL) if find_spec(multilingual.PACKAGE) is not None else None


def meaning_of(text: str) -> I8 | None:
    """Return the vector of a text by the English model of this process; None where it cannot be used."""
    try:
        return ENGLISH.load().encode(text) if ENGLISH.sound() else None
    except EncoderError:
        return None
