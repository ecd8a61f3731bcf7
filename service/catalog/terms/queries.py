"""What editors changed in the taxonomy, and how many listings carry each term. Never writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog.models_terms import TermChange
from service.catalog.words.overlay import Change, Overlaid, overlaid
from service.catalog.words.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act as the history of a term shows it."""

    change: Change
    actor_role: str
    reason: str | None
    at: datetime
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class Carrier:
    """A listing that carries a term."""

    id: UUID
    name: str
    status: str
    is_example: bool


def last_number(session: Session) -> int:
    """Return the number of the last act, or of the last that was taken back; 0: there was none."""
    return session.scalar(select(func.max(TermChange.stamp))) or 0


def changes(session: Session) -> tuple[Change, ...]:
    """Return every act in its order, those taken back among them."""
    return tuple(_change(row) for row in session.scalars(select(TermChange).order_by(TermChange.number)))


def tree(session: Session, ground: Taxonomy) -> Overlaid:
    """Return the terms of the files with every act laid over them."""
    return overlaid(ground.terms, changes(session))


def now_standing(session: Session, ground: Taxonomy) -> Taxonomy:
    """Return the taxonomy of this installation as it is this moment; the very same where nothing was changed."""
    found = changes(session)
    if not found:
        return ground
    laid = overlaid(ground.terms, found)
    return ground.with_terms(laid.terms, laid.retired)


def version(session: Session, code: str) -> int:
    """Return the number of the last act that touched a term; 0: nobody did."""
    return session.scalar(select(func.max(TermChange.stamp)).where(_about(code))) or 0


def acts(session: Session, code: str, *, limit: int = 100) -> tuple[Act, ...]:
    """Return what was done to a term, or with it, newest first."""
    found = select(TermChange).where(_about(code)).order_by(TermChange.number.desc()).limit(limit)
    return tuple(
        Act(
            change=_change(row),
            actor_role=row.actor_role,
            reason=row.reason,
            at=row.at,
            undone_at=row.undone_at,
        )
        for row in session.scalars(found)
    )


def counts(session: Session) -> dict[str, int]:
    """Return for each term how many listings of any state carry it themselves."""
    found = select(m.GroupTerm.code, func.count()).group_by(m.GroupTerm.code)
    return dict(session.execute(found).all())


def carriers(session: Session, codes: Sequence[str], *, limit: int = 20) -> tuple[Carrier, ...]:
    """Return listings that carry any of these terms, by name."""
    among = select(m.GroupTerm.group_id).where(m.GroupTerm.code.in_(codes))
    found = select(m.Group.id, m.Group.name, m.Group.status, m.Group.is_example).where(m.Group.id.in_(among))
    return tuple(Carrier(*row) for row in session.execute(found.order_by(m.Group.name, m.Group.id).limit(limit)))


def count_carriers(session: Session, codes: Sequence[str]) -> int:
    """Return how many listings carry any of these terms."""
    found = select(func.count(m.GroupTerm.group_id.distinct())).where(m.GroupTerm.code.in_(codes))
    return session.scalar(found) or 0


def _about(code: str) -> ColumnElement[bool]:
    return or_(TermChange.code == code, TermChange.under == code)


def _change(row: TermChange) -> Change:
    return Change(
        number=row.number,
        code=row.code,
        act=row.act,
        value=row.value,
        language=row.language,
        under=row.under,
        undone=row.undone_at is not None,
    )
