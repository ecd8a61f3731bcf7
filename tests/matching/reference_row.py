"""One group at one place beside one person, in plain Python: its gates and its scores, for the reference."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from geopy.distance import great_circle

from service.catalog import facts, freshness, schedule
from service.catalog.barriers import BARRIERS, CULTURE_FACTS, FIRST_VISIT_FACTS, Strength
from service.catalog.facts import FactValue, Value
from service.catalog.views import AreaView, ListedGroup, ListedPlace, SessionView
from service.catalog.where.distance import EARTH_RADIUS_KM
from service.matching.asked import Wish
from service.matching.profile import Profile

SPEED = {"walk": 4.8, "wheel": 3.0, "cycle": 14.0, "bus": 15.0, "car": 30.0}
REGULAR = {"weekly": 1.0, "fortnightly": 0.7, "monthly": 0.4, "ad_hoc": 0.2}
PART = {"morning": 0, "afternoon": 1, "evening": 2}
WEIGHTS = {
    "interest": 0.30,
    "belonging": 0.20,
    "first_visit": 0.15,
    "travel": 0.15,
    "access": 0.10,
    "schedule": 0.08,
    "cost": 0.05,
    "size": 0.04,
    "trust": 0.03,
}
REFERENCE = {code: 0.3 if code == "interest" else 0.5 for code in WEIGHTS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A group somewhere: one row."""

    group: ListedGroup
    place: ListedPlace | None = None
    area: AreaView | None = None

    @property
    def known(self) -> bool:
        return self.place is not None and self.place.latitude is not None

    @property
    def facts(self) -> Mapping[str, FactValue]:
        return self.place.facts if self.place else self.group.facts

    @property
    def sessions(self) -> list[SessionView]:
        if self.place is None:
            return list(self.group.sessions)
        return [s for s in self.group.sessions if s.location_id in (None, self.place.location_id)]


def spots(group: ListedGroup) -> list[Spot]:
    found = [Spot(group=group, place=place) for place in group.places if group.mode in ("in_person", "hybrid")]
    found += [Spot(group=group, area=area) for area in group.areas if area.radius_km is not None]
    return found or [Spot(group=group)]


