"""Makes the tables of the country packs from the open files they came from. Run once, by hand; never at install.

    python seeds/countries/build.py FOLDER_OF_RAW_SETS

`FOLDER_OF_RAW_SETS` holds the folders gb-places, gb-postcode-districts, gb-postcode-towns-cc0, trafford and us-zips;
`seeds/SOURCES.md` describes them. Holidays are worked out here from the rules in law, not copied.
"""

import csv
import math
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from statistics import mean

from dateutil.easter import easter

HERE = Path(__file__).parent
YEARS = range(2025, 2031)
FEW_NAMES, MANY_NAMES, LARGE_TOWN = 4, 60, 150_000
DISTRICT_REACH_KM = 2.5  # added to the farthest district centre: a district reaches past its own centre

# Areas that people name and the district file splits. The file calls the city of Manchester "Greater Manchester".
JOINED = {
    "Greater Manchester": "Greater Manchester|Bolton|Bury|Oldham|Rochdale|Salford|Stockport|Tameside|Trafford|Wigan",
    "Cheshire": "Cheshire East|Cheshire West and Chester|Halton|Warrington",
    "Merseyside": "Liverpool|Knowsley|Sefton|St Helens|Wirral",
    "South Yorkshire": "Sheffield|Barnsley|Doncaster|Rotherham",
    "West Yorkshire": "Leeds|Bradford|Calderdale|Kirklees|Wakefield",
    "West Midlands": "Birmingham|Coventry|Dudley|Sandwell|Solihull|Walsall|Wolverhampton",
    "Tyne and Wear": "Newcastle Upon Tyne|Gateshead|North Tyneside|South Tyneside|Sunderland",
}
# Quarters that people name and the gazetteer lacks: middle of a ward's sports sites, or the position of its library.
WARDS = {"Gorse Hill & Cornbrook": "Gorse Hill"} | {
    name: name for name in ("Ashton upon Mersey", "Broadheath", "Brooklands", "Davyhulme", "Flixton", "Sale Moor")
}
LIBRARIES = {
    "Arcadia library and leisure centre (Levenshulme)": "Levenshulme",
    "Forum Library Wythenshawe": "Wythenshawe",
    "Moss Side Powerhouse Library": "Moss Side",
    "Worsley Village Library": "Worsley",
    "Ramsbottom Library and Adult Learning Centre": "Ramsbottom",
}
LIBRARY_QUARTERS = (
    "Alkrington|Aspull|Beswick|Boothstown|Brinnington|Bromley Cross|Cadishead|Edgeley|Gorton|Hattersley|Heald Green|"
    "Miles Platting|New Moston|Newton Heath|Norden|Northenden|Offerton|Ordsall|Pendleton|Reddish|Standish|Winton"
)
LIBRARIES |= {f"{name} Library": name for name in LIBRARY_QUARTERS.split("|")}
OTHER_NAMES = {"Ashton upon Mersey": "Ashton on Mersey"}
RENAMED = {"IOM": "Isle of Man", "North West England": "North West", "North East England": "North East"}


def rows(path: Path) -> Iterator[dict[str, str]]:
    """Read one comma-separated file."""
    with path.open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def write(path: Path, header: Sequence[str], lines: Iterable[Sequence[object]]) -> None:
    """Write one comma-separated file with unix line ends."""
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        out.writerows(lines)


def short(number: str | float) -> str:
    """Five decimals of a degree are about a metre: enough for a centre of anything."""
    return f"{float(number):.5f}".rstrip("0").rstrip(".")


def plain(name: str) -> str:
    """A name without case and accents, to see that two spellings are the same."""
    return "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if c.isalnum())


def alternates(row: Mapping[str, str], known: set[str]) -> str:
    """Other names people use for a place: few for a village, more for a city; never another place's own name."""
    most = MANY_NAMES if int(row["population"]) >= LARGE_TOWN else FEW_NAMES
    kept: dict[str, str] = {}
    for name in row["alternate_names"].split("|"):
        key = plain(name)
        if len(key) > 3 and name[:1].isupper() and key not in known:
            kept.setdefault(key, name)
    return "|".join(list(kept.values())[:most])


def british_places(raw: Path) -> None:
    """Towns and villages, largest first."""
    source = list(rows(raw / "gb-places" / "places.csv"))
    known = {plain(row["name"]) for row in source}
    header = ("name", "latitude", "longitude", "population", "nation", "alternates")
    write(
        HERE / "gb" / "places.csv",
        header,
        (
            (r["name"], short(r["latitude"]), short(r["longitude"]), r["population"], r["nation"], alternates(r, known))
            for r in source
        ),
    )


def british_neighbourhoods(raw: Path) -> None:
    """Quarters of Greater Manchester, from the council's open files."""
    found: dict[str, list[tuple[float, float]]] = {}
    for row in rows(raw / "trafford" / "sports_facilities.csv"):
        if name := WARDS.get(row["ward_name"]):
            found.setdefault(name, []).append((float(row["lat"]), float(row["lon"])))
    for row in rows(raw / "trafford" / "gm_libraries.csv"):
        if name := LIBRARIES.get(row["name"].replace(" Community Library", " Library")):
            found.setdefault(name, []).append((float(row["lat"]), float(row["lon"])))
    write(
        HERE / "gb" / "neighbourhoods.csv",
        ("name", "latitude", "longitude", "population", "nation", "alternates"),
        (
            (
                name,
                short(mean(p[0] for p in at)),
                short(mean(p[1] for p in at)),
                0,
                "England",
                OTHER_NAMES.get(name, ""),
            )
            for name, at in sorted(found.items())
        ),
    )


