"""A calendar as a list of groups: what has one name and one place is one group, and each row goes in or is refused."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path

from service.catalog.changes import FieldValue
from service.catalog.importing.files.calendars.events import CONFERENCE, Event
from service.catalog.importing.files.calendars.following import Target, followed
from service.catalog.importing.files.calendars.meetings import Meetings, meetings
from service.catalog.importing.files.calendars.series import Read, Series, alike, read_calendar
from service.catalog.importing.files.incoming import (
    LONGEST_ID,
    Incoming,
    IncomingBody,
    IncomingGroup,
    IncomingPlace,
    RefusedRow,
    refuse,
)
from service.catalog.snapshots import LINES

LONGEST_NAME = LINES["name"]
ONLINE = re.compile(r"^\W*(on ?line|zoom|(microsoft )?teams|google meet|skype|webex|virtual)\b", re.I)
ADDRESS = re.compile(r"^https?://\S+$", re.I)
POSTCODE = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?) ?(\d[A-Z]{2})\b", re.I)
ZIP = re.compile(r"\b[A-Z]{2} (\d{5})(?:-\d{4})?\b")
COUNTRIES = frozenset(("uk", "united kingdom", "england", "scotland", "wales", "northern ireland", "usa", "us", "gb"))


def groups(path: Path, *, zone: str, today: date, into: Target | None = None) -> Iterator[Incoming]:
    """Give every group of a calendar, or the one whose times it holds; and every row that is refused, and why."""
    read = read_calendar(path, zone=zone)
    if into is not None:
        yield from followed(read, into, today=today)
        return
    made: list[Incoming] = list(read.refused)
    bundles: defaultdict[tuple[str, str], tuple[list[Series], list[Event]]] = defaultdict(lambda: ([], []))
    for each in read.series:
        bundles[alike(each.event)][0].append(each)
    for one in read.singles:
        bundles[alike(one)][1].append(one)
    for series, singles in bundles.values():
        made += _of_bundle(read, series, singles, today)
    yield from sorted(made, key=lambda row: row.row)


def _of_bundle(read: Read, series: Sequence[Series], singles: Sequence[Event], today: date) -> list[Incoming]:
    events = [*(one.event for one in series), *singles]
    if not events[0].summary:
        return [refuse(one.row, "SUMMARY", "name_needed") for one in events]
    if len(events[0].summary) > LONGEST_NAME:
        return [refuse(one.row, "SUMMARY", "too_long", limit=LONGEST_NAME) for one in events]
    found = meetings(series, singles, zone=read.zone, today=today)
    if not found.sessions:
        return [*_refused(found.once, "happens_once"), *_refused(found.over, "passed")]
    apart = [one for one in found.once if not any(one is each.event for each in series)]
    return [_group(read, found, events), *_refused(apart, "happens_once")]


def _refused(events: Sequence[Event], code: str) -> list[RefusedRow]:
    return [refuse(one.row, "DTSTART", code, said=one.summary[:80]) for one in events]


def _group(read: Read, found: Meetings, events: Sequence[Event]) -> IncomingGroup:
    oldest = min(events, key=lambda one: (one.rule is None, one.wall, one.uid, one.row))
    host = next((one.host for one in events if one.host), "") or read.name or oldest.summary
    words = max((one.description for one in events), key=len)
    place = _place(oldest)
    fields: dict[str, FieldValue] = {"name": oldest.summary, "description": words or None}
    fields |= {"url": next((one.url for one in events if one.url), None)}
    if place is None and _is_online(oldest.location):
        fields["mode"] = "online"
    changed = [one.changed_on for one in events if one.changed_on]
    return IncomingGroup(
        source_id=_identity(oldest),
        row=min(one.row for one in events),
        organisation=IncomingBody(key=host, name=host),
        fields=fields,
        sessions=tuple(found.sessions),
        places=(place,) if place else (),
        terms=tuple(dict.fromkeys(term for one in events for term in one.categories)) or None,
        confirmed_on=max(changed, default=None),
        remarks=tuple(found.remarks),
    )


def _identity(event: Event) -> str:
    """Return by what a group is known again: the name that the calendar gives its oldest series."""
    said = event.uid or " ".join(alike(event))
    if event.uid and len(said) <= LONGEST_ID:
        return said
    return "made-" + sha256(said.encode()).hexdigest()[:32]


def _is_online(location: str) -> bool:
    return bool(ONLINE.match(location) or CONFERENCE.search(location) or ADDRESS.match(location))


def _place(event: Event) -> IncomingPlace | None:
    """Return the place of an event: a name, a street, a town and a postcode, as far as they can be told apart.

    What is not sure stays with the street.
    """
    text = event.location
    if _is_online(text) or not (text or event.position):
        return None
    code, found = None, POSTCODE.search(text)
    if found:
        code = f"{found[1]} {found[2]}".upper()
        text = text[: found.start()] + text[found.end() :]
    elif found := ZIP.search(text):
        code = found[1]
        text = text[: found.start(1)] + text[found.end() :]
    parts = [part for one in text.split(",") if (part := one.strip(" .;")) and part.casefold() not in COUNTRIES]
    parts = list(dict.fromkeys(parts))
    north, east = event.position or (None, None)
    return IncomingPlace(
        key="place",
        name=parts[0][:200] if parts else None,
        address_1=", ".join(parts[1:-1] if len(parts) > 2 else parts[1:])[:200] or None,
        city=parts[-1][:100] if len(parts) > 2 else None,
        postal_code=code,
        latitude=north,
        longitude=east,
    )
