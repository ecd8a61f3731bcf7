"""From a profile to an answer, read from top to bottom. Pure: it is given the snapshot and the day."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from service.matching import explanation, support
from service.matching.answer import Answer, Match, fit_of
from service.matching.answering import NOT_KNOWN, Answering
from service.matching.asked import Asked
from service.matching.day import Day
from service.matching.diversity import families, spread
from service.matching.explanation import Row, parts, points
from service.matching.filters import ASIDE, ASK, I8, OUT, verdicts
from service.matching.lexical import words
from service.matching.liking import liked
from service.matching.looking import Found, look
from service.matching.meaning.nearness import EncodeOne, Polyglot
from service.matching.profile import Profile
from service.matching.ranker import Scored, order, relevant, score, tiers_of, verdict
from service.matching.reading import Reading, read
from service.matching.relaxation import Given, if_only, relax, ring_for, rings
from service.matching.snapshot import Snapshot
from service.matching.steps import path
from service.matching.travel import Hour, Routing

MET = 0.6  # of a wish, from which a group is just what it asks for (proposed)
POOL = 50  # groups that are looked at once more, whatever number is shown: so a short list begins a long one


def match(
    snapshot: Snapshot,
    profile: Profile,
    today: date,
    encode: EncodeOne | None = None,
    routing: Routing | None = None,
    answering: Answering = NOT_KNOWN,
    multilingual: Polyglot | None = None,
) -> Answer:
    """Answer one question.

    Parameters
    ----------
    snapshot : Snapshot
    profile : Profile
    today : date
        Facts, prices and times hold or fall back on this day.
    encode : callable or None
        A text to its vector; None: meaning is not asked.
    routing : Routing or None
        Asked for the best `POOL` groups; None: all ways are estimated.
    answering : Answering
        How groups answered when people were introduced to them.
    multilingual : Polyglot or None
        What reads other languages; None: their words are looked for.

    Returns
    -------
    Answer
        Deterministic, and independent of the order in which groups were given.
    """
    profile, like = liked(snapshot, profile)
    reading = read(
        profile,
        snapshot.taxonomy,
        snapshot.words,
        encode if snapshot.has_meaning else None,
        multilingual if snapshot.is_multilingual else None,
    )
    question = _Question(snapshot, profile, reading, today, answering)
    beside, rows = _lists(question)
    if routing is not None and profile.place is not None and len(rows):
        beside, rows = _routed(beside, rows, routing)
    return replace(_told(question, beside, _spread(beside, rows)), like=like)


def _told(question: "_Question", beside: "_Beside", rows: NDArray[np.int64]) -> Answer:
    """Say of the best rows, in their order, why they are there, and what else would be."""
    snapshot, profile, reading = question.snapshot, question.profile, question.reading
    asked, scored, allowed = beside.asked, beside.scored, beside.allowed
    many = asked.count_groups((allowed != OUT) & relevant(asked, scored))
    enabling = support.enablers(snapshot, profile)
    lines = explanation.rows(asked, scored, rows, _said(snapshot, beside, reading, rows))
    matches = tuple(
        _line(line, scored, rank, reading, enabling, ask_first=bool(allowed[line.number] == ASK))
        for rank, line in enumerate(lines, start=1)
    )
    return Answer(
        matches=matches,
        relaxed=beside.given.named,
        if_only=if_only(asked, scored, beside.judged, beside.given),
        understood=reading.spotted,
        avoided=tuple(wish.code for wish in reading.avoided),
        corrected=reading.corrected,
        relevant=many,
        nothing_fits=reading.asks and all(match.fit == "weak" for match in matches),
        support=tuple(enabling[code] for code in sorted(enabling)),
        steps=path(asked, scored, allowed),
        sequence=snapshot.sequence,
        language=reading.language,
        understood_by="meaning" if reading.by_meaning else "words",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beside:
    """Some groups beside the person, judged and scored."""

    found: Found
    asked: Asked
    judged: Mapping[str, I8]
    scored: Scored
    given: Given

    @property
    def allowed(self) -> I8:
        return verdict(self.judged, self.asked.columns.n_rows, self.given.gates)

    @property
    def with_aside(self) -> I8:
        """The same verdict as if nothing were put aside: what is put aside changes the order of nothing else."""
        return verdict(self.judged, self.asked.columns.n_rows, self.given.gates | {ASIDE})

    def best(self) -> NDArray[np.int64]:
        """Return the best rows, one a group, what is put aside among them."""
        return order(self.asked, self.scored, self.with_aside, POOL + len(self.asked.profile.left_out))

    def left(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return rows without what is put aside."""
        return rows[~self.asked.aside[rows]] if self.asked.profile.left_out else rows


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked, of what state of things."""

    snapshot: Snapshot
    profile: Profile
    reading: Reading
    today: date
    answering: Answering

    def lay(self, km: float, *, everything: bool) -> _Beside:
        """Lay groups within so many km beside the person."""
        snapshot, reading = self.snapshot, self.reading
        found = look(snapshot, self.profile, reading, km, everything=everything)
        asked = Asked(
            on=Day(columns=self.answering.laid(found.columns), today=self.today),
            profile=self.profile,
            wishes=reading.wishes,
            avoided=frozenset(wish.code for wish in reading.avoided),
            likeness=found.likeness.whole,
            avoided_score=found.likeness.avoided,
            asks=reading.asks,
            term_codes=snapshot.term_codes,
            closeness=snapshot.closeness(reading.wishes),
        )
        judged, scored = verdicts(asked), score(asked)
        return _Beside(found=found, asked=asked, judged=judged, scored=scored, given=relax(asked, scored, judged))


def _lists(question: _Question) -> tuple[_Beside, NDArray[np.int64]]:
    """Look as far and as wide as the answer needs, and return the best rows: a wider look would not change them."""
    around, ring, limit = rings(question.profile), 0, question.profile.limit
    while True:
        beside = question.lay(around[ring], everything=False)
        if ring_for(beside.given) <= ring:
            break
        ring = ring_for(beside.given)
    rows = beside.best()
    left, answers = beside.left(rows), relevant(beside.asked, beside.scored) | beside.asked.named
    if len(left) >= limit and answers[left[:limit]].all():
        return beside, rows
    beside = question.lay(around[ring], everything=True)
    rows = beside.best()
    near = np.count_nonzero(
        ~beside.asked.far[beside.left(rows)]
    )  # of what is far, only what lay in the way was looked at
    if near < limit and not {"reach", "reach_wide"} & set(beside.judged) - beside.given.gates:
        beside = question.lay(around[-1], everything=True)
        rows = beside.best()
    return beside, rows


def _spread(beside: _Beside, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the best rows in the order in which they are shown: different kinds of activity among what is as good.

    What is put aside takes its place and leaves it empty: those that move up for it come last, as they were ordered.
    """
    profile, pool = beside.asked.profile, rows[:POOL]
    columns, groups = beside.asked.columns, beside.asked.columns.group[pool]
    tiers = tiers_of(beside.asked, beside.scored, beside.with_aside)[pool].tolist()
    ids = list(zip(columns.id_high[groups].tolist(), columns.id_low[groups].tolist(), strict=True))
    many = POOL if profile.left_out else profile.limit
    shown = pool[spread(beside.scored.total[pool].tolist(), tiers, families(beside.asked, groups), ids, many)]
    if not profile.left_out:
        return shown
    return beside.left(np.concatenate([shown, rows[POOL:]]))[: profile.limit]


