"""One event of a calendar in our words: when exactly, what, where; or why it is refused. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar.prop import vDDDTypes
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from service.catalog.importing.files import values
from service.catalog.importing.files.calendars.lines import Content, Heading, Raw
from service.catalog.importing.files.calendars.rules import RuleBudget, RuleError, normal
from service.catalog.importing.files.incoming import Remark
from service.catalog.snapshots import NUMBERS, YEARS

Moment = date | datetime  # a day, or an instant with the zone whose clocks told it
LONGEST_TEXT = 12_000  # characters of a description that are looked at
LONGEST_LINE = 1000
MOST_DAYS = 2000  # single days named by one event
SAID = 80
SHORTEST, LONGEST_MINUTES = NUMBERS["minutes"]
CALENDAR_HOST = "@group.calendar.google.com"  # a calendar that several share: its name is no person's
CONFERENCE = re.compile(r"\S{0,60}(?:zoom\.us|meet\.google\.com|teams\.(?:microsoft|live)\.com|webex\.com)\S*", re.I)
CUT = re.compile(r"-::~|_{20,}|\*~\*~\*")  # below stand the dial-in numbers of a meeting service


class EventError(Exception):
    """An event that is refused: column, code and what stood there."""

    def __init__(self, column: str, code: str, said: str = "", **params: object) -> None:
        super().__init__(code)
        self.column, self.code, self.said, self.params = column, code, said[:SAID], params


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event.

    Attributes
    ----------
    starts : date or datetime
        A day: it has no time.
    days : int
        How many, of an event without a time.
    was : date or datetime or None
        It stands in the place of this meeting of its series.
    host : str
        The shared calendar that it comes from.
    """

    row: int
    uid: str
    starts: Moment
    zone: str
    minutes: int | None = None
    days: int = 1
    rule: str | None = None
    off: tuple[Moment, ...] = ()
    extra: tuple[Moment, ...] = ()
    was: Moment | None = None
    cancelled: bool = False
    sequence: int = 0
    changed_on: date | None = None
    summary: str = ""
    description: str = ""
    location: str = ""
    position: tuple[float, float] | None = None
    url: str = ""
    host: str = ""
    categories: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @property
    def wall(self) -> datetime:
        """Return when it begins by its own clocks."""
        return wall(self.starts, self.zone)


@dataclass(slots=True, kw_only=True)
class Reader:
    """Reads the events of one calendar, whose clocks it knows once its heading was read."""

    heading: Heading
    zone: str
    budget: RuleBudget = field(default_factory=RuleBudget)
    found: dict[str, str] = field(default_factory=dict)

    def event(self, raw: Raw) -> Event:
        """Return an event; raises EventError."""
        if raw.problem:
            raise EventError("", raw.problem)
        one = _One(self, raw)
        return one.event()

    def own_zone(self) -> str:
        """Return the zone of times without one."""
        return known_zone(self.heading.said.get("X-WR-TIMEZONE", "")) or self.zone

    def zone_of(self, named: str) -> str | None:
        """Return the zone that a calendar means by a name; None where nobody knows it."""
        return known_zone(named) or known_zone(self.heading.zones.get(named, ""))


def wall(moment: Moment, zone: str) -> datetime:
    """Return what the clocks of a zone show at a moment, without the zone; a day begins at midnight."""
    if not isinstance(moment, datetime):
        return datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001  # local wall time
    there = moment.tzinfo
    if isinstance(there, ZoneInfo) and there.key == zone:
        return moment.replace(tzinfo=None)
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def day_in(moment: Moment, zone: str) -> date:
    """Return the day of a moment by the clocks of a zone."""
    return wall(moment, zone).date()


@lru_cache(maxsize=2000)
def known_zone(named: str) -> str | None:
    """Return the zone of a name as RFC 5545, Windows or an old program writes it.

    >>> known_zone("GMT Standard Time"), known_zone("/example.org/2020/Europe/Paris"), known_zone("Mars")
    ('Europe/London', 'Europe/Paris', None)
    """
    bare = named.strip().strip('"')
    parts = bare.strip("/").split("/")
    for one in (WINDOWS_TO_OLSON.get(bare, ""), bare, "/".join(parts[-2:]), "/".join(parts[-3:])):
        if one in ("GMT", "Etc/UTC", "UTC", "Z"):
            return "UTC"
        if "/" in one:
            try:
                return ZoneInfo(one).key
            except (KeyError, ValueError, OSError):
                continue
    return None


