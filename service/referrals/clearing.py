"""Everything that has to happen so that what was erased is gone: from the database, its files, the list and the log.

Opens units of work that are handed in; touches the data folder.
"""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.accounts.privacy import erasure as of_accounts
from service.accounts.privacy import erasure_list
from service.db import Base
from service.db.scrubbing import scrub
from service.db.sealing import Sealer
from service.notifications import outbox
from service.notifications.forgetting import forget_in_log
from service.referrals import erasure, forgetting

LOG = "outbox.log"  # of the console's channel
LATELY = timedelta(hours=2)  # erasures that a round may find to be cleared up after


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where one installation keeps things.

    Attributes
    ----------
    unit : callable
        Opens a writing unit of work.
    sealer : callable
        Gives what seals for one purpose.
    folder : Path
        The data folder.
    """

    unit: Callable[[], AbstractContextManager[Session]]
    sealer: Callable[[str], Sealer]
    folder: Path

    @property
    def list(self) -> Path:
        """The list of erasures."""
        return self.folder / erasure_list.NAME

    def fingerprint(self, text: str) -> bytes:
        """Return the proof of one line of the list."""
        return self.sealer(erasure_list.PURPOSE).fingerprint(text)


def forget(place: Place, *, now: datetime) -> dict[str, int]:
    """Do one round: erase again what a restored copy brought back, forget what is old, and clear up behind."""
    replayed = replay(place, now=now)
    with place.unit() as session:
        gone = forgetting.run(session, sealer=place.sealer(outbox.PURPOSE), now=now)
        lately = of_accounts.erased_since(session, now - LATELY)
    if lately:
        clear_up(place, gone.addresses)
    return {**gone.counts, "replayed": replayed}


def replay(place: Place, *, now: datetime) -> int:
    """Erase again what is in the list and in the database; returns how many people and accounts that were."""
    known, _damaged = erasure_list.read(place.list, place.fingerprint)
    if not known:
        return 0
    with place.unit() as session:
        again = erasure.replay(session, known, sealer=place.sealer(outbox.PURPOSE), now=now)
    if again:
        clear_up(place, again)
    return len(again)


def clear_up(place: Place, addresses: Iterable[str] = ()) -> bool:
    """Publish what was erased, take accounts out of the console's log, and rewrite the database's files.

    False: somebody was in the way, and the files are rewritten at the next round.
    """
    publish(place)
    forget_in_log(place.folder / LOG, [address for address in addresses if address])
    with place.unit() as session:
        engine = session.get_bind()
    assert isinstance(engine, Engine)  # noqa: S101  # a session of ours is bound to an engine
    return scrub(engine, Base.metadata)


def publish(place: Place, *, anew: bool = False) -> int:
    """Bring the list outside the database up to date; returns how many erasures it holds."""
    with place.unit() as session:
        erased = of_accounts.erasures(session)
    return erasure_list.publish(place.list, place.fingerprint, erased, anew=anew)
