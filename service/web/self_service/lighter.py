"""One wish let go: what that would bring, said before anybody presses. It never lets one go by itself."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from service.catalog.barriers import Strength
from service.errors import NotFound
from service.matching import Answer, Profile
from service.web.self_service import answer_words
from service.web.self_service.reading import Typed
from service.web.self_service.search import Search

FEW = 8  # with so many or more to choose from, nobody is asked to let go of anything
MOST = 3
MUST = "must_"
_FIELDS = {"distance": ("max_distance", "max_km"), "price": ("cost_max",), "mode": ("mode",)}
_WORDS = {
    "distance": lazy_gettext("Any distance"),
    "price": lazy_gettext("Any price"),
    "mode": lazy_gettext("Any way to meet"),
}


def small_changes(search: Search, answer: Answer, match: Callable[[Profile], Answer]) -> list[dict[str, str]]:
    """Return the wishes that, let go, bring more groups, with how many; those that bring most first."""
    if answer.relevant >= FEW:
        return []
    found = []
    for wish, profile in _without_each(search.question):
        more = match(profile).relevant - answer.relevant
        if more > 0:
            found.append((-more, wish))
    return [
        {"text": _say(wish, -less), "href": search.address("lighter", wish=wish)} for less, wish in sorted(found)[:MOST]
    ]


def without(typed: Typed, wish: str) -> Typed:
    """Return the answers without one wish; raises NotFound for a wish that was not made."""
    left = dict(typed)
    barriers = dict(found) if isinstance(found := typed.get("barriers"), dict) else {}
    code = wish.removeprefix(MUST)
    if wish in _FIELDS and any(name in left for name in _FIELDS[wish]):
        return {name: value for name, value in left.items() if name not in _FIELDS[wish]}
    if wish.startswith(MUST) and barriers.get(code) == Strength.MUST.value:
        return {**left, "barriers": {**barriers, code: Strength.HELPS.value}}
    raise NotFound("page")


def _without_each(profile: Profile) -> Iterator[tuple[str, Profile]]:
    if profile.max_km is not None:
        yield "distance", replace(profile, max_km=None)
    if profile.price_limit is not None:
        yield "price", replace(profile, price_limit=None)
    if profile.mode is not None:
        yield "mode", replace(profile, mode=None)
    for code, strength in profile.barriers.items():
        if strength is Strength.MUST and code != "safety":  # safety is never traded
            yield f"{MUST}{code}", replace(profile, barriers={**profile.barriers, code: Strength.HELPS})


def _say(wish: str, number: int) -> str:
    more = answer_words.more_groups(number)
    if wish in _WORDS:
        return str(_("%(change)s: %(more)s", change=_WORDS[wish], more=more))
    thing = str(answer_words.BARRIERS[wish.removeprefix(MUST)])
    return str(_("“%(thing)s” helps, but is no must: %(more)s", thing=thing, more=more))
