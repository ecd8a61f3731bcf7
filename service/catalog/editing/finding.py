"""How people find a listing: the everyday words that lead to it, and what it does not say that they ask for. Pure."""

from dataclasses import dataclass

from service.catalog.facts import Value
from service.catalog.views import GroupView, PlaceView
from service.catalog.words.taxonomy import Taxonomy, Term

MOST_WORDS = 4  # everyday words shown of one interest
# What people ask for first, by what stands in the form of the search.
ASKED = ("step_free", "accessible_toilet", "host_meets_you", "come_alone_usual", "hearing_loop", "quiet_space")
LIFTS = ("interests", "when", "where", "price", "contact", "age")


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """One interest, and everyday words that mean it."""

    code: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Findable:
    """How a listing is found.

    Attributes
    ----------
    searches : tuple of Search
        One for each interest of the listing.
    towns : tuple of str
        Near which it is found; empty where no place has a position.
    gaps : tuple of str
        Of LIFTS: what it does not say, and would be found more if it did.
    unasked : tuple of str
        Facts of ASKED of which nobody said yes or no.
    """

    searches: tuple[Search, ...]
    towns: tuple[str, ...]
    gaps: tuple[str, ...]
    unasked: tuple[str, ...]


def findable(view: GroupView, taxonomy: Taxonomy, *, language: str = "en") -> Findable:
    """Return how a listing is found by somebody who writes in this language."""
    terms = [term for code in view.terms if (term := taxonomy.get(code.code)) and term.facet == "activity"]
    said = {
        "interests": bool(terms),
        "when": any(each.meeting.starts_at for each in view.sessions),
        "where": view.nationwide or view.mode in ("online", "phone") or any(map(_placed, view.places)),
        "price": view.price_pence is not None or bool(view.prices),
        "contact": any((view.how_to_join, view.phone, view.email, view.url)),
        "age": view.age_min is not None or view.age_max is not None,
    }
    return Findable(
        searches=tuple(Search(code=term.code, words=everyday(term, language)) for term in terms),
        towns=tuple(dict.fromkeys(place.city for place in view.places if place.city and _placed(place))),
        gaps=tuple(name for name in LIFTS if not said[name]),
        unasked=tuple(code for code in ASKED if not _known(view, code)),
    )


def everyday(term: Term, language: str, most: int = MOST_WORDS) -> tuple[str, ...]:
    """Return the first everyday words of a term, beside its name."""
    words = term.words if language == "en" else term.synonyms.get(language, ())
    plain = (word.removeprefix("=") for word in words if "{" not in word)
    return tuple(dict.fromkeys(word for word in plain if word.casefold() != term.label.casefold()))[:most]


def _placed(place: PlaceView) -> bool:
    return place.latitude is not None and place.longitude is not None


def _known(view: GroupView, code: str) -> bool:
    return any(view.value(code, place) is not Value.NOT_CONFIRMED for place in (*view.places, None))
