"""Addresses of an old directory and the listings they lead to now: what a list of them says, kept or taken back."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor, Permission
from service.accounts.record import audit
from service.catalog import addresses, short_codes
from service.catalog import models as m
from service.catalog.keepers import check
from service.catalog.models_import import Imported, ImportSource, OldAddress
from service.catalog.old_paths import of_address, plain
from service.errors import Forbidden

OURS = re.compile(r"/(?:[a-z]{2}(?:-[a-z]+)?/groups|g)/([A-Za-z0-9-]{1,120})/?")
SMALL_WORDS = frozenset(("a", "an", "and", "at", "for", "in", "of", "the", "group", "club"))
AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One line of a list: an old address, and the listing it shall lead to as somebody wrote it down."""

    line: int
    address: str
    listing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What becomes of a line.

    Attributes
    ----------
    outcome : {'found', 'same', 'not_found', 'doubtful', 'twice', 'ours', 'no_path'}
        `same`: it is kept already. `ours`: a page of our own stands there. `twice`: the list says two things of it.
    group_id, name : UUID and str, or None and ''
        Where it leads; of a doubtful one, what may be meant.
    """

    line: int
    address: str
    listing: str
    outcome: str
    path: str = ""
    group_id: UUID | None = None
    name: str = ""


T = TypeVar("T")
Target = tuple[UUID | None, bool]  # the listing, and whether it is sure
NOTHING: Target = (None, False)


def judge(
    session: Session, wanted: Sequence[Wanted], *, source: str | None, is_ours: Callable[[str], bool]
) -> list[Judged]:
    """Return what becomes of each line; nothing is written.

    Parameters
    ----------
    source : str or None
        Whose list the numbers are of; without one a number may be of any.
    is_ours : callable
        Whether a path is of a page of our own: such a one is never led elsewhere.
    """
    found = _targets(session, {one.listing for one in wanted}, source)
    names = _names(session, {key for key, _ in found.values() if key is not None})
    judged = [_one(one, found[one.listing], names, is_ours) for one in wanted]
    leads: defaultdict[str, set[UUID]] = defaultdict(set)
    for each in judged:
        if each.outcome == "found" and each.group_id is not None:
            leads[each.path].add(each.group_id)
    kept = _kept(session, leads)
    return [_again(one, leads, kept) for one in judged]


def _one(one: Wanted, target: Target, names: Mapping[UUID, str], is_ours: Callable[[str], bool]) -> Judged:
    path, (group_id, sure) = of_address(one.address), target
    made = Judged(line=one.line, address=one.address, listing=one.listing, outcome="no_path", path=path or "")
    if path is None:
        return made
    if is_ours(path):
        return replace(made, outcome="ours")
    if group_id is None:
        return replace(made, outcome="doubtful" if sure else "not_found")
    return replace(made, outcome="found" if sure else "doubtful", group_id=group_id, name=names.get(group_id, ""))


def _again(one: Judged, leads: Mapping[str, set[UUID]], kept: Mapping[str, UUID]) -> Judged:
    if one.outcome == "found" and len(leads[one.path]) > 1:
        return replace(one, outcome="twice")
    return replace(one, outcome="same") if one.outcome == "found" and kept.get(one.path) == one.group_id else one


def _targets(session: Session, listings: Iterable[str], source: str | None) -> dict[str, Target]:
    """Return which listing each text means: by our address, our id, the number in a list, or its name."""
    said = sorted(listings)
    numbers, names = _by_number(session, said, source), _by_name(session)
    return {text: _target(session, text, numbers, names) for text in said}


def _target(session: Session, text: str, numbers: Mapping[str, set[UUID]], names: Mapping[str, set[UUID]]) -> Target:
    if not text:
        return NOTHING
    if (ours := OURS.fullmatch(urlsplit(text).path)) and "/" in text:
        code = short_codes.read(ours[1]) if "/g/" in text else None
        at = addresses.by_code(session, code) if code else addresses.by_slug(session, ours[1])
        return (at.group_id, True) if at else NOTHING
    for known in (numbers.get(text), names.get(text.casefold())):
        if known:
            return (next(iter(known)), True) if len(known) == 1 else (None, True)
    alike = names.get(bare(text), set())
    return (next(iter(alike)), False) if len(alike) == 1 else (None, bool(alike))


def _by_number(session: Session, texts: Sequence[str], source: str | None) -> dict[str, set[UUID]]:
    found: defaultdict[str, set[UUID]] = defaultdict(set)
    for part in _parts(texts):
        query = select(Imported.identifier, Imported.group_id).join(ImportSource)
        if source is not None:
            query = query.where(ImportSource.name == source)
        for identifier, group_id in session.execute(query.where(Imported.identifier.in_(part))):
            found[identifier].add(group_id)
        ids = {text: UUID(text) for text in part if _is_id(text)}
        there = set(session.scalars(select(m.Group.id).where(m.Group.id.in_(ids.values()))))
        for text, key in ids.items():
            if key in there:
                found[text] = {key}
    return found


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text.casefold()
    except ValueError:
        return False


def _by_name(session: Session) -> dict[str, set[UUID]]:
    """Return the listings by their names, and by what is left of these; one that is put away only where no other is."""
    found: defaultdict[str, set[UUID]] = defaultdict(set)
    query = select(m.Group.id, m.Group.name, m.Group.status).order_by(m.Group.id)
    put_away = []
    for group_id, name, status in session.execute(query):
        if status == "archived":
            put_away.append((group_id, name))
            continue
        for key in {name.casefold(), bare(name)} - {""}:
            found[key].add(group_id)
    for group_id, name in put_away:  # only where no other is called so
        if name.casefold() not in found:
            found[name.casefold()] = {group_id}
    return found


def bare(name: str) -> str:
    """Return what is left of a name without case, accents, signs and small words.

    >>> bare("The Café Club of Sale!"), bare("Cafe (Sale)")
    ('cafe sale', 'cafe sale')
    """
    plain_letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    return " ".join(word for word in re.findall(r"[a-z0-9]+", plain_letters) if word not in SMALL_WORDS)


def _parts(found: Iterable[T]) -> Iterator[list[T]]:
    left = iter(found)
    while part := list(islice(left, AT_ONCE)):
        yield part


def _names(session: Session, ids: Iterable[UUID]) -> dict[UUID, str]:
    found: dict[UUID, str] = {}
    for part in _parts(sorted(ids)):
        found |= {
            row[0]: row[1] for row in session.execute(select(m.Group.id, m.Group.name).where(m.Group.id.in_(part)))
        }
    return found


def _kept(session: Session, paths: Iterable[str]) -> dict[str, UUID]:
    found: dict[str, UUID] = {}
    for part in _parts(sorted(paths)):
        query = select(OldAddress.path, OldAddress.group_id).where(OldAddress.path.in_(part))
        found |= {row[0]: row[1] for row in session.execute(query)}
    return found


def keep(session: Session, judged: Sequence[Judged], *, actor: Actor, now: datetime) -> Counter[str]:
    """Keep every address that was found, in place of where it led before. Raises Forbidden `edit_catalog`."""
    fresh = {one.path: one.group_id for one in judged if one.outcome == "found"}
    _forget(session, fresh, actor)
    rows = [{"path": path, "group_id": group_id, "made_at": now} for path, group_id in sorted(fresh.items())]
    if rows:
        session.execute(insert(OldAddress), rows)
        _record(session, actor, now)
    return Counter(one.outcome for one in judged)


def forget(session: Session, wanted: Sequence[Wanted], *, actor: Actor, now: datetime) -> int:
    """Take the addresses of a list back, and return how many were kept. Raises Forbidden `edit_catalog`."""
    gone = _forget(session, [path for one in wanted if (path := of_address(one.address))], actor)
    if gone:
        _record(session, actor, now)
    return gone


def _forget(session: Session, paths: Iterable[str], actor: Actor) -> int:
    if not actor.may(Permission.EDIT_CATALOG):
        raise Forbidden(Permission.EDIT_CATALOG.value)
    check.whole(session, actor)
    kept = sorted(_kept(session, set(paths)))
    for part in _parts(kept):
        session.execute(delete(OldAddress).where(OldAddress.path.in_(part)))
    return len(kept)


def _record(session: Session, actor: Actor, now: datetime) -> None:
    audit.record(
        session,
        actor=actor,
        action=Permission.EDIT_CATALOG.value,
        subject="old_address",
        subject_id=None,
        columns=["path", "group_id"],
        now=now,
    )


def leads_to(session: Session, path: str, query: str) -> addresses.Address | None:
    """Return where an old address leads today; None for one nobody knows, or whose listing is not to be seen."""
    asked = [known for known in (plain(path, query), plain(path)) if known is not None]
    kept = _kept(session, asked)
    group_id = next((kept[one] for one in asked if one in kept), None)
    return None if group_id is None else addresses.by_id(session, group_id)