def _said(value: str) -> object:
    """Return a day, an instant, a length, or a beginning with an end; None for what is none of these."""
    try:
        found: object = vDDDTypes.from_ical(value.strip().upper())  # type: ignore[no-untyped-call]  # the library's
    except (ValueError, OverflowError, IndexError, TypeError):
        return None
    return found


class _One:
    """The lines of one event by name; what cannot be read is remarked and stays unsaid."""

    def __init__(self, reader: Reader, raw: Raw) -> None:
        self.reader, self.row = reader, raw.row
        self.remarks: list[Remark] = []
        self.lines: dict[str, list[Content]] = {}
        for one in raw.contents:
            self.lines.setdefault(one.name, []).append(one)

    def remark(self, column: str, code: str, said: str = "", **params: object) -> None:
        """Note what was not taken as it stands."""
        self.remarks.append(Remark(row=self.row, column=column, code=code, params=params, said=said[:SAID]))

    def reads(self, name: str, most: int = LONGEST_LINE) -> str:
        """Return what the first line of a name says."""
        found = self.lines.get(name)
        return found[0].value[:most] if found else ""

    def event(self) -> Event:
        """Return it all."""
        starts = self._starts()
        zone = self._zone(starts)
        minutes, days = self._length(starts)
        return Event(
            row=self.row,
            uid=values.line(self.reads("UID")) or "",
            starts=starts,
            zone=zone,
            minutes=minutes,
            days=days,
            rule=self._rule(starts, zone),
            off=self._moments("EXDATE"),
            extra=self._moments("RDATE"),
            was=next(iter(self._moments("RECURRENCE-ID")), None),
            cancelled="CANCEL" in (self.reads("STATUS") + self.reader.heading.said.get("METHOD", "")).upper(),
            sequence=int(said) if (said := self.reads("SEQUENCE").strip()).isdecimal() and len(said) < 10 else 0,
            changed_on=self._changed_on(),
            summary=values.line(self.reads("SUMMARY")) or "",
            description=self._description(),
            location=values.line(self.reads("LOCATION")) or "",
            position=self._position(),
            url=self._url(),
            host=self._host(),
            categories=self._categories(),
            remarks=tuple(self.remarks),
        )

    def _starts(self) -> Moment:
        lines = self.lines.get("DTSTART")
        if not lines:
            raise EventError("DTSTART", "needed")
        found = self._moment(lines[0], lines[0].value)
        if found is None:
            raise EventError("DTSTART", "not_a_date", lines[0].value)
        return found

    def _zone(self, starts: Moment) -> str:
        """Return in which zone it repeats: times in UTC are told by our clocks, unless they repeat in UTC."""
        own = self.reader.own_zone()
        if not isinstance(starts, datetime) or not isinstance(starts.tzinfo, ZoneInfo):
            return own
        return own if starts.tzinfo.key == "UTC" and "RRULE" not in self.lines else starts.tzinfo.key

    def _moment(self, line: Content, value: str) -> Moment | None:
        """Return a day or an instant; None for what is none, or so far away that nobody means it."""
        found = _said(value)
        found = found[0] if isinstance(found, tuple) else found
        if not isinstance(found, date) or found.year not in YEARS:
            return None
        if not isinstance(found, datetime):
            return found
        if found.tzinfo is not None:
            return found.replace(tzinfo=ZoneInfo("UTC"), microsecond=0)
        named = line.params.get("TZID", "")
        zone = self.reader.zone_of(named) if named else self.reader.own_zone()
        if zone is None and not any(one.code == "time_zone_unknown" for one in self.remarks):
            self.remark(line.name, "time_zone_unknown", named)
        return found.replace(tzinfo=ZoneInfo(zone or self.reader.own_zone()))

    def _moments(self, name: str) -> tuple[Moment, ...]:
        found: list[Moment] = []
        for line in self.lines.get(name, ()):
            for value in line.value.split(",")[:MOST_DAYS]:
                one = self._moment(line, value) if value.strip() else None
                if one is not None and len(found) < MOST_DAYS:
                    found.append(one)
                elif value.strip():
                    self.remark(name, "not_a_date", value)
        return tuple(found)

    def _length(self, starts: Moment) -> tuple[int | None, int]:
        """Return its minutes, and of one without a time its days."""
        column = "DTEND" if "DTEND" in self.lines else "DURATION"
        if column not in self.lines:
            return None, 1
        passed = self._passed(self.lines[column][0], starts)
        if passed is None or passed < timedelta(0):
            self.remark(column, "not_an_end", self.reads(column))
            return None, 1
        if not isinstance(starts, datetime):
            return None, min(max(1, passed.days), MOST_DAYS)
        minutes = int(passed.total_seconds() // 60)
        if not minutes or SHORTEST <= minutes <= LONGEST_MINUTES:
            return minutes or None, 1
        self.remark(column, "out_of_range", self.reads(column), low=SHORTEST, high=LONGEST_MINUTES)
        return None, 1

    def _passed(self, line: Content, starts: Moment) -> timedelta | None:
        if line.name == "DTEND":
            ends = self._moment(line, line.value)
            if isinstance(ends, datetime) and isinstance(starts, datetime):
                return ends.astimezone(UTC) - starts.astimezone(UTC)
            if ends is None or isinstance(ends, datetime) or isinstance(starts, datetime):
                return None
            return ends - starts
        found = _said(line.value)
        return found if isinstance(found, timedelta) else None

    def _rule(self, starts: Moment, zone: str) -> str | None:
        rules = [one.value.strip() for one in self.lines.get("RRULE", ()) if one.value.strip()]
        if "EXRULE" in self.lines:
            raise EventError("EXRULE", "rule_part", self.reads("EXRULE"), part="EXRULE")
        if not rules:
            return None
        if len(set(rules)) > 1:
            raise EventError("RRULE", "rule_combination", rules[1])
        try:
            return normal(rules[0], wall(starts, zone), zone, self.reader.budget)
        except RuleError as error:
            raise EventError("RRULE", error.code, rules[0], **error.params) from None

    def _changed_on(self) -> date | None:
        lines = self.lines.get("LAST-MODIFIED")
        found = self._moment(lines[0], lines[0].value) if lines else None
        return found.date() if isinstance(found, datetime) else found

    def _description(self) -> str:
        """Return what is said of it, without the private doors of video meetings."""
        text = CUT.split(self.reads("DESCRIPTION", LONGEST_TEXT))[0]
        return CONFERENCE.sub("", values.prose(text) or "").strip()

    def _position(self) -> tuple[float, float] | None:
        text = self.reads("GEO")
        if not text:
            return None
        north, _, east = text.partition(";") if ";" in text else text.partition(",")
        try:
            found = values.degrees(north, 90), values.degrees(east, 180)
        except values.UnreadableError:
            found = None, None
        if found[0] is None or found[1] is None:
            self.remark("GEO", "not_a_position", text)
            return None
        return found[0], found[1]

    def _url(self) -> str:
        said = self.reads("URL").strip()
        return said if re.match(r"https?://", said, re.I) and not CONFERENCE.search(said) else ""

    def _host(self) -> str:
        """Return the name of a shared calendar; any other organiser may be a person, and is not taken."""
        found = self.lines.get("ORGANIZER")
        if not found or not found[0].value.casefold().endswith(CALENDAR_HOST):
            return ""
        name = values.line(found[0].params.get("CN", "").strip('"')) or ""
        return "" if "@" in name else name[:200]

    def _categories(self) -> tuple[str, ...]:
        said = [part for one in self.lines.get("CATEGORIES", ()) for part in one.value.split(",")]
        return tuple(dict.fromkeys(found for part in said[:100] if (found := values.line(part))))


def newest(events: Sequence[Event]) -> Event:
    """Return the event that counts of several with the same name: the one that was changed last."""
    return max(events, key=lambda one: (one.sequence, one.changed_on or date.min, one.row))
