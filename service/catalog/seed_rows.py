"""Drafts and examples as rows of tables, with ids that are the same on every run. Pure: plain values only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from service.catalog.facts import FAMILIES, Source, Value
from service.catalog.freshness import CAPACITY_DAYS
from service.catalog.importing.drafts import DraftGroup, DraftSession
from service.catalog.where.packs import CountryPack
from service.catalog.where.place_index import plain
from service.catalog.words.taxonomy import Term

NAMESPACE = UUID("7d3f2a52-6f1c-5b0e-9a55-3b5f0d1c9e21")  # of our seed rows; never changes
OF_THE_PLACE = frozenset(FAMILIES["building"] + FAMILIES["getting_there"])
EXAMPLE = "example"
VENUE_DAYS = 30  # how long ago the example venues were looked at
# Characters of the columns of that name that are not free text, in every table.
LONGEST = {"name": 300, "slug": 120, "website": 500, "url": 500, "phone": 40, "legal_form": 100, "address_1": 300}
LONGEST |= {"city": 120, "postal_code": 20, "identifier": 300, "label": 300}
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
Row = dict[str, Any]


@dataclass(slots=True)
class Rows:
    """Rows by table, and the group each row belongs to: a group that a person edited is left out as a whole."""

    by_table: dict[str, dict[Any, Row]] = field(default_factory=dict)
    owner: dict[tuple[str, Any], UUID] = field(default_factory=dict)

    def add(self, table: str, key: Any, owner: UUID | None, **row: Any) -> None:
        """Keep one row under its primary key, each text as long as its column allows."""
        fitting = {c: v[: LONGEST.get(c, len(v))] if isinstance(v, str) else v for c, v in row.items()}
        self.by_table.setdefault(table, {})[key] = fitting
        if owner is not None:
            self.owner[table, key] = owner

    def of(self, table: str) -> dict[Any, Row]:
        """Return the rows of one table by primary key."""
        return self.by_table.get(table, {})


def seed_id(*parts: str) -> UUID:
    """Return the id of a seed row.

    >>> seed_id("group", "a") == seed_id("group", "a")
    True
    """
    return uuid5(NAMESPACE, ":".join(parts))


def add_terms(rows: Rows, terms: Iterable[Term]) -> None:
    """Add the taxonomy, broader terms first."""
    for term in sorted(terms, key=lambda one: (one.code.count("."), one.code)):
        rows.add(
            "term",
            term.code,
            None,
            code=term.code,
            facet=term.facet,
            label=term.label,
            definition=term.definition,
            broader=term.broader,
            open_active=term.open_active,
            open_eligibility=term.open_eligibility,
        )


def add_listing(rows: Rows, draft: DraftGroup, pack: CountryPack, *, slug: str, today: date) -> UUID:
    """Add a listing with everything that belongs to it and return its group's id."""
    group_id = seed_id("group", draft.source, draft.source_id)
    body = seed_id("organisation", draft.source, draft.source_id)
    confirmed = draft.confirmed_on or today
    rows.add(
        "organisation",
        body,
        group_id,
        id=body,
        name=draft.name,
        website=draft.url,
        legal_form=draft.legal_form,
        is_example=False,
    )
    _external(rows, pack, draft, body, group_id)
    location = _location(rows, draft, pack, group_id)
    rows.add("group", group_id, group_id, **_listing(draft, pack, group_id, body, slug))
    for fact in draft.facts:
        at_place = location is not None and fact.code in OF_THE_PLACE
        value = Value.NOT_CONFIRMED if fact.suggested else Value.YES if fact.value else Value.NO
        source = Source.EXTRACTED if fact.suggested else Source.IMPORT
        _fact(
            rows,
            fact.code,
            group_id,
            location if at_place else None,
            value=value.value,
            note=fact.note,
            source=source.value,
            confirmed_on=confirmed,
        )
    for term in draft.terms:
        _term(rows, group_id, term.code, term.source, term.weight)
    for position, session in enumerate(draft.sessions):
        _drafted(rows, group_id, location, position, session, pack.time_zone, confirmed.year)
    if draft.area is not None:
        _area(rows, group_id, draft.area.name, draft.area.latitude, draft.area.longitude, draft.area.radius_km)
    return group_id


def _listing(draft: DraftGroup, pack: CountryPack, group_id: UUID, body: UUID, slug: str) -> Row:
    return {
        "id": group_id,
        "organisation_id": body,
        "slug": slug,
        "name": draft.name,
        "description": draft.description,
        "status": "published",
        "joinable": draft.joinable,
        "not_joinable_reason": draft.not_joinable_reason,
        "mode": draft.mode,
        "age_min": draft.age_min,
        "age_max": draft.age_max,
        "restriction": draft.restriction,
        "url": draft.url,
        "phone": draft.phone,
        "price_pence": draft.price_pence,
        "price_note": draft.price_note,
        "currency": pack.currency,
        "is_enabler": bool(draft.removes),
        "removes": list(draft.removes),
        "nationwide": draft.nationwide,
        "source": draft.source,
        "source_year": draft.year,
        "last_confirmed_on": draft.confirmed_on,
        "confirmed_precision": draft.confirmed_precision,
        "is_example": False,
    }


