"""One person's question laid beside the catalogue: the arrays that gates and scorers share. Pure.

Everything is by row of `Columns` unless it says so, and is worked out at most once a question.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from service.catalog import facts
from service.catalog.barriers import BARRIERS
from service.catalog.distance import km_from
from service.matching.columns import FACT_COLUMN, PLACE, Columns, name_key
from service.matching.day import Day
from service.matching.profile import Profile, Travel

F64 = NDArray[np.float64]
I8 = NDArray[np.int8]
Bools = NDArray[np.bool_]

LONGEST_NAME = 300  # characters
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
    on : Day
        The catalogue as it holds on the day.
    wishes : tuple of Wish
        Wanted terms of the facets activity, mechanism and format.
    avoided : frozenset of str
        Terms the person said they do not want.
    term_score, avoided_score, text_score : ndarray, shape (n_groups,)
        Likeness by terms, likeness to what they do not want, and likeness by words, each in [0, 1].
    has_words : bool
        Whether any word of the question counts.
    """

    on: Day
    profile: Profile
    wishes: tuple[Wish, ...] = ()
    avoided: frozenset[str] = frozenset()
    term_score: F64 = field(default_factory=lambda: np.zeros(0))
    avoided_score: F64 = field(default_factory=lambda: np.zeros(0))
    text_score: F64 = field(default_factory=lambda: np.zeros(0))
    has_words: bool = False

    @property
    def columns(self) -> Columns:
        """The catalogue."""
        return self.on.columns

    @cached_property
    def km(self) -> F64:
        """Great-circle km from the person to the row; NaN where either is unknown."""
        place = self.profile.place
        if place is None:
            return np.full(self.columns.n_rows, np.nan)
        return km_from(place.latitude, place.longitude, self.columns.position)

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
        return self.on.from_home

    @cached_property
    def named(self) -> Bools:
        """Rows of groups whose name is exactly what was typed."""
        typed = name_key(self.profile.text) if len(self.profile.text) <= LONGEST_NAME else ""
        if not typed:
            return np.zeros(self.columns.n_rows, dtype=np.bool_)
        return self.on.by_group(self.columns.name == typed)

    def count_groups(self, rows: Bools) -> int:
        """How many groups have a marked row."""
        return int(np.count_nonzero(np.bincount(self.columns.group[rows], minlength=1)))

    def fact_at(self, row: int, code: str) -> int:
        """1 yes, -1 no, 0 not confirmed today, for one row."""
        number = FACT_COLUMN[code]
        if self.on.number - int(self.columns.fact_day[number, row]) > facts.days_valid(code):
            return 0
        return int(self.columns.fact[number, row])

    def facts_of(self, barrier: str) -> tuple[str, ...]:
        """Return the facts that address a barrier for this person: parking says nothing to somebody without a car."""
        facts_here = BARRIERS[barrier].facts
        if barrier != "transport" or self.travel == "car":
            return facts_here
        return tuple(code for code in facts_here if code != "parking")

    def either(self, codes: Iterable[str]) -> I8:
        """Kleene's or over facts: 1 if any is yes, -1 if all are no, else 0."""
        highest: I8 = np.stack([self.on.fact(code) for code in codes]).max(axis=0)
        return highest

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
        fits = self.on.known_times
        if self.wanted_slots:
            fits = fits & ((columns.session_slots & self.wanted_slots) != 0)
        if profile.earliest is not None:
            fits = fits & (columns.session_start >= profile.earliest)
        if profile.latest is not None:
            fits = fits & (columns.session_start + np.maximum(columns.session_minutes, 0) <= profile.latest)
        return fits

    @cached_property
    def timely(self) -> Bools:
        """By row: whether any of its sessions is when the person wants it."""
        return self.on.any_session(self.time_fits)

    @cached_property
    def speaks(self) -> I8:
        """Whether a wanted language is spoken: 1 yes, -1 others are, 0 nobody said which."""
        codes = self.columns.language_codes.tolist()
        wanted = np.uint64(sum(1 << codes.index(code) for code in set(self.profile.languages) if code in codes))
        spoken = self.on.by_group(self.columns.language)
        return np.where(spoken == 0, 0, np.where((spoken & wanted) != 0, 1, -1)).astype(np.int8)
