"""The names and codes of one country, ready to be looked up and misspelt. Pure: never reads a file."""

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from os.path import commonprefix
from typing import Any

import numpy as np
from rapidfuzz import fuzz, process

from service.catalog.where.distance import km_between
from service.catalog.where.packs import CountryPack, PlaceKind, PostcodeLevel, Town

CODE_START = 3  # characters of a code that name a wide area: of a ZIP code, the sorting centre's
SUGGESTIONS = 5
ALIKE = 70  # of 100: the least that a spelling has in common with what was typed
NEXT_BEST = 12  # how much less the others may have than the best
SAME_TOWN_KM = 8.0  # two rows of one name this near are one town and its centre
BIG_TOWN = 20_000
CONTEXT_KM = 60.0
LINKS = frozenset({"by", "cum", "in", "le", "next", "on", "super", "under", "upon"})
PEOPLE_A_KM2 = 4_000  # of a built-up area, about: turns people into a radius


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A position with its name and how far off it may be."""

    label: str
    latitude: float
    longitude: float
    kind: PlaceKind
    country: str
    uncertainty_km: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambiguous:
    """Several places of one name, largest first; each label finds its own place again."""

    choices: tuple[Place, ...]


def plain(name: str) -> str:
    """Return a name without case, accents and punctuation, so that spellings of one name meet.

    Examples
    --------
    >>> plain("Saint Helen’s") == plain("ST. HELENS")
    True
    >>> plain("Ashton-under-Lyne")
    'ashton under lyne'
    """
    folded = unicodedata.normalize("NFKD", name.casefold()).replace("&", " and ")
    kept = "".join(c if c.isalnum() else "" if c in "'’`" or unicodedata.combining(c) else " " for c in folded)
    return " ".join("st" if word == "saint" else word for word in kept.split())


def _radius_km(population: int) -> float:
    """Return about how far a town reaches from its centre, by its people."""
    return round(max(0.7, math.sqrt(population / (PEOPLE_A_KM2 * math.pi))), 1)


class CountryIndex:
    """One pack's names and codes, ready to be looked up."""

    def __init__(self, pack: CountryPack) -> None:
        self.pack = pack
        self.names: dict[str, list[Town]] = {}
        self.alternates: dict[str, list[Town]] = {}
        for town in pack.towns:
            self.names.setdefault(plain(town.name), []).append(town)
            for other in (*town.alternates, *_short_name(town.name)):
                self.alternates.setdefault(plain(other), []).append(town)
        self.areas = {plain(area.name): area for area in pack.areas}
        self.spellings = tuple(self.names)
        self.with_sectors = {code.split()[0] for code in pack.tables.get("sectors", ())}
        self.big = [town for town in pack.towns if town.population >= BIG_TOWN]
        self.big_at = np.array([(town.latitude, town.longitude) for town in self.big]).reshape(-1, 2)
        self.towns_at = np.array([(town.latitude, town.longitude) for town in pack.towns]).reshape(-1, 2)
        self.district_codes = [code for code in pack.tables.get("districts", ()) if code in pack.regions]
        self.district_at = np.array([pack.tables["districts"][code] for code in self.district_codes]).reshape(-1, 2)

    def by_code(self, text: str, levels: Iterable[PostcodeLevel] | None = None) -> Place | None:
        """Return the place of a postcode written in any of the country's ways."""
        for typed in dict.fromkeys((text, text.replace(" ", ""))):
            for level in self.pack.levels if levels is None else levels:
                found = level.pattern.fullmatch(typed)
                if found and (place := self._at(level, found)):
                    return place
        return None

    def _at(self, level: PostcodeLevel, found: re.Match[str]) -> Place | None:
        key, kind, reach = level.key.format(*found.groups()), level.gives, level.uncertainty_km
        point = self.pack.tables[level.table].get(key)
        if point is None and level.wider and (wide := level.wider.format(*found.groups())) not in self.with_sectors:
            point, kind, reach = self.pack.tables["districts"].get(wide), "district", 2.0
        if point is None:
            return None
        label = level.label.format(*found.groups())
        return Place(
            label=label,
            latitude=point[0],
            longitude=point[1],
            kind=kind,
            country=self.pack.code,
            uncertainty_km=reach,
        )

    def code_inside(self, text: str) -> Place | None:
        """Return the place of the last full postcode in a longer text, such as a pasted address."""
        level = self.pack.levels[0]
        for found in reversed(list(re.finditer(rf"(?<![A-Z0-9])(?:{level.pattern.pattern})(?![A-Z0-9])", text))):
            if place := self.by_code(found.group(), (level,)):
                return place
        return None

    def towns_named(self, name: str) -> list[Town]:
        """Return the towns of a name, largest first, without the doubles of one town."""
        kept: list[Town] = []
        key = plain(name)
        for town in sorted(self.names.get(key, []) + self.alternates.get(key, []), key=_by_size):
            if all(_km(town, other) > SAME_TOWN_KM for other in kept):
                kept.append(town)
        return kept

    def narrowed(self, towns: Sequence[Town], context: str) -> list[Town] | None:
        """Keep the towns in or nearest to what was written after the name; None when that says nothing."""
        key = plain(context)
        if inside := [town for town in towns if key in (plain(town.nation), plain(self.region(town)))]:
            return inside
        if key in self.areas and key not in self.names:
            area = self.areas[key]
            return [town for town in towns if _km(town, area) <= area.radius_km + 2]
        centre = self.by_code(context.upper()) or next(iter(self.towns_named(context)), None) or self.areas.get(key)
        if centre is None:
            return [] if any(key == plain(town.nation) for town in self.pack.towns) else None
        near = sorted((town for town in towns if _km(town, centre) <= CONTEXT_KM), key=lambda t: _km(t, centre))
        return near[:1]

    def towns_near(self, latitude: float, longitude: float, km: float) -> list[Town]:
        """Return the towns within so many kilometres, nearest first."""
        if not len(self.towns_at):
            return []
        away = km_between(latitude, longitude, self.towns_at[:, 0], self.towns_at[:, 1])
        order = np.argsort(away, kind="stable")
        return [self.pack.towns[i] for i in order[away[order] <= km]]

    def region(self, town: Town) -> str:
        """Return the county, borough or region of the nearest postcode district."""
        if not self.district_codes:
            return ""
        km = km_between(town.latitude, town.longitude, self.district_at[:, 0], self.district_at[:, 1])
        return self.pack.regions[self.district_codes[int(np.argmin(km))]]

    def district(self, latitude: float, longitude: float, label: str = "") -> str:
        """Return the district a label begins with, else the nearest; without districts, how the nearest code begins."""
        table = self.pack.tables.get("districts")
        if table and (named := label.split(" ")[0].upper()) in table:
            return named
        table = table or self.pack.tables[self.pack.levels[0].table]
        codes = tuple(table)
        points = np.array([table[code] for code in codes])
        nearest = codes[int(np.argmin(km_between(latitude, longitude, points[:, 0], points[:, 1])))]
        return nearest if "districts" in self.pack.tables else nearest[:CODE_START]

    def landmark(self, town: Town) -> str:
        """Return the nearest larger town, to tell a town from its namesakes."""
        order = np.argsort(km_between(town.latitude, town.longitude, self.big_at[:, 0], self.big_at[:, 1]))
        own = plain(town.name)
        return next((self.big[i].name for i in order if plain(self.big[i].name) != own), town.nation)

    def place(self, town: Town, label: str | None = None) -> Place:
        """Return a town as a place."""
        return Place(
            label=label or town.name,
            latitude=town.latitude,
            longitude=town.longitude,
            kind="town",
            country=self.pack.code,
            uncertainty_km=_radius_km(town.population),
        )

    def labelled(self, towns: Sequence[Town]) -> tuple[Place, ...]:
        """Return namesakes as places whose labels tell them apart."""
        regions = [self.region(town) for town in towns]
        regions = [town.nation if town.name == region else region for town, region in zip(towns, regions, strict=True)]
        return tuple(
            self.place(town, f"{town.name}, {region if regions.count(region) == 1 and region else self.landmark(town)}")
            for town, region in zip(towns, regions, strict=True)
        )

    def suggestions(self, text: str) -> tuple[str, ...]:
        """Return up to five places that are spelt nearly so."""
        if any(c.isdigit() for c in text):
            return self._codes_like(text.upper().split(",")[-1].strip())
        key = plain(text)
        if known := self.names.get(plain(text.split(",")[0])):
            places = self.labelled(sorted(known, key=_by_size)) if len(known) > 1 else (self.place(known[0]),)
            return tuple(place.label for place in places[:SUGGESTIONS])
        found = process.extract(key, self.spellings, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=SUGGESTIONS * 3)
        least = found[0][1] - NEXT_BEST if found else ALIKE
        begun = [(name, ALIKE + 1.0) for name in self.spellings if len(key) > 2 and name.startswith(key)]
        score: dict[str, float] = {}
        for name, value in [*((name, value) for name, value, _ in found if value >= least), *begun]:
            score[name] = max(score.get(name, 0.0), value)
        best = sorted(score, key=lambda name: (-score[name], -self.names[name][0].population, name))
        return tuple(self.names[name][0].name for name in best[:SUGGESTIONS])

    def _codes_like(self, text: str) -> tuple[str, ...]:
        """Return codes that share the district, or else look alike; nearest numbers first."""
        compact = text.replace(" ", "")
        district = next((compact[:n] for n in (4, 3, 2) if compact[:n] in self.with_sectors), None)
        if district:
            inside = [code for code in self.pack.tables["sectors"] if code.split()[0] == district]
            wanted = ord(compact[len(district) : len(district) + 1] or "0")
            return tuple(sorted(inside, key=lambda code: (abs(ord(code[-1]) - wanted), code))[:SUGGESTIONS])
        table = self.pack.tables.get("districts") or self.pack.tables[self.pack.levels[0].table]
        found = process.extract(compact[:8], table.keys(), scorer=fuzz.ratio, score_cutoff=60, limit=SUGGESTIONS * 3)
        best = sorted(found, key=lambda hit: (-len(commonprefix([compact, hit[0]])), -hit[1], hit[0]))
        return tuple(code for code, _, _ in best[:SUGGESTIONS])


def _short_name(name: str) -> tuple[str, ...]:
    """Return what people say for a name of several words: Chorlton for Chorlton cum Hardy."""
    words = plain(name).split()
    return (words[0],) if len(words) > 2 and words[1] in LINKS else ()


def _by_size(town: Town) -> tuple[int, str, float]:
    return (-town.population, town.nation, town.latitude)


def _km(a: Any, b: Any) -> float:
    return float(km_between(a.latitude, a.longitude, b.latitude, b.longitude))