def _routed(beside: _Beside, rows: NDArray[np.int64], routing: Routing) -> tuple[_Beside, NDArray[np.int64]]:
    """Judge and order the best rows again by what a routing service tells; what was given up stays so."""
    asked = beside.asked
    place = asked.profile.place
    there = rows[~np.isnan(asked.minutes[rows])]
    if place is None or not len(there):
        return beside, rows
    hours: list[Hour] = ["late" if late else "day" for late in asked.late[there]]
    told = routing.minutes((place.latitude, place.longitude), asked.columns.degrees(there), asked.travel, hours)
    routed = np.full(asked.columns.n_rows, np.nan)
    routed[there] = [np.nan if minutes is None else minutes for minutes in told]
    again = replace(asked, routed=routed)
    judged, scored = verdicts(again), score(again)
    found = replace(beside, asked=again, judged=judged, scored=scored)
    allowed = np.full(asked.columns.n_rows, OUT, dtype=np.int8)
    allowed[rows] = found.with_aside[rows]
    return found, order(again, scored, allowed, len(rows))


def _line(
    line: Row, scored: Scored, rank: int, reading: Reading, enabling: Mapping[str, support.Support], *, ask_first: bool
) -> Match:
    """Write one line of the answer."""
    asked, row = line.asked, line.number
    reasons, misfits = points(line)
    minutes = float(asked.minutes[row])
    placed = not math.isnan(minutes)
    return Match(
        rank=rank,
        group_id=asked.columns.id_of(line.group),
        location_id=asked.columns.place_of(row),
        score=float(scored.total[row]),
        fit=fit_of(
            line.part("interest"),
            held_back=ask_first or _guessed(reading, line) or any(p.code == "other_way" for p in misfits),
        ),
        ask_first=ask_first,
        km=round(float(asked.km[row]), 1) if placed else None,
        minutes=round(minutes) if placed else None,
        estimated=asked.estimated(row),
        parts=parts(line),
        reasons=reasons,
        misfits=misfits,
        support=support.beside(asked, row, enabling),
    )


def _guessed(reading: Reading, line: Row) -> bool:
    """Whether, of a text in another language, too little was understood to be sure that this is what was wanted."""
    if not reading.is_foreign:
        return False
    chosen = line.asked.profile.interests
    sure = (code for code, (_, met) in line.offered.items() if met >= MET)
    return not any(code in chosen or not reading.is_guessed for code in sure)


def _said(snapshot: Snapshot, beside: _Beside, reading: Reading, rows: NDArray[np.int64]) -> dict[int, tuple[str, ...]]:
    """Return, by row of the answer, the person's own words that the listing has, as they wrote them."""
    found, groups = beside.found, beside.asked.columns.group[rows]
    typed: dict[str, str] = {}
    stems: dict[int, tuple[str, ...]] = {}
    for at, (layer, _) in enumerate(snapshot.layers()):
        here = found.layer[groups] == at
        sought = layer.lexicon.sought(reading.query)
        hits = layer.lexicon.found(found.number[groups[here]], sought)
        stems.update(zip(rows[here].tolist(), hits, strict=True))
    said = words(beside.asked.profile.text)
    for stem in {stem for hits in stems.values() for stem in hits}:
        written = next((word for word in said if word.startswith(stem[:4])), None)
        if written is not None or not reading.is_foreign:  # elsewhere we have looked for English words of our own
            typed[stem] = written or stem
    return {row: tuple(typed[stem] for stem in hits if stem in typed) for row, hits in stems.items()}
