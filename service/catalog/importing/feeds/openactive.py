"""One thing of an OpenActive feed as a service of HSDS, so that it is read like all others. Pure; drops people."""

from collections.abc import Iterator, Mapping
from typing import Any

from service.catalog.importing.files import values

Thing = Mapping[str, Any]
SERIES = frozenset(("sessionseries", "eventseries", "courseinstance", "event", "scheduledsession", "holistic"))
LEFT_OUT = frozenset(("facilityuse", "slot", "individualfacilityuse", "scheduledsession"))
ATTENDANCE = {"Online": "Online", "Mixed": "In person or online", "Offline": "In person"}
AMENITIES = {"Parking": "parking", "Creche": "creche", "Toilets": "accessible_toilet"}
FREQUENCY = {
    "P1D": ("DAILY", 1),
    "P1W": ("WEEKLY", 1),
    "P2W": ("WEEKLY", 2),
    "P1M": ("MONTHLY", 1),
    "Weekly": ("WEEKLY", 1),
}
MOST_NAME = 300


def service_of(item_id: str, kind: str, data: Thing) -> dict[str, Any] | None:
    """Return a service; None for what nobody joins, or without a name."""
    kind = kind.rpartition(":")[2].casefold()
    name = values.line(data.get("name"))
    if kind in LEFT_OUT or name is None or "Cancelled" in str(data.get("eventStatus") or ""):
        return None
    attending = _attending(data)
    made: dict[str, Any] = {
        "id": item_id,
        "name": name[:MOST_NAME],
        "status": "active",
        "description": values.prose(data.get("description")),
        "url": values.line(data.get("url")),
        "organization": _organizer(data),
        "cost_options": list(_prices(data)),
        "schedules": [one | ({"attending_type": attending} if attending else {}) for one in _schedules(data)],
        "service_at_locations": list(_places(data, item_id)),
        "attributes": [*_terms(data), *_facts(data)],
        **_ages(data),
    }
    return {key: value for key, value in made.items() if value not in (None, "", [], {})}


def _one(value: Any) -> Thing:
    """Return a thing, or the first of several."""
    found = value[0] if isinstance(value, list) and value else value
    return found if isinstance(found, Mapping) else {}


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value in (None, "") else [value]


def _attending(data: Thing) -> str | None:
    said = str(data.get("eventAttendanceMode") or data.get("oa:eventAttendanceMode") or "")
    if not said and data.get("beta:virtualLocation"):
        return "Online"
    return next((ours for theirs, ours in ATTENDANCE.items() if theirs in said), None)


def _organizer(data: Thing) -> dict[str, Any]:
    said = _one(data.get("organizer"))
    if said.get("type", said.get("@type")) == "Person":
        return {}
    known = {"id": said.get("id") or said.get("@id") or said.get("name"), "name": said.get("name")}
    known |= {"website": said.get("url"), "email": said.get("email")}
    return {key: str(value) for key, value in known.items() if value}


def _ages(data: Thing) -> dict[str, Any]:
    said = data.get("ageRange") or data.get("agerange")
    if isinstance(said, str | int):
        return {"minimum_age": said}
    known = _one(said)
    low, high = known.get("minValue") or known.get("min"), known.get("maxValue") or known.get("max")
    first, last = _whole(low), _whole(high)
    if first is not None and last is not None and first > last:  # written the wrong way round
        first, last = last, first
    return {key: value for key, value in (("minimum_age", first), ("maximum_age", last)) if value}


