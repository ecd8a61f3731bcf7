"""Reading the catalogue: groups as plain values, for a page, for an editor's list, for the index. Never writes.

The public sees groups that are published, and of a confidential place no more than its rough position.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import fields
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, contains_eager, joinedload, selectinload

from service.catalog import models as m
from service.catalog.facts import CONFIDENTIAL, Value, current
from service.catalog.freshness import PRICE_MONTHS, TIMES_MONTHS, capacity, freshness, vetting, within
from service.catalog.listing import area_view, fact_value, listed, rough, session_view, term_view
from service.catalog.views import (
    FactView,
    GroupView,
    ListedGroup,
    NameView,
    OrganisationView,
    PlaceView,
    PriceView,
    SourceCount,
)
from service.catalog.when.rests import BY_ZONE, part_of
from service.errors import NotFound

CHUNK = 500  # ids in one statement; a page shows far fewer, so it costs one round of statements


def load_groups(session: Session, ids: Collection[UUID], *, today: date, public: bool = True) -> dict[UUID, GroupView]:
    """Return the groups of these ids that may be seen, with all their parts, in a fixed number of statements."""
    found: dict[UUID, GroupView] = {}
    for chunk in _chunks(ids):
        for group in session.scalars(_whole(public).where(m.Group.id.in_(chunk))):
            found[group.id] = _group(group, today, public)
    return found


def load_rows(
    session: Session, ids: Collection[UUID], *, statuses: Collection[str], today: date
) -> Iterator[tuple[m.Group, GroupView]]:
    """Give the groups of these ids and states, by id, with their rows and as the public sees them (see `sharing`)."""
    for chunk in _chunks(ids):
        wanted = _whole(public=False).where(m.Group.id.in_(chunk), m.Group.status.in_(statuses)).order_by(m.Group.id)
        for group in session.scalars(wanted):
            yield group, _group(group, today, True)  # noqa: FBT003


def group_by_id(session: Session, group_id: UUID, *, today: date, public: bool = True) -> GroupView:
    """Return one group; NotFound `group` if there is none, or none that may be seen."""
    return _one(session, m.Group.id == group_id, today, public)


def group_as_shown(session: Session, group_id: UUID, *, today: date) -> GroupView:
    """Return one group of any status as the public would see it; NotFound `group` if there is none."""
    rows = load_rows(session, [group_id], statuses=m.STATUSES, today=today)
    found = next((view for _row, view in rows), None)
    if found is None:
        raise NotFound("group")
    return found


def group_by_slug(session: Session, slug: str, *, today: date, public: bool = True) -> GroupView:
    """Return one group by the word in its address; NotFound `group` if there is none, or none that may be seen."""
    return _one(session, m.Group.slug == slug, today, public)


def search_names(session: Session, text: str, *, today: date, limit: int = 50, offset: int = 0) -> tuple[NameView, ...]:
    """Return groups of any status whose name, or whose organisation's name, contains this text; by name."""
    query = (
        select(m.Group)
        .join(m.Group.organisation)
        .options(contains_eager(m.Group.organisation), selectinload(m.Group.terms))
        .where(_named(text))
        .order_by(m.Group.name, m.Group.id)
        .limit(limit)
        .offset(offset)
    )
    return tuple(_name(group, today) for group in session.scalars(query))


def load_names(session: Session, ids: Sequence[UUID], *, today: date) -> tuple[NameView, ...]:
    """Return these groups of any status, in this order, as an editor's list has them."""
    query = (
        select(m.Group)
        .join(m.Group.organisation)
        .options(contains_eager(m.Group.organisation), selectinload(m.Group.terms))
        .where(m.Group.id.in_(ids))
    )
    found = {group.id: _name(group, today) for group in session.scalars(query)}
    return tuple(found[one] for one in ids if one in found)


def count_names(session: Session, text: str) -> int:
    """Return how many groups `search_names` finds in all."""
    query = select(func.count()).select_from(m.Group).join(m.Group.organisation).where(_named(text))
    return session.scalar(query) or 0


def _named(text: str) -> ColumnElement[bool]:
    words = text.strip()[:100]
    columns = (m.Group.name, m.Organisation.name)
    return or_(*(column.icontains(words, autoescape=True) for column in columns)) if words else true()


