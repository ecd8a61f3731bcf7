"""Made-up groups and people of any number, the same for the same seed.

`groups` and `profiles` are for tests: every mode, fact, age, hole and edge occurs, most of it oftener than in life.
`world` and `askers` are for measuring: a nation as it may be.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from service.catalog import barriers, facts
from service.catalog.facts import FactValue, Source, Value
from service.catalog.schedule import Meeting
from service.catalog.views import AreaView, ListedGroup, ListedPlace, SessionView, TermView
from service.catalog.words.taxonomy import Taxonomy
from service.matching.profile import Gender, Mode, Profile, Size, Travel, Where
from tests.benchmarks.clock import NOW, TODAY
from tests.benchmarks.nation import world
from tests.benchmarks.people import askers

__all__ = ["NOW", "TODAY", "askers", "choosy", "groups", "introductions", "profiles", "world"]

CENTRE = (53.42, -2.32)  # Sale, Greater Manchester
SPREAD_DEGREES = 0.18  # about 20 km
RULES = ("FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2", "FREQ=MONTHLY;BYDAY=2TU", "FREQ=WEEKLY;BYDAY=MO,WE,FR", None)
MODES = ("in_person",) * 12 + ("hybrid", "online", "phone", "in_person")
FILLER = ["tea", "chat", "hall", "friendly", "learn", "weekly", "garden", "kitchen", "quiet", "songs", "walk"]


def groups(many: int, taxonomy: Taxonomy, *, seed: int = 7) -> list[ListedGroup]:
    """Return so many groups."""
    dice = random.Random(seed)  # noqa: S311
    codes = [term.code for term in taxonomy.terms]
    return [_group(number, dice, taxonomy, codes) for number in range(many)]


def _group(number: int, dice: random.Random, taxonomy: Taxonomy, codes: Sequence[str]) -> ListedGroup:
    terms = dice.sample(codes, k=dice.randint(0, 4))
    labels = [term.label for code in terms if (term := taxonomy.get(code)) is not None]
    words = " ".join(labels + dice.choices(FILLER, k=12))
    mode = dice.choice(MODES)
    own = _facts(dice, 6)
    places = [_place(number * 4 + n, dice, own) for n in range(dice.choice((0, 1, 1, 1, 1, 2)))]
    low = dice.choice((None, None, None, 0, 13, 18, 50, 65))
    return ListedGroup(
        id=UUID(int=number + 1),
        slug=f"made-up-{number}",
        name=f"{(labels or ['Open'])[0]} {dice.choice(FILLER)} {number} (example)",
        also_known_as=None,
        description=words,
        what_happens=" ".join(dice.choices(FILLER, k=6)) if dice.random() < 0.5 else None,
        who_for=None,
        eligibility=None,
        organisation_id=UUID(int=1),
        organisation_name="Made-up Neighbours (example)",
        vetting=dice.choice(("listed", "contacted", "checked", "trusted")),
        vetting_until=dice.choice((None, TODAY - timedelta(days=1), TODAY + timedelta(days=90))),
        status="published",
        joinable=True,
        mode=mode,
        age_min=low,
        age_max=None if low is None else dice.choice((None, low + 12, low + 40)),
        restriction=dice.choice((None,) * 8 + ("women_only", "men_only")),
        price_pence=dice.choice((None, None, 0, 0, 0, 100, 250, 300, 500, 1200)),
        currency="GBP",
        group_size=dice.choice((None, None, 4, 8, 12, 20, 35)),
        capacity_state=dice.choice((None, None, "open", "waiting_list", "full")),
        capacity_until=dice.choice((None, TODAY - timedelta(days=2), TODAY, TODAY + timedelta(days=9))),
        is_enabler=dice.random() < 0.06,
        removes=tuple(dice.sample(barriers.CODES, k=2)) if dice.random() < 0.06 else (),
        nationwide=mode == "online",
        last_confirmed_on=dice.choice((None, *(TODAY - timedelta(days=days) for days in (5, 100, 184, 300, 366, 900)))),
        confirmed_precision="day",
        source="local",
        source_year=None,
        is_example=True,
        changed_sequence=1,
        terms=tuple(
            TermView(code=code, weight=dice.choice((1.0, 0.8, 0.5)), source="import") for code in sorted(terms)
        ),
        languages=tuple(sorted(dice.sample(("en", "pl", "ur", "cy"), k=dice.choice((0, 0, 1, 2))))),
        facts=own,
        places=tuple(places),
        sessions=tuple(_session(number * 4 + n, dice, places) for n in range(dice.choice((0, 1, 1, 2)))),
        areas=tuple(_area(dice) for _ in range(dice.choice((0, 0, 0, 1)))),
    )


def _facts(dice: random.Random, many: int) -> dict[str, FactValue]:
    return {
        code: FactValue(
            code=code,
            value=dice.choice((Value.YES, Value.YES, Value.NO, Value.NOT_CONFIRMED)),
            source=Source.EDITOR_CALL,
            confirmed_on=TODAY - timedelta(days=dice.choice((1, 200, 365, 366, 730, 731))),
        )
        for code in sorted(dice.sample(facts.CODES, k=dice.randint(0, many * 2)))
    }


def _place(number: int, dice: random.Random, own: Mapping[str, FactValue]) -> ListedPlace:
    known = dice.random() < 0.93
    return ListedPlace(
        location_id=UUID(int=1_000_000 + number),
        latitude=CENTRE[0] + dice.uniform(-SPREAD_DEGREES, SPREAD_DEGREES) if known else None,
        longitude=CENTRE[1] + dice.uniform(-SPREAD_DEGREES, SPREAD_DEGREES) * 1.6 if known else None,
        precision=dice.choice(("exact", "exact", "sector", "district", "named")),
        label=dice.choice(("Sale", "Altrincham", "Urmston", "Stretford")),
        facts={**_facts(dice, 5), **own},
    )


def _session(number: int, dice: random.Random, places: Sequence[ListedPlace]) -> SessionView:
    starts = datetime(2025, 1, 6, dice.choice((9, 10, 12, 14, 17, 19)), dice.choice((0, 30))) + timedelta(  # noqa: DTZ001
        days=dice.randint(0, 6)
    )
    rule = dice.choice(RULES)
    if rule is None and dice.random() < 0.5:  # a single meeting still to come
        starts += timedelta(days=720)
    return SessionView(
        id=UUID(int=2_000_000 + number),
        location_id=dice.choice((None, *(place.location_id for place in places))),
        words=None,
        note=None,
        meeting=Meeting(
            rule=rule,
            starts_at=starts if dice.random() < 0.9 else None,
            minutes=dice.choice((None, 45, 60, 120)),
            time_zone="Europe/London",
            level=dice.choice((None, 0, 1, 2, 3, 4, 5, 6)),
        ),
    )


def _area(dice: random.Random) -> AreaView:
    return AreaView(
        name="Trafford",
        latitude=CENTRE[0] + dice.uniform(-0.1, 0.1),
        longitude=CENTRE[1] + dice.uniform(-0.1, 0.1),
        radius_km=dice.choice((2.0, 8.0, 30.0)),
    )


def introductions(many: int, *, seed: int = 13) -> dict[UUID, tuple[int, int, int]]:
    """Return of some of `groups`: introductions asked, of them answered, and asked lately."""
    dice = random.Random(seed)  # noqa: S311
    made = {}
    for number in range(many):
        asked = dice.choice((0, 0, 1, 4, 20))
        made[UUID(int=number + 1)] = (asked, dice.randint(0, asked), dice.choice((0, 0, 1, 3, 12)))
    return {key: figures for key, figures in made.items() if any(figures)}


def profiles(many: int, taxonomy: Taxonomy, *, seed: int = 11) -> list[Profile]:
    """Return so many people's wishes."""
    dice = random.Random(seed)  # noqa: S311
    labels = [term.label.lower() for term in taxonomy.terms]
    codes = [term.code for term in taxonomy.terms]
    return [_profile(dice, labels, codes) for _ in range(many)]


