"""Finding listings of any state by a filter: how many, which, and one page of them. Never writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog.desk.filters import Filter, span
from service.catalog.keepers.check import listings
from service.catalog.keepers.rule import Scope
from service.catalog.queries import load_names
from service.catalog.views import NameView

PAGE = 50
MOST = 1000  # so many can be changed together
FEW = 2000  # places


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page; `total` is exact up to MOST, above it there are `more`, and nobody waits until they are counted."""

    groups: tuple[NameView, ...]
    total: int
    more: bool
    is_last: bool


def look(session: Session, wanted: Filter, *, today: date, page: int = 1, keeps: Scope | None = None) -> Found:
    """Return one page of the listings, in the order that was asked for. `keeps` is what `mine` means."""
    start = (page - 1) * PAGE
    among = _ids(session, wanted, today, keeps)
    counted = session.scalars(among.limit(MOST + 1)).all()
    if start + PAGE <= MOST:
        here = counted[start : start + PAGE + 1]
    else:
        here = session.scalars(among.limit(PAGE + 1).offset(start)).all()
    total = len(counted) if wanted.asks or len(counted) <= MOST else _all(session)
    return Found(
        groups=load_names(session, here[:PAGE], today=today),
        total=min(total, MOST) if wanted.asks else total,
        more=wanted.asks and total > MOST,
        is_last=len(here) <= PAGE,
    )


def _all(session: Session) -> int:
    return session.scalar(select(func.count(m.Group.id))) or 0


def ids(session: Session, wanted: Filter, *, today: date, limit: int, keeps: Scope | None = None) -> list[UUID]:
    """Return the first of them, in order."""
    return list(session.scalars(_ids(session, wanted, today, keeps).limit(limit)))


def sources(session: Session) -> tuple[str, ...]:
    """Return where listings came from, in order, each found by a step in an index."""
    found: list[str] = []
    while len(found) < 200:
        after = m.Group.source > found[-1] if found else true()
        following = session.scalar(select(func.min(m.Group.source)).where(after))
        if following is None:
            break
        found.append(following)
    return tuple(found)


def matching(session: Session, wanted: Filter, today: date) -> ColumnElement[bool]:
    """Return what must hold of a group."""
    tests = [*_plain(wanted), *_words(wanted)]
    if wanted.area:
        tests.append(_in_area(session, wanted.area))
    if wanted.term:
        tests.append(m.Group.id.in_(select(m.GroupTerm.group_id).where(m.GroupTerm.code.in_(_terms(session, wanted)))))
    if wanted.confirmed:
        tests.append(confirmed(wanted.confirmed, today))
    return and_(true(), *tests, *(missing(one) for one in wanted.missing))


def _plain(wanted: Filter) -> list[ColumnElement[bool]]:
    tests = []
    if wanted.status:
        tests.append(m.Group.status == wanted.status)
    if wanted.source:
        tests.append(func.coalesce(m.Group.source, "") == wanted.source)  # walked in order, never looked up and sorted
    if wanted.organisation:
        tests.append(m.Group.organisation_id.in_(_organisations(wanted.organisation)))
    if wanted.reported:
        tests.append(m.Group.id.in_(select(m.Report.group_id).where(m.Report.state == "open")))
    return tests


def _words(wanted: Filter) -> list[ColumnElement[bool]]:
    return [
        or_(
            m.Group.name.icontains(word, autoescape=True),
            m.Group.organisation_id.in_(_organisations(word)),
        )
        for word in wanted.words
    ]


def _organisations(text: str) -> Select[UUID]:
    return select(m.Organisation.id).where(m.Organisation.name.icontains(text, autoescape=True))


def _in_area(session: Session, text: str) -> ColumnElement[bool]:
    """Few places are looked up first; where there are many, each listing is asked, and the first ones suffice."""
    plain, code = text.lower(), text.upper()
    here = or_(
        func.lower(m.Location.city) == plain,
        func.lower(m.Location.region) == plain,
        m.Location.postal_code == code,
        m.Location.postal_code.startswith(f"{code} ", autoescape=True),
    )
    places = select(m.Location.id).where(here)
    at_one = m.GroupLocation.location_id == m.Location.id
    if (session.scalar(select(func.count()).select_from(places.limit(FEW + 1).subquery())) or 0) > FEW:
        return exists().where(m.GroupLocation.group_id == m.Group.id, at_one, here)
    return m.Group.id.in_(select(m.GroupLocation.group_id).where(m.GroupLocation.location_id.in_(places)))


def _terms(session: Session, wanted: Filter) -> list[str]:
    """Return the codes of the terms so called, and of all that are narrower."""
    text = wanted.term.lower()
    above = {row[0]: row[1] for row in session.execute(select(m.Term.code, m.Term.broader))}
    label = func.lower(m.Term.label)
    named = select(m.Term.code).where(or_(label == text, m.Term.code == wanted.term))
    codes = set(session.scalars(named))
    return sorted(code for code in above if _is_under(code, codes, above))


def _is_under(code: str, wanted: set[str], above: dict[str, str | None]) -> bool:
    at: str | None = code
    while at is not None:
        if at in wanted:
            return True
        at = above.get(at)
    return False


def confirmed(choice: str, today: date) -> ColumnElement[bool]:
    """Return what `confirmed` of a filter asks for."""
    day = m.Group.last_confirmed_on
    if choice == "never":
        return day.is_(None)
    since, before = span(choice, today)
    bounds = [*([day >= since] if since else []), *([day < before] if before else [])]
    return or_(day.is_(None), *bounds) if choice == "stale" else and_(*bounds)


def missing(what: str) -> ColumnElement[bool]:
    """Return what it means that something of a listing is not known."""
    return _MISSING[what]()


def _no_times() -> ColumnElement[bool]:
    return ~exists().where(m.Session.group_id == m.Group.id, m.Session.starts_at.is_not(None))


def _no_position() -> ColumnElement[bool]:
    placed = exists().where(
        m.GroupLocation.group_id == m.Group.id,
        m.Location.id == m.GroupLocation.location_id,
        m.Location.latitude.is_not(None),
    )
    return and_(m.Group.mode.in_(("in_person", "hybrid")), m.Group.nationwide.is_(False), ~placed)


def _no_cost() -> ColumnElement[bool]:
    return and_(m.Group.price_pence.is_(None), ~exists().where(m.Price.group_id == m.Group.id))


def _no_contact() -> ColumnElement[bool]:
    return and_(m.Group.phone.is_(None), m.Group.email.is_(None), m.Group.url.is_(None))


_MISSING = {"times": _no_times, "position": _no_position, "cost": _no_cost, "contact": _no_contact}


def _ids(session: Session, wanted: Filter, today: date, keeps: Scope | None) -> Select[UUID]:
    theirs = listings(keeps) if keeps is not None and wanted.whose == "mine" else true()
    return select(m.Group.id).where(matching(session, wanted, today), theirs).order_by(*_order(wanted.sort))


def _order(sort: str) -> Sequence[Any]:
    if sort == "confirmed":  # what was never confirmed first, also where the database would put it last
        return (m.Group.last_confirmed_on.is_not(None), m.Group.last_confirmed_on, m.Group.id)
    if sort == "changed":
        return (m.Group.changed_at.desc(), m.Group.id)
    return (m.Group.name, m.Group.id)