def count_by_source(session: Session) -> tuple[SourceCount, ...]:
    """Count published listings by source; placed: a location has a position, or an area or the country is named."""
    located = (
        select(m.GroupLocation.group_id)
        .join(m.Location, m.Location.id == m.GroupLocation.location_id)
        .where(m.Location.latitude.is_not(None))
    )
    placed = or_(m.Group.id.in_(located), m.Group.id.in_(select(m.ServiceArea.group_id)), m.Group.nationwide)
    dated = m.Group.source_year.is_not(None)

    def many(*conditions: ColumnElement[bool] | InstrumentedAttribute[bool]) -> ColumnElement[int]:
        return func.sum(case((and_(*conditions), 1), else_=0))

    query = select(
        m.Group.source,
        m.Group.is_example,
        func.count(),
        many(m.Group.joinable),
        many(m.Group.joinable, placed),
        many(m.Group.joinable, dated),
    ).where(m.Group.status == "published")
    rows = session.execute(query.group_by(m.Group.source, m.Group.is_example).order_by(m.Group.source))
    return tuple(
        SourceCount(source=row[0], is_example=row[1], listings=row[2], joinable=row[3], placed=row[4], dated=row[5])
        for row in rows
    )


def catalog_sequence(session: Session) -> int:
    """Return the number of the last change to the catalogue; 0 before the first."""
    return session.scalar(select(m.CatalogState.sequence)) or 0


def changed_since(session: Session, sequence: int) -> dict[UUID, int]:
    """Return the groups of any status changed after that number, with the number of each change, oldest first."""
    query = select(m.Group.id, m.Group.changed_sequence).where(m.Group.changed_sequence > sequence)
    found = session.execute(query.order_by(m.Group.changed_sequence, m.Group.id))
    return {row[0]: row[1] for row in found}


def listed_ids(session: Session) -> frozenset[UUID]:
    """Return the ids of all published groups: what search may show."""
    return frozenset(session.scalars(select(m.Group.id).where(m.Group.status == "published")))


def iter_searchable(
    session: Session, *, today: date, ids: Collection[UUID] | None = None, batch: int = 1000
) -> Iterator[ListedGroup]:
    """Give every published group as search needs it, by id; with `ids` only those of them.

    A fixed number of statements, however many groups there are (with `ids`, for each 500 of them).
    """
    if ids is None:
        yield from listed(session, today=today, ids=None, batch=batch)
        return
    for chunk in _chunks(ids):
        yield from listed(session, today=today, ids=chunk, batch=batch)


def _chunks(ids: Collection[UUID]) -> Iterator[list[UUID]]:
    ordered = sorted(set(ids))
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


def _whole(public: bool) -> Select[m.Group]:  # noqa: FBT001
    query = select(m.Group).options(
        joinedload(m.Group.organisation),
        selectinload(m.Group.sessions),
        selectinload(m.Group.places).joinedload(m.GroupLocation.location).selectinload(m.Location.facts),
        selectinload(m.Group.terms),
        selectinload(m.Group.facts),
        selectinload(m.Group.languages),
        selectinload(m.Group.prices),
        selectinload(m.Group.areas),
    )
    return query.where(m.Group.status == "published") if public else query


def _one(session: Session, wanted: ColumnElement[bool], today: date, public: bool) -> GroupView:  # noqa: FBT001
    # What the session may still hold of an earlier read is read again: an editor must see the newest.
    group = session.scalar(_whole(public).where(wanted).execution_options(populate_existing=True))
    if group is None:
        raise NotFound("group")
    return _group(group, today, public)


def _name(group: m.Group, today: date) -> NameView:
    return NameView(
        id=group.id,
        slug=group.slug,
        name=group.name,
        organisation_name=group.organisation.name,
        status=group.status,
        joinable=group.joinable,
        is_example=group.is_example,
        last_confirmed_on=group.last_confirmed_on,
        confirmed_precision=group.confirmed_precision,
        freshness=freshness(group.last_confirmed_on, today),
        term=next((term.code for term in group.terms if term.code.startswith("activity.")), None),
    )


