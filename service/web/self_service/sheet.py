"""What is on near a place in one month, by day, what is off among it. It says what was left out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from service.catalog.around import Near
from service.catalog.schedule import Occurrence, dated
from service.catalog.views import GroupView, PlaceView
from service.matching import Profile
from service.web.figures import Figures
from service.web.own_words import foreign, joined, theirs
from service.web.self_service import answer_words
from service.web.self_service.chips import shortened
from service.web.self_service.leaflet import hours, sentence
from service.web.self_service.naming import display_name
from service.web.self_service.notices import meets, place_line
from service.web.self_service.scene import Scene, Voice

MOST_LINES = 60  # meetings on one sheet
MOST_ASKED = 20  # groups to ask first
LONGEST_JOIN = 100  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a sheet is about: a month, near a point, of some interests or all, free or not."""

    month: date
    interests: tuple[str, ...]
    free: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Meets:
    """One meeting of one group; `off` when it does not take place."""

    starts: datetime
    occurrence: Occurrence
    group: GroupView
    near: Near
    off: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """What goes on the sheet. `left_out` and `unasked` count groups for which there was no room."""

    meetings: tuple[Meets, ...]
    ask: tuple[tuple[GroupView, Near], ...]
    left_out: int
    unasked: int


def month_of(wish: Wish, near: Iterable[Near], groups: Mapping[UUID, GroupView], *, now: datetime, zone: str) -> Month:
    """Lay out a month: the nearest groups first until the sheet is full, then all meetings by the clock."""
    start, end = window(wish.month, now, zone)
    lines: list[Meets] = []
    ask: list[tuple[GroupView, Near]] = []
    left_out = 0
    for one in near:
        group = groups.get(one.group_id)
        if group is None or not _wanted(group, wish):
            continue
        if not _sure(group, wish):
            ask.append((group, one))
            continue
        found = list(_meetings(group, one, start, end))
        if len(lines) + len(found) > MOST_LINES:
            left_out += 1
        else:
            lines += found
    lines.sort(key=lambda line: (line.starts, line.near.km, line.group.id))
    return Month(
        meetings=tuple(lines),
        ask=tuple(ask[:MOST_ASKED]),
        left_out=left_out,
        unasked=max(0, len(ask) - MOST_ASKED),
    )


def window(month: date, now: datetime, zone: str) -> tuple[datetime, datetime]:
    """Return from when to when: the whole month, or what is left of it."""
    here = ZoneInfo(zone)
    first = datetime.combine(month.replace(day=1), time(), here)
    after = datetime.combine((month.replace(day=28) + timedelta(days=4)).replace(day=1), time(), here)
    return max(first, now.astimezone(here)), after


def _wanted(group: GroupView, wish: Wish) -> bool:
    """Tell whether a group is of the interests asked for; one that costs something is not for who asked for free."""
    if wish.free and group.price_pence:
        return False
    codes = [term.code for term in group.terms]
    return not wish.interests or any(
        code == wanted or code.startswith(f"{wanted}.") for code in codes for wanted in wish.interests
    )


def _sure(group: GroupView, wish: Wish) -> bool:
    """Tell whether one can go by what is known: times lately confirmed, and the price if it matters."""
    dated = group.times_confirmed and any(session.meeting.starts_at for session in group.sessions)
    return dated and (not wish.free or (group.price_pence == 0 and group.price_confirmed))


def _meetings(group: GroupView, near: Near, start: datetime, end: datetime) -> Iterator[Meets]:
    for session in group.sessions:
        if session.location_id is not None and session.location_id not in near.location_ids:
            continue
        for one in dated(session.meeting, after=start, limit=MOST_LINES + 2, horizon_days=32):
            coming = one.planned
            if coming.starts < end:
                yield Meets(starts=coming.starts, occurrence=coming, group=group, near=near, off=one.off)


def page(found: Month, voice: Voice) -> dict[str, Any]:
    """Return what the sheet's templates need: days with their lines, whom to ask first, what was left out."""
    figures = voice.figures
    days: dict[date, list[dict[str, Any]]] = {}
    told: dict[UUID, date] = {}  # a group is described in full on its first day, and named on the others
    for one in found.meetings:
        day = one.starts.date()
        days.setdefault(day, []).append(_line(one, figures, told.get(one.group.id)))
        if not one.off:
            told.setdefault(one.group.id, day)
    return {
        "days": [{"title": figures.whole_day(day), "lines": lines} for day, lines in sorted(days.items())],
        "ask": [_asked(group, near, figures) for group, near in found.ask],
        "left_out": found.left_out,
        "unasked": found.unasked,
        "nothing": not found.meetings and not found.ask,
    }


def _line(one: Meets, figures: Figures, told_on: date | None) -> dict[str, Any]:
    said = _again(one, figures, told_on) if told_on else _details(one.group, one.near, figures)
    return {
        **_named(one.group),
        "time": hours(one.occurrence, figures),
        "off": one.off,
        "text": "" if one.off else joined(" ", said),
    }


def _again(one: Meets, figures: Figures, told_on: date) -> Iterator[str]:
    """Say where, and on which day of the sheet the rest stands."""
    yield sentence(place_line(_scene(one.group, one.near)))
    if told_on != one.starts.date():
        yield str(_("More about it on %(day)s.", day=figures.whole_day(told_on)))


def _asked(group: GroupView, near: Near, figures: Figures) -> dict[str, Any]:
    return {**_named(group), "text": joined(" ", _details(group, near, figures))}


def _named(group: GroupView) -> dict[str, Any]:
    return {"name": display_name(group), "lang": foreign(group), "is_example": group.is_example}


def _details(group: GroupView, near: Near, figures: Figures) -> Iterator[str]:
    """Say where, how far, what it costs, who meets you and how to join."""
    found = _scene(group, near)
    where = place_line(found)
    yield sentence(joined(", ", (where, str(_("about %(far)s away", far=figures.distance(near.km))))))
    yield sentence(answer_words.cost(group, figures) or str(_("Ask what it costs")))
    yield sentence(meets(found))
    if group.how_to_join:
        yield sentence(theirs(shortened(group.how_to_join, LONGEST_JOIN), group))
    if group.phone and group.phone not in (group.how_to_join or ""):
        yield sentence(str(_("Ring %(number)s", number=figures.unbroken(group.phone))))


def _scene(group: GroupView, near: Near) -> Scene:
    return Scene(profile=Profile(), group=group, place=_place(group.places, near), dates=())


def _place(places: Sequence[PlaceView], near: Near) -> PlaceView | None:
    return next((place for place in places if place.id in near.location_ids), None)
