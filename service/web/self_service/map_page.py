"""The map beside the list, in words and shapes: the same numbers as the cards. The list says all without it."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from service.catalog.views import PlaceView
from service.catalog.where.places import Gazetteer
from service.web.figures import Figures
from service.web.rendering import services
from service.web.self_service.map_drawing import Centre, Drawing, Name, Spot, draw
from service.web.self_service.search import Search

ROUGH_KM = {"exact": 0.0, "sector": 0.5, "named": 2.0, "district": 2.0, "town": 3.0}  # how far off a place may be
CONFIDENTIAL_KM = 2.0
Placed = tuple[int, str, PlaceView | None]  # number on the list, name, where it is


def page(placed: Sequence[Placed], search: Search, figures: Figures) -> dict[str, Any] | None:
    """Return what _map.html needs; None where no group of the list has a place."""
    spots = [spot for number, _name, at in placed if (spot := _spot(number, at))]
    where = search.profile.place
    centre = None
    if where is not None:
        centre = Centre(latitude=where.latitude, longitude=where.longitude, rough_km=where.uncertainty_km)
    drawing = draw(centre, spots, _towns(centre, spots), km_a_unit=figures.to_km(1))
    if drawing is None:
        return None
    return {
        "drawing": drawing,
        "rings": [{"ring": ring, "text": figures.distance(figures.to_km(ring.units))} for ring in drawing.rings],
        "bar": _bar(drawing, figures),
        "names": {number: name for number, name, _at in placed},
        "is_rough": any(spot.rough_km for spot in spots),
        "beyond": _listed(placed, drawing.beyond),
        "missing": _listed(placed, [number for number, _name, at in placed if _spot(number, at) is None]),
    }


def _spot(number: int, place: PlaceView | None) -> Spot | None:
    if place is None or place.latitude is None or place.longitude is None:
        return None
    rough = CONFIDENTIAL_KM if place.confidential else ROUGH_KM[place.precision]
    return Spot(number=number, latitude=place.latitude, longitude=place.longitude, rough_km=rough)


def _towns(centre: Centre | None, spots: Sequence[Spot]) -> Iterable[Name]:
    """Return the towns around, of which the biggest that have room are named."""
    if not spots:
        return []
    made = services()
    middle: Centre | Spot = centre or spots[0]
    return _around(made.gazetteer.root, made.settings.country, middle.latitude, middle.longitude)


@lru_cache(maxsize=500)
def _around(root: Path, country: str, latitude: float, longitude: float) -> tuple[Name, ...]:
    """Return the towns around a point. Many look from the middle of the same town or postcode."""
    near = Gazetteer(root).towns_near(latitude, longitude, country=country)
    return tuple(Name(text=t.name, latitude=t.latitude, longitude=t.longitude, weight=t.population) for t in near)


def _bar(drawing: Drawing, figures: Figures) -> dict[str, Any] | None:
    if drawing.bar is None:
        return None
    units, length = drawing.bar
    return {"length": length, "text": figures.distance(figures.to_km(units))}


def _listed(placed: Sequence[Placed], numbers: Iterable[int]) -> list[dict[str, Any]]:
    """Return groups that are not drawn, each leading to its card."""
    chosen = set(numbers)
    return [{"number": number, "name": name} for number, name, _at in placed if number in chosen]