def _external(rows: Rows, pack: CountryPack, draft: DraftGroup, body: UUID, group_id: UUID) -> None:
    numbers = {"charity": draft.charity_number, "company": draft.company_number}
    known = [
        ("organisation", body, pack.registers[kind], n) for kind, n in numbers.items() if n and kind in pack.registers
    ]
    for entity, of, scheme, identifier in [*known, ("group", group_id, draft.source, draft.source_id)]:
        key = seed_id("external", entity, scheme, identifier)
        row = {"entity": entity, "entity_id": of, "scheme": scheme, "identifier": identifier}
        if key not in rows.of("external_id"):
            rows.add("external_id", key, group_id, id=key, **row)


def _location(rows: Rows, draft: DraftGroup, pack: CountryPack, group_id: UUID) -> UUID | None:
    """Add where a listing is; one that is only online or by telephone has an office, not a place to go to."""
    place = draft.place
    if place is None or draft.mode in ("online", "phone"):
        return None
    key = seed_id("location", draft.source, draft.source_id)
    rows.add(
        "location",
        key,
        group_id,
        id=key,
        kind="physical",
        name=place.name,
        address_1=place.address,
        city=place.city,
        postal_code=place.postal_code,
        country=pack.code,
        latitude=place.latitude,
        longitude=place.longitude,
        precision=place.precision,
        is_example=False,
    )
    rows.add("group_location", (group_id, key), group_id, group_id=group_id, location_id=key)
    return key


def _fact(rows: Rows, code: str, group_id: UUID | None, location_id: UUID | None, **said: Any) -> None:
    """Add a fact of the place where there is one, else of the group."""
    subject = location_id or group_id
    key = seed_id("fact", str(subject), code)
    more = {"amount": None, "note": None, "confirmed_by_role": None, **said}
    of_group = group_id if location_id is None else None
    rows.add("fact", key, group_id, id=key, code=code, group_id=of_group, location_id=location_id, **more)


def _term(rows: Rows, group_id: UUID, code: str, source: str, weight: float) -> None:
    rows.add("group_term", (group_id, code), group_id, group_id=group_id, code=code, source=source, weight=weight)


def _area(rows: Rows, group_id: UUID, name: str, latitude: float, longitude: float, radius_km: float) -> None:
    key = seed_id("area", str(group_id), name)
    at = {"latitude": latitude, "longitude": longitude, "radius_km": radius_km}
    rows.add("service_area", key, group_id, id=key, group_id=group_id, name=name, **at)


