"""A row of a table and a mapping of its columns to one incoming group. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from hashlib import sha256
from typing import Any, TypeVar

from service.catalog.barriers import CODES as BARRIERS
from service.catalog.changes import LONGEST_WORDS, FieldValue
from service.catalog.facts import CODES, Value
from service.catalog.importing import timetable
from service.catalog.importing.files import prices, values
from service.catalog.importing.files.contacts import contact
from service.catalog.importing.files.hsds_facts import number
from service.catalog.importing.files.incoming import (
    LONGEST_ID,
    Incoming,
    IncomingBody,
    IncomingGroup,
    IncomingPlace,
    IncomingSession,
    Remark,
    State,
    refuse,
)
from service.catalog.importing.files.starting import first_start
from service.catalog.snapshots import CHOICES
from service.catalog.when.lines import read_lines
from service.catalog.when.plan import NotRead
from service.catalog.when.reading import read as read_words

T = TypeVar("T")
PLACE = ("place", "address_1", "address_2", "city", "region", "postal_code", "country", "latitude", "longitude")
LONGEST_SAID = 80  # characters of a cell that are told of it
ELSEWHERE = {
    **dict.fromkeys(("by phone", "phone", "on the phone", "telephone", "by telephone"), "phone"),
    **dict.fromkeys(("online", "on line", "zoom", "on zoom", "by zoom", "teams", "virtual"), "online"),
}
CLOSED = frozenset(("closed", "defunct", "inactive", "ended", "no", "archived"))
PAUSED = frozenset(("paused", "temporarily closed", "suspended"))
OPEN = frozenset(("", "open", "active", "yes", "live", "published", "current"))


class Cells:
    """The cells of one row by field; what cannot be read is remarked and stays unsaid."""

    def __init__(self, row: int, cells: Mapping[str, str], headings: Mapping[str, str]) -> None:
        self.row = row
        self.cells = cells
        self.headings = headings
        self.remarks: list[Remark] = []

    def __contains__(self, field: str) -> bool:
        return field in self.cells

    def read(self, field: str, reader: Callable[[object], T], unsaid: T) -> T:
        """Return what a cell says."""
        try:
            return reader(self.cells.get(field))
        except values.UnreadableError as error:
            self.remark(field, error.code, **error.params)
            return unsaid

    def remark(self, field: str, code: str, **params: object) -> None:
        """Note what was left out."""
        said, column = values.line(self.cells.get(field)) or "", self.headings.get(field, field)
        self.remarks.append(Remark(row=self.row, column=column, code=code, params=params, said=said[:LONGEST_SAID]))


def incoming(row: int, cells: Mapping[str, str], headings: Mapping[str, str], *, zone: str, today: date) -> Incoming:
    """Return the group of one row.

    Parameters
    ----------
    row : int
        Line in the file.
    cells : mapping
        Field to cell, of mapped columns only.
    headings : mapping
        Field to heading, for what is said of a cell.
    zone : str
        In which its times are.
    today : date
        In its year a repeating meeting without a date began.
    """
    seen = Cells(row, cells, headings)
    name = values.line(cells.get("name"))
    if name is None:
        return refuse(row, headings.get("name", "name"), "name_needed")
    body = _body(seen, name)
    source_id = values.line(cells.get("id")) or _made_id(body.name, name, cells)
    if len(source_id) > LONGEST_ID:
        return refuse(row, headings.get("id", "id"), "too_long", limit=LONGEST_ID)
    return IncomingGroup(
        source_id=source_id,
        row=row,
        organisation=body,
        fields={"name": name, **_fields(seen)},
        facts={
            field[6:]: seen.read(field, values.yes_or_no, Value.NOT_CONFIRMED)
            for field in cells
            if field.startswith("facts.")
        },
        sessions=_sessions(seen, zone, today),
        places=_places(seen),
        terms=_listed(seen, "terms"),
        languages=_listed(seen, "languages"),
        more=_more(seen),
        fact_days=dict(_fact_days(seen)),
        state=_state(seen),
        confirmed_on=seen.read("confirmed_on", values.day, None),
        remarks=tuple(seen.remarks),
    )


def _made_id(body: str, name: str, cells: Mapping[str, str]) -> str:
    """A list without ids is known again by who meets where."""
    said = "\0".join((body, name, cells.get("postal_code", ""), cells.get("place", ""), cells.get("day", "")))
    return "made-" + sha256(" ".join(said.casefold().split()).encode()).hexdigest()[:32]


def _body(seen: Cells, name: str) -> IncomingBody:
    said = values.line(seen.cells.get("organisation"))
    key = values.line(seen.cells.get("organisation_id")) or said or name
    return IncomingBody(key=key[:LONGEST_ID], name=(said or name)[:300])


LINES = ("also_known_as", "url", "email", "phone")
REACHED = ("phone", "email", "url")
TEXTS = (
    "description",
    "eligibility",
    "who_for",
    "how_to_join",
    "what_happens",
    "price_note",
    "alert",
    "required_documents",
)


def _fields(seen: Cells) -> dict[str, FieldValue]:
    said: dict[str, FieldValue] = {field: values.line(seen.cells[field]) for field in LINES if field in seen}
    said |= {field: values.prose(seen.cells[field]) for field in TEXTS if field in seen}
    said |= _reached(seen)
    if str(said.get("url") or "").casefold().startswith("www."):
        said["url"] = f"https://{said['url']}"
    for field in ("mode", "restriction"):
        if field in seen and (word := seen.read(field, partial(values.choice, of=CHOICES[field]), None)):
            said[field] = word
    if "nationwide" in seen:
        said["nationwide"] = seen.read("nationwide", values.yes_or_no, Value.NOT_CONFIRMED) is Value.YES
    if "group_size" in seen:
        said["group_size"] = number(values.line(seen.cells["group_size"]), 1, 100_000)
    return _mode(seen) | said | _ages(seen) | _price(seen)


def _fact_days(seen: Cells) -> Iterator[tuple[str, date]]:
    """Give when single facts were confirmed, where a list tells it."""
    for part in _listed(seen, "facts_on", most=len(CODES)) or ():
        code, _, on = part.partition(" ")
        try:
            day = values.day(on)
        except values.UnreadableError:
            day = None
        if day is not None and f"facts.{code}" in seen:
            yield code, day


def _more(seen: Cells) -> dict[str, object]:
    found: dict[str, object] = {}
    if (currency := (values.line(seen.cells.get("currency")) or "").upper()) and currency.isalpha():
        found["currency"] = currency[:3] if len(currency) == 3 else None
    if "removes" in seen:
        found["removes"] = sorted(code for code in _listed(seen, "removes") or () if code in BARRIERS)
    return {name: value for name, value in found.items() if value}


def _ages(seen: Cells) -> dict[str, FieldValue]:
    said: dict[str, FieldValue] = {}
    if "ages" in seen:
        said["age_min"], said["age_max"] = seen.read("ages", values.ages, values.NO_AGES)
    return said | {field: seen.read(field, values.age, None) for field in ("age_min", "age_max") if field in seen}


def _reached(seen: Cells) -> dict[str, FieldValue]:
    """Return the number, the address and the website of cells that say more than these: whose they are is left out."""
    said: dict[str, FieldValue] = {}
    for field in (each for each in ("contact", *REACHED) if each in seen):
        cell = values.line(seen.cells[field])
        found = contact(cell)
        told = {name: text for name in REACHED if (text := getattr(found, name))}
        if cell and not told and field in ("contact", "phone"):
            seen.remark(field, "not_phone")
        if field == "phone" and not told:
            said[field] = None
        said |= {name: text for name, text in told.items() if name == field or not values.line(seen.cells.get(name))}
    return said


def _price(seen: Cells) -> dict[str, FieldValue]:
    if "price" not in seen:
        return {}
    pence, is_whole = seen.read("price", prices.price, prices.UNSAID)
    words = {} if is_whole or "price_note" in seen else {"price_note": values.prose(seen.cells["price"])}
    return {"price_pence": pence, **words}


def _places(seen: Cells) -> tuple[IncomingPlace, ...] | None:
    if not any(field in seen for field in PLACE):
        return None
    latitude = seen.read("latitude", lambda cell: values.degrees(cell, 90), None)
    longitude = seen.read("longitude", lambda cell: values.degrees(cell, 180), None)
    said = {field: values.line(seen.cells.get(field)) for field in PLACE[1:7]}
    said["country"] = country if (country := (said["country"] or "").upper()).isalpha() and len(country) == 2 else None
    name = values.line(seen.cells.get("place"))
    if _mode(seen):
        return ()
    if not name and latitude is None and not any(said.values()):
        return ()
    return (IncomingPlace(key="place", name=name, latitude=latitude, longitude=longitude, **dict[str, Any](said)),)


def _mode(seen: Cells) -> dict[str, FieldValue]:
    """Return how it meets, where its place is none: "by phone", "on Zoom"."""
    mode = ELSEWHERE.get((values.line(seen.cells.get("place")) or "").casefold())
    return {"mode": mode} if mode and not values.line(seen.cells.get("postal_code")) else {}


def _sessions(seen: Cells, zone: str, today: date) -> tuple[IncomingSession, ...] | None:
    year = today.year
    if "meets" in seen:
        return tuple(_by_line(seen, zone, today))
    if "day" in seen and "start" in seen:
        return _by_day(seen, zone, year)
    if "when" not in seen and "day" not in seen:
        return None
    words = values.line(seen.cells.get("when") or seen.cells.get("day"))
    if words is None:
        return ()
    made = []
    for position, read in enumerate(timetable.sessions(words[:500], "")):
        starts, minutes = first_start(read.rule, read.begins, read.ends, year)
        said = IncomingSession(
            key=str(position),
            place="place",
            words=read.words[:500],
            rule=read.rule if starts else None,
            starts_at=starts,
            minutes=minutes,
            time_zone=zone,
        )
        made.append(said if starts else _as_said(said, year))
    return tuple(made)


def _as_said(meeting: IncomingSession, year: int) -> IncomingSession:
    """Return a meeting as its words mean, where they can mean one thing alone and need no date."""
    try:
        plans = read_words(meeting.words or "", today=date(year, 1, 1))
    except NotRead:
        return meeting
    rule = plans[0].rule if len(plans) == 1 else None
    if rule is None or plans[0].exceptions or "INTERVAL" in rule:
        return meeting
    begins, minutes = plans[0].starts_at.time(), plans[0].minutes
    starts, _ = first_start(rule, begins, None, year)
    return replace(meeting, rule=rule if starts else None, starts_at=starts, minutes=minutes, rests=plans[0].rests)


def _by_line(seen: Cells, zone: str, today: date) -> Iterator[IncomingSession]:
    for position, (plan, words) in enumerate(read_lines(seen.cells["meets"], today=today)):
        told = IncomingSession(
            key=str(position), place="place", words=words[:LONGEST_WORDS] if words else None, time_zone=zone
        )
        yield told if plan is None else replace(
            told, rule=plan.rule, starts_at=plan.starts_at, minutes=plan.minutes, exceptions=plan.exceptions,
            rests=plan.rests,
        )  # fmt: skip


def _by_day(seen: Cells, zone: str, year: int) -> tuple[IncomingSession, ...]:
    days = seen.read("day", values.weekdays, values.NO_DAYS)
    begins, ends = seen.read("start", values.clock, None), seen.read("end", values.clock, None)
    words = " ".join(filter(None, (values.line(seen.cells.get(each)) for each in ("day", "start", "end"))))[:500]
    if not words:
        return ()
    rule = f"FREQ=WEEKLY;BYDAY={','.join(days)}" if days else None
    starts, minutes = first_start(rule, begins, ends, year)
    known = IncomingSession(
        key="0", place="place", words=words, rule=rule if starts else None, starts_at=starts, minutes=minutes,
        time_zone=zone,
    )  # fmt: skip
    return (known,)


def _listed(seen: Cells, field: str, *, most: int = 50) -> tuple[str, ...] | None:
    if field not in seen:
        return None
    parts = (
        part.strip() for part in seen.cells[field].replace(";", ",").replace("|", ",").replace("\n", ",").split(",")
    )
    return tuple(dict.fromkeys(part for part in parts if part))[:most]


def _state(seen: Cells) -> State:
    said = (values.line(seen.cells.get("status")) or "").casefold()
    if said in CLOSED:
        return "closed"
    if said not in OPEN and said not in PAUSED:
        seen.remark("status", "not_a_choice")
    return "paused" if said in PAUSED else "active"
