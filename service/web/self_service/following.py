"""What the list says of itself after somebody answered it: what was put aside, what changed, how it comes back."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from service.catalog.views import GroupView
from service.matching import Answer
from service.matching.answer import Match
from service.matching.profile import DAYS
from service.web.own_words import foreign
from service.web.self_service import adjusting, aside, lighter
from service.web.self_service.aside import Entry
from service.web.self_service.naming import display_name
from service.web.self_service.reading import AVOID, LIKE
from service.web.self_service.scene import Scene, Voice
from service.web.self_service.search import Search

Groups = Mapping[UUID, GroupView]
PLACE_ON_PAGE = "put-aside"
WHY: dict[str, LazyString] = {
    aside.FAR: lazy_gettext("Too far"),
    aside.TIME: lazy_gettext("Wrong day or time"),
    aside.COST: lazy_gettext("Costs too much"),
    aside.KIND: lazy_gettext("Not my kind of thing"),
    aside.MANY: lazy_gettext("Too many people, too busy"),
    aside.BEEN: lazy_gettext("I have been already"),
    aside.OTHER: lazy_gettext("Another reason"),
}


def needed(search: Search) -> set[UUID]:
    """Return the ids of the groups that were put aside or are to be liked: they are named on the page."""
    named = {*search.profile.put_aside, search.profile.like} - {""}
    return {UUID(one) for one in named}


def choices(match: Match, group: GroupView) -> list[dict[str, str]]:
    """Return the reasons why a group may not be for somebody, as presses."""
    return [{"value": f"{why}:{group.id}", "text": str(WHY[why])} for why in aside.why_not(match, group)]


def box(search: Search, groups: Groups, voice: Voice, scene_of: Mapping[UUID, Scene]) -> dict[str, Any] | None:
    """Return what _put_aside.html needs; None where nothing is put aside."""
    entries = aside.entries(search.typed)
    if not entries:
        return None
    last = entries[-1]
    return {
        "action": search.address("bring_back"),
        "all": aside.ALL,
        "last": _named(last, groups) | {"said": _said(last, search, voice)},
        "when": _when(last, search, voice, scene_of) if last["why"] == aside.TIME else None,
        "entries": [_named(one, groups) for one in reversed(entries)],
    }


def _named(entry: Entry, groups: Groups) -> dict[str, Any]:
    group = groups.get(UUID(entry["id"]))
    return {
        "id": entry["id"],
        "name": display_name(group) if group else str(_("A group that has gone")),
        "lang": foreign(group) if group else "",
        "why": str(WHY.get(entry["why"], WHY[aside.OTHER])),
    }


def _said(entry: Entry, search: Search, voice: Voice) -> str:
    """Say what a reason has changed of the search, as it is now."""
    profile, figures, now = search.profile, voice.figures, entry["now"]
    if now.get("max_distance") and profile.max_km is not None:
        return str(_("We now look up to %(far)s away.", far=figures.distance(profile.max_km)))
    if "cost_max" in now and profile.price_limit is not None:
        if not profile.price_limit:
            return str(_("We now look for what is free."))
        return str(_("We now look for what costs up to %(price)s.", price=figures.money(profile.price_limit)))
    if now.get(AVOID):
        return str(_("We now put this lower: %(thing)s.", thing=voice.label(now[AVOID][-1])))
    if now.get("size"):
        return str(_("We now put smaller groups higher."))
    if entry["why"] == aside.KIND:
        return str(_("You asked for this kind of thing, so we still look for it."))
    return ""


def _when(entry: Entry, search: Search, voice: Voice, scene_of: Mapping[UUID, Scene]) -> dict[str, Any]:
    """Return the days on which that group meets, each to be left out with one press, and the way to the question."""
    found = scene_of.get(UUID(entry["id"]))
    held = search.typed.get("days")
    free = [str(day) for day in held] if isinstance(held, list) else []
    met = sorted({coming.starts.weekday() for coming in found.dates}) if found else []
    presses = [
        {"text": str(_("Not on %(day)s", day=voice.figures.weekday(day))), "days": adjusting.all_but(free, DAYS[day])}
        for day in met
        if DAYS[day] in (free or DAYS) and len(free) != 1
    ]
    return {"action": search.address("adjust"), "presses": presses, "href": search.change("days")}


def chips(search: Search, groups: Groups, voice: Voice) -> list[dict[str, Any]]:
    """Return what the list is followed by, each to be taken away with one press."""
    found: list[dict[str, Any]] = []
    profile = search.profile
    if profile.like:
        group = groups.get(UUID(profile.like))
        name = display_name(group) if group else str(_("a group that has gone"))
        found.append(_away(search, LIKE, _("More like %(name)s", name=name)))
    held = search.typed.get(AVOID)
    for number, code in enumerate(held if isinstance(held, list) else ()):
        if code in profile.avoid:
            text = _("Rather not: %(thing)s", thing=voice.label(code))
            found.append(_away(search, f"{lighter.AVOIDED}{number}", text))
    if profile.size == "small":
        found.append(_away(search, "size", _("A smaller group")))
    return found


def _away(search: Search, wish: str, text: object) -> dict[str, Any]:
    return {"text": str(text), "href": search.address("lighter", wish=wish), "drop": True}


def likeness(search: Search, answer: Answer, groups: Groups, voice: Voice) -> dict[str, Any] | None:
    """Return what the head of a list of groups like one says; None where no such list was asked for."""
    if not search.profile.like:
        return None
    group = groups.get(UUID(search.profile.like))
    return {
        "name": display_name(group) if group else str(_("A group that has gone")),
        "lang": foreign(group) if group else "",
        "href": search.address("group_in_results", slug=group.slug) if group else "",
        "things": voice.figures.all_of(voice.label(code) for code in answer.like),
        "back": search.address("lighter", wish=LIKE),
    }