class OneRow:
    """One group at one place, beside one person."""

    def __init__(
        self,
        spot: Spot,
        profile: Profile,
        today: date,
        interest: float | None,
        wishes: Sequence[Wish],
        introductions: tuple[int, int, int] = (0, 0, 0),
    ) -> None:
        self.asked_for, self.answered, self.asked_lately = introductions
        self.spot, self.group, self.profile, self.today = spot, spot.group, profile, today
        self.interest, self.wishes = interest, wishes
        self.km = self._km()

    # what is known of the row

    def _km(self) -> float | None:
        here = self.profile.place
        to = self.spot.area or (self.spot.place if self.spot.known else None)
        if here is None or to is None or to.latitude is None or to.longitude is None:
            return None
        points = (here.latitude, here.longitude), (to.latitude, to.longitude)
        return float(great_circle(*points, radius=EARTH_RADIUS_KM).km)

    def minutes(self, km: float | None, *, at_its_hour: bool = True) -> float | None:
        if km is None:
            return None
        travel = self.profile.travel or "bus"
        ride = km * 1.3 / SPEED[travel] * 60
        wait = 20 if at_its_hour and self.late else 10
        return min(ride + wait, km * 1.3 / 4.8 * 60) if travel == "bus" else ride

    def fact(self, code: str) -> int:
        known = self.spot.facts.get(code)
        if known is None:
            return 0
        return {Value.YES: 1, Value.NO: -1, Value.NOT_CONFIRMED: 0}[facts.current(known, self.today)]

    def within(self, months: int) -> bool:
        confirmed = self.group.last_confirmed_on
        return confirmed is not None and confirmed >= self.today - relativedelta(months=months)

    @property
    def price(self) -> int | None:
        return self.group.price_pence if self.within(freshness.PRICE_MONTHS) else None

    @property
    def remote(self) -> bool:
        return self.profile.mode != "in_person" and self.group.mode in ("online", "phone", "hybrid")

    def going(self, session: SessionView) -> bool:
        rule, starts = session.meeting.rule, session.meeting.starts_at
        return starts is None or rule is not None or starts.date() >= self.today

    def timed_sessions(self) -> list[SessionView]:
        if not self.within(freshness.TIMES_MONTHS):
            return []
        return [s for s in self.spot.sessions if self.going(s) and schedule.slots(s.meeting)]

    @property
    def wanted_slots(self) -> frozenset[tuple[int, int]]:
        if self.profile.slots or not self.profile.strength("work_hours") or self.profile.earliest is not None:
            return self.profile.slots
        return frozenset((day, part) for day in range(7) for part in range(3) if part == 2 or day >= 5)

    @property
    def asks_times(self) -> bool:
        return bool(self.wanted_slots) or self.profile.earliest is not None or self.profile.latest is not None

    def fits(self, session: SessionView) -> bool:
        starts = session.meeting.starts_at
        assert starts is not None
        minute, wanted = starts.hour * 60 + starts.minute, self.wanted_slots
        slots = {(day, PART[part]) for day, part in schedule.slots(session.meeting)}
        return (
            (not wanted or bool(slots & wanted))
            and (self.profile.earliest is None or minute >= self.profile.earliest)
            and (self.profile.latest is None or minute + (session.meeting.minutes or 0) <= self.profile.latest)
        )

    def to_go_to(self) -> list[SessionView]:
        """The sessions at a wanted time; where there are none, all whose times are known."""
        timed = self.timed_sessions()
        return [s for s in timed if self.fits(s)] or timed

    @property
    def late(self) -> bool:
        """All it could be gone to lies in the evening or on a Sunday."""
        return bool(self.to_go_to()) and not any(self.by_day(s) for s in self.to_go_to())

    def by_day(self, session: SessionView) -> bool:
        starts = session.meeting.starts_at
        assert starts is not None
        slots = {(day, PART[part]) for day, part in schedule.slots(session.meeting)}
        if self.wanted_slots and self.fits(session):
            slots &= self.wanted_slots
        return starts.hour < 19 and any(day < 6 for day, _ in slots)

    @property
    def speaks(self) -> int:
        spoken = set(self.group.languages)
        return 0 if not spoken else 1 if spoken & set(self.profile.languages) else -1

    @property
    def level(self) -> int | None:
        levels = [s.meeting.level for s in self.spot.sessions if self.going(s) and s.meeting.level is not None]
        return min(levels, default=None)

    # gates

    def verdict(self, given_up: frozenset[str]) -> int:
        return min((found for code, found in self._gates().items() if code not in given_up), default=1)

    def _gates(self) -> dict[str, int]:
        profile, group = self.profile, self.group
        sessions = self.spot.sessions
        gates = {"stopped": -1 if sessions and not any(self.going(s) for s in sessions) else 1}
        if profile.mode is not None:
            ways = {"hybrid": ("in_person", "online")}.get(group.mode, (group.mode,))
            gates["mode"] = 1 if profile.mode in ways else -1
        if profile.place is not None and self.spot.area is not None:
            over = (self.km or 0.0) - (self.spot.area.radius_km or 0.0)
            gates["area"] = 1 if over <= 0 else 0 if over <= profile.place.uncertainty_km else -1
        if profile.place is not None:
            gates["reach"], gates["reach_wide"] = self._reach(1.0), self._reach(2.0)
        if profile.age is not None:
            young = group.age_min is not None and profile.age < group.age_min
            gates["age"] = -1 if young or (group.age_max is not None and profile.age > group.age_max) else 1
        refused = {"man": "women_only", "woman": "men_only"}.get(profile.gender or "")
        gates["restriction"] = -1 if refused is not None and group.restriction == refused else 1
        gates |= self._gates_of_musts()
        return gates

    def _reach(self, far: float) -> int:
        profile = self.profile
        if not self.spot.known or self.remote:
            return 1
        assert self.km is not None
        if profile.strength("transport") and self.fact("transport_provided") == 1:
            far *= 2
        if profile.max_km is not None:
            return 1 if self.km <= profile.max_km * 1.25 * far else -1
        if profile.must("transport"):
            return 1 if (self.minutes(self.km) or 0.0) <= 30 * far else -1
        return 1

    @property
    def far(self) -> bool:
        if not self.spot.known or self.remote or self.km is None:
            return False
        return self.km > max(30.0, 2.5 * (self.profile.max_km or 0.0))

    def _gates_of_musts(self) -> dict[str, int]:
        profile, gates = self.profile, {}
        if profile.price_limit is not None or profile.must("cost"):
            limit = 300 if profile.price_limit is None else profile.price_limit
            unknown = 0 if profile.must("cost") else 1
            gates["price"] = unknown if self.price is None else 1 if self.price <= limit else -1
        if profile.must("work_hours"):
            timed = self.timed_sessions()
            gates["times"] = 0 if not timed else 1 if any(self.fits(s) for s in timed) else -1
        if profile.must("language"):
            gates["language"] = kleene_or([self.speaks, self.fact("interpreter_arranged")])
        if profile.must("safety"):
            held = freshness.vetting(self.group.vetting, self.group.vetting_until, self.today)
            gates["vetting"] = 1 if held in ("checked", "trusted") else -1
        if profile.must("social_anxiety") and profile.level_limit is not None:
            gates["level"] = 0 if self.level is None else 1 if self.level <= profile.level_limit else -1
        named = [code for code, strength in profile.needs.items() if strength is Strength.MUST]
        gates["needs"] = min((self.fact(code) for code in named), default=1)
        return gates | self._gates_of_facts()

    def _gates_of_facts(self) -> dict[str, int]:
        profile, gates = self.profile, {}
        if profile.must("culture"):
            gates["culture"] = min((self.fact(code) for code in profile.needs if code in CULTURE_FACTS), default=1)
        for code, barrier in BARRIERS.items():
            if barrier.gate and profile.must(code):
                each = [kleene_or([self.fact(fact) for fact in barrier.gate]), *map(self.fact, barrier.gate_too)]
                gates[f"barrier_{code}"] = min(each)
        return gates

    # scorers

    def score(self) -> float:
        total = 0.0
        parts = {
            "interest": self.interest,
            "belonging": self._belonging(),
            "first_visit": self._first_visit(),
            "travel": self.travel(),
            "access": self._access(),
            "schedule": self._schedule(),
            "cost": self._cost(),
            "size": self._size(),
            "trust": self._trust(),
        }
        for code, weight in WEIGHTS.items():
            value = parts[code]
            if value is not None:
                total += weight / 1.1 * (value - REFERENCE[code])
        total -= 0.02 * min(1.0, self.asked_lately / max(4, (self.group.group_size or 0) / 4))
        return round(total, 9)

    def _belonging(self) -> float | None:
        here = {term.code for term in self.group.terms}
        parts = [1.0 if code in here else None for code in self.profile.life]
        parts += [yes_no(self.fact(code)) for code in self.profile.needs if code in CULTURE_FACTS]
        return mean_known(parts)

    def _first_visit(self) -> float | None:
        need = 0.0
        for code, barrier in BARRIERS.items():
            if barrier.first_visit and self.profile.strength(code):
                need = max(need, 1.0 if self.profile.must(code) else 0.5)
        if need == 0.0:
            return None
        parts = [yes_no(self.fact(code)) for code in FIRST_VISIT_FACTS]
        limit = self.profile.level_limit or 0
        parts.append(None if self.level is None else 1 - min(max(self.level - limit, 0), 6) / 6)
        support = mean_known(parts)
        return None if support is None else 0.5 + need * (support - 0.5)

    def travel(self) -> float | None:
        comfortable = 20.0
        if self.profile.max_km is not None:
            comfortable = max(comfortable, 0.5 * (self.minutes(self.profile.max_km, at_its_hour=False) or 0.0))
        minutes = self.minutes(self.km) if self.spot.known else None
        there = None if minutes is None else 1 / (1 + (minutes / comfortable) ** 2)
        if self.remote and (there is None or there < 0.5):
            return 0.8 if self.profile.mode in ("online", "phone") else 0.5
        return there

    def _access(self) -> float | None:
        total, weight, known = 0.0, 0.0, False
        for code, strength in self.profile.barriers.items():
            parts = self._access_parts(code)
            if parts:
                share, mean = (2.0 if strength is Strength.MUST else 1.0), mean_known(parts)
                known = known or mean is not None
                total, weight = total + share * (0.5 if mean is None else mean), weight + share
        for code in self.profile.needs:
            if code not in CULTURE_FACTS:
                value = yes_no(self.fact(code))
                known = known or value is not None
                total, weight = total + (0.5 if value is None else value), weight + 1
        return total / weight if known else None

    def _access_parts(self, code: str) -> list[float | None]:
        if code == "culture":
            return []
        codes = [fact for fact in BARRIERS[code].facts if fact != "parking" or self.profile.travel == "car"]
        parts = [yes_no(self.fact(fact)) for fact in codes]
        if code == "language":
            parts.append(yes_no(self.speaks))
        if code == "work_hours":
            timed = self.timed_sessions()
            parts.append(float(any(self.fits(s) for s in timed)) if timed else None)
        return parts

    def _schedule(self) -> float | None:
        timed = self.timed_sessions()
        if not timed:
            return None
        regular = max(REGULAR[schedule.regularity(s.meeting)] for s in timed)
        soon = max(self.soon(s) for s in self.to_go_to())
        return (
            (float(any(self.fits(s) for s in timed)) + regular + soon) / 3 if self.asks_times else (regular + soon) / 2
        )

    def soon(self, session: SessionView) -> float:
        """By walking through the days: a plain weekly rule, or a single date."""
        rule, starts = session.meeting.rule, session.meeting.starts_at
        assert starts is not None
        if rule is not None and schedule.describe(rule, starts).repeat != "weekly":
            return 0.5
        coming = starts.date()
        if rule is not None:
            every, weekdays = schedule.describe(rule, starts).every, {day for day, _ in schedule.slots(session.meeting)}
            monday = coming - timedelta(days=coming.weekday())
            coming = max(coming, self.today)
            while coming.weekday() not in weekdays or (coming - monday).days // 7 % every:
                coming += timedelta(days=1)
        days = (coming - self.today).days
        return 1.0 if days <= 7 else 0.7 if days <= 14 else 0.4 if days <= 31 else 0.2

    def _cost(self) -> float | None:
        limit = self.profile.price_limit
        top = 1000.0 if limit is None else max(float(limit), 1.0)
        return None if self.price is None else min(max(1 - self.price / top, 0.0), 1.0)

    def _size(self) -> float | None:
        wanted = {wish.code for wish in self.wishes}
        quiet = any(self.profile.strength(code) for code in ("social_anxiety", "sensory", "low_mood"))
        bands = [("large", 2), ("medium", 1), ("small", 0)]
        said = [self.profile.size] if self.profile.size else [code.removeprefix("format.") for code in wanted]
        aim = next((band for size, band in bands if size in said), 0 if quiet else None)
        people = self.group.group_size
        if aim is None or people is None:
            return None
        return 1 - abs((0 if people <= 8 else 1 if people <= 20 else 2) - aim) / 2

    def _trust(self) -> float | None:
        confirmed = self.group.last_confirmed_on
        days = None if confirmed is None else (self.today - confirmed).days
        fresh = None if days is None else 1.0 if days <= 183 else 0.75 if days <= 365 else 0.5 if days <= 730 else 0.25
        state = freshness.capacity(self.group.capacity_state, self.group.capacity_until, self.today)
        room = {None: None, "open": 1.0, "waiting_list": 0.3, "full": 0.0}[state]
        answers = (self.answered + 2.1) / (self.asked_for + 3) if self.asked_for else None
        known = [part for part in (fresh, room, answers) if part is not None]
        return sum(known) / len(known) if known else None

    @property
    def waiting(self) -> bool:
        held = freshness.capacity(self.group.capacity_state, self.group.capacity_until, self.today)
        return held in ("waiting_list", "full")


def kleene_or(values: Sequence[int]) -> int:
    return 1 if 1 in values else -1 if all(value == -1 for value in values) else 0


def yes_no(value: int) -> float | None:
    return {1: 1.0, -1: 0.0, 0: None}[value]


def mean_known(parts: Sequence[float | None]) -> float | None:
    """Mean in which not confirmed counts half; None where nothing is known."""
    if all(part is None for part in parts):
        return None
    return sum(0.5 if part is None else part for part in parts) / len(parts)
