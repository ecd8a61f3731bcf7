"""Keeps what is read now and then, so that no question waits for it: it is read anew beside the questions."""

import logging
import threading
import time
from collections.abc import Callable

from service.matching.answering import NOT_KNOWN, Answering, Figures

HOLDS_SECONDS = 600.0  # figures are read again after ten minutes at the soonest
WAIT_SECONDS = 0.02  # the first question of a process waits so long for them, and else goes without
_log = logging.getLogger("kith")


class Remembered:
    """How groups answer, as one process knows it.

    Parameters
    ----------
    read : callable or None
        Counts; None: nothing is known of how groups answer.
    clock : callable
        Seconds that only go up.
    wait_seconds : float
    """

    def __init__(
        self,
        read: Callable[[], Figures] | None,
        clock: Callable[[], float] = time.monotonic,
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        self._read = read
        self._clock = clock
        self._wait = wait_seconds
        self._held: Answering | None = None
        self._read_at = 0.0
        self._reading = threading.Lock()

    def current(self) -> Answering:
        """Return what is held, and have it read beside the question when there is nothing, or it is old."""
        held = self._held
        old = held is None or self._clock() - self._read_at >= HOLDS_SECONDS
        if self._read is not None and old and not self._reading.locked():
            beside = threading.Thread(target=self.refresh, name="answering", daemon=True)
            beside.start()
            if held is None:
                beside.join(self._wait)
        return self._held or NOT_KNOWN

    def refresh(self) -> None:
        """Read once; what fails leaves what was known, and is tried again when that would have been old."""
        if self._read is None or not self._reading.acquire(blocking=False):
            return
        try:
            self._held = Answering.of(self._read())
        except Exception as error:
            _log.warning("how groups answer could not be read", extra={"error": type(error).__name__})
            self._held = self._held or NOT_KNOWN
        finally:
            self._read_at = self._clock()
            self._reading.release()
