"""One answer changed with one press: what that would bring, said before anybody presses. It changes none by itself."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from service.catalog.barriers import Strength
from service.errors import NotFound
from service.matching import Answer, Profile
from service.matching.profile import MAX_REACH_KM
from service.matching.relaxation import ENOUGH, FURTHER_KM
from service.web.figures import Figures
from service.web.self_service import answer_words
from service.web.self_service.reading import AVOID, LIKE, SIZE, Typed, distance, number
from service.web.self_service.search import Search, figures_of_reader

FEW = 8  # with so many or more to choose from, nobody is asked to make less of a must
MOST = 3
MUST = "must_"
LONGEST_NUMBER = 4  # figures
AVOIDED = "avoid-"  # and its place among what they would rather not do: an address names no wish
NUMBERED = "must-"  # and its place among what would make it easier, for the same reason
FURTHER = "further"
_FIELDS = {"distance": ("max_distance", "max_km"), "price": ("cost_max",), "mode": ("mode",)}
_OTHER_WAYS: dict[str, LazyString] = {
    "in_person": lazy_gettext("If online or by phone is fine too: %(more)s"),
    "online": lazy_gettext("If you could meet in person or by phone too: %(more)s"),
    "phone": lazy_gettext("If you could meet in person or online too: %(more)s"),
}


def small_changes(search: Search, answer: Answer, match: Callable[[Profile], Answer]) -> list[dict[str, str]]:
    """Return the answers that, changed a little, bring more groups, with how many; those that bring most first.

    `answer.if_only` counts with all other wishes as they are. Where a wish was given up for this answer, or might be
    for the next, the number comes from asking again: what the page promises is what the next page brings.
    """
    profile, found = search.question, {one.code: one.more for one in answer.if_only}
    holds = answer.relevant >= ENOUGH and not answer.relaxed
    more: dict[str, int] = {}
    for wish, other in _changed(profile, answer):
        if wish == "distance" and more.get(FURTHER):
            continue  # a little further is the smaller step
        brings = found[wish] if holds and wish in found else match(other).relevant - answer.relevant
        if brings > 0:
            more[wish] = brings
    figures = figures_of_reader()
    best = sorted(more, key=lambda wish: (-more[wish], wish))[:MOST]
    return [
        {
            "text": _say(wish, more[wish], profile, figures),
            "href": search.address("lighter", wish=_unnamed(wish, search.typed)),
        }
        for wish in best
    ]


def without(typed: Typed, wish: str) -> Typed:
    """Return the answers with one changed or let go; raises NotFound for a wish that was not made."""
    left = dict(typed)
    barriers = dict(found) if isinstance(found := typed.get("barriers"), dict) else {}
    code = _at(list(barriers), wish.removeprefix(NUMBERED)) if wish.startswith(NUMBERED) else ""
    if wish == FURTHER and any(name in left for name in _FIELDS["distance"]):
        return _further(left, figures_of_reader())
    if wish in (LIKE, SIZE) and wish in left:
        return {name: value for name, value in left.items() if name != wish}
    if wish.startswith(AVOIDED):
        return _not_avoided(left, wish.removeprefix(AVOIDED))
    if wish in _FIELDS and any(name in left for name in _FIELDS[wish]):
        return {name: value for name, value in left.items() if name not in _FIELDS[wish]}
    if barriers.get(code) == Strength.MUST.value:
        return {**left, "barriers": {**barriers, code: Strength.HELPS.value}}
    raise NotFound("page")


def _not_avoided(typed: Typed, number: str) -> Typed:
    codes = list(held) if isinstance(held := typed.get(AVOID), list) else []
    taken = _at(codes, number)
    left = [code for code in codes if code != taken]
    return {**typed, AVOID: left} if left else {name: value for name, value in typed.items() if name != AVOID}


def _at(codes: Sequence[str], number: str) -> str:
    if len(number) > LONGEST_NUMBER or not number.isdecimal() or int(number) >= len(codes):
        raise NotFound("page")
    return codes[int(number)]


def _unnamed(wish: str, typed: Typed) -> str:
    """Return how the address calls a wish: what would make it easier for somebody stands in no address."""
    held = typed.get("barriers")
    codes = list(held) if isinstance(held, dict) else []
    code = wish.removeprefix(MUST)
    return f"{NUMBERED}{codes.index(code)}" if wish.startswith(MUST) and code in codes else wish


def _further(typed: Typed, figures: Figures) -> Typed:
    """Return the answers with a longer way, written in the country's unit as the form would have it."""
    unit = figures.to_km(1)
    try:
        km = (
            float(distance(typed["max_distance"], figures)) * unit
            if "max_distance" in typed
            else float(number(typed["max_km"]))
        )
    except ValueError as error:
        raise NotFound("page") from error
    longest = math.floor(MAX_REACH_KM / unit * 100) / 100
    left = {name: value for name, value in typed.items() if name not in _FIELDS["distance"]}
    return {**left, "max_distance": f"{min(round((km + FURTHER_KM) / unit, 2), longest):g}"}


def _changed(profile: Profile, answer: Answer) -> Iterator[tuple[str, Profile]]:
    """Yield what might be changed, the small changes first; a must is touched only where there is little."""
    codes, few = {one.code for one in answer.if_only}, answer.relevant < FEW
    if profile.max_km is not None and FURTHER in codes:
        yield FURTHER, replace(profile, max_km=min(profile.max_km + FURTHER_KM, MAX_REACH_KM))
    if profile.price_limit is not None and (few or "price" in codes):
        yield "price", replace(profile, price_limit=None)
    if profile.mode is not None and (few or "mode" in codes):
        yield "mode", replace(profile, mode=None)
    if profile.max_km is not None and few:
        yield "distance", replace(profile, max_km=None)
    for code, strength in profile.barriers.items():
        if few and strength is Strength.MUST and code != "safety":  # safety is never traded
            yield f"{MUST}{code}", replace(profile, barriers={**profile.barriers, code: Strength.HELPS})


def _say(wish: str, brings: int, profile: Profile, figures: Figures) -> str:
    more = answer_words.more_groups(brings)
    if wish == FURTHER:
        words = _("If you could travel %(far)s more: %%(more)s", far=figures.distance(FURTHER_KM))
    elif wish == "price" and profile.price_limit:
        words = _("If it may cost more than %(price)s: %%(more)s", price=figures.money(profile.price_limit))
    elif wish == "price":
        words = _("If it may cost something: %(more)s")
    elif wish == "mode":
        words = _OTHER_WAYS[profile.mode or "in_person"]
    elif wish == "distance":
        words = _("If any distance is fine: %(more)s")
    else:
        thing = str(answer_words.BARRIERS[wish.removeprefix(MUST)])
        words = _("If “%(thing)s” helps, but is no must: %%(more)s", thing=thing)
    return str(words) % {"more": more}