# What a GroupView shows otherwise than it is stored; everything else it takes as it is.
_MADE = frozenset(
    ("organisation", "door", "price_confirmed", "prices", "capacity_state", "capacity_available", "removes")
    + ("freshness", "times_confirmed", "sessions", "places", "facts", "terms", "languages", "areas")
)
_AS_STORED = [field.name for field in fields(GroupView) if field.name not in _MADE]


def _group(group: m.Group, today: date, public: bool) -> GroupView:  # noqa: FBT001
    state = capacity(group.capacity_state, group.capacity_until, today)
    return GroupView(
        **{name: getattr(group, name) for name in _AS_STORED},
        organisation=_organisation(group.organisation, today),
        door=dict(group.door),
        price_confirmed=within(group.last_confirmed_on, PRICE_MONTHS, today),
        prices=tuple(_price(price) for price in sorted(group.prices, key=lambda price: (price.option, price.id))),
        capacity_state=state,
        capacity_available=group.capacity_available if state else None,
        removes=tuple(group.removes),
        freshness=freshness(group.last_confirmed_on, today),
        times_confirmed=within(group.last_confirmed_on, TIMES_MONTHS, today),
        sessions=tuple(session_view(each, _part(each, group)) for each in group.sessions),
        places=tuple(_place(each, group.facts, today, public) for each in _in_order(group.places)),
        facts=_facts(group.facts, today),
        terms=tuple(term_view(term) for term in group.terms),
        languages=tuple(language.code for language in group.languages),
        areas=tuple(area_view(area) for area in sorted(group.areas, key=lambda area: (area.name, area.id))),
    )


def _part(meets: m.Session, group: m.Group) -> str:
    """Return where a session's public holidays hold: at its place, the group's first, or where its clocks are."""
    if not meets.rests:
        return ""
    places = _in_order(group.places)
    at = next((place for place in places if place.id == meets.location_id), places[0] if places else None)
    return part_of(at.country, at.postal_code, at.region) if at else BY_ZONE.get(meets.time_zone, "")


def _in_order(places: Sequence[m.GroupLocation]) -> list[m.Location]:
    return sorted((place.location for place in places), key=lambda place: (place.name or "", place.id))


def _organisation(found: m.Organisation, today: date) -> OrganisationView:
    return OrganisationView(
        id=found.id,
        name=found.name,
        summary=found.summary,
        website=found.website,
        email=found.email,
        legal_form=found.legal_form,
        vetting=vetting(found.vetting, found.vetting_until, today),
        vetting_until=found.vetting_until,
        is_example=found.is_example,
    )


def _price(found: m.Price) -> PriceView:
    return PriceView(option=found.option, amount_pence=found.amount_pence, currency=found.currency, note=found.note)


def _place(found: m.Location, of_group: Sequence[m.Fact], today: date, public: bool) -> PlaceView:  # noqa: FBT001
    secret = found.confidential or _keeps_secret(of_group) or _keeps_secret(found.facts)
    hidden = public and secret
    return PlaceView(
        id=found.id,
        kind=found.kind,
        name=None if hidden else found.name,
        description=None if hidden else found.description,
        address=() if hidden else tuple(line for line in (found.address_1, found.address_2) if line),
        city=found.city,
        region=found.region,
        postal_code=None if hidden else found.postal_code,
        country=found.country,
        latitude=rough(found.latitude) if hidden else found.latitude,
        longitude=rough(found.longitude) if hidden else found.longitude,
        precision="district" if hidden else found.precision,
        transportation=None if hidden else found.transportation,
        confidential=secret,
        facts=_facts(found.facts, today),
    )


def _keeps_secret(facts: Sequence[m.Fact]) -> bool:
    """Tell whether somebody once said that the place is kept private: that does not wear off with the years."""
    return any(fact.code == CONFIDENTIAL and fact.value == Value.YES.value for fact in facts)


def _facts(found: Sequence[m.Fact], today: date) -> tuple[FactView, ...]:
    return tuple(_fact(fact, today) for fact in found)


def _fact(found: m.Fact, today: date) -> FactView:
    stated = fact_value(found)
    return FactView(
        code=found.code,
        value=current(stated, today),
        stated=stated.value,
        source=found.source,
        confirmed_on=found.confirmed_on,
        amount=found.amount,
        note=found.note,
        role=found.confirmed_by_role,
    )
