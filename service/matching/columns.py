"""The catalogue as arrays: groups, their rows (a group at a place, in its area, or anywhere), and what hangs on them.

Everything that a group or a row has several of lies end to end, with an array of starts: so a part of the catalogue can
be taken without touching the rest, and the whole can stay on disk, mapped into memory. Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from hashlib import blake2b
from typing import Any, Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from service.catalog import barriers, facts
from service.matching.lexical import words

UNKNOWN = -1
PLACE, AREA, ANYWHERE = 0, 1, 2  # kind of a row
IN_PERSON, ONLINE, PHONE = 1, 2, 4  # ways to take part, as bits
WAYS = {"in_person": IN_PERSON, "online": ONLINE, "phone": PHONE, "hybrid": IN_PERSON | ONLINE}
RESTRICTIONS = ("", "women_only", "men_only")
CAPACITY = ("", "open", "waiting_list", "full")
VETTING = ("listed", "contacted", "checked", "trusted")
REGULARITY = {"weekly": 1.0, "fortnightly": 0.7, "monthly": 0.4, "ad_hoc": 0.2}  # the schedule scorer's shares
REGULARITIES = tuple(REGULARITY)
FACTS_SINCE = date(2000, 1, 1).toordinal()  # nothing was confirmed before
LONGEST = 7 * 24 * 60  # minutes of a meeting: what is longer is never over in time
TERM_WEIGHTS = 1000  # a term's weight is kept in thousandths
FACT_COLUMN = {code: number for number, code in enumerate(facts.CODES)}
BARRIER_BIT = {code: 1 << number for number, code in enumerate(barriers.CODES)}

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
I32 = NDArray[np.int32]
I16 = NDArray[np.int16]
I8 = NDArray[np.int8]
U64 = NDArray[np.uint64]
Records = Mapping[str, NDArray[np.void]]  # by axis

# Which arrays are one entry a group, a row and so on; the starts of what a group or a row has several of.
GROUP: Final = "group"
ROW: Final = "row"
AXES: dict[str, tuple[str, ...]] = {
    GROUP: (
        *("id_high", "id_low", "name", "way", "age_min", "age_max", "restriction", "price", "size", "capacity"),
        *("capacity_until", "enabler", "removes", "vetting", "vetting_until", "confirmed"),
    ),
    ROW: ("kind", "position", "radius_km", "rough", "place_high", "place_low"),
    "term": ("term", "term_weight"),
    "language": ("language",),
    "fact": ("fact", "fact_sign", "fact_day"),
    "session": (
        *("session_slots", "session_start", "session_minutes", "session_regularity", "session_level"),
        *("session_until", "session_first", "session_step"),
    ),
}
LAID_IN = ("asked_for", "answered", "asked_lately")  # by group too: known at a question only, 0 until then
PARTS = {"row_starts": GROUP, "term_starts": GROUP, "language_starts": GROUP, "fact_starts": ROW, "session_starts": ROW}


@dataclass(frozen=True, kw_only=True)
class Columns:
    """What the ranking reads of a catalogue, or of a part of it.

    A whole catalogue is kept `packed`: all that belongs to one group (row, fact, session) lies side by side and is
    fetched at once, since every question takes a part. Its arrays are views then.

    Attributes
    ----------
    id_high, id_low : ndarray of uint64, shape (n_groups,)
        The group's id in two halves: their order is the order of ids as text.
    name : ndarray of uint64, shape (n_groups,)
        `name_hash` of the group's name.
    row_starts, term_starts, language_starts : ndarray of int, shape (n_groups + 1,)
        Where a group's rows, terms and languages begin.
    kind : ndarray of int, shape (n_rows,)
        `PLACE`, `AREA` or `ANYWHERE`.
    position : ndarray, shape (n_rows, 3)
        Unit vector from the centre of the earth; NaN where no place is known.
    radius_km : ndarray, shape (n_rows,)
        Of an area row; else NaN.
    rough : ndarray of int, shape (n_rows,)
        1: the place is read from a name or a district, the venue is not confirmed.
    fact, fact_sign, fact_day : ndarray, shape (n_facts,)
        Column of `FACT_COLUMN`, 1 yes or -1 no, and the day it was confirmed (days after `FACTS_SINCE`); `fact_starts`
        by row.
    session_slots … session_step : ndarrays, shape (n_sessions,)
        Weekday and part of day as 21 bits (weekday * 3 + part), minutes of the day, and what is usual;
        `session_first` is the day of the first meeting, `session_step` the days between two (0: not so simple).
    term, term_weight : ndarrays, shape (n_terms,)
        Number of the term in the taxonomy's order and its weight in thousandths.
    language : ndarray of int, shape (n_languages,)
        `language_number` of each.
    asked_for, answered, asked_lately : ndarray of int, shape (n_groups,)
        Introductions made to a group, how many of them it answered, and how many were made in the last weeks: laid in
        at each question (`answering.Answering`), not on disk.

    All integers use `UNKNOWN` for what is not confirmed. Days are proleptic ordinals.
    """

    id_high: U64
    id_low: U64
    name: U64
    way: I8
    age_min: I16
    age_max: I16
    restriction: I8
    price: I32
    size: I16
    capacity: I8
    capacity_until: I32
    enabler: NDArray[np.bool_]
    removes: I32
    vetting: I8
    vetting_until: I32
    confirmed: I32
    row_starts: I32
    term_starts: I32
    language_starts: I32
    kind: I8
    position: F64
    radius_km: NDArray[np.float32]
    rough: I8
    place_high: U64
    place_low: U64
    fact_starts: I32
    session_starts: I32
    fact: NDArray[np.uint8]
    fact_sign: I8
    fact_day: NDArray[np.uint16]
    session_slots: I32
    session_start: I16
    session_minutes: I16
    session_regularity: I8
    session_level: I8
    session_until: I32
    session_first: I32
    session_step: I16
    term: NDArray[np.uint16]
    term_weight: NDArray[np.uint16]
    language: I16
    asked_for: I32
    answered: I32
    asked_lately: I32
    _records: Records | None = field(init=False, default=None, repr=False, compare=False)

    @property
    def n_groups(self) -> int:
        """Number of groups."""
        return len(self.id_high)

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.kind)

    @cached_property
    def group(self) -> I64:
        """Row to group, shape (n_rows,)."""
        return np.repeat(np.arange(self.n_groups), np.diff(self.row_starts))

    @cached_property
    def fact_row(self) -> I64:
        """Fact to row, shape (n_facts,)."""
        return np.repeat(np.arange(self.n_rows), np.diff(self.fact_starts))

    @cached_property
    def session_row(self) -> I64:
        """Session to row, shape (n_sessions,)."""
        return np.repeat(np.arange(self.n_rows), np.diff(self.session_starts))

    @cached_property
    def term_group(self) -> I64:
        """Entry of a term to group, shape (n_terms,)."""
        return np.repeat(np.arange(self.n_groups), np.diff(self.term_starts))

    @cached_property
    def language_group(self) -> I64:
        """Entry of a language to group, shape (n_languages,)."""
        return np.repeat(np.arange(self.n_groups), np.diff(self.language_starts))

    def id_of(self, group: int) -> str:
        """Return a group's id."""
        return _uuid(self.id_high[group], self.id_low[group])

    def place_of(self, row: int) -> str:
        """Return the id of a row's location; '' where it has none."""
        if not self.place_high[row] and not self.place_low[row]:
            return ""
        return _uuid(self.place_high[row], self.place_low[row])

    def degrees(self, rows: I64) -> list[tuple[float, float]]:
        """Return latitude and longitude of rows that are somewhere."""
        x, y, z = self.position[rows].T
        latitude, longitude = np.degrees(np.arctan2(z, np.hypot(x, y))), np.degrees(np.arctan2(y, x))
        return list(zip(latitude.tolist(), longitude.tolist(), strict=True))

    def packed(self) -> "Columns":
        """Return the same with all that belongs to one group, row and so on side by side."""
        records = {}
        for axis, names in AXES.items():
            held = sorted(((name, getattr(self, name)) for name in names), key=lambda one: -one[1].dtype.itemsize)
            whole = np.dtype([(name, values.dtype, values.shape[1:]) for name, values in held], align=True)
            records[axis] = np.empty(len(held[0][1]), dtype=whole)
            for name, values in held:
                records[axis][name] = values
        return Columns.of(records, {name: getattr(self, name) for name in PARTS})

    @classmethod
    def of(cls, records: Records, starts: Mapping[str, Any]) -> "Columns":
        """Put records and starts together."""
        views = {name: records[axis][name] for axis, names in AXES.items() for name in names}
        made = cls(**views, **starts, **unanswered(len(records[GROUP])))
        object.__setattr__(made, "_records", records)
        return made

    def arrays(self) -> dict[str, Any]:
        """Return every array of a packed catalogue by name: what an index generation writes to disk."""
        records = (self._records or self.packed()._records or {}).items()
        return {**{f"records_{axis}": held for axis, held in records}, **{name: getattr(self, name) for name in PARTS}}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Any]) -> "Columns":
        """Put together what `arrays` gave."""
        return cls.of({axis: arrays[f"records_{axis}"] for axis in AXES}, {name: arrays[name] for name in PARTS})

    def take(self, groups: I64) -> "Columns":
        """Return a part of the catalogue: these groups, in this order, with all that hangs on them."""
        held: dict[str, Any] = {}
        rows = _along(held, "row_starts", self.row_starts, groups)
        along = {
            GROUP: groups,
            ROW: rows,
            "term": _along(held, "term_starts", self.term_starts, groups),
            "language": _along(held, "language_starts", self.language_starts, groups),
            "fact": _along(held, "fact_starts", self.fact_starts, rows),
            "session": _along(held, "session_starts", self.session_starts, rows),
        }
        if self._records is not None:
            return Columns.of({axis: records[along[axis]] for axis, records in self._records.items()}, held)
        for axis, names in AXES.items():
            for name in names:
                held[name] = getattr(self, name)[along[axis]]
        return Columns(**held, **unanswered(len(groups)))


