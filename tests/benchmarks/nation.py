"""A made-up nation's groups and the people who ask for them: any number, the same for the same seed, made fast.

What many groups share (meetings, facts, terms, phrases) is made once and handed to many; a group itself takes about
15 µs, and none is kept.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import repeat
from typing import Any
from uuid import UUID

import numpy as np

from service.catalog import barriers, facts
from service.catalog.facts import FactValue, Source, Value
from service.catalog.schedule import Meeting
from service.catalog.views import AreaView, ListedGroup, ListedPlace, SessionView, TermView
from service.catalog.words.taxonomy import Taxonomy, Term
from tests.benchmarks import vocabulary
from tests.benchmarks.clock import TODAY
from tests.benchmarks.country import Country, country

LOT = 4096  # groups made at a time
SHARED = 8_000  # different sets of terms, and of facts
PHRASES = 12  # different ways to tell of one set of terms
ONLINE, HYBRID, AT_HOME, ENABLERS = 0.03, 0.02, 0.01, 0.02
TOPIC_OFFSET, TOPIC_SLOPE = 8.0, 0.8  # some things are done everywhere, some are rare
MODES = ("in_person", "online", "hybrid", "phone", "area")
RULES = ("FREQ=WEEKLY",) * 6 + ("FREQ=WEEKLY;INTERVAL=2", "FREQ=MONTHLY;BYDAY=2TU", "FREQ=WEEKLY;BYDAY=MO,WE")
KINDS = vocabulary.apart(
    "Club,Circle,Friends,Together,Collective,Society,Meet-up,Neighbours,Project,Class,Morning,Evening", ","
)
HOUSES = vocabulary.apart("Hall,Library,Community Centre,Chapel,Park,Room,Café,School,Pavilion,House", ",")
AGES = ((None, None),) * 10 + ((18, None), (50, None), (55, None), (65, None), (16, 30), (11, 18), (5, 12), (18, 65))
PRICES = (None,) * 8 + (0,) * 10 + (100, 150, 200, 250, 300, 350, 500, 600, 800, 1200)
RESTRICTED = (None,) * 38 + ("women_only", "men_only")
STATES = (None,) * 12 + ("open",) * 5 + ("waiting_list", "full", "full")
SIZES = (None,) * 4 + (4, 8, 12, 20, 35, 60)
SPEAKS = ((),) * 14 + (("en",),) * 4 + (("en", "pl"), ("en", "ur"), ("cy", "en"))
CONFIRMED = tuple(TODAY - timedelta(days=days) for days in (5, 40, 100, 184, 300, 366, 500, 900)) + (None,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A set of terms, the main one first, and ways to tell of it."""

    terms: tuple[TermView, ...]
    label: str
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """What many groups share."""

    topics: Sequence[Topic]
    own: Sequence[dict[str, FactValue]]
    with_place: Sequence[dict[str, FactValue]]
    meetings: Sequence[Meeting]
    words: Sequence[str]
    proper: Sequence[str]


def world(many: int, taxonomy: Taxonomy, *, seed: int = 7) -> Iterator[ListedGroup]:
    """Yield so many groups; the first term of each is its main one, and its weight is 1."""
    land, stock = country(many, seed), _stock(many, taxonomy, seed)
    for first in range(0, many, LOT):
        dice = np.random.default_rng([seed, 1, first])
        yield from _lot(first, min(LOT, many - first), dice, land, stock)


def _lot(first: int, many: int, dice: np.random.Generator, land: Country, stock: Stock) -> Iterator[ListedGroup]:
    spots, latitudes, longitudes = land.draw(dice, many)
    columns: tuple[list[Any], ...] = (
        list(range(first, first + many)),
        [land.names[town] for town in land.town[spots].tolist()],
        np.round(latitudes, 5).tolist(),
        np.round(longitudes, 5).tolist(),
        np.searchsorted(_cut(ONLINE, HYBRID, AT_HOME / 2, AT_HOME / 2), dice.random(many)).tolist(),
        (dice.random(many) < ENABLERS).tolist(),
        *(dice.integers(0, 1 << 30, many).tolist() for _ in range(3)),
    )
    for row in zip(*columns, strict=True):
        yield _group(stock, *row)


