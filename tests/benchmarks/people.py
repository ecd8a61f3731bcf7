"""People who live in the made-up nation, in proportion to where people live, and what they ask."""

import random
from collections.abc import Sequence
from typing import Any

import numpy as np

from service.catalog import barriers
from service.catalog.barriers import Strength
from service.catalog.words.taxonomy import Taxonomy, Term
from service.matching.profile import Mode, Profile, Travel, Where
from tests.benchmarks.country import country
from tests.benchmarks.nation import everyday, frequencies, main_terms

OPENINGS = (
    "I would like",
    "I miss",
    "since I moved here I have wanted",
    "looking for something with",
    "I used to enjoy",
    "my daughter says I should try",
    "is there anything like",
    "I am on my own now and would love",
    "new in town and keen on",
    "",
)
LINKS = ("and maybe", "or", "and also", "or perhaps some")
ENDINGS = (
    "not too far from home",
    "with a few friendly faces and a cup of tea",
    "on a quiet morning",
    "where nobody minds that I come alone",
    "something to get me out of the house",
    "I have not met anyone since the winter",
    "nothing too loud please",
    "I am a bit shy at first and need time to warm up",
    "my knees are not what they were",
    "",
)
TRAVELS: tuple[Travel | None, ...] = (None, None, None, "walk", "bus", "bus", "car", "wheel")
MODES: tuple[Mode | None, ...] = (None,) * 17 + ("in_person", "in_person", "online")
REACHES_KM = (2.0, 3.0, 3.0, 4.0, 5.0, 5.0, 5.0, 8.0, 10.0)


def askers(many: int, taxonomy: Taxonomy, *, seed: int = 11, groups: int = 1_000_000) -> list[Profile]:
    """Return people of the part of the country that a catalogue of so many groups covers (`world`, seed 7)."""
    dice = random.Random(seed)  # noqa: S311
    _, latitudes, longitudes = country(groups, 7).draw(np.random.default_rng([seed, 2]), many)
    terms = main_terms(taxonomy)
    likely = frequencies(len(terms))
    return [
        _asker(dice, dice.choices(terms, likely, k=2), Where(label="home", latitude=float(lat), longitude=float(lon)))
        for lat, lon in zip(latitudes, longitudes, strict=True)
    ]


def _asker(dice: random.Random, terms: Sequence[Term], home: Where) -> Profile:
    told: dict[str, Any] = {}
    if dice.random() < 0.25:
        told["slots"] = frozenset((day, dice.randint(0, 2)) for day in dice.sample(range(7), 3))
    if dice.random() < 0.25:
        told["price_limit"] = dice.choice((0, 200, 300, 500))
    if dice.random() < 0.5:
        told["age"] = dice.choice((17, 24, 30, 38, 46, 55, 63, 68, 71, 76, 82, 88))
    if dice.random() < 0.7:
        told["max_km"] = dice.choice(REACHES_KM)
    return Profile(
        text=_story(dice, terms),
        barriers={
            code: Strength.MUST if dice.random() < 0.12 else Strength.HELPS
            for code in dice.sample(barriers.CODES, dice.choice((1, 1, 2, 2, 3)))
        },
        place=home,
        travel=dice.choice(TRAVELS),
        mode=dice.choice(MODES),
        **told,
    )


def _story(dice: random.Random, terms: Sequence[Term]) -> str:
    """Return five to twenty-five words about one thing or two."""
    said = [dice.choice(everyday(term)) for term in terms]
    wish = said[0] if dice.random() < 0.6 else f"{said[0]} {dice.choice(LINKS)} {said[1]}"
    words = " ".join(f"{dice.choice(OPENINGS)} {wish} {dice.choice(ENDINGS)}".split()).split()
    while len(words) < 5:
        words += dice.choice(ENDINGS).split()
    return " ".join(words[:25])