def _whole(value: Any) -> int | None:
    text = str(value or "").removesuffix(".0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None


def _prices(data: Thing) -> Iterator[dict[str, Any]]:
    if data.get("isAccessibleForFree") is True:
        yield {"amount": 0}
        return
    offers = [one for one in _many(data.get("offers") or data.get("offer")) if isinstance(one, Mapping)]
    for one in offers:
        if one.get("price") not in (None, ""):
            known = {"option": one.get("name") if len(offers) > 1 else None, "amount": one["price"]}
            yield {**known, "currency": one.get("priceCurrency")}


def _schedules(data: Thing) -> Iterator[dict[str, Any]]:
    for one in _many(data.get("eventSchedule")):
        if not isinstance(one, Mapping):
            continue
        freq, interval = FREQUENCY.get(str(one.get("repeatFrequency") or one.get("frequency") or "P1W"), ("WEEKLY", 1))
        days = [str(day).rpartition("/")[2][:2].upper() for day in _many(one.get("byDay"))]
        zone = values.line(one.get("scheduleTimezone"))
        made = {
            "freq": freq,
            "interval": interval,
            "byday": ",".join(days),
            "dtstart": one.get("startDate"),
            "until": one.get("endDate"),
            "opens_at": one.get("startTime"),
            "closes_at": one.get("endTime"),
        }
        zones = [_fact("timezone", zone)] if zone else []
        yield {key: value for key, value in made.items() if value not in (None, "")} | (
            {"attributes": zones} if zones else {}
        )
    if not data.get("eventSchedule") and isinstance(data.get("startDate"), str) and "T" in str(data["startDate"]):
        day, _, at = str(data["startDate"]).partition("T")
        ends = str(data.get("endDate") or "").partition("T")[2][:5]
        once = {"valid_from": day, "valid_to": day, "dtstart": day, "opens_at": at[:5]}
        yield once | ({"closes_at": ends} if ends else {})


def _places(data: Thing, item_id: str) -> Iterator[dict[str, Any]]:
    place = _one(data.get("location"))
    if not place:
        return
    said = place.get("address")
    address = {"streetAddress": said} if isinstance(said, str) else _one(said)
    geo = _one(place.get("geo"))
    key = str(place.get("id") or place.get("@id") or place.get("identifier") or f"{item_id}#place")
    known = {
        "address_1": values.line(address.get("streetAddress")),
        "city": address.get("addressLocality"),
        "region": address.get("addressRegion"),
        "postal_code": address.get("postalCode"),
        "country": address.get("addressCountry"),
    }
    filled = {name: value for name, value in known.items() if value}
    at: dict[str, Any] = {
        "id": key,
        "location_type": "physical",
        "name": str(place.get("name") or "").strip(" ,") or None,
    }
    at |= {"latitude": geo.get("latitude"), "longitude": geo.get("longitude"), "addresses": [filled] if filled else []}
    at["attributes"] = [_fact(ours, said) for theirs, ours in AMENITIES.items() if (said := _amenity(place, theirs))]
    yield {"id": f"{key}#at", "location": {name: value for name, value in at.items() if value not in (None, "", [])}}


def _amenity(place: Thing, name: str) -> str | None:
    """Return yes or no; what is empty, or not there, is not confirmed."""
    found = place.get("amenityFeature")
    if isinstance(found, Mapping):
        return {"yes": "yes", "no": "no", "true": "yes", "false": "no"}.get(str(found.get(name) or "").casefold())
    for one in _many(found):
        if isinstance(one, Mapping) and name in str(one.get("type") or one.get("@type") or one.get("name") or ""):
            return "yes" if one.get("value") is True else "no" if one.get("value") is False else None
    return None


def _fact(code: str, value: str) -> dict[str, Any]:
    return {"id": f"fact:{code}", "link_type": "fact", "value": value, "taxonomy_term": {"code": code, "name": code}}


def _facts(data: Thing) -> Iterator[dict[str, Any]]:
    gender = str(data.get("genderRestriction") or "").casefold()
    if "female" in gender:
        yield _fact("women_only", "yes")
    elif "male" in gender:
        yield _fact("men_only", "yes")
    if "beginner" in str(data.get("level") or "").casefold():
        yield _fact("beginners_welcome", "yes")
    if data.get("beta:isFirstSessionAccessibleForFree") is True:
        yield _fact("taster", "yes")


def _terms(data: Thing) -> Iterator[dict[str, Any]]:
    for one in _many(data.get("activity")):
        label = values.line(one.get("prefLabel")) if isinstance(one, Mapping) else values.line(one)
        if label:
            yield {"id": f"term:{label}", "link_type": "openactive", "taxonomy_term": {"name": label}}
