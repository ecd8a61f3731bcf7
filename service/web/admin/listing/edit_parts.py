"""Parts of the edit form that choose among many: interests, languages, places, ways to pay, room. It reads no table."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from service.catalog.editing.places import PlaceLine
from service.catalog.editing.terms import matching_terms
from service.catalog.views import GroupView
from service.web.admin import words
from service.web.admin.listing import lists
from service.web.admin.listing.forms import Typed
from service.web.figures import Figures
from service.web.rendering import services
from service.web.term_words import label_of

# Spoken most in the countries we know; any other is written by its name.
COMMON_LANGUAGES = (
    *("en", "cy", "pl", "ro", "pt", "es", "fr", "it", "de", "ur", "pa", "hi", "gu", "bn", "ta"),
    *("ar", "fa", "ku", "tr", "so", "zh", "uk", "ru"),
)
NEW_PLACE = ("new_place_name", "new_place_street", "new_place_where")
SEARCHES = ("find_term", "find_place")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was looked up for the form: interests, and places by what they are called."""

    terms: tuple[str, ...] = ()
    places: tuple[PlaceLine, ...] = ()
    known: Mapping[str, PlaceLine] = field(default_factory=dict)  # of every place that the form names


def looking(typed: Typed) -> bool:
    """Tell whether somebody looks something up that is not on the page yet, also by pressing Enter in its field."""
    asked = any(typed.get(name) and typed.get(name) != typed.get(f"{name}_before") for name in SEARCHES)
    return typed.get("step") == "find" or (asked and typed.get("step") not in ("again", "save"))


def terms_found(text: str) -> tuple[str, ...]:
    """Return the interests that an editor may mean."""
    taxonomy = services().matching.taxonomy
    return matching_terms(taxonomy, text, _label)


def _label(code: str) -> str:
    return label_of(services().matching.taxonomy, code)


def parts(group: GroupView, typed: Typed, found: Found, figures: Figures) -> dict[str, Any]:
    """Return what the template needs of all parts."""
    terms = _ticks(typed, lists.TERM, found.terms)
    languages = _ticks(typed, lists.LANGUAGE, COMMON_LANGUAGES)
    places = _ticks(typed, lists.PLACE, [str(place.id) for place in found.places])
    shown = [f"{kind}{code}" for kind, codes in _kinds(terms, languages, places) for code in codes]
    return {
        "ticks": " ".join(shown),
        "terms": [_term(code, typed) for code in terms],
        "languages": [_tick(lists.LANGUAGE, code, figures.language(code), typed) for code in languages],
        "places": [_place(code, typed, found.known) for code in places],
        "prices": _prices(typed),
        "mode": typed.get("mode", ""),
        "modes": list(words.MODES.items()),
        "capacities": [("", _("Not known")), *words.CAPACITY.items()],
        "typed": typed,
        "nothing_found": {
            "term": bool(typed.get("find_term")) and not found.terms,
            "place": bool(typed.get("find_place")) and not found.places,
        },
        "place_choices": _place_choices(group, typed, found.known),
    }


def _kinds(*codes: Collection[str]) -> Iterable[tuple[str, Collection[str]]]:
    return zip(lists.TICKED, codes, strict=True)


def _ticks(typed: Typed, kind: str, more: Iterable[str]) -> list[str]:
    """Return the codes that the form shows: what it has, and what was found."""
    here = [name.removeprefix(kind) for name in typed if name.startswith(kind)]
    return list(dict.fromkeys([*here, *more]))


def _tick(kind: str, code: str, text: str, typed: Typed) -> dict[str, Any]:
    return {"name": f"{kind}{code}", "text": text, "checked": typed.get(f"{kind}{code}") == "yes"}


def _term(code: str, typed: Typed) -> dict[str, Any]:
    above = " › ".join(_label(one) for one in services().matching.taxonomy.path(code))
    return {**_tick(lists.TERM, code, _label(code), typed), "note": above}


def place_name(place: PlaceLine | None) -> str:
    """Return a place in one line."""
    return ", ".join(_said(place))


def _said(place: PlaceLine | None) -> list[str]:
    told = (place.name, place.address, place.city, place.postal_code) if place else ()
    return list(dict.fromkeys(part for part in told if part))


def _place(code: str, typed: Typed, known: Mapping[str, PlaceLine]) -> dict[str, Any]:
    place = known.get(code)
    return {
        **_tick(lists.PLACE, code, place_name(place) or code, typed),
        "href": url_for(".admin_place", place_id=code) if place else "",
        "groups": place.groups if place else 0,
        "confidential": bool(place and place.confidential),
    }


def _place_choices(group: GroupView, typed: Typed, known: Mapping[str, PlaceLine]) -> list[tuple[str, str]]:
    """Return where a meeting may be: at the places of the group as saved, and those that are ticked now."""
    ids = dict.fromkeys([*(str(place.id) for place in group.places), *lists.ticked(typed, lists.PLACE)])
    named = [(code, next(iter(_said(known.get(code))), code)) for code in ids]  # the first is enough to tell them apart
    return [("", str(_("Online, or not known"))), *named]


def _prices(typed: Typed) -> list[dict[str, str]]:
    rows = [name for name in typed if name.startswith("price-") and name.endswith("-option")]
    found = []
    for name in sorted(rows)[: lists.PRICES]:
        amount = name.replace("-option", "-amount")
        found.append({"option": name, "option_value": typed[name], "amount": amount, "value": typed.get(amount, "")})
    return found


def inherited(group: GroupView) -> dict[str, str]:
    """Return what a listing takes from who runs it."""
    return {"name": group.organisation.name, "href": url_for(".admin_body", body_id=group.organisation.id)}
