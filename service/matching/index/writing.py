"""Work beside the questions: one thread at a time, one process at a time, given up when the process leaves.

Threads are daemons: a process that is told to stop does not wait for an index. Whoever works asks `until_leaving` now
and then, so that the end of a process meets it in our code and not deep in a library that does not like it.
"""

import atexit
import fcntl
import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import numpy as np

from service.matching.meaning.nearness import I8, Encode

LONGEST_WAIT_S = 900.0  # for another process that writes: after that it is taken for stuck
_STEP_S = 0.05
_LEAVE_S = 5.0  # seconds that the end of a process waits for work to be given up
_TEXTS = 64  # encoded between two looks whether the process leaves
T = TypeVar("T")
_log = logging.getLogger("kith")
_leaving = threading.Event()
_threads: set[threading.Thread] = set()


class LeavingError(Exception):
    """The process is ending: what was begun is not worth finishing."""


class Beside:
    """One kind of work in a thread of its own, never twice at a time.

    Parameters
    ----------
    name : str
    pause_s : float
        Seconds after a failure before it is tried again; ten times as long as the work took, if that is more.
    """

    def __init__(self, name: str, pause_s: float) -> None:
        self._name = name
        self._pause_s = pause_s
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._not_before = 0.0

    def start(self, work: Callable[[], None]) -> None:
        """Begin, unless it is under way or failed a moment ago. Never raises, never waits."""
        with self._starting:
            under_way = self._thread is not None and self._thread.is_alive()  # after a fork it is not
            if under_way or time.monotonic() < self._not_before or _leaving.is_set():
                return
            thread = threading.Thread(target=self._run, args=(work,), name=self._name, daemon=True)
            try:
                thread.start()
            except RuntimeError:  # no thread can be had now
                self._not_before = time.monotonic() + self._pause_s
                return
            self._thread = thread
            _threads.add(thread)

    def _run(self, work: Callable[[], None]) -> None:
        began = time.monotonic()
        try:
            work()
        except LeavingError:
            pass
        except Exception as error:  # whatever it is, questions go on, and it is tried again
            ended = time.monotonic()
            self._not_before = ended + max(self._pause_s, 10 * (ended - began))
            _log.warning("work beside the questions failed", extra={"job": self._name, "error": type(error).__name__})
        finally:
            _threads.discard(threading.current_thread())


def until_leaving(found: Iterable[T]) -> Iterator[T]:
    """Yield what comes until the process ends. Raises LeavingError then."""
    for one in found:
        if _leaving.is_set():
            raise LeavingError
        yield one


def in_parts(encode: Encode) -> Encode:
    """Return the same, encoding a few texts at a time. Raises LeavingError in between."""

    def encoded(texts: Sequence[str]) -> I8:
        starts = until_leaving(range(0, max(1, len(texts)), _TEXTS))
        return np.concatenate([encode(texts[start : start + _TEXTS]) for start in starts])

    return encoded


@contextmanager
def alone(folder: Path, *, wait: bool) -> Iterator[bool]:
    """Hold the folder's lock; False: another process or thread holds it.

    Whoever waits gets True in the end, be it because the lock cannot be had at all: they have to answer somebody.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        yield wait
        return
    try:
        until = time.monotonic() + (LONGEST_WAIT_S if wait else 0)
        locked = _locked(descriptor)
        while not locked and time.monotonic() < until:
            time.sleep(_STEP_S)
            locked = _locked(descriptor)
        yield locked or wait
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _leave() -> None:
    _leaving.set()
    until = time.monotonic() + _LEAVE_S
    for thread in list(_threads):
        thread.join(max(0.0, until - time.monotonic()))


atexit.register(_leave)
