"""A text as 384 small numbers that are near one another when texts mean alike; the one file that runs the model.

The model is all-MiniLM-L6-v2 (`service/matching/meaning/model/SOURCE.md`): English, run by onnxruntime on one thread.
It is a help, never a need: without the runtime, or with a file that is missing or not ours, `Encoder.load` refuses with
a code and search goes by words alone. Nothing that is encoded is stored or logged.

References
----------
Wang, W. et al. (2020). MiniLM: Deep Self-Attention Distillation. NeurIPS. Reimers, N. & Gurevych, I. (2019).
Sentence-BERT. EMNLP-IJCNLP.
"""

import hashlib
import statistics
import threading
import time
from abc import ABC, abstractmethod
from collections import OrderedDict
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from service import metrics
from service.matching.meaning import wordpiece
from service.matching.meaning.wordpiece import WordPiece

FOLDER = Path(__file__).parent / "model"
DIMENSIONS = 384
CUT = 256  # word pieces of a text that are read (the model card's longest)
STEPS = 400  # a number x of a vector of length one is kept as round(400 x): what is beyond ±127 is cut off
LEAST_COSINE = (
    0.998  # below, this processor does other arithmetic than ours (least of 815 texts where it was made: .9985)
)
REMEMBERED = 256  # latest texts whose vectors a process keeps, by a digest of the text
MODEL, VOCABULARY, TEXTS, REFERENCE = "model-int8.onnx", "vocab.txt", "reference.txt", "reference.npy"
SUMS = {  # sha256; also in SOURCE.md
    MODEL: "35317a73c57c27bc63e9df97d4c1f2232186464f6cba86896ea55815c56d0ed6",
    VOCABULARY: "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
}
Code = Literal["model_missing", "model_damaged", "no_runtime", "model_fails"]


class EncoderError(Exception):
    """Texts cannot be encoded here. `code`: model_missing, model_damaged, no_runtime or model_fails."""

    def __init__(self, code: Code) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfTest:
    """How this machine runs the model.

    Attributes
    ----------
    ms : float
        Milliseconds a text, the median.
    least_cosine : float
        Least likeness of a vector made here to the same text's vector by the weights as published, in [-1, 1].
    """

    ms: float
    least_cosine: float

    @property
    def usable(self) -> bool:
        """Whether vectors made here may be compared with those made elsewhere."""
        return self.least_cosine >= LEAST_COSINE


class Remembering(ABC):
    """Encodes texts, one by one, and keeps the latest; safe to share between threads.

    Attributes
    ----------
    id : str
        Names files, pieces, cut and steps: vectors of two encoders may be compared when their ids are the same.
    """

    def __init__(self, model_id: str) -> None:
        self.id = model_id
        self._recent: OrderedDict[bytes, NDArray[np.int8]] = OrderedDict()
        self._recalling = threading.Lock()

    @abstractmethod
    def embed(self, text: str) -> NDArray[np.float32]:
        """Return a text's vector of length one, as the model gives it. Raises as `encode` does."""

    @abstractmethod
    def check(self) -> SelfTest:
        """Encode texts whose vectors are known, and compare. Raises as `encode` does."""

    def encode(self, text: str) -> NDArray[np.int8]:
        """Return a text's vector times `STEPS`, rounded; the same numbers each time. Read only.

        Returns
        -------
        array of int8, shape (n_dimensions,)
            The sum of products of two such vectors is about ``STEPS**2`` times the cosine of their texts.

        Raises
        ------
        EncoderError
            `model_missing` or `model_damaged` if the files changed since they were checked; `no_runtime` or
            `model_fails` if what runs the model cannot be imported or does not take it.
        """
        name = key(text, self.id)
        with self._recalling:
            if name in self._recent:
                self._recent.move_to_end(name)
                metrics.encoded(remembered=True)
                return self._recent[name]
        metrics.encoded(remembered=False)
        made = quantised(self.embed(text))
        made.flags.writeable = False
        with self._recalling:
            self._recent[name] = made
            if len(self._recent) > REMEMBERED:
                self._recent.popitem(last=False)
        return made


