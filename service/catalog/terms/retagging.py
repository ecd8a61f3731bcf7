"""Listings that go along when a term gives way to another, and come back when that is taken back. Never commits.

A revision of each listing keeps what changed. It names no person, for the act does: a listing that only went along is
still its source's to change, as one that somebody edited is not.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor
from service.catalog import models as m
from service.catalog.models_terms import TermMove
from service.catalog.operations import ENTITY, touch
from service.catalog.words.overlay import Change

LOT = 400  # listings at a time: parameters of one statement


def move(session: Session, change: Change, *, actor: Actor, reason: str | None, now: datetime) -> int:
    """Give the term that stands for a retired one to each listing that carries it; return how many there were."""
    carrying = select(m.GroupTerm.group_id).where(m.GroupTerm.code == change.code).order_by(m.GroupTerm.group_id)
    groups = list(session.scalars(carrying))
    for lot in _lots(groups):
        _change(session, lot, lambda ids: _moved(session, ids, change), actor, reason, now)
    return len(groups)


def give_back(session: Session, change: Change, *, actor: Actor, now: datetime) -> int:
    """Give back what `move` took, where the listing still carries what it was given; return how many there were."""
    rows = {row.group_id: row for row in session.scalars(select(TermMove).where(TermMove.change == change.number))}
    for lot in _lots(sorted(rows)):
        _change(session, lot, lambda ids: _returned(session, ids, change, rows), actor, None, now)
    session.execute(delete(TermMove).where(TermMove.change == change.number))
    return len(rows)


def _moved(session: Session, ids: Sequence[UUID], change: Change) -> None:
    among = m.GroupTerm.group_id.in_(ids)
    both = set(session.scalars(select(m.GroupTerm.group_id).where(among, m.GroupTerm.code == change.under)))
    columns = select(m.GroupTerm.group_id, m.GroupTerm.source, m.GroupTerm.weight)
    rows = session.execute(columns.where(among, m.GroupTerm.code == change.code)).all()
    kept = [
        {"change": change.number, "group_id": one, "source": source, "weight": weight, "had_both": one in both}
        for one, source, weight in rows
    ]
    session.execute(insert(TermMove), kept)
    session.execute(delete(m.GroupTerm).where(m.GroupTerm.group_id.in_(both), m.GroupTerm.code == change.code))
    session.execute(update(m.GroupTerm).where(among, m.GroupTerm.code == change.code).values(code=change.under))


def _returned(session: Session, ids: Sequence[UUID], change: Change, rows: Mapping[UUID, TermMove]) -> None:
    held = select(m.GroupTerm.group_id, m.GroupTerm.code).where(
        m.GroupTerm.group_id.in_(ids), m.GroupTerm.code.in_((change.under, change.code))
    )
    codes: dict[UUID, set[str]] = {}
    for group_id, code in session.execute(held):
        codes.setdefault(group_id, set()).add(code)
    back = [rows[one] for one in ids if codes.get(one) == {change.under}]  # else an editor decided otherwise meanwhile
    only = [row.group_id for row in back if not row.had_both]
    session.execute(delete(m.GroupTerm).where(m.GroupTerm.group_id.in_(only), m.GroupTerm.code == change.under))
    if back:
        values = [
            {"group_id": row.group_id, "code": change.code, "source": row.source, "weight": row.weight} for row in back
        ]
        session.execute(insert(m.GroupTerm), values)


def _change(
    session: Session,
    ids: Sequence[UUID],
    write: Callable[[Sequence[UUID]], None],
    actor: Actor,
    reason: str | None,
    now: datetime,
) -> None:
    """Change the terms of some listings, with a revision of each and the number that all workers watch."""
    among = m.Group.id.in_(ids)
    session.execute(update(m.Group).where(among).values(version=m.Group.version + 1))  # and so nobody else's row
    before = _terms(session, ids)
    write(ids)
    after = _terms(session, ids)
    versions = session.execute(select(m.Group.id, m.Group.version).where(among).order_by(m.Group.id))
    kept = [
        {
            "id": uuid4(),
            "entity": ENTITY,
            "entity_id": group_id,
            "version": version,
            "difference": {"terms": [before.get(group_id, []), after.get(group_id, [])]},
            "reason": reason,
            "actor_id": None,
            "actor_role": actor.role.value,
            "at": now,
        }
        for group_id, version in versions
    ]
    session.execute(insert(m.Revision), kept)
    touch(session, ids, now=now)
    session.expire_all()


def _terms(session: Session, ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    rows = select(m.GroupTerm.group_id, m.GroupTerm.code).where(m.GroupTerm.group_id.in_(ids))
    for group_id, code in session.execute(rows.order_by(m.GroupTerm.group_id, m.GroupTerm.code)):
        found.setdefault(group_id, []).append(code)
    return found


def _lots(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(ids), LOT):
        yield ids[start : start + LOT]
