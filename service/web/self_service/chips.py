"""What somebody asked for, as short answers that can each be changed. It shows only to them what they typed."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from flask_babel import gettext as _
from flask_babel import ngettext

from service.catalog.barriers import Strength
from service.matching import Profile
from service.web.figures import Figures
from service.web.own_words import isolated
from service.web.self_service import answer_words, words
from service.web.self_service.reading import FOR_WHOM
from service.web.self_service.scene import Voice
from service.web.self_service.search import Search

LONGEST_TEXT = 48  # characters of their own words that a chip repeats
MOST = 14  # more than that is a wall: the form has them all


def chips(search: Search, voice: Voice) -> list[dict[str, str]]:
    """Return the answers in the order of the form; each leads to its question.

    While others like one group are looked for, the wishes that this takes the place of are not shown.
    """
    profile = replace(search.profile, text="", interests=()) if search.profile.like else search.profile
    said = [*of_profile(profile, voice), *whom(search.typed)]
    return [{"text": text, "href": search.change(field)} for field, text in said[:MOST]]


def of_profile(profile: Profile, voice: Voice) -> Iterator[tuple[str, str]]:
    """Yield each answer with the field of the form that asks for it; `life` stands for the terms of that facet."""
    yield from _first(profile, voice)
    yield from _easier(profile)
    yield from _terms(profile, voice.figures)


def whom(typed: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Yield who it is for, where that was said."""
    if (found := str(typed.get(FOR_WHOM, ""))) in answer_words.WHOM:
        yield FOR_WHOM, str(answer_words.WHOM[found])


def _first(profile: Profile, voice: Voice) -> Iterator[tuple[str, str]]:
    if profile.text:
        yield "text", str(_("“%(words)s”", words=isolated(shortened(profile.text, LONGEST_TEXT))))
    if profile.place:
        yield "place", str(_("Near %(place)s", place=isolated(profile.place.label)))
    for code in profile.interests:
        yield "interests", voice.label(code)
    for code in profile.life:
        yield "life", voice.label(code)


def _easier(profile: Profile) -> Iterator[tuple[str, str]]:
    for code, strength in sorted(profile.barriers.items(), key=lambda item: item[1] is not Strength.MUST):
        yield f"barrier_{code}", answer_words.barrier(code, strength)


def _terms(profile: Profile, figures: Figures) -> Iterator[tuple[str, str]]:
    if profile.slots or profile.earliest is not None or profile.latest is not None:
        when = words.wanted_times(profile, figures)
        yield "days" if profile.slots else "earliest", when[:1].upper() + when[1:]
    if profile.travel:
        yield "travel", str(answer_words.TRAVEL[profile.travel])
    if profile.max_km is not None:
        yield "max_distance", str(_("Up to %(far)s", far=figures.distance(profile.max_km)))
    if profile.price_limit is not None:
        yield "cost_max", _price(profile.price_limit, figures)
    if profile.mode:
        yield "mode", str(answer_words.MODES[profile.mode])
    yield from _about(profile, figures)


def _about(profile: Profile, figures: Figures) -> Iterator[tuple[str, str]]:
    if profile.age is not None:
        yield "age", str(ngettext("%(num)s year old", "%(num)s years old", profile.age))
    if profile.gender:
        yield "gender", str(answer_words.GENDERS[profile.gender])
    if profile.languages:
        yield "languages", figures.one_of(figures.language(code) for code in profile.languages)


def _price(pence: int, figures: Figures) -> str:
    return str(_("Up to %(price)s a time", price=figures.money(pence))) if pence else str(_("Free only"))


def shortened(text: str, longest: int) -> str:
    """Cut a text at a word, with a sign that it was cut."""
    flat = " ".join(text.split())
    return flat if len(flat) <= longest else flat[:longest].rsplit(" ", 1)[0].rstrip(",.;: ") + "…"
