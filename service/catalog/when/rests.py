"""Public holidays by country and part of it, worked out for any year. Pure."""

import re
from collections.abc import Set
from datetime import date
from functools import lru_cache

import holidays

# Postcode areas of the parts of the United Kingdom that keep other holidays than England and Wales.
SCOTLAND = frozenset(["AB", "DD", "DG", "EH", "FK", "G", "HS", "IV", "KA", "KW", "KY", "ML", "PA", "PH", "TD", "ZE"])
NORTHERN_IRELAND = "BT"
BY_ZONE = {"Europe/London": "GB-ENG", "America/New_York": "US"}
_AREA = re.compile(r"([A-Z]{1,2})\d")
_STATE = re.compile(r"[A-Z]{2}")


def part_of(country: str, postal_code: str | None, region: str | None) -> str:
    """Return the code of the part of a country whose holidays hold at a place (ISO 3166-2), or of the country.

    Examples
    --------
    >>> part_of("GB", "EH1 2NG", None), part_of("GB", "M33 4", None), part_of("US", "10001", "NY")
    ('GB-SCT', 'GB-ENG', 'US-NY')
    """
    if country == "GB":
        area = _AREA.match((postal_code or "").upper())
        name = area[1] if area else ""
        return "GB-SCT" if name in SCOTLAND else "GB-NIR" if name == NORTHERN_IRELAND else "GB-ENG"
    return f"US-{region}" if country == "US" and region and _STATE.fullmatch(region) else country


def is_public_holiday(part: str, day: date) -> bool:
    """Tell whether a day is a public holiday there; of a country nobody has worked out, none is known."""
    return day in _days(part, day.year)


@lru_cache(maxsize=512)
def _days(part: str, year: int) -> Set[date]:
    country, _, subdivision = part.partition("-")
    try:
        return frozenset(holidays.country_holidays(country, subdiv=subdivision or None, years=year))
    except NotImplementedError:  # a part that is not known keeps the holidays of its country
        return _days(country, year) if subdivision else frozenset()
