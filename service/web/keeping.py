"""A list of groups somebody keeps: it lives in an address that works for thirty days, and nowhere else."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from service.accounts.credentials import new_token
from service.db.sealing import Sealer
from service.errors import Gone, Invalid
from service.web import sealed as addresses

PURPOSE = PLACE = "list"
VALID = timedelta(days=30)
MOST = 200  # groups on one list, so that an address holds them
LONGEST_BY = 80  # characters of the line that says who prepared a leaflet
ID_LETTERS = 22  # 132 bits


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One list.

    Attributes
    ----------
    id : str
        Random. It stays the same however the list is changed: when its links are ended, a hash of it is kept.
    groups : tuple of UUID
    since : datetime
        When it was begun; its links stop thirty days later.
    by : str
        Who prepared it, as they typed it; mostly empty.
    """

    id: str
    groups: tuple[UUID, ...]
    since: datetime
    by: str = ""

    @property
    def until(self) -> datetime:
        """When its links stop working."""
        return self.since + VALID


def new_id() -> str:
    """Return a random id that nobody guesses."""
    return new_token()[:ID_LETTERS]


def begin(groups: Iterable[UUID], *, now: datetime, by: str = "") -> Kept:
    """Begin a list, each group once; raises Invalid `list_full` for more than `MOST` of them."""
    kept = tuple(dict.fromkeys(groups))
    if len(kept) > MOST:
        raise Invalid("list_full")
    return Kept(id=new_id(), groups=kept, since=now, by=_line(by))


def of_search(kept: Kept, seed: str, ended: Callable[[str], bool]) -> Kept:
    """Give the list of one search the same id on every look, so that ending it ends what was shared from it before.

    Parameters
    ----------
    seed : str
        Random; it travels in the sealed search alone.
    ended : callable
        Whether the list of an id was ended: then the next id follows, and with it a new link.
    """
    while ended(seed):
        seed = sha256(seed.encode()).hexdigest()[:ID_LETTERS]
    return replace(kept, id=seed)


def without(kept: Kept, group_id: UUID) -> Kept:
    """Take a group off; one that is not on it is no mistake."""
    return replace(kept, groups=tuple(one for one in kept.groups if one != group_id))


def prepared(kept: Kept, by: str) -> Kept:
    """Say who prepared it."""
    return replace(kept, by=_line(by))


def seal(sealer: Sealer, kept: Kept) -> str:
    """Return the list as one segment of an address; raises Invalid `list_full` where that would be too long."""
    held = {"id": kept.id, "groups": [one.hex for one in kept.groups], "by": kept.by}
    sealed = addresses.seal(sealer, PLACE, "list", held, at=kept.since, longest=addresses.LONGEST)
    if sealed is None:
        raise Invalid("list_full")
    return sealed


def unseal(sealer: Sealer, sealed: str, *, now: datetime) -> Kept:
    """Return the list of an address; raises Gone `list_gone` for one that is damaged, of something else, or too old."""
    try:
        opened = addresses.unseal(sealer, PLACE, "list", sealed, now=now, valid=VALID)
    except Gone:
        raise Gone("list_gone") from None
    groups = tuple(UUID(one) for one in opened.held["groups"])
    return Kept(id=opened.held["id"], groups=groups, since=opened.at, by=opened.held["by"])


def _line(text: str) -> str:
    """Return one line that a page may show."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:LONGEST_BY]
