"""A group in the words of schema.org, for programs that read pages. No person, no number, no secret place. Pure.

What is not known is left out: never `false`. A group whose place is a secret is not described at all.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from service.catalog.discreet import discreet
from service.catalog.facts import FAMILIES, Value
from service.catalog.recurrence import DAYS
from service.catalog.schedule import Meeting, Occurrence, days_off, describe
from service.catalog.views import GroupView, PlaceView

CONTEXT = "https://schema.org"
MOST = 12  # coming dates
ACCESS = tuple(code for name in ("building", "seeing_and_hearing", "getting_there") for code in FAMILIES[name])
SECRET = ("confidential_location", "discreet_venue")
WEEKDAYS = dict(zip(DAYS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True))
ATTENDANCE = {
    "in_person": "OfflineEventAttendanceMode",
    "online": "OnlineEventAttendanceMode",
    "phone": "OnlineEventAttendanceMode",
    "hybrid": "MixedEventAttendanceMode",
}
PENCE = 100
Thing = dict[str, Any]


def is_secret(group: GroupView) -> bool:
    """Tell whether nobody may learn where a group meets, so that programs had better not collect its page."""
    said = any(group.value("confidential_location", place) is Value.YES for place in (None, *group.places))
    return said or any(place.confidential for place in group.places)


def graph(
    group: GroupView, dates: Iterable[Occurrence], names: Mapping[str, str], *, address: str, summary: str
) -> Thing | None:
    """Return what describes a group; None for one whose place is a secret.

    Parameters
    ----------
    dates : iterable of Occurrence
        Coming meetings that take place, soonest first; none where times are not confirmed.
    names : mapping of fact code to str
        What each fact is called.
    address : str
        Of the group's page, whole.
    """
    if is_secret(group):
        return None
    group = discreet(group, "…")
    things = [_organisation(group, address, summary)]
    place = _place(group.places[0], group, names) if group.places else None
    if place is not None:
        things.append({**place, "@id": f"{address}#place"})
    if group.joinable:
        things += _events(group, list(dates)[:MOST], address, summary, has_place=place is not None)
    return {"@context": CONTEXT, "@graph": things}


def _organisation(group: GroupView, address: str, summary: str) -> Thing:
    return _told(
        {
            "@type": "Organization",
            "@id": f"{address}#group",
            "name": group.name,
            "description": summary,
            "url": address,
            "parentOrganization": {"@type": "Organization", "name": group.organisation.name},
            "areaServed": [area.name for area in group.areas] or None,
            "location": {"@id": f"{address}#place"} if group.places and group.mode != "online" else None,
        }
    )


def _place(place: PlaceView, group: GroupView, names: Mapping[str, str]) -> Thing | None:
    """Return the place, its address only where the venue itself is known."""
    if group.mode in ("online", "phone"):
        return None
    known = place.precision in ("exact", "sector") and bool(place.name or place.address)
    lines = {
        "streetAddress": ", ".join(place.address) if known else None,
        "addressLocality": place.city,
        "addressRegion": place.region,
        "postalCode": place.postal_code if known else None,
        "addressCountry": place.country,
    }
    said = {code: group.value(code, place) for code in ACCESS if code in names and code not in SECRET}
    features = [
        {"@type": "LocationFeatureSpecification", "name": names[code], "value": value is Value.YES}
        for code, value in said.items()
        if value is not Value.NOT_CONFIRMED
    ]
    named = (place.name if known else None) or place.city or group.name
    whole = {"@type": "Place", "name": named, "address": _told({"@type": "PostalAddress", **lines})}
    return _told({**whole, "amenityFeature": features or None})


def _events(group: GroupView, dates: list[Occurrence], address: str, summary: str, *, has_place: bool) -> list[Thing]:
    if not dates:
        return []
    common = {
        "name": group.name,
        "description": summary,
        "url": address,
        "inLanguage": list(group.languages) or None,
        "eventStatus": f"{CONTEXT}/EventScheduled",
        "eventAttendanceMode": f"{CONTEXT}/{ATTENDANCE[group.mode]}",
        "organizer": {"@id": f"{address}#group"},
        "location": {"@id": f"{address}#place"} if has_place else {"@type": "VirtualLocation", "url": address},
        "typicalAgeRange": _ages(group),
        **_price(group),
    }
    ids = [f"{address}#{one.starts:%Y-%m-%dT%H%M}" for one in dates]
    schedules = [schedule for session in group.sessions if (schedule := _schedule(session.meeting, dates[0].starts))]
    series = {
        "@type": "EventSeries",
        "@id": f"{address}#dates",
        **common,
        "startDate": dates[0].starts.isoformat(),
        "eventSchedule": schedules or None,
        "subEvent": [{"@id": name} for name in ids],
    }
    each = [
        {
            "@type": "Event",
            "@id": name,
            **common,
            "startDate": one.starts.isoformat(),
            "endDate": one.ends.isoformat() if one.ends else None,
            "superEvent": {"@id": series["@id"]},
        }
        for name, one in zip(ids, dates, strict=True)
    ]
    return [_told(series), *(_told(one) for one in each)]


def _price(group: GroupView) -> Thing:
    if group.price_pence is None or not group.price_confirmed:
        return {}
    offer = {"@type": "Offer", "price": f"{group.price_pence / PENCE:.2f}", "priceCurrency": group.currency}
    return {"isAccessibleForFree": group.price_pence == 0, "offers": offer}


def _ages(group: GroupView) -> str | None:
    if group.age_min is None and group.age_max is None:
        return None
    return f"{group.age_min or 0}-{group.age_max or ''}"


def _schedule(meeting: Meeting, after: datetime) -> Thing | None:
    """Return a rule that repeats by the week or the month; others are told by their dates alone."""
    parts = describe(meeting.rule, meeting.starts_at)
    if meeting.starts_at is None or parts.repeat not in ("weekly", "monthly"):
        return None
    letter = "W" if parts.repeat == "weekly" else "M"
    ends = meeting.starts_at + timedelta(minutes=meeting.minutes) if meeting.minutes else None
    return _told(
        {
            "@type": "Schedule",
            "repeatFrequency": f"P{parts.every}{letter}",
            "byDay": [f"{CONTEXT}/{WEEKDAYS[DAYS[day]]}" for day in parts.weekdays],
            "byMonthWeek": parts.nth,
            "startTime": f"{meeting.starts_at:%H:%M:%S}",
            "endTime": f"{ends:%H:%M:%S}" if ends else None,
            "scheduleTimezone": meeting.time_zone,
            "exceptDate": [day.isoformat() for day in days_off(meeting, after=after)] or None,
        }
    )


def _told(thing: Thing) -> Thing:
    """Leave out what nobody has told us."""
    return {name: value for name, value in thing.items() if value not in (None, "", [])}
