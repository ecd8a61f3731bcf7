"""The list as the page shows it: three good places first, the rest in the ranking's own order. It ranks nothing."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from service.catalog.facts import Value
from service.catalog.views import GroupView, PlaceView
from service.crisis import may_be_at_risk
from service.matching import Answer
from service.matching.answer import Match
from service.matching.asked import DEFAULT_TRAVEL
from service.matching.explanation import Point
from service.matching.profile import DEFAULT_LIMIT, MAX_LIMIT
from service.web.languages import current_language
from service.web.own_words import filled, foreign, isolated, theirs
from service.web.self_service import adjusting, answer_words, asking, following, keep, map_page, suggested, sums, words
from service.web.self_service.chips import chips, shortened
from service.web.self_service.helping import Groups, slips
from service.web.self_service.naming import display_name
from service.web.self_service.scene import Scene, Voice, scene
from service.web.self_service.search import Search

TOP = 3  # three, not thirty
SECTIONS = ("top", "more", "ask_first", "weaker")  # in the order of the page
SHORT = 100  # characters of a description, after the first three
SUMMARY = 170  # characters
TAB = 40  # characters of a leader's own words that fit a tab
CAPACITY_POINTS = frozenset({"full", "waiting_list"})
ONLY_POINTS = frozenset({"women_only", "men_only"})  # said by a mark of their own
QUIET = frozenset({"talk", "food", "support"})  # families whose picture stands for a group that does nothing else
PRESSED = {"aside": "put_aside", "like": "more_like", "keep": "keep_in_results"}  # forms of the cards
Notice = dict[str, Any]


def page(search: Search, answer: Answer, groups: Groups, voice: Voice, *, now: datetime) -> dict[str, Any]:
    """Return what results.html needs. A group that was withdrawn between two statements is left out."""
    shown: list[tuple[Match, Notice]] = []
    places: dict[str, PlaceView | None] = {}
    attached: set[str] = set()
    for match in answer.matches:
        group = groups.get(UUID(match.group_id))
        if group is not None:
            found = scene(group, search.profile, now=now, location_id=match.location_id)
            places[match.group_id] = found.place if match.location_id else None
            shown.append((match, _notice(match, found, groups, voice, search, attached)))
    lists = _lists(shown, nothing_fits=answer.nothing_fits)
    placed = _numbered(lists, places)
    left_out = {one: scene(groups[one], search.profile, now=now) for one in following.needed(search) if one in groups}
    return {
        **lists,
        "map": map_page.page(placed, search, voice.figures),
        "put_aside": following.box(search, groups, voice, left_out),
        "likeness": following.likeness(search, answer, groups, voice),
        "adjust": adjusting.box(search, voice.figures),
        "press": {one: search.address(page) for one, page in PRESSED.items()},
        "rest": _rest(search, answer),
        "nav_links": keep.nav(search.sealed, search.typed),
        "lead": _lead(search),
        "change_href": search.change(),
        "chips": [*following.chips(search, groups, voice), *chips(search, voice)],
        "relaxed": [answer_words.relaxed(found, search.profile, voice.figures) for found in answer.relaxed],
        "words_only": answer_words.words_only(answer, voice.figures),
        "notes": _notes(search, answer, voice),
        "from_words": suggested.panel(search, voice),
        "help_first": may_be_at_risk(search.profile.text),
        "total": answer.relevant,
        "nothing_fits": answer.nothing_fits,
    }


def needed(answer: Answer) -> set[UUID]:
    """Return the ids of all groups that the page names, so that they are loaded at once."""
    named = {match.group_id for match in answer.matches} | {step.group_id for step in answer.steps}
    beside = {support.group_id for match in answer.matches for support in match.support}
    return {UUID(group_id) for group_id in named | beside}


def _lists(shown: list[tuple[Match, Notice]], *, nothing_fits: bool) -> dict[str, list[Notice]]:
    """Share the list out under its headings; inside each, the order is the ranking's."""
    if nothing_fits:
        return {"top": [], "more": [], "ask_first": [], "weaker": [notice for _match, notice in shown]}
    good = [notice for match, notice in shown if match.fit != "weak" and not match.ask_first]
    return {
        "top": good[:TOP],
        "more": good[TOP:],
        "ask_first": [notice for match, notice in shown if match.ask_first and match.fit != "weak"],
        "weaker": [notice for match, notice in shown if match.fit == "weak"],
    }


