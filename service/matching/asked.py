"""One person's question laid beside the catalogue: the arrays that gates and scorers share. Pure.

Everything is by row of `Columns` unless it says so, and is worked out at most once a question.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TypeVar

import numpy as np
from dateutil.relativedelta import relativedelta
from numpy.typing import NDArray

from service.catalog import facts, freshness
from service.catalog.distance import km_between
from service.matching.columns import FACT_COLUMN, ONLINE, PHONE, PLACE, UNKNOWN, Columns
from service.matching.profile import Profile, Travel

F64 = NDArray[np.float64]
I8 = NDArray[np.int8]
Bools = NDArray[np.bool_]
T = TypeVar("T", bound=np.generic)

# Door to door, as stated estimates until an operator adds routing (proposed): straight line × detour at these speeds.
DETOUR = 1.3
SPEED_KMH: Mapping[str, float] = {"walk": 4.8, "wheel": 3.0, "cycle": 14.0, "bus": 15.0, "car": 30.0}
BUS_WAIT_MINUTES = 10.0
DEFAULT_TRAVEL: Travel = "bus"
EVENINGS_AND_WEEKENDS = frozenset({(day, 2) for day in range(5)} | {(day, part) for day in (5, 6) for part in range(3)})


def minutes_by(travel: Travel, km: F64) -> F64:
    """Return estimated minutes door to door; by bus never longer than the same way on foot."""
    ride = km * DETOUR / SPEED_KMH[travel] * 60
    if travel != "bus":
        return ride
    return np.minimum(ride + BUS_WAIT_MINUTES, km * DETOUR / SPEED_KMH["walk"] * 60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One wanted term: how much it was wanted, in (0, 1], and the words that said so ('' when it was chosen)."""

    code: str
    weight: float
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A profile beside a catalogue on one day.

    Attributes
    ----------
    wishes : tuple of Wish
        Wanted terms of the facets activity, mechanism and format.
    avoided : frozenset of str
        Terms the person said they do not want.
    term_score, text_score : ndarray, shape (n_groups,)
        Likeness by terms in [0, 1], and BM25 of the words, at least 0.
    """

    columns: Columns
    profile: Profile
    today: date
    wishes: tuple[Wish, ...] = ()
    avoided: frozenset[str] = frozenset()
    term_score: F64 = field(default_factory=lambda: np.zeros(0))
    avoided_score: F64 = field(default_factory=lambda: np.zeros(0))
    text_score: F64 = field(default_factory=lambda: np.zeros(0))
    has_words: bool = False

    @cached_property
    def day(self) -> int:
        """Today as a proleptic ordinal."""
        return self.today.toordinal()

    @cached_property
    def km(self) -> F64:
        """Great-circle km from the person to the row; NaN where either is unknown."""
        place, columns = self.profile.place, self.columns
        if place is None:
            return np.full(columns.n_rows, np.nan)
        return km_between(place.latitude, place.longitude, columns.latitude, columns.longitude)

    @cached_property
    def travel(self) -> Travel:
        """How the person gets about; without a word on it, on foot or by bus, whichever is quicker."""
        return self.profile.travel or DEFAULT_TRAVEL

    @cached_property
    def minutes(self) -> F64:
        """Estimated minutes door to door, for rows that are a place; NaN elsewhere."""
        return np.where(self.columns.kind == PLACE, minutes_by(self.travel, self.km), np.nan)

    @cached_property
    def remote(self) -> Bools:
        """Rows one can take part in from home, unless the person wants to meet in person."""
        if self.profile.mode == "in_person":
            return np.zeros(self.columns.n_rows, dtype=np.bool_)
        home: Bools = self.by_group(self.columns.way & (ONLINE | PHONE)) != 0
        return home

    def by_group(self, values: NDArray[T]) -> NDArray[T]:
        """Spread an array by group over the rows."""
        spread: NDArray[T] = values[self.columns.group]
        return spread

    def fact(self, code: str) -> I8:
        """1 yes, -1 no, 0 not confirmed, as it holds today: a statement that is too old is not confirmed."""
        number = FACT_COLUMN[code]
        values, days = self.columns.fact[number], self.columns.fact_day[number]
        return np.where(self.day - days <= facts.days_valid(code), values, 0).astype(np.int8)

    def fact_at(self, row: int, code: str) -> int:
        """The same for one row."""
        number = FACT_COLUMN[code]
        if self.day - int(self.columns.fact_day[number, row]) > facts.days_valid(code):
            return 0
        return int(self.columns.fact[number, row])

    def either(self, codes: Iterable[str]) -> I8:
        """Kleene's or over facts: 1 if any is yes, -1 if all are no, else 0."""
        stacked = np.stack([self.fact(code) for code in codes])
        return np.where((stacked == 1).any(axis=0), 1, np.where((stacked == -1).all(axis=0), -1, 0)).astype(np.int8)

    def confirmed_within(self, months: int) -> Bools:
        """Rows of groups somebody confirmed in the last so many months."""
        since = (self.today - relativedelta(months=months)).toordinal()
        return self.by_group(self.columns.confirmed >= since)

    @cached_property
    def price(self) -> NDArray[np.int32]:
        """Pence a visit; UNKNOWN where not confirmed, or so long ago that it may have changed."""
        stated = self.by_group(self.columns.price)
        return np.where(self.confirmed_within(freshness.PRICE_MONTHS), stated, UNKNOWN).astype(np.int32)

    @cached_property
    def going(self) -> Bools:
        """By session: whether it still meets."""
        until = self.columns.session_until
        goes_on: Bools = (until == UNKNOWN) | (until >= self.day)
        return goes_on

    @cached_property
    def stopped(self) -> Bools:
        """By row: it had dated sessions and all are over."""
        over: Bools = self.any_session(~self.going) & ~self.any_session(self.going)
        return over

    @cached_property
    def known_times(self) -> Bools:
        """By session: it goes on, its times are known, and they were confirmed not too long ago."""
        fresh = self.confirmed_within(freshness.TIMES_MONTHS)[self.columns.session_row]
        known: Bools = self.going & (self.columns.session_slots != 0) & fresh
        return known

    @cached_property
    def timed(self) -> Bools:
        """By row: whether any time of meeting is known."""
        timed: Bools = self.any_session(self.known_times)
        return timed

    def any_session(self, found: Bools) -> Bools:
        """Spread a mark by session over rows: True where any session of the row has it."""
        marked: Bools = np.bincount(self.columns.session_row, weights=found, minlength=self.columns.n_rows) > 0
        return marked

    @cached_property
    def wanted_slots(self) -> int:
        """Wanted parts of the week as 21 bits; 0: any. Who works and names no times means evenings and weekends."""
        slots = self.profile.slots
        if not slots and self.profile.strength("work_hours") and self.profile.earliest is None:
            slots = EVENINGS_AND_WEEKENDS
        return sum(1 << (day * 3 + part) for day, part in slots)

    @cached_property
    def has_times(self) -> bool:
        """Whether the person said when."""
        return bool(self.wanted_slots) or self.profile.earliest is not None or self.profile.latest is not None

    @cached_property
    def time_fits(self) -> Bools:
        """By session: whether it still meets and lies in the wanted part of the week and of the day."""
        columns, profile = self.columns, self.profile
        fits = self.known_times
        if self.wanted_slots:
            fits = fits & ((columns.session_slots & self.wanted_slots) != 0)
        if profile.earliest is not None:
            fits = fits & (columns.session_start >= profile.earliest)
        if profile.latest is not None:
            fits = fits & (columns.session_start + np.maximum(columns.session_minutes, 0) <= profile.latest)
        return fits

    @cached_property
    def level(self) -> NDArray[np.float64]:
        """Lowest level of the row's sessions, 0 to 6; NaN where not confirmed."""
        known = self.going & (self.columns.session_level != UNKNOWN)
        level = np.full(self.columns.n_rows, np.inf)
        np.minimum.at(level, self.columns.session_row[known], self.columns.session_level[known].astype(np.float64))
        return np.where(np.isinf(level), np.nan, level)

    @cached_property
    def speaks(self) -> I8:
        """Whether a wanted language is spoken: 1 yes, -1 others are, 0 nobody said which."""
        codes = self.columns.language_codes.tolist()
        wanted = np.uint64(sum(1 << codes.index(code) for code in set(self.profile.languages) if code in codes))
        spoken = self.by_group(self.columns.language)
        return np.where(spoken == 0, 0, np.where((spoken & wanted) != 0, 1, -1)).astype(np.int8)

    @cached_property
    def vetting(self) -> NDArray[np.int8]:
        """Vetting level that holds today, 0 to 3: checked papers that have run out count as contacted."""
        columns = self.columns
        ended = (columns.vetting_until != UNKNOWN) & (columns.vetting_until < self.day)
        return self.by_group(np.where(ended, np.minimum(columns.vetting, 1), columns.vetting)).astype(np.int8)

    @cached_property
    def capacity(self) -> NDArray[np.int8]:
        """Capacity that holds today (index into CAPACITY); 0: not confirmed."""
        columns = self.columns
        held = (columns.capacity_until != UNKNOWN) & (columns.capacity_until >= self.day)
        return self.by_group(np.where(held, columns.capacity, 0)).astype(np.int8)
