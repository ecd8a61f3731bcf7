"""The catalogue as arrays: one row a group at a place, in its area, or anywhere. Pure.

A group that meets in two places has two rows; the better one is shown. Arrays of a fact, a term or a word are laid out
so that a question about a few of them touches only those.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any

import numpy as np
from dateutil.rrule import rrulestr
from numpy.typing import NDArray

from service.catalog import barriers, facts, schedule
from service.catalog.distance import unit_vectors
from service.catalog.facts import FactValue, Value
from service.catalog.views import ListedGroup, SessionView
from service.matching.lexical import words

UNKNOWN = -1
PLACE, AREA, ANYWHERE = 0, 1, 2  # kind of a row
IN_PERSON, ONLINE, PHONE = 1, 2, 4  # ways to take part, as bits
WAYS = {"in_person": IN_PERSON, "online": ONLINE, "phone": PHONE, "hybrid": IN_PERSON | ONLINE}
RESTRICTIONS = ("", "women_only", "men_only")
CAPACITY = ("", "open", "waiting_list", "full")
VETTING = ("listed", "contacted", "checked", "trusted")
REGULARITY = {"weekly": 1.0, "fortnightly": 0.7, "monthly": 0.4, "ad_hoc": 0.2}  # the schedule scorer's shares
REGULARITY_UNKNOWN = -1.0
FACT_COLUMN = {code: number for number, code in enumerate(facts.CODES)}
BARRIER_BIT = {code: 1 << number for number, code in enumerate(barriers.CODES)}
_SIGN = {Value.YES: 1, Value.NO: -1, Value.NOT_CONFIRMED: 0}

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I8 = NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What the ranking reads of a catalogue.

    Attributes
    ----------
    ids : ndarray of str, shape (n_groups,)
        Group ids in ascending order of text within one build.
    group : ndarray of int, shape (n_rows,)
        Row to group.
    kind : ndarray of int, shape (n_rows,)
        `PLACE`, `AREA` or `ANYWHERE`.
    position : ndarray, shape (3, n_rows)
        Unit vector from the centre of the earth; NaN where no place is known.
    radius_km : ndarray, shape (n_rows,)
        Of an area row; else NaN.
    fact : ndarray of int, shape (n_facts, n_rows)
        1 yes, -1 no, 0 not confirmed; `fact_day` holds the day it was confirmed (proleptic ordinal).
    session_row … session_minutes : ndarrays, shape (n_sessions,)
        Weekday and part of day as 21 bits (weekday * 3 + part), minutes of the day, and what is usual.
    term_row … : ndarrays, shape (n_terms,)
        Term numbers (into `term_codes`) with their weights, by group.
    name : ndarray of str, shape (n_groups,)
        `name_key` of the group's name.
    language : ndarray of uint64, shape (n_groups,)
        Bits into `language_codes`; 0: not confirmed.

    All integers use `UNKNOWN` for what is not confirmed. Days are proleptic ordinals.
    """

    ids: NDArray[np.str_]
    term_codes: NDArray[np.str_]
    language_codes: NDArray[np.str_]
    # by group
    way: I8
    age_min: I32
    age_max: I32
    restriction: I8
    price: I32
    size: I32
    capacity: I8
    capacity_until: I32
    language: NDArray[np.uint64]
    enabler: NDArray[np.bool_]
    name: NDArray[np.str_]
    removes: I32
    vetting: I8
    vetting_until: I32
    confirmed: I32
    term_group: I32
    term: I32
    term_weight: F64
    # by row
    group: I32
    kind: I8
    position: F64
    radius_km: F64
    rough: I8  # 1: the place is read from a name or a district, the venue is not confirmed
    place: NDArray[np.str_]
    fact: I8
    fact_day: I32
    # by session
    session_row: I32
    session_slots: I32
    session_start: I32
    session_minutes: I32
    session_regularity: F64
    session_level: I8
    session_until: I32

    @property
    def n_groups(self) -> int:
        """Number of groups."""
        return len(self.ids)

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.group)

    def arrays(self) -> dict[str, Any]:
        """Return every array by name: what an index generation writes to disk."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True, slots=True)
class _Row:
    group: int
    kind: int
    latitude: float
    longitude: float
    radius_km: float
    rough: int
    place: str
    facts: Mapping[str, FactValue]


def build(groups: Sequence[ListedGroup]) -> Columns:
    """Lay out a catalogue, in order of id so that the result does not depend on the order of input."""
    ordered = sorted(groups, key=lambda group: str(group.id))
    rows = [row for number, group in enumerate(ordered) for row in _rows(number, group)]
    terms = sorted({term.code for group in ordered for term in group.terms})
    languages = sorted({code for group in ordered for code in group.languages})[:64]
    return Columns(
        ids=_text([str(group.id) for group in ordered]),
        term_codes=_text(terms),
        language_codes=_text(languages),
        **_by_group(ordered, languages),
        **_by_term(ordered, {code: number for number, code in enumerate(terms)}),
        **_by_row(rows),
        **_facts(rows),
        **_by_session(ordered, rows),
    )


def name_key(text: str) -> str:
    """Return a name as it is compared with what was typed: its words, without the mark of an example."""
    return " ".join(words(text.removesuffix("(example)")))


def _text(values: Sequence[str]) -> NDArray[np.str_]:
    return np.array(values, dtype=np.str_) if values else np.zeros(0, dtype="<U1")


def _rows(number: int, group: ListedGroup) -> list[_Row]:
    nowhere = float("nan")
    rows = []
    if WAYS[group.mode] & IN_PERSON:
        for place in group.places:
            known = place.latitude is not None and place.longitude is not None
            lat, lon = (place.latitude or 0.0, place.longitude or 0.0) if known else (nowhere, nowhere)
            rough = int(place.precision in ("named", "district", "town"))
            kind = PLACE if known else ANYWHERE
            rows.append(_Row(number, kind, lat, lon, nowhere, rough, str(place.location_id), place.facts))
    for area in group.areas:
        if area.latitude is not None and area.longitude is not None and area.radius_km is not None:
            rows.append(_Row(number, AREA, area.latitude, area.longitude, area.radius_km, 0, "", group.facts))
    return rows or [_Row(number, ANYWHERE, nowhere, nowhere, nowhere, 0, "", group.facts)]


def _ordinal(day: date | None) -> int:
    return UNKNOWN if day is None else day.toordinal()


def _number(value: int | None) -> int:
    return UNKNOWN if value is None else value


def _by_group(groups: Sequence[ListedGroup], languages: Sequence[str]) -> dict[str, Any]:
    bit = {code: np.uint64(1 << number) for number, code in enumerate(languages)}
    spoken = [sum((int(bit[code]) for code in set(group.languages) if code in bit), 0) for group in groups]
    whole = np.int32
    return {
        "way": np.array([WAYS[group.mode] for group in groups], dtype=np.int8),
        "age_min": np.array([_number(group.age_min) for group in groups], dtype=whole),
        "age_max": np.array([_number(group.age_max) for group in groups], dtype=whole),
        "restriction": np.array([RESTRICTIONS.index(group.restriction or "") for group in groups], dtype=np.int8),
        "price": np.array([_number(group.price_pence) for group in groups], dtype=whole),
        "size": np.array([_number(group.group_size) for group in groups], dtype=whole),
        "capacity": np.array([CAPACITY.index(group.capacity_state or "") for group in groups], dtype=np.int8),
        "capacity_until": np.array([_ordinal(group.capacity_until) for group in groups], dtype=whole),
        "language": np.array(spoken, dtype=np.uint64),
        "name": _text([name_key(group.name) for group in groups]),
        "enabler": np.array([group.is_enabler for group in groups], dtype=np.bool_),
        "removes": np.array([sum(BARRIER_BIT[code] for code in set(group.removes)) for group in groups], dtype=whole),
        "vetting": np.array([VETTING.index(group.vetting) for group in groups], dtype=np.int8),
        "vetting_until": np.array([_ordinal(group.vetting_until) for group in groups], dtype=whole),
        "confirmed": np.array([_ordinal(group.last_confirmed_on) for group in groups], dtype=whole),
    }


def _by_term(groups: Sequence[ListedGroup], numbers: dict[str, int]) -> dict[str, Any]:
    found = sorted(
        (numbers[term.code], number, term.weight) for number, group in enumerate(groups) for term in group.terms
    )
    return {
        "term": np.array([term for term, _, _ in found], dtype=np.int32),
        "term_group": np.array([number for _, number, _ in found], dtype=np.int32),
        "term_weight": np.array([weight for _, _, weight in found], dtype=np.float64),
    }


def _by_row(rows: Sequence[_Row]) -> dict[str, Any]:
    return {
        "group": np.array([row.group for row in rows], dtype=np.int32),
        "kind": np.array([row.kind for row in rows], dtype=np.int8),
        "position": unit_vectors([row.latitude for row in rows], [row.longitude for row in rows]),
        "radius_km": np.array([row.radius_km for row in rows], dtype=np.float64),
        "rough": np.array([row.rough for row in rows], dtype=np.int8),
        "place": _text([row.place for row in rows]),
    }


def _facts(rows: Sequence[_Row]) -> dict[str, Any]:
    values = np.zeros((len(FACT_COLUMN), len(rows)), dtype=np.int8)
    days = np.zeros((len(FACT_COLUMN), len(rows)), dtype=np.int32)
    for number, row in enumerate(rows):
        for code, fact in row.facts.items():
            values[FACT_COLUMN[code], number] = _SIGN[fact.value]
            days[FACT_COLUMN[code], number] = fact.confirmed_on.toordinal()
    return {"fact": values, "fact_day": days}


def _by_session(groups: Sequence[ListedGroup], rows: Sequence[_Row]) -> dict[str, Any]:
    found = [
        (number, session)
        for number, row in enumerate(rows)
        for session in groups[row.group].sessions
        if not row.place or session.location_id is None or str(session.location_id) == row.place
    ]
    whole = np.int32
    return {
        "session_row": np.array([number for number, _ in found], dtype=whole),
        "session_slots": np.array([_slots(session) for _, session in found], dtype=whole),
        "session_start": np.array([_start(session) for _, session in found], dtype=whole),
        "session_minutes": np.array([_number(session.meeting.minutes) for _, session in found], dtype=whole),
        "session_regularity": np.array(
            [REGULARITY[schedule.regularity(session.meeting)] for _, session in found], dtype=np.float64
        ),
        "session_level": np.array([_number(session.meeting.level) for _, session in found], dtype=np.int8),
        "session_until": np.array([_last_day(session) for _, session in found], dtype=whole),
    }


def _slots(session: SessionView) -> int:
    """Weekday and part of day as 21 bits; 0: the times are not confirmed."""
    parts = {part: number for number, part in enumerate(("morning", "afternoon", "evening"))}
    return sum(1 << (day * 3 + parts[part]) for day, part in schedule.slots(session.meeting))


def _last_day(session: SessionView) -> int:
    """Day of the last meeting (proleptic ordinal); UNKNOWN: it goes on."""
    rule, starts = session.meeting.rule, session.meeting.starts_at
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


def _start(session: SessionView) -> int:
    starts = session.meeting.starts_at
    return UNKNOWN if starts is None else starts.hour * 60 + starts.minute


def without(columns: Columns, dropped: NDArray[np.bool_]) -> Columns:
    """Return the columns without the groups marked in `dropped`, shape (n_groups,)."""
    keep = ~dropped
    number = np.cumsum(keep, dtype=np.int32) - 1
    row = keep[columns.group]
    row_number = np.cumsum(row, dtype=np.int32) - 1
    session, term = row[columns.session_row], keep[columns.term_group]
    changed: dict[str, Any] = {}
    for name, array in columns.arrays().items():
        if name.startswith("session_"):
            changed[name] = array[session]
        elif name in ("term", "term_group", "term_weight"):
            changed[name] = array[term]
        elif name in _WIDE_NAMES:
            changed[name] = array[:, row]
        elif name in _ROW_NAMES:
            changed[name] = array[row]
        elif name not in ("term_codes", "language_codes"):
            changed[name] = array[keep]
    changed["group"] = number[changed["group"]]
    changed["term_group"] = number[changed["term_group"]]
    changed["session_row"] = row_number[changed["session_row"]]
    return replace(columns, **changed)


_ROW_NAMES = frozenset(("group", "kind", "radius_km", "rough", "place"))
_WIDE_NAMES = frozenset(("fact", "fact_day", "position"))  # one line a code or axis, one column a row


def join(first: Columns, second: Columns) -> Columns:
    """Return the groups of `first` followed by those of `second`, which must have other ids."""
    terms, languages = (
        _merged(first.term_codes, second.term_codes),
        _merged(first.language_codes, second.language_codes),
    )
    a, b = _renumbered(first, terms, languages), _renumbered(second, terms, languages)
    shift = {"group": first.n_groups, "term_group": first.n_groups, "session_row": first.n_rows}
    joined: dict[str, Any] = {}
    for name in a.arrays():
        left, right = getattr(a, name), getattr(b, name)
        if name in ("term_codes", "language_codes"):
            joined[name] = left
            continue
        right = right + np.int32(shift[name]) if name in shift else right
        joined[name] = np.concatenate([left, right], axis=left.ndim - 1)
    order = np.lexsort((joined["term_group"], joined["term"]))
    for name in ("term", "term_group", "term_weight"):
        joined[name] = joined[name][order]
    return replace(a, **joined)


def _merged(first: NDArray[np.str_], second: NDArray[np.str_]) -> NDArray[np.str_]:
    new = sorted(set(second.tolist()) - set(first.tolist()))
    return _text([*first.tolist(), *new])


def _renumbered(columns: Columns, terms: NDArray[np.str_], languages: NDArray[np.str_]) -> Columns:
    number = {code: place for place, code in enumerate(terms.tolist())}
    mapping = np.array([number[code] for code in columns.term_codes.tolist()], dtype=np.int32)
    spoken = np.zeros_like(columns.language)
    place = {code: bit for bit, code in enumerate(languages.tolist()[:64])}
    for bit, code in enumerate(columns.language_codes.tolist()):
        if code in place:
            has = (columns.language >> np.uint64(bit)) & np.uint64(1)
            spoken |= has << np.uint64(place[code])
    term = mapping[columns.term] if len(mapping) else columns.term
    return replace(columns, term_codes=terms, language_codes=languages, term=term, language=spoken)
