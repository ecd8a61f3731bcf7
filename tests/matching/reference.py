"""The whole match once more, in plain Python over plain values: slow, obvious, and the judge of the fast path.

It shares no array, no gate and no scorer with the product: only the tables of weights, facts and words.
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from uuid import UUID

from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from service.catalog.views import ListedGroup
from service.catalog.words.taxonomy import Taxonomy
from service.matching.asked import Wish
from service.matching.columns import name_key
from service.matching.layer import document
from service.matching.lexical import K1, NAME_TIMES, B, counted, words
from service.matching.meaning.nearness import ENGLISH_RANKS, MULTILINGUAL_RANKS
from service.matching.meaning.vectors import text_of
from service.matching.profile import Profile
from service.matching.reading import Reading
from tests.matching.reference_row import OneRow, spots


def _as_english(cosine: float) -> float:
    steps = list(zip(MULTILINGUAL_RANKS, ENGLISH_RANKS, strict=True))
    for (low, read_low), (high, read_high) in pairwise(steps):
        if cosine < high:
            return read_low + max(0.0, cosine - low) / (high - low) * (read_high - read_low)
    return steps[-1][1]


def stems(text: str) -> list[str]:
    """The stems of a text that count."""
    return [stem for word in words(text) if (stem := counted(word, ENGLISH_STOP_WORDS)) is not None]


def tokens(group: ListedGroup, taxonomy: Taxonomy) -> list[str]:
    """The stems of a listing, those of its name several times."""
    read = document(group, taxonomy)
    return stems(read.name) * NAME_TIMES + stems(read.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the reference's answer."""

    group_id: str
    location_id: str
    score: float
    ask_first: bool


Key = tuple[bool, bool, int, bool, bool, float, str, str]


def best_of_each(rows: Sequence[tuple[Key, Line]]) -> list[tuple[Key, Line]]:
    """The best row of each group, best first."""
    best: dict[str, tuple[Key, Line]] = {}
    for key, line in sorted(rows, key=lambda row: row[0]):
        best.setdefault(line.group_id, (key, line))
    return list(best.values())


def aside(profile: Profile) -> set[str]:
    return {*profile.put_aside, profile.like}


def may_be_a_step(key: Key, line: Line, one: OneRow) -> bool:
    travel = one.travel()
    near = travel is None or travel >= 0.3
    return near and key[2] < 3 and not line.ask_first and not one.waiting and one.level is not None


