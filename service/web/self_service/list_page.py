"""What the page of a list shows: its groups, the soonest first, how to take them along, and how long its link works."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import url_for

from service.catalog.views import GroupView
from service.matching import Profile
from service.matching.answer import Match
from service.web.keeping import Kept
from service.web.own_words import foreign
from service.web.rendering import country_pack, services
from service.web.self_service import answer_words, keep, text_words
from service.web.self_service.naming import display_name
from service.web.self_service.notices import away, has_no_distance, meets, next_date, picture, place_line
from service.web.self_service.scene import Scene, Voice, scene
from service.web.self_service.search import Search
from service.web.versions import base_address

LATER = datetime.max.replace(tzinfo=UTC)


def scenes(
    kept: Kept,
    groups: Mapping[UUID, GroupView],
    profile: Profile,
    matches: Mapping[UUID, Match],
    *,
    now: datetime,
) -> list[Scene]:
    """Return the kept groups that are in the catalogue, the soonest date first, then by name."""
    found = []
    for one in kept.groups:
        if group := groups.get(one):
            match = matches.get(one)
            found.append(scene(group, profile, now=now, location_id=match.location_id if match else ""))
    return sorted(found, key=lambda one: (_soonest(one), display_name(one.group).casefold(), one.group.id))


def page(
    kept: Kept,
    sealed: str,
    found: Sequence[Scene],
    voice: Voice,
    matches: Mapping[UUID, Match],
    asked: Search | None,
) -> dict[str, Any]:
    """Return what list.html needs."""
    there = {one.group.id for one in found}
    change = url_for("web.keep_in_results", sealed=asked.sealed) if asked else url_for("web.change_list", sealed=sealed)
    return {
        "items": [_item(one, matches.get(one.group.id), voice, asked) for one in found],
        "gone": [one.hex for one in kept.groups if one not in there],
        "change_action": change,
        "in_search": asked is not None,
        "back_href": asked.address("results") if asked else "",
        "more_href": "" if asked else url_for("web.more_for_list", sealed=sealed),
        "link": public(url_for("web.shortlist", sealed=sealed)),
        "until": voice.figures.long_day(_local(kept.until)),
        "end_action": url_for("web.end_list", sealed=sealed),
        "take": taking(sealed, found),
        "words": text_words.of_list(found, voice),
        "nav_links": keep.link("#main", len(kept.groups), current=True),
    }


def taking(sealed: str, found: Sequence[Scene]) -> dict[str, Any]:
    """Return the addresses of what can be taken along; no calendar where no date is sure."""
    dated = [one for one in found if one.dates]
    return {
        "leaflet": url_for("web.leaflet", sealed=sealed),
        "large": url_for("web.leaflet_large", sealed=sealed),
        "pdf": url_for("web.leaflet_pdf", sealed=sealed),
        "pdf_large": url_for("web.leaflet_large_pdf", sealed=sealed),
        "calendar": url_for("web.list_calendar", sealed=sealed) if dated else "",
        "calendar_named": url_for("web.list_calendar_named", sealed=sealed) if dated else "",
        "undated": [display_name(one.group) for one in found if not one.dates] if dated else [],
    }


def public(path: str) -> str:
    """Return the whole address of a page, as it may be passed on."""
    return base_address(services().settings) + path


def _item(found: Scene, match: Match | None, voice: Voice, asked: Search | None) -> dict[str, Any]:
    group = found.group
    slug = group.slug
    return {
        "id": group.id.hex,
        "name": display_name(group),
        "href": asked.address("group_in_results", slug=slug) if asked else url_for("web.group", slug=slug),
        "lang": foreign(group),
        "is_example": group.is_example,
        "picture": picture(group, match),
        "place": place_line(found),
        "meets": meets(found),
        "next": next_date(found, voice),
        "away": away(match, found, voice),
        "where": has_no_distance(match),
        "cost": answer_words.cost(group, voice.figures),
        "calendar": url_for("web.group_calendar", slug=slug) if found.dates else "",
    }


def _soonest(found: Scene) -> datetime:
    return found.dates[0].starts if found.dates else LATER


def _local(moment: datetime) -> Any:
    return moment.astimezone(ZoneInfo(country_pack().time_zone)).date()
