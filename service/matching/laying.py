"""Lays listed groups out as columns, a lot at a time, so that a catalogue of any size can be read in one pass. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import chain, islice
from typing import Any, NamedTuple, TypeVar

import numpy as np
from dateutil.rrule import rrulestr

from service.catalog import schedule
from service.catalog.facts import FactValue, Value
from service.catalog.schedule import Meeting
from service.catalog.views import ListedGroup, SessionView
from service.catalog.where.distance import unit_vectors
from service.matching.columns import (
    ANYWHERE,
    AREA,
    BARRIER_BIT,
    CAPACITY,
    FACT_COLUMN,
    FACTS_SINCE,
    IN_PERSON,
    LONGEST,
    PLACE,
    REGULARITIES,
    RESTRICTIONS,
    TERM_WEIGHTS,
    UNKNOWN,
    VETTING,
    WAYS,
    Columns,
    halves,
    joined,
    language_number,
    name_hash,
    name_key,
    unanswered,
)

LOT = 10_000  # groups laid out at a time
_ROUGH = frozenset(("named", "district", "town"))
_NOWHERE = float("nan")
_MOST = 32_767  # of 16 bits
T = TypeVar("T")


class _Row(NamedTuple):  # made a million times: a third of the time of a frozen dataclass
    kind: int
    latitude: float
    longitude: float
    radius_km: float
    rough: int
    place: tuple[int, int]
    facts: Mapping[str, FactValue]
    sessions: Sequence[SessionView]


def lots(groups: Iterable[T], size: int = LOT) -> Iterator[list[T]]:
    """Yield the groups in lists of so many."""
    left = iter(groups)
    while lot := list(islice(left, size)):
        yield lot


def lay(groups: Sequence[ListedGroup], numbers: Mapping[str, int]) -> Columns:
    """Lay out groups in the order given.

    Parameters
    ----------
    groups : sequence of ListedGroup
    numbers : mapping of term code to int
        Place of each term in the taxonomy; a term that is not in it is left out.
    """
    if len(groups) > LOT:
        return joined([lay(lot, numbers) for lot in lots(groups)])
    rows = [_rows(group) for group in groups]
    flat = list(chain.from_iterable(rows))
    terms = [
        [(numbers[term.code], round(term.weight * TERM_WEIGHTS)) for term in group.terms if term.code in numbers]
        for group in groups
    ]
    languages = [[language_number(code) for code in group.languages] for group in groups]
    return Columns(
        **_by_group(groups),
        row_starts=_starts(rows),
        **_by_row(flat),
        **_facts(flat),
        **_sessions(flat),
        term_starts=_starts(terms),
        term=np.array([number for found in terms for number, _ in found], dtype=np.uint16),
        term_weight=np.array([weight for found in terms for _, weight in found], dtype=np.uint16),
        language_starts=_starts(languages),
        language=np.array(list(chain.from_iterable(languages)), dtype=np.int16),
        **unanswered(len(groups)),
    )


def _starts(found: Sequence[Sequence[object]]) -> Any:
    return np.concatenate([[0], np.cumsum([len(one) for one in found], dtype=np.int64)]).astype(np.int32)


def _rows(group: ListedGroup) -> list[_Row]:
    rows = []
    if WAYS[group.mode] & IN_PERSON:
        for place in group.places:
            known = place.latitude is not None and place.longitude is not None
            lat, lon = (place.latitude or 0.0, place.longitude or 0.0) if known else (_NOWHERE, _NOWHERE)
            here = [s for s in group.sessions if s.location_id is None or s.location_id == place.location_id]
            kind, rough = PLACE if known else ANYWHERE, int(place.precision in _ROUGH)
            rows.append(_Row(kind, lat, lon, _NOWHERE, rough, halves(place.location_id), place.facts, here))
    rows.extend(
        _Row(AREA, area.latitude, area.longitude, area.radius_km, 0, (0, 0), group.facts, group.sessions)
        for area in group.areas
        if area.latitude is not None and area.longitude is not None and area.radius_km is not None
    )
    return rows or [_Row(ANYWHERE, _NOWHERE, _NOWHERE, _NOWHERE, 0, (0, 0), group.facts, group.sessions)]


def _day(day: date | None) -> int:
    return UNKNOWN if day is None else day.toordinal()


def _number(value: int | None) -> int:
    return UNKNOWN if value is None else value


def _by_group(groups: Sequence[ListedGroup]) -> dict[str, Any]:
    ids = [halves(group.id) for group in groups]
    small, half, whole = np.int8, np.int16, np.int32
    return {
        "id_high": np.array([high for high, _ in ids], dtype=np.uint64),
        "id_low": np.array([low for _, low in ids], dtype=np.uint64),
        "name": np.array([name_hash(name_key(group.name)) for group in groups], dtype=np.uint64),
        "way": np.array([WAYS[group.mode] for group in groups], dtype=small),
        "age_min": np.array([min(_number(group.age_min), _MOST) for group in groups], dtype=half),
        "age_max": np.array([min(_number(group.age_max), _MOST) for group in groups], dtype=half),
        "restriction": np.array([RESTRICTIONS.index(group.restriction or "") for group in groups], dtype=small),
        "price": np.array([_number(group.price_pence) for group in groups], dtype=whole),
        "size": np.array([min(_number(group.group_size), _MOST) for group in groups], dtype=half),
        "capacity": np.array([CAPACITY.index(group.capacity_state or "") for group in groups], dtype=small),
        "capacity_until": np.array([_day(group.capacity_until) for group in groups], dtype=whole),
        "enabler": np.array([group.is_enabler for group in groups], dtype=np.bool_),
        "removes": np.array([sum(BARRIER_BIT[code] for code in set(group.removes)) for group in groups], dtype=whole),
        "vetting": np.array([VETTING.index(group.vetting) for group in groups], dtype=small),
        "vetting_until": np.array([_day(group.vetting_until) for group in groups], dtype=whole),
        "confirmed": np.array([_day(group.last_confirmed_on) for group in groups], dtype=whole),
    }


def _by_row(rows: Sequence[_Row]) -> dict[str, Any]:
    return {
        "kind": np.array([row.kind for row in rows], dtype=np.int8),
        "position": np.ascontiguousarray(
            unit_vectors([row.latitude for row in rows], [row.longitude for row in rows]).T
        ),
        "radius_km": np.array([row.radius_km for row in rows], dtype=np.float32),
        "rough": np.array([row.rough for row in rows], dtype=np.int8),
        "place_high": np.array([row.place[0] for row in rows], dtype=np.uint64),
        "place_low": np.array([row.place[1] for row in rows], dtype=np.uint64),
    }


def _facts(rows: Sequence[_Row]) -> dict[str, Any]:
    unknown = Value.NOT_CONFIRMED  # compared by identity: to look one up takes as long as all the rest
    found = [[fact for fact in row.facts.values() if fact.value is not unknown] for row in rows]
    flat = list(chain.from_iterable(found))
    return {
        "fact_starts": _starts(found),
        "fact": np.array([FACT_COLUMN[fact.code] for fact in flat], dtype=np.uint8),
        "fact_sign": np.array([1 if fact.value is Value.YES else -1 for fact in flat], dtype=np.int8),
        "fact_day": np.array([max(0, fact.confirmed_on.toordinal() - FACTS_SINCE) for fact in flat], dtype=np.uint16),
    }


def _sessions(rows: Sequence[_Row]) -> dict[str, Any]:
    flat = [session.meeting for row in rows for session in row.sessions]
    rules = [_of_rule(meeting.rule, meeting.starts_at) for meeting in flat]
    half, whole = np.int16, np.int32
    return {
        "session_starts": _starts([row.sessions for row in rows]),
        "session_slots": np.array([rule.slots for rule in rules], dtype=whole),
        "session_start": np.array([_minute(meeting.starts_at) for meeting in flat], dtype=half),
        "session_minutes": np.array([min(_number(meeting.minutes), LONGEST) for meeting in flat], dtype=half),
        "session_regularity": np.array([rule.regularity for rule in rules], dtype=np.int8),
        "session_level": np.array([_number(meeting.level) for meeting in flat], dtype=np.int8),
        "session_until": np.array([rule.until for rule in rules], dtype=whole),
        "session_first": np.array([_day(meeting.starts_at) for meeting in flat], dtype=whole),
        "session_step": np.array([min(rule.step, _MOST) for rule in rules], dtype=half),
    }


@dataclass(frozen=True, slots=True)
class _Rule:
    slots: int
    regularity: int
    until: int
    step: int


@lru_cache(maxsize=65_536)
def _of_rule(rule: str | None, starts_at: datetime | None) -> _Rule:
    meeting = Meeting(rule=rule, starts_at=starts_at, minutes=None, time_zone="UTC")
    return _Rule(
        _slots(meeting), REGULARITIES.index(schedule.regularity(meeting)), _last_day(rule, starts_at), _step(meeting)
    )


def _slots(meeting: Meeting) -> int:
    """Weekday and part of day as 21 bits; 0: the times are not confirmed."""
    parts = {part: number for number, part in enumerate(("morning", "afternoon", "evening"))}
    return sum(1 << (day * 3 + parts[part]) for day, part in schedule.slots(meeting))


def _last_day(rule: str | None, starts: datetime | None) -> int:
    """Day of the last meeting (proleptic ordinal); UNKNOWN: it goes on."""
    if starts is None:
        return UNKNOWN
    if rule is None:
        return starts.toordinal()
    until = re.search(r"UNTIL=(\d{4})(\d{2})(\d{2})", rule)
    if until:
        return date(*(int(part) for part in until.groups())).toordinal()
    if "COUNT=" in rule:
        last: datetime = list(rrulestr(rule, dtstart=starts))[-1]
        return last.toordinal()
    return UNKNOWN


def _step(meeting: Meeting) -> int:
    """Days between two meetings on one weekday; 0: it meets once, or not so simply."""
    if meeting.rule is None or meeting.starts_at is None:
        return 0
    parts = schedule.describe(meeting.rule, meeting.starts_at)
    return 7 * parts.every if parts.repeat == "weekly" else 0


def _minute(starts: datetime | None) -> int:
    return UNKNOWN if starts is None else starts.hour * 60 + starts.minute
