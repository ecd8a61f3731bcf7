"""A part of the catalogue as it holds on one day, whoever asks; each array is worked out at most once. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, TypeVar

import numpy as np
from dateutil.relativedelta import relativedelta
from numpy.typing import NDArray

from service.catalog import facts, freshness
from service.matching.columns import FACT_COLUMN, FACTS_SINCE, ONLINE, PHONE, REGULARITY, UNKNOWN, Columns

F64 = NDArray[np.float64]
I8 = NDArray[np.int8]
Bools = NDArray[np.bool_]
T = TypeVar("T", bound=np.generic)

FRESH_DAYS = ((183, 1.0), (365, 0.75), (730, 0.5))  # a listing confirmed at most so long ago is trusted so much
STALE = 0.25
# A meeting at most so many days off is so good (proposed).
SOON_DAYS = ((7, 1.0), (14, 0.7), (31, 0.4))
LATER, NOT_SAID = 0.2, 0.5
# A group of which little is known counts as if it had answered .7 of three more: one silence is no verdict (proposed).
USUALLY_ANSWERED, _AS_IF = 0.7, 3
ROOM = np.array([np.nan, 1.0, 0.3, 0.0])  # by capacity: not confirmed, open, waiting list, full


@dataclass(frozen=True, kw_only=True)
class Day:
    """Everything of the columns that depends on the date and on nobody's wishes; by row unless it says so."""

    columns: Columns
    today: date

    @cached_property
    def number(self) -> int:
        """The day as a proleptic ordinal."""
        return self.today.toordinal()

    def by_group(self, values: NDArray[T]) -> NDArray[T]:
        """Spread an array by group over the rows."""
        spread: NDArray[T] = values[self.columns.group]
        return spread

    def any_session(self, found: Bools) -> Bools:
        """Spread a mark by session over rows: True where any session of the row has it."""
        marked: Bools = np.bincount(self.columns.session_row, weights=found, minlength=self.columns.n_rows) > 0
        return marked

    @cached_property
    def facts(self) -> I8:
        """1 yes, -1 no, 0 not confirmed, shape (n_codes, n_rows); a statement that is too old is not confirmed."""
        columns = self.columns
        held = np.zeros(len(FACT_COLUMN) * columns.n_rows, dtype=np.int8)
        holds = self.number - FACTS_SINCE - columns.fact_day.astype(np.int32) <= _DAYS_VALID[columns.fact]
        held[columns.fact.astype(np.int64) * columns.n_rows + columns.fact_row] = columns.fact_sign * holds
        return held.reshape(len(FACT_COLUMN), columns.n_rows)

    def fact(self, code: str) -> I8:
        """1 yes, -1 no, 0 not confirmed."""
        known: I8 = self.facts[FACT_COLUMN[code]]
        return known

    def confirmed_within(self, months: int) -> Bools:
        """Rows of groups somebody confirmed in the last so many months."""
        return self.by_group(self.columns.confirmed >= _months_before(self.today, months))

    @cached_property
    def price(self) -> NDArray[np.int32]:
        """Pence a visit; UNKNOWN where not confirmed, or so long ago that it may have changed."""
        stated = self.by_group(self.columns.price)
        return np.where(self.confirmed_within(freshness.PRICE_MONTHS), stated, UNKNOWN).astype(np.int32)

    @cached_property
    def from_home(self) -> Bools:
        """Rows one can take part in from home."""
        home: Bools = self.by_group(self.columns.way & (ONLINE | PHONE)) != 0
        return home

    @cached_property
    def going(self) -> Bools:
        """By session: whether it still meets."""
        until = self.columns.session_until
        goes_on: Bools = (until == UNKNOWN) | (until >= self.number)
        return goes_on

    @cached_property
    def stopped(self) -> Bools:
        """It had dated sessions and all are over."""
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
        """Whether any time of meeting is known."""
        return self.any_session(self.known_times)

    @cached_property
    def regular(self) -> F64:
        """How regularly it meets, in [0, 1]; NaN where no time is known."""
        columns, known = self.columns, self.known_times
        regular = np.zeros(columns.n_rows)
        np.maximum.at(regular, columns.session_row[known], _REGULAR[columns.session_regularity[known]])
        return np.where(self.timed, regular, np.nan)

    @cached_property
    def soon(self) -> F64:
        """By session: how soon it meets next, in [0, 1]; .5 where the rule is too involved to say from here."""
        columns = self.columns
        first, once = columns.session_first.astype(np.int64), columns.session_until == columns.session_first
        simple = (columns.session_step > 0) | once
        days = np.where(once, first, _next_day(columns, first, self.number)) - self.number
        return np.where(simple, _by_age(days, SOON_DAYS, LATER), NOT_SAID)

    @cached_property
    def answers(self) -> F64:
        """How surely it answers an introduction, in [0, 1]; NaN where nobody was introduced."""
        asked, answered = self.by_group(self.columns.asked_for), self.by_group(self.columns.answered)
        return np.where(asked > 0, (answered + _AS_IF * USUALLY_ANSWERED) / (asked + _AS_IF), np.nan)

    @cached_property
    def level(self) -> F64:
        """Lowest level of the row's sessions, 0 to 6; NaN where not confirmed."""
        known = self.going & (self.columns.session_level != UNKNOWN)
        level = np.full(self.columns.n_rows, np.inf)
        np.minimum.at(level, self.columns.session_row[known], self.columns.session_level[known].astype(np.float64))
        return np.where(np.isinf(level), np.nan, level)

    @cached_property
    def vetting(self) -> I8:
        """Vetting level that holds, 0 to 3: checked papers that have run out count as contacted."""
        columns = self.columns
        ended = (columns.vetting_until != UNKNOWN) & (columns.vetting_until < self.number)
        return self.by_group(np.where(ended, np.minimum(columns.vetting, 1), columns.vetting)).astype(np.int8)

    @cached_property
    def capacity(self) -> I8:
        """Capacity that holds (index into CAPACITY); 0: not confirmed."""
        columns = self.columns
        held = (columns.capacity_until != UNKNOWN) & (columns.capacity_until >= self.number)
        return self.by_group(np.where(held, columns.capacity, 0)).astype(np.int8)

    @cached_property
    def fresh(self) -> F64:
        """How fresh the listing is, in [0, 1]; NaN where nobody ever confirmed it."""
        confirmed = self.by_group(self.columns.confirmed)
        return np.where(confirmed == UNKNOWN, np.nan, _by_age(self.number - confirmed, FRESH_DAYS, STALE))

    @cached_property
    def room(self) -> F64:
        """Confidence that there is room, in [0, 1]; NaN where not confirmed."""
        return ROOM[self.capacity]


