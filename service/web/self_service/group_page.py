"""Everything about one group in words, what is not confirmed among it. It never shows more exactly than is known."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from service.catalog.discreet import discreet
from service.catalog.views import GroupView
from service.catalog.where.packs import CountryPack
from service.matching.answer import Match
from service.matching.explanation import Point
from service.web import day_words, rhythm
from service.web.figures import Figures
from service.web.own_words import filled, foreign, joined, theirs
from service.web.self_service import answer_words, asking, reaching, sources, sums, words
from service.web.self_service.fact_lines import fact_groups
from service.web.self_service.naming import EXAMPLE, display_name
from service.web.self_service.notices import (
    SUMMARY,
    away,
    has_no_distance,
    meets,
    next_date,
    picture,
    place_line,
    said_by_tag,
    summary,
    tags,
)
from service.web.self_service.scene import Day, Scene, Voice, coming_days

DATES = 26  # weeks of a weekly group: half a year
SHOWN_DATES = 5  # in the open; the rest behind one press
CONFIRMED_BY = {
    "group_leader": lazy_gettext("The group told us itself."),
    "editor": lazy_gettext("One of our editors asked them."),
    "admin": lazy_gettext("One of our editors asked them."),
}
NOT_JOINABLE = {
    "closed": lazy_gettext("It has closed."),
    "not_active": lazy_gettext("It does nothing at the moment."),
    "past": lazy_gettext("It was once only, and is over."),
    "private_use": lazy_gettext("It is for its own members only."),
    "school_parents": lazy_gettext("It is for the parents of one school."),
    "school": lazy_gettext("It is a school."),
    "funerals": lazy_gettext("It looks after funerals."),
    "care_home": lazy_gettext("It is a home for people who live there."),
    "grant_making": lazy_gettext("It gives money to others, and has no meetings."),
}
SOON = timedelta(days=14)  # a day without a meeting is said on top so long before
DOOR = ("getting_in", "who_meets_you", "where_you_sit", "leaving")


def page(found: Scene, match: Match | None, voice: Voice, pack: CountryPack, *, now: datetime) -> dict[str, Any]:
    """Return what group.html needs, but pictures, and what depends on where one comes from: ways back, helpers.

    No number and no e-mail address is in it: they lie behind a press (`reaching`).
    """
    whole = found.group
    press = reaching.press(whole) if whole.joinable else ""
    group = discreet(whole, str(_("“%(words)s”", words=press)) if press else "…")
    place = next((one for one in group.places if found.place and one.id == found.place.id), None)
    found = replace(found, group=group, place=place)
    return {
        "group": _group(found, match, voice),
        "joinable": group.joinable,
        "alerts": _alerts(found, voice.figures, now),
        "fit": match.fit if match else "",
        "reasons": _said(match.reasons if match else (), found, voice),
        "misfits": _said(match.misfits if match else (), found, voice),
        "ask_first": bool(match and match.ask_first),
        "ask": _ask(match, found, voice),
        "sum": sums.whole(match, found.profile) if match else None,
        "visit": visit(found),
        "what_happens": _paragraphs(group.what_happens, group),
        "organisation": {
            "name": EXAMPLE.sub("", group.organisation.name),
            "vetting": str(answer_words.VETTING[group.organisation.vetting]),
            "about": theirs(group.organisation.summary, group),
        },
        "host": {"name": group.host, "role": str(_("who meets new people"))} if group.host else None,
        "facts": fact_groups(group, found.place, found.profile, voice.figures),
        "dates": _dates(found, voice.figures, pack, now),
        "shown_dates": SHOWN_DATES,
        "rhythm": rhythm.say(group, voice.figures),
        "place": _place(found, match, voice),
        "online": _online(group),
        "join": {
            "text": reaching.how_to_join(group, reached=reaching.can_be_reached(whole)),
            "press": press,
            "sites": list(reaching.sites(whole)),
        },
        "picture_elsewhere": reaching.picture_elsewhere(whole),
        "checked": _checked(group, voice.figures),
        "source": sources.of(group),
    }


def _said(points: Iterable[Point], found: Scene, voice: Voice) -> list[str]:
    """Return points as sentences, but those that a mark at the top says."""
    return [words.point(point, found, voice) for point in points if not said_by_tag(point)]


def _ask(match: Match | None, found: Scene, voice: Voice) -> list[str]:
    """Return what to ask before one goes, where something somebody looks for is not confirmed."""
    if match is None or not any(point.kind == "not_confirmed" for point in match.misfits) and not match.ask_first:
        return []
    return asking.questions(match.misfits, found, voice)


def _group(found: Scene, match: Match | None, voice: Voice) -> dict[str, Any]:
    group = found.group
    return {
        "name": display_name(group),
        "lang": foreign(group),
        "is_example": group.is_example,
        "picture": picture(group, match),
        "summary": summary(group, voice),
        # What the summary shows in full is not said twice.
        "description": _paragraphs(group.description if len(group.description or "") > SUMMARY else None, group),
        "who_for": _who_for(group),
        "tags": tags(group, voice),
        "next": next_date(found, voice),
        "away": away(match, found, voice),
        "where": has_no_distance(match),
        "cost": answer_words.cost(group, voice.figures),
        "cost_note": _cost_note(group, voice.figures),
    }


def _paragraphs(text: str | None, group: GroupView) -> list[str]:
    """Return the group's own words, line by line."""
    return [theirs(line.strip(), group) for line in (text or "").splitlines() if line.strip()]


