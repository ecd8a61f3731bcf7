"""What rules a group out: one function, one reason. Pure.

Each gate answers by row: `OUT`, `ASK` (not confirmed: the group stays, below all confirmed ones) or `IN`. Unknown never
counts as no and never as yes. A gate marked relaxable may be given up when little is left, and is then named.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.catalog.barriers import BARRIERS, CULTURE_FACTS, Strength
from service.matching.asked import Asked
from service.matching.columns import AREA, IN_PERSON, ONLINE, PHONE, PLACE, RESTRICTIONS, UNKNOWN, VETTING

I8 = NDArray[np.int8]
OUT: Final = -1
ASK: Final = 0
IN: Final = 1
ASIDE: Final = "put_aside"

WIDE = 2.0  # how much further the first widening of a stated reach goes (proposed)
REACH_SLACK = 1.25  # a stated reach gates at 1.25 × it: 159 of 161 good judged pairs lie inside
MUST_MINUTES = 30.0  # transport is a must and no reach is stated: further than this is too far (proposed)
MUST_PENCE = 300  # cost is a must and no limit is stated (proposed)
_BITS = {"in_person": IN_PERSON, "online": ONLINE, "phone": PHONE}


@dataclass(frozen=True, slots=True)
class Gate:
    """One reason a group may be ruled out.

    Attributes
    ----------
    code : str
        The reason, as a stable code.
    judge : callable
        `Asked` to an array by row of OUT, ASK or IN; None where the person asked nothing of the kind.
    relaxable : bool
        Whether the wish may be given up. A must never is.
    """

    code: str
    judge: Callable[[Asked], I8 | None]
    relaxable: bool = False


def _verdict(passes: NDArray[np.bool_]) -> I8:
    return np.where(passes, IN, OUT).astype(np.int8)


def mode(asked: Asked) -> I8 | None:
    """Meet in person, online or by phone, as wished."""
    if asked.profile.mode is None:
        return None
    return _verdict(asked.on.by_group(asked.columns.way & _BITS[asked.profile.mode]) != 0)


def area(asked: Asked) -> I8 | None:
    """A service for an area takes people who live in it; nearer to its edge than the place is known: ask."""
    place = asked.profile.place
    if place is None:
        return None
    over = asked.km - asked.columns.radius_km
    inside = np.where(over <= 0, IN, np.where(over <= place.uncertainty_km, ASK, OUT))
    return np.where(asked.columns.kind == AREA, inside, IN).astype(np.int8)


def reach(asked: Asked) -> I8 | None:
    """A place must lie within the reach, with slack, or twice as far where people are fetched; from home is exempt."""
    return _within(asked, 1.0)


def reach_wide(asked: Asked) -> I8 | None:
    """The same, further out: what still holds when the reach itself is given up."""
    return _within(asked, WIDE)


def _within(asked: Asked, times_as_far: float) -> I8 | None:
    profile = asked.profile
    if profile.place is None or (profile.max_km is None and not profile.must("transport")):
        return None
    if profile.max_km is not None:
        share = asked.km / (profile.max_km * REACH_SLACK * times_as_far)
    else:
        share = asked.minutes / (MUST_MINUTES * times_as_far)
    near = share <= 1.0
    if profile.strength("transport"):
        near = near | ((asked.on.fact("transport_provided") == 1) & (share <= WIDE))
    return _verdict((asked.columns.kind != PLACE) | asked.remote | near)


def age(asked: Asked) -> I8 | None:
    """Inside the stated ages. A group that states none may take anybody."""
    years, columns = asked.profile.age, asked.columns
    if years is None:
        return None
    young = (columns.age_min != UNKNOWN) & (years < columns.age_min)
    old = (columns.age_max != UNKNOWN) & (years > columns.age_max)
    return _verdict(~asked.on.by_group(young | old).astype(np.bool_))


def restriction(asked: Asked) -> I8 | None:
    """Lawfully for women, or for men: read only from what the person said, never inferred."""
    refused = {"man": "women_only", "woman": "men_only"}.get(asked.profile.gender or "")
    if refused is None:
        return None
    return _verdict(asked.on.by_group(asked.columns.restriction) != RESTRICTIONS.index(refused))


def price(asked: Asked) -> I8 | None:
    """A known price within the limit. Not confirmed: stays; where cost is a must, ask first."""
    limit, must = asked.profile.price_limit, asked.profile.must("cost")
    if limit is None and not must:
        return None
    within = asked.on.price <= (MUST_PENCE if limit is None else limit)
    return np.where(asked.on.price == UNKNOWN, ASK if must else IN, np.where(within, IN, OUT)).astype(np.int8)


def times(asked: Asked) -> I8 | None:
    """At least one session outside work or care, when hours are a must."""
    if not asked.profile.must("work_hours"):
        return None
    return np.where(asked.on.timed, np.where(asked.timely, IN, OUT), ASK).astype(np.int8)


def language(asked: Asked) -> I8 | None:
    """A shared language or an interpreter, when language is a must."""
    if not asked.profile.must("language"):
        return None
    known = np.stack([asked.speaks, asked.on.fact("interpreter_arranged")])
    return np.where((known == 1).any(axis=0), IN, np.where((known == -1).all(axis=0), OUT, ASK)).astype(np.int8)


def vetting(asked: Asked) -> I8 | None:
    """Only organisations whose papers were checked, when safety is a must: never traded, unknown is not enough."""
    if not asked.profile.must("safety"):
        return None
    return _verdict(asked.on.vetting >= VETTING.index("checked"))


def level(asked: Asked) -> I8 | None:
    """No bigger step than the person set, when social worry is a must."""
    limit = asked.profile.level_limit
    if limit is None or not asked.profile.must("social_anxiety"):
        return None
    known = ~np.isnan(asked.on.level)
    return np.where(known, np.where(asked.on.level <= limit, IN, OUT), ASK).astype(np.int8)


def put_aside(asked: Asked) -> I8 | None:
    """Groups the person has put aside, and the one they want others like: nothing brings these back but they."""
    return _verdict(~asked.aside) if asked.profile.left_out else None


def stopped(asked: Asked) -> I8 | None:
    """Groups whose dated sessions are all over."""
    return _verdict(~asked.on.stopped)


def _barrier(code: str) -> Callable[[Asked], I8 | None]:
    barrier = BARRIERS[code]

    def judge(asked: Asked) -> I8 | None:
        if not asked.profile.must(code):
            return None
        both: I8 = np.stack([asked.either(barrier.gate), *map(asked.on.fact, barrier.gate_too)]).min(axis=0)
        return both

    judge.__doc__ = f"One of the facts that remove {code}, and each that must hold too, when it is a must."
    return judge


def needs(asked: Asked) -> I8 | None:
    """Facts the person named as a must."""
    named = [code for code, strength in asked.profile.needs.items() if strength is Strength.MUST]
    if not named:
        return None
    lowest: I8 = np.stack([asked.on.fact(code) for code in sorted(named)]).min(axis=0)
    return lowest


def culture(asked: Asked) -> I8 | None:
    """Named wishes of culture, faith or identity, when that is a must; without a name there is nothing to judge."""
    named = sorted(set(asked.profile.needs) & set(CULTURE_FACTS))
    if not asked.profile.must("culture") or not named:
        return None
    lowest: I8 = np.stack([asked.on.fact(code) for code in named]).min(axis=0)
    return lowest


GATES: tuple[Gate, ...] = (
    Gate(ASIDE, put_aside),
    Gate("stopped", stopped),
    Gate("mode", mode, relaxable=True),
    Gate("area", area),
    Gate("reach", reach, relaxable=True),
    Gate("reach_wide", reach_wide, relaxable=True),
    Gate("age", age),
    Gate("restriction", restriction),
    Gate("price", price, relaxable=True),
    Gate("times", times),
    Gate("language", language),
    Gate("vetting", vetting),
    Gate("level", level),
    Gate("needs", needs),
    Gate("culture", culture),
    *(Gate(f"barrier_{code}", _barrier(code)) for code, barrier in BARRIERS.items() if barrier.gate),
)


def may_relax(gate: Gate, asked: Asked) -> bool:
    """Whether this wish may be given up for this person: a must never may."""
    must = {"reach": "transport", "reach_wide": "transport", "price": "cost"}.get(gate.code)
    return gate.relaxable and not (must and asked.profile.must(must))


def verdicts(asked: Asked) -> dict[str, I8]:
    """Judge every gate that this person's wishes open."""
    judged = ((gate.code, gate.judge(asked)) for gate in GATES)
    return {code: found for code, found in judged if found is not None}
