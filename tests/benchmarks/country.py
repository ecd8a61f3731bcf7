"""A made-up country: towns by Zipf's law, their districts and villages between them, in a box as large as Britain.

A smaller catalogue covers a smaller part of it, so that any size is about as dense as a real directory of that size.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.vocabulary import apart

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
TOWNS = 400
VILLAGES = 6_000
PEOPLE = 55e6
RURAL = 0.15  # of people live in villages
ZIPF_OFFSET = 1.5  # the largest town has 3 million people, the smallest 21,000
PER_KM2 = 4_500  # people in a built-up area (Great Britain's large towns)
DISTRICT_PEOPLE = 15_000
SOUTH, NORTH, WEST, EAST = 50.3, 57.5, -4.8, 1.4  # degrees
KM_A_DEGREE = 111.2
WHOLE = 1_000_000  # groups of a catalogue that covers the whole country
MIDDLE_TOWN = 4  # where a catalogue that covers less of it lies


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """Where people live: spots (districts of towns, and villages) with their share of the people.

    Attributes
    ----------
    names : tuple of str
        By town.
    town : ndarray of int, shape (n_spots,)
        The town a spot belongs to, or the nearest in a village's case.
    latitude, longitude : ndarray, shape (n_spots,)
        Degrees, of the spot's middle.
    spread_km : ndarray, shape (n_spots,)
        Standard deviation of what lies around the middle.
    until : ndarray, shape (n_spots,)
        Running sum of the shares; the last is 1.
    """

    names: tuple[str, ...]
    town: I64
    latitude: F64
    longitude: F64
    spread_km: F64
    until: F64

    def draw(self, dice: np.random.Generator, many: int) -> tuple[I64, F64, F64]:
        """Return spot, latitude and longitude of so many addresses, in proportion to people."""
        spot = np.searchsorted(self.until, dice.random(many) * self.until[-1])
        north, east = dice.standard_normal((2, many)) * self.spread_km[spot]
        latitude = self.latitude[spot] + north / KM_A_DEGREE
        longitude = self.longitude[spot] + east / (KM_A_DEGREE * np.cos(np.radians(self.latitude[spot])))
        return spot.astype(np.int64), latitude, longitude


def country(groups: int, seed: int) -> Country:
    """Return the country, or the part of it that a catalogue of so many groups covers."""
    dice = np.random.default_rng([seed, 400])
    people = 1 / (np.arange(TOWNS) + 1 + ZIPF_OFFSET)
    people *= PEOPLE * (1 - RURAL) / people.sum()
    middle = _apart(dice, people)
    spots = [_districts(dice, town, middle[town], people[town]) for town in range(TOWNS)]
    spots += [_village(dice, number % TOWNS, middle[number % TOWNS]) for number in range(VILLAGES)]
    town, latitude, longitude, spread, share = (np.concatenate(parts) for parts in zip(*spots, strict=True))
    kept = np.isin(town, _covered(middle, groups))
    return Country(
        names=tuple(_name(dice) for _ in range(TOWNS)),
        town=town[kept].astype(np.int64),
        latitude=latitude[kept],
        longitude=longitude[kept],
        spread_km=spread[kept],
        until=np.cumsum(share[kept]) / share[kept].sum(),
    )


def _apart(dice: np.random.Generator, people: F64) -> F64:
    """Place towns largest first, none nearer to another than their two built-up areas need; shape (n_towns, 2)."""
    reach = np.sqrt(people / PER_KM2 / np.pi)
    found = np.empty((0, 2))
    while len(found) < TOWNS:
        point = np.array([dice.uniform(SOUTH, NORTH), dice.uniform(WEST, EAST)])
        north, east = (found - point).T * KM_A_DEGREE
        away = np.hypot(north, east * np.cos(np.radians(point[0])))
        if np.all(away > reach[: len(found)] + reach[len(found)] + 2):
            found = np.vstack([found, point])
    return found


Spots = tuple[F64, F64, F64, F64, F64]


def _districts(dice: np.random.Generator, town: int, middle: F64, people: float) -> Spots:
    many = max(1, round(people / DISTRICT_PEOPLE))
    width = np.sqrt(people / PER_KM2 / np.pi) / 1.6
    north, east = dice.standard_normal((2, many)) * width
    east /= np.cos(np.radians(middle[0]))
    whole = np.ones(many)
    at = middle[0] + north / KM_A_DEGREE, middle[1] + east / KM_A_DEGREE
    return whole * town, *at, whole * 0.7, whole * people / many


def _village(dice: np.random.Generator, town: int, middle: F64) -> Spots:
    away, turn = dice.uniform(4, 25), dice.uniform(0, 2 * np.pi)
    point = middle + np.array([np.sin(turn), np.cos(turn) * 1.7]) * away / KM_A_DEGREE
    one = np.ones(1)
    share = PEOPLE * RURAL / VILLAGES * dice.exponential()
    return one * town, one * point[0], one * point[1], one * 0.4, one * share


def _covered(middle: F64, groups: int) -> I64:
    many = int(np.clip(round(TOWNS * np.sqrt(groups / WHOLE)), 8, TOWNS))
    away = np.hypot(*(middle - middle[MIDDLE_TOWN]).T * np.array([[1.0], [0.6]]))
    return np.argsort(away, kind="stable")[:many].astype(np.int64)


_FIRST = apart("Ash Bram Carl Dun Elm Fern Glen Hart Holt Ing Kirk Lang Marl Nor Oak Pen Raven Sel Thorn Ull West Wyn")
_LAST = apart(
    "bourne bridge bury by combe cester dale field ford ham hurst ley mere minster mouth port stead ton well worth"
)


def _name(dice: np.random.Generator) -> str:
    return str(dice.choice(_FIRST)) + str(dice.choice(["", "", "er", "ing", "sea"])) + str(dice.choice(_LAST))
