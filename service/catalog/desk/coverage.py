"""How whole and how fresh the listings are, by town and by kind of group: counts, a fixed number of statements.

Only what visitors see counts: listings that are published and can be joined.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, case, exists, func, or_, select, true
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog.desk.filters import oldest
from service.catalog.freshness import FRESH_MONTHS, STALE_MONTHS

LEAST = 10  # listings; of fewer a share says nothing
MOST = 15  # lines in one plot: those with the most listings


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """How many listings there are, and of how many something is known.

    `fresh` were confirmed within six months, `ageing` within twelve and not within six.
    """

    listings: int
    fresh: int
    ageing: int
    times: int
    position: int
    cost: int
    contact: int
    facts: int

    def share(self, name: str) -> int:
        """Return how many in 100."""
        known: int = getattr(self, name)
        return round(100 * known / self.listings) if self.listings else 0

    @property
    def stale(self) -> int:
        """The others: longer ago, or never."""
        return self.listings - self.fresh - self.ageing


NAMES = tuple(one.name for one in fields(Shares))


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """All, by town, and by family of terms; each list begins with what has the most listings."""

    whole: Shares
    areas: Sequence[tuple[str, Shares]]
    terms: Sequence[tuple[str, Shares]]


def coverage(session: Session, *, families: Mapping[str, str], today: date) -> Coverage:
    """Count; `families` are the codes of the widest terms with their labels: what is narrower counts to them."""
    flags = _flags(today)
    areas = _grouped(session, flags, _towns())
    terms = _grouped(session, flags, _families(families)) if families else []
    return Coverage(
        whole=_shares(session.execute(select(*_sums(flags))).one()),
        areas=areas,
        terms=[(families.get(code, code), shares) for code, shares in terms],
    )


def _flags(today: date) -> Subquery:
    """Give one row for each listing, with a 1 for all that is known of it."""
    day = m.Group.last_confirmed_on
    half, year = oldest(FRESH_MONTHS, today), oldest(STALE_MONTHS, today)
    placed = exists().where(
        m.GroupLocation.group_id == m.Group.id,
        m.Location.id == m.GroupLocation.location_id,
        m.Location.latitude.is_not(None),
    )
    known: Mapping[str, ColumnElement[bool]] = {
        "listings": true(),
        "fresh": day >= half,
        "ageing": and_(day >= year, day < half),
        "times": exists().where(m.Session.group_id == m.Group.id, m.Session.starts_at.is_not(None)),
        "position": or_(m.Group.mode.in_(("online", "phone")), m.Group.nationwide, placed),
        "cost": or_(m.Group.price_pence.is_not(None), exists().where(m.Price.group_id == m.Group.id)),
        "contact": or_(m.Group.phone.is_not(None), m.Group.email.is_not(None), m.Group.url.is_not(None)),
        "facts": exists().where(m.Fact.group_id == m.Group.id, m.Fact.value != "not_confirmed"),
    }
    ones = [case((test, 1), else_=0).label(name) for name, test in known.items()]
    shown = (m.Group.status == "published", m.Group.joinable)
    return select(m.Group.id, *ones).where(*shown).subquery()


def _sums(flags: Subquery) -> list[ColumnElement[Any]]:
    return [func.coalesce(func.sum(flags.c[name]), 0) for name in NAMES]


def _towns() -> Subquery:
    """Give each town of a listing once, however many places it has there."""
    at_one = m.Location.id == m.GroupLocation.location_id
    towns = select(m.GroupLocation.group_id, m.Location.city.label("of")).join(m.Location, at_one)
    return towns.where(m.Location.city.is_not(None)).distinct().subquery()


def _families(families: Mapping[str, str]) -> Subquery:
    """Give each family of a listing once; a narrower term begins with the code of the wider one."""
    under = [
        (or_(m.GroupTerm.code == code, m.GroupTerm.code.startswith(f"{code}.", autoescape=True)), code)
        for code in sorted(families, key=len, reverse=True)
    ]
    family = case(*under, else_=None)
    found = select(m.GroupTerm.group_id, family.label("of")).where(family.is_not(None))
    return found.distinct().subquery()


def _grouped(session: Session, flags: Subquery, of: Subquery) -> list[tuple[str, Shares]]:
    joined = select(of.c.of, *_sums(flags)).join(of, of.c.group_id == flags.c.id).group_by(of.c.of)
    many = func.sum(flags.c.listings)
    rows = session.execute(joined.having(many >= LEAST).order_by(many.desc(), of.c.of).limit(MOST))
    return [(row[0], _shares(row[1:])) for row in rows]


def _shares(row: Sequence[Any]) -> Shares:
    return Shares(**{name: int(many) for name, many in zip(NAMES, row, strict=True)})
