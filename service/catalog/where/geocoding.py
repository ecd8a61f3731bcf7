"""geopy on both sides of the gazetteer: behind its interface, and an online service of its own asked last.

Loaded only where somebody uses it: geopy brings a network library of its own, which is never asked.
"""

import json
from collections.abc import Mapping
from typing import Any

from geopy.adapters import BaseSyncAdapter
from geopy.exc import GeocoderServiceError, GeocoderUnavailable, GeopyError
from geopy.geocoders import Nominatim, Photon
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location

from service.catalog.where.place_index import Ambiguous
from service.catalog.where.places import Gazetteer, Online
from service.errors import Invalid
from service.outgoing import OutsideError, Ways, ask


class _NoNetwork(BaseSyncAdapter):  # type: ignore[misc]  # geopy ships no types
    """An adapter for a geocoder that reads from disk: whatever would leave the machine is an error."""

    def get_json(self, url: str, *, timeout: float, headers: dict[str, str]) -> Any:
        raise GeocoderUnavailable("the gazetteer reads from disk only")

    def get_text(self, url: str, *, timeout: float, headers: dict[str, str]) -> str:
        raise GeocoderUnavailable("the gazetteer reads from disk only")


class GazetteerGeocoder(Geocoder):  # type: ignore[misc]  # geopy ships no types
    """The gazetteer behind geopy's geocoder interface, for code and tools that know that interface."""

    def __init__(self, gazetteer: Gazetteer, country: str) -> None:
        super().__init__(ssl_context=None, proxies=None, adapter_factory=_NoNetwork)
        self.gazetteer = gazetteer
        self.country = country

    def geocode(
        self, query: str, *, exactly_one: bool = True, timeout: object = DEFAULT_SENTINEL
    ) -> Location | list[Location] | None:
        """Return the location, or all locations of that name when `exactly_one` is false; None when unknown."""
        try:
            found = self.gazetteer.look_up(query, country=self.country)
        except Invalid:
            return None
        places = found.choices if isinstance(found, Ambiguous) else (found,) if found else ()
        locations = [Location(p.label, (p.latitude, p.longitude), {"kind": p.kind}) for p in places]
        if not locations:
            return None
        return locations[0] if exactly_one else locations


ONLINE = {"nominatim": "https://nominatim.openstreetmap.org", "photon": "https://photon.komoot.io"}


class _OneWayOut(BaseSyncAdapter):  # type: ignore[misc]  # geopy ships no types
    """Lets a geocoder of geopy ask through our own way out, and nobody but the services known here."""

    ways = Ways.to(*ONLINE.values())

    def get_json(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> Any:
        try:
            return json.loads(self.get_text(url, timeout=timeout, headers=headers))
        except (ValueError, RecursionError) as error:
            raise GeocoderServiceError("not JSON") from error

    def get_text(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> str:
        try:
            answer = ask(url, ways=self.ways, headers=headers, wait_seconds=timeout)
        except OutsideError as error:
            raise GeocoderUnavailable(error.params["why"]) from None
        if answer.status != 200:
            raise GeocoderServiceError(f"status {answer.status}")
        return answer.body.decode("utf-8", "replace")


def asking(geocoder: Geocoder) -> Online:
    """Return what a gazetteer asks last: a geocoder of geopy, of which a failure is as if it knew nothing."""

    def ask_it(words: str) -> tuple[float, float] | None:
        try:
            found = geocoder.geocode(words)
        except GeopyError:
            return None
        return (found.latitude, found.longitude) if isinstance(found, Location) else None

    return ask_it


def online_geocoder(name: str, user_agent: str, timeout: float = 3) -> Geocoder:
    """Return a geocoder that asks a public service. Only for an operator who switched it on and read its terms.

    Raises
    ------
    Invalid
        `online_geocoder` for a name other than nominatim or photon.
    """
    kinds = {"nominatim": Nominatim, "photon": Photon}
    if name not in kinds:
        raise Invalid("online_geocoder", known=", ".join(kinds))
    host = ONLINE[name].removeprefix("https://")
    return kinds[name](user_agent=user_agent, timeout=timeout, domain=host, adapter_factory=_OneWayOut)
