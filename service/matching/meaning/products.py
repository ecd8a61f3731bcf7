"""Sums of products of small whole numbers: a thousand vectors in some microseconds, exact on any processor. Pure.

onnxruntime multiplies bytes fastest by far, but some processors cut its sums off where both factors are large. What it
does here is therefore tried once with the largest numbers there are, and a slower way is taken where needed: the sums
are the same in every process.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from service.matching.candidates import Candidates

I8 = NDArray[np.int8]
I32 = NDArray[np.int32]
Run = Callable[[NDArray[np.uint8], I8], I32]
Multiply = Callable[["Vectors", I8], I32]
WIDTH: Final = 128  # vectors in a block: as fast as more, and little is multiplied in vain at the edges of a stretch
_SHIFT: Final = 128  # makes the numbers of a question ones without a sign, which the runtime wants
_APART: Final = 8  # blocks
_AT_ONCE: Final = 16  # blocks that numpy turns into floats at a time: they fit the cache


@dataclass(frozen=True)
class Vectors:
    """Vectors of whole numbers from -127 to 127, side by side in blocks, so that a question meets many at once.

    Attributes
    ----------
    blocks : ndarray of int8, shape (n_blocks, n_dimensions, WIDTH)
        Zeros after the last vector.
    sums : ndarray of int32, shape (n_blocks, WIDTH)
        Sum of the numbers of each vector.
    """

    blocks: I8
    sums: I32

    @classmethod
    def of(cls, vectors: I8) -> "Vectors":
        """Lay out vectors, shape (n, n_dimensions)."""
        many, wide = vectors.shape
        blocks = np.zeros((-(-many // WIDTH), wide, WIDTH), dtype=np.int8)
        for number, block in enumerate(blocks):
            part = vectors[number * WIDTH : (number + 1) * WIDTH]
            block[:, : len(part)] = part.T
        return cls(blocks, blocks.sum(axis=1, dtype=np.int32))

    @property
    def size(self) -> int:
        """How many numbers there are; 0: no vectors."""
        return self.blocks.size

    def products(self, question: I8, candidates: Candidates) -> I32:
        """Return the sum of products of a question, shape (n_dimensions,), and each candidate, (n_candidates,)."""
        multiply = fastest()
        runs: list[list[int]] = []  # blocks from … to; what lies between two near ones is cheaper than another call
        within = []  # for each stretch: run, first and last vector in it
        for begin, end in zip(candidates.begins.tolist(), candidates.ends.tolist(), strict=True):
            first, last = begin // WIDTH, -(-end // WIDTH)
            if runs and first <= runs[-1][1] + _APART:
                runs[-1][1] = max(runs[-1][1], last)
            else:
                runs.append([first, last])
            start = runs[-1][0] * WIDTH
            within.append((len(runs) - 1, begin - start, end - start))
        parts = [multiply(Vectors(self.blocks[first:last], self.sums[first:last]), question) for first, last in runs]
        found = [parts[run][begin:end] for run, begin, end in within]
        return np.concatenate(found) if found else np.zeros(0, dtype=np.int32)


@lru_cache(maxsize=1)
def fastest() -> Multiply:
    """Return the fastest way that is exact on this machine."""
    try:
        run = _runtime()
        ways: list[Multiply] = [
            lambda held, asked: whole(run, held, asked),
            lambda held, asked: halves(run, held, asked),
        ]
        return next((way for way in ways if is_exact(way)), plain)
    except Exception:  # no runtime, or one that fails in a way of its own: the slowest way needs none
        return plain


def whole(run: Run, held: Vectors, question: I8) -> I32:
    """Multiply bytes at once: exact where the processor adds four products without an interim sum of 16 bits."""
    return run(_unsigned(question), held.blocks) - _SHIFT * held.sums.ravel()


def halves(run: Run, held: Vectors, question: I8) -> I32:
    """Multiply the upper and the lower four bits one after the other: no interim sum can grow beyond 16 bits."""
    upper, lower = np.divmod(_unsigned(question), np.uint8(16))
    return 16 * run(upper, held.blocks) + run(lower, held.blocks) - _SHIFT * held.sums.ravel()


def plain(held: Vectors, question: I8) -> I32:
    """Multiply with numpy alone: whole numbers below 2^24 are exact in float32."""
    asked, found = question.astype(np.float32), np.zeros(held.sums.shape, dtype=np.float32)
    for first in range(0, len(found), _AT_ONCE):
        part = held.blocks[first : first + _AT_ONCE].astype(np.float32)
        np.matmul(asked, part, out=found[first : first + len(part)])
    return found.ravel().astype(np.int32)


def is_exact(multiply: Multiply) -> bool:
    """Whether a way gives the right sums for the largest numbers, and for any."""
    dice = np.random.default_rng(1)
    rows = dice.integers(-127, 128, (2 * WIDTH, 384)).astype(np.int8)
    rows[:4] = np.array([[127], [-127], [126], [-1]])
    held = Vectors.of(rows)
    asked = (np.full(384, 127), np.full(384, -127), rows[0], rows[-1])
    return all((multiply(held, one.astype(np.int8)) == rows.astype(np.int64) @ one).all() for one in asked)


def _unsigned(question: I8) -> NDArray[np.uint8]:
    return (question.astype(np.int16) + _SHIFT).astype(np.uint8)


def _runtime() -> Run:
    import onnxruntime  # only where there is a model, and then it is here already

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session: Any = onnxruntime.InferenceSession(model(), options, providers=["CPUExecutionProvider"])

    def run(question: NDArray[np.uint8], blocks: I8) -> I32:
        # One row of a question at a time: the runtime has a way of its own for that, five times as fast as for two.
        [found] = session.run(None, {"q": question[None, None], "v": blocks})
        products: I32 = found.ravel()
        return products

    return run


def model() -> bytes:
    """Return a file in the ONNX format that says ``y = MatMulInteger(q, v)``: what writes such files is not installed.

    References
    ----------
    onnx.proto of ONNX 1.15 (numbers of the fields); Protocol Buffers, "Encoding".
    """
    u8, i8, i32 = 2, 3, 6

    def held(field: int, *parts: bytes) -> bytes:
        content = b"".join(parts)
        return bytes([field << 3 | 2, len(content)]) + content

    def number(field: int, value: int) -> bytes:
        return bytes([field << 3, value])

    def array(field: int, name: bytes, kind: int) -> bytes:
        return held(field, held(1, name), held(2, held(1, number(1, kind))))

    node = held(1, held(1, b"q"), held(1, b"v"), held(2, b"y"), held(4, b"MatMulInteger"))
    graph = held(7, node, held(2, b"products"), array(11, b"q", u8), array(11, b"v", i8), array(12, b"y", i32))
    return number(1, 8) + graph + held(8, held(1), number(2, 13))
