"""Interests proposed for listings: found when a listing is new or changed, listed for editors. Never commits.

A proposal is no part of a listing: it becomes one by an editor's yes, and a no is not asked again.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, exists, func, select
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog.models_reading import InterestLook, RefusedSuggestion, TermProposal
from service.catalog.reading.interest_weights import LEAST
from service.catalog.reading.interests import FACET, Interest, Told, chosen
from service.catalog.reading.learnt import Reader
from service.catalog.reading.likely import SHOWN
from service.catalog.reading.suggesting import term_key

PIECE = 100  # listings looked at and kept at once
PAGE = 30
MANY = 1000  # how far the listings that wait are counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """An interest proposed for a listing, with the words that made it."""

    code: str
    sure: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToLookAt:
    """A listing for which interests are proposed, the surest first."""

    group_id: UUID
    name: str
    is_example: bool
    interests: tuple[Proposed, ...]


def is_waiting(session: Session) -> bool:
    """Tell whether some listing is new or another since it was looked at."""
    return session.scalar(_not_looked_at().limit(1)) is not None


def _not_looked_at() -> Select[UUID]:
    at_version = (InterestLook.group_id == m.Group.id, InterestLook.version == m.Group.version)
    return select(m.Group.id).where(m.Group.status.in_(SHOWN), ~exists().where(*at_version)).order_by(m.Group.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlooked:
    """A listing to be looked at.

    Attributes
    ----------
    has : frozenset of str
        The terms it has.
    refused : frozenset of str
        Keys of what was refused.
    asked : frozenset of str
        Terms that were proposed before.
    """

    group_id: UUID
    version: int
    told: Told
    has: frozenset[str]
    refused: frozenset[str]
    asked: frozenset[str]

    def proposals(self, reader: Reader) -> tuple[Interest, ...]:
        """Return what is proposed: nothing it has, says more exactly, or was refused.

        Of a listing that has interests, what its words speak of besides was mostly left out on purpose: nothing
        new is proposed, and how sure that would be nobody has measured. What was asked before stays.
        """
        has_some = any(code.startswith(FACET) for code in self.has)
        if has_some and not self.asked:
            return ()
        return tuple(
            one
            for one in chosen(reader.interests(self.told, self.has), LEAST)
            if not _is_told(one.code, self.has)
            and term_key(one.code) not in self.refused
            and (one.code in self.asked or not has_some)
        )


def waiting(session: Session) -> list[Unlooked]:
    """Return a piece of the listings that wait to be looked at."""
    ids = session.scalars(_not_looked_at().limit(PIECE)).all()
    has, refused, words = by_group(session, m.GroupTerm, ids), refused_of(session, ids), _words(session, ids)
    return [
        Unlooked(
            group_id=group_id,
            version=version,
            told=told,
            has=frozenset(has.get(group_id, ())),
            refused=frozenset(refused.get(group_id, ())),
            asked=frozenset(words.get(group_id, ())),
        )
        for group_id, version, told in told_of(session, m.Group.id.in_(ids))
    ]


def put(session: Session, found: Mapping[Unlooked, Collection[Interest]], *, now: datetime) -> None:
    """Keep what is proposed instead of what was; a listing that changed meanwhile waits to be looked at again."""
    at_version = {one.group_id: one.version for one in found}
    rows = session.execute(select(m.Group.id, m.Group.version).where(m.Group.id.in_(at_version)))
    same = {row[0] for row in rows if at_version[row[0]] == row[1]}
    known = {row.group_id: row for row in session.scalars(select(InterestLook).where(InterestLook.group_id.in_(same)))}
    session.execute(delete(TermProposal).where(TermProposal.group_id.in_(same)))
    for listing, interests in found.items():
        if listing.group_id not in same:
            continue
        row = known.get(listing.group_id) or InterestLook(group_id=listing.group_id, words={}, found_at=now)
        words = {one.code: list(one.words) for one in interests}
        if not set(words) <= set(row.words):
            row.found_at = now
        row.version, row.words = listing.version, words
        session.add(row)
        for one in interests:
            session.add(TermProposal(group_id=listing.group_id, code=one.code, confidence=one.sure))
    session.flush()


def _is_told(code: str, has: Collection[str]) -> bool:
    """Tell whether a listing has a term, or a narrower one that says more."""
    return any(other == code or other.startswith(f"{code}.") for other in has)


def told_of(session: Session, wanted: ColumnElement[bool]) -> list[tuple[UUID, int, Told]]:
    """Return id, version and what is read, by id."""
    what = (m.Group.id, m.Group.version, m.Group.name, m.Group.description, m.Group.what_happens, m.Organisation.name)
    rows = session.execute(select(*what).join(m.Organisation).where(wanted).order_by(m.Group.id))
    return [
        (row[0], row[1], Told(name=row[2], text="\n".join(filter(None, (row[3], row[4]))), body=row[5])) for row in rows
    ]


def by_group(
    session: Session, table: type[m.GroupTerm] | type[TermProposal], ids: Collection[UUID]
) -> dict[UUID, set[str]]:
    """Return the terms that listings carry, or that are proposed for them."""
    found: dict[UUID, set[str]] = {}
    for group_id, code in session.execute(select(table.group_id, table.code).where(table.group_id.in_(ids))):
        found.setdefault(group_id, set()).add(code)
    return found


def chosen_by_editors(session: Session, ids: Collection[UUID]) -> set[UUID]:
    """Return those of the listings of which an editor put an interest."""
    put_by = (m.GroupTerm.source == "editor", m.GroupTerm.code.startswith(FACET))
    return set(session.scalars(select(m.GroupTerm.group_id).where(m.GroupTerm.group_id.in_(ids), *put_by)))


def refused_of(session: Session, ids: Collection[UUID]) -> dict[UUID, set[str]]:
    """Return the keys of what was refused of listings."""
    query = select(RefusedSuggestion.group_id, RefusedSuggestion.key).where(RefusedSuggestion.group_id.in_(ids))
    found: dict[UUID, set[str]] = {}
    for group_id, key in session.execute(query):
        found.setdefault(group_id, set()).add(key)
    return found


def count_to_look_at(session: Session) -> int:
    """Return how many listings wait for an editor's answer, up to MANY."""
    return session.scalar(select(func.count()).select_from(_waiting().order_by(None).limit(MANY).subquery())) or 0


