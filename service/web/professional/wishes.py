"""What is looked for with somebody, as a plan keeps it, in the words of matching."""

from collections.abc import Mapping
from typing import Any

from service.matching import Profile, Where
from service.web.rendering import country_pack, services


def profile(wishes: Mapping[str, Any]) -> Profile:
    """Return what is looked for as matching has it; raises Invalid."""
    asked = {name: wishes[name] for name in ("text", "place", "barriers") if wishes.get(name)}
    return services().matching.read(asked, strict=False, resolve_place=_where)


def _where(text: str) -> Where:
    made = services()
    found = made.gazetteer.resolve(text, country=country_pack().code)
    return Where(
        label=found.label,
        latitude=found.latitude,
        longitude=found.longitude,
        uncertainty_km=found.uncertainty_km,
    )
