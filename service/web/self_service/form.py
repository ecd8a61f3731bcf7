"""The variables of the search form: first visit, put right after a mistake, and "change my answers"."""

from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from service.errors import Invalid
from service.web.figures import Figures
from service.web.languages import current_language
from service.web.rendering import services
from service.web.self_service import problems, reading
from service.web.self_service.reading import Typed
from service.web.self_service.search import figures_of_reader
from service.web.term_words import label_of

# Languages that people speak at home, listed by their names in the reader's language. Any other may be sent as well.
SPOKEN = frozenset(
    ("ar", "bn", "cy", "de", "en", "es", "fa", "fr", "gu", "hi", "it", "pa", "pl", "pt", "ro")
) | frozenset(("so", "ti", "tr", "uk", "ur", "zh"))
EASY = frozenset(("text", "place", "interests"))  # what the easy form asks


def page(typed: Typed, refusal: Invalid | None = None, *, sealed: str = "", stale: bool = False) -> dict[str, Any]:
    """Return what start.html needs.

    Parameters
    ----------
    typed : dict
        The answers so far.
    refusal : Invalid, optional
        What could not be used.
    sealed : str
        The search that is being changed; empty on a first visit.
    stale : bool
        Whether that search cannot be read any more, so that no list is there to go back to.
    """
    figures = figures_of_reader()
    wrong = refusal.fields if refusal else {}
    return {
        "form_action": url_for("web.find"),
        "before": sealed,
        "theirs": typed.get(reading.FOR_WHOM) == "someone",
        "changing": bool(sealed),
        "back_href": url_for("web.results", sealed=sealed) if sealed and not stale else url_for("web.start"),
        "values": _values(typed),
        "errors": problems.sentences(wrong, typed, figures),
        "place_choices": _choices(problems.suggestions(wrong.get("place"))),
        "other_interests": _others(typed),
        "language_choices": _languages(typed, figures),
        "declined": typed.get(reading.DECLINED, []),
        "currency_symbol": figures.currency_sign,
        "distance_unit": figures.unit,
    }


def _choices(names: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return places to take with one press, and the quiet answer that keeps what is written."""
    return [*((name, name) for name in names), ("", str(_("None of these")))] if names else []


def _values(typed: Typed) -> dict[str, object]:
    """Return the answers as the form shows them: a distance that came with a unit is shown in the country's unit."""
    values = dict(typed)
    if "max_distance" in values:
        far = reading.distance(values["max_distance"], figures_of_reader())
        if far != reading.number(values["max_distance"]):
            values["max_distance"] = far
    if "max_km" in values and "max_distance" not in values:
        figures = figures_of_reader()
        try:
            values["max_distance"] = f"{float(str(values['max_km'])) / figures.to_km(1):.3g}"
        except ValueError:
            values["max_distance"] = values["max_km"]
    return values


def _languages(typed: Typed, figures: Figures) -> list[tuple[str, str]]:
    """Return the languages to choose from by name, those already chosen among them."""
    chosen = typed.get("languages")
    codes = SPOKEN | {current_language()} | set(chosen if isinstance(chosen, list) else ())
    named = ((code, figures.language(code)) for code in codes)
    return sorted(named, key=lambda pair: (pair[1].casefold(), pair[0]))


def _others(typed: Mapping[str, object]) -> list[dict[str, str]]:
    """Return what was chosen and has no tile of its own: it stays chosen, under its name or as it was typed."""
    chosen = typed.get("interests")
    taxonomy = services().matching.taxonomy
    tiles = {family.code for family in taxonomy.families()}
    found = []
    for code in chosen if isinstance(chosen, list) else ():
        if code not in tiles:
            found.append({"code": code, "label": label_of(taxonomy, code)})
    return found
