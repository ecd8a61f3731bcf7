"""What was answered a moment ago, given again: for whoever comes back to a list, and for programs that ask twice.

An answer is given again only while nothing that it was made of has changed: each change of the catalogue, of the terms
or of how groups answer, and each new minute, forgets all of them. They are in the memory of one process only.
"""

import threading
from collections.abc import Callable, Hashable
from datetime import datetime

MOST = 200  # answers of one minute: some twenty megabytes
LARGEST = 200_000  # bytes


class Again:
    """The answers of this minute. Threads may share it.

    Parameters
    ----------
    ground : callable
        Gives what every answer is made of: while each part is the same object, so is the answer to the same question.
    """

    def __init__(self, ground: Callable[[], tuple[object, ...]]) -> None:
        self._ground = ground
        self._changing = threading.Lock()
        self._state: tuple[object, ...] = ()
        self._held: dict[Hashable, bytes] = {}

    def answer(self, asked: Hashable, make: Callable[[], bytes], *, now: datetime) -> bytes:
        """Return what was made for the same question in this minute, else what `make` makes; it may raise."""
        held = self._of(now)
        if (before := held.get(asked)) is not None:
            return before
        made = make()
        if len(made) <= LARGEST and len(held) < MOST:
            held[asked] = made
        return made

    def _of(self, now: datetime) -> dict[Hashable, bytes]:
        """Return what is kept in the state of this moment; whoever still fills an earlier one fills it for nobody."""
        state = (*self._ground(), now.replace(second=0, microsecond=0))
        with self._changing:
            if not _same(state, self._state):
                self._state, self._held = state, {}
            return self._held


def _same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    return (
        len(one) == len(other)
        and one[-1] == other[-1]
        and all(a is b for a, b in zip(one[:-1], other[:-1], strict=True))
    )