def _numbered(lists: dict[str, list[Notice]], places: Mapping[str, PlaceView | None]) -> list[map_page.Placed]:
    """Number the cards as they stand on the page, and return where each is."""
    placed = []
    for number, notice in enumerate((notice for name in SECTIONS for notice in lists[name]), start=1):
        notice["number"], notice["anchor"] = number, anchor(number)
        placed.append((number, notice["name"], places[notice["id"]]))
    return placed


def anchor(number: int) -> str:
    """Return the place on the page of one card."""
    return f"n{number}"


def _rest(search: Search, answer: Answer) -> dict[str, Any]:
    """Return what stands at the end of the list: how many more are like it, and the way to the next of them."""
    left = max(0, answer.relevant - len(answer.matches))
    next_ones = min(left, DEFAULT_LIMIT, MAX_LIMIT - search.profile.limit)
    return {
        "left": left,
        "next": next_ones,
        "href": search.address("more") if next_ones > 0 else "",
        "many": left > answer_words.COUNTED,
        "weaker": any(match.fit == "weak" for match in answer.matches),
    }


def _lead(search: Search) -> str:
    place = search.profile.place
    if place and search.for_someone:
        return str(_("Near %(place)s, the best for them first.", place=isolated(place.label)))
    return str(_("Near %(place)s, the best for you first.", place=isolated(place.label))) if place else ""


def _notes(search: Search, answer: Answer, voice: Voice) -> list[str]:
    said_by_chips = set(search.profile.avoid)
    avoided = tuple(code for code in answer.avoided if code not in said_by_chips)
    notes = answer_words.notes(replace(answer, avoided=avoided), voice)
    if search.refused:
        things = ", ".join(voice.label(code) for code in search.refused)
        notes.append(str(_("You said no to: %(things)s. We leave that out.", things=things)))
    if answer.matches and search.profile.place is None:
        notes.append(str(_("Tell us where you are, and we can put the nearest first.")))
    if current_language() != "en":
        notes.append(str(_("Groups write about themselves in their own language, most of them in English.")))
    return notes


def _notice(match: Match, found: Scene, groups: Groups, voice: Voice, search: Search, attached: set[str]) -> Notice:
    group = found.group
    missing = [point for point in match.misfits if match.fit == "weak" or not said_by_tag(point)]
    codes = {point.code for point in missing}
    return {
        "id": match.group_id,
        "number": None,
        "why_not": following.choices(match, group),
        "name": display_name(group),
        "href": search.address("group_in_results", slug=group.slug),
        "summary": summary(group, voice),
        "short": summary(group, voice, SHORT),
        "lang": foreign(group),
        "is_example": group.is_example,
        "picture": picture(group, match),
        "fit": match.fit,
        "reasons": [words.point(point, found, voice) for point in match.reasons if not said_by_tag(point)],
        "misfits": [words.point(point, found, voice) for point in missing],
        "meets": meets(found),
        "confirmed": "" if "not_confirmed_since" in codes else answer_words.confirmed(group, voice.figures),
        "tags": tags(group, voice),
        "next": next_date(found, voice),
        "away": away(match, found, voice),
        "where": has_no_distance(match),
        "cost": answer_words.cost(group, voice.figures),
        "place": "" if "venue_not_confirmed" in codes else place_line(found),
        "supports": slips(match, groups, search, voice, attached),
        "ask_first": match.ask_first,
        "ask": asking.questions(match.misfits, found, voice) if match.ask_first else [],
        "sum": sums.whole(match, search.question),
        "keep": keep.button(group, keep.kept_of(search.typed), sealed=search.sealed),
    }


