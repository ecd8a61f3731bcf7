"""The lines of an iCalendar file, one event at a time. Reads a file; holds one event of it."""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from icalendar.parser import Contentline

from service.catalog.importing.files.incoming import MOST_JSON
from service.catalog.importing.files.tables import SAMPLE, shape_of
from service.errors import Invalid

LONGEST_LINE = 200_000  # characters, unfolded
LONGEST_EVENT = 400_000
MOST_ZONES = 1000
OF_CALENDAR = frozenset(("METHOD", "X-WR-CALNAME", "X-WR-TIMEZONE"))
OF_ZONE = frozenset(("TZID", "X-LIC-LOCATION"))
OF_EVENT = frozenset(
    (
        *("UID", "SEQUENCE", "LAST-MODIFIED", "STATUS", "SUMMARY", "DESCRIPTION", "LOCATION", "GEO", "URL"),
        *("ORGANIZER", "CATEGORIES", "DTSTART", "DTEND", "DURATION", "RRULE", "EXRULE", "RDATE", "EXDATE"),
        "RECURRENCE-ID",
    )
)
ESCAPED = re.compile(r"\\([\\;,nN])")
MARKED = re.compile(r'["^\\]')  # what may mean something else than it looks


@dataclass(frozen=True, slots=True)
class Content:
    """One line: its name, its parameters, and its value with its marks taken off."""

    name: str
    params: Mapping[str, str]
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """One event as it stands: the line it begins at, and a code where it cannot be read at all."""

    row: int
    contents: tuple[Content, ...] = ()
    problem: str | None = None


@dataclass(slots=True, kw_only=True)
class Heading:
    """What a calendar says of itself, as far as it has been read; `zones`: what it calls a zone, and which that is."""

    said: dict[str, str] = field(default_factory=dict)
    zones: dict[str, str] = field(default_factory=dict)


def is_calendar(begins: bytes) -> bool:
    """Tell whether a file begins as a calendar does."""
    return b"BEGIN:VCALENDAR" in begins[:2000].replace(b"\0", b"").upper()


def raw_events(path: Path, heading: Heading) -> Iterator[Raw]:
    """Give every event of a file, and fill in what the calendar says of itself.

    Raises
    ------
    Invalid
        `file_too_large`.
    """
    if path.stat().st_size > MOST_JSON:
        raise Invalid("file_too_large", most=MOST_JSON)
    with path.open("rb") as file:
        encoding = shape_of(file.read(SAMPLE)).encoding
        file.seek(0)
        stream = io.TextIOWrapper(file, encoding=encoding, errors="replace")
        try:
            walk = _Walk(heading)
            for row, text in _unfolded(stream):
                if found := walk.step(row, text):
                    yield found
            if found := walk.cut_off():
                yield found
        finally:
            stream.detach()


def _unfolded(stream: TextIO) -> Iterator[tuple[int, str]]:
    """Give each whole line with the row it begins at; one without end is cut."""
    held, at, row, whole = "", 0, 1, True
    while text := stream.readline(LONGEST_LINE):
        bare = text.rstrip("\r\n")
        if not whole or (at and bare[:1] in (" ", "\t")):
            held = (held + (bare[1:] if whole else bare))[: LONGEST_EVENT + 1]
        else:
            if at:
                yield at, held
            held, at = bare, row
        whole = text.endswith("\n")
        row += whole
    if at:
        yield at, held


class _Walk:
    """Follows what begins and ends; what stands inside of an event, such as an alarm, is left out."""

    def __init__(self, heading: Heading) -> None:
        self.heading = heading
        self.begun, self.inside, self.size, self.zone = 0, 0, 0, ""
        self.contents: list[Content] = []

    def step(self, row: int, text: str) -> Raw | None:
        """Take a line; return the event that it ends."""
        word = text[:40].strip().upper()
        if word == "BEGIN:VEVENT":
            ended = self.cut_off()
            self.begun, self.inside, self.size, self.contents = row, 0, 0, []
            return ended
        if word == "END:VEVENT":
            return self._ended()
        if word.startswith(("BEGIN:", "END:")):
            self.inside += 1 if word.startswith("BEGIN:") else -1
            self.zone = ""
        elif not self.begun:
            self._of_heading(text)
        elif self.inside <= 0:
            self._of_event(text)
        return None

    def cut_off(self) -> Raw | None:
        """Return the event that has begun and does not end."""
        return Raw(row=self.begun, problem="event_cut_off") if self.begun else None

    def _ended(self) -> Raw | None:
        begun, self.begun = self.begun, 0
        problem = "cell_too_large" if self.size > LONGEST_EVENT else None
        return Raw(row=begun, contents=tuple(self.contents), problem=problem) if begun else None

    def _of_event(self, text: str) -> None:
        self.size += len(text)
        if self.size <= LONGEST_EVENT and (found := _content(text, OF_EVENT)):
            self.contents.append(found)

    def _of_heading(self, text: str) -> None:
        """Keep what a line says of the calendar, or of the zone that was named before."""
        found = _content(text, OF_CALENDAR | OF_ZONE)
        if found is None:
            return
        if found.name in OF_CALENDAR:
            self.heading.said.setdefault(found.name, found.value[:300])
        elif found.name == "TZID":
            self.zone = found.value[:300]
        elif self.zone and len(self.heading.zones) < MOST_ZONES:
            self.heading.zones[self.zone] = found.value[:300]


def _bare(value: str) -> str:
    """Return a text without the marks before commas and line ends; a value that is no text has none."""
    return ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


def _content(text: str, wanted: frozenset[str]) -> Content | None:
    name = text[: min(at for at in (text.find(":"), text.find(";"), len(text)) if at >= 0)].strip().upper()
    if name not in wanted:
        return None
    head, _, value = text.partition(":")
    if not MARKED.search(head):  # the library takes ten times as long, and files are long
        pairs = (part.partition("=") for part in head.split(";")[1:])
        params = {key.strip().upper(): said.strip() for key, _, said in pairs}
        return Content(name, params, _bare(value))
    try:
        _, quoted, value = Contentline(text).parts()  # type: ignore[no-untyped-call]  # the library's
    except (ValueError, IndexError):
        return Content(name, {}, "")
    return Content(name, {key.upper(): str(said) for key, said in quoted.items()}, str(value))
