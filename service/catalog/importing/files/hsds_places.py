"""Where a service of HSDS is and whom it serves: its places, its areas, and whether it is online. Pure."""

import re
from collections.abc import Iterator, Mapping

from service.catalog.facts import Value
from service.catalog.importing.files import values
from service.catalog.importing.files.hsds_facts import Stated, stated
from service.catalog.importing.files.hsds_reading import Json, Seen, short
from service.catalog.importing.files.incoming import LONGEST_ID, IncomingArea, IncomingIdentifier, IncomingPlace
from service.catalog.shared_views import EXACT, NATIONWIDE, ROUGH

PRECISIONS = ("sector", "district", "town", "named")
VIRTUAL = "virtual"
_ONS = re.compile(r"[EWSNKLJ]\d{8}")
_THERE, _AFAR = (
    re.compile(r"\bin[ -]person\b|\bface[ -]to[ -]face\b"),
    re.compile(r"\bonline\b|\bremote|\bvirtual|\bvideo"),
)
_NOT = re.compile(r"\bnot?\b|n't\b|\bonly\b|\bwithout\b")
MOST_KM = 20_000.0  # half way round the earth


def homes(seen: Seen) -> list[tuple[Json, Json, str]]:
    """Return each place with the record that joins it to the service, and its id; places online have none."""
    found = []
    for at in seen.parts(seen.record, "service_at_locations"):
        place = at.get("location")
        if not isinstance(place, Mapping):
            continue
        key = (values.line(place.get("id") or at.get("location_id") or at.get("id")) or "")[:LONGEST_ID]
        if key:
            found.append((at, place, "" if is_online(place) else key))
    return found


def is_online(place: Json) -> bool:
    """Tell whether a place is no place: nobody can go there."""
    return kind(place) == VIRTUAL and place.get("latitude") in (None, "") and not place.get("addresses")


def kind(place: Json) -> str:
    """Return what kind of place it is."""
    said = (values.line(place.get("location_type")) or "physical").casefold()
    return said if said in ("physical", "postal", VIRTUAL) else "physical"


def places(seen: Seen) -> tuple[IncomingPlace, ...]:
    """Return the places one can go to."""
    found = {key: _place(seen, key, place) for _, place, key in homes(seen) if key}
    return tuple(found.values())


def _place(seen: Seen, key: str, place: Json) -> IncomingPlace:
    address: Json = next(seen.parts(place, "addresses"), {})
    country = (values.line(address.get("country")) or "").upper()
    known = stated(seen, place)
    precision = known.one("precision")
    words = values.prose(place.get("description"))
    if not known.facts:  # of what is only said in words, the words are kept
        access = [
            f"{one.get('description') or ''} {one.get('details') or ''}" for one in seen.parts(place, "accessibility")
        ]
        words = "\n".join(filter(None, (words, *map(values.prose, access)))) or None
    city, region = short(address.get("city"), 120), short(address.get("region"), 120)
    province = short(address.get("state_province"), 120)
    return IncomingPlace(
        key=key,
        kind=kind(place),
        name=short(place.get("name"), 300),
        description=None if precision in ROUGH and words == ROUGH[precision] else words,
        address_1=short(address.get("address_1"), 300),
        address_2=short(address.get("address_2"), 300),
        city=city,
        region=region or (province if province != city else None),
        postal_code=short(address.get("postal_code"), 20),
        country=country if len(country) == 2 and country.isalpha() else None,
        latitude=seen.read("latitude", place.get("latitude"), lambda cell: values.degrees(cell, 90), None),
        longitude=seen.read("longitude", place.get("longitude"), lambda cell: values.degrees(cell, 180), None),
        precision=precision if precision in PRECISIONS else EXACT,
        transportation=values.prose(place.get("transportation")),
        identifier=_identifier(place),
        facts={
            code: (value, known.day(code)) for code, value in known.facts.items() if value is not Value.NOT_CONFIRMED
        },
    )


def _identifier(place: Json) -> IncomingIdentifier | None:
    scheme, known = short(place.get("external_identifier_type"), 100), short(place.get("external_identifier"), 300)
    return IncomingIdentifier(scheme=scheme, identifier=known) if scheme and known else None


def areas(seen: Seen) -> tuple[tuple[IncomingArea, ...], bool]:
    """Return the areas whose people are taken, and whether the whole country's are."""
    found, whole = [], False
    for number, one in enumerate(seen.parts(seen.record, "service_areas")):
        name = short(one.get("name"), 300)
        if name is None:
            continue
        if name == NATIONWIDE and not one.get("extent"):
            whole = True
            continue
        key = values.line(one.get("id")) or str(number)
        code = (values.line(one.get("uri")) or "").rpartition("/")[2]
        at = _circle(stated(seen, one))
        found.append(
            IncomingArea(
                key=key[:LONGEST_ID], name=name, code=code if _ONS.fullmatch(code) else None,
                latitude=at[0], longitude=at[1], radius_km=at[2],
            )
        )  # fmt: skip
        if one.get("extent") and at[0] is None:
            seen.remark("service_areas.extent", "shape_left_out")
    return tuple(found), whole


def _circle(known: Stated) -> tuple[float | None, float | None, float | None]:
    parts = (known.one("circle") or "").split()
    if len(parts) != 3:
        return None, None, None
    try:
        latitude, longitude = values.degrees(parts[0], 90), values.degrees(parts[1], 180)
        km = float(parts[2])
    except (values.UnreadableError, ValueError):
        return None, None, None
    return (latitude, longitude, km) if 0 < km < MOST_KM else (None, None, None)


def mode(seen: Seen, known: Stated) -> str:
    """Return how people meet: as its times say, else as its terms, else as its places do."""
    said = {one for one in _attending(seen) if one}
    if len(said) == 1:
        return said.pop()
    terms = {term.partition(".")[2] for term in known.terms if term.startswith("format.")} & set(ATTENDING.values())
    if len(terms) == 1:
        return terms.pop()
    kinds = {not key for _, _, key in homes(seen)}
    if True not in kinds:
        return "phone" if terms == {"phone"} else "in_person"
    return "hybrid" if False in kinds else "online"


# How a schedule says it, with the first letter small.
ATTENDING = {
    "in person": "in_person",
    "online": "online",
    "in person or online": "hybrid",
    "by phone": "phone",
    "physical": "in_person",
    "virtual": "online",
    "phone": "phone",
}


def _attending(seen: Seen) -> Iterator[str | None]:
    for record in (seen.record, *(at for at, _, _ in homes(seen))):
        for one in seen.parts(record, "schedules"):
            said = (values.line(one.get("attending_type")) or "").casefold()
            yield ATTENDING.get(said) or ("hybrid" if _is_both(said) else None)


def _is_both(said: str) -> bool:
    """Tell whether words say plainly that one may come or be there from afar."""
    return bool(_THERE.search(said) and _AFAR.search(said) and not _NOT.search(said))