def _cut(*rare: float) -> list[float]:
    return [1 - sum(rare), *(1 - sum(rare[at:]) for at in range(1, len(rare)))]


def _group(
    stock: Stock, number: int, town: str, lat: float, lon: float, way: int, enabler: int, a: int, b: int, c: int
) -> ListedGroup:
    topic = stock.topics[a % SHARED]
    shared = (a >> 13) % SHARED
    kind = MODES[way]
    places = _places(stock, number, town, lat, lon, shared, b) if kind in ("in_person", "hybrid") else ()
    low, high = AGES[b % 18]
    state = STATES[b % 20]
    return ListedGroup(
        id=UUID(int=number + 1),
        slug=f"made-up-{number}",
        name=_called(stock, topic, town, a, c),
        also_known_as=None,
        description=_told(stock, topic, b, c, 26 + b % 9),
        what_happens=_told(stock, topic, c, b, 7 + c % 5) if c & 3 else None,
        who_for=None,
        eligibility=None,
        organisation_id=_ORGANISATION,
        organisation_name="Made-up Neighbours (example)",
        vetting=("listed", "contacted", "checked", "trusted")[c & 3],
        vetting_until=_SOON if c & 1 else None,
        status="published",
        joinable=True,
        mode="in_person" if kind == "area" else kind,
        age_min=low,
        age_max=high,
        restriction=RESTRICTED[c % 40],
        price_pence=PRICES[(b >> 4) % 28],
        currency="GBP",
        group_size=SIZES[(c >> 5) % 10],
        capacity_state=state,
        capacity_until=_SOON if state else None,
        is_enabler=bool(enabler),
        removes=barriers.CODES[b % 16 : b % 16 + 2] if enabler else (),
        nationwide=kind == "online",
        last_confirmed_on=CONFIRMED[(c >> 9) % 9],
        confirmed_precision="day",
        source="local",
        source_year=None,
        is_example=True,
        changed_sequence=1,
        terms=topic.terms,
        languages=SPEAKS[(c >> 13) % 21],
        facts=stock.own[shared],
        places=places,
        sessions=_sessions(stock, number, places, b, c),
        areas=(AreaView(name=town, latitude=lat, longitude=lon, radius_km=3.0 + c % 12),) if way >= 3 else (),
    )


_ORGANISATION = UUID(int=1)
_SOON = TODAY + timedelta(days=60)
_ROUGH = ("exact",) * 5 + ("sector", "district", "named")


def _places(stock: Stock, number: int, town: str, lat: float, lon: float, shared: int, b: int) -> tuple[ListedPlace]:
    return (
        ListedPlace(
            location_id=UUID(int=(1 << 40) + number),
            latitude=lat,
            longitude=lon,
            precision=_ROUGH[b & 7],
            label=town,
            facts=stock.with_place[shared],
        ),
    )


def _sessions(stock: Stock, number: int, places: Sequence[ListedPlace], b: int, c: int) -> tuple[SessionView, ...]:
    where = places[0].location_id if places else None
    return tuple(
        SessionView(
            id=UUID(int=(1 << 41) + 2 * number + turn),
            location_id=where,
            words=None,
            note=None,
            meeting=stock.meetings[(b >> 7 + 9 * turn) % len(stock.meetings)],
        )
        for turn in range(1 + (c % 5 == 0))
    )


def _called(stock: Stock, topic: Topic, town: str, a: int, c: int) -> str:
    proper = stock.proper[c % len(stock.proper)]
    kind, house = KINDS[a % 12], HOUSES[(a >> 8) % 10]
    form = (c >> 20) % 5
    if form == 0:
        return f"{town} {topic.label} {kind}"
    if form == 1:
        return f"{topic.label} at {proper} {house}"
    return f"{proper} {topic.label} {kind}" if form < 4 else f"{proper} {town} {kind}"


