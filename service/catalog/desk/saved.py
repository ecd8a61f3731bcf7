"""Filters that an editor keeps under a name, each their own. Never commits."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor, Permission
from service.catalog.models_desk import SavedFilter
from service.errors import Forbidden, Invalid, Problem

MOST = 30
LONGEST_NAME = 60  # characters
LONGEST_QUERY = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One of them; `query` is as it stands in the address."""

    id: UUID
    name: str
    query: str


def kept_by(session: Session, user_id: UUID | None) -> tuple[Kept, ...]:
    """Return what somebody keeps, by name."""
    mine = select(SavedFilter).where(SavedFilter.user_id == user_id).order_by(SavedFilter.name, SavedFilter.id)
    return tuple(Kept(id=row.id, name=row.name, query=row.query) for row in session.scalars(mine))


def keep(session: Session, *, name: str, query: str, actor: Actor, now: datetime) -> None:
    """Keep a filter; one of the same name is replaced.

    Raises
    ------
    Forbidden
        `edit_catalog`.
    Invalid
        Field `name`: `needed`, `too_long`, or `too_many` filters are kept.
    """
    user_id = _editor(actor)
    plain = " ".join(name.split())
    if not plain or not plain.isprintable():
        raise Invalid("invalid", fields={"name": Problem("needed")})
    if len(plain) > LONGEST_NAME:
        raise Invalid("invalid", fields={"name": Problem("too_long", {"limit": LONGEST_NAME})})
    mine = select(SavedFilter).where(SavedFilter.user_id == user_id)
    row = session.scalar(mine.where(SavedFilter.name == plain))
    if row is None:
        if (session.scalar(select(func.count()).select_from(mine.subquery())) or 0) >= MOST:
            raise Invalid("invalid", fields={"name": Problem("too_many", {"limit": MOST})})
        row = SavedFilter(id=uuid4(), user_id=user_id, name=plain, made_at=now)
        session.add(row)
    row.query = query[:LONGEST_QUERY]
    session.flush()


def forget(session: Session, *, filter_id: UUID, actor: Actor) -> None:
    """Keep one of them no more; somebody else's stays."""
    mine = (SavedFilter.id == filter_id, SavedFilter.user_id == _editor(actor))
    session.execute(delete(SavedFilter).where(*mine))


def _editor(actor: Actor) -> UUID:
    if not actor.may(Permission.EDIT_CATALOG) or actor.user_id is None:
        raise Forbidden(Permission.EDIT_CATALOG.value)
    return actor.user_id
