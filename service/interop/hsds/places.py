"""Where a group meets and whom it serves, as locations and service areas of HSDS; never a secret place. Pure."""

import json
import math
import re
from collections.abc import Sequence

from service.catalog.facts import FAMILIES
from service.catalog.shared_views import NATIONWIDE, ROUGH, Identifier, SharedArea, SharedGroup
from service.catalog.views import PlaceView
from service.catalog.where.distance import EARTH_RADIUS_KM
from service.interop.hsds.attributes import in_words, is_told, month, of_area, of_place
from service.interop.hsds.shape import Thing, Writer, derived, told, virtual_id

ACCESS = frozenset(code for name in ("building", "getting_there", "seeing_and_hearing") for code in FAMILIES[name])
DECIMALS = 6  # of a degree: about 10 cm
CORNERS = 24  # of the shape that stands for a circle
_ONS = re.compile(r"[EWSNKLJ]\d{8}")
ONS = "http://statistics.data.gov.uk/id/statistical-geography/"


def location(place: PlaceView, identifiers: Sequence[Identifier], writer: Writer) -> Thing:
    """Return a place."""
    known = identifiers[0] if identifiers else None
    return told(
        {
            "id": str(place.id),
            "location_type": place.kind,
            "name": place.name,
            "description": place.description or ROUGH.get(place.precision),
            "transportation": place.transportation,
            **_position(place),
            "external_identifier": known and known.identifier,
            "external_identifier_type": known and known.scheme,
            "addresses": _addresses(place),
            "accessibility": _accessibility(place),
            "attributes": of_place(place, writer),
        }
    )


def _position(place: PlaceView) -> Thing:
    if place.latitude is None or place.longitude is None:
        return {}
    return {"latitude": round(place.latitude, DECIMALS), "longitude": round(place.longitude, DECIMALS)}


def online(shared: SharedGroup) -> Thing:
    """Return the place online of a group: that there is one, and never where."""
    return {"id": virtual_id(shared.view.id), "location_type": "virtual", "name": "Online"}


def _addresses(place: PlaceView) -> list[Thing]:
    """Return the address, where a postcode and a town are known; without a street the town stands in its line."""
    town = place.city or place.region
    if not (town and place.postal_code):
        return []
    town = _line(town)
    lines = [_line(one) for one in place.address or tuple(filter(None, (place.name, town)))[:1]]
    return [
        told(
            {
                "id": derived("address", place.id),
                "location_id": str(place.id),
                "address_1": lines[0],
                "address_2": lines[1] if len(lines) > 1 else None,
                "city": town,
                "region": place.region,
                "state_province": place.region or town,
                "postal_code": place.postal_code,
                "country": place.country.upper(),
                "address_type": "postal" if place.kind == "postal" else "physical",
            }
        )
    ]


def _line(text: str) -> str:
    """Return an address as one line, whatever a list had in it."""
    return " ".join(text.split())


def _accessibility(place: PlaceView) -> list[Thing]:
    return [
        {
            "id": derived("accessibility", place.id, fact.code),
            "location_id": str(place.id),
            "description": in_words(fact),
            "details": f"confirmed {month(fact)}",
        }
        for fact in place.facts
        if fact.code in ACCESS and is_told(fact)
    ]


def areas(shared: SharedGroup, writer: Writer) -> list[Thing]:
    """Return whom it serves by area, and the towns of places that are a secret."""
    group_id = shared.view.id
    found = [_area(area, str(group_id), writer) for area in shared.areas]
    named = {area.name for area in shared.areas}
    more = [*shared.hidden_in, *([NATIONWIDE] if shared.view.nationwide else [])]
    found += [
        {"id": derived("service_area", group_id, name), "service_id": str(group_id), "name": name}
        for name in more
        if name not in named
    ]
    return found


def _area(area: SharedArea, service_id: str, writer: Writer) -> Thing:
    shape = _circle(area)
    return told(
        {
            "id": str(area.id),
            "service_id": service_id,
            "name": area.name,
            "extent": shape,
            "extent_type": "geojson" if shape else None,
            "uri": f"{ONS}{area.code}" if area.code and _ONS.fullmatch(area.code) else None,
            "attributes": of_area(area, writer),
        }
    )


def _circle(area: SharedArea) -> str | None:
    """Return a circle as GeoJSON, which has none: a shape of many corners, against the clock as RFC 7946 asks."""
    if area.latitude is None or area.longitude is None or not area.radius_km:
        return None
    north = math.degrees(area.radius_km / EARTH_RADIUS_KM)
    east = north / max(0.01, math.cos(math.radians(area.latitude)))
    turns = [2 * math.pi * (corner % CORNERS) / CORNERS for corner in range(CORNERS + 1)]
    ring = [
        [round(area.longitude + east * math.cos(turn), 4), round(area.latitude + north * math.sin(turn), 4)]
        for turn in turns
    ]
    return json.dumps({"type": "Polygon", "coordinates": [ring]}, separators=(",", ":"))