@lru_cache(maxsize=64)
def _months_before(today: date, months: int) -> int:
    return (today - relativedelta(months=months)).toordinal()


def _by_age(days: NDArray[Any], steps: Sequence[tuple[int, float]], beyond: float) -> F64:
    """Return the share of the first step that so many days do not exceed."""
    shares = np.array([*(share for _, share in steps), beyond])
    return shares[np.searchsorted([limit for limit, _ in steps], days)]


def _next_day(columns: Columns, first: NDArray[np.int64], today: int) -> NDArray[np.int64]:
    """By session: the next day of its week's rhythm, today or later; exceptions are not looked at.

    Every so many weeks, counted from the Monday of the first, on the weekdays of its slots.
    """
    step = np.maximum(columns.session_step.astype(np.int64), 1)
    monday = first - (first - 1) % 7  # day 1 was a Monday
    turn = monday + np.maximum(today - monday, 0) // step * step  # the Monday of the turn that today is in
    weekday = np.arange(7)[:, None]
    day = turn + weekday
    day += step * (day < np.maximum(first, today))
    meets = (columns.session_slots >> (3 * weekday)) & 0b111 != 0
    found: NDArray[np.int64] = np.where(meets, day, np.iinfo(np.int64).max).min(axis=0)
    return found


_DAYS_VALID = np.array([facts.days_valid(code) for code in FACT_COLUMN], dtype=np.int32)
_REGULAR = np.array(list(REGULARITY.values()))