def summary(group: GroupView, voice: Voice, longest: int = SUMMARY) -> str:
    """Return the first words of the description; without one, what it is, else who runs it."""
    if group.description:
        return theirs(shortened(group.description, longest), group)
    labels = [voice.label(term.code) for term in group.terms if term.code.startswith("activity.")]
    return ", ".join(labels[:2]) or theirs(group.organisation.name, group)


def picture(group: GroupView, match: Match | None = None) -> str:
    """Return the term whose picture stands for a group: what was wished for, else what it is most.

    A group that does something is shown doing it, although it talks, eats or helps as well.
    """
    wished = [str(point.params["offered"]) for point in match.reasons if point.code == "interest"] if match else []
    own = {term.code: term.weight for term in group.terms if term.code.startswith("activity.")}
    doing = {code: weight for code, weight in own.items() if code.split(".")[1] not in QUIET} or own
    if shown := next((code for code in wished if code in doing), None):
        return shown
    return max(doing, key=lambda code: (doing[code], code.count("."), code), default="")


def meets(found: Scene) -> str:
    """Say who meets a newcomer; empty where nobody has told us."""
    group = found.group
    if said := group.door.get("who_meets_you"):
        return theirs(said, group)
    if group.value("host_meets_you", found.place) is Value.YES:
        return (
            str(_("%(name)s meets you at the door.", name=isolated(group.host)))
            if group.host
            else str(_("Someone meets you at the door."))
        )
    return str(_("Ask for %(name)s.", name=isolated(group.host))) if group.host else ""


def tags(group: GroupView, voice: Voice) -> list[str]:
    """Return short marks: room, whom it is for, how it meets."""
    found = [answer_words.capacity(group, voice.figures)]
    found += [{"women_only": str(_("Women only")), "men_only": str(_("Men only"))}.get(group.restriction or "", "")]
    found += [str(answer_words.MODES[group.mode])] if group.mode != "in_person" else []
    return [text for text in found if text]


def said_by_tag(point: Point) -> bool:
    """Tell whether a mark beside the name says the same as a point."""
    return point.code in CAPACITY_POINTS | ONLY_POINTS


def has_no_distance(match: Match | None) -> bool:
    """Tell whether the second tab says where a group is, since nobody knows how far that is."""
    return match is None or match.km is None or match.minutes is None


def next_date(found: Scene, voice: Voice) -> str:
    """Return the next date at a wanted time, else what the leader says; empty where it is not known."""
    coming = found.free_date()
    if coming:
        return voice.figures.moment(coming.starts)
    said = next((session.words for session in found.group.sessions if session.words), None)
    return filled(_("%(said)s, not confirmed"), said=theirs(shortened(said, TAB), found.group)) if said else ""


def away(match: Match | None, found: Scene, voice: Voice) -> str:
    """Say how far it is; for what has no place, how one takes part."""
    if match and match.km is not None and match.minutes is not None:
        if words.is_rough(found):
            return str(_("About %(distance)s")) % {"distance": voice.figures.short_distance(match.km)}
        travel = found.profile.travel or DEFAULT_TRAVEL
        return words.away(match.km, match.minutes, travel, voice.figures, short=True)
    group = found.group
    if group.mode in ("online", "phone"):
        return str(answer_words.MODES[group.mode])
    if group.nationwide:
        return str(_("Anywhere"))
    if group.areas and found.place is None:
        return str(_("Covers %(area)s", area=voice.figures.all_of(area.name for area in group.areas[:2])))
    area = words.area_of(found)
    return str(_("In %(town)s", town=area)) if area else ""


def place_line(found: Scene) -> str:
    """Say where it meets, no more exactly than is known."""
    place = found.place
    if place is None:
        return ""
    if place.precision not in ("exact", "sector") or not (place.name or place.address):
        return words.based_in(found)
    known = dict.fromkeys(part for part in (place.name or place.address[0], place.city) if part)
    return theirs(", ".join(known), found.group)
