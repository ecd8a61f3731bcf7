"""Where a listing is, or whom it serves: from its position, its name and its text. Pure: reads one country's index.

The contact address of a charity or an amateur club is not where it meets. Its name often says more: "Urmston Choral
Society" is placed in Urmston wherever its secretary lives. What is shown is never more exact than what is known.
"""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from service.catalog.importing.drafts import DraftArea, DraftPlace, Precision
from service.catalog.importing.rules import ListingRules
from service.catalog.where.distance import km_between
from service.catalog.where.packs import Area, Town
from service.catalog.where.place_index import CountryIndex, plain

CLUB_KM = 12.0  # whoever keeps a club's books lives not far from its ground
NAMED_KM = 25.0  # a name counts when the place is this near to the contact address
SAME_PLACE_KM = 3.0  # nearer than that, the address is as good as the name
CITY, CITY_KM = 150_000, 15.0  # a city's name is used loosely: it does not move a listing that is this near
VILLAGE = 1_500
LOCALITY_KM, LOCALITY = 6.0, 3_000
WRONG_KM = 2.5  # farther than that from its own postcode sector, a source's position is mistaken
AREA_MARGIN_KM = 2.0
LONGEST_TOWN = 40  # characters: what is longer is a remark on how to find the door
CONTACT_ONLY = ("charity", "community amateur sports club")  # categories whose address may be a home

WIDE_KM = 15.0  # an area larger than this is served as a whole only where the text says so
SERVES = (
    r"\b(?:across|throughout|within|in and around|covering|serving|living in|residents (?:of|in)|people (?:of"
    r"|in)|{near})"
    r"\s+(?:the\s+)?(?:whole of\s+|borough of\s+|county of\s+|areas? of\s+|city of\s+)*{area}\b"
)


