"""What is wrong with an answer of the search form, and the way out, in plain words. It knows no other page."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from service.errors import Problem
from service.matching.profile import MAX_PRICE, MAX_REACH_KM, MAX_TEXT
from service.web.figures import KM_A_MILE, Figures
from service.web.self_service.reading import BARRIER

OLDEST = 120  # years
LONGEST_NAME = 60  # characters of what was typed that a sentence repeats
_PICK = _("Pick one of the answers that are here.")
_TIME = _("Write a time like 10:30.")
_AGE = _("Write your age as a number from 0 to %(oldest)s.")
_FAR = _("Write how far as a number: more than 0, and up to %(farthest)s %(unit)s.")
_COST = _("Write how much as a number from 0 to %(dearest)s. 0 means free only.")

# By field and code, else by code alone. Every code that reading a profile or a place can raise is here.
SENTENCES: dict[str, LazyString] = {
    "age.not_a_number": _AGE,
    "age.out_of_range": _AGE,
    "age.wrong_type": _AGE,
    "max_distance.not_a_number": _FAR,
    "max_distance.out_of_range": _FAR,
    "max_distance.wrong_type": _FAR,
    "cost_max.not_a_number": _COST,
    "cost_max.out_of_range": _COST,
    "cost_max.wrong_type": _COST,
    "earliest.wrong_form": _TIME,
    "latest.wrong_form": _TIME,
    "text.too_long": _("You wrote %(count)s letters and signs. Please keep it to %(longest)s."),
    "text.too_much": _("That is more than we can carry to the next page. Please say it in fewer words."),
    "place.too_long": _("Please write a town or a postcode only."),
    "interests.unknown_choice": _("We don’t know “%(given)s” yet. Pick something like it, or use your own words."),
    "interests.too_many": _("That is a lot at once. Please pick up to %(most)s."),
    "interests.too_long": _("One of the things you like has too long a name. Use your own words for it."),
    "languages.wrong_form": _("Pick languages from the list."),
    "unknown_field": _("This page has no question called %(names)s. Leave it out and send the form again."),
    "unknown_choice": _PICK,
    "unknown_strength": _PICK,
    "wrong_type": _PICK,
    "wrong_form": _PICK,
    "not_a_number": _("Write this as a number."),
    "out_of_range": _("This number is too big or too small."),
    "too_long": _("This is too long. Please use fewer words."),
    "too_many": _("These are too many at once. Please pick fewer."),
    "times_contradict": _("Not before %(earliest)s and over by %(latest)s leaves no time. Change one of them."),
    "place_missing": _("Tell us where, and we can look."),
    "place_too_long": _("Please write a town or a postcode only, up to %(longest)s letters and signs."),
    "place_unknown": _("We don’t know “%(place)s”. Try the first part of your postcode, or a town near you."),
    "place_unknown_but": _("We don’t know “%(place)s”. Did you mean %(choices)s?"),
    "place_ambiguous": _("There is more than one “%(place)s”. Which one do you mean?"),
}


def sentence(field: str, problem: Problem, typed: Mapping[str, object], figures: Figures) -> str:
    """Say what is wrong with one field, and how to put it right."""
    code = problem.code
    choices = suggestions(problem)
    if code == "place_unknown" and choices:
        code = "place_unknown_but"
    words = SENTENCES.get(f"{field}.{code}") or SENTENCES[code]
    return str(words) % {
        "oldest": OLDEST,
        "farthest": figures.number(int(MAX_REACH_KM / KM_A_MILE if figures.miles else MAX_REACH_KM)),
        "unit": figures.unit,
        "dearest": figures.number(int(MAX_PRICE)),
        "count": figures.number(len(str(typed.get("text", "")))),
        "longest": figures.number(int(str(problem.params.get("longest", MAX_TEXT)))),
        "most": problem.params.get("max_length", ""),
        "given": str(problem.params.get("given", ""))[:LONGEST_NAME],
        "names": figures.all_of(f"“{name}”" for name in _many(problem.params.get("names"))),
        "earliest": problem.params.get("earliest", ""),
        "latest": problem.params.get("latest", ""),
        "place": str(typed.get("place", ""))[:LONGEST_NAME],
        "choices": figures.one_of(choices),
    }


def sentences(problems: Mapping[str, Problem], typed: Mapping[str, object], figures: Figures) -> dict[str, str]:
    """Say what is wrong with each field, in the order of the page."""
    order = ("main", "text", "place", "interests")
    fields = sorted(
        problems, key=lambda name: (order.index(name) if name in order else len(order), BARRIER not in name)
    )
    return {name: sentence(name, problems[name], typed, figures) for name in fields}


def suggestions(problem: Problem | None) -> tuple[str, ...]:
    """Return the places that may have been meant."""
    if problem is None:
        return ()
    return _many(problem.params.get("choices")) or _many(problem.params.get("suggestions"))


def _many(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, tuple | list) else ()