def _drafted(
    rows: Rows, group_id: UUID, location: UUID | None, position: int, session: DraftSession, zone: str, year: int
) -> None:
    starts = minutes = None
    if session.rule is not None and session.begins is not None:
        starts = datetime.combine(first_day(session.rule, year), session.begins)
        if session.ends is not None:
            minutes = int((datetime.combine(starts.date(), session.ends) - starts).total_seconds() // 60)
    _session(
        rows,
        group_id,
        location,
        position,
        words=session.words,
        rule=session.rule,
        starts_at=starts,
        minutes=minutes,
        time_zone=zone,
        exceptions=[],
        rests=[],
        moved=[],
        level=None,
    )


def _session(rows: Rows, group_id: UUID, location: UUID | None, position: int, **row: Any) -> None:
    key = seed_id("session", str(group_id), str(position))
    same = {"group_id": group_id, "location_id": location, "position": position}
    rows.add("group_session", key, group_id, id=key, **same, **row)


def first_day(rule: str, year: int) -> date:
    """Return the first day of a year on which a weekly or monthly rule of ours falls.

    >>> first_day("FREQ=WEEKLY;BYDAY=TU,WE", 2018), first_day("FREQ=MONTHLY;BYDAY=-1MO", 2018)
    (datetime.date(2018, 1, 2), datetime.date(2018, 1, 29))
    """
    days = rule.rpartition("BYDAY=")[2].split(",")
    january = [date(year, 1, 1) + timedelta(days=n) for n in range(31)]
    weekdays = {DAYS.index(day[-2:]) for day in days}
    matching = [day for day in january if day.weekday() in weekdays]
    nth = days[0][:-2]
    return matching[int(nth) - (1 if int(nth) > 0 else 0)] if nth else matching[0]


def add_examples(rows: Rows, examples: Mapping[str, Any], pack: CountryPack, *, today: date) -> None:
    """Add the invented organisation with its venues and groups, dated from today.

    Parameters
    ----------
    examples : mapping
        `organisation`, `venue` and `group` as the files in `seeds/examples` have them, lists joined.
    """
    known = examples["organisation"]
    body = seed_id("organisation", EXAMPLE, known["key"])
    rows.add(
        "organisation",
        body,
        None,
        id=body,
        name=known["name"],
        summary=known["description"],
        email=known["email"],
        website=known["website"],
        legal_form=known["legal_form"],
        vetting=known["vetting_level"],
        is_example=True,
    )
    venues = {venue["key"]: _venue(rows, venue, pack, today) for venue in examples["venue"]}
    for group in examples["group"]:
        _example(rows, group, body, venues, pack, today)


def _venue(rows: Rows, venue: Mapping[str, Any], pack: CountryPack, today: date) -> UUID:
    key = seed_id("location", EXAMPLE, venue["key"])
    fields = ("name", "address_1", "city", "postal_code", "latitude", "longitude", "transportation")
    known = {name: venue.get(name) for name in fields}
    rows.add(
        "location", key, None, id=key, kind="physical", country=pack.code, precision="exact", is_example=True, **known
    )
    for code, said in venue["facts"].items():
        value, amount = (said["value"], said.get("amount")) if isinstance(said, dict) else (said, None)
        _fact(
            rows,
            code,
            None,
            key,
            value=value,
            amount=amount,
            source=Source.EDITOR_VISIT.value,
            confirmed_on=today - timedelta(days=VENUE_DAYS),
            confirmed_by_role="editor",
        )
    return key


def _example(
    rows: Rows, group: Mapping[str, Any], body: UUID, venues: Mapping[str, UUID], pack: CountryPack, today: date
) -> None:
    group_id = seed_id("group", EXAMPLE, group["key"])
    confirmed = today - timedelta(days=group["confirmed_days_ago"])
    rows.add("group", group_id, group_id, **_example_group(group, group_id, body, pack, confirmed, today))
    places = dict.fromkeys(venues[s["location"]] for s in group["session"] if "location" in s)
    for location in places:
        rows.add("group_location", (group_id, location), group_id, group_id=group_id, location_id=location)
    for position, one in enumerate(group["session"]):
        _session(
            rows,
            group_id,
            venues[one["location"]] if "location" in one else None,
            position,
            words=one["words"],
            rule=one["rrule"],
            starts_at=datetime.fromisoformat(one["start"]),
            minutes=one["minutes"],
            time_zone=pack.time_zone,
            exceptions=one.get("exdates", []),
            rests=one.get("rests", []),
            moved=[],
            level=one["level"],
        )
    for code, value in group["facts"].items():
        said = {"source": Source.LEADER.value, "confirmed_on": confirmed, "confirmed_by_role": "group_leader"}
        _fact(rows, code, group_id, None, value=value, **said)
    for code in group["terms"]:
        _term(rows, group_id, code, "editor", 1.0)
    for code in group["languages"]:
        rows.add("group_language", (group_id, code), group_id, group_id=group_id, code=code)
    if "area" in group and (found := named_area(pack, group["area"])) is not None:
        _area(rows, group_id, *found)


def _example_group(
    group: Mapping[str, Any], group_id: UUID, body: UUID, pack: CountryPack, confirmed: date, today: date
) -> Row:
    same = ("name", "description", "what_happens", "who_for", "mode", "age_min", "age_max", "restriction")
    more = ("restriction_reason", "eligibility", "how_to_join", "email", "phone", "host", "price_pence", "price_note")
    capacity = group.get("capacity", {})
    return {
        **{name: group.get(name) for name in (*same, *more, "group_size")},
        "id": group_id,
        "organisation_id": body,
        "slug": group["key"],
        "status": "published",
        "joinable": True,
        "door": dict(group.get("door", {})),
        "currency": pack.currency,
        "capacity_state": capacity.get("state"),
        "capacity_available": capacity.get("available"),
        "capacity_maximum": capacity.get("maximum"),
        "capacity_until": today + timedelta(days=CAPACITY_DAYS) if capacity else None,
        "is_enabler": group.get("is_enabler", False),
        "removes": list(group.get("removes", [])),
        "nationwide": group.get("nationwide", False),
        "source": EXAMPLE,
        "last_confirmed_on": confirmed,
        "confirmed_precision": "day",
        "confirmed_by": "group_leader",
        "is_example": True,
    }


def named_area(pack: CountryPack, name: str) -> tuple[str, float, float, float] | None:
    """Return name, latitude, longitude and radius of an area or town of the pack."""
    key = plain(name)
    for area in pack.areas:
        if plain(area.name) == key:
            return area.name, area.latitude, area.longitude, area.radius_km
    town = next((town for town in pack.towns if plain(town.name) == key), None)
    return (town.name, town.latitude, town.longitude, 5.0) if town else None