class Placer:
    """Places the listings of one country.

    Parameters
    ----------
    index : CountryIndex
    rules : ListingRules
    """

    def __init__(self, index: CountryIndex, rules: ListingRules) -> None:
        self.index = index
        self.rules = rules
        self.towns: dict[str, list[Town]] = {}
        for town in index.pack.towns:
            for name in (town.name, *town.alternates):
                self.towns.setdefault(plain(name), []).append(town)
        nations = {plain(town.nation) for town in index.pack.towns}
        self.areas = {key: area for key, area in index.areas.items() if key not in index.names and key not in nations}
        self.circles = np.array([(a.latitude, a.longitude, a.radius_km) for a in self.areas.values()]).reshape(-1, 3)

    def place(self, row: Mapping[str, Any], name: str) -> DraftPlace | None:
        """Return where a listing is, or None when its source does not say and its name neither."""
        at = self._position(row)
        if at is None:
            return self._by_words(row, name)
        latitude, longitude, precision = at
        contact = row.get("category") in CONTACT_ONLY
        town = self._named(name, latitude, longitude) if contact else None
        if town and self._elsewhere(town, row, latitude, longitude):
            return DraftPlace(
                latitude=town.latitude,
                longitude=town.longitude,
                precision="named",
                city=town.name,
                postal_code=None,
            )
        if contact:
            return DraftPlace(
                latitude=latitude,
                longitude=longitude,
                precision="district",
                city=self._locality(latitude, longitude),
                postal_code=_district(row),
            )
        street, city = _address(row.get("address"), name)
        return DraftPlace(
            latitude=latitude,
            longitude=longitude,
            precision=precision,
            name=name if precision == "exact" else None,
            address=street,
            city=city or self._locality(latitude, longitude),
            postal_code=row.get("postcode") or _district(row),
        )

    def _by_words(self, row: Mapping[str, Any], name: str) -> DraftPlace | None:
        """Place a listing without any code by the town its address ends with, or else its name, if only one has it."""
        street, city = _address(row.get("address"), name)
        for words, precision in (([city] if city else [], "town"), (_phrases(name), "named")):
            for phrase in words:
                towns = self.towns.get(plain(phrase), ())
                if len(towns) == 1 and towns[0].population >= LOCALITY:
                    return DraftPlace(
                        latitude=towns[0].latitude,
                        longitude=towns[0].longitude,
                        precision="town" if precision == "town" else "named",
                        address=street if precision == "town" else None,
                        city=towns[0].name,
                    )
        return None

    def area(self, row: Mapping[str, Any], name: str, text: str, *, at_home: bool) -> DraftArea | None:
        """Return the area that a charity or service works in, when its words say so or it comes to people's homes."""
        at = self._position(row)
        category = row.get("category")
        if at is None or category not in ("charity", "mental health service"):
            return None
        latitude, longitude, _ = at
        town = self._named(name, latitude, longitude)
        found = (
            None if town and town.population < CITY else self._area_said(name, text, at, charity=category == "charity")
        )
        if found is None and at_home:
            found = self._home_area(latitude, longitude, beyond=WIDE_KM if town and town.population >= CITY else 0.0)
        if found is None:
            return None
        return DraftArea(
            name=found.name,
            latitude=found.latitude,
            longitude=found.longitude,
            radius_km=found.radius_km + AREA_MARGIN_KM,
        )

    def nationwide(self, name: str, text: str) -> bool:
        """Return whether the whole country is served, by plain words only."""
        both = f"{name} {text}".casefold()
        return any(phrase in both for phrase in self.rules.nationwide)

    def _area_said(self, name: str, text: str, at: tuple[float, float, Precision], *, charity: bool) -> Area | None:
        """Return the area in a charity's name, or else the smallest that a text says is served."""
        near = self._areas_within(at[0], at[1], NAMED_KM)
        if charity and (in_name := [near[key] for key in self._areas_in(name) if key in near]):
            return max(in_name, key=lambda area: len(area.name))
        words = plain(text)
        said = [area for key, area in near.items() if key in words and re.search(_serves(key, area), words)]
        return min(said, key=lambda area: area.radius_km) if said else None

    def _areas_within(self, latitude: float, longitude: float, margin: float) -> dict[str, Area]:
        """Return the areas that hold a point or are so near to it."""
        away = km_between(latitude, longitude, self.circles[:, 0], self.circles[:, 1])
        inside = away <= self.circles[:, 2] + margin
        return {key: area for (key, area), kept in zip(self.areas.items(), inside, strict=True) if kept}

    def _areas_in(self, name: str) -> list[str]:
        """Return the areas that stand in a name by themselves, not as part of a town's name (Old Trafford)."""
        rest = f" {plain(name)} "
        for phrase in _phrases(name):
            if " " in phrase and phrase in self.towns:
                rest = rest.replace(f" {phrase} ", " ")
        return [phrase for phrase in _phrases(rest) if phrase in self.areas]

    def _home_area(self, latitude: float, longitude: float, *, beyond: float) -> Area | None:
        """Return the smallest area around a point: who comes to people's homes comes at least to its own borough.

        A body named after a city serves the city's surroundings, an area with a radius of more than `beyond` km.
        """
        around = self._areas_within(latitude, longitude, 0).values()
        return min((area for area in around if area.radius_km > beyond), key=lambda area: area.radius_km, default=None)

    def _position(self, row: Mapping[str, Any]) -> tuple[float, float, Precision] | None:
        code = str(row.get("postcode") or row.get("postcode_district") or "").upper()
        known = self.index.by_code(code) if code else None
        if row.get("lat") is None or row.get("lon") is None:
            return (
                (known.latitude, known.longitude, "sector" if known.kind == "sector" else "district") if known else None
            )
        latitude, longitude = float(row["lat"]), float(row["lon"])
        if row.get("geo_from") != "source":
            return latitude, longitude, "sector" if row.get("geo_from") == "sector" else "district"
        if known and known.kind == "sector":
            off = float(km_between(latitude, longitude, known.latitude, known.longitude))
            if off > WRONG_KM:
                return known.latitude, known.longitude, "sector"
        return latitude, longitude, "exact"

    def _named(self, name: str, latitude: float, longitude: float) -> Town | None:
        """Return the town that a name names, when the contact address is not far from it."""
        padded = f" {plain(name)} "
        if any(f" {phrase} " in padded for phrase in self.rules.not_after):
            return None
        if any(self.areas[key].radius_km <= WIDE_KM for key in self._areas_in(name)):
            return None
        for phrase in _phrases(name):
            for town in self.towns.get(phrase, ()):
                off = float(km_between(latitude, longitude, town.latitude, town.longitude))
                if off <= NAMED_KM and self._means_place(phrase, town, padded):
                    return town
        return None

    def _elsewhere(self, town: Town, row: Mapping[str, Any], latitude: float, longitude: float) -> bool:
        """Return whether the named town tells more than the contact address."""
        off = float(km_between(latitude, longitude, town.latitude, town.longitude))
        near = CITY_KM if town.population >= CITY else SAME_PLACE_KM
        far = NAMED_KM if row.get("category") == "charity" else CLUB_KM
        return near < off <= far

    def _means_place(self, word: str, town: Town, padded: str) -> bool:
        """Return whether a word in a name is the place and not a person, a common word or part of an area's name."""
        if any(f" {word} " in f" {area} " for area in self._areas_in(padded)):
            return False
        begins = rf"^ (?:the |\d+\w+ |friends of |\d+\w+ \w+ \d+\w+ )*{word} "
        if word in self.rules.also_names or (0 < town.population < VILLAGE):
            return bool(re.search(rf"{begins}|{word} $| (?:of|in|at) {word} ", padded))
        return len(word) > 3

    def _locality(self, latitude: float, longitude: float) -> str | None:
        """Return the nearest town or quarter by name, to say roughly where."""
        near = self.index.towns_near(latitude, longitude, LOCALITY_KM)
        return next((town.name for town in near if town.population >= LOCALITY or town.population == 0), None)


def _phrases(name: str) -> list[str]:
    """Return the runs of up to five words of a name, longest first."""
    words = plain(name).split()
    sizes = range(min(5, len(words)), 0, -1)
    return [" ".join(words[start : start + size]) for size in sizes for start in range(len(words) - size + 1)]


def _serves(key: str, area: Area) -> str:
    """Return the pattern of words that say an area is served; "in" is enough only for a small one."""
    return SERVES.format(area=re.escape(key), near="in|of|for" if area.radius_km <= WIDE_KM else "around")


def _district(row: Mapping[str, Any]) -> str | None:
    """Return the outward part of a listing's postcode."""
    if row.get("postcode_district"):
        return str(row["postcode_district"])
    code = str(row.get("postcode") or "").strip().upper()
    return code[:-3].strip() or None if len(code) > 4 else None


def _address(address: Any, name: str) -> tuple[str | None, str | None]:
    """Return street and town of an address on one line; a leading repetition of the name is left out."""
    parts = [part.strip(" .") for part in str(address or "").split(",") if part.strip(" .")]
    parts = [part for part in parts if plain(part) != plain(name) and part.casefold() != "unknown"]
    if not parts:
        return None, None
    if len(parts[-1]) > LONGEST_TOWN or any(c.isdigit() for c in parts[-1]):
        return ", ".join(parts), None
    return ", ".join(parts[:-1]) or None, parts[-1].title() if parts[-1].isupper() else parts[-1]
