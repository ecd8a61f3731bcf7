"""Reasons and misfits as codes with figures, from the score's own numbers. Pure.

A point is a fit, a misfit or a thing not confirmed; its weight is what it gave to or took from the order, so that the
list of reasons and the order of groups cannot disagree. The faces turn codes into words.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from service.catalog.barriers import BARRIERS, FIRST_VISIT_FACTS, Barrier, Strength
from service.matching.asked import Asked
from service.matching.columns import (
    ANYWHERE,
    AREA,
    CAPACITY,
    FACT_COLUMN,
    IN_PERSON,
    ONLINE,
    PLACE,
    RESTRICTIONS,
    UNKNOWN,
    WAYS,
)
from service.matching.ranker import Scored
from service.matching.scorers import FIRST_VISIT_BARRIERS, PARTS, SMALL

Kind = Literal["fit", "misfit", "not_confirmed"]
MOST = 3  # reasons shown, and misfits or open questions shown
_WEIGHT = {scorer.code: scorer.weight for scorer in PARTS}
SECOND_WISH = 0.1  # a second wish that is met says less than what it costs or how far it is
_MUST = 1.0  # lifts what a must hangs on above everything else


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One reason for or against a group: a stable code and the figures its sentence needs.

    Attributes
    ----------
    weight : float
        At least 0; what the point gave or took, plus a lift where a must hangs on it.
    """

    kind: Kind
    code: str
    weight: float
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One line of the whole sum: ``contribution = weight * (value - reference)``; no value: not confirmed, 0."""

    scorer: str
    weight: float
    value: float | None
    reference: float
    contribution: float


@dataclass(frozen=True, slots=True)
class Row:
    """One row of an answer, where its points are looked up: plain values, since each is looked up many times."""

    asked: Asked
    number: int
    group: int
    values: Mapping[str, float]  # by scorer; NaN: not confirmed or not asked
    facts: Sequence[int]  # by number of the fact: 1 yes, -1 no, 0 not confirmed
    offered: Mapping[str, tuple[str, float]]  # wanted term -> (offered term, closeness)
    words: tuple[str, ...]  # words of the question that are in the listing

    def part(self, code: str) -> float | None:
        """Value of a scorer; None: not confirmed or not asked."""
        value = self.values[code]
        return value if value == value else None  # NaN is not even like itself

    def fact(self, code: str) -> int:
        """1 yes, -1 no, 0 not confirmed, today."""
        return self.facts[FACT_COLUMN[code]]


def rows(asked: Asked, scored: Scored, numbers: NDArray[np.int64], words: Mapping[int, tuple[str, ...]]) -> list[Row]:
    """Look up some rows, whose words are given by number, all at once."""
    groups = asked.columns.group[numbers].tolist()
    values = np.stack([scored.parts[scorer.code][numbers] for scorer in PARTS], axis=1).tolist()
    facts = asked.on.facts[:, numbers].T.tolist()
    codes = [scorer.code for scorer in PARTS]
    return [
        Row(asked, number, group, dict(zip(codes, of_row, strict=True)), known, asked.offered(group), words[number])
        for number, group, of_row, known in zip(numbers.tolist(), groups, values, facts, strict=True)
    ]


def parts(row: Row) -> tuple[Part, ...]:
    """Return the whole sum; contributions add up to the score."""
    lines = []
    for scorer in PARTS:
        value = row.part(scorer.code)
        contribution = 0.0 if value is None else scorer.weight * (value - scorer.reference)
        lines.append(
            Part(
                scorer=scorer.code,
                weight=scorer.weight,
                value=value,
                reference=scorer.reference,
                contribution=contribution,
            )
        )
    return tuple(lines)


def points(row: Row) -> tuple[tuple[Point, ...], tuple[Point, ...]]:
    """Return up to three reasons, and up to three misfits or things not confirmed, weightiest first."""
    found = [point for find in _FINDERS for point in find(row)]
    found.sort(key=lambda point: (-point.weight, point.code, str(sorted(point.params.items()))))
    fits = [point for point in found if point.kind == "fit"]
    rest = [point for point in found if point.kind != "fit"]
    return tuple(fits[:MOST]), tuple(rest[:MOST])


def _named(row: Row) -> Iterator[Point]:
    if row.asked.named[row.number]:
        yield Point(kind="fit", code="named", weight=_MUST)


def _way(row: Row) -> Iterator[Point]:
    mode = row.asked.profile.mode
    if mode is not None and not row.asked.columns.way[row.group] & WAYS[mode]:
        yield Point(kind="misfit", code="other_way", weight=_MUST, params={"mode": mode})


def _interest(row: Row) -> Iterator[Point]:
    value = row.part("interest")
    if value is None:
        return
    weight = _WEIGHT["interest"] * value
    for place, (wanted, (offered, closeness)) in enumerate(row.offered.items()):
        share = 1.0 if place == 0 else SECOND_WISH
        params = {"wanted": wanted, "offered": offered}
        yield Point(kind="fit", code="interest", weight=weight * closeness * share, params=params)
    if not row.offered and row.words:
        yield Point(kind="fit", code="words", weight=weight, params={"words": ", ".join(row.words[:3])})
    elif not row.offered and row.asked.asks:
        yield Point(kind="misfit", code="interest_weak", weight=_WEIGHT["interest"])
    chosen = row.asked.profile.interests
    unmet = [code for code in chosen if code not in row.offered] if 1 < len(chosen) <= MOST else []
    if row.offered and unmet:
        yield Point(kind="misfit", code="wish_unmet", weight=weight * SECOND_WISH, params={"wanted": unmet[0]})
    if len(row.asked.avoided_score) and row.asked.avoided_score[row.group] > 0:
        yield Point(kind="misfit", code="avoided", weight=_MUST)


def _life(row: Row) -> Iterator[Point]:
    here = row.asked.terms_of(row.group) if row.asked.profile.life else {}
    for code in row.asked.profile.life:
        if code in here:
            yield Point(kind="fit", code="life", weight=_WEIGHT["belonging"], params={"term": code})


def _travel(row: Row) -> Iterator[Point]:
    asked, columns = row.asked, row.asked.columns
    kind, way = columns.kind[row.number], columns.way[row.group]
    value, weight = row.part("travel"), _WEIGHT["travel"]
    if asked.remote[row.number] and way & ~IN_PERSON:
        yield Point(
            kind="fit", code="from_home", weight=weight * 0.4, params={"way": "online" if way & ONLINE else "phone"}
        )
    if kind == PLACE and value is not None and asked.profile.place is not None:
        yield _distance(row, value, weight)
    elif kind == AREA:
        yield Point(kind="fit", code="covers_area", weight=weight * 0.3)
    elif kind == ANYWHERE and way & IN_PERSON and asked.profile.place is not None:
        yield Point(kind="not_confirmed", code="place_not_confirmed", weight=weight)
    if columns.rough[row.number]:
        yield Point(kind="not_confirmed", code="venue_not_confirmed", weight=weight * 0.5)


def _distance(row: Row, value: float, weight: float) -> Point:
    asked = row.asked
    km, limit = float(asked.km[row.number]), asked.profile.max_km
    params: dict[str, object] = {
        "km": round(km, 1),
        "minutes": round(float(asked.minutes[row.number])),
        "travel": asked.travel,
        "estimated": asked.estimated(row.number),
    }
    if limit is not None and km > limit:
        return Point(kind="misfit", code="beyond_reach", weight=weight, params={**params, "max_km": limit})
    near = value >= 0.5 or (limit is not None and km <= limit)
    return Point(kind="fit" if near else "misfit", code="near" if near else "far", weight=weight * value, params=params)


def _cost(row: Row) -> Iterator[Point]:
    asked, weight = row.asked, _WEIGHT["cost"]
    price, limit = int(asked.on.price[row.number]), asked.profile.price_limit
    asks = limit is not None or asked.profile.strength("cost") is not None
    lift = _MUST if asked.profile.must("cost") else 0.0
    if price == 0:
        yield Point(kind="fit", code="free", weight=weight * (1.5 if asks else 1.0))
    elif price == UNKNOWN and asks:
        yield Point(kind="not_confirmed", code="price_not_confirmed", weight=weight + lift)
    elif price > 0 and limit is not None and price > limit:
        yield Point(kind="misfit", code="price_above", weight=weight, params={"pence": price, "limit": limit})
    elif price > 0:
        yield Point(kind="fit", code="price", weight=weight * 0.5, params={"pence": price})


def _schedule(row: Row) -> Iterator[Point]:
    asked, weight = row.asked, _WEIGHT["schedule"]
    if not asked.has_times:
        return
    lift = _MUST if asked.profile.must("work_hours") else 0.0
    if not asked.on.timed[row.number]:
        yield Point(kind="not_confirmed", code="times_not_confirmed", weight=weight + lift)
    elif asked.timely[row.number]:
        yield Point(kind="fit", code="times_fit", weight=weight)
    else:
        yield Point(kind="misfit", code="times_misfit", weight=weight)


def _facts(row: Row) -> Iterator[Point]:
    profile = row.asked.profile
    seen: set[str] = set()
    for code, strength in sorted(profile.barriers.items(), key=lambda item: (item[1] is not Strength.MUST, item[0])):
        yield from _barrier(row, code, strength, seen)
    for code, strength in sorted(profile.needs.items()):
        yield from _fact(row, code, _WEIGHT["access"], strength is Strength.MUST, seen, tell_unknown=True)


def _barrier(row: Row, code: str, strength: Strength, seen: set[str]) -> Iterator[Point]:
    barrier, must = BARRIERS[code], strength is Strength.MUST
    facts = row.asked.facts_of(code) if code != "culture" else ()
    weight = _WEIGHT["access"] + (_MUST if must else 0.0)
    for fact in _open(row, barrier, must=must):
        if fact not in seen:  # two barriers may hang on one fact; it is asked for once
            params = {"fact": fact, "barrier": code}
            yield Point(kind="not_confirmed", code="fact_not_confirmed", weight=weight, params=params)
        seen.add(fact)
    for fact in facts:
        share = _WEIGHT["access"] / len(facts)
        yield from _fact(
            row, fact, share, must and fact in (*barrier.gate, *barrier.gate_too), seen, tell_unknown=False
        )
    if code in FIRST_VISIT_BARRIERS:
        for fact in FIRST_VISIT_FACTS:
            yield from _fact(row, fact, _WEIGHT["first_visit"] / 5, False, seen, tell_unknown=False)  # noqa: FBT003


def _open(row: Row, barrier: Barrier, *, must: bool) -> Iterator[str]:
    """Yield what a barrier hangs on and nobody confirmed: one of the alternatives, and what a must needs beside it."""
    unknown = [fact for fact in barrier.gate if row.fact(fact) == 0]
    if not any(row.fact(fact) == 1 for fact in barrier.gate):
        yield from unknown[:1]
    if must:
        yield from (fact for fact in barrier.gate_too if row.fact(fact) == 0)


def _fact(row: Row, code: str, weight: float, must: bool, seen: set[str], *, tell_unknown: bool) -> Iterator[Point]:  # noqa: FBT001
    if code in seen:
        return
    seen.add(code)
    value, lift = row.fact(code), _MUST if must else 0.0
    if value == 1:
        yield Point(kind="fit", code="fact_yes", weight=weight + lift / 4, params={"fact": code})
    elif value == -1:
        yield Point(kind="misfit", code="fact_no", weight=weight + lift, params={"fact": code})
    elif tell_unknown:
        yield Point(kind="not_confirmed", code="fact_not_confirmed", weight=weight + lift, params={"fact": code})


def _language(row: Row) -> Iterator[Point]:
    asked = row.asked
    if not asked.profile.languages:
        return
    spoken, lift = int(asked.speaks[row.number]), _MUST if asked.profile.must("language") else 0.0
    params = {"languages": ",".join(asked.profile.languages)}
    kind: Kind = "fit" if spoken == 1 else "misfit" if spoken == -1 else "not_confirmed"
    code = {1: "speaks", -1: "language_not_spoken", 0: "language_not_confirmed"}[spoken]
    yield Point(kind=kind, code=code, weight=_WEIGHT["access"] + (0.0 if spoken == 1 else lift), params=params)


def _people(row: Row) -> Iterator[Point]:
    asked, columns = row.asked, row.asked.columns
    only = RESTRICTIONS[columns.restriction[row.group]]
    if only:
        fits = asked.profile.gender == {"women_only": "woman", "men_only": "man"}[only]
        yield Point(kind="fit" if fits else "misfit", code=only, weight=0.05)
    room = CAPACITY[asked.on.capacity[row.number]]
    if room in ("full", "waiting_list"):
        yield Point(kind="misfit", code=room, weight=0.5)
    people, value = int(columns.size[row.group]), row.part("size")
    if value is not None and value == 1.0 and people <= SMALL:
        yield Point(kind="fit", code="small_group", weight=_WEIGHT["size"], params={"people": people})
    limit, level = asked.profile.level_limit, float(asked.on.level[row.number])
    if limit is not None and level > limit:
        yield Point(kind="misfit", code="bigger_step", weight=_WEIGHT["first_visit"], params={"level": int(level)})


def _trust(row: Row) -> Iterator[Point]:
    asked = row.asked
    confirmed = int(asked.columns.confirmed[row.group])
    if confirmed != UNKNOWN and asked.on.number - confirmed > 365:
        year = date.fromordinal(confirmed).year
        yield Point(
            kind="not_confirmed", code="not_confirmed_since", weight=_WEIGHT["trust"] * 0.5, params={"year": year}
        )


_FINDERS: tuple[Callable[[Row], Iterator[Point]], ...] = (
    _named,
    _way,
    _interest,
    _life,
    _travel,
    _cost,
    _schedule,
    _facts,
    _language,
    _people,
    _trust,
)
