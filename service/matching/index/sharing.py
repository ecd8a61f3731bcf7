"""A folder in which machines give one another generations: one makes each, the others fetch and check it.

Nobody answers from this folder: what is fetched is copied into a machine's own, so that no file under a question
depends on a network. It is a convenience as generations are: where it is away or damaged, each machine makes its own.
"""

import logging
import os
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from service.catalog.words.taxonomy import Taxonomy
from service.matching import intact
from service.matching.index import generation
from service.matching.index.generation import ARRAYS, META, DamagedError

_log = logging.getLogger("kith")
_COPIED = 1 << 20  # bytes at once


@dataclass(frozen=True, slots=True)
class Shared:
    """Where generations are given on, and who makes them.

    Attributes
    ----------
    folder : Path
        Made when missing; readable and writable by every machine under the same account.
    leading : callable
        Holds a lock that one process of all machines has at a time; waits for it.
    """

    folder: Path
    leading: Callable[[], AbstractContextManager[None]]

    def fetch(
        self,
        own: Path,
        taxonomy: Taxonomy,
        models: tuple[str, str],
        *,
        after: int,
        up_to: int,
        damaged: frozenset[str] = frozenset(),
    ) -> bool:
        """Copy the newest generation that fits, of a change after `after` and not beyond `up_to`, and publish it.

        The caller holds the lock of the own folder; what is `damaged` there is then removed. Returns whether there was
        one; never raises.
        """
        kind = generation.kind_of(taxonomy, models[0])
        for place in sorted(generation.generations(self.folder), key=generation.number_of, reverse=True):
            if generation.kind_in(place.name) != kind or not after < generation.number_of(place) <= up_to:
                continue
            try:
                _put(place, own)
                generation.take(own / place.name, taxonomy, *models)  # checked where it will be used
                generation.point(own, place.name)
            except (OSError, DamagedError) as error:
                _told("a search index in the shared folder cannot be used", error)
                shutil.rmtree(own / place.name, ignore_errors=True)
                continue
            generation.tidy(own, kind, damaged - {place.name})
            return True
        return False

    def offer(self, place: Path) -> None:
        """Give a generation on to the others. The caller leads. Never raises."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _put(place, self.folder)
            generation.point(self.folder, place.name)
            generation.tidy(self.folder, generation.kind_in(place.name), frozenset())
        except OSError as error:
            _told("the search index could not be given on", error)


def _put(place: Path, folder: Path) -> None:
    """Copy a generation into a folder, through to the disk, and give it its name last."""
    folder.mkdir(parents=True, exist_ok=True)
    work = folder / f".{place.name}-{uuid4().hex[:8]}"
    work.mkdir()
    try:
        for name in (ARRAYS, META):
            with (place / name).open("rb") as source, (work / name).open("wb") as target:
                shutil.copyfileobj(source, target, _COPIED)
                target.flush()
                os.fsync(target.fileno())
        intact.put(work, folder / place.name)
    except OSError:
        shutil.rmtree(work, ignore_errors=True)
        raise


def _told(what: str, error: Exception) -> None:
    _log.warning(what, extra={"error": type(error).__name__})