def to_look_at(session: Session, *, page: int = 1) -> list[ToLookAt]:
    """Return a page of the listings with proposals, those found last first; one more than a page where more follow."""
    return _of(session, _waiting().limit(PAGE + 1).offset((page - 1) * PAGE), 0.0)


def sure_ones(session: Session, *, least: float, limit: int) -> list[ToLookAt]:
    """Return listings without any interest that have proposals as sure as that, those found last first.

    What is still asked of a listing that has some is looked at by itself.
    """
    has_one = exists().where(m.GroupTerm.group_id == m.Group.id, m.GroupTerm.code.startswith(FACET))
    return _of(session, _waiting(TermProposal.confidence >= least).where(~has_one).limit(limit), least)


def _waiting(*wanted: ColumnElement[bool]) -> Select[UUID]:
    proposed = select(TermProposal.group_id).where(_is_open(), *wanted)  # few beside all listings: they are asked first
    query = select(m.Group.id).join(InterestLook, InterestLook.group_id == m.Group.id)
    waiting = query.where(m.Group.id.in_(proposed), m.Group.status.in_(SHOWN))
    return waiting.order_by(InterestLook.found_at.desc(), m.Group.id)


def _is_open() -> ColumnElement[bool]:
    return ~exists().where(m.GroupTerm.group_id == TermProposal.group_id, m.GroupTerm.code == TermProposal.code)


def _of(session: Session, wanted: Select[UUID], least: float) -> list[ToLookAt]:
    ids = session.scalars(wanted).all()
    rows = select(TermProposal).where(TermProposal.group_id.in_(ids), TermProposal.confidence >= least, _is_open())
    proposals: dict[UUID, list[TermProposal]] = {}
    for row in session.scalars(rows.order_by(TermProposal.confidence.desc(), TermProposal.code)):
        proposals.setdefault(row.group_id, []).append(row)
    words = _words(session, ids)
    named = select(m.Group.id, m.Group.name, m.Group.is_example).where(m.Group.id.in_(ids))
    names = {row[0]: (row[1], row[2]) for row in session.execute(named)}
    return [
        ToLookAt(
            group_id=one,
            name=names[one][0],
            is_example=names[one][1],
            interests=tuple(
                Proposed(code=row.code, sure=row.confidence, words=tuple(words.get(one, {}).get(row.code, ())))
                for row in proposals.get(one, ())
            ),
        )
        for one in ids
    ]


def _words(session: Session, ids: Sequence[UUID]) -> Mapping[UUID, Mapping[str, Sequence[str]]]:
    query = select(InterestLook.group_id, InterestLook.words).where(InterestLook.group_id.in_(ids))
    return {row[0]: row[1] for row in session.execute(query)}
