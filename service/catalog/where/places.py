"""Words to a position, and positions to kilometres: postcodes, towns and areas from the country packs on disk.

Asks a network only when an operator switched an online geocoder on, and then sends no house number or postcode.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path

from service.catalog.where.distance import EARTH_RADIUS_KM, km_between
from service.catalog.where.packs import Town, load_pack
from service.catalog.where.place_index import Ambiguous, CountryIndex, Place, plain
from service.errors import Invalid

__all__ = [
    "EARTH_RADIUS_KM",
    "Ambiguous",
    "Gazetteer",
    "Online",
    "Place",
    "km_between",
    "plain",
]

LONGEST_PLACE = 200  # characters: a whole pasted address fits
CLEARLY_LARGER = 10  # times the people of the next one of that name: nobody means the other
CITY = 100_000
NEAR_KM = 20.0
AROUND_KM = 60.0  # of which a map names a few towns
ONLINE_DECIMALS = 2  # about a kilometre

Online = Callable[[str], tuple[float, float] | None]


@lru_cache(maxsize=8)
def _index(root: Path, country: str) -> CountryIndex:
    return CountryIndex(load_pack(root, country))


class Gazetteer:
    """Places of every country there is a pack for. Packs are read when first asked for, once for each process.

    Parameters
    ----------
    root : Path
        Folder of the country packs.
    online : callable, optional
        Words to latitude and longitude, None where it knows nothing; asked last. See `geocoding.asking`.
    home : tuple of str, optional
        Country and place of the area served: settles a name that several towns share.
    """

    def __init__(self, root: Path, online: Online | None = None, home: tuple[str, str] | None = None) -> None:
        self.root = root
        self.online = online
        self.home = home

    @cached_property
    def _near(self) -> tuple[float, float] | None:
        if self.home is None:
            return None
        found = self.look_up(self.home[1], country=self.home[0])
        return (found.latitude, found.longitude) if isinstance(found, Place) else None

    def resolve(self, text: str, *, country: str, near: tuple[float, float] | None = None) -> Place:
        """Return the one place that was meant.

        Parameters
        ----------
        text : str
            A postcode, part of one, a town or village, or a town and its county, nation or neighbour.
        country : str
            Two letters (ISO 3166-1).
        near : tuple of float, optional
            Latitude and longitude that settle a name several towns share; without it, those of `home`.

        Raises
        ------
        Invalid
            `place_missing`, `place_too_long` (with `longest`), `place_ambiguous` (with `choices`) or `place_unknown`
            (with `suggestions`, at most five).
        NotFound
            `country` when there is no pack for it.
        """
        found = self.look_up(text, country=country, near=near or self._near)
        if isinstance(found, Place):
            return found
        if isinstance(found, Ambiguous):
            raise Invalid("place_ambiguous", choices=tuple(place.label for place in found.choices))
        clean = _clean(text)
        if self.online is not None and (place := self._ask_online(clean, country)):
            return place
        raise Invalid("place_unknown", suggestions=_index(self.root, country.lower()).suggestions(clean))

    def look_up(self, text: str, *, country: str, near: tuple[float, float] | None = None) -> Place | Ambiguous | None:
        """Return the place, the several places or None for what was written. Never asks a network."""
        index = _index(self.root, country.lower())
        clean = _clean(text)
        upper = clean.upper()
        if place := index.by_code(upper) or index.code_inside(upper):
            return place
        for name, context in _readings(clean):
            towns = index.towns_named(name)
            kept = index.narrowed(towns, context) if context else towns
            if kept is None and "," in clean:
                kept = towns
            if kept:
                return _settled(index, kept, near)
        area = index.areas.get(plain(clean))
        if area is None:
            return None
        return Place(
            label=area.name,
            latitude=area.latitude,
            longitude=area.longitude,
            kind="area",
            country=index.pack.code,
            uncertainty_km=area.radius_km,
        )

    def district(self, latitude: float, longitude: float, label: str = "", *, country: str) -> str:
        """Return the postcode district of a position, or a like-sized part: the finest that is counted."""
        return _index(self.root, country.lower()).district(latitude, longitude, label)

    def towns_near(self, latitude: float, longitude: float, *, country: str, km: float = AROUND_KM) -> list[Town]:
        """Return the towns within so many km of a point, nearest first: names for a map."""
        return _index(self.root, country.lower()).towns_near(latitude, longitude, km)

    def _ask_online(self, text: str, country: str) -> Place | None:
        """Ask the switched-on geocoder for words without numbers; its answer is rounded to about a kilometre."""
        pack = load_pack(self.root, country)
        words = " ".join(word for word in text.split() if not any(c.isdigit() for c in word))
        if self.online is None or len(plain(words)) < 3:
            return None
        found = self.online(f"{words}, {pack.name}")
        if found is None:
            return None
        return Place(
            label=words,
            latitude=round(found[0], ONLINE_DECIMALS),
            longitude=round(found[1], ONLINE_DECIMALS),
            kind="town",
            country=pack.code,
            uncertainty_km=1.0,
        )


def _clean(text: str) -> str:
    """Return what was typed on one line without control characters, or refuse it."""
    clean = " ".join("".join(c if c.isprintable() else " " for c in text[: LONGEST_PLACE * 2]).split()).strip(" ,.")
    if not clean:
        raise Invalid("place_missing")
    if len(text) > LONGEST_PLACE:
        raise Invalid("place_too_long", longest=LONGEST_PLACE)
    return clean


def _readings(text: str) -> Iterator[tuple[str, str]]:
    """Yield ways to read a text as name and context, likeliest first; street lines in front are left out."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    while len(parts) > 1 and any(c.isdigit() for c in parts[0]):
        parts = parts[1:]
    for context in reversed(parts[1:]):
        yield parts[0], context
    if len(parts) == 1:
        yield parts[0], ""
        words = parts[0].split()
        for cut in range(len(words) - 1, 0, -1):
            yield " ".join(words[:cut]), " ".join(words[cut:])


def _settled(index: CountryIndex, towns: Sequence[Town], near: tuple[float, float] | None) -> Place | Ambiguous:
    """Return one town where it is clear which is meant, else the choice."""
    first = towns[0]
    if len(towns) == 1 or (first.population >= CITY and first.population >= CLEARLY_LARGER * towns[1].population):
        return index.place(first)
    if near is not None:
        close = [t for t in towns if float(km_between(*near, t.latitude, t.longitude)) <= NEAR_KM]
        if len(close) == 1:
            return index.place(close[0])
    return Ambiguous(choices=index.labelled(towns))