def choosy(people: Sequence[Profile], many: int, taxonomy: Taxonomy, *, seed: int = 17) -> list[Profile]:
    """Return the same people after a look at a list: they put groups aside, refuse things, want more like one."""
    dice = random.Random(seed)  # noqa: S311
    codes = [term.code for term in taxonomy.terms]
    sizes: tuple[Size | None, ...] = (None, None, "small", "medium", "large")
    ids = [str(UUID(int=number + 1)) for number in range(many + 1)]  # one that is no group
    return [
        replace(
            profile,
            put_aside=tuple(dice.sample(ids, k=min(len(ids), dice.choice((0, 1, 1, 3, 12))))),
            like=dice.choice(("", "", *ids)) if dice.random() < 0.4 else "",
            avoid=tuple(dice.sample(codes, k=dice.choice((0, 0, 1, 2)))),
            size=dice.choice(sizes),
        )
        for profile in people
    ]


def _profile(dice: random.Random, labels: Sequence[str], codes: Sequence[str]) -> Profile:
    modes: tuple[Mode | None, ...] = (None, None, None, "in_person", "online", "phone")
    travels: tuple[Travel | None, ...] = (None, "walk", "wheel", "cycle", "bus", "car")
    genders: tuple[Gender | None, ...] = (None, None, "woman", "man", "other")
    chosen = dice.sample(codes, k=dice.choice((0, 0, 1, 1, 2, 3)))
    strengths = tuple(barriers.Strength)
    slots = [(day, part) for day in range(7) for part in range(3)]
    earliest = dice.choice((None, None, None, 9 * 60, 17 * 60))
    return Profile(
        text=_story(dice, labels),
        interests=tuple(code for code in chosen if not code.startswith("life.")),
        life=tuple(code for code in chosen if code.startswith("life.")),
        barriers={code: dice.choice(strengths) for code in dice.sample(barriers.CODES, k=dice.choice((0, 0, 1, 2, 4)))},
        needs={code: dice.choice(strengths) for code in dice.sample(facts.CODES, k=dice.choice((0, 0, 0, 1, 2)))},
        place=_where(dice),
        max_km=dice.choice((None, None, 1.0, 3.0, 8.0, 25.0)),
        travel=dice.choice(travels),
        slots=frozenset(dice.sample(slots, k=dice.choice((0, 0, 1, 5)))),
        earliest=earliest,
        latest=None if earliest is None else dice.choice((None, earliest + 240)),
        age=dice.choice((None, None, 9, 16, 30, 66, 90)),
        price_limit=dice.choice((None, None, 0, 250, 500)),
        languages=tuple(dice.sample(("en", "pl", "ur", "xx"), k=dice.choice((0, 0, 0, 1, 2)))),
        mode=dice.choice(modes),
        gender=dice.choice(genders),
        level_limit=dice.choice((None, None, None, 0, 2, 4)),
        limit=dice.choice((1, 10, 50)),
    )


def _story(dice: random.Random, labels: Sequence[str]) -> str:
    if dice.random() < 0.3:
        return ""
    told = dice.sample(labels, k=dice.choice((1, 1, 2)))
    ending = dice.choice(("", " but not too far", ", no " + dice.choice(labels), " gardenn kichen"))
    return " ".join(dice.choices(FILLER, k=3)) + " " + " and ".join(told) + ending


def _where(dice: random.Random) -> Where | None:
    if dice.random() < 0.15:
        return None
    latitude, longitude = (CENTRE[0] + dice.uniform(-0.15, 0.15), CENTRE[1] + dice.uniform(-0.2, 0.2))
    return Where(label="somewhere", latitude=latitude, longitude=longitude, uncertainty_km=dice.choice((0.5, 2.0)))
