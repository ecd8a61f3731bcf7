"""Where a postcode of one country is, for places without a position. Pure: each is looked up once."""

from functools import lru_cache

from service.catalog.importing.runs.saying import Locate, Spot
from service.catalog.where.packs import CountryPack
from service.catalog.where.place_index import CountryIndex

PRECISIONS = {"exact": "exact", "sector": "sector", "district": "district", "zip": "district"}


def locator(pack: CountryPack) -> Locate:
    """Return what finds a postcode's centre; None for one that nobody knows."""
    index = CountryIndex(pack)

    @lru_cache(maxsize=20_000)
    def locate(code: str) -> Spot | None:
        found = index.by_code(" ".join(code.upper().split()))
        if found is None:
            return None
        return round(found.latitude, 6), round(found.longitude, 6), PRECISIONS.get(found.kind, "town")

    return locate
