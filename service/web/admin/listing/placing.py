"""Where a postcode or a town lies, read from the gazetteer on disk, and what is kept of it with how exact it is."""

from service.catalog.editing.places import PlaceChanges, PlaceValue
from service.catalog.where.place_index import Place
from service.errors import Invalid, NotFound, Problem
from service.web.rendering import services

# What a gazetteer's kind of place is, as a place says how exactly it is known.
PRECISION = {"exact": "exact", "sector": "sector", "district": "district", "zip": "district"}
CODED = ("exact", "sector", "district", "zip")  # found by a code, not by a name
MOST_CHOICES = 4
TOWN_KM = 3.0  # a postcode belongs to a town that is no further


def located(words: str, field: str, country: str = "") -> Place:
    """Return where a postcode or town is.

    Raises
    ------
    Invalid
        With the problem of this field: `needed`, `place_unknown`, `place_choice` (with `choices`).
    """
    made = services()
    try:
        return made.gazetteer.resolve(words, country=country or made.settings.country)
    except NotFound:
        raise Invalid("invalid", fields={field: Problem("place_unknown", {"place": words[:60]})}) from None
    except Invalid as refused:
        raise Invalid("invalid", fields={field: _problem(refused, words[:60])}) from None


def _problem(refused: Invalid, words: str) -> Problem:
    choices = refused.params.get("choices") or refused.params.get("suggestions") or ()
    if refused.code == "place_missing":
        return Problem("needed")
    if isinstance(choices, tuple | list) and choices:
        return Problem("place_choice", {"place": words, "choices": ", ".join(map(str, choices[:MOST_CHOICES]))})
    return Problem("place_unknown", {"place": words})


def position(found: Place) -> dict[str, PlaceValue]:
    """Return what is kept of where a place lies."""
    return {
        "latitude": found.latitude,
        "longitude": found.longitude,
        "precision": PRECISION.get(found.kind, "town"),
    }


def new_place(name: str, street: str, where: str, field: str) -> PlaceChanges:
    """Return a place by its name, street, and postcode or town. Raises as `located`."""
    found = located(where, field)
    coded = found.kind in CODED
    city = _town(found) if coded else found.label.split(",")[0]
    return PlaceChanges(
        fields={
            "name": name,
            "address_1": street,
            "city": city,
            "country": found.country,
            "postal_code": where.strip().upper() if coded else None,
            **position(found),
        }
    )


def _town(found: Place) -> str | None:
    """Return the largest town close by, or else the nearest."""
    made, at = services().gazetteer, (found.latitude, found.longitude)
    close = made.towns_near(*at, country=found.country, km=TOWN_KM)
    near = [max(close, key=lambda town: town.population)] if close else made.towns_near(*at, country=found.country)
    return near[0].name if near else None
