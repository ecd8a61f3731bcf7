"""Makes the line-JSON listings from the open files they came from. Run once, by hand; never at install.

    python seeds/listings/build.py FOLDER_OF_RAW_SETS

`FOLDER_OF_RAW_SETS` holds the folders trafford and casc-sports-clubs that `seeds/SOURCES.md` describes. What is true of
one source is decided here (which rows, which year, how exactly it may be placed); what any listing means is decided in
`service.catalog.importing`. The address of a charity or of a club secretary can be a home: of those only the district
is kept, and the position is the middle of the postcode sector (charities) or district (clubs).
"""

import csv
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PACK = HERE.parent / "countries" / "gb"
NEAR = re.compile(r"^(M|BL|OL|SK|WN)\d|^WA1[345]\b")  # Greater Manchester and its edge
POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?) ?([0-9O])([A-Z]{2})")
ACCESS = (
    "nursery first_aid_room cycle_park car_park disability_parking disability_finding_reaching_entrance "
    "disability_reception_area disability_activity_area disability_social_areas disability_spectator_areas "
    "disability_doorways disability_emergency_exits disability_toilets disability_changing_facilities"
)


def rows(path: Path) -> Iterator[dict[str, str]]:
    """Read one comma-separated file; the columns of one cell keep their line ends."""
    with path.open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def points(name: str) -> dict[str, tuple[float, float]]:
    """Read a table of the country pack."""
    return {r["code"]: (float(r["latitude"]), float(r["longitude"])) for r in rows(PACK / f"{name}.csv")}


SECTORS, DISTRICTS = points("sectors"), points("districts")


SHAPE = (
    "id",
    "source",
    "name",
    "description",
    "category",
    "address",
    "postcode",
    "postcode_district",
    "lat",
    "lon",
) + ("geo_from", "price", "age_min", "age_max", "schedule", "access", "url", "year")


def listing(**known: Any) -> dict[str, Any]:
    """One listing with every field of the shape (null where the source says nothing), then what only some have."""
    access = known.pop("access", {})
    shape = {key: known.pop(key, None) or None for key in SHAPE} | {"access": access}
    return shape | {key: value for key, value in known.items() if value}


def placed(postcode: str, *, keep: str) -> dict[str, Any]:
    """Where a postcode is: `keep` says how much of it may be kept (unit, sector or district)."""
    found = POSTCODE.fullmatch(postcode.strip().upper())
    if not found:
        return {}
    district, sector = found[1], f"{found[1]} {found[2].replace('O', '0')}"
    at = SECTORS.get(sector) if keep != "district" else None
    origin = "sector" if at else "district"
    at = at or DISTRICTS.get(district)
    if at is None:
        return {}
    where = {"lat": at[0], "lon": at[1], "geo_from": origin, "postcode_district": district}
    return where | ({"postcode": f"{sector}{found[3]}"} if keep == "unit" else {})


def slug(text: str) -> str:
    """A name as part of an id."""
    return re.sub(r"[^a-z0-9]+", "-", text.casefold().replace("'", "")).strip("-")


def web(address: str) -> str | None:
    """An address with its scheme, or nothing."""
    address = address.strip()
    if not re.match(r"(https?://)?[\w-]+(\.[\w-]+)+(/\S*)?$", address):
        return None
    return address if address.startswith("http") else f"http://{address}"


def charities(raw: Path) -> Iterator[dict[str, Any]]:
    """The register's charities that work in Trafford."""
    for row in rows(raw / "trafford" / "charities.csv"):
        yield listing(
            id=f"trafford:charity:{row['charity_number']}",
            source="trafford-charities",
            name=row["name"],
            description=row["activities"],
            category="charity",
            url=web(row["website"]),
            charity_number=row["charity_number"],
            company_number=row["company_number"],
            legal_form=row["type"],
            year=2023,
            **placed(row["postcode"], keep="sector"),
        )


def clubs(raw: Path) -> Iterator[dict[str, Any]]:
    """Sports clubs, at the ground they play on."""
    for row in rows(raw / "trafford" / "sports_clubs.csv"):
        yield listing(
            id=f"trafford:club:{slug(row['name'])}",
            source="trafford-sports-clubs",
            name=row["name"],
            category=row["category"],
            address=row["locality"],
            year=2018,
            **placed(row["postcode"], keep="unit"),
        )


def mental_health(raw: Path) -> Iterator[dict[str, Any]]:
    """Mental-health services and peer groups, with their office telephone."""
    seen: dict[str, int] = {}
    for row in rows(raw / "trafford" / "mental_health_services.csv"):
        key = slug(row["name"])
        seen[key] = seen.get(key, 0) + 1
        yield listing(
            id=f"trafford:mh:{key}" + (f"-{seen[key]}" if seen[key] > 1 else ""),
            source="trafford-mental-health",
            name=row["name"],
            description=row["description"],
            category="mental health service",
            address=row["address"],
            phone=row["telephone"],
            url=web(row["website"]),
            year=2018,
            **placed(row["postcode"], keep="unit"),
        )