def _who_for(group: GroupView) -> list[str]:
    told = {int(number) for number in re.findall(r"\d+", group.eligibility or "", re.ASCII)}
    named = told.issuperset({group.age_min, group.age_max} - {None, 0})
    ages = "" if named else _ages(group)
    said = (group.restriction_reason, group.required_documents)
    found = [
        theirs(group.who_for, group),
        theirs(group.eligibility, group),
        ages,
        *(theirs(text, group) for text in said),
    ]
    return list(dict.fromkeys(text for text in found if text))


def _ages(group: GroupView) -> str:
    if group.age_min and group.age_max:
        return str(_("For ages %(least)s to %(most)s", least=group.age_min, most=group.age_max))
    if group.age_min:
        return str(_("For ages %(least)s and over", least=group.age_min))
    return str(_("For ages up to %(most)s", most=group.age_max)) if group.age_max else ""


def _cost_note(group: GroupView, figures: Figures) -> str:
    """Say what else is known of the price, each way to pay among it."""
    said = [theirs(group.price_note, group)]
    for price in group.prices if len(group.prices) > 1 else ():
        amount = figures.money(price.amount_pence, price.currency) if price.amount_pence else str(_("Free"))
        said.append(filled(_("%(option)s: %(amount)s."), option=theirs(price.option, group), amount=amount))
    return joined(" ", said)


def _alerts(scene: Scene, figures: Figures, now: datetime) -> list[str]:
    """Return what somebody must know before anything else."""
    group = scene.group
    found = [theirs(group.alert, group)] if group.alert else []
    found += _called_off(group, figures, now) if group.joinable and group.times_confirmed else []
    if not group.joinable:
        found.append(str(_("You cannot join this one. It is listed so that nobody asks in vain.")))
        if group.not_joinable_reason in NOT_JOINABLE:
            found.append(str(NOT_JOINABLE[group.not_joinable_reason]))
    return found


def _called_off(group: GroupView, figures: Figures, now: datetime) -> list[str]:
    """Say on which of the coming days it does not meet, and when instead."""
    said = []
    for day in coming_days(group, now=now, limit=DATES):
        if day.off and day.meets.starts - now <= SOON:
            words = str(_("Not on %(day)s.", day=figures.day(day.meets.starts.date())))
            said.append(f"{words} {_instead(day, figures)}".rstrip())
    return said


