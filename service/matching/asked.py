"""One person's question laid beside the catalogue: the arrays that gates and scorers share. Pure.

Everything is by row of `Columns` unless it says so, and is worked out at most once a question.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from service.catalog.barriers import BARRIERS
from service.catalog.where.distance import km_from
from service.matching.columns import PLACE, TERM_WEIGHTS, Columns, halves, language_number, name_hash, name_key
from service.matching.day import Day
from service.matching.profile import Profile, Travel
from service.matching.travel import DEFAULT_TRAVEL as DEFAULT_TRAVEL
from service.matching.travel import LATE_FROM, WEEKDAYS, minutes_by

F64 = NDArray[np.float64]
I8 = NDArray[np.int8]
Bools = NDArray[np.bool_]

WORTH_SAYING = 0.3  # a wish met by less than this is no reason
HORIZON_KM = 30.0  # what is further comes last (proposed); further than that only where twice the stated reach is
LONGEST_NAME = 300  # characters
EVENINGS_AND_WEEKENDS = frozenset({(day, 2) for day in range(5)} | {(day, part) for day in (5, 6) for part in range(3)})


def horizon(profile: Profile) -> float:
    """Return the km beyond which a place comes after everything nearer."""
    return HORIZON_KM if profile.max_km is None else max(HORIZON_KM, 2.5 * profile.max_km)


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
    likeness, avoided_score : ndarray, shape (n_groups,)
        Likeness to what is wanted, and to what is not, each in [0, 1].
    asks : bool
        Whether anything was wished for.
    term_codes : tuple of str
        Codes of terms by number.
    closeness : mapping of wanted code to ndarray, shape (n_terms,)
        How close every term is to each wish, in [0, 1].
    routed : ndarray, shape (n_rows,) or (0,)
        Minutes that a routing service told; NaN where it was not asked or could not say.
    """

    on: Day
    profile: Profile
    wishes: tuple[Wish, ...] = ()
    avoided: frozenset[str] = frozenset()
    likeness: F64 = field(default_factory=lambda: np.zeros(0))
    avoided_score: F64 = field(default_factory=lambda: np.zeros(0))
    asks: bool = False
    term_codes: tuple[str, ...] = ()
    closeness: Mapping[str, F64] = field(default_factory=dict)
    routed: F64 = field(default_factory=lambda: np.zeros(0))

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
        return km_from(place.latitude, place.longitude, self.columns.position.T)

    @cached_property
    def travel(self) -> Travel:
        """How the person gets about; without a word on it, on foot or by bus, whichever is quicker."""
        return self.profile.travel or DEFAULT_TRAVEL

    @cached_property
    def minutes(self) -> F64:
        """Minutes door to door at the hour it meets, told or estimated, for rows that are a place; NaN elsewhere."""
        estimate = np.where(self.columns.kind == PLACE, minutes_by(self.travel, self.km, self.late), np.nan)
        return np.where(np.isnan(self.routed), estimate, self.routed) if len(self.routed) else estimate

    def estimated(self, row: int) -> bool:
        """Whether the minutes of a row are an estimate, and not what a routing service told."""
        return not len(self.routed) or bool(np.isnan(self.routed[row]))

    @cached_property
    def remote(self) -> Bools:
        """Rows one can take part in from home, unless the person wants to meet in person."""
        if self.profile.mode == "in_person":
            return np.zeros(self.columns.n_rows, dtype=np.bool_)
        return self.on.from_home

    @cached_property
    def named(self) -> Bools:
        """Rows of groups whose name is exactly what was typed."""
        typed = typed_name(self.profile)
        if not typed:
            return np.zeros(self.columns.n_rows, dtype=np.bool_)
        return self.on.by_group(self.columns.name == np.uint64(typed))

    @cached_property
    def aside(self) -> Bools:
        """Rows of groups that the person has put aside, and of the one they want others like."""
        return self.on.by_group(are_aside(self.columns, self.profile))

    @cached_property
    def far(self) -> Bools:
        """Rows so far away that they come after everything else, however well they suit."""
        if self.profile.place is None:
            return np.zeros(self.columns.n_rows, dtype=np.bool_)
        beyond: Bools = (self.km > horizon(self.profile)) & (self.columns.kind == PLACE) & ~self.remote
        return beyond

    def terms_of(self, group: int) -> dict[str, float]:
        """Return the terms of one group with their weights."""
        here = slice(int(self.columns.term_starts[group]), int(self.columns.term_starts[group + 1]))
        numbers, weights = self.columns.term[here].tolist(), (self.columns.term_weight[here] / TERM_WEIGHTS).tolist()
        return {self.term_codes[number]: weight for number, weight in zip(numbers, weights, strict=True)}

    def carries(self, code: str) -> Bools:
        """Rows of groups that carry this very term."""
        columns = self.columns
        number = self.term_codes.index(code) if code in self.term_codes else -1
        found = np.bincount(columns.term_group, weights=columns.term == number, minlength=columns.n_groups) > 0
        return self.on.by_group(found)

    def offered(self, group: int) -> dict[str, tuple[str, float]]:
        """Return, for each wish the group meets, the term that meets it and how close it is; best first."""
        columns = self.columns
        here = slice(int(columns.term_starts[group]), int(columns.term_starts[group + 1]))
        numbers, weights = columns.term[here].tolist(), (columns.term_weight[here] / TERM_WEIGHTS).tolist()
        found: dict[str, tuple[str, float]] = {}
        for wish in self.wishes:
            close = self.closeness[wish.code]
            met = [float(close[n]) * weight * wish.weight for n, weight in zip(numbers, weights, strict=True)]
            best = max(met, default=0.0)
            if best > WORTH_SAYING:
                found[wish.code] = (self.term_codes[numbers[met.index(best)]], best)
        return dict(sorted(found.items(), key=lambda item: (-item[1][1], item[0])))

    def count_groups(self, rows: Bools) -> int:
        """How many groups have a marked row."""
        return int(np.count_nonzero(np.bincount(self.columns.group[rows], minlength=1)))

    def fact_at(self, row: int, code: str) -> int:
        """1 yes, -1 no, 0 not confirmed today, for one row."""
        return int(self.on.fact(code)[row])

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
    def to_go_to(self) -> Bools:
        """By session: those when the person wants it; where a row has none of these, all whose times are known."""
        fits: Bools = self.time_fits | (self.on.known_times & ~self.timely[self.columns.session_row])
        return fits

    @cached_property
    def soon(self) -> F64:
        """By row: how soon it meets next when the person wants it, in [0, 1]; NaN where no time is known."""
        soon = np.zeros(self.columns.n_rows)
        which = self.to_go_to
        np.maximum.at(soon, self.columns.session_row[which], self.on.soon[which])
        return np.where(self.on.timed, soon, np.nan)

    @cached_property
    def late(self) -> Bools:
        """By row: whether it meets only when fewer buses run, in the evening or on Sunday. Times not known: by day."""
        columns = self.columns
        wanted = np.where(self.time_fits & bool(self.wanted_slots), self.wanted_slots, -1)
        by_day = (columns.session_slots & wanted & WEEKDAYS != 0) & (columns.session_start < LATE_FROM)
        return self.on.timed & ~self.on.any_session(self.to_go_to & by_day)

    @cached_property
    def speaks(self) -> I8:
        """Whether a wanted language is spoken: 1 yes, -1 others are, 0 nobody said which."""
        columns = self.columns
        wanted = np.isin(columns.language, [language_number(code) for code in self.profile.languages])
        spoken = np.diff(columns.language_starts) > 0
        met = np.bincount(columns.language_group, weights=wanted, minlength=columns.n_groups) > 0
        return self.on.by_group(np.where(spoken, np.where(met, 1, -1), 0)).astype(np.int8)


def are_aside(columns: Columns, profile: Profile) -> Bools:
    """By group: whether the person has put it aside, or wants others like it."""
    found = np.zeros(columns.n_groups, dtype=np.bool_)
    for one in profile.left_out:
        high, low = halves(UUID(one))
        found |= (columns.id_low == np.uint64(low)) & (columns.id_high == np.uint64(high))
    return found


def typed_name(profile: Profile) -> int:
    """Return what stands for the whole text in the index of names; 0: it is too long for a name."""
    return name_hash(name_key(profile.text)) if len(profile.text) <= LONGEST_NAME else 0