def libraries(raw: Path) -> Iterator[dict[str, Any]]:
    """Trafford's libraries of 2023 and the rest of Greater Manchester's of 2018."""
    newer = list(rows(raw / "trafford" / "trafford_libraries.csv"))
    older = [row for row in rows(raw / "trafford" / "gm_libraries.csv") if row["area_name"] != "Trafford"]
    for year, row in [(2023, row) for row in newer] + [(2018, row) for row in older]:
        where = placed(row["postcode"], keep="unit")
        source = {"lat": float(row["lat"]), "lon": float(row["lon"]), "geo_from": "source"} if row["lat"] else {}
        yield listing(
            id=f"gm:library:{slug(row['area_name'])}:{slug(row['name'])}",
            source="gm-libraries",
            name=row["name"],
            category=f"library: {row['type']}",
            address=row["address"],
            url=web(row["website"]),
            year=year,
            **where | source,
        )


def food(raw: Path) -> Iterator[dict[str, Any]]:
    """Food banks, pantries and food clubs."""
    seen: set[str] = set()
    for row in rows(raw / "trafford" / "gm_food_banks.csv"):
        key = f"gm:food:{slug(row['area_name'])}:{slug(row['name'])}-{slug(row['postcode'])}".strip("-")
        key = next(k for k in [key, *(f"{key}-{n}" for n in range(2, 9))] if k not in seen)
        seen.add(key)
        method, times = row["referral_method"].strip(), row["opening_times"].strip()
        yield listing(
            id=key,
            source="gm-food-banks",
            name=row["name"],
            description="" if method.casefold() in ("", "not known") else f"Referral: {method}",
            category="food bank, pantry or food club",
            address=row["locality"],
            schedule="" if times.casefold() in ("not known", "n/a", "not relevant", "see above") else times,
            url=web(row["website"]),
            year=2018,
            **placed(row["postcode"], keep="unit"),
        )


def sites(raw: Path) -> Iterator[dict[str, Any]]:
    """Sports sites: the facilities of one site folded into one listing."""
    by_site: dict[str, list[dict[str, str]]] = {}
    for row in rows(raw / "trafford" / "sports_facilities.csv"):
        by_site.setdefault(row["site_id"], []).append(row)
    for key, members in by_site.items():
        first = members[0]
        open_to = sorted({row["access_type"] for row in members} - {"Private Use"})
        shown = [row for row in members if row["access_type"] != "Private Use"] or members
        kinds = sorted({row["facility_type"] for row in shown})
        updated = max(row["site_last_updated_date"] for row in members)
        yield listing(
            id=f"trafford:site:{key}",
            source="trafford-sport-sites",
            name=first["site_name"],
            description=f"{', '.join(kinds)}. Access: {', '.join(open_to) or 'Private Use'}.",
            category=f"sports facility: {', '.join(kinds)}",
            address=", ".join(part for part in (first["street"], first["town"]) if part),
            url=web(first["website"]),
            access=access(members),
            year=int(updated[:4]),
            updated=updated,
            **placed(first["postcode"], keep="unit")
            | {"lat": float(first["lat"]), "lon": float(first["lon"]), "geo_from": "source"},
        )


def access(members: Iterable[Mapping[str, str]]) -> dict[str, Any]:
    """What all rows of a site agree on; where they differ it is not known."""
    found: dict[str, Any] = {}
    for key in ACCESS.split():
        said = {row[key] for row in members} & {"Yes", "No"}
        found[key] = said == {"Yes"} if len(said) == 1 else None
    notes = sorted({row["disability_notes"] for row in members} - {""})
    return found | ({"disability_notes": "; ".join(notes)} if notes else {})


def amateur_clubs(raw: Path, taken: set[str]) -> Iterator[dict[str, Any]]:
    """Community amateur sports clubs in and around Greater Manchester that no other source names."""
    seen: set[str] = set()
    for row in rows(raw / "casc-sports-clubs" / "clubs.csv"):
        if not NEAR.match(row["postcode"]):
            continue
        where = placed(row["postcode"], keep="district")
        key = f"casc:{slug(row['name'])}-{where.get('postcode_district', 'x').lower()}"
        if core(row["name"]) in taken or key in seen:
            continue
        seen.add(key)
        yield listing(
            id=key,
            source="casc-sports-clubs",
            name=row["name"],
            category="community amateur sports club",
            address=row["town"],
            year=2023,
            **where,
        )


def core(name: str) -> str:
    """A club's name without what differs from list to list."""
    short = {"fc": "football", "afc": "football", "cc": "cricket", "gc": "golf", "jfc": "junior football"}
    words = [short.get(word, word) for word in slug(name).split("-")]
    return " ".join(w.rstrip("s") for w in words if w not in ("the", "club", "ltd", "limited", "co", "and", "company"))


def write(name: str, listings: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Write one file, a listing a line."""
    kept = list(listings)
    lines = (json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in kept)
    (HERE / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{name}: {len(kept)} listings, {sum(row['lat'] is not None for row in kept)} placed")
    return kept


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    named = write("trafford-charities", charities(folder)) + write("trafford-sports-clubs", clubs(folder))
    write("trafford-mental-health", mental_health(folder))
    write("gm-libraries", libraries(folder))
    write("gm-food-banks", food(folder))
    write("trafford-sport-sites", sites(folder))
    write("casc-sports-clubs", amateur_clubs(folder, {core(row["name"]) for row in named}))
