"""What others see of the catalogue: plain frozen values, read once from the tables and never written back. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from service.catalog.facts import FactValue, Value, current
from service.catalog.freshness import Freshness
from service.catalog.schedule import Meeting


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationView:
    """Who runs a group. `vetting` is the level that holds on the day it was read."""

    id: UUID
    name: str
    summary: str | None
    website: str | None
    email: str | None
    legal_form: str | None
    vetting: str
    vetting_until: date | None
    is_example: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FactView:
    """One fact: `value` is what holds on the day it was read, `stated` what was said on `confirmed_on`."""

    code: str
    value: Value
    stated: Value
    source: str
    confirmed_on: date
    amount: float | None
    note: str | None
    role: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TermView:
    """A term on a group; `source` is editor, import or extracted, `weight` in (0, 1]."""

    code: str
    weight: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionView:
    """A repeating meeting of a group, where it is and how the leader says it."""

    id: UUID
    location_id: UUID | None
    words: str | None
    note: str | None
    meeting: Meeting


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceView:
    """One way to pay."""

    option: str
    amount_pence: int
    currency: str
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaView:
    """An area whose people a group takes: a centre and a radius, both None where only the name is known."""

    name: str
    latitude: float | None
    longitude: float | None
    radius_km: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceView:
    """Where a group meets. `precision`: exact, sector, district, town or named (venue not confirmed)."""

    id: UUID
    kind: str
    name: str | None
    description: str | None
    address: tuple[str, ...]
    city: str | None
    region: str | None
    postal_code: str | None
    country: str
    latitude: float | None
    longitude: float | None
    precision: str
    transportation: str | None
    confidential: bool
    facts: tuple[FactView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """All that is known of one group on one day, for its page.

    `capacity_state`, `freshness`, `organisation.vetting` and each fact's `value` hold on the day it was read;
    `price_confirmed` and `times_confirmed` say whether price and times are recent enough to rely on.
    """

    id: UUID
    slug: str
    name: str
    also_known_as: str | None
    organisation: OrganisationView
    description: str | None
    what_happens: str | None
    who_for: str | None
    language_of_text: str
    status: str
    joinable: bool
    not_joinable_reason: str | None
    mode: str
    age_min: int | None
    age_max: int | None
    restriction: str | None
    restriction_reason: str | None
    eligibility: str | None
    how_to_join: str | None
    url: str | None
    email: str | None
    phone: str | None
    host: str | None
    door: Mapping[str, str]
    price_pence: int | None
    currency: str
    price_note: str | None
    price_confirmed: bool
    prices: tuple[PriceView, ...]
    group_size: int | None
    capacity_state: str | None
    capacity_available: int | None
    capacity_until: date | None
    new_people_a_week: int | None
    is_enabler: bool
    removes: tuple[str, ...]
    nationwide: bool
    alert: str | None
    required_documents: str | None
    image: str | None
    source: str
    source_year: int | None
    last_confirmed_on: date | None
    confirmed_precision: str
    confirmed_by: str | None
    freshness: Freshness
    times_confirmed: bool
    is_example: bool
    version: int
    short_code: str | None
    sessions: tuple[SessionView, ...]
    places: tuple[PlaceView, ...]
    facts: tuple[FactView, ...]
    terms: tuple[TermView, ...]
    languages: tuple[str, ...]
    areas: tuple[AreaView, ...]

    def dates_by_year(self, fact: FactView) -> bool:
        """Tell whether no more than the year is known of the day a fact was confirmed."""
        return self.confirmed_precision == "year" and fact.confirmed_on == self.last_confirmed_on

    def fact(self, code: str, place: PlaceView | None = None) -> FactView | None:
        """Return what holds of this group, at this place: its own yes or no first, then the place's; None: unknown."""
        for known in (self.facts, place.facts if place else ()):
            for fact in known:
                if fact.code == code and fact.value is not Value.NOT_CONFIRMED:
                    return fact
        return None

    def value(self, code: str, place: PlaceView | None = None) -> Value:
        """Return the value of `fact`; without one it is not confirmed."""
        fact = self.fact(code, place)
        return fact.value if fact else Value.NOT_CONFIRMED


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPlace:
    """A group at a place, for search: `facts` are the place's, with the group's own on top (see `merged`)."""

    location_id: UUID
    latitude: float | None
    longitude: float | None
    precision: str
    label: str
    facts: Mapping[str, FactValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedGroup:
    """One published group as search needs it: plain values, dates kept so that what is old can fall back.

    Facts are given as stated: ask `facts.current(fact, today)`. A code that is absent is not confirmed. Capacity and
    vetting are as stated with the day they run out: ask `freshness.capacity` and `freshness.vetting`.
    """

    id: UUID
    slug: str
    name: str
    also_known_as: str | None
    description: str | None
    what_happens: str | None
    who_for: str | None
    eligibility: str | None
    organisation_id: UUID
    organisation_name: str
    vetting: str
    vetting_until: date | None
    status: str
    joinable: bool
    mode: str
    age_min: int | None
    age_max: int | None
    restriction: str | None
    price_pence: int | None
    currency: str
    group_size: int | None
    capacity_state: str | None
    capacity_until: date | None
    is_enabler: bool
    removes: tuple[str, ...]
    nationwide: bool
    last_confirmed_on: date | None
    confirmed_precision: str
    source: str
    source_year: int | None
    is_example: bool
    changed_sequence: int
    terms: tuple[TermView, ...]
    languages: tuple[str, ...]
    facts: Mapping[str, FactValue]
    places: tuple[ListedPlace, ...]
    sessions: tuple[SessionView, ...]
    areas: tuple[AreaView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NameView:
    """One line of an editor's list; `term` is its first activity, for the picture."""

    id: UUID
    slug: str
    name: str
    organisation_name: str
    status: str
    joinable: bool
    is_example: bool
    last_confirmed_on: date | None
    confirmed_precision: str
    freshness: Freshness
    term: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCount:
    """How many published listings one source gave; the last three count the joinable ones."""

    source: str
    is_example: bool
    listings: int
    joinable: int
    placed: int
    dated: int


def merged(own: Mapping[str, FactValue], place: Mapping[str, FactValue], today: date) -> dict[str, FactValue]:
    """Return a place's facts with the group's own on top; an own fact that no longer holds does not hide a place's."""
    held = {code: fact for code, fact in own.items() if current(fact, today) is not Value.NOT_CONFIRMED}
    return {**own, **place, **held}