def british_postcodes(raw: Path) -> None:
    """Sectors and districts; the districts of Northern Ireland and the islands come from the CC0 list."""
    folder = raw / "gb-postcode-districts"
    sectors = rows(folder / "sectors.csv")
    write(
        HERE / "gb" / "sectors.csv",
        ("code", "latitude", "longitude"),
        ((r["sector"], short(r["latitude"]), short(r["longitude"])) for r in sectors),
    )
    districts = {r["district"]: (short(r["latitude"]), short(r["longitude"])) for r in rows(folder / "districts.csv")}
    towns = list(rows(raw / "gb-postcode-towns-cc0" / "postcodes.csv"))
    for row in towns:
        districts.setdefault(row["postcode"], (short(row["latitude"]), short(row["longitude"])))
    write(
        HERE / "gb" / "districts.csv",
        ("code", "latitude", "longitude"),
        ((code, *at) for code, at in sorted(districts.items())),
    )
    write(
        HERE / "gb" / "towns.csv",
        ("district", "towns", "region", "nation"),
        (
            (r["postcode"], r["town"].replace(", ", "|"), RENAMED.get(r["region"], r["region"]), r["country_string"])
            for r in towns
        ),
    )
    british_areas(towns)


def british_areas(towns: Sequence[Mapping[str, str]]) -> None:
    """Counties, boroughs, regions and nations: middle and radius of their districts."""
    members: dict[str, list[tuple[float, float]]] = {}
    joined = {part: name for name, parts in JOINED.items() for part in parts.split("|")}
    for row in towns:
        at = (float(row["latitude"]), float(row["longitude"]))
        own = RENAMED.get(row["region"], row["region"])
        names = {own, joined.get(row["region"], own), row["country_string"]}
        names.add(RENAMED.get(row["uk_region"], row["uk_region"]))
        for name in names - {""}:
            members.setdefault(name, []).append(at)
    write(
        HERE / "gb" / "areas.csv",
        ("name", "latitude", "longitude", "radius_km"),
        ((name, *circle(points)) for name, points in sorted(members.items())),
    )


def circle(points: Sequence[tuple[float, float]]) -> tuple[str, str, str]:
    """Middle of the box around some points, and how far the farthest is (flat earth: good enough for a county)."""
    latitude = (min(p[0] for p in points) + max(p[0] for p in points)) / 2
    longitude = (min(p[1] for p in points) + max(p[1] for p in points)) / 2
    squeeze = math.cos(math.radians(latitude))
    far = max(math.hypot(p[0] - latitude, (p[1] - longitude) * squeeze) for p in points) * 111.2
    return short(latitude), short(longitude), f"{far + DISTRICT_REACH_KM:.0f}"


def american_zips(raw: Path) -> None:
    """ZIP code centres."""
    source = rows(raw / "us-zips" / "us_zips.csv")
    write(
        HERE / "us" / "zips.csv",
        ("code", "latitude", "longitude"),
        ((r["zip"].zfill(5), short(r["latitude"]), short(r["longitude"])) for r in source),
    )


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """The nth Monday (0) to Sunday (6) of a month; -1 is the last."""
    if nth > 0:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return last - timedelta(days=(last.weekday() - weekday) % 7)


def english_holidays(year: int) -> dict[date, str]:
    """Bank holidays of England and Wales: Banking and Financial Dealings Act 1971; a weekend day moves to the next."""
    sunday = easter(year)
    fixed = [
        (sunday - timedelta(days=2), "good_friday"),
        (sunday + timedelta(days=1), "easter_monday"),
        (nth_weekday(year, 5, 0, 1), "early_may"),
        (nth_weekday(year, 5, 0, -1), "spring"),
        (nth_weekday(year, 8, 0, -1), "summer"),
    ]
    found = dict(fixed)
    for day, key in ((date(year, 1, 1), "new_year"), (date(year, 12, 25), "christmas"), (date(year, 12, 26), "boxing")):
        moved = day
        while moved.weekday() > 4 or moved in found:
            moved += timedelta(days=1)
        found[moved] = key
    return found


def american_holidays(year: int) -> dict[date, str]:
    """Federal holidays (5 U.S.C. 6103): Saturday moves to Friday, Sunday to Monday."""
    movable = {
        nth_weekday(year, 1, 0, 3): "martin_luther_king",
        nth_weekday(year, 2, 0, 3): "washington",
        nth_weekday(year, 5, 0, -1): "memorial",
        nth_weekday(year, 9, 0, 1): "labor",
        nth_weekday(year, 10, 0, 2): "columbus",
        nth_weekday(year, 11, 3, 4): "thanksgiving",
    }
    fixed = {
        date(year, 1, 1): "new_year",
        date(year, 6, 19): "juneteenth",
        date(year, 7, 4): "independence",
        date(year, 11, 11): "veterans",
        date(year, 12, 25): "christmas",
    }
    shift = {5: -1, 6: 1}
    return movable | {day + timedelta(days=shift.get(day.weekday(), 0)): key for day, key in fixed.items()}


def holidays() -> None:
    """Public holidays of the pack's main nation."""
    for code, rule in (("gb", english_holidays), ("us", american_holidays)):
        days = sorted((day, key) for year in YEARS for day, key in rule(year).items())
        write(HERE / code / "holidays.csv", ("date", "key"), ((day.isoformat(), key) for day, key in days))


if __name__ == "__main__":
    british_places(Path(sys.argv[1]))
    british_neighbourhoods(Path(sys.argv[1]))
    british_postcodes(Path(sys.argv[1]))
    american_zips(Path(sys.argv[1]))
    holidays()
