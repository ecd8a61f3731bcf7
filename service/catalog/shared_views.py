"""What others may know of a group, of who runs it and of what registers call them: plain frozen values. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from service.catalog.views import GroupView

OPEN = ("published", "paused")
CLOSED = "archived"
SHOWN = (*OPEN, CLOSED)
EXACT = "exact"
NATIONWIDE = "Nationwide"
# What is said of a place whose position is the middle of something larger.
ROUGH = {
    "district": "Only the district is known: ask where it meets.",
    "named": "Only the neighbourhood is known: ask where it meets.",
    "town": "Only the town is known: ask where it meets.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """What a register calls an organisation or a place."""

    id: UUID
    scheme: str
    identifier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedPrice:
    """One way to pay."""

    id: UUID
    option: str
    amount_pence: int
    currency: str
    note: str | None
    valid_from: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedArea:
    """An area whose people a group takes; a centre and a radius, all three None where only the name is known."""

    id: UUID
    name: str
    code: str | None
    latitude: float | None
    longitude: float | None
    radius_km: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedOrganisation:
    """Who runs groups, as others may know it."""

    id: UUID
    name: str
    summary: str | None
    website: str | None
    email: str | None
    logo_url: str | None
    legal_form: str | None
    vetting: str
    identifiers: tuple[Identifier, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedGroup:
    """One group with everything that others may take of it; of a closed one, only its name is meant to be told.

    `view` holds no telephone number or address inside a text, and only places that are no secret; `hidden_in` names
    the towns of those that are.
    """

    view: GroupView
    organisation: SharedOrganisation
    changed_at: datetime
    capacity_maximum: int | None
    funding: str | None
    prices: tuple[SharedPrice, ...]
    areas: tuple[SharedArea, ...]
    places: Mapping[UUID, tuple[Identifier, ...]]
    hidden_in: tuple[str, ...]

    @property
    def closed(self) -> bool:
        """Whether nothing but its end is to be told."""
        return self.view.status == CLOSED
