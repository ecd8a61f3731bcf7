"""The taxonomy of one process, kept up with what editors change in it while questions go on by the one before.

It is looked at once a second at the most, by one small question; a new taxonomy takes half a second to make, so it is
made beside the questions and put in place whole. Only a process that has answered nothing yet waits for it.
"""

import logging
import threading
import time
from collections.abc import Sequence
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from service.catalog.words.overlay import Change, overlaid
from service.catalog.words.taxonomy import Taxonomy
from service.matching.index.writing import Beside
from service.matching.text_language import vocabulary

LOOK_S = 1.0  # seconds between two looks
PAUSE_S = 5.0  # seconds until a taxonomy that could not be made is tried again
_log = logging.getLogger("kith")


class Changes(Protocol):
    """Where the acts of editors are read."""

    def words_number(self) -> int:
        """Return the number of the last act; 0: there was none."""

    def words_changes(self) -> tuple[int, Sequence[Change]]:
        """Return every act, with the number of the last."""


class Wording:
    """Gives the taxonomy as it is now. Threads may share it.

    Parameters
    ----------
    ground : Taxonomy
        Of the files.
    source : Changes
    """

    def __init__(self, ground: Taxonomy, source: Changes) -> None:
        self._ground = ground
        self._source = source
        self._held: tuple[int, Taxonomy] = (0, ground)
        self._look_at = 0.0  # by the clock that never goes back
        self._first = threading.Lock()
        self._asked = False
        self._maker = Beside("wording", PAUSE_S)

    def current(self) -> Taxonomy:
        """Return the newest taxonomy that is ready; never raises."""
        if not self._asked:
            with self._first:
                if not self._asked:
                    self._asked = self._look(wait=True)
        elif time.monotonic() >= self._look_at:
            self._look(wait=False)
        return self._held[1]

    def _look(self, *, wait: bool) -> bool:
        self._look_at = time.monotonic() + LOOK_S
        try:
            if self._source.words_number() == self._held[0]:
                return True
            if wait:
                self._make()
            else:
                self._maker.start(self._make)
        except SQLAlchemyError as error:  # what is held goes on to be good, and it is looked at again
            _log.warning("changes of the taxonomy could not be read", extra={"error": type(error).__name__})
            return False
        return True

    def _make(self) -> None:
        number, changes = self._source.words_changes()
        made = laid_over(self._ground, changes)
        made.spot("a")  # what is made when first asked is made here, where nobody waits
        vocabulary(made)
        self._held = (number, made)


def laid_over(ground: Taxonomy, changes: Sequence[Change]) -> Taxonomy:
    """Return a taxonomy with what editors changed; the very same where that is nothing."""
    if not changes:
        return ground
    tree = overlaid(ground.terms, changes)
    if tree.left_out:
        _log.warning("changes of the taxonomy do not fit any more", extra={"count": len(tree.left_out)})
    return ground.with_terms(tree.terms, tree.retired)