class Encoder(Remembering):
    """The English model; `load` makes it. Its session opens at the first text, so that a process may fork before."""

    def __init__(self, folder: Path, pieces: WordPiece) -> None:
        sums = "-".join(SUMS[name][:8] for name in (MODEL, VOCABULARY))
        super().__init__(f"all-minilm-l6-v2-{sums}-wordpiece{wordpiece.VERSION}-cut{CUT}-steps{STEPS}")
        self._folder = folder
        self._pieces = pieces
        self._session: Any = None
        self._opening = threading.Lock()

    @classmethod
    def load(cls, folder: Path = FOLDER) -> "Encoder":
        """Check the files and read the vocabulary.

        Raises
        ------
        EncoderError
            `no_runtime`, `model_missing` or `model_damaged`.
        """
        if find_spec("onnxruntime") is None:
            raise EncoderError("no_runtime")
        checked(folder / MODEL, SUMS[MODEL])
        return cls(folder, WordPiece.parse(checked(folder / VOCABULARY, SUMS[VOCABULARY])))

    def embed(self, text: str) -> NDArray[np.float32]:
        """Return a text's vector of length one, shape (384,), as the model gives it. Raises as `encode` does."""
        numbers = np.array([self._pieces.numbers(text, CUT)], dtype=np.int64)
        session = self._session or self._open()
        try:
            [[found]] = session.run(None, {"input_ids": numbers, "attention_mask": np.ones_like(numbers)})
        except Exception as error:  # the runtime's own kinds of failure have no common name in its public face
            raise EncoderError("model_fails") from error
        return np.asarray(found, dtype=np.float32)

    def check(self) -> SelfTest:
        """Encode fifty everyday texts and compare them with stored vectors; takes about half a second.

        Raises
        ------
        EncoderError
            As `encode`; also if the stored texts or vectors are missing or are not fifty.
        """
        texts, wanted = _reference(self._folder)
        self.embed(texts[0])  # opens the session, which is not part of a text's time
        took, cosines = [], []
        for text, vector in zip(texts, wanted, strict=True):
            began = time.perf_counter()
            found = self.embed(text)
            took.append(time.perf_counter() - began)
            cosines.append(float(found @ vector))
        least = float(np.min(cosines))  # NaN if any is
        return SelfTest(ms=statistics.median(took) * 1000, least_cosine=least)

    def _open(self) -> Any:
        with self._opening:
            if self._session is None:
                # Again: an installation may have been changed under a running process.
                self._session = _session(checked(self._folder / MODEL, SUMS[MODEL]))
            return self._session


def quantised(vector: NDArray[np.float32]) -> NDArray[np.int8]:
    """Return a vector of length one in steps of ``1 / STEPS``, same shape."""
    return np.clip(np.rint(vector * STEPS), -127, 127).astype(np.int8)


def key(text: str, model_id: str) -> bytes:
    """Return the name under which a text's vector by a model is kept, 16 bytes: the text cannot be read from it."""
    return hashlib.sha256(f"{model_id}\0{text}".encode("utf-8", "surrogatepass")).digest()[:16]


def _session(model: bytes) -> Any:
    """Open a session of one thread on these bytes; the defaults of optimisation are what makes int8 weights fast."""
    try:
        import onnxruntime
    except Exception as error:  # a broken installation fails in many ways
        raise EncoderError("no_runtime") from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors only: it would write lines of its own to the standard error stream
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # as above
        raise EncoderError("model_fails") from error


def checked(path: Path, known: str) -> bytes:
    """Return what is in a file, which must be the one of this SHA-256: what was checked is what is used."""
    try:
        found = path.read_bytes()
    except OSError as error:
        raise EncoderError("model_missing") from error
    if hashlib.sha256(found).hexdigest() != known:
        raise EncoderError("model_damaged")
    return found


def _reference(folder: Path) -> tuple[list[str], NDArray[np.float32]]:
    try:
        texts = (folder / TEXTS).read_text(encoding="utf-8").splitlines()
        vectors: NDArray[np.float32] = np.load(folder / REFERENCE, allow_pickle=False)
    except OSError as error:
        raise EncoderError("model_missing") from error
    except Exception as error:  # numpy reads a damaged header as Python, and fails in as many ways
        raise EncoderError("model_damaged") from error
    if not texts or vectors.shape != (len(texts), DIMENSIONS) or vectors.dtype != np.float32:
        raise EncoderError("model_damaged")
    return texts, vectors
