"""A group as a leaflet says it: when, where, what it costs, whom to ask for, how to join. It shows what is not sure."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import segno
from flask_babel import gettext as _
from markupsafe import Markup

from service.catalog.schedule import Occurrence
from service.web import rhythm
from service.web.figures import Figures
from service.web.own_words import foreign, joined, theirs, without_marks
from service.web.self_service import answer_words
from service.web.self_service.chips import shortened
from service.web.self_service.groups import short_address
from service.web.self_service.naming import display_name
from service.web.self_service.notices import meets, next_date, picture, place_line, summary
from service.web.self_service.scene import Scene, Voice, coming_days

A_SHEET = 2  # groups on one sheet, with strips to tear off below
STRIPS = 8  # on one sheet
TAB_NAME = 26  # characters
LONGEST_LINE = 140  # characters of a group's own words on a leaflet
SUMMARY = {False: 90, True: 140}  # characters, in normal and in large letters
OFF_DAYS = 3  # coming days without a meeting that are named


def item(found: Scene, voice: Voice, *, now: datetime, large: bool) -> dict[str, Any]:
    """Return what a leaflet shows of one group; in large letters each has a sheet, and so more room."""
    group = found.group
    shown = picture(group)
    return {
        "name": display_name(group),
        "lang": foreign(group),
        "is_example": group.is_example,
        "picture": shown,
        "picture_words": voice.label(shown) if shown else "",
        "summary": _summary(found, voice, SUMMARY[large]),
        "rows": [(str(label), text) for label, text in _rows(found, voice, now, large=large) if text],
        "note": _note(found),
        "confirmed": answer_words.confirmed(group, voice.figures),
        "qr": square_code(short_address(group), display_name(group)),
        "tab": _tab(found, voice),
    }


def _summary(found: Scene, voice: Voice, longest: int) -> str:
    """Return the group's own words, else what it is."""
    own = found.group.description
    return _own(own, found, longest) if own else summary(found.group, voice)


def sheets(items: Sequence[dict[str, Any]], *, large: bool) -> list[dict[str, Any]]:
    """Share groups out over sheets of paper: in large letters one each, else two each and strips to tear off."""
    if large:
        return [{"items": [one], "tabs": []} for one in items]
    return [_sheet(items[start : start + A_SHEET]) for start in range(0, len(items), A_SHEET)]


def _sheet(items: Sequence[dict[str, Any]]) -> dict[str, Any]:
    each = STRIPS // len(items)
    tabs = [{**one["tab"], "again": number > 0} for one in items for number in range(each)]
    return {"items": list(items), "tabs": tabs}


def square_code(address: str, name: str) -> Markup:
    """Return a square code as an inline picture that says where it leads."""
    title = str(_("Square code: opens the page of %(name)s", name=name))
    code = segno.make(address, error="m", micro=False)
    drawn = code.svg_inline(title=title, svgclass="kith-qr", lineclass=None, omitsize=True, border=2, dark="#000")
    return Markup(drawn.replace("<svg ", '<svg role="img" ', 1))  # noqa: S704  # the library escapes the title


def _rows(found: Scene, voice: Voice, now: datetime, *, large: bool) -> Iterator[tuple[object, str]]:
    group = found.group
    yield _("When"), joined(" ", (_when(found, voice), _off(found, voice.figures, now)))
    yield _("Where"), _where(found)
    if large:
        yield _("Getting in"), _own(group.door.get("getting_in", ""), found)
    yield _("Cost"), answer_words.cost(group, voice.figures) or str(_("Not confirmed: ask first"))
    yield _("Who meets you"), meets(found)
    yield _("How to join"), joined(" ", _joining(found))


def _joining(found: Scene) -> Iterator[str]:
    group = found.group
    if not group.joinable:
        yield str(_("You cannot join this one."))
        return
    if group.how_to_join:
        yield sentence(_own(group.how_to_join, found))
    if group.phone:
        yield sentence(str(_("Ring %(number)s", number=Figures.unbroken(group.phone))))
    elif group.email and not group.how_to_join:
        yield sentence(str(_("Write to %(address)s", address=group.email)))


def _when(found: Scene, voice: Voice) -> str:
    coming = found.free_date()
    often = rhythm.say(found.group, voice.figures)
    if coming is None:
        return sentence(often or next_date(found, voice) or str(_("Not confirmed: ask for the date")))
    return joined(" ", (sentence(text) for text in (day_and_hours(coming, voice.figures), often)))


def day_and_hours(coming: Occurrence, figures: Figures) -> str:
    """Say a day in full and how long it lasts: Tuesday, 24 November, 10:00 to 12:00."""
    return str(_("%(day)s, %(hours)s", day=figures.whole_day(coming.starts.date()), hours=hours(coming, figures)))


def hours(coming: Occurrence, figures: Figures) -> str:
    """Say from when to when; where the end is not confirmed, from when."""
    starts = figures.clock(coming.starts)
    if coming.ends is None:
        return starts
    return str(_("%(start)s to %(end)s", start=starts, end=figures.clock(coming.ends)))


def _off(found: Scene, figures: Figures, now: datetime) -> str:
    if not found.group.times_confirmed:
        return ""
    days = [day.meets.starts.date() for day in coming_days(found.group, now=now, limit=10) if day.off]
    named = [figures.day(day) for day in dict.fromkeys(days[:OFF_DAYS])]
    return str(_("Not on %(days)s.", days=figures.all_of(named))) if named else ""


def _where(found: Scene) -> str:
    group, place = found.group, found.place
    if place is None or place.confidential or place.precision not in ("exact", "sector") or not place.address:
        if group.mode in ("online", "phone"):
            return str(answer_words.MODES[group.mode])
        return place_line(found) or str(_("Not confirmed: ask first"))
    known = [place.name, *place.address, place.city, place.postal_code]
    return ", ".join(dict.fromkeys(part for part in known if part))


def _own(text: str, found: Scene, longest: int = LONGEST_LINE) -> str:
    """Return a group's own words, no longer than a leaflet has room for."""
    return theirs(shortened(text, longest), found.group)


def _note(found: Scene) -> str:
    group = found.group
    if group.is_example:
        return str(_("This group is made up. Please do not travel to it."))
    if not group.times_confirmed or not group.price_confirmed:
        return str(_("Ask before you go: times and prices may have changed."))
    return ""


def _tab(found: Scene, voice: Voice) -> dict[str, str]:
    group = found.group
    return {
        "name": shortened(display_name(group), TAB_NAME),
        "when": without_marks(next_date(found, voice)) or str(_("Ask for the date")),
        "ask": str(_("Ask for %(name)s", name=group.host)) if group.host else "",
        "phone": group.phone or "",
    }


def sentence(text: str) -> str:
    """End a text as a sentence ends."""
    return text if not text or without_marks(text)[-1] in ".!?…۔" else text + "."