class Reference:
    """Scores one catalogue, one person at a time, one row at a time."""

    def __init__(
        self,
        groups: Sequence[ListedGroup],
        taxonomy: Taxonomy,
        encode: Callable[[str], list[int]] | None = None,
        introductions: Mapping[UUID, tuple[int, int, int]] | None = None,
    ) -> None:
        self.introductions = introductions or {}
        self.encode, self.vectors = encode, dict[UUID, list[int]]()
        self.groups = groups
        self.taxonomy = taxonomy
        self.numbers = {term.code: number for number, term in enumerate(taxonomy.terms)}
        self.counts = {group.id: Counter(tokens(group, taxonomy)) for group in groups}
        seen = Counter(word for counts in self.counts.values() for word in counts)
        many = len(groups)
        self.idf = {word: math.log1p((many - n + 0.5) / (n + 0.5)) for word, n in seen.items()}
        self.mean_length = sum(sum(counts.values()) for counts in self.counts.values()) / max(1, many) or 1.0

    def asked(self, profile: Profile) -> Profile:
        """The person who is asked for: with the wishes of the group they want others like, where it is known."""
        group = next((group for group in self.groups if str(group.id) == profile.like), None)
        terms = {term.code: round(term.weight, 3) for term in group.terms if term.code in self.numbers} if group else {}
        for facet in ("activity", "mechanism", "format"):
            own = {code: weight for code, weight in terms.items() if code.split(".")[0] == facet and "." in code}
            finest = [code for code in own if not any(other.startswith(code + ".") for other in own)]
            if finest:
                wishes = sorted(finest, key=lambda code: (-own[code], -len(code.split(".")), code))[:3]
                return replace(profile, text="", interests=tuple(wishes))
        return profile

    def answer(self, profile: Profile, today: date, reading: Reading, given_up: frozenset[str]) -> list[Line]:
        """What is put aside keeps its place in the order until the end, so that it changes no other."""
        rows = self._rows(profile, today, reading, given_up)
        best = best_of_each([(key, line) for key, line, _ in rows])
        shown = self._spread([(key[:5], line) for key, line in best[:50]], reading)
        shown += [line for _, line in best[50:]]
        return [line for line in shown if line.group_id not in aside(profile)][: profile.limit]

    def relevant(self, profile: Profile, today: date, reading: Reading, given_up: frozenset[str]) -> int:
        rows = self._rows(profile, today, reading, given_up)
        return len({line.group_id for _, line, one in rows if self._answers(one)} - aside(profile))

    def _answers(self, one: OneRow) -> bool:
        return (one.interest is None or one.interest >= 0.35) and not one.far

    def steps(
        self, profile: Profile, today: date, reading: Reading, given_up: frozenset[str]
    ) -> list[tuple[int, str, str]]:
        """Level, group and place of each step; by trying every pair that could be first and last."""
        helped = any(profile.strength(code) for code in ("social_anxiety", "alone", "low_mood"))
        if profile.level_limit is None and not helped:
            return []
        most = 3 if profile.level_limit is None else profile.level_limit
        rows = self._rows(profile, today, reading, given_up)
        rows = [row for row in rows if row[1].group_id not in aside(profile)]
        best = best_of_each([(key, line) for key, line, one in rows if may_be_a_step(key, line, one)])
        level = {(line.group_id, line.location_id): one.level or 0 for _, line, one in rows}
        known = [(level[line.group_id, line.location_id], line.group_id, line.location_id) for _, line in best]
        lasts = [last for last in known if last[0] > most] or known
        for last in lasts:
            firsts = [first for first in known if first[0] <= most and first[0] < last[0]]
            if firsts:
                between = [one for one in known if firsts[0][0] < one[0] < last[0]]
                return [firsts[0], *sorted(between, key=lambda one: one[0])[:1], last]
        return []

    def _rows(
        self, profile: Profile, today: date, reading: Reading, given_up: frozenset[str]
    ) -> list[tuple[Key, Line, OneRow]]:
        """Every row that is not ruled out, with what it is ordered by."""
        found = []
        for group in self.groups:
            interest = self._interest(group, reading)
            met = self.introductions.get(group.id, (0, 0, 0))
            named = bool(profile.text) and name_key(profile.text) == name_key(group.name)
            like = 1.0 if interest is None else interest
            for spot in spots(group):
                one = OneRow(spot, profile, today, interest, reading.wishes, met)
                verdict = one.verdict(given_up)
                if verdict == -1:
                    continue
                line = Line(
                    group_id=str(group.id),
                    location_id=str(spot.place.location_id) if spot.place else "",
                    score=one.score(),
                    ask_first=verdict == 0,
                )
                travel = one.travel()
                hard = travel is not None and travel < 0.12
                unlike = (like < 0.82 or hard) + (like < 0.55 or hard) + (like < 0.35 or one.far)
                key = (not named, one.far, unlike, line.ask_first, one.waiting, -line.score)
                found.append(((*key, line.group_id, line.location_id), line, one))
        return found

    def _spread(self, pool: list[tuple[tuple[object, ...], Line]], reading: Reading) -> list[Line]:
        """One after another: the best of the first tier left, less .03 for the share shown of the same family."""
        families = {str(group.id): self._family(group, reading) for group in self.groups}
        left, shown = list(pool), list[Line]()

        def worth(line: Line) -> tuple[float, str]:
            family = families[line.group_id]
            same = sum(family is not None and families[other.group_id] == family for other in shown)
            return -round(line.score - 0.03 * same / max(1, len(shown)), 9), line.group_id

        while left:
            of_tier = [item for item in left if item[0] == left[0][0]]
            best = min(of_tier, key=lambda item: worth(item[1]))
            shown.append(best[1])
            left.remove(best)
        return shown

    def _family(self, group: ListedGroup, reading: Reading) -> str | None:
        found: list[tuple[float, int, str]] = []
        for term in group.terms:
            parts, weight = term.code.split("."), round(term.weight, 3)
            met = max(
                (self.taxonomy.closeness(w.code, term.code) * weight * w.weight for w in reading.wishes), default=0.0
            )
            if parts[0] == "activity" and len(parts) > 1 and term.code in self.numbers:
                found.append((1 + met if met > 0.3 else weight, -self.numbers[term.code], parts[1]))
        return max(found)[2] if found else None

    def _interest(self, group: ListedGroup, reading: Reading) -> float | None:
        refused = self._terms(group, reading.avoided, 0.8)
        if not reading.asks:
            return 1 - 0.9 * refused if refused > 0 else None
        words, meaning = self._words(group, reading.query), max(self._meaning(group, reading), 0.0)
        whole = 1.4 if reading.vectors is None else 2.2
        likeness = min((self._terms(group, reading.wishes) + 2.0 * words + 1.5 * meaning) / whole, 1.0)
        return likeness * (0.7 if group.is_enabler else 1.0) * (1 - 0.9 * refused)

    def _meaning(self, group: ListedGroup, reading: Reading) -> float:
        if reading.vectors is None or self.encode is None:
            return 0.0
        held = self.vectors.get(group.id)
        if held is None:
            held = self.vectors[group.id] = self.encode(text_of(group))
        near = sorted(sum(a * b for a, b in zip(held, part, strict=True)) for part in reading.vectors.tolist())[-2:]
        cosine = float(sum(near)) / len(near) / 400.0**2
        return _as_english(cosine) if reading.multilingual else cosine

    def _words(self, group: ListedGroup, query: Mapping[str, float]) -> float:
        counts, length = self.counts[group.id], sum(self.counts[group.id].values())
        rare = math.log1p((len(self.groups) + 0.5) / 1.5)
        bm25 = matched = 0.0
        for word, weight in query.items():
            if word in counts:
                tf = counts[word]
                bottom = tf + K1 * (1 - B + B * length / self.mean_length)
                bm25 += weight * self.idf[word] * tf * (K1 + 1) / bottom
                matched += weight * self.idf[word]
        asked = sum(weight * self.idf.get(word, rare) for word, weight in query.items())
        if asked == 0.0:
            return 0.0
        by_words = max(bm25 / (bm25 + 9.0), (matched / asked) ** 2 * matched / (matched + 3.0))
        name = set(stems(group.name))
        named = sum(self.idf[word] for word in query if word in name)
        of_asked = named / sum(self.idf.get(word, rare) for word in query)
        of_name = named / max(sum(self.idf[word] for word in name), 1e-9)
        return max(0.55 * by_words, 0.95 * of_asked * of_name)

    def _terms(self, group: ListedGroup, wishes: Sequence[Wish], least: float = 0.0) -> float:
        met = []
        for wish in wishes:
            close = [(self.taxonomy.closeness(wish.code, t.code), round(t.weight, 3)) for t in group.terms]
            met.append(wish.weight * max((near * weight for near, weight in close if near >= least), default=0.0))
        asked = sum(wish.weight for wish in wishes)
        return max(met) * (0.8 + 0.2 * sum(met) / asked) if met else 0.0
