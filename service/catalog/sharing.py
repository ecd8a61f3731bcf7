"""What others may take of the catalogue: which groups, in which order, with everything of them at once. Never writes.

A group is taken when it is published or paused and can be joined; one that closed is told of for 90 days, by its name
alone. One that says that its place is a secret is not here, and of a confidential place nothing but the town is told.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog.discreet import discreet, without
from service.catalog.facts import CONFIDENTIAL
from service.catalog.queries import CHUNK, catalog_sequence, load_rows
from service.catalog.shared_views import (
    CLOSED,
    OPEN,
    SHOWN,
    Identifier,
    SharedArea,
    SharedGroup,
    SharedOrganisation,
    SharedPrice,
)
from service.catalog.views import GroupView, PlaceView

CLOSED_DAYS = 90  # for which a closed group is told of, so that others learn that it has closed
IMPORTED = "import:"  # how a scheme begins under which we remember what a list calls things
GAP = "…"  # stands in a text where a number or an address was


def state(session: Session) -> tuple[int, datetime]:
    """Return the number of the last change of the catalogue, and when a listing last changed."""
    last = session.scalar(select(func.max(m.Group.changed_at)))
    return catalog_sequence(session), last or datetime(1970, 1, 1, tzinfo=UTC)


def may_be_taken(session: Session, *, now: datetime) -> ColumnElement[bool]:
    """Return the condition that a group may be told of to others."""
    secret = select(m.Fact.group_id).where(
        m.Fact.code == CONFIDENTIAL, m.Fact.value == "yes", m.Fact.group_id.is_not(None)
    )
    taken = and_(m.Group.status.in_(OPEN), m.Group.joinable)
    gone = _closed(session, now - timedelta(days=CLOSED_DAYS))
    return and_(or_(taken, m.Group.id.in_(gone)) if gone else taken, m.Group.id.not_in(secret))


def _closed(session: Session, since: datetime) -> list[UUID]:
    """Return the groups that closed since then and that the public saw before; a draft that was put away is not one."""
    recent = select(m.Group.id).where(m.Group.status == CLOSED, m.Group.changed_at >= since, m.Group.joinable)
    moves = select(m.Revision.entity_id, m.Revision.difference).where(
        m.Revision.entity == "group", m.Revision.entity_id.in_(recent)
    )
    seen = {row[0] for row in session.execute(moves) if set(row[1].get("status", ())) & set(OPEN)}
    return sorted(seen)


def load_shared(session: Session, ids: Collection[UUID], *, now: datetime) -> Iterator[SharedGroup]:
    """Give these groups by id: a fixed number of statements for each 500 of them."""
    ordered = sorted(ids)
    for start in range(0, len(ordered), CHUNK):
        found = list(load_rows(session, ordered[start : start + CHUNK], statuses=SHOWN, today=now.date()))
        named = {group.organisation_id for group, _ in found} | {
            p.location_id for group, _ in found for p in group.places
        }
        identifiers = _identifiers(session, named)
        for group, view in found:
            yield _shared(group, view, identifiers)


def _identifiers(session: Session, ids: Collection[UUID]) -> Mapping[UUID, tuple[Identifier, ...]]:
    found: defaultdict[UUID, list[Identifier]] = defaultdict(list)
    query = select(m.ExternalId).where(
        m.ExternalId.entity.in_(("organisation", "location")),
        m.ExternalId.entity_id.in_(ids),
        m.ExternalId.scheme.not_like(f"{IMPORTED}%"),
    )
    for row in session.scalars(query.order_by(m.ExternalId.scheme, m.ExternalId.identifier)):
        found[row.entity_id].append(Identifier(id=row.id, scheme=row.scheme, identifier=row.identifier))
    return {key: tuple(rows) for key, rows in found.items()}


def _shared(group: m.Group, view: GroupView, identifiers: Mapping[UUID, tuple[Identifier, ...]]) -> SharedGroup:
    clean = discreet(view, GAP)
    seen = tuple(place for place in clean.places if not place.confidential)
    prices = sorted(group.prices, key=lambda price: (price.option, price.id))
    areas = sorted(group.areas, key=lambda area: (area.name, area.id))
    return SharedGroup(
        view=replace(clean, places=seen, door={}, host=None),
        organisation=_organisation(group.organisation, clean, identifiers),
        changed_at=group.changed_at,
        capacity_maximum=group.capacity_maximum,
        funding=without(group.funding, GAP) if group.funding else None,
        prices=tuple(
            SharedPrice(
                id=row.id,
                option=told.option,
                amount_pence=row.amount_pence,
                currency=row.currency,
                note=told.note,
                valid_from=row.valid_from,
            )
            for row, told in zip(prices, clean.prices, strict=True)
        ),
        areas=tuple(_area(row) for row in areas),
        places={place.id: identifiers.get(place.id, ()) for place in seen},
        hidden_in=_towns(place for place in clean.places if place.confidential),
    )


def _area(row: m.ServiceArea) -> SharedArea:
    return SharedArea(
        id=row.id,
        name=row.name,
        code=row.code,
        latitude=row.latitude,
        longitude=row.longitude,
        radius_km=row.radius_km,
    )


def _towns(places: Iterable[PlaceView]) -> tuple[str, ...]:
    return tuple(sorted({town for place in places if (town := place.city or place.region)}))


def _organisation(
    found: m.Organisation, view: GroupView, identifiers: Mapping[UUID, tuple[Identifier, ...]]
) -> SharedOrganisation:
    return SharedOrganisation(
        id=found.id,
        name=view.organisation.name,
        summary=view.organisation.summary,
        website=found.website,
        email=found.email,
        logo_url=found.logo_url,
        legal_form=found.legal_form,
        vetting=view.organisation.vetting,
        identifiers=identifiers.get(found.id, ()),
    )