def _told(stock: Stock, topic: Topic, a: int, b: int, many: int) -> str:
    """Return running words with phrases of the topic among them."""
    start = (a * 31 + b) % (len(stock.words) - 40)
    cut = start + many // 2
    said = topic.phrases
    parts = (said[a % PHRASES], *stock.words[start:cut], said[b % PHRASES], *stock.words[cut : start + many - 5])
    return " ".join(parts)


def _stock(many: int, taxonomy: Taxonomy, seed: int) -> Stock:
    dice = random.Random(seed)  # noqa: S311
    own = [_facts(dice, 8) for _ in range(SHARED)]
    running = vocabulary.running(int(np.clip(many * 64, 1 << 16, 1 << 21)), seed)
    return Stock(
        topics=_topics(dice, taxonomy),
        own=own,
        with_place=[{**_facts(dice, 3), **held} for held in own],
        meetings=[_meeting(dice) for _ in range(500)],
        words=running,
        proper=[word.capitalize() for word in vocabulary.forms()[2_000:72_000]],
    )


def main_terms(taxonomy: Taxonomy) -> tuple[Term, ...]:
    """Return the terms a group may be mainly about, the most frequent first."""
    found = [term for term in taxonomy.terms if term.facet == "activity"]
    random.Random(3).shuffle(found)  # noqa: S311
    return tuple(found)


def frequencies(many: int) -> list[float]:
    """Return how often each of the main terms is met, in their order."""
    return [1 / (rank + TOPIC_OFFSET) ** TOPIC_SLOPE for rank in range(many)]


def _topics(dice: random.Random, taxonomy: Taxonomy) -> list[Topic]:
    mains = main_terms(taxonomy)
    beside = [term for term in taxonomy.terms if term.facet in ("mechanism", "format", "life")]
    drawn = dice.choices(mains, frequencies(len(mains)), k=SHARED)
    return [_topic(dice, taxonomy, term, [*dice.sample(mains, 2), *dice.sample(beside, 2)]) for term in drawn]


def _topic(dice: random.Random, taxonomy: Taxonomy, main: Term, others: Sequence[Term]) -> Topic:
    family = taxonomy.children(main.broader) if main.broader else ()
    near = [term for term in (*family, *others) if term.code != main.code]
    chosen = list(dict.fromkeys((main.code, *(term.code for term in dice.sample(near, k=dice.randint(0, 3))))))
    weights = (1.0, *repeat(0.5, 3))
    said = [*everyday(main) * 3, *(phrase for code in chosen[1:] for phrase in everyday(taxonomy.term(code)))]
    return Topic(
        terms=tuple(TermView(code=c, weight=w, source="import") for c, w in zip(chosen, weights, strict=False)),
        label=main.label,
        phrases=tuple(dice.choices(said, k=PHRASES)),
    )


def everyday(term: Term) -> list[str]:
    """Return the label and the everyday words of a term, as they are said."""
    plain = (word.removeprefix("=").replace("{kin}", "mum") for word in (*term.words, *term.hints))
    return [term.label.lower(), *plain]


def _facts(dice: random.Random, most: int) -> dict[str, FactValue]:
    return {
        code: FactValue(
            code=code,
            value=dice.choice((Value.YES, Value.YES, Value.YES, Value.NO, Value.NOT_CONFIRMED)),
            source=Source.EDITOR_CALL,
            confirmed_on=TODAY - timedelta(days=dice.choice((1, 60, 200, 366, 731))),
        )
        for code in sorted(dice.sample(facts.CODES, k=dice.randint(0, most)))
    }


def _meeting(dice: random.Random) -> Meeting:
    hour, day = dice.choice((9, 10, 10, 11, 13, 14, 14, 17, 18, 19)), dice.randint(0, 6)
    starts = datetime(2025, 1, 6, hour, dice.choice((0, 30))) + timedelta(days=day)  # noqa: DTZ001  # wall time
    return Meeting(
        rule=dice.choice(RULES),
        starts_at=starts if dice.random() < 0.9 else None,
        minutes=dice.choice((None, 45, 60, 90, 120)),
        time_zone="Europe/London",
        level=dice.choice((None, None, 1, 2, 3, 4, 5)),
    )
