"""One group as JSON: what its page says, as codes and figures. It never tells more than the page does."""

from datetime import date
from typing import Literal
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, jsonify, request
from pydantic import NaiveDatetime

from service.accounts.permissions import Permission
from service.api.access import allow
from service.api.doors import shared
from service.api.reading import Told
from service.catalog import queries
from service.clock import now
from service.db import db

Truth = Literal["yes", "no", "not_confirmed"]


class OrganisationOut(Told):
    """Who runs a group."""

    id: UUID
    name: str
    summary: str | None
    website: str | None
    vetting: str
    is_example: bool


class FactOut(Told):
    """A yes or no, with who said so and when. What is not listed is not confirmed."""

    code: str
    value: Truth
    source: str
    confirmed_on: date
    amount: float | None
    note: str | None


class TermOnGroup(Told):
    """An interest the group serves; weight in (0, 1]."""

    code: str
    weight: float
    source: str


class MeetingOut(Told):
    """When it repeats: wall time in its own zone (RFC 5545); level 0 to 6 is what it asks of a newcomer.

    `rests` names kinds of days without a meeting; `moved` holds days of the rule and when it meets instead.
    """

    rule: str | None
    starts_at: NaiveDatetime | None
    minutes: int | None
    time_zone: str
    exceptions: list[date]
    rests: list[str]
    moved: list[tuple[date, NaiveDatetime]]
    level: int | None


class SessionOut(Told):
    """A repeating meeting, and how its leader says it."""

    id: UUID
    location_id: UUID | None
    words: str | None
    note: str | None
    meeting: MeetingOut


class PriceOut(Told):
    """One way to pay."""

    option: str
    amount_pence: int
    currency: str
    note: str | None


class PlaceOut(Told):
    """Where it meets. A rough precision means that the venue is not confirmed."""

    id: UUID
    name: str | None
    address: list[str]
    city: str | None
    postal_code: str | None
    country: str
    latitude: float | None
    longitude: float | None
    precision: str
    facts: list[FactOut]


class GroupOut(Told):
    """A group."""

    id: UUID
    slug: str
    name: str
    also_known_as: str | None
    organisation: OrganisationOut
    description: str | None
    what_happens: str | None
    who_for: str | None
    language_of_text: str
    joinable: bool
    mode: str
    age_min: int | None
    age_max: int | None
    restriction: str | None
    eligibility: str | None
    how_to_join: str | None
    url: str | None
    email: str | None
    phone: str | None
    host: str | None
    door: dict[str, str]
    price_pence: int | None
    currency: str
    price_note: str | None
    price_confirmed: bool
    prices: list[PriceOut]
    group_size: int | None
    capacity_state: str | None
    is_enabler: bool
    removes: list[str]
    nationwide: bool
    alert: str | None
    source: str
    source_year: int | None
    last_confirmed_on: date | None
    freshness: str
    times_confirmed: bool
    is_example: bool
    version: int
    sessions: list[SessionOut]
    places: list[PlaceOut]
    facts: list[FactOut]
    terms: list[TermOnGroup]
    languages: list[str]


def register(api: APIBlueprint) -> None:
    """Add the address of one group."""

    @api.get("/groups/<uuid:group_id>")
    @api.output(GroupOut)
    @api.doc(responses={304: "Not changed since the version that If-None-Match names", 404: "No such group"})
    @allow(Permission.PUBLIC)
    @shared
    def group(group_id: UUID) -> Response:
        """Read one group"""
        found = queries.group_by_id(db.session(), group_id, today=now().date())
        answer = jsonify(GroupOut.model_validate(found).model_dump(mode="json"))
        answer.headers["Cache-Control"] = "public, no-cache"
        answer.add_etag()
        answer.make_conditional(request)
        return answer