def unanswered(n_groups: int) -> dict[str, Any]:
    """Return what is not known of so many groups before a question."""
    return {name: np.zeros(n_groups, dtype=np.int32) for name in LAID_IN}


def _uuid(high: np.uint64, low: np.uint64) -> str:
    digits = f"{int(high):016x}{int(low):016x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _along(held: dict[str, Any], name: str, starts: NDArray[Any], which: I64) -> I64:
    """Put the starts of a part into `held` and return where its entries lie in the whole."""
    begins = starts[which].astype(np.int64)
    lengths = starts[which + 1] - begins
    new = np.zeros(len(which) + 1, dtype=np.int32)
    lengths.cumsum(out=new[1:])
    held[name] = new
    return (begins - new[:-1]).repeat(lengths) + np.arange(new[-1])


def joined(parts: Sequence[Columns]) -> Columns:
    """Return several parts as one, in the order given; they must have different groups."""
    if len(parts) == 1:
        return parts[0]
    held: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in parts]) for names in AXES.values() for name in names
    }
    for name in PARTS:
        lengths = np.concatenate([np.diff(getattr(part, name)) for part in parts])
        held[name] = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    return Columns(**held, **unanswered(sum(part.n_groups for part in parts)))


def halves(number: UUID | None) -> tuple[int, int]:
    """Return an id as two numbers of 64 bits; None is (0, 0)."""
    whole = 0 if number is None else number.int
    return whole >> 64, whole & 0xFFFF_FFFF_FFFF_FFFF


def name_key(text: str) -> str:
    """Return a name as it is compared with what was typed: its words, without the mark of an example."""
    return " ".join(words(text.removesuffix("(example)")))


def name_hash(key: str) -> int:
    """Return 64 bits that stand for a name in the index; '' is 0."""
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big") if key else 0


def language_number(code: str) -> int:
    """Return a language code of two or three letters as a number above 0."""
    number = 0
    for letter in code[:3]:
        number = number * 27 + max(1, min(26, ord(letter) - 96))
    return number
