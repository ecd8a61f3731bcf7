"""The events of a calendar, gathered: each series with what was called off, moved and added, and single dates. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from service.catalog.changes import MOST_EXCEPTIONS
from service.catalog.importing.files.calendars.events import Event, EventError, Reader, day_in, newest, wall
from service.catalog.importing.files.calendars.lines import Heading, raw_events
from service.catalog.importing.files.incoming import RefusedRow, Remark, refuse
from service.catalog.snapshots import MOST_MOVED
from service.errors import Invalid

MOST_EVENTS = 200_000
CALLED_OFF = "event_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A repeating event; `extra` are dates beside its rule, by its own clocks."""

    event: Event
    off: tuple[date, ...] = ()
    moved: tuple[tuple[date, datetime], ...] = ()
    extra: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A whole calendar."""

    name: str
    zone: str
    series: tuple[Series, ...]
    singles: tuple[Event, ...]
    refused: tuple[RefusedRow, ...]


def read_calendar(path: Path, *, zone: str) -> Read:
    """Read a file.

    Raises
    ------
    Invalid
        `calendar_empty`: it holds no event; `file_too_large`.
    """
    reader = Reader(heading=Heading(), zone=zone)
    refused: list[RefusedRow] = []
    events: list[Event] = []
    rows = 0
    for raw in raw_events(path, reader.heading):
        rows += 1
        if rows > MOST_EVENTS:
            refused.append(refuse(raw.row, "", "too_many", limit=MOST_EVENTS))
            break
        try:
            events.append(reader.event(raw))
        except EventError as error:
            refused.append(_refused(raw.row, error))
    if not rows:
        raise Invalid("calendar_empty")
    name = " ".join(reader.heading.said.get("X-WR-CALNAME", "").split())
    series, singles = _gathered(events, refused)
    return Read(
        name="" if "@" in name else name[:200],
        zone=reader.own_zone(),
        series=tuple(series),
        singles=tuple(singles),
        refused=tuple(refused),
    )


def _refused(row: int, error: EventError) -> RefusedRow:
    said = Remark(row=row, column=error.column, code=error.code, params=error.params, refused=True, said=error.said)
    return RefusedRow(row=row, source_id=None, remarks=(said,))


def _gathered(events: Sequence[Event], refused: list[RefusedRow]) -> tuple[list[Series], list[Event]]:
    """Put each changed meeting to its series; of two events with one name the newer counts."""
    named: defaultdict[str, list[Event]] = defaultdict(list)
    for one in events:
        named[one.uid or f"row {one.row}"].append(one)
    series, singles = [], []
    for same in named.values():
        masters = [one for one in same if one.was is None]
        changed = [one for one in same if one.was is not None]
        if not masters:
            singles += [one for one in changed if not one.cancelled]
            refused += [_off(one) for one in changed if one.cancelled]
            continue
        first = newest(masters)
        refused += [refuse(one.row, "UID", "duplicate_id", said=one.uid[:80]) for one in masters if one is not first]
        if first.cancelled:
            refused.append(_off(first))
        elif first.rule is None and not first.extra:
            singles.append(first)
        else:
            series.append(_whole(first, changed))
    return series, singles


def _off(event: Event) -> RefusedRow:
    return refuse(event.row, "STATUS", CALLED_OFF, said=event.summary[:80])


def _whole(master: Event, changed: Sequence[Event]) -> Series:
    """Return a series with what became of single meetings."""
    zone = master.zone
    off = {day_in(one, zone) for one in master.off}
    moved: dict[date, datetime] = {}
    remarks: list[Remark] = []
    for one in sorted(changed, key=lambda each: (each.sequence, each.row)):
        assert one.was is not None  # noqa: S101  # only what stands in the place of another
        day, to = day_in(one.was, zone), wall(one.starts, zone)
        moved.pop(day, None)
        off.discard(day)
        if one.cancelled:
            off.add(day)
        elif to != datetime.combine(day, master.wall.time()):
            moved[day] = to
    if len(off) > MOST_EXCEPTIONS or len(moved) > MOST_MOVED:
        remarks.append(Remark(row=master.row, column="EXDATE", code="too_many", params={"limit": MOST_EXCEPTIONS}))
    return Series(
        event=replace(master, remarks=(*master.remarks, *remarks)),
        off=tuple(sorted(off)[-MOST_EXCEPTIONS:]),
        moved=tuple(sorted(moved.items())[-MOST_MOVED:]),
        extra=tuple(sorted({wall(one, zone) for one in master.extra})),
    )


def days_of(event: Event) -> Iterator[date]:
    """Give each day of an event without a time."""
    for number in range(event.days):
        yield event.wall.date() + timedelta(days=number)


def alike(one: Event) -> tuple[str, str]:
    """Return by what events are of one group: what they are called, and where they are."""
    return " ".join(one.summary.casefold().split()), " ".join(one.location.casefold().replace(",", " ").split())
