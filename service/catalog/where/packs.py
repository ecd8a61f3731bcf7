"""Country packs: postcode format, places, units, help lines and holidays of one country, read from its folder.

Never asks a network and never guesses a country: a caller names one, and `NotFound` says when there is no pack for it.
"""

import csv
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from service.catalog.telephone import Telephone
from service.errors import NotFound

PlaceKind = Literal["sector", "district", "town", "zip", "exact", "area"]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpLine:
    """A number for somebody in need now; `confirmed` once the operator has rung it, `wording` names its words."""

    key: str
    name: str
    number: str
    wording: str
    option: int | None
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PostcodeLevel:
    """One way to write a postcode: how it looks, in which table it is found, and how far off its centre may be."""

    kind: str
    pattern: re.Pattern[str]
    table: str
    key: str
    label: str
    gives: PlaceKind
    uncertainty_km: float
    wider: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A town or village of the gazetteer."""

    name: str
    latitude: float
    longitude: float
    population: int
    nation: str
    alternates: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A borough, county, region or nation as a circle."""

    name: str
    latitude: float
    longitude: float
    radius_km: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CountryPack:
    """Everything that is true of one country only."""

    code: str
    name: str
    languages: tuple[str, ...]
    distance_unit: Literal["km", "mile"]
    currency: str
    time_zone: str
    help_lines: tuple[HelpLine, ...]
    telephone: Telephone
    attribution: tuple[str, ...]
    registers: Mapping[str, str]
    levels: tuple[PostcodeLevel, ...]
    tables: Mapping[str, Mapping[str, Point]]
    towns: tuple[Town, ...]
    areas: tuple[Area, ...]
    regions: Mapping[str, str]
    holidays: Mapping[date, str]


def countries(root: Path) -> tuple[str, ...]:
    """Return the codes of the packs in a folder, in order."""
    return tuple(sorted(path.parent.name.upper() for path in root.glob("*/pack.toml")))


def load_pack(root: Path, country: str) -> CountryPack:
    """Read a country's pack, once for each process.

    Parameters
    ----------
    root : Path
        The folder that holds one folder a country.
    country : str
        Two letters (ISO 3166-1), in any case.

    Raises
    ------
    NotFound
        `country` when there is no pack for it.
    """
    if not re.fullmatch("[A-Za-z]{2}", country) or not (root / country.lower() / "pack.toml").is_file():
        raise NotFound("country")
    return _read(root / country.lower())


@lru_cache(maxsize=8)
def _read(folder: Path) -> CountryPack:
    data = tomllib.loads((folder / "pack.toml").read_text(encoding="utf-8"))
    levels = tuple(_level(row) for row in data["postcode"])
    return CountryPack(
        code=data["code"],
        name=data["name"],
        languages=tuple(data["languages"]),
        distance_unit=data["distance_unit"],
        currency=data["currency"],
        time_zone=data["time_zone"],
        help_lines=tuple(_help_line(row) for row in data.get("help_lines", ())),
        telephone=_telephone(data["telephone"]),
        attribution=tuple(data["attribution"]["lines"]),
        registers=data.get("registers", {}),
        levels=levels,
        tables={name: _points(folder / f"{name}.csv") for name in {level.table for level in levels}},
        towns=_towns(folder / "places.csv") + _towns(folder / "neighbourhoods.csv"),
        areas=_areas(folder / "areas.csv"),
        regions={row[0]: row[2] for row in _rows(folder / "towns.csv")},
        holidays={date.fromisoformat(row[0]): row[1] for row in _rows(folder / data["holidays"]["file"])},
    )


def _rows(path: Path) -> list[list[str]]:
    """Read the lines below the header; a pack need not have every table."""
    if not path.is_file():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))[1:]


def _level(row: Mapping[str, Any]) -> PostcodeLevel:
    return PostcodeLevel(
        kind=row["kind"],
        pattern=re.compile(row["pattern"]),
        table=row["table"],
        key=row["key"],
        label=row["label"],
        gives=row["gives"],
        uncertainty_km=row["uncertainty_km"],
        wider=row.get("wider"),
    )


def _help_line(row: Mapping[str, Any]) -> HelpLine:
    return HelpLine(
        key=row["key"],
        name=row["name"],
        number=row["number"],
        wording=row["wording"],
        option=row.get("option"),
        confirmed=row["confirmed"],
    )


def _telephone(row: Mapping[str, Any]) -> Telephone:
    return Telephone(
        calling_code=row["calling_code"],
        trunk=row["trunk"],
        pattern=re.compile(row["pattern"], re.ASCII),
        example=row["example"],
        own=re.compile(row["own"], re.ASCII) if "own" in row else None,
    )


def _points(path: Path) -> dict[str, Point]:
    return {code: (float(latitude), float(longitude)) for code, latitude, longitude in _rows(path)}


def _towns(path: Path) -> tuple[Town, ...]:
    return tuple(
        Town(
            name=name,
            latitude=float(latitude),
            longitude=float(longitude),
            population=int(population),
            nation=nation,
            alternates=tuple(alternates.split("|")) if alternates else (),
        )
        for name, latitude, longitude, population, nation, alternates in _rows(path)
    )


def _areas(path: Path) -> tuple[Area, ...]:
    return tuple(
        Area(name=name, latitude=float(latitude), longitude=float(longitude), radius_km=float(radius))
        for name, latitude, longitude, radius in _rows(path)
    )