def _instead(day: Day, figures: Figures) -> str:
    if day.instead is None:
        return ""
    starts = day.instead.starts
    return str(_("It meets on %(day)s, %(time)s.", day=figures.day(starts.date()), time=figures.clock(starts)))


def visit(found: Scene) -> dict[str, str]:
    """Return what a first visit is like, from the door to the chair; empty where nobody has told us."""
    door = {step: theirs(found.group.door.get(step), found.group) for step in DOOR}
    return {
        "getting_in": door["getting_in"],
        "who_meets": door["who_meets_you"] or meets(found),
        "where_you_sit": door["where_you_sit"],
        "leaving": door["leaving"],
    }


def _dates(found: Scene, figures: Figures, pack: CountryPack, now: datetime) -> list[dict[str, str]]:
    """Return the coming dates, those without a meeting struck; none where times are too old to rely on."""
    group = found.group
    if not group.times_confirmed:
        return []
    names = {place.id: place.name or place.city or "" for place in group.places} if len(group.places) > 1 else {}
    lines = []
    for day in coming_days(group, now=now, limit=DATES):
        starts, ends = day.meets.starts, day.meets.ends
        hours = figures.clock(starts) if ends is None else f"{figures.clock(starts)}–{figures.clock(ends)}"
        holiday = pack.holidays.get(starts.date())
        why = day_words.holiday(holiday) if holiday and not day.instead else str(_("no meeting"))
        why = _instead(day, figures) or why
        where = theirs(names.get(day.session.location_id), group) if day.session.location_id else ""
        lines.append({"date": figures.day(starts.date()), "time": hours, "off": why if day.off else "", "note": where})
    return lines


def _place(found: Scene, match: Match | None, voice: Voice) -> dict[str, str] | None:
    """Return the place: its address only where the venue itself is known, else no more than the area."""
    place = found.place or next(iter(found.group.places), None)
    if place is None:
        return None
    known = place.precision in ("exact", "sector") and bool(place.name or place.address)
    if not known or place.confidential:
        return {
            "name": "",
            "address": "",
            "precision": _rough(found),
            "travel": _travel(match, found, voice),
            "map_href": "",
        }
    lines = [*place.address, place.city, place.postal_code]
    return {
        "name": place.name or "",
        "address": theirs(", ".join(dict.fromkeys(line for line in lines if line)), found.group),
        "precision": "" if place.precision == "exact" else str(_("We know the street, not the exact spot.")),
        "travel": theirs(place.transportation, found.group) or _travel(match, found, voice),
        "map_href": "",
    }


def _rough(found: Scene) -> str:
    place = found.place or next(iter(found.group.places), None)
    if place and place.confidential:
        return str(_("The place is told only to those who join."))
    return words.based_in(found) if found.place else place_line(found) or str(_("Venue not confirmed"))


def _travel(match: Match | None, found: Scene, voice: Voice) -> str:
    return away(match, found, voice) if match and match.km is not None else ""


def _online(group: GroupView) -> dict[str, str] | None:
    if group.mode == "in_person":
        return None
    text = {
        "online": _("You join from home, online."),
        "hybrid": _("You can come, or join from home, online."),
        "phone": _("It works by phone. You need not go anywhere."),
    }[group.mode]
    return {"text": str(text), "href": reaching.web(group.url) if group.mode != "phone" else ""}


def _checked(group: GroupView, figures: Figures) -> list[str]:
    found = [answer_words.confirmed(group, figures)]
    if group.last_confirmed_on and group.confirmed_by in CONFIRMED_BY:
        found.append(str(CONFIRMED_BY[group.confirmed_by]))
    known = sum(1 for fact in group.facts if fact.value != "not_confirmed")
    if group.is_example:
        found.append(str(_("This group is made up, to show what a full page looks like. Please do not travel to it.")))
    elif not group.times_confirmed or not group.price_confirmed:
        found.append(str(_("Ask before you go: times and prices may have changed.")))
    if known:
        found.append(
            str(ngettext("%(num)s thing about it is confirmed.", "%(num)s things about it are confirmed.", known))
        )
    return found
