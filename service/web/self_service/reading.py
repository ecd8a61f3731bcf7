"""The search form as it was sent: what to keep of it, and what to ask of matching. It keeps every word as typed."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from werkzeug.datastructures import MultiDict

from service.catalog import barriers
from service.catalog.barriers import Strength
from service.catalog.where.places import LONGEST_PLACE, Gazetteer, Place
from service.errors import Invalid, Problem
from service.matching import Profile, Where
from service.web.figures import KM_A_MILE, Figures

Typed = dict[str, object]
SINGLE = (
    "text",
    "place",
    "max_distance",
    "max_km",
    "travel",
    "mode",
    "earliest",
    "latest",
    "age",
    "cost_max",
    "gender",
)
MANY = ("interests", "days", "parts", "languages")
BARRIER = "barrier_"
FOR_WHOM = "for_whom"  # changes words on pages, never who is found
WHOM = ("me", "someone")
DECLINED = "declined"  # what was suggested from their words and is not so; keys of suggestions
MOST_DECLINED, LONGEST_KEY = 60, 120  # so that an address holds them
CHOICE = "place_choice"  # one of the places we offered, instead of the one that was typed
# What was said of a list: put aside, rather not, how many people, like one, how many to show.
ASIDE, AVOID, SIZE, LIKE, SHOWN = "put_aside", "avoid", "size", "like", "shown"
BEFORE = "before"  # the sealed search that is being changed
WAY = "way"  # how they came to the list: it decides where a change leads
FOR_SOMEONE = "for_someone"  # the button that begins a search for somebody else
NUMBERS = ("max_km", "age", "cost_max")
ELSEWHERE = "main"  # where a mistake is told that belongs to no field of the page
SHOWN_NAME = 80  # characters of a field's name that a page repeats
UNKNOWN_SHOWN = 5
# What people write behind a distance, in the languages of the pages.
_KM, _MILE = r"kms?|(?:k|qu|ch)ilom\w+", "mi|miles?|meilen?|mil|mila|millas?|milhas?|migli[ao]|milles?"
_FAR = re.compile(rf"(?P<number>[\d.]+)\s*(?:(?P<km>{_KM})|(?P<mile>{_MILE}))\.?", re.IGNORECASE)
UNSHOWN = ("Cc", "Cn", "Cs", "Co")  # Unicode's control, unassigned, surrogate and private letters


class Reader(Protocol):
    """What reads a mapping into a profile. `service.matching.Matching` is the one that fits."""

    def read(self, data: dict[str, object], *, strict: bool, resolve_place: Callable[[str], Where]) -> Profile:
        """Read, or raise Invalid with a problem for each field."""


def typed(form: MultiDict[str, str]) -> Typed:
    """Return the answers of the form by field, as typed; blank ones are left out."""
    found: Typed = {name: text for name in SINGLE if (text := _shown(form.get(name, ""))).strip()}
    if (choice := _shown(form.get(CHOICE, ""))).strip():
        found["place"] = choice
    for name in MANY:
        if chosen := [text for value in form.getlist(name) if (text := _shown(value)).strip()]:
            found[name] = chosen
    if (whom := _shown(form.get(FOR_WHOM, ""))).strip():
        found[FOR_WHOM] = whom
    if declined := [key for value in form.getlist(DECLINED) if (key := _shown(value)[:LONGEST_KEY].strip())]:
        found[DECLINED] = declined[:MOST_DECLINED]
    strengths = {
        name.removeprefix(BARRIER): text
        for name in form
        if name.startswith(BARRIER) and (text := _shown(form[name])).strip()
    }
    if strengths:
        found["barriers"] = strengths
    return found


def strangers(form: MultiDict[str, str]) -> tuple[str, ...]:
    """Return the names of fields that the form does not have."""
    known = {*SINGLE, *MANY, CHOICE, DECLINED, FOR_WHOM, FOR_SOMEONE, BEFORE, "csrf_token"}
    return tuple(_shown(name)[:SHOWN_NAME] for name in form if name not in known and not name.startswith(BARRIER))


def carried(typed: Mapping[str, object]) -> Typed:
    """Return what a search carries beside the answers of the form: it stays when somebody changes an answer."""
    asked = {*SINGLE, *MANY, "barriers", DECLINED, FOR_WHOM, WAY}
    return {name: value for name, value in typed.items() if name not in asked}


def by_own_wishes(before: Mapping[str, object], now: Typed) -> Typed:
    """Return changed answers: other wishes than before end *more like this*."""
    same = all(before.get(name) == now.get(name) for name in ("text", "interests"))
    return now if same else {name: value for name, value in now.items() if name != LIKE}


def _shown(text: str) -> str:
    """Return a text without the control characters that no page may hold; lines stay lines."""
    return "".join(
        letter if letter in "\r\n\t" or unicodedata.category(letter) not in UNSHOWN else " " for letter in text
    )


def profile(
    answers: Mapping[str, object],
    *,
    matching: Reader,
    resolve_place: Callable[[str], Where],
    figures: Figures,
    unknown: Sequence[str] = (),
) -> Profile:
    """Read answers into a profile.

    Raises
    ------
    Invalid
        `profile`, with a problem for each field of the page that cannot be used.
    """
    problems: dict[str, Problem] = {}
    if unknown:
        problems[ELSEWHERE] = Problem("unknown_field", {"names": tuple(unknown[:UNKNOWN_SHOWN])})
    asked = _asked(answers, figures)
    asked["barriers"] = _strengths(answers.get("barriers"), problems)
    if answers.get(FOR_WHOM, "me") not in WHOM:
        problems[FOR_WHOM] = Problem("unknown_choice", {"given": str(answers[FOR_WHOM])[:SHOWN_NAME]})
    try:
        read = matching.read(asked, strict=False, resolve_place=resolve_place)
    except Invalid as error:
        problems |= {_field(name): problem for name, problem in error.fields.items()} | _place(answers, resolve_place)
        read = Profile()
    if problems:
        raise Invalid("profile", fields=problems)
    return read


def resolver(gazetteer: Gazetteer, country: str) -> Callable[[str], Where]:
    """Return what finds the position of a typed place; it raises Invalid as the gazetteer does."""

    def resolve(text: str) -> Where:
        found = gazetteer.resolve(text, country=country)
        return Where(
            label=found.label,
            latitude=found.latitude,
            longitude=found.longitude,
            uncertainty_km=found.uncertainty_km,
        )

    return resolve


def finder(gazetteer: Gazetteer, country: str) -> Callable[[str], str | None]:
    """Return what tells how to ask for a place that somebody's words may name; it never asks a network.

    Of several places of a name it returns the name: the form asks which one, once the person said yes.
    """

    def find(text: str) -> str | None:
        try:
            found = gazetteer.look_up(text, country=country)
        except Invalid:
            return None
        return found.label if isinstance(found, Place) else text if found else None

    return find


def _place(answers: Mapping[str, object], resolve_place: Callable[[str], Where]) -> dict[str, Problem]:
    """Look the place up although something else is wrong, so that everything is told at once."""
    place = str(answers.get("place", ""))
    if not place.strip() or len(place) > LONGEST_PLACE:
        return {}
    try:
        resolve_place(place)
    except Invalid as error:
        return {"place": Problem(error.code, error.params)}
    return {}


def _asked(answers: Mapping[str, object], figures: Figures) -> dict[str, object]:
    """Return the mapping that matching reads: distances in km, numbers without signs, no barriers yet.

    What the form does not ask is left out, so that an address of an older or a newer page is read all the same.
    """
    names = (*SINGLE, *MANY, AVOID, SIZE, LIKE)
    asked = {name: answers[name] for name in names if name in answers and name != "max_distance"}
    asked |= {"limit": answers[SHOWN]} if SHOWN in answers else {}
    aside = answers.get(ASIDE)
    asked[ASIDE] = [one["id"] for one in aside if isinstance(one, dict)] if isinstance(aside, list) else []
    for name in NUMBERS:
        if name in asked:
            asked[name] = number(asked[name])
    if "max_distance" in answers:
        far = distance(answers["max_distance"], figures)
        try:
            asked["max_km"] = figures.to_km(float(far))
        except ValueError:
            asked["max_km"] = far
    for name in ("earliest", "latest"):
        if name in asked:
            asked[name] = str(asked[name]).strip()
    return asked


def number(value: object) -> str:
    """Take off what people write around a number, and read a decimal comma."""
    return str(value).strip().strip("£$€").strip().replace(",", ".")


def distance(value: object, figures: Figures) -> str:
    """Read a distance in the country's unit, also where somebody wrote the other unit behind it: 8 km, 5 miles."""
    written = number(value)
    found = _FAR.fullmatch(written)
    if not found:
        return written
    try:
        far = float(found["number"])
    except ValueError:
        return written
    return f"{round(figures.from_km(far * (KM_A_MILE if found['mile'] else 1)), 2):g}"


def _strengths(given: object, problems: dict[str, Problem]) -> dict[str, str]:
    strengths: dict[str, str] = {}
    for code, strength in given.items() if isinstance(given, Mapping) else ():
        if barriers.ALIASES.get(code, code) not in barriers.CODES:
            problems[ELSEWHERE] = Problem("unknown_field", {"names": (f"{BARRIER}{code}"[:SHOWN_NAME],)})
        elif strength not in tuple(Strength):
            problems[f"{BARRIER}{code}"] = Problem("unknown_choice", {"given": str(strength)[:SHOWN_NAME]})
        else:
            strengths[code] = strength
    return strengths


def _field(name: str) -> str:
    """Return the field of the page that a field of the profile is typed into."""
    if name in (ASIDE, AVOID, SIZE, LIKE, "limit"):
        return ELSEWHERE
    return "max_distance" if name == "max_km" else name
